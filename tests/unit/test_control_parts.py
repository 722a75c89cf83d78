"""The parts that control is made of: slope, derating, cooling, reversal, pace, bounds, notes."""

import math
from dataclasses import replace
from random import Random

import pytest

from silverpin.control.booking import BOOKING_PERIOD_NS, Booking, Portion
from silverpin.control.bounds import Bound, mode_bound, tightest, within
from silverpin.control.cooling import Cooling
from silverpin.control.derating import Derating
from silverpin.control.letters import Letters
from silverpin.control.reversal import Reversal, Reversed
from silverpin.control.slope import SAMPLE_S, Slope
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.domain.session import Mode

# Slope


def fed(slope: Slope, temps_c: list[float]) -> Slope:
    """Give a slope its samples, in their rhythm."""
    for number, temp_c in enumerate(temps_c):
        now_ns = number * SAMPLE_S * NS_PER_S
        assert slope.due(now_ns)
        assert not number or not slope.due(now_ns - 1)
        slope.step(now_ns, (temp_c,))
    return slope


def fastest(slope: Slope) -> tuple[int, float]:
    found = slope.fastest()
    assert found is not None
    return found


@pytest.mark.verifies("THM-4")
@pytest.mark.parametrize("rate", [-7.0, 0.0, 4.9, 5.1, 30.0])
def test_a_straight_line_has_its_slope(rate: float) -> None:
    slope = fed(Slope(1), [20.0 + rate * number * SAMPLE_S / 60.0 for number in range(100)])
    assert fastest(slope) == pytest.approx((0, rate), abs=1e-6)


def test_the_slope_is_that_of_the_last_minute_and_none_before_a_minute_was_seen() -> None:
    line = [20.0 + 6.0 * number * SAMPLE_S / 60.0 for number in range(30)]
    assert fed(Slope(1), line).fastest() is None
    assert fed(Slope(1), [*line, 26.0]).fastest() is not None
    longer = [*line, *[line[-1]] * 31]
    assert fastest(fed(Slope(1), longer)) == pytest.approx((0, 0.0), abs=1e-6)


def test_the_sliding_sums_agree_with_least_squares_over_noise() -> None:
    rng = Random(1)
    temps_c = [40.0 + rng.gauss(0.0, 2.0) for _ in range(500)]
    slope = fed(Slope(1), temps_c)
    window = temps_c[-31:]
    mean = sum(window) / 31
    moment = sum((index - 15) * (temp_c - mean) for index, temp_c in enumerate(window))
    spread = sum((index - 15) ** 2 for index in range(31))
    assert slope.c_per_min[0] == pytest.approx(60.0 / SAMPLE_S * moment / spread, rel=1e-9)


def test_a_gap_and_a_lost_reading_end_the_window() -> None:
    slope = fed(Slope(1), [20.0] * 100)
    slope.step(300 * NS_PER_S, (20.0,))
    assert slope.fastest() is None
    slope = fed(Slope(1), [20.0] * 100)
    slope.step(200 * NS_PER_S, (None,))
    assert slope.fastest() is None


def test_the_fastest_pin_is_named() -> None:
    slope = Slope(3)
    for second in range(0, 61, SAMPLE_S):
        slope.step(second * NS_PER_S, (20.0, 20.0 + second / 10.0, 20.0 - second))
    assert fastest(slope) == pytest.approx((1, 6.0))


# Derating

HOT, CALM = ("DC+", 6.0), ("DC+", 1.0)


def derated(derating: Derating, seconds: range, amps: float, how: tuple[str, float]) -> None:
    for second in seconds:
        if second % SAMPLE_S == 0:
            derating.step(second * NS_PER_S, amps, how)


@pytest.mark.verifies("THM-4")
@pytest.mark.parametrize("amps", [100.0, -100.0])
def test_the_loop_first_then_a_tenth_off_every_thirty_seconds(amps: float) -> None:
    derating = Derating(200.0)
    derated(derating, range(30), amps, HOT)
    assert (derating.secondary, derating.allowed_a) == (True, None)
    derated(derating, range(30, 31), amps, HOT)
    assert derating.allowed_a == pytest.approx(90.0)
    assert derating.reason == "DC+ rises 6.0 °C/min, limit 5"
    derated(derating, range(31, 60), 90.0, HOT)
    assert derating.allowed_a == pytest.approx(90.0)
    derated(derating, range(60, 61), 90.0, HOT)
    assert derating.allowed_a == pytest.approx(81.0, rel=0.005)


