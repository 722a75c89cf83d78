"""The envelope: what it permits and what it withholds, when silent, hot or asked to give."""

from collections.abc import Mapping
from typing import Any

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.doubts import Doubt
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState, Reading, Request
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.domain.tightening import tighten
from silverpin.safety.envelope import Envelope
from silverpin.safety.sensors import Accusation
from tests.observations import (
    CHARGE,
    DC,
    EITHER_WAY,
    INFINITE,
    NAN,
    TICK_NS,
    Bench,
    pilot,
    rest,
    seen,
)
from tests.trips import tripped


@pytest.mark.verifies("LCK-2")
def test_a_permit_is_a_lease_of_half_a_second_up_to_the_rating() -> None:
    bench = Bench().powered()
    permit = bench.judge().permit
    assert permit is not None
    assert permit == (bench.now_ns + 500 * NS_PER_MS, 200.0, 0.0)
    assert permit.valid(bench.now_ns + 499 * NS_PER_MS)
    assert not permit.valid(bench.now_ns + 500 * NS_PER_MS)


@pytest.mark.verifies("PWR-1")
def test_asking_many_times_is_asking_once() -> None:
    bench = Bench().powered()
    first = bench.judge()
    again = [bench.envelope.judge(bench.observe(), CHARGE) for _ in range(100)]
    assert set(again) == {first}
    assert bench.codes == set()


@pytest.mark.parametrize(
    ("but", "blocked"),
    [
        ({"seated": False, "mirror": False, "contactor_commanded": False}, Condition.PLUGGED),
        ({"pilot": pilot(CpState.B)}, Condition.VEHICLE_READY),
        ({"contactor_commanded": False, "mirror": True}, Condition.CONTACTOR),
    ],
)
def test_a_condition_without_a_fault_withholds_power_while_it_lasts(
    but: Mapping[str, Any], blocked: Condition
) -> None:
    bench = Bench().powered()
    verdict = bench.judge(**but)
    assert verdict.permit is None
    assert not verdict.emergency
    assert blocked in verdict.blocked
    assert bench.codes == set()
    bench.run(0.5)
    assert bench.judge().permit is not None


@pytest.mark.parametrize("state", [CpState.C, CpState.D])
def test_a_vehicle_that_is_ready_gets_power(state: CpState) -> None:
    bench = Bench().powered()
    assert bench.judge(pilot=pilot(state)).permit is not None


@pytest.mark.verifies("LCK-2")
@pytest.mark.parametrize("lock", [False, NAN, None])
def test_power_needs_the_lock_s_own_word(lock: object) -> None:
    bench = Bench()
    bench.run(1, lock=lock)
    bench.request = EITHER_WAY
    verdict = bench.judge(lock=lock)
    assert verdict.permit is None
    assert verdict.blocked == (Condition.LOCK,)


@pytest.mark.verifies("LCK-2", "LCK-3")
def test_a_lock_that_was_proved_too_long_ago_proves_nothing() -> None:
    bench = Bench().powered(EITHER_WAY)
    old = Reading(True, bench.now_ns + TICK_NS - LIMITS.input_age_max_ns)
    assert bench.judge(lock=old).permit is not None
    verdict = bench.judge(lock=old)
    assert verdict.permit is None
    assert not verdict.emergency
    assert bench.codes == {"ERR_INPUT_LOST", "ERR_LOCK_FAIL"}


def test_conditions_come_in_the_order_in_which_they_can_be_mended() -> None:
    envelope = Envelope(DC)
    nothing = rest(pilot=None, seated=None, lock=None, mirror=None, current_a=None, voltage_v=None,
                   pin_temps_c=(), estop_clear=None, earth_ohm=None, residual_clear=None,
                   insulation_ohm=None, inverter_ok=None, grid_ok=None)  # fmt: skip
    verdict = envelope.judge(nothing, Request())
    assert verdict.blocked == (
        Condition.PLUGGED, Condition.ESTOP, Condition.EARTH, Condition.RESIDUAL,
        Condition.INSULATION, Condition.TEMPERATURE, Condition.INVERTER, Condition.PILOT,
        Condition.LOCK, Condition.VEHICLE_READY, Condition.CONTACTOR, Condition.METER,
        Condition.ASKED,
    )  # fmt: skip
    assert verdict.reverse_blocked == (Condition.GRID,)


