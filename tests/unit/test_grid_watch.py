"""The stages of a grid profile, what is ridden through, and when the grid is fed (again)."""

from itertools import product

import pytest

from silverpin.domain.grid_profiles import GRID_PROFILES, GridProfile, Quantity, Stage
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS, seconds_to_ns
from silverpin.safety.grid import GridWatch
from tests.observations import NO_NUMBERS

TICK_NS = LIMITS.judge_period_ns
FAST = [(row, stage) for row in GRID_PROFILES.values() for stage in row.stages if not stage.mean_s]
IDS = [f"{row.name} {stage.name}" for row, stage in FAST]


class Meter:
    """A watch over a profile that has fed for long; `at` shows it an instant, `hold` a while."""

    def __init__(self, profile: str = "eu-50hz", since_s: float | None = -1000.0) -> None:
        self.row = GRID_PROFILES[profile]
        since_ns = None if since_s is None else seconds_to_ns(since_s)
        self.watch = GridWatch(self.row, since_ns)
        self.now_ns = 0
        if since_s is not None:
            assert self.at(0)

    def at(self, seconds: float, hz: float | None = None, volts: float | None = None) -> bool:
        row = self.row
        return self.watch.step(
            seconds_to_ns(seconds),
            row.nominal_hz if hz is None else hz,
            row.nominal_v if volts is None else volts,
        )

    def hold(
        self, seconds: float, hz: float | None = None, volts: float | None = None,
        step_ns: int = TICK_NS,
    ) -> bool:  # fmt: skip
        """Show it the same at every tick for that long; return whether it may feed at the end."""
        end_ns = self.now_ns + seconds_to_ns(seconds)
        while self.now_ns < end_ns:
            self.now_ns += step_ns
            ok = self.at(self.now_ns * 1e-9, hz, volts)
        return ok


def shown(profile: GridProfile, stage: Stage, value: float) -> tuple[float, float]:
    """Frequency and voltage, nominal but for what *stage* looks at."""
    if stage.quantity is Quantity.FREQUENCY:
        return value, profile.nominal_v
    return profile.nominal_hz, value


def just_beyond(stage: Stage) -> float:
    return stage.threshold + (0.01 if stage.over else -0.01)


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize(("profile", "stage"), FAST, ids=IDS)
def test_power_is_off_when_a_stage_s_clearing_time_ends_and_not_before(
    profile: GridProfile, stage: Stage
) -> None:
    meter = Meter(profile.name)
    hz, volts = shown(profile, stage, just_beyond(stage))
    since_ns = meter.now_ns + TICK_NS
    while meter.hold(TICK_NS * 1e-9, hz, volts):
        assert meter.watch.timing
    # One judgement sees it and one acts on it, both within the clearing time.
    lasted_s = (meter.now_ns - since_ns) * 1e-9
    assert stage.clearing_s - 0.05 <= lasted_s <= stage.clearing_s - TICK_NS * 1e-9 + 1e-9
    assert meter.watch.tripped is stage
    assert not meter.watch.timing
    assert not meter.hold(stage.clearing_s, hz, volts, 100 * NS_PER_MS)
    assert meter.watch.tripped is stage


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize(("profile", "stage"), FAST, ids=IDS)
def test_an_excursion_that_is_back_in_time_is_ridden_through(
    profile: GridProfile, stage: Stage
) -> None:
    meter = Meter(profile.name)
    hz, volts = shown(profile, stage, just_beyond(stage))
    step_ns = TICK_NS if stage.clearing_s < 10.0 else 100 * NS_PER_MS
    for _ in range(3):
        assert meter.hold(stage.clearing_s - 0.06, hz, volts, step_ns)
        assert meter.hold(0.1)
    assert meter.watch.tripped is None


@pytest.mark.parametrize(("profile", "stage"), FAST, ids=IDS)
def test_a_threshold_is_inside_it(profile: GridProfile, stage: Stage) -> None:
    assert not stage.beyond(stage.threshold)
    assert stage.beyond(just_beyond(stage))
    assert stage.margin(stage.threshold) == 0.0
    assert stage.margin(just_beyond(stage)) == pytest.approx(-0.01)


