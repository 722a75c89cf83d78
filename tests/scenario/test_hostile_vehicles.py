"""Vehicles that do not keep to the rules, at every point of a session: how it ends is documented.

`endpoint` opens with the ends that there are. Whatever comes: nobody waits for ever, nothing is
answered after the end, and what is no message changes nothing.
"""

from random import Random

import pytest

from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols import v2gtp
from silverpin.protocols.iso15118.endpoint import BODY_MAX, SKIPPED_MAX, WAITING_MAX
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage
from tests.altered_requests import altered
from tests.spoken_sessions import KINDS, SEED, Kind, Talk, spoken

DC_BPT = Kind("iso20", Service.DC_BPT, ControlMode.SCHEDULED)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: " ".join(map(str, kind)))
each_protocol = pytest.mark.parametrize(
    "kind",
    [DC_BPT, *(kind for kind in KINDS if kind.protocol != "iso20")],
    ids=lambda kind: " ".join(map(str, kind)),
)
LONGEST_NS = V2G_TIMERS.sequence_ns + V2G_TIMERS.communication_setup_ns


def after(kind: Kind, count: int, seed: int = SEED) -> Talk:
    """A conversation of which the first *count* requests were answered."""
    talk = Talk(kind, seed)
    for request in spoken(kind)[:count]:
        talk.ask(request)
    return talk


def outlast(talk: Talk) -> None:
    """Say nothing more; whatever went before, the charger does not wait for ever."""
    talk.wait(talk.now_ns + LONGEST_NS)
    assert talk.ending is not None
    assert talk.end.deadline_ns is None


@each_kind
def test_octet_by_octet_is_the_same_session(kind: Kind) -> None:
    talk, whole = Talk(kind), after(kind, len(spoken(kind)))
    for request in spoken(kind):
        for at in range(len(request) - 1):
            assert talk.hear(request[at : at + 1], after_ns=NS_PER_MS) == b""
        talk.ask(request[-1:])
    assert talk.answers == whole.answers
    assert talk.ending is Ending.BY_VEHICLE


@each_protocol
def test_octets_that_never_make_a_request_are_no_word(kind: Kind) -> None:
    for count, request in enumerate(spoken(kind)):
        talk = after(kind, count)
        claims = request[:4] + BODY_MAX.to_bytes(4, "big")
        talk.hear(claims)
        late_ns = talk.end.deadline_ns
        assert late_ns is not None
        assert talk.hear(b"\0", after_ns=late_ns - talk.now_ns) == b""
        assert talk.ending is Ending.TIMED_OUT


@each_kind
def test_requests_that_come_two_at_a_time_are_answered_one_by_one(kind: Kind) -> None:
    talk, whole = Talk(kind), after(kind, len(spoken(kind)))
    requests = spoken(kind)
    for at in range(0, len(requests), 2):
        talk.ask(b"".join(requests[at : at + 2]))
    talk.wait(talk.now_ns + 10**9)
    assert talk.answers == whole.answers
    assert talk.ending is Ending.BY_VEHICLE


@each_protocol
def test_a_vehicle_that_does_not_wait_for_answers_is_left(kind: Kind) -> None:
    talk = Talk(kind)
    talk.hear(b"".join(spoken(kind)[: WAITING_MAX + 1]))
    assert talk.ending is Ending.HOSTILE
    assert talk.sent == []


@each_kind
def test_a_vehicle_that_vanishes_ends_the_session_at_once(kind: Kind) -> None:
    for count in range(len(spoken(kind))):
        talk = after(kind, count)
        assert talk.ending is None
        assert talk.end.vanished().ending is Ending.VANISHED
        assert talk.hear(spoken(kind)[count]) == b""


@each_kind
def test_a_vehicle_that_falls_silent_is_left_when_its_time_is_up(kind: Kind) -> None:
    for count in range(1, len(spoken(kind))):
        talk = after(kind, count)
        deadline_ns = talk.end.deadline_ns
        assert deadline_ns is not None
        talk.wait(deadline_ns - 1)
        assert talk.ending is None
        talk.wait(deadline_ns)
        assert talk.ending is Ending.TIMED_OUT


