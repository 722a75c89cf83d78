"""Both ends of ISO 15118-20 with wishes, faults and limits that come and go: every session ends.

Whatever either side wants at whatever moment, both ends end within the standard's timers, agree on
how it ended, and the vehicle's hands are empty then.
"""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.iso15118.car import CarWish, Hands, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import (
    Consent,
    ControlMode,
    Insulation,
    Service,
    Stage,
    Wanted,
)
from silverpin.protocols.iso15118.states20 import ALLOWED, State20
from silverpin.protocols.iso15118.turn import What
from tests.v2g_pair import Pair

IN_ORDER = (Ending.BY_VEHICLE, Ending.BY_CHARGER, Ending.PAUSED)
AGREE = {
    *((ending, ending) for ending in Ending),
    (Ending.BY_CHARGER, Ending.BY_VEHICLE),  # the charger took its wish back at the last moment
    (Ending.BY_VEHICLE, Ending.BY_CHARGER),
    (Ending.BY_VEHICLE, Ending.REFUSED),  # it found nothing that fits, and left in order
    (Ending.BY_CHARGER, Ending.REFUSED),
    (Ending.VANISHED, Ending.TIMED_OUT),
    (Ending.TIMED_OUT, Ending.VANISHED),
}
"""Endings of charger and vehicle that can stand beside each other."""


def some_change(pair: Pair, chance: Random) -> None:
    """Something that either side may do at any time; what cannot be mended is rarer."""
    wanted_a, set_w = chance.uniform(-300, 300), chance.uniform(-5e4, 5e4)
    limits_a = {"charge_max_a": chance.random() * 200, "discharge_max_a": chance.random() * 9}
    services = tuple(chance.sample(list(Service), chance.randint(1, 4)))
    wanted = chance.choice(list(Wanted))
    by_charger: list[dict[str, Any]] = [
        *2 * [{"wanted": wanted, "notice_max_s": chance.random() * 5}],
        *2 * [{"consent": chance.choice(list(Consent))}],
        limits_a,
        {"charge_max_w": chance.random() * 5e4, "set_w": set_w},
        {"services": services},
    ]
    for_good: list[dict[str, Any]] = [
        {"fault": "ERR_EARTH", "emergency": chance.random() < 0.5},
        {"insulation": Insulation.FAULT},
    ]
    if chance.random() < 0.4:
        wish = chance.choice([*CarWish, CarWish.GO_ON, CarWish.GO_ON])
        pair.wish(wish=wish, wanted_a=wanted_a)
    else:
        pair.change(**chance.choice(by_charger if chance.random() < 0.93 else for_good))


@given(seed=st.integers(min_value=0, max_value=2**32))
def test_every_session_ends_and_both_agree_how(seed: int) -> None:
    chance = Random(seed)
    services = tuple(chance.sample(list(Service), 4))
    controls = tuple(chance.sample(list(ControlMode), chance.randint(1, 2)))
    pair = Pair(Plan(services=services, controls=controls), seed=seed)
    for _ in range(chance.randrange(12)):
        if pair.charger.ending and pair.vehicle.ending:
            break
        heard = len(pair.said) + chance.randrange(30)
        pair.until_said(heard)
        some_change(pair, chance)
    pair.wish(wish=CarWish.STOP)
    pair.change(consent=Consent.REFUSED)
    pair.run(seconds=200.0)
    ending = (pair.charger.ending, pair.vehicle.ending)
    assert ending in AGREE, ending
    assert pair.vehicle.hands == Hands()
    stage = pair.charger.told.stage
    assert (stage in (Stage.ENDED, Stage.PAUSED)) == (pair.charger.ending in IN_ORDER)
    assert (pair.charger.paused() is not None) == (pair.charger.ending is Ending.PAUSED)
    assert len(pair.told(What.ENDED)) == 1


def test_no_state_is_without_a_way_to_the_end() -> None:
    ends = {State20.ENDED, State20.PAUSED}
    found = set(ends)
    while True:
        more = {s for s, steps in ALLOWED.items() if any(to & found for to in steps.values())}
        if more <= found:
            break
        found |= more
    assert found == set(State20)
