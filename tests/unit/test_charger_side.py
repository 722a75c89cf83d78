"""What a vehicle that talks is told of the charger, from what the last tick had."""

from types import MappingProxyType

import pytest

from silverpin.control.bounds import Bound
from silverpin.control.charger_side import State, Terms, side_of
from silverpin.control.insulation_test import Finding
from silverpin.control.supervisor import Supervisor
from silverpin.domain.asks import Ask, Asks
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import LIMITS
from silverpin.domain.session import Mode, SessionState, Wish
from silverpin.protocols.iso15118.sides import ChargerSide, Consent, Insulation, Service, Wanted
from silverpin.safety.envelope import Latch, Verdict
from silverpin.safety.lease import Permit
from tests.observations import AC, DC, rest, seen

S = SessionState
FREE = float("inf")
PERMITTED = Verdict(Permit(10**12, 200.0, 200.0), False, (), ())


class Told:
    """A charger in a state, and what a vehicle hears of it."""

    def __init__(self, state: SessionState, of: ConnectorSet = DC) -> None:
        self.of = of
        self.supervisor = Supervisor(of, 22_000.0)
        self.supervisor.session.state = state
        self.supervisor.session.wanted = True
        self.supervisor.bounds = [Bound("charger rating", 22_000.0, 22_000.0)]
        self.latched: dict[str, Latch] = {}
        self.asks = Asks(Ask.POWER, 400.0)
        self.may_discharge = True
        self.decides = False

    def side(self) -> ChargerSide:
        flows = self.supervisor.session.state in (S.LOW_POWER, S.RUNNING)
        state = State(
            obs=(seen if flows else rest)(of=self.of), verdict=PERMITTED if flows else None,
            latched=MappingProxyType(self.latched), asks=self.asks, hz=50.0,
            energy_ws=(3.6e6, 7.2e6), decides=self.decides,
        )  # fmt: skip
        terms = Terms(
            evse_id="DE*SIL*E1", services=(Service.DC_BPT,), may_discharge=self.may_discharge
        )
        return side_of(self.supervisor, state, terms, self.of, LIMITS)


def test_under_power_it_is_told_the_tightest_bound_in_watts_and_amperes() -> None:
    told = Told(S.RUNNING)
    told.supervisor.bounds += [Bound("heat", 12_000.0, 12_000.0), Bound("grid", FREE, 8_000.0)]
    side = told.side()
    assert (side.charge_max_w, side.discharge_max_w) == (12_000.0, 8_000.0)
    assert side.charge_max_a == pytest.approx(30.0)
    assert side.discharge_max_a == pytest.approx(20.0)
    assert (side.voltage_v, side.current_a, side.power_w) == (400.0, 20.0, 8_000.0)
    assert side.power_on
    assert not side.contactor_open
    assert (side.energy_wh, side.energy_out_wh) == (1_000.0, 2_000.0)


def test_its_own_word_is_not_told_back_to_it() -> None:
    told = Told(S.RUNNING)
    told.supervisor.bounds += [
        Bound("vehicle", 1_000.0, 500.0), Bound("vehicle's set-point", 800.0, 0.0),
    ]  # fmt: skip
    assert told.side().charge_max_w == 22_000.0
    assert told.side().discharge_max_w == 22_000.0


def test_before_power_it_is_told_what_the_charger_can_do() -> None:
    told = Told(S.READY)
    told.supervisor.bounds += [Bound("low-power start", 1_000.0, 1_000.0), Bound("V2G", 0.0, FREE)]
    side = told.side()
    assert (side.charge_max_w, side.discharge_max_w) == (22_000.0, 22_000.0)
    assert (side.charge_max_a, side.discharge_max_a) == (DC.rating_a, DC.rating_a)
    assert (side.voltage_min_v, side.voltage_max_v) == (LIMITS.dc_low_v, LIMITS.dc_high_v)
    assert not side.power_on
    assert side.contactor_open


@pytest.mark.parametrize("state", [S.READY, S.RUNNING])
def test_where_nothing_may_come_back_it_is_told_of_none(state: SessionState) -> None:
    told = Told(state)
    told.may_discharge = False
    assert (told.side().discharge_max_w, told.side().discharge_max_a) == (0.0, 0.0)


def test_a_vehicle_that_decides_itself_is_told_the_standing_order() -> None:
    told = Told(S.RUNNING)
    told.decides = True
    told.supervisor.wish = Wish(mode=Mode.V2X, power_w=-6_000.0)
    assert (told.side().charge_max_w, told.side().discharge_max_w) == (0.0, 6_000.0)
    told.supervisor.wish = Wish(mode=Mode.V2X, power_w=50_000.0)
    assert (told.side().charge_max_w, told.side().discharge_max_w) == (22_000.0, 0.0)


def test_amperes_of_ac_are_those_of_a_phase() -> None:
    told = Told(S.RUNNING, of=AC)
    assert told.side().charge_max_a == pytest.approx(22_000.0 / (3 * 400.0))
    assert told.side().phases == 3


def test_a_vehicle_with_one_phase_is_told_what_it_would_be_if_it_had_all_three() -> None:
    told = Told(S.RUNNING, of=AC)
    told.supervisor.phases.used = 1
    told.supervisor.bounds = [Bound("connector rating", 6_000.0, 3_000.0)]
    side = told.side()
    assert (side.charge_max_a, side.discharge_max_a) == (6_000.0 / 400.0, 3_000.0 / 400.0)
    assert (side.charge_max_w, side.discharge_max_w) == pytest.approx((18_000.0, 9_000.0))
    assert side.power_w == side.voltage_v * side.current_a
    assert side.phases == 3


@pytest.mark.parametrize(("target_v", "near"), [(395.0, True), (375.0, False), (None, False)])
def test_the_pins_have_its_voltage_when_they_are_near_it(
    target_v: float | None, near: bool
) -> None:
    told = Told(S.RUNNING)
    told.asks = Asks(Ask.VOLTAGE, target_v)
    assert told.side().voltage_on is near


def test_nobody_who_wants_power_is_no_leave_and_the_end_of_it() -> None:
    told = Told(S.RUNNING)
    assert (told.side().consent, told.side().wanted) == (Consent.GRANTED, Wanted.GO_ON)
    told.supervisor.session.wanted = False
    assert (told.side().consent, told.side().wanted) == (Consent.PENDING, Wanted.STOP)


def test_the_worst_fault_is_told_once_it_has_ended_power() -> None:
    told = Told(S.RUNNING)
    told.latched = {code: Latch(code, 0, "") for code in ("ERR_LOCK_FAIL", "ERR_EMERGENCY_STOP")}
    assert told.side().fault is None, "the session goes on: a grid trip leaves charging alone"
    told.supervisor.session.state = S.FAULTED
    assert told.side().fault == "ERR_EMERGENCY_STOP"
    assert told.side().emergency


@pytest.mark.parametrize("finding", Finding, ids=lambda row: row.value)
def test_every_finding_of_the_insulation_test_has_a_word_for_the_vehicle(finding: Finding) -> None:
    told = Told(S.TESTING)
    told.supervisor.insulation.finding = finding
    assert told.side().insulation is Insulation(finding.value)
