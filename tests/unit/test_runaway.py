"""What flows beyond the set-point: a ramp may come down, a converter that does not is told."""

from collections.abc import Sequence

import pytest

from silverpin.control.runaway import Runaway
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS

TICK_NS = 20 * NS_PER_MS
TICKS = LIMITS.current_excess_ns // TICK_NS


def told(
    asked_a: float,
    flows: Sequence[float | None],
    *,
    joined: bool = True,
    every_ns: int = TICK_NS,
    direct_current: bool = True,
) -> list[int]:
    """The ticks at which more flows for too long."""
    runaway, found = Runaway(direct_current), []
    runaway.asked(asked_a)
    for tick, amps in enumerate(flows):
        if runaway.step(tick * every_ns, amps, joined):
            found.append(tick)
    return found


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("asked_a", "amps"), [(10.0, 14.1), (0.0, 3.1), (200.0, 223.1)])
def test_an_excess_is_told_once_it_lasted(sign: float, asked_a: float, amps: float) -> None:
    assert told(sign * asked_a, [sign * amps] * 60) == list(range(TICKS, 60))


@pytest.mark.parametrize(("asked_a", "amps"), [(10.0, 13.9), (0.0, 3.0), (200.0, 222.9)])
def test_what_the_meter_may_be_off_by_is_none(asked_a: float, amps: float) -> None:
    assert told(asked_a, [amps] * 200) == []


def test_current_of_the_other_direction_was_not_asked_for_at_all() -> None:
    assert told(20.0, [-10.0] * 60) == list(range(TICKS, 60))


@pytest.mark.parametrize("a_per_s", [1.1, 20.0, 150.0])
def test_a_ramp_that_comes_down_is_none(a_per_s: float) -> None:
    assert told(10.0, [max(10.0, 80.0 - a_per_s * tick * 0.02) for tick in range(4000)]) == []


def test_a_current_that_creeps_down_is_none() -> None:
    assert told(10.0, [80.0 - 0.5 * tick * 0.02 for tick in range(100)])[0] == TICKS


def test_an_excess_that_comes_back_begins_anew() -> None:
    assert told(10.0, ([50.0] * 49 + [12.0]) * 5) == []


def test_a_vehicle_s_own_converter_has_its_time_to_follow() -> None:
    follows = round(LIMITS.duty_follows_s * 50)
    found = told(10.0, [30.0] * (follows + 10), direct_current=False)
    assert found == list(range(follows, follows + 10))


def test_looks_a_second_apart_do_not_accuse_a_ramp() -> None:
    assert told(10.0, [80.0, 30.0, 10.0, 10.0], every_ns=1000 * NS_PER_MS) == []


def test_a_silent_meter_and_an_open_contactor_accuse_nobody() -> None:
    assert told(10.0, [None] * 100) == []
    assert told(10.0, [80.0] * 100, joined=False) == []


def test_an_excess_goes_on_behind_a_meter_that_blinks() -> None:
    assert told(10.0, [80.0] * 20 + [None] * 5 + [80.0] * 40) == list(range(TICKS, 65))
