"""Matching under chance: whatever is lost, broken or said by strangers, it ends."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.slac import SLAC
from silverpin.protocols.slac.frames import BROADCAST
from silverpin.protocols.slac.messages import MESSAGES, Message
from silverpin.protocols.slac.states import NoMatch, PilotWish, Stage, VehicleStage
from tests.slac_street import Street, station

ATTEMPT_S = (SLAC.init_ns + SLAC.repetition_ns + SLAC.session_ns + SLAC.join_unseen_ns) / NS_PER_S
PLUGGED_S = (1 + SLAC.steps) * (ATTEMPT_S + 10.0)
"""The longest that a plugged-in vehicle can be without a match, a link or an end."""


class Walk:
    """One seed: a street with faults, then a while of chance, then quiet."""

    def __init__(self, seed: int) -> None:
        chance = self.chance = random.Random(seed)
        self.stages: Counter[Stage] = Counter()
        self.reasons: set[NoMatch] = set()
        chargers, vehicles = chance.randint(1, 3), chance.randint(1, 3)
        self.street = street = Street(seed, chargers=chargers, vehicles=vehicles)
        street.line.loss = chance.choice((0.0, 0.0, 0.05, 0.3, 0.6, 1.0))
        for modem in street.line.modems:
            modem.alive = chance.random() > 0.05
            modem.measures = chance.random() > 0.05
            modem.joins = chance.random() > 0.05
            modem.tells_link = chance.random() > 0.2
            modem.set_key_result = chance.choice((0, 1, 1, 1, 1, 1, 2))
        if chance.random() < 0.3:
            lost = chance.choice(MESSAGES)
            street.drops = lambda _port, message, _frame: type(message) is lost

    def step(self) -> None:
        chance, street = self.chance, self.street
        free = [n for n in range(len(street.chargers)) if n not in street.plugs.values()]
        idle = [n for n in range(len(street.vehicles)) if n not in street.plugs]
        match chance.randrange(5):
            case 0 | 1 if free and idle:
                level = chance.uniform(10.0, 70.0)
                street.plug(chance.choice(idle), chance.choice(free), level)
            case 2 if street.plugs:
                street.pull(chance.choice(list(street.plugs)))
            case 3:
                street.say(chance.randrange(len(street.line.modems)), *self.stranger())
            case _:
                for charger in street.chargers:
                    if chance.random() < 0.1:
                        charger.link_seen(street.now_ns)
                        charger.end_link(street.now_ns, again=chance.random() < 0.5)
        street.run(chance.choice((0.01, 0.1, 0.5, 3.0, 20.0)))
        self.check()

    def stranger(self) -> tuple[Message, bytes, bytes]:
        """Anything from anybody, often with addresses and run ids that are in use."""
        chance, street = self.chance, self.street
        vehicle = chance.choice(street.vehicles)
        kind = chance.choice(MESSAGES)
        body = bytearray(chance.randbytes(400))
        if chance.random() < 0.7:
            body[:2] = bytes(2)
        message = kind.decode(bytes(body))
        if hasattr(message, "run_id") and chance.random() < 0.7:
            octets = message.encode().replace(message.run_id, vehicle.run_id)
            message = kind.decode(octets)
        source = chance.choice([machine.mac for machine in street.line.modems])
        source = chance.choice([source, station(chance.randrange(9), 0xE0)])
        return message, chance.choice((BROADCAST, station(0, 0xC0))), source

    def check(self) -> None:
        for charger in self.street.chargers:
            assert (charger.match is not None) == (charger.stage in (Stage.MATCHED, Stage.LINKED))
            assert len(charger.crowd.runs) <= SLAC.parallel
            assert charger.wish is not PilotWish.DIGITAL or charger.stage is not Stage.FAILED
            assert charger.next_ns is None or charger.next_ns > self.street.now_ns - 1

    def settle(self) -> None:
        """Nothing more happens: every machine comes to an end by itself."""
        street = self.street
        street.run(PLUGGED_S)
        self.check()
        self.stages = Counter(charger.stage for charger in street.chargers)
        self.reasons = {why for charger in street.chargers for why in charger.crowd.endings}
        self.reasons |= {charger.why for charger in street.chargers if charger.why}
        for number, charger in enumerate(street.chargers):
            plugged = number in street.plugs.values()
            assert charger.stage in ((Stage.LINKED, Stage.FAILED) if plugged else (Stage.IDLE,))
        for vehicle in street.vehicles:
            assert vehicle.stage in (VehicleStage.IDLE, VehicleStage.FAILED, VehicleStage.LINKED)
        for vehicle_number in list(street.plugs):
            street.pull(vehicle_number)
        street.run(5.0)
        for charger in street.chargers:
            assert charger.stage is Stage.IDLE
            assert charger.match is None
            assert charger.next_ns is None, "an idle charger is quiet"


def walk(seed: int) -> Walk:
    done = Walk(seed)
    for _ in range(done.chance.randint(3, 12)):
        done.step()
    done.settle()
    return done


def test_damaged_and_shuffled_frames_break_neither_side() -> None:
    frames = [octets for _, _, octets in spoken(3)]
    for seed in range(60):
        chance = random.Random(seed)
        street = Street(seed)
        street.run(1.0)
        street.plug(0, 0)
        for _ in range(150):
            octets = bytearray(chance.choice(frames))
            for _ in range(chance.randint(0, 4)):
                octets[chance.randrange(len(octets))] = chance.randrange(256)
            cut = bytes(octets[: chance.choice((len(octets), chance.randrange(len(octets))))])
            machine = chance.choice((street.chargers[0], street.vehicles[0]))
            machine.receive(cut, street.now_ns)
            street.run(chance.choice((0.0, 0.01, 0.2)))
        street.pull(0)
        street.run(5.0)
        assert street.chargers[0].stage is Stage.IDLE
        assert street.chargers[0].next_ns is None


def spoken(seed: int) -> list[tuple[int, int, bytes]]:
    """All that a match puts on the line, to both sides."""
    street = Street(seed)
    street.plug(0, 0)
    landed: list[tuple[int, int, bytes]] = []
    carry = street.line.send

    def note(port: int, octets: bytes) -> Iterator[tuple[int, bytes]]:
        for other, arrived in carry(port, octets):
            landed.append((port, other, arrived))
            yield other, arrived

    street.line.send = note  # type: ignore[method-assign]
    street.run(2.0)
    return landed


@pytest.mark.long
@pytest.mark.parametrize("block", range(2))
def test_a_thousand_walks_end(block: int) -> None:
    for seed in range(1_000 + block * 500, 1_500 + block * 500):
        walk(seed)


def test_walks_end_and_come_by_every_end() -> None:
    seen: Counter[Stage] = Counter()
    reasons: set[NoMatch] = set()
    for seed in range(100):
        done = walk(seed)
        seen += done.stages
        reasons |= done.reasons
    assert seen[Stage.LINKED] > 12
    assert seen[Stage.FAILED] > 12
    assert len(reasons) > 10, reasons
