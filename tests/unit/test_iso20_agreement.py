"""ISO 15118-20, charger's role: parameters, schedule, cable check and start."""

from dataclasses import replace

import pytest

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import (
    ControlMode,
    Insulation,
    Service,
    Stage,
)
from silverpin.protocols.iso15118.states20 import State20
from tests.iso20_talk import DC_LIMITS, ON, Talk, amount, code, q

S = State20


@pytest.mark.parametrize(
    ("service", "said", "name"),
    [
        (Service.DC_BPT, Service.DC, "DC_ChargeParameterDiscoveryReq"),
        (Service.DC, Service.DC_BPT, "DC_ChargeParameterDiscoveryReq"),
        (Service.AC_BPT, Service.AC, "AC_ChargeParameterDiscoveryReq"),
        (Service.AC, Service.AC_BPT, "AC_ChargeParameterDiscoveryReq"),
    ],
)
def test_parameters_of_another_service_are_refused(
    service: Service, said: Service, name: str
) -> None:
    talk = Talk(service).reach(S.PARAMETERS)
    talk.service = said
    assert code(talk.say(name)) == "FAILED_WrongChargeParameter"


def test_limits_of_dc_reach_the_vehicle_and_its_own_are_kept() -> None:
    talk = Talk().reach(S.PARAMETERS)
    mode = talk.say("DC_ChargeParameterDiscoveryReq").message.BPT_DC_CPDResEnergyTransferMode
    told = {name: getattr(mode, name) for name in mode.__dataclass_fields__}
    numbers = {n: amount(v) for n, v in told.items() if v is not None}
    assert numbers == {
        "EVSEMaximumChargePower": 40_000,
        "EVSEMaximumChargeCurrent": 100,
        "EVSEMaximumVoltage": 500,
        "EVSEMinimumVoltage": 150,
        "EVSEMinimumChargePower": 0,
        "EVSEMinimumChargeCurrent": 0,
        "EVSEMaximumDischargePower": 30_000,
        "EVSEMaximumDischargeCurrent": 80,
        "EVSEMinimumDischargePower": 0,
        "EVSEMinimumDischargeCurrent": 0,
    }
    vehicle = talk.machine.told
    assert (vehicle.charge_max_a, vehicle.discharge_max_a) == (125, 60)
    assert (vehicle.charge_max_w, vehicle.discharge_max_w) == (50_000, 20_000)
    assert (vehicle.voltage_min_v, vehicle.voltage_max_v) == (200, 450)


def test_discharge_limits_below_zero_are_sent_where_a_vehicle_wants_them() -> None:
    talk = Talk(negative_discharge_limits=True).reach(S.PARAMETERS)
    mode = talk.say("DC_ChargeParameterDiscoveryReq").message.BPT_DC_CPDResEnergyTransferMode
    assert mode.EVSEMaximumDischargePower.Value < 0
    assert mode.EVSEMaximumDischargeCurrent.Value < 0
    assert mode.EVSEMaximumChargePower.Value > 0
    tuple_ = talk.say("ScheduleExchangeReq").message.Scheduled_SEResControlMode.ScheduleTuple[0]
    entries = tuple_.DischargingSchedule.PowerSchedule.PowerScheduleEntries.PowerScheduleEntry
    assert entries[0].Power.Value < 0


def test_discharge_limits_are_read_as_magnitudes_whatever_their_sign() -> None:
    talk = Talk().reach(S.LOOP)
    mode = talk.mode("DC") | {
        "EVMaximumDischargePower": {"Exponent": -1, "Value": -29_900},
        "EVMaximumDischargeCurrent": q(-45),
    }
    talk.say("DC_ChargeLoopReq", BPT_Scheduled_DC_CLReqControlMode=mode)
    told = talk.machine.told
    assert told.discharge_max_w == pytest.approx(2990)
    assert told.discharge_max_a == 45


def test_impossible_figures_are_named_and_never_passed_on() -> None:
    talk = Talk().reach(S.LOOP)
    mode = talk.mode("DC") | {
        "EVTargetCurrent": q(-1400),
        "EVMaximumVoltage": {"Exponent": 127, "Value": 32767},
        "EVMaximumChargeCurrent": q(1400),
    }
    talk.say("DC_ChargeLoopReq", BPT_Scheduled_DC_CLReqControlMode=mode)
    told = talk.machine.told
    assert (told.target_a, told.charge_max_a, told.voltage_max_v) == (-1000, 1000, 1500)
    assert told.doubts[-1] == ("wanted current of -1400 A is taken as -1000 A")
    assert len(told.doubts) == 3


def test_a_service_that_only_charges_never_passes_a_discharge_on() -> None:
    talk = Talk(Service.DC).reach(S.LOOP)
    mode = talk.mode("DC") | {"EVTargetCurrent": q(-30)}
    talk.say("DC_ChargeLoopReq", Scheduled_DC_CLReqControlMode=mode)
    assert talk.machine.told.target_a == 0


