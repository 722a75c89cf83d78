"""Whatever octets come, at whatever point of a session: both ends stay whole and end as documented.

A step of a session is played up to some point; then the octets are damaged, cut, doubled or
replaced. No call may raise, what is sent must be whole frames, and an end is an end.
"""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols import v2gtp
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.car import CarWish, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import ControlMode, Service
from silverpin.protocols.iso15118.turn import Turn
from tests.v2g_pair import Pair

DOCUMENTED = {Ending.HOSTILE, Ending.REFUSED, Ending.BY_VEHICLE, Ending.BY_CHARGER, Ending.PAUSED}
seeds = st.integers(min_value=0, max_value=2**32)


def some_pair(chance: Random) -> Pair:
    """A session, played to some point of its life."""
    service, control = chance.choice(list(Service)), chance.choice(list(ControlMode))
    pair = Pair(Plan(services=(service,), controls=(control,)))
    steps = chance.randrange(260)
    for number in range(steps):
        if pair.charger.ending and pair.vehicle.ending:
            break
        if number == 0:
            pair.run(lambda _: True)
        pair.step()
        if chance.random() < 0.01:
            pair.wish(wish=chance.choice(list(CarWish)))
    return pair


def damaged(octets: bytes, chance: Random) -> bytes:
    """Something that resembles *octets*."""
    data = bytearray(octets or b"\x01\xfe\x80\x02\0\0\0\3\x80\0\0")
    match chance.randrange(6):
        case 0:
            for _ in range(chance.randint(1, 4)):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case 1:
            for _ in range(chance.randint(1, 3)):
                data[chance.randrange(8, len(data))] ^= 1 << chance.randrange(8)
        case 2:
            data = data[: chance.randrange(len(data))]
        case 3:
            data *= 2
        case 4:
            data = bytearray(chance.randbytes(chance.randrange(200)))
        case _:
            kind = chance.choice(sorted(v2gtp.SCHEMAS))
            body = b"\x80" + chance.randbytes(chance.randrange(60))
            data = bytearray(v2gtp.frame(kind, body))
    return bytes(data)


def assert_whole(turn: Turn) -> None:
    """What is sent is frames of messages, and nothing else."""
    for part in v2gtp.FrameReader().feed(turn.send):
        assert isinstance(part, v2gtp.Frame)
        schema = v2gtp.SCHEMAS.get(part.payload_type, "sap")
        messages(schema).decode(part.body)
    if turn.ending:
        assert turn.ending in DOCUMENTED
        assert turn.happenings


@given(seed=seeds)
def test_damaged_octets_of_a_vehicle_break_no_charger(seed: int) -> None:
    chance = Random(seed)
    pair = some_pair(chance)
    octets = pair.sent_to_charger or pair.last_request
    if pair.charger.ending:
        return
    for _ in range(4):
        turn = pair.charger.receive(damaged(octets, chance), pair.side, pair.now_ns)
        assert_whole(turn)
        pair.charger.tick(pair.side, pair.now_ns)
        if turn.ending:
            break
    assert pair.charger.vanished().ending is not None
    assert pair.charger.receive(octets, pair.side, pair.now_ns).send == b""


@given(seed=seeds)
def test_damaged_octets_of_a_charger_break_no_vehicle(seed: int) -> None:
    chance = Random(seed)
    pair = some_pair(chance)
    octets = pair.sent_to_vehicle or pair.last_answer
    if pair.vehicle.ending:
        return
    for _ in range(4):
        turn = pair.vehicle.receive(damaged(octets, chance), pair.car, pair.now_ns)
        assert_whole(turn)
        pair.vehicle.tick(pair.car, pair.now_ns)
        if turn.ending:
            break
    assert pair.vehicle.vanished().ending is not None
    assert pair.vehicle.receive(octets, pair.car, pair.now_ns).send == b""
