"""The grid's window, its clearing time and its reconnect delay."""

import pytest

from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.quantities import seconds_to_ns
from silverpin.safety.grid import GridWatch
from tests.observations import NO_NUMBERS

EU = GRID_PROFILES["eu-50hz"]


class Meter:
    """A watch over a profile; `at` shows it an instant."""

    def __init__(self, profile: str = "eu-50hz") -> None:
        self.row = GRID_PROFILES[profile]
        self.watch = GridWatch(self.row)

    def at(self, seconds: float, hz: float | None = None, volts: float | None = None) -> bool:
        row = self.row
        return self.watch.step(
            seconds_to_ns(seconds),
            row.nominal_hz if hz is None else hz,
            row.nominal_v if volts is None else volts,
        )


@pytest.mark.parametrize("profile", GRID_PROFILES)
def test_the_bounds_of_a_profile_are_inside_it(profile: str) -> None:
    row = GRID_PROFILES[profile]
    meter = Meter(profile)
    for hz in (row.under_hz, row.over_hz):
        for volts in (row.under_v, row.over_v):
            meter.at(0, hz, volts)
            assert meter.at(10, hz, volts)


@pytest.mark.parametrize(
    ("hz", "volts"),
    [(47.49, 230.0), (51.51, 230.0), (50.0, 183.9), (50.0, 264.6)]
    + [(value, 230.0) for value in NO_NUMBERS]
    + [(50.0, value) for value in NO_NUMBERS],
)
def test_outside_for_the_clearing_time_stops_discharge(hz: float, volts: float) -> None:
    meter = Meter()
    assert meter.at(5.0, hz, volts)
    assert meter.at(5.099, hz, volts)
    assert not meter.at(5.1, hz, volts)
    assert not meter.watch.ok


def test_a_dip_shorter_than_the_clearing_time_stops_nothing() -> None:
    meter = Meter()
    assert meter.at(0.0, 40.0)
    assert meter.at(0.09)
    assert meter.at(0.12, 40.0)
    assert meter.at(0.2, 40.0)
    assert not meter.at(0.22, 40.0)


@pytest.mark.parametrize("profile", GRID_PROFILES)
def test_it_is_back_after_the_delay_without_a_break(profile: str) -> None:
    meter = Meter(profile)
    wait_s = meter.row.reconnect_s
    meter.at(0.0, 40.0)
    assert not meter.at(1.0, 40.0)
    assert not meter.at(2.0)
    assert not meter.at(wait_s + 1.99)
    assert not meter.at(wait_s + 1.995, 40.0)
    assert not meter.at(wait_s + 3.0)
    assert not meter.at(2 * wait_s + 2.99)
    assert meter.at(2 * wait_s + 3.0)
    assert meter.at(2 * wait_s + 4.0)


def test_a_second_trip_waits_its_own_delay() -> None:
    meter = Meter()
    for begin_s in (0.0, 100.0):
        meter.at(begin_s, 40.0)
        assert not meter.at(begin_s + 1, 40.0)
        assert not meter.at(begin_s + 2)
        assert not meter.at(begin_s + 61.9)
        assert meter.at(begin_s + 62)


def test_a_grid_that_nobody_watched_waits_the_delay_too() -> None:
    meter = Meter()
    assert meter.at(0.0)
    meter.watch.lose()
    assert not meter.watch.ok
    assert not meter.at(1.0)
    assert not meter.at(60.9)
    assert meter.at(61.0)