def test_the_charge_loop_waits_for_half_a_second_and_no_longer() -> None:
    count = len(spoken(DC_BPT)) - 6
    talk = after(DC_BPT, count)
    assert talk.end.told.stage is Stage.POWER
    assert talk.end.deadline_ns == talk.now_ns + V2G_TIMERS.loop_sequence_ns


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
@each_protocol
def test_half_a_request_and_then_nothing_is_silence(kind: Kind, share: float) -> None:
    for count, request in enumerate(spoken(kind)):
        talk = after(kind, count)
        cut = max(1, int(share * len(request)))
        assert talk.hear(request[:cut]) == b""
        talk.wait(talk.now_ns + LONGEST_NS)
        assert talk.ending is Ending.TIMED_OUT


def test_a_header_that_claims_more_than_any_message_has_is_skipped() -> None:
    requests = spoken(DC_BPT)
    for claimed in (BODY_MAX + 1, 1 << 20, (1 << 32) - 1):
        talk = after(DC_BPT, 5)
        header = b"\x01\xfe\x80\x02" + claimed.to_bytes(4, "big")
        assert talk.hear(header) == b""
        assert talk.ask(requests[5])
        assert talk.ending is None


def test_octets_without_end_that_are_no_message_end_the_session() -> None:
    talk, chance = after(DC_BPT, 5), Random(1)
    fed = 0
    while talk.ending is None:
        fed += 4_000
        assert talk.hear(chance.randbytes(4_000).replace(b"\x01\xfe", b"xx")) == b""
        assert fed <= SKIPPED_MAX + 8_000
    assert talk.ending is Ending.HOSTILE


@each_protocol
def test_a_session_said_again_on_another_connection_is_refused(kind: Kind) -> None:
    talk = after(kind, 2, seed=8)
    answer = talk.ask(spoken(kind)[2])
    assert talk.ending is Ending.REFUSED
    assert answer != b""
    assert talk.hear(spoken(kind)[3]) == b""


@each_protocol
def test_every_request_in_the_place_of_every_other_is_answered_or_refused(kind: Kind) -> None:
    requests = spoken(kind)
    for count in range(1, len(requests)):
        for wrong in range(len(requests)):
            talk = after(kind, count)
            answered = talk.ask(requests[wrong])
            # To negotiate again is no request of -20, where it is skipped, nor of the others.
            assert answered or talk.ending in (Ending.TIMED_OUT, Ending.HOSTILE)
            assert wrong == 0 or talk.ending in (None, Ending.REFUSED, Ending.BY_VEHICLE)


@each_protocol
def test_every_request_said_twice_ends_or_goes_on(kind: Kind) -> None:
    requests = spoken(kind)
    for count in range(len(requests)):
        talk = after(kind, count)
        talk.ask(requests[count])
        talk.ask(requests[count])
        outlast(talk)


@pytest.mark.parametrize("seed", range(20))
@each_protocol
def test_damaged_requests_end_the_session_or_are_answered(kind: Kind, seed: int) -> None:
    chance = Random(seed)
    for count, request in enumerate(spoken(kind)):
        talk = after(kind, count)
        damaged = bytearray(request)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(8, len(damaged))] ^= 1 << chance.randrange(8)
        talk.hear(bytes(damaged))
        outlast(talk)


@pytest.mark.parametrize("seed", range(20))
@each_protocol
def test_random_frames_end_the_session_or_are_answered(kind: Kind, seed: int) -> None:
    chance = Random(seed)
    kinds = (v2gtp.EXI, v2gtp.COMMON, v2gtp.AC, v2gtp.DC, v2gtp.PARKING_STATUS, 0x8FFF)
    for count in range(len(spoken(kind))):
        talk = after(kind, count)
        for _ in range(5):
            body = b"\x80" + chance.randbytes(chance.randint(0, 200))
            talk.hear(v2gtp.frame(chance.choice(kinds), body))
        outlast(talk)


@pytest.mark.parametrize("seed", range(3))
@each_kind
def test_values_that_no_vehicle_means_end_the_session_or_are_answered(
    kind: Kind, seed: int
) -> None:
    chance, requests = Random(seed), spoken(kind)
    for count in range(1, len(requests)):
        talk = after(kind, count)
        for request in requests[count:]:
            if talk.ending is None:
                talk.ask(altered(request, kind.protocol, chance))
        outlast(talk)