@pytest.mark.parametrize("control", ControlMode)
def test_a_schedule_of_the_other_control_mode_is_refused(control: ControlMode) -> None:
    talk = Talk(control=control).reach(S.SCHEDULE)
    talk.control = next(other for other in ControlMode if other is not control)
    reply = talk.say("ScheduleExchangeReq")
    assert (code(reply), reply.why) == (
        "FAILED",
        f"FAILED: {control.value} control was agreed, and its part is missing",
    )


def test_the_cable_check_follows_the_insulation_test() -> None:
    talk = Talk(side=replace(ON, insulation=Insulation.TESTING)).reach(S.CABLE_CHECK)
    assert talk.say("DC_CableCheckReq").message.EVSEProcessing == "Ongoing"
    talk.change(insulation=Insulation.WARNING)
    assert talk.say("DC_CableCheckReq").message.EVSEProcessing == "Finished"
    assert talk.machine.state is S.PRE_CHARGE


def test_after_a_service_was_chosen_again_insulation_of_before_proves_nothing() -> None:
    talk = Talk().reach(S.STOPPED)
    talk.say("SessionStopReq", ChargingSession="ServiceRenegotiation")
    for name in ("ServiceDiscoveryReq", "ServiceDetailReq", "ServiceSelectionReq",
                 "DC_ChargeParameterDiscoveryReq", "ScheduleExchangeReq"):  # fmt: skip
        talk.say(name)
    assert talk.machine.state is S.CABLE_CHECK
    for found in (Insulation.SAFE, Insulation.UNTESTED, Insulation.TESTING):
        talk.change(insulation=found)
        assert talk.say("DC_CableCheckReq").message.EVSEProcessing == "Ongoing"
    talk.change(insulation=Insulation.SAFE)
    assert talk.say("DC_CableCheckReq").message.EVSEProcessing == "Finished"


def test_a_failed_insulation_test_ends_the_session() -> None:
    talk = Talk(side=replace(ON, insulation=Insulation.FAULT)).reach(S.CABLE_CHECK)
    reply = talk.say("DC_CableCheckReq")
    assert (code(reply), reply.ending) == ("FAILED", Ending.REFUSED)
    assert reply.why == "FAILED: the insulation test of the cable check failed"


def test_an_insulation_test_without_end_is_given_up_before_the_vehicle_does() -> None:
    talk = Talk(side=replace(ON, insulation=Insulation.TESTING)).reach(S.CABLE_CHECK)
    assert code(talk.say("DC_CableCheckReq")) == "OK"
    talk.wait(V2G_TIMERS.cable_check_performance_ns / 1e6)
    assert code(talk.say("DC_CableCheckReq")) == "FAILED"
    assert V2G_TIMERS.cable_check_performance_ns < V2G_TIMERS.cable_check_ns


def test_pre_charge_tells_the_voltages() -> None:
    talk = Talk().reach(S.PRE_CHARGE)
    reply = talk.say("DC_PreChargeReq", EVProcessing="Ongoing")
    assert amount(reply.message.EVSEPresentVoltage) == 400
    told = talk.machine.told
    assert (told.target_v, told.present_v, told.stage) == (400, 390, Stage.PRE_CHARGE)
    assert talk.machine.state is S.PRE_CHARGE


def test_a_vehicle_is_given_no_voltage_beyond_its_own_limit() -> None:
    talk = Talk().reach(S.PRE_CHARGE)
    talk.say("DC_PreChargeReq", EVProcessing="Ongoing", EVTargetVoltage=q(480))
    assert talk.machine.told.target_v == 450.0
    assert talk.machine.told.doubts == ("wanted voltage of 480 V is taken as 450 V",)


@pytest.mark.parametrize("state", [S.PRE_CHARGE, S.START])
def test_power_over_dc_starts_once_the_pins_carry_the_voltage(state: State20) -> None:
    talk = Talk().reach(state)
    talk.change(voltage_v=40.0, voltage_on=False)
    assert code(talk.say("PowerDeliveryReq", EVProcessing="Ongoing")) == "OK"
    assert talk.ask("PowerDeliveryReq") is None
    talk.wait(2000)
    talk.change(voltage_v=395.0, voltage_on=True)
    assert code(talk.say("PowerDeliveryReq")) == "OK"
    assert talk.machine.told.stage is Stage.POWER


def test_pins_that_never_carry_the_voltage_end_the_session_in_time() -> None:
    talk = Talk().reach(S.START)
    talk.change(voltage_v=40.0, voltage_on=False)
    assert talk.ask("PowerDeliveryReq") is None
    assert talk.machine.told.stage is Stage.STARTING
    talk.now_ns += V2G_TIMERS.hold_performance_ns
    reply = talk.say("PowerDeliveryReq")
    assert code(reply) == "FAILED_PowerDeliveryNotApplied"
    assert "the pins carry 40 V, pre-charge is not done" in (reply.why or "")


def test_a_vehicle_that_has_power_owes_no_pre_charge() -> None:
    talk = Talk().reach(S.NEW_SCHEDULE)
    talk.change(voltage_on=False)
    assert code(talk.say("PowerDeliveryReq")) == "OK"