@pytest.mark.parametrize("profile", GRID_PROFILES)
def test_the_corners_of_the_innermost_window_are_fed_for_ever(profile: str) -> None:
    meter = Meter(profile)
    hertz, volts = (meter.row.innermost(quantity) for quantity in Quantity)
    for hz, v in product(hertz, volts):
        assert meter.hold(400.0, hz, v, 1_000_000_000)


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_number_is_outside_and_never_back(value: float) -> None:
    for hz, volts in ((value, 230.0), (50.0, value)):
        meter = Meter()
        assert meter.hold(1.0)
        assert not meter.hold(0.3, hz, volts)
        assert not meter.hold(300.0, hz, volts, 1_000_000_000)
        assert meter.watch.back_ns is None


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize("profile", GRID_PROFILES)
def test_it_is_fed_again_after_the_delay_without_a_break(profile: str) -> None:
    meter = Meter(profile)
    wait_s = meter.row.reconnect_s
    second_ns = 1_000_000_000
    assert not meter.hold(0.2, 40.0)
    assert not meter.hold(wait_s - 1, step_ns=second_ns)
    assert not meter.hold(1.0, meter.row.reconnect.high_hz + 0.05)
    assert not meter.hold(wait_s - 1, step_ns=second_ns)
    assert meter.watch.tripped is not None
    assert meter.hold(3, step_ns=second_ns)
    assert meter.watch.tripped is None


@pytest.mark.verifies("PWR-6")
def test_the_band_to_come_back_is_narrower_than_the_one_to_stay() -> None:
    meter = Meter()
    assert meter.hold(100.0, 50.15, step_ns=1_000_000_000)
    assert not meter.hold(0.2, 52.0)
    assert not meter.hold(600.0, 50.15, step_ns=1_000_000_000)
    assert meter.hold(61.0, 50.05, step_ns=1_000_000_000)


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize("profile", GRID_PROFILES)
def test_a_program_that_just_started_watches_before_it_feeds(profile: str) -> None:
    meter = Meter(profile, since_s=None)
    assert meter.watch.waited_ns(0) == 0
    assert not meter.hold(meter.row.reconnect_s, step_ns=1_000_000_000)
    assert meter.watch.waited_ns(meter.now_ns) == seconds_to_ns(meter.row.reconnect_s - 1)
    assert meter.hold(1.0)
    assert meter.watch.waited_ns(meter.now_ns) is None


def test_a_grid_that_nobody_watched_waits_the_delay() -> None:
    for lost in ("silent meter", "pause"):
        meter = Meter()
        assert meter.hold(1.0)
        if lost == "pause":
            meter.now_ns += 6_000_000_000
        else:
            meter.watch.lose()
        assert not meter.hold(60.0)
        assert meter.hold(0.1)


def test_since_when_it_is_so_is_known() -> None:
    meter = Meter()
    meter.hold(1.0)
    assert meter.watch.since_ns == 0
    meter.hold(0.2, 40.0)
    assert meter.watch.since_ns == pytest.approx(seconds_to_ns(1.08), abs=TICK_NS)
    meter.watch.lose()
    assert meter.watch.since_ns == pytest.approx(seconds_to_ns(1.08), abs=TICK_NS)


# The mean of ten minutes


def high(meter: Meter, minutes: float, volts: float) -> bool:
    return meter.hold(60.0 * minutes, volts=volts, step_ns=1_000_000_000)


@pytest.mark.verifies("PWR-6")
def test_a_voltage_that_is_high_in_the_mean_of_ten_minutes_trips() -> None:
    meter = Meter()
    assert high(meter, 10, 240.0)
    assert high(meter, 5, 260.0)
    assert not high(meter, 3, 260.0)
    assert meter.watch.tripped is not None
    assert meter.watch.tripped.mean_s == 600.0


def test_a_mean_that_stays_below_is_left_alone_and_so_is_one_not_yet_seen() -> None:
    fresh, steady = Meter(), Meter()
    assert high(fresh, 9, 280.0)
    assert high(steady, 60, 245.0)
    for _ in range(5):
        assert high(steady, 1, 260.0)
        assert high(steady, 9, 245.0)


def test_a_mean_counts_its_own_clearing_time_when_the_voltage_is_back() -> None:
    meter = Meter()
    assert high(meter, 20, 252.9)
    held = [meter.hold(1.0, volts=volts) for volts in [270.0] * 6 + [252.0] * 6]
    assert not all(held)


def test_a_mean_begins_anew_after_what_nobody_saw() -> None:
    meter = Meter()
    assert high(meter, 9, 280.0)
    meter.watch.lose()
    assert not high(meter, 2, 280.0)
    assert meter.watch.tripped is None
    meter = Meter()
    assert high(meter, 9, 280.0)
    meter.at(meter.now_ns * 1e-9 + 0.02, volts=float("nan"))
    assert high(meter, 2, 280.0)


def test_a_stage_tells_what_it_looks_at() -> None:
    meter = Meter()
    meter.hold(1.0)
    names = {
        row.stage.name: meter.watch.seen(row.stage, 50.1, 231.0) for row in meter.watch.counting
    }
    assert names == {"OF": 50.1, "UF": 50.1, "OV2": 231.0, "UV1": 231.0, "UV2": 231.0, "OV1": None}
    assert all(row.since_ns is None for row in meter.watch.counting)
    meter.hold(0.04, hz=47.0)
    assert [row.stage.name for row in meter.watch.counting if row.since_ns is not None] == ["UF"]
