"""ISO 15118-20, charger's role: the charge loop."""

from dataclasses import replace

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import (
    ControlMode,
    Service,
    Stage,
    Wanted,
)
from silverpin.protocols.iso15118.states20 import State20
from tests.iso20_talk import ON, Talk, amount, code

S = State20


@pytest.mark.parametrize("control", ControlMode)
@pytest.mark.parametrize("service", [Service.DC, Service.DC_BPT])
def test_each_turn_of_the_dc_loop_tells_the_limits_of_that_moment(
    service: Service, control: ControlMode
) -> None:
    talk = Talk(service, control).reach(S.LOOP)
    both = "BPT_" if service.bidirectional else ""
    name = f"{both}{control.value.capitalize()}_DC_CLResControlMode"
    for current_a in (90.0, 12.34, 0.0):
        talk.change(charge_max_a=current_a, discharge_max_a=current_a / 2)
        mode = getattr(talk.say("DC_ChargeLoopReq").message, name)
        told = mode.EVSEMaximumChargeCurrent
        assert amount(told) == pytest.approx(current_a, abs=0.01)
        if service.bidirectional:
            back = mode.EVSEMaximumDischargeCurrent
            assert amount(back) == pytest.approx(current_a / 2, abs=0.01)


def test_the_loop_tells_what_flows_and_which_limit_is_reached() -> None:
    talk = Talk(side=replace(ON, current_a=-80.0, power_w=-28_000.0)).reach(S.LOOP)
    answer = talk.say("DC_ChargeLoopReq").message
    assert amount(answer.EVSEPresentCurrent) == -80
    assert answer.EVSECurrentLimitAchieved is True
    assert answer.EVSEPowerLimitAchieved is False
    assert answer.EVSEVoltageLimitAchieved is False


def test_the_loop_keeps_what_the_vehicle_says() -> None:
    talk = Talk().reach(S.LOOP)
    reply = talk.say("DC_ChargeLoopReq")
    told = talk.machine.told
    assert (told.target_a, told.target_v, told.present_v) == (50, 420, 398)
    assert (told.state_of_charge, told.stage) == (0.4, Stage.POWER)
    assert reply.sequence_timeout_ns == V2G_TIMERS.loop_sequence_ns


def test_dynamic_control_keeps_the_vehicles_needs() -> None:
    talk = Talk(control=ControlMode.DYNAMIC).reach(S.LOOP)
    talk.say("DC_ChargeLoopReq")
    told = talk.machine.told
    assert (told.energy_min_wh, told.energy_target_wh, told.energy_max_wh) == (-5000, 20000, 30000)
    assert (told.target_a, told.departure_s) == (None, 7200)


@pytest.mark.parametrize(
    ("set_w", "expected_w"), [(6000.0, 6000), (-6000.0, -6000), (99_000.0, 40_000)]
)
def test_dynamic_control_over_ac_passes_the_set_point_on(set_w: float, expected_w: float) -> None:
    talk = Talk(Service.AC_BPT, ControlMode.DYNAMIC, side=replace(ON, set_w=set_w)).reach(S.LOOP)
    mode = talk.say("AC_ChargeLoopReq").message.BPT_Dynamic_AC_CLResControlMode
    phases = (
        mode.EVSETargetActivePower,
        mode.EVSETargetActivePower_L2,
        mode.EVSETargetActivePower_L3,
    )
    total_w = sum(amount(p) for p in phases)
    assert total_w == pytest.approx(expected_w, rel=1e-3)
    assert abs(total_w) <= abs(expected_w)


def test_scheduled_control_over_ac_bounds_a_vehicle_that_takes_too_much() -> None:
    talk = Talk(Service.AC).reach(S.LOOP)
    mode = talk.say("AC_ChargeLoopReq").message.Scheduled_AC_CLResControlMode
    assert mode.EVSETargetActivePower is None
    talk.change(charge_max_w=3000.0)
    mode = talk.say("AC_ChargeLoopReq").message.Scheduled_AC_CLResControlMode
    assert amount(mode.EVSETargetActivePower) == 1000
    assert talk.machine.told.target_w == 7000


@pytest.mark.parametrize("phases", [1, 3])
def test_powers_over_ac_are_told_per_phase(phases: int) -> None:
    talk = Talk(Service.AC, side=replace(ON, phases=phases, charge_max_w=6000.0))
    mode = talk.reach(S.PARAMETERS).say("AC_ChargeParameterDiscoveryReq").message
    told = mode.AC_CPDResEnergyTransferMode
    assert amount(told.EVSEMaximumChargePower) == 6000 / phases
    assert (told.EVSEMaximumChargePower_L3 is None) == (phases == 1)


def test_a_loop_of_the_other_control_mode_is_refused() -> None:
    talk = Talk().reach(S.LOOP)
    talk.control = ControlMode.DYNAMIC
    assert code(talk.say("DC_ChargeLoopReq")) == "FAILED_WrongChargeParameter"


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        (Wanted.STOP, "Terminate"),
        (Wanted.PAUSE, "Pause"),
        (Wanted.RENEGOTIATE, "ServiceRenegotiation"),
        (Wanted.RESCHEDULE, "ScheduleRenegotiation"),
    ],
)
def test_what_the_charger_wants_comes_with_the_loop(wanted: Wanted, word: str) -> None:
    talk = Talk().reach(S.LOOP)
    assert talk.say("DC_ChargeLoopReq").message.EVSEStatus is None
    talk.change(wanted=wanted, notice_max_s=8.5)
    status = talk.say("DC_ChargeLoopReq").message.EVSEStatus
    assert (status.EVSENotification, status.NotificationMaxDelay) == (word, 8)