def test_power_over_ac_starts_once_the_contactor_is_closed() -> None:
    talk = Talk(Service.AC_BPT, side=replace(ON, power_on=False)).reach(S.START)
    assert talk.ask("PowerDeliveryReq") is None
    talk.wait(1000)
    assert talk.ask("PowerDeliveryReq") is None
    talk.change(power_on=True)
    assert code(talk.say("PowerDeliveryReq")) == "OK"
    assert talk.machine.state is S.LOOP


def test_a_contactor_that_does_not_close_ends_the_session_in_time() -> None:
    talk = Talk(Service.AC, side=replace(ON, power_on=False)).reach(S.START)
    assert talk.ask("PowerDeliveryReq") is None
    talk.wait(V2G_TIMERS.hold_performance_ns / 1e6)
    reply = talk.say("PowerDeliveryReq")
    assert (code(reply), reply.ending) == ("FAILED_ContactorError", Ending.REFUSED)
    assert V2G_TIMERS.hold_performance_ns < V2G_TIMERS.message_long_ns


def test_a_start_that_the_vehicle_still_prepares_is_asked_again() -> None:
    talk = Talk().reach(S.START)
    assert code(talk.say("PowerDeliveryReq", EVProcessing="Ongoing")) == "OK"
    assert talk.machine.state is S.START


def profile(number: int, watts: int) -> dict[str, object]:
    mode = {"SelectedScheduleTupleID": number}
    entries = {"EVPowerProfileEntry": [{"Duration": 60, "Power": {"Exponent": 2, "Value": watts}}]}
    return {
        "TimeAnchor": 0,
        "Scheduled_EVPPTControlMode": mode,
        "EVPowerProfileEntries": entries,
    }


@pytest.mark.parametrize(
    ("number", "hundreds_w", "expected"),
    [
        (1, 400, "OK"),
        (1, -300, "OK"),
        (2, 400, "FAILED_ScheduleSelectionInvalid"),
        (1, 500, "FAILED_EVPowerProfileInvalid"),
        (1, -310, "FAILED_EVPowerProfileInvalid"),
    ],
)
def test_a_power_profile_keeps_to_the_schedule(number: int, hundreds_w: int, expected: str) -> None:
    talk = Talk().reach(S.START)
    reply = talk.say("PowerDeliveryReq", EVPowerProfile=profile(number, hundreds_w))
    assert code(reply) == expected


def test_a_power_profile_of_the_other_control_mode_is_refused() -> None:
    talk = Talk(control=ControlMode.DYNAMIC).reach(S.START)
    reply = talk.say("PowerDeliveryReq", EVPowerProfile=profile(1, 100))
    assert code(reply) == "FAILED_EVPowerProfileInvalid"


def test_standby_is_declined_and_power_goes_on() -> None:
    talk = Talk().reach(S.LOOP)
    reply = talk.say("PowerDeliveryReq", ChargeProgress="Standby")
    assert (code(reply), reply.ending) == ("WARNING_StandbyNotAllowed", None)
    assert code(talk.say("DC_ChargeLoopReq")) == "OK"


def test_a_new_schedule_is_told_without_an_end_of_power() -> None:
    talk = Talk().reach(S.LOOP)
    assert code(talk.say("PowerDeliveryReq", ChargeProgress="ScheduleRenegotiation")) == "OK"
    assert talk.machine.told.stage is Stage.POWER
    talk.change(charge_max_w=7000.0)
    tuple_ = talk.say("ScheduleExchangeReq").message.Scheduled_SEResControlMode.ScheduleTuple[0]
    entry = tuple_.ChargingSchedule.PowerSchedule.PowerScheduleEntries.PowerScheduleEntry[0]
    assert amount(entry.Power) == 7000
    assert code(talk.say("PowerDeliveryReq")) == "OK"
    assert talk.machine.state is S.LOOP


def test_a_new_schedule_before_power_is_declined() -> None:
    talk = Talk().reach(S.START)
    reply = talk.say("PowerDeliveryReq", ChargeProgress="ScheduleRenegotiation")
    assert code(reply) == "WARNING_ScheduleRenegotiationFailed"


@pytest.mark.parametrize(
    ("least", "most", "fits"), [(600, 900, False), (50, 100, False), (400, 900, True)]
)
def test_voltages_that_never_meet_are_refused_in_words(least: int, most: int, fits: bool) -> None:
    talk = Talk(Service.DC).reach(S.PARAMETERS)
    volts = {"EVMinimumVoltage": q(least), "EVMaximumVoltage": q(most)}
    limits = DC_LIMITS | {"EVMinimumChargeCurrent": q(0)} | volts
    reply = talk.say("DC_ChargeParameterDiscoveryReq", DC_CPDReqEnergyTransferMode=limits)
    assert code(reply) == ("OK" if fits else "FAILED_WrongChargeParameter")
    if not fits:
        assert reply.why == (
            f"FAILED_WrongChargeParameter: the vehicle takes {least} to {most} V, "
            "the charger gives 150 to 500 V"
        )
