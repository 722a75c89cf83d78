"""Set-points led at the rate that the grid side stands, and what must not teach that rate."""

from collections.abc import Callable

import pytest

from silverpin.control.pace import Pace
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S


class Ramp:
    """A converter with a slew of its own, led by a pace, and what both of its meters read."""

    def __init__(self, slew_a_per_s: float) -> None:
        self.slew_a = slew_a_per_s * 0.02
        self.pace, self.now_ns, self.amps, self.asked_a = Pace(), 0, 0.0, 0.0
        self.vars_seen: list[float] = [0.0]
        self.held: Reading[float] | None = None
        """What a meter that stands still goes on reading."""
        self.reported: Reading[float] | None = None
        """The same of the inverter's report."""

    def asks(self, target_a: float, ticks: int, runs_away_to_a: float | None = None) -> "Ramp":
        for _ in range(ticks):
            current = self.held or Reading(self.amps, self.now_ns)
            reactive = self.reported or Reading(self.vars_seen[-1], self.now_ns)
            self.asked_a = self.pace.step(self.now_ns, target_a, current, reactive)
            goal_a = self.asked_a if runs_away_to_a is None else runs_away_to_a
            moved_a = max(-self.slew_a, min(self.slew_a, goal_a - self.amps))
            self.amps += moved_a
            self.vars_seen.append(8.0 * abs(moved_a) / 0.02)
            self.now_ns += 20 * NS_PER_MS
        return self


def test_a_ramp_within_its_limit_is_left_alone() -> None:
    ramp = Ramp(slew_a_per_s=50.0).asks(40.0, ticks=1)
    assert ramp.asked_a == 40.0
    ramp.asks(40.0, ticks=50)
    assert (ramp.pace.rate_a_per_s, ramp.pace.leading) == (None, False)


@pytest.mark.verifies("PWR-4")
@pytest.mark.parametrize("slew_a_per_s", [70.0, 500.0, 5000.0])
def test_a_ramp_that_is_too_fast_is_led(slew_a_per_s: float) -> None:
    ramp = Ramp(slew_a_per_s).asks(40.0, ticks=500).asks(-40.0, ticks=500)
    assert ramp.amps == pytest.approx(-40.0)
    assert max(ramp.vars_seen[3:]) <= LIMITS.reactive_max_var
    assert not ramp.pace.leading


def held_meter(ramp: Ramp) -> None:
    ramp.held = Reading(ramp.amps + 0.003, ramp.now_ns - 20 * NS_PER_MS)


def early_meter(ramp: Ramp) -> None:
    ramp.held = Reading(ramp.amps - 0.3, ramp.now_ns + NS_PER_S)


def held_report(ramp: Ramp) -> None:
    ramp.asks(100.0, ticks=1)
    ramp.reported = Reading(ramp.vars_seen[-1], ramp.now_ns)
    ramp.slew_a = 0.004


def noisy_report(ramp: Ramp) -> None:
    ramp.reported = Reading(float("nan"), ramp.now_ns)


@pytest.mark.parametrize("spoilt", [held_meter, early_meter, held_report, noisy_report])
def test_readings_that_are_not_of_this_moment_teach_no_pace(
    spoilt: Callable[[Ramp], None],
) -> None:
    ramp = Ramp(slew_a_per_s=150.0).asks(100.0, ticks=1)
    spoilt(ramp)
    ramp.asks(100.0, ticks=9)
    ramp.held = ramp.reported = None
    ramp.slew_a = 3.0
    ramp.asks(100.0, ticks=200)
    assert ramp.amps == pytest.approx(100.0)
    assert ramp.pace.rate_a_per_s is None or ramp.pace.rate_a_per_s > 30.0


def test_what_a_vehicle_does_not_take_need_not_be_led_down() -> None:
    ramp = Ramp(slew_a_per_s=150.0).asks(80.0, ticks=200)
    ramp.amps = 20.0
    ramp.slew_a = 0.0
    ramp.asks(80.0, ticks=5)
    assert ramp.asked_a == 80.0
    ramp.slew_a = 3.0
    assert ramp.asks(10.0, ticks=12).amps == pytest.approx(10.0)


def test_a_converter_that_runs_away_is_not_followed() -> None:
    # found by the walk: the set-point was led from what flowed, and stayed there for minutes
    ramp = Ramp(slew_a_per_s=150.0).asks(-35.0, ticks=200)
    ramp.slew_a = 20.0
    ramp.asks(-35.0, ticks=50, runs_away_to_a=-260.0)
    assert ramp.asked_a == pytest.approx(-35.0)
    ramp.slew_a = 3.0
    assert ramp.asks(-35.0, ticks=100).amps == pytest.approx(-35.0)


def test_a_converter_that_runs_past_its_set_point_teaches_no_pace() -> None:
    ramp = Ramp(slew_a_per_s=1000.0)
    ramp.amps = -58.8
    ramp.pace.step(-1, -69.4, None, None)
    ramp.asks(-69.4, ticks=4, runs_away_to_a=-116.0)
    assert ramp.amps == pytest.approx(-116.0)
    assert ramp.pace.rate_a_per_s is None
