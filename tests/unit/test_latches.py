"""How each fault comes, what it does, how it goes, and what is remembered of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.observation import CpState, Request
from silverpin.safety.envelope import Envelope, Latch, ResetAnswer
from tests.observations import (
    CHARGE,
    DC,
    EITHER_WAY,
    TICK_NS,
    Bench,
    pilot,
    rest,
)
from tests.trips import CASES, tripped

BY_CODE = pytest.mark.parametrize("code", CASES)


BY_CONTROL_ALONE = {"ERR_ISO_HANDSHAKE"}
"""Raised by what no input of the envelope shows."""


def test_every_fault_that_waits_for_nothing_has_a_case() -> None:
    raised = {code for code, row in FAULTS.items() if row.waits_for is None}
    assert set(CASES) == raised - BY_CONTROL_ALONE


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


def test_a_reset_right_after_a_restart_restarts_nothing_either() -> None:
    bench = Bench()
    code = "ERR_EMERGENCY_STOP"
    bench.envelope.restore({code: Latch(code, -5, "before")}, False)
    assert bench.reset(code) == ((code,), "")
    bench.request = CHARGE
    assert bench.run(1).blocked == (Condition.ASKED,)


def test_restoring_nothing_forgets_no_refusal() -> None:
    bench = tripped("ERR_EMERGENCY_STOP")
    bench.reset("ERR_EMERGENCY_STOP")
    bench.envelope.restore({}, False)
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