@pytest.mark.verifies("THM-4")
def test_a_cut_is_ten_per_cent_of_what_flowed_also_just_after_a_start() -> None:
    derating = Derating(200.0)
    derated(derating, range(60), 0.0, CALM)
    derated(derating, range(60, 90), 100.0, HOT)
    derated(derating, range(90, 91), 100.0, HOT)
    assert derating.allowed_a == pytest.approx(90.0)


def test_no_cut_goes_below_a_tenth_of_the_rating_and_none_is_made_at_rest() -> None:
    derating = Derating(200.0)
    derated(derating, range(2000), 21.0, HOT)
    assert derating.allowed_a == pytest.approx(20.0)
    resting = Derating(200.0)
    derated(resting, range(600), 0.2, HOT)
    assert (resting.allowed_a, resting.secondary) == (None, True)


@pytest.mark.verifies("THM-4")
def test_calm_gives_back_one_step_every_two_minutes_and_the_loop_last() -> None:
    derating = Derating(100.0)
    derated(derating, range(91), 100.0, HOT)
    cut_a = derating.allowed_a
    assert cut_a is not None
    assert cut_a < 75.0
    given_back = []
    for second in range(92, 1000, SAMPLE_S):
        before = (derating.allowed_a, derating.secondary)
        derating.step(second * NS_PER_S, 50.0, CALM)
        if (derating.allowed_a, derating.secondary) != before:
            given_back.append((second, derating.allowed_a, derating.secondary))
    assert given_back == [
        (212, pytest.approx(cut_a / 0.9), True),
        (332, pytest.approx(cut_a / 0.81), True),
        (452, None, True),
        (572, None, False),
    ]
    assert derating.factor == 1.0


def test_heat_that_comes_back_starts_the_calm_anew() -> None:
    derating = Derating(100.0)
    derated(derating, range(61), 100.0, HOT)
    before_a = derating.allowed_a
    for start in range(62, 600, 100):
        derated(derating, range(start, start + 98), 50.0, CALM)
        derated(derating, range(start + 98, start + 100), 0.5, HOT)
    assert derating.allowed_a is not None
    assert before_a is not None
    assert derating.allowed_a <= before_a


# Cooling


@pytest.mark.parametrize(
    ("hottest_c", "level"), [(20.0, 0.0), (50.0, 0.0), (60.0, 0.5), (70.0, 1.0), (90.0, 1.0)]
)
def test_the_first_loop_follows_the_hottest_pin(hottest_c: float, level: float) -> None:
    cooling = Cooling()
    cooling.step(hottest_c, secondary=False, tripped=False)
    assert (cooling.primary, cooling.secondary) == pytest.approx((level, 0.0))


def test_a_scattering_sensor_does_not_make_the_fans_hunt() -> None:
    cooling, rng, levels = Cooling(), Random(1), []
    for _ in range(1000):
        cooling.step(60.0 + rng.gauss(0.0, 0.3), secondary=False, tripped=False)
        levels.append(cooling.primary)
    assert len(set(levels[10:])) == 1


def test_unknown_heat_and_a_trip_cool_fully() -> None:
    cooling = Cooling()
    cooling.step(None, secondary=False, tripped=False)
    assert (cooling.primary, cooling.secondary) == (1.0, 1.0)
    cooling.step(59.0, secondary=False, tripped=True)
    assert cooling.secondary == 1.0
    cooling.step(40.0, secondary=False, tripped=True)
    assert (cooling.primary, cooling.secondary) == (0.0, 0.0)


# Reversal


class Turning:
    """A converter that follows at 50 A/s, behind a reversal."""

    def __init__(self) -> None:
        self.reversal = Reversal()
        self.now_ns = 0
        self.amps = 0.0
        self.done: list[Reversed] = []

    def wants(self, target_a: float, seconds: float) -> "Turning":
        for _ in range(round(seconds * 50)):
            allowed_a = self.reversal.step(self.now_ns, target_a, self.amps, 400.0)
            assert allowed_a in (0.0, target_a) or abs(allowed_a) == 2.0
            assert allowed_a * self.amps >= 0.0 or abs(self.amps) < 1.0, "against the current"
            self.amps += max(-1.0, min(1.0, allowed_a - self.amps))
            self.now_ns += 20 * NS_PER_MS
            done = self.reversal.take()
            if done is not None:
                self.done.append(done)
        return self