@pytest.mark.parametrize("amps", [INFINITE, NAN])
def test_a_meter_that_says_no_number_has_said_nothing(amps: float) -> None:
    bench = Bench().powered()
    assert bench.judge(current_a=amps).permit is None
    assert bench.envelope.latched["ERR_INPUT_LOST"].detail == "current meter silent"


def test_the_healthy_instant_of_these_tests_is_healthy() -> None:
    assert Envelope(DC).judge(seen(NS_PER_S), EITHER_WAY).blocked == ()


# Silence


LOST = {
    "pilot": "pilot", "seated": "proximity", "lock": "LOCK_STATUS", "mirror": "mirror contact",
    "current_a": "current meter", "voltage_v": "voltage meter", "estop_clear": "emergency stop",
    "earth_ohm": "protective earth", "residual_clear": "residual-current device",
    "insulation_ohm": "insulation monitor", "inverter_ok": "inverter figures",
}  # fmt: skip


@pytest.mark.verifies("CP-5", "LCK-2")
@pytest.mark.parametrize("name", LOST)
def test_an_input_that_falls_silent_under_power_ends_it_and_is_named(name: str) -> None:
    bench = Bench().powered(EITHER_WAY)
    assert bench.judge(**{name: None}).permit is None
    assert bench.envelope.latched["ERR_INPUT_LOST"].detail == f"{LOST[name]} silent"


@pytest.mark.parametrize("name", LOST)
def test_just_after_a_start_silence_withholds_power_and_is_no_fault_for_three_seconds(
    name: str,
) -> None:
    bench = Bench()
    bench.request = CHARGE
    assert bench.run(3, **{name: None}).permit is None
    assert bench.codes == set()
    bench.judge(**{name: None})
    assert bench.codes == {"ERR_INPUT_LOST"}


def test_patience_ends_with_the_first_permit() -> None:
    bench = Bench()
    bench.request = CHARGE
    bench.judge()
    assert bench.judge().permit is not None
    bench.judge(residual_clear=None)
    assert bench.codes == {"ERR_INPUT_LOST"}


def test_a_protective_input_that_trips_knows_no_patience() -> None:
    bench = Bench()
    assert bench.judge(estop_clear=False).emergency
    assert bench.codes == {"ERR_EMERGENCY_STOP"}


# Heat


