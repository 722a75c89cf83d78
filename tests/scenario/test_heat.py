"""Hot contacts and sensors that cannot be believed."""

import pytest

from silverpin.apps.charger import THERMAL
from silverpin.domain.conditions import Condition
from silverpin.domain.session import Mode
from tests.stage import Stage, a_charger

SETS = {"ccs2-200a": 80.0, "ccs2-80a": 31.0, "type2-32a": 22.0}
"""Connector sets, and the power that is their full rating on this vehicle. [kW]"""


def at_full_rating(connector: str, seed: int = 1, **setup: float) -> Stage:
    return a_charger(
        seed, connector=connector, power_max_w=90_000.0, battery_kwh=400.0, skip=True,
        tick_ns=100_000_000, **setup,
    )  # fmt: skip


def reset_thermal(stage: Stage) -> str:
    return stage.charger.reset(THERMAL, "operator").refusal


# THM-2: too hot, or not to be believed


@pytest.mark.verifies("THM-2")
def test_a_pin_at_85_degrees_stops_power_and_stays_latched() -> None:
    charger = a_charger(skip=True).discharge(kw=10).does("heat-pin", "DC+=86").wait(2)
    assert charger.faults == {"ERR_THERM_OVERLOAD"}
    assert (charger.kw, charger.closed) == (0.0, False)
    assert charger.wait(600).faults == {"ERR_THERM_OVERLOAD"}
    assert charger.counts.thermal_events == 1
    assert charger.counts.load_breaks == 0


@pytest.mark.verifies("THM-2")
def test_a_pin_at_84_degrees_does_not() -> None:
    charger = a_charger().discharge(kw=2).does("heat-pin", "DC+=84").wait(5)
    assert charger.faults == set()