def test_a_fault_asks_the_vehicle_to_end_power_at_once() -> None:
    talk = Talk().reach(S.LOOP)
    talk.change(fault="ERR_THERM_OVER", notice_max_s=9.0)
    reply = talk.say("DC_ChargeLoopReq")
    assert code(reply) == "OK"
    status = reply.message.EVSEStatus
    assert (status.EVSENotification, status.NotificationMaxDelay) == ("Terminate", 0)


def test_an_emergency_ends_the_session_with_the_next_answer() -> None:
    talk = Talk().reach(S.LOOP)
    talk.change(fault="ERR_LOCK_FAIL", emergency=True)
    reply = talk.say("DC_ChargeLoopReq")
    assert (code(reply), reply.ending) == ("FAILED", Ending.REFUSED)
    assert reply.why == "FAILED: the charger has failed: ERR_LOCK_FAIL"


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (S.PARAMETERS, "DC_ChargeParameterDiscoveryReq"),
        (S.SCHEDULE, "ScheduleExchangeReq"),
        (S.CABLE_CHECK, "DC_CableCheckReq"),
        (S.PRE_CHARGE, "DC_PreChargeReq"),
        (S.START, "PowerDeliveryReq"),
    ],
)
def test_a_faulty_charger_does_not_go_on_towards_power(state: State20, name: str) -> None:
    talk = Talk().reach(state)
    talk.change(fault="ERR_EARTH")
    assert code(talk.say(name)) == "FAILED"


def test_the_meter_is_told_when_asked_for() -> None:
    talk = Talk(side=replace(ON, energy_wh=1234.4, energy_out_wh=99.6)).reach(S.LOOP)
    meter = talk.say("DC_ChargeLoopReq", MeterInfoRequested=True).message.MeterInfo
    assert (meter.ChargedEnergyReadingWh, meter.BPT_DischargedEnergyReadingWh) == (1234, 100)
    talk.change(energy_wh=None)
    assert talk.say("DC_ChargeLoopReq", MeterInfoRequested=True).message.MeterInfo is None


def test_a_vehicle_that_does_not_stop_when_told_is_let_down() -> None:
    talk = Talk().reach(S.LOOP)
    talk.change(wanted=Wanted.STOP, notice_max_s=10.0)
    assert code(talk.say("DC_ChargeLoopReq")) == "OK"
    talk.wait((10.0 + LIMITS.vehicle_stops_s) * 1000 - 10)
    assert code(talk.say("DC_ChargeLoopReq")) == "OK"
    talk.wait(20)
    reply = talk.say("DC_ChargeLoopReq")
    assert reply.why == "FAILED: the vehicle was told to stop and goes on"
    assert reply.ending is Ending.REFUSED


def test_a_stop_that_is_taken_back_is_forgotten() -> None:
    talk = Talk().reach(S.LOOP)
    talk.change(wanted=Wanted.STOP)
    talk.say("DC_ChargeLoopReq")
    talk.change(wanted=Wanted.GO_ON)
    talk.wait(100_000)
    talk.say("DC_ChargeLoopReq")
    talk.change(wanted=Wanted.PAUSE)
    assert code(talk.say("DC_ChargeLoopReq")) == "OK"
    talk.change(wanted=Wanted.GO_ON)
    talk.say("PowerDeliveryReq", ChargeProgress="Stop")
    assert talk.say("SessionStopReq").ending is Ending.BY_VEHICLE


@pytest.mark.parametrize(("set_w", "expected_w"), [(5000.0, 5000), (20_000.0, 40_000 / 3)])
def test_a_vehicle_with_one_phase_is_told_of_that_one(set_w: float, expected_w: float) -> None:
    talk = Talk(Service.AC_BPT, ControlMode.DYNAMIC, side=replace(ON, set_w=set_w))
    talk.parameter_set = 4
    mode = talk.reach(S.LOOP).say("AC_ChargeLoopReq").message.BPT_Dynamic_AC_CLResControlMode
    assert amount(mode.EVSETargetActivePower) == pytest.approx(expected_w, rel=1e-3)
    assert mode.EVSETargetActivePower_L2 is None
    assert talk.machine.told.phases == 1


def test_a_hot_inlet_is_trouble_for_as_long_as_it_is_said() -> None:
    talk = Talk().reach(S.LOOP)
    talk.say("DC_ChargeLoopReq", DisplayParameters={"PresentSOC": 50, "InletHot": True})
    assert talk.machine.told.trouble == "InletHot"
    talk.say("DC_ChargeLoopReq", DisplayParameters={"PresentSOC": 50})
    assert talk.machine.told.trouble == "InletHot"
    talk.say("DC_ChargeLoopReq", DisplayParameters={"InletHot": False})
    told = talk.machine.told
    assert told.trouble is None
    assert told.state_of_charge == 0.5
