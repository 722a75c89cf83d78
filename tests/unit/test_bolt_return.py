"""LOCK_STATUS has to end when the bolt is drawn back."""

import pytest

from silverpin.control.bolt_return import BoltReturn
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from tests.observations import rest

TRAVEL_NS = seconds_to_ns(LIMITS.lock_travel_max_s)
START_NS = 10 * NS_PER_S


def looked(
    watch: BoltReturn, after_ns: int, engaged: bool | None, *, back: bool = True, plug: bool = True
) -> bool:
    now_ns = START_NS + after_ns
    lock = None if engaged is None else Reading(engaged, now_ns)
    obs = rest(now_ns, lock=lock, seated=Reading(plug, now_ns))
    return watch.step(obs, back)


def test_it_may_read_engaged_for_as_long_as_the_bolt_may_travel() -> None:
    watch = BoltReturn()
    assert not looked(watch, 0, engaged=True)
    assert not looked(watch, TRAVEL_NS - 1, engaged=True)
    assert looked(watch, TRAVEL_NS, engaged=True)


def test_one_look_at_a_bolt_that_is_back_ends_it() -> None:
    watch = BoltReturn()
    looked(watch, 0, engaged=True)
    assert not looked(watch, TRAVEL_NS - 1, engaged=False)
    assert not looked(watch, TRAVEL_NS, engaged=True)
    assert looked(watch, 2 * TRAVEL_NS, engaged=True)


def test_silence_accuses_nobody_and_forgives_nothing() -> None:
    watch = BoltReturn()
    looked(watch, 0, engaged=True)
    assert not looked(watch, TRAVEL_NS, engaged=None)
    assert looked(watch, TRAVEL_NS + 1, engaged=True)


def test_a_bolt_that_is_driven_home_may_read_so() -> None:
    watch = BoltReturn()
    looked(watch, 0, engaged=True)
    assert not looked(watch, TRAVEL_NS, engaged=True, back=False)
    assert not looked(watch, TRAVEL_NS + 1, engaged=True)


@pytest.mark.parametrize("age_ns", [LIMITS.input_age_max_ns + 1, -1])
def test_an_old_reading_and_an_early_one_are_silence(age_ns: int) -> None:
    watch = BoltReturn()
    looked(watch, 0, engaged=True)
    now_ns = START_NS + TRAVEL_NS
    obs = rest(now_ns, lock=Reading(True, now_ns - age_ns), seated=Reading(True, now_ns))
    assert not watch.step(obs, drawn_back=True)


def test_nobody_is_told_before_there_is_a_plug_and_then_at_once() -> None:
    watch = BoltReturn()
    looked(watch, 0, engaged=True, plug=False)
    assert not looked(watch, TRAVEL_NS, engaged=True, plug=False)
    assert looked(watch, TRAVEL_NS + 1, engaged=True)