@pytest.mark.verifies("THM-2")
@pytest.mark.parametrize("broken", ["ntc-open", "ntc-short", "ntc-lost"])
def test_a_sensor_that_is_gone_counts_as_too_hot(broken: str) -> None:
    charger = a_charger().discharge(kw=10).does(broken, "DC-").wait(4)
    assert charger.faults == {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"}
    assert not charger.closed
    assert "DC-" in charger.charger.envelope.latched["ERR_THERM_SENSOR"].detail
    assert charger.counts.thermal_events == 0, "a broken wire heats no contact"


@pytest.mark.verifies("THM-2")
@pytest.mark.parametrize("stuck", ["ntc-frozen", "bypass-ntc"])
@pytest.mark.parametrize("connector", SETS)
def test_a_sensor_that_stands_still_under_full_load_is_found_within_two_hours(
    connector: str, stuck: str
) -> None:
    charger = at_full_rating(connector)
    pin = charger.charger.connector.power_pins[0]
    charger.does(stuck, pin).charge(SETS[connector])
    charger.until(lambda s: bool(s.faults), within_s=7200)
    assert charger.faults == {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"}
    assert pin in charger.charger.envelope.latched["ERR_THERM_SENSOR"].detail


@pytest.mark.verifies("THM-2")
@pytest.mark.parametrize("connector", SETS)
@pytest.mark.parametrize("seed", [1, 2])
def test_whole_sensors_are_never_accused_whatever_flows(connector: str, seed: int) -> None:
    charger = at_full_rating(connector, seed)
    for kw in (0.5, SETS[connector], -SETS[connector], 0.0):
        charger.plug_in().asks(kw).wait(1800)
    assert charger.faults == set()


# THM-3: back after heat


@pytest.mark.verifies("THM-3")
def test_a_thermal_reset_waits_for_60_degrees_and_restarts_nothing() -> None:
    charger = a_charger(skip=True).discharge(kw=10).does("heat-pin", "DC+=trip").wait(2)
    assert "must be below 60 °C" in reset_thermal(charger)
    assert charger.faults == {"ERR_THERM_OVERLOAD"}
    charger.until(lambda s: max(s.world.bay.connector.ntc_c) < 59.0, within_s=3600)
    assert reset_thermal(charger) == ""
    assert reset_thermal(charger) == ""
    assert charger.wait(60).faults == set()
    assert (charger.kw, charger.closed) == (0.0, False)


@pytest.mark.verifies("THM-3")
def test_after_heat_discharge_waits_for_an_inspection_and_charging_does_not() -> None:
    charger = a_charger(skip=True).discharge(kw=10).does("heat-pin", "DC+=trip").wait(1200)
    assert reset_thermal(charger) == ""
    charger.wait(1)
    for mode in (Mode.V2G, Mode.V2H, Mode.V2X):
        answer = charger.world.command_power(-5_000.0, mode)
        assert answer.refused == (Condition.INSPECTION,)
    assert charger.charge(kw=5).limits()["inspection after heat"] == (float("inf"), 0.0)
    charger.charger.envelope.inspected()
    charger.wait(1)
    assert charger.discharge(kw=5).faults == set()


def test_both_cooling_loops_run_until_a_tripped_pin_is_cool() -> None:
    charger = a_charger(skip=True).discharge(kw=10).does("heat-pin", "DC+=trip").wait(3)
    assert charger.world.bay.connector.cooling == (1.0, 1.0)
    charger.until(lambda s: max(s.world.bay.connector.pin_c) < 55.0, within_s=3600).wait(30)
    assert charger.world.bay.connector.cooling[1] == 0.0


# THM-4: warming too fast


@pytest.mark.verifies("THM-4")
def test_fast_warming_brings_the_second_loop_first_and_then_a_cut_of_ten_per_cent() -> None:
    charger = at_full_rating("ccs2-80a").does("worn-pin", "DC+=1.5mOhm").charge(kw=24.0)
    charger.until(lambda s: s.world.bay.connector.cooling[1] == 1.0, within_s=120)
    assert charger.charger.supervisor.derating.allowed_a is None
    second_loop_s, flowing_a = charger.world.now_ns * 1e-9, charger.amps
    charger.until(lambda s: s.charger.supervisor.derating.allowed_a is not None, within_s=60)
    assert charger.world.now_ns * 1e-9 - second_loop_s == pytest.approx(30.0, abs=0.2)
    assert charger.charger.supervisor.derating.allowed_a == pytest.approx(0.9 * flowing_a, rel=0.01)
    assert charger.wait(3).amps == pytest.approx(0.9 * flowing_a, rel=0.01)
    assert "heat" in charger.limits()
    assert charger.story("cooling", "derated")[-2:] == ["cooling", "derated"]


@pytest.mark.verifies("THM-4")
def test_one_step_every_thirty_seconds_while_it_lasts() -> None:
    charger = at_full_rating("ccs2-80a").does("worn-pin", "DC+=3mOhm").charge(kw=24.0)
    charger.wait(240)
    assert len(charger.events("derated")) >= 3
    assert min(charger.pauses_s("derated")) == pytest.approx(30.0, abs=0.2)


@pytest.mark.verifies("THM-4")
def test_calm_gives_the_current_back_step_by_step_and_then_the_loop() -> None:
    charger = at_full_rating("ccs2-80a").does("worn-pin", "DC+=2.2mOhm").charge(kw=24.0)
    charger.until(lambda s: s.charger.supervisor.derating.allowed_a is not None, within_s=200)
    charger.undoes("worn-pin", "DC+").wait(3600)
    assert min(charger.pauses_s("recovered")) == pytest.approx(120.0, abs=1.1)
    assert charger.charger.supervisor.derating.factor == 1.0
    assert charger.world.bay.connector.cooling[1] == 0.0
    assert charger.kw == pytest.approx(24.0, rel=0.01)
    assert charger.faults == set()


@pytest.mark.verifies("THM-4", "THM-5")
def test_a_loop_that_the_forecast_turned_on_delays_no_cut() -> None:
    cut_s = {}
    for forecast in (False, True):
        charger = at_full_rating("ccs2-80a", forecast=forecast).does("worn-pin", "DC+=3mOhm")
        charger.charge(kw=24.0)
        charger.until(lambda s: s.charger.supervisor.derating.secondary, within_s=120)
        fast_s = charger.world.now_ns * 1e-9
        charger.until(lambda s: s.charger.supervisor.derating.allowed_a is not None, within_s=60)
        cut_s[forecast] = charger.world.now_ns * 1e-9 - fast_s
    assert cut_s[True] == pytest.approx(cut_s[False], abs=0.2)
    assert cut_s[True] == pytest.approx(30.0, abs=0.2)


# The hot case that bites


def hot_day(connector: str, seed: int, worn: bool, hours: int = 2) -> Stage:
    """Full rating one way and the other, half an hour each, in air of 40 °C."""
    charger = at_full_rating(connector, seed, ambient_c=40.0)
    if worn:
        charger.does("worn-pin", f"{charger.charger.connector.power_pins[0]}=3mOhm")
    charger.plug_in()
    for half_hour in range(2 * hours):
        kw = SETS[connector] * (1 if half_hour % 2 == 0 else -1)
        if not charger.world.command_power(kw * 1e3).refused:
            charger.wait(1800)
    return charger


@pytest.mark.verifies("THM-2", "THM-4", "SIM-1")
@pytest.mark.parametrize("connector", SETS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_worn_pin_in_hot_air_at_full_rating_derates_or_trips(connector: str, seed: int) -> None:
    charger = hot_day(connector, seed, worn=True)
    assert charger.events("derated") or "ERR_THERM_OVERLOAD" in charger.faults
    assert charger.counts.load_breaks == 0


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("connector", SETS)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_hours_with_healthy_pins_do_neither(connector: str, seed: int) -> None:
    charger = hot_day(connector, seed, worn=False)
    assert charger.story("derated", "thermal_trip", "fault_raised") == []
    assert charger.counts.charged_kwh > 0.9 * SETS[connector]


@pytest.mark.long
@pytest.mark.parametrize("connector", SETS)
@pytest.mark.parametrize("seed", [3, 4])
def test_a_whole_hot_day_with_healthy_pins_neither_derates_nor_trips(
    connector: str, seed: int
) -> None:
    charger = hot_day(connector, seed, worn=False, hours=24)
    assert charger.story("derated", "thermal_trip", "fault_raised") == []