@pytest.mark.verifies("THM-2")
@pytest.mark.parametrize(
    ("temps", "codes", "detail"),
    [
        ((84.9, 40.0), set(), ""),
        ((40.0, 85.0), {"ERR_THERM_OVERLOAD"}, "DC- 85.0 °C, limit 85"),
        ((120.0, 90.0), {"ERR_THERM_OVERLOAD"}, "DC+ 120.0 °C, limit 85"),
        (
            (NAN, 40.0),
            {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"},
            "DC+ not to be believed, counted as too hot",
        ),
        (
            (161.0, -41.0),
            {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"},
            "DC+, DC- not to be believed, counted as too hot",
        ),
        (
            (40.0, 40.0, 90.0),
            {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"},
            "a sensor of no pin 90.0 °C, limit 85",
        ),
        (
            (40.0,),
            {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"},
            "DC+, DC- not to be believed, counted as too hot",
        ),
    ],
)
def test_heat_and_what_may_hide_it_trip(
    temps: tuple[float, ...], codes: set[str], detail: str
) -> None:
    bench = Bench().powered()
    verdict = bench.judge(pin_temps_c=temps)
    assert bench.codes == codes
    assert (verdict.permit is None) is bool(codes)
    assert (Condition.TEMPERATURE in verdict.blocked) is bool(codes)
    assert bench.envelope.inspection_due is bool(codes)
    if codes:
        assert bench.envelope.latched["ERR_THERM_OVERLOAD"].detail == detail


@pytest.mark.verifies("THM-2")
def test_a_site_may_trip_earlier() -> None:
    bench = Bench(limits=tighten(LIMITS, {"temp_trip_c": 70.0})).powered()
    assert bench.judge(pin_temps_c=(69.9, 40.0)).permit is not None
    bench.judge(pin_temps_c=(70.0, 40.0))
    assert bench.envelope.latched["ERR_THERM_OVERLOAD"].detail == "DC+ 70.0 °C, limit 70"


@pytest.mark.verifies("THM-2")
def test_a_sensor_may_be_silent_for_two_seconds() -> None:
    bench = Bench().powered()
    last = Reading(40.0, bench.now_ns)
    assert bench.run(2, pin_temps_c=(last, 40.0)).permit is not None
    bench.judge(pin_temps_c=(last, 40.0))
    assert bench.codes == {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"}


def test_sensors_that_are_silent_just_after_a_start_withhold_power_only() -> None:
    bench = Bench()
    bench.request = CHARGE
    verdict = bench.run(2.98, pin_temps_c=(None, None))
    assert verdict.blocked == (Condition.TEMPERATURE,)
    assert bench.codes == set()
    assert bench.judge(pin_temps_c=(90.0, None)).permit is None
    assert bench.codes == {"ERR_THERM_OVERLOAD"}


@pytest.mark.verifies("THM-3")
def test_a_trip_clears_below_60_degrees_and_discharge_waits_for_an_inspection() -> None:
    bench = tripped("ERR_THERM_OVERLOAD")
    for hot_c in (84.9, 60.0):
        bench.reset("ERR_THERM_OVERLOAD", pin_temps_c=(hot_c, 40.0))
        assert bench.codes == {"ERR_THERM_OVERLOAD"}
    bench.reset("ERR_THERM_OVERLOAD", pin_temps_c=(59.9, 40.0))
    bench.request = Request()
    bench.judge()
    bench.request = EITHER_WAY
    verdict = bench.judge()
    assert verdict.permit is not None
    assert (verdict.permit.charge_max_a, verdict.permit.discharge_max_a) == (200.0, 0.0)
    assert verdict.reverse_blocked == (Condition.INSPECTION,)
    assert bench.judge(grid_ok=True).reverse_blocked == (Condition.INSPECTION,)
    bench.envelope.inspected()
    verdict = bench.judge()
    assert verdict.permit is not None
    assert verdict.permit.discharge_max_a == 200.0
    assert verdict.reverse_blocked == ()


@pytest.mark.verifies("THM-3")
def test_an_inspection_that_is_older_than_the_heat_frees_nothing() -> None:
    bench = tripped("ERR_THERM_OVERLOAD")
    bench.envelope.inspected()
    bench.judge(pin_temps_c=(86.0, 40.0))
    assert bench.envelope.inspection_due


@pytest.mark.verifies("THM-3")
def test_a_sensor_that_cannot_be_believed_resets_no_trip() -> None:
    bench = tripped("ERR_THERM_SENSOR")
    cleared, refusal = bench.reset("ERR_THERM_OVERLOAD", pin_temps_c=(40.0, None))
    assert cleared == ()
    assert "the sensor of DC- cannot be believed; repair it first" in refusal


# Discharge


@pytest.mark.verifies("LCK-3")
def test_discharge_is_permitted_only_where_it_was_asked_for() -> None:
    bench = Bench().powered(CHARGE)
    for request, allowed_a in ((CHARGE, 0.0), (EITHER_WAY, 200.0), (CHARGE, 0.0)):
        bench.request = request
        permit = bench.judge().permit
        assert permit is not None
        assert permit.discharge_max_a == allowed_a


def test_a_grid_outside_its_profile_stops_discharge_and_leaves_charging_alone() -> None:
    bench = tripped("ERR_REV_FLOW_TRIP")
    bench.request = Request()
    bench.judge(grid_ok=False)
    bench.request = CHARGE
    verdict = bench.judge(grid_ok=False)
    assert bench.codes == {"ERR_REV_FLOW_TRIP"}
    assert verdict.permit is not None
    assert verdict.permit.discharge_max_a == 0.0
    assert verdict.reverse_blocked == (Condition.GRID,)
    bench.request = EITHER_WAY
    assert bench.judge(grid_ok=False).blocked == (Condition.NO_FAULT, Condition.ASKED)


def test_who_only_charges_does_not_mind_the_grid_s_profile() -> None:
    bench = Bench().powered(CHARGE)
    verdict = bench.judge(grid_ok=False)
    assert verdict.permit is not None
    assert bench.codes == set()


@pytest.mark.parametrize("grid", [False, None, Reading(True, 0)])
def test_a_grid_that_is_not_proved_trips_discharge(grid: object) -> None:
    bench = Bench().powered(EITHER_WAY)
    assert bench.judge(grid_ok=grid).permit is None
    assert bench.codes == {"ERR_REV_FLOW_TRIP"}
    assert bench.reset("ERR_REV_FLOW_TRIP", grid_ok=grid)[1].endswith(
        ": the grid is outside its profile"
    )


def test_a_grid_that_was_never_read_bars_only_discharge_just_after_a_start() -> None:
    bench = Bench()
    bench.request = EITHER_WAY
    verdict = bench.judge(grid_ok=None)
    assert verdict.permit is not None
    assert verdict.permit.discharge_max_a == 0.0
    assert bench.codes == set()


def test_what_was_found_out_since_changes_the_words_of_a_latch_and_nothing_else() -> None:
    bench = tripped("ERR_CONTACTOR_WELD")
    before = bench.envelope.latched["ERR_CONTACTOR_WELD"]
    bench.envelope.explain("ERR_CONTACTOR_WELD", "one pole welded")
    bench.envelope.explain("ERR_EARTH_LOSS", "nobody latched it")
    assert bench.codes == {"ERR_CONTACTOR_WELD"}
    after = bench.envelope.latched["ERR_CONTACTOR_WELD"]
    assert after == before._replace(detail="one pole welded")


def test_a_weld_is_not_reset_beside_live_pins() -> None:
    bench = tripped("ERR_CONTACTOR_WELD")
    live = {"voltage_v": 230.0, "pilot": pilot(CpState.B)}
    bench.run(0.1)
    answer = bench.reset("ERR_CONTACTOR_WELD", **live)
    assert answer.cleared == ()
    assert answer.refusal.endswith("230 V on pins that nobody should feed")
    assert bench.reset("ERR_CONTACTOR_WELD").cleared == ("ERR_CONTACTOR_WELD",)


def test_a_sensor_that_an_earlier_program_doubted_is_doubted_still() -> None:
    envelope = Envelope(DC)
    doubted = {1: Accusation(Doubt.FROZEN, 40.0, "stands still")}
    envelope.restore({}, inspection_due=False, doubted=doubted)
    later = LIMITS.start_grace_ns + NS_PER_S
    for now_ns in (0, later):
        verdict = envelope.judge(rest(now_ns), CHARGE)
        assert Condition.TEMPERATURE in verdict.blocked
    assert envelope.latched["ERR_THERM_SENSOR"].detail == "DC- stands still"


def test_sensors_are_held_against_their_history_at_the_very_second() -> None:
    bench = Bench().powered()
    bench.run(3.0)
    held_ns = bench.envelope._sensors.next_ns
    while bench.now_ns + TICK_NS < held_ns:
        assert bench.judge().permit is not None
    assert bench.now_ns + TICK_NS == held_ns
    assert bench.judge(pin_temps_c=(10.0, 40.0)).permit is None
    assert "fell by 30.0 K" in bench.envelope.latched["ERR_THERM_SENSOR"].detail


def test_beside_live_pins_a_weld_stays_latched_and_nothing_else() -> None:
    bench = Bench()
    bench.run(4.0)
    for code in ("ERR_OVERCURRENT", "ERR_CONTACTOR_WELD"):
        bench.envelope.accuse(code, bench.now_ns, "seen")
    live = {"voltage_v": 400.0, "pilot": pilot(CpState.B)}
    answer = bench.reset("ERR_OVERCURRENT", "ERR_CONTACTOR_WELD", **live)
    assert answer.cleared == ("ERR_OVERCURRENT",)
    assert "400 V on pins" in answer.refusal
