"""A grid that strays: what is ridden through, what ends discharge, and when it may go on."""

from typing import Any

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.session import Mode
from tests.stage import Stage, a_charger

PROFILES = ("eu-50hz", "us-60hz")
STRAYS = [
    ("eu-50hz", "grid-push", 47.4, 0.1),
    ("eu-50hz", "grid-push", 51.6, 0.1),
    ("eu-50hz", "grid-volts", 180.0, 3.0),
    ("eu-50hz", "grid-volts", 100.0, 0.3),
    ("eu-50hz", "grid-volts", 290.0, 0.1),
    ("us-60hz", "grid-push", 62.1, 0.16),
    ("us-60hz", "grid-push", 61.3, 300.0),
    ("us-60hz", "grid-push", 58.4, 300.0),
    ("us-60hz", "grid-volts", 205.0, 21.0),
    ("us-60hz", "grid-volts", 110.0, 2.0),
    ("us-60hz", "grid-volts", 270.0, 13.0),
]
"""Profile, how the grid strays, and the clearing time of the stage that it meets."""


def discharging(profile: str, kw: float = 10.0, **setup: Any) -> Stage:
    return a_charger(profile=profile, skip=True, **setup).discharge(kw)


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize(("profile", "stray", "value", "clearing_s"), STRAYS)
def test_a_grid_beyond_a_stage_is_no_longer_fed_when_its_clearing_time_ends(
    profile: str, stray: str, value: float, clearing_s: float
) -> None:
    charger = discharging(profile).does(stray, value).wait(clearing_s - 0.06)
    assert charger.faults == set()
    assert charger.kw == pytest.approx(-10.0, rel=0.01)
    charger.wait(0.06)
    assert charger.faults == {"ERR_REV_FLOW_TRIP"}
    assert charger.world.bay.converter.inhibit, "the modules make no power any more"
    charger.wait(1)
    assert (charger.closed, charger.counts.load_breaks) == (False, 0)


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize(("profile", "stray", "value", "clearing_s"), STRAYS)
def test_a_grid_that_comes_back_in_time_is_ridden_through(
    profile: str, stray: str, value: float, clearing_s: float
) -> None:
    charger = discharging(profile)
    for _ in range(3):
        charger.does(stray, value).wait(clearing_s - 0.06).undoes(stray).wait(2)
    assert charger.faults == set()
    assert charger.kw == pytest.approx(-10.0, rel=0.01)


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize("profile", PROFILES)
def test_discharge_comes_back_after_the_delay_and_only_when_somebody_starts_it(
    profile: str,
) -> None:
    delay_s = GRID_PROFILES[profile].reconnect_s
    charger = discharging(profile).does("grid-push", 45.0).wait(2)
    assert charger.faults == {"ERR_REV_FLOW_TRIP"}
    charger.undoes("grid-push").wait(delay_s - 2)
    assert charger.faults == {"ERR_REV_FLOW_TRIP"}
    assert charger.wait(4).faults == set()
    assert charger.wait(30).kw == 0.0
    assert charger.discharge(kw=10).faults == set()


@pytest.mark.verifies("PWR-6")
def test_a_grid_that_is_back_but_not_yet_steady_begins_the_wait_anew() -> None:
    charger = discharging("eu-50hz").does("grid-push", 52.0).wait(2).does("grid-push", 50.05)
    charger.wait(50).does("grid-push", 50.15).wait(5).does("grid-push", 50.05).wait(50)
    assert charger.faults == {"ERR_REV_FLOW_TRIP"}
    assert charger.wait(15).faults == set()


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize("profile", PROFILES)
def test_while_the_grid_is_out_a_charge_is_served_and_whatever_may_give_back_is_refused(
    profile: str,
) -> None:
    charger = discharging(profile).does("grid-push", 45.0).wait(3)
    for mode in (Mode.V2G, Mode.V2H, Mode.V2X):
        assert Condition.GRID in charger.world.command_power(-5_000.0, mode).refused
    assert Condition.GRID in charger.world.command_power(5_000.0, Mode.V2X).refused
    charger.asks(5, Mode.CHARGE).until(lambda s: s.kw > 4.9, within_s=15)
    assert charger.faults == {"ERR_REV_FLOW_TRIP"}


@pytest.mark.verifies("PWR-6")
def test_a_charge_goes_on_while_the_grid_strays() -> None:
    charger = a_charger(skip=True).plug_in().asks(5, Mode.CHARGE).wait(10)
    charger.does("grid-push", 47.0).wait(60)
    assert charger.kw == pytest.approx(5.0, rel=0.01)
    assert charger.faults == set()


@pytest.mark.verifies("PWR-6")
@pytest.mark.parametrize("profile", PROFILES)
def test_a_program_that_just_started_watches_the_grid_before_it_feeds_it(profile: str) -> None:
    delay_s = GRID_PROFILES[profile].reconnect_s
    charger = a_charger(profile=profile, grid_watched_s=0.0, skip=True).plug_in()
    assert charger.world.command_power(-5_000.0).refused == (Condition.GRID,)
    charger.asks(5, Mode.CHARGE).until(lambda s: s.kw > 4.9, within_s=15)
    charger.stop().wait(delay_s - 20)
    assert charger.world.command_power(-5_000.0).refused == (Condition.GRID,)
    assert charger.wait(20).discharge(kw=5).faults == set()


@pytest.mark.verifies("PWR-6")
def test_an_evening_of_high_voltage_ends_discharge_by_its_mean() -> None:
    charger = discharging("eu-50hz", kw=5.0, battery_kwh=100.0).wait(600)
    charger.does("grid-volts", 256.0).wait(500)
    assert charger.faults == set()
    charger.until(lambda s: bool(s.faults), within_s=120)
    assert charger.faults == {"ERR_REV_FLOW_TRIP"}
    watch = charger.charger.grid_watch
    assert watch.tripped is not None
    assert watch.tripped.mean_s == 600.0