@pytest.mark.verifies("PWR-4")
def test_a_reversal_is_confirmed_once_and_timed() -> None:
    turning = Turning().wants(20.0, 2.0).wants(-20.0, 3.0)
    (done,) = turning.done
    assert (done.sign, done.reactive_var) == (-1, 400.0)
    assert done.latency_ns / NS_PER_MS == pytest.approx(400 + 300, abs=60)
    assert turning.wants(-20.0, 2.0).wants(0.0, 2.0).wants(-20.0, 2.0).done == [done]


@pytest.mark.verifies("PWR-4")
@pytest.mark.parametrize("ticks", range(50))
def test_changing_one_s_mind_at_any_moment_counts_what_flowed_and_nothing_else(ticks: int) -> None:
    turning = Turning().wants(20.0, 2.0).wants(-20.0, ticks * 0.02)
    lowest_a = turning.amps
    turning.wants(20.0, 3.0)
    assert turning.amps == pytest.approx(20.0)
    assert len(turning.done) == (2 if lowest_a <= -1.0 else 0)
    assert not turning.reversal.under_way


def test_an_open_contactor_forgets_both_directions() -> None:
    turning = Turning().wants(20.0, 2.0).wants(0.0, 1.0)
    turning.reversal.reset()
    assert turning.wants(-20.0, 2.0).done == []


# Bounds


def test_the_tightest_bound_decides_in_its_direction() -> None:
    bounds = [Bound("a", 10.0, 3.0), Bound("b", 5.0, 8.0)]
    assert (tightest(bounds, charge=True).by, tightest(bounds, charge=False).by) == ("b", "a")
    assert [within(w, bounds) for w in (20.0, 4.0, 0.0, -2.0, -20.0)] == [5.0, 4.0, 0.0, -2.0, -3.0]


@pytest.mark.verifies("PWR-2")
@pytest.mark.parametrize("house_w", [None, 0.0, 30.0, 60.0, 700.0, 5000.0])
def test_v2h_gives_less_than_the_house_draws(house_w: float | None) -> None:
    bound = mode_bound(Mode.V2H, house_w)
    assert bound is not None
    assert bound.charge_w == 0.0
    assert 0.0 <= bound.discharge_w <= max(0.0, (house_w or 0.0) - 60.0)


def test_modes_bar_the_other_way() -> None:
    charge, feed = mode_bound(Mode.CHARGE, 700.0), mode_bound(Mode.V2G, 700.0)
    assert charge is not None
    assert feed is not None
    assert (charge.discharge_w, feed.charge_w) == (0.0, 0.0)
    assert mode_bound(Mode.V2X, 700.0) is None


# Notes


def test_a_calm_pilot_s_letters_are_told_at_once() -> None:
    letters = Letters()
    told = [letters.step(second * NS_PER_S, letter) for second, letter in enumerate("AABBCCBBAA")]
    assert told == [None, None, "A", None, "B", None, "C", None, "B", None]


def test_a_restless_pilot_is_told_a_few_times_and_again_when_it_rests() -> None:
    letters, rng = Letters(), Random(1)
    told = [letters.step(tick * 20 * NS_PER_MS, rng.choice("CE")) for tick in range(100_000)]
    assert 1 <= sum(before is not None for before in told) <= 6
    end_ns = 100_000 * 20 * NS_PER_MS
    letters.step(end_ns, "B")
    rested = [letters.step(end_ns + second * NS_PER_S, "B") for second in range(1, 10)]
    assert sum(before is not None for before in rested) == 1
    assert letters.told == "B"


def test_portions_add_up_and_come_once_a_minute() -> None:
    booking = Booking(energy_ws=(1000.0, 0.0))
    assert not booking.due(0)
    assert not booking.due(BOOKING_PERIOD_NS - 1)
    booking.energy_ws = (4600.0, 7200.0)
    assert booking.due(BOOKING_PERIOD_NS)
    portion = booking.take(BOOKING_PERIOD_NS, mated_ns=30 * NS_PER_S)
    assert portion == pytest.approx(Portion(0.001, 0.002, 30.0))
    assert booking.take(BOOKING_PERIOD_NS, None) is None
    assert not math.isnan(booking.energy_ws[0])


def test_a_tighter_limit_is_kept() -> None:
    cooling = Cooling(replace(LIMITS, temp_trip_c=65.0, temp_reset_c=45.0))
    cooling.step(50.0, secondary=False, tripped=False)
    assert cooling.primary == 1.0
