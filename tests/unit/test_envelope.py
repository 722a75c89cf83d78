"""The envelope: what raises each fault, what each forbids, and how it goes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.limits import LIMITS, tighten
from silverpin.domain.observation import CpState, Reading, Request
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.envelope import Envelope, Latch, ResetAnswer
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


class Case(NamedTuple):
    """What raises a fault, and what of it still stands when the contactor has opened."""

    cause: Mapping[str, Any]
    seconds: float = 0.02
    request: Request = CHARGE
    still: Mapping[str, Any] | None = None
    """The cause as a reset meets it, where that is not the cause itself."""


_CLOSED = {"mirror": True, "contactor_commanded": True}
CASES = {
    "ERR_THERM_OVERLOAD": Case({"pin_temps_c": (85.0, 40.0)}, still={"pin_temps_c": (60.0, 40.0)}),
    "ERR_THERM_SENSOR": Case({"pin_temps_c": (40.0, None)}),
    "ERR_CP_SIGNAL_LOSS": Case({"pilot": pilot(CpState.C, noise_v=0.51)}),
    "ERR_LOCK_FAIL": Case({"lock": False}, still=_CLOSED),
    "ERR_REV_FLOW_TRIP": Case({"grid_ok": False}, request=EITHER_WAY),
    "ERR_CONTACTOR_WELD": Case(
        {"mirror": True, "contactor_commanded": False, "current_a": 0.0}, 0.3
    ),
    "ERR_CONTACTOR_OPEN": Case(
        {"mirror": False, "contactor_commanded": True, "current_a": 0.0}, 0.3
    ),
    "ERR_EMERGENCY_STOP": Case({"estop_clear": False}),
    "ERR_EARTH_LOSS": Case({"earth_ohm": 10.0}),
    "ERR_RESIDUAL_CURRENT": Case({"residual_clear": False}),
    "ERR_INSULATION": Case({"insulation_ohm": 99_999.0}),
    "ERR_UNPLUGGED_LIVE": Case({"seated": False}, still=_CLOSED),
    "ERR_INPUT_LOST": Case({"residual_clear": None}),
    "ERR_OVERCURRENT": Case({"current_a": 223.1}, 1.04),
    "ERR_INVERTER_MAP": Case({"inverter_ok": False}),
}
BY_CODE = pytest.mark.parametrize("code", CASES)


def tripped(code: str) -> Bench:
    """A bench on which power flowed until the cause of *code* came."""
    case = CASES[code]
    bench = Bench().powered(case.request)
    bench.run(case.seconds, **case.cause)
    return bench


def test_every_fault_that_waits_for_nothing_has_a_case() -> None:
    assert set(CASES) == {code for code, row in FAULTS.items() if row.waits_for is None}


@BY_CODE
@pytest.mark.verifies("OPS-2")
def test_a_cause_latches_its_fault_and_ends_power_as_declared(code: str) -> None:
    case = CASES[code]
    bench = Bench().powered(case.request)
    raised = None
    for _ in range(60):
        before = bench.codes
        verdict = bench.judge(**case.cause)
        if code in bench.codes:
            raised = verdict
            break
        assert before == set()
    assert raised is not None
    assert raised.permit is None
    assert raised.emergency is (FAULTS[code].action is Action.EMERGENCY)
    assert Condition.NO_FAULT in raised.blocked
    assert bench.envelope.latched[code].since_ns == bench.now_ns
    assert bench.envelope.latched[code].detail


@BY_CODE
def test_a_fault_stands_when_its_cause_has_gone_unless_it_clears_by_itself(code: str) -> None:
    bench = tripped(code)
    verdict = bench.run(1)
    if FAULTS[code].reset is Reset.GRID_BACK:
        assert bench.codes == set()
    else:
        assert code in bench.codes
        assert Condition.NO_FAULT in verdict.blocked
    assert verdict.permit is None


@BY_CODE
@pytest.mark.verifies("THM-3")
def test_a_reset_is_refused_until_its_condition_holds_and_then_is_idempotent(code: str) -> None:
    case, bench = CASES[code], tripped(code)
    still = case.cause if case.still is None else case.still
    cleared, refusal = bench.reset(code, **still)
    assert cleared == ()
    assert refusal.startswith(f"{code} stays latched: ")
    assert code in bench.codes
    assert bench.reset(code) == ((code,), "")
    assert code not in bench.codes
    assert bench.reset(code) == ((), "")


@BY_CODE
@pytest.mark.verifies("THM-3", "PWR-1")
def test_a_reset_restarts_nothing_until_power_is_asked_for_anew(code: str) -> None:
    bench = tripped(code)
    bench.reset(*bench.codes)
    assert bench.codes == set()
    assert bench.run(1).blocked == (Condition.ASKED,)
    bench.request = Request()
    assert bench.judge().blocked == (Condition.ASKED,)
    bench.request = CHARGE
    assert bench.judge().permit is not None


@BY_CODE
def test_asking_again_while_a_fault_stands_does_not_count(code: str) -> None:
    bench = tripped(code)
    bench.request = Request()
    bench.judge(**CASES[code].cause)
    bench.request = EITHER_WAY
    bench.judge(**CASES[code].cause)
    bench.reset(*bench.codes)
    assert Condition.ASKED in bench.judge().blocked


def test_a_reset_of_what_is_not_latched_does_nothing() -> None:
    bench = Bench().powered()
    assert bench.reset("ERR_LOCK_FAIL", "ERR_NEVER_HEARD_OF") == ((), "")
    assert bench.judge().permit is not None


def test_a_reset_clears_what_it_can_and_names_the_rest() -> None:
    bench = Bench()
    bench.run(4, pin_temps_c=(90.0, 40.0), estop_clear=False)
    answer = bench.envelope.reset(
        frozenset(bench.codes), rest(bench.now_ns, pin_temps_c=(70.0, 40.0))
    )
    assert answer == ResetAnswer(
        ("ERR_EMERGENCY_STOP",),
        "ERR_THERM_OVERLOAD stays latched: DC+ is at 70.0 °C and must be below 60 °C; let it cool",
    )


@pytest.mark.parametrize(
    ("still", "words"),
    [
        ({"contactor_commanded": True}, "the contactor is still commanded closed"),
        ({"mirror": True}, "the mirror contact reads closed while the command is open"),
        ({"mirror": None}, "mirror contact silent"),
        ({"current_a": -3.1}, "3.1 A flow while the command is open"),
        ({"lock": None}, "LOCK_STATUS silent"),
        ({"pilot": pilot(CpState.E)}, "control pilot not clean"),
        ({"earth_ohm": 12.0}, "protective earth missing"),
    ],
)
def test_a_cause_that_is_not_gone_is_named(still: Mapping[str, Any], words: str) -> None:
    bench = tripped("ERR_EMERGENCY_STOP")
    assert bench.reset("ERR_EMERGENCY_STOP", **still)[1].endswith(f": {words}")


@pytest.mark.parametrize("gone", [{"seated": False}, {"lock": False}, {"current_a": 3.0}])
def test_a_plug_that_is_out_or_free_hinders_no_reset(gone: Mapping[str, Any]) -> None:
    bench = tripped("ERR_EMERGENCY_STOP")
    assert bench.reset("ERR_EMERGENCY_STOP", **gone) == (("ERR_EMERGENCY_STOP",), "")


# Power


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
            "DC+ unread or impossible, counted as too hot",
        ),
        (
            (161.0, -41.0),
            {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"},
            "DC+, DC- unread or impossible, counted as too hot",
        ),
        (
            (40.0, 40.0, 90.0),
            {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"},
            "a sensor of no pin 90.0 °C, limit 85",
        ),
        (
            (40.0,),
            {"ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"},
            "DC+, DC- unread or impossible, counted as too hot",
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


# Memory


def test_a_lock_fault_goes_with_the_plug_once_the_contactor_is_proved_open() -> None:
    bench = tripped("ERR_LOCK_FAIL")
    bench.judge(seated=False, lock=False, mirror=None)
    bench.judge(seated=None, lock=False)
    assert "ERR_LOCK_FAIL" in bench.codes
    bench.judge(seated=False, lock=False)
    assert "ERR_LOCK_FAIL" not in bench.codes


def test_control_may_accuse_and_the_first_word_stays() -> None:
    bench = Bench().powered()
    bench.envelope.accuse("ERR_LOCK_FAIL", bench.now_ns, "the bolt did not seat in any try")
    bench.envelope.accuse("ERR_LOCK_FAIL", bench.now_ns + 1, "again")
    assert bench.judge().permit is None
    assert dict(bench.envelope.latched) == {
        "ERR_LOCK_FAIL": Latch(
            "ERR_LOCK_FAIL", bench.now_ns - TICK_NS, "the bolt did not seat in any try"
        )
    }


def test_nobody_accuses_of_what_is_no_fault() -> None:
    with pytest.raises(ValueError, match="ERR_TYPO is no row"):
        Envelope(DC).accuse("ERR_TYPO", 0, "")


def test_nobody_else_can_take_a_latch_away() -> None:
    bench = tripped("ERR_EMERGENCY_STOP")
    with pytest.raises(TypeError):
        del bench.envelope.latched["ERR_EMERGENCY_STOP"]  # type: ignore[attr-defined]


@BY_CODE
def test_what_an_earlier_process_latched_still_forbids_and_asks_anew(code: str) -> None:
    case, bench = CASES[code], Bench()
    bench.envelope.restore({code: Latch(code, -5, "before")}, False)
    bench.request = case.request
    cause = {"grid_ok": False} if code == "ERR_REV_FLOW_TRIP" else {}
    assert bench.run(0.3, **cause).permit is None
    assert bench.envelope.latched[code] == Latch(code, -5, "before")
    assert not bench.envelope.inspection_due
    bench.reset(code)
    assert bench.judge().blocked == (Condition.ASKED,)


def test_what_is_latched_here_outlives_what_is_restored() -> None:
    bench = tripped("ERR_THERM_OVERLOAD")
    since_ns = bench.envelope.latched["ERR_THERM_OVERLOAD"].since_ns
    bench.envelope.restore({"ERR_THERM_OVERLOAD": Latch("ERR_THERM_OVERLOAD", -5, "")}, False)
    assert bench.envelope.latched["ERR_THERM_OVERLOAD"].since_ns == since_ns
    assert bench.envelope.inspection_due


@pytest.mark.verifies("THM-3")
def test_a_restart_does_not_make_an_inspection_undue() -> None:
    bench = Bench()
    bench.envelope.restore({}, True)
    verdict = bench.powered(EITHER_WAY).judge()
    assert verdict.permit is not None
    assert verdict.permit.discharge_max_a == 0.0
    assert verdict.reverse_blocked == (Condition.INSPECTION,)
    bench.request = CHARGE
    assert bench.judge(grid_ok=False).reverse_blocked == (Condition.GRID, Condition.INSPECTION)


def test_a_restart_does_not_undo_an_inspection_made_while_the_trip_stood() -> None:
    bench = Bench()
    trip = Latch("ERR_THERM_OVERLOAD", -5, "")
    bench.envelope.restore({trip.code: trip}, inspection_due=False)
    bench.judge()
    assert not bench.envelope.inspection_due


def test_a_memory_of_no_fault_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="ERR_FROM_THE_FUTURE is no row"):
        Envelope(DC).restore({"ERR_FROM_THE_FUTURE": Latch("ERR_FROM_THE_FUTURE", 0, "")}, False)


@pytest.mark.parametrize("amps", [INFINITE, NAN])
def test_a_meter_that_says_no_number_has_said_nothing(amps: float) -> None:
    bench = Bench().powered()
    assert bench.judge(current_a=amps).permit is None
    assert bench.envelope.latched["ERR_INPUT_LOST"].detail == "current meter silent"


def test_the_healthy_instant_of_these_tests_is_healthy() -> None:
    assert Envelope(DC).judge(seen(NS_PER_S), EITHER_WAY).blocked == ()
