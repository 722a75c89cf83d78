"""DIN 70121 and ISO 15118-2 from the cable check to the end of power, charger's role."""

from dataclasses import replace

import pytest

from silverpin.domain.faults import FAULTS
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.iso15118.answers2 import INSULATION_FAULT, RESIDUAL_FAULT
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.quantities2 import read
from silverpin.protocols.iso15118.session2_order import Wait
from silverpin.protocols.iso15118.sides import (
    ChargerSide,
    Insulation,
    Service,
    Stage,
    Wanted,
)
from tests.older_talk import OPENING, READY, READY_AC, TICK_NS, OlderTalk

BOTH = pytest.mark.parametrize("protocol", ["din", "iso2"])


@BOTH
@pytest.mark.parametrize(
    ("found", "word"), [(Insulation.SAFE, "Valid"), (Insulation.WARNING, "Warning")]
)
def test_the_cable_check_takes_as_long_as_the_test(
    protocol: str, found: Insulation, word: str
) -> None:
    talk = OlderTalk(protocol, replace(READY, insulation=Insulation.UNTESTED))
    talk.open()
    answer = talk.ask("CableCheckReq")
    assert (answer.EVSEProcessing, answer.DC_EVSEStatus.EVSEIsolationStatus) == (
        "Ongoing",
        "Invalid",
    )
    talk.side = replace(talk.side, insulation=Insulation.TESTING)
    answer = talk.ask("CableCheckReq")
    assert answer.DC_EVSEStatus.EVSEStatusCode == "EVSE_IsolationMonitoringActive"
    talk.side = replace(talk.side, insulation=found)
    answer = talk.ask("CableCheckReq")
    assert (answer.EVSEProcessing, answer.DC_EVSEStatus.EVSEIsolationStatus) == ("Finished", word)


@BOTH
def test_an_insulation_fault_ends_the_session(protocol: str) -> None:
    talk = OlderTalk(protocol, replace(READY, insulation=Insulation.FAULT))
    talk.open()
    answer = talk.ask("CableCheckReq")
    assert answer.ResponseCode == "FAILED"
    assert answer.DC_EVSEStatus.EVSEIsolationStatus == "Fault"


@BOTH
def test_an_insulation_test_without_end_ends_the_session(protocol: str) -> None:
    talk = OlderTalk(protocol, replace(READY, insulation=Insulation.TESTING))
    talk.open()
    assert talk.ask("CableCheckReq").ResponseCode == "OK"
    talk.now_ns += V2G_TIMERS.cable_check_performance_ns
    assert talk.ask("CableCheckReq").ResponseCode == "FAILED"


@pytest.mark.parametrize(
    ("protocol", "code"),
    [("din", "FAILED_EVSEPresentVoltageToLow"), ("iso2", "FAILED_PowerDeliveryNotApplied")],
)
def test_power_before_the_pins_carry_the_voltage_is_refused(protocol: str, code: str) -> None:
    talk = OlderTalk(protocol)
    talk.open()
    talk.reach("CableCheckReq", "PreChargeReq")
    talk.obeys, talk.side = False, replace(talk.side, voltage_v=40.0, voltage_on=False)
    assert talk.ask("PowerDeliveryReq").ResponseCode == code
    assert talk.last is not None
    assert "the pins carry 40 V" in str(talk.last.why)


def test_the_answer_to_an_ac_start_waits_for_the_contactor() -> None:
    talk = OlderTalk("iso2", READY_AC)
    talk.open()
    before_ns = talk.now_ns
    talk.reach("PowerDeliveryReq")
    assert talk.now_ns - before_ns > TICK_NS, "held back once at least"


@BOTH
def test_a_dc_start_finds_the_contactor_closed(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.open()
    talk.reach("CableCheckReq", "PreChargeReq")
    before_ns = talk.now_ns
    talk.reach("PowerDeliveryReq")
    assert talk.now_ns - before_ns == TICK_NS, "answered at once"


def test_an_ac_contactor_that_does_not_close_fails_the_start_in_time() -> None:
    talk = OlderTalk("iso2", READY_AC)
    talk.open()
    talk.obeys, before_ns = False, talk.now_ns
    assert talk.ask("PowerDeliveryReq").ResponseCode == "FAILED_ContactorError"
    assert talk.now_ns - before_ns <= V2G_TIMERS.hold_performance_ns + NS_PER_S / 10


def test_ac_current_that_does_not_end_fails_the_stop() -> None:
    talk = OlderTalk("iso2", READY_AC)
    talk.power()
    talk.obeys, talk.side = False, replace(talk.side, current_a=16.0)
    assert talk.ask("PowerDeliveryReq").ResponseCode == "FAILED_ContactorError"


@BOTH
def test_on_dc_current_that_does_not_end_is_left_to_welding_detection(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    talk.ask("CurrentDemandReq")
    talk.obeys, talk.side = False, replace(talk.side, current_a=120.0)
    before_ns = talk.now_ns
    talk.reach("PowerDeliveryReq", "WeldingDetectionReq")
    assert talk.now_ns - before_ns > V2G_TIMERS.hold_performance_ns


@BOTH
def test_a_wish_beyond_the_vehicles_own_limit_is_not_passed_on(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    talk.ask("CurrentDemandReq", EVTargetVoltage=talk.amount(450.0, "V"))
    assert talk.machine.told.target_v == 413.0
    assert talk.machine.told.doubts == ("wanted voltage of 450 V is taken as 413 V",)
    less = talk.amount(80.0, "A")
    talk.ask("CurrentDemandReq", EVMaximumCurrentLimit=less)
    assert talk.machine.told.target_a == 80.0


@BOTH
def test_limits_of_this_moment_stand_in_every_answer_of_the_loop(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    for amps, watts in ((200.0, 50_000.0), (63.2, 20_000.0), (0.0, 0.0)):
        talk.side = replace(talk.side, charge_max_a=amps, charge_max_w=watts)
        answer = talk.ask("CurrentDemandReq")
        assert read(answer.EVSEMaximumCurrentLimit) == amps
        assert read(answer.EVSEMaximumPowerLimit) == watts


@BOTH
def test_the_loop_says_which_limit_holds_the_wish_down(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    talk.ask("CurrentDemandReq")
    answer = talk.ask("CurrentDemandReq")
    assert not answer.EVSECurrentLimitAchieved
    assert not answer.EVSEVoltageLimitAchieved
    assert not answer.EVSEPowerLimitAchieved, "413 V and 120 A stay below 50 kW"
    answer = talk.ask("CurrentDemandReq", EVTargetCurrent=talk.amount(200.0, "A"))
    assert answer.EVSECurrentLimitAchieved
    assert answer.EVSEPowerLimitAchieved
    talk.change(charge_max_a=0.0)
    assert talk.ask("CurrentDemandReq").EVSECurrentLimitAchieved
    nothing = talk.amount(0.0, "A")
    assert not talk.ask("CurrentDemandReq", EVTargetCurrent=nothing).EVSECurrentLimitAchieved
    talk.change(voltage_max_v=400.0)
    assert talk.ask("CurrentDemandReq").EVSEVoltageLimitAchieved


def test_the_ac_limit_is_the_tighter_of_current_and_power() -> None:
    talk = OlderTalk("iso2", replace(READY_AC, charge_max_w=11_040.0))
    talk.power()
    assert read(talk.ask("ChargingStatusReq").EVSEMaxCurrent) == 16.0
    talk.side = replace(talk.side, charge_max_a=6.0)
    assert read(talk.ask("ChargingStatusReq").EVSEMaxCurrent) == 6.0


def test_a_single_phase_vehicle_may_have_all_the_current_of_its_phase() -> None:
    talk = OlderTalk("iso2", replace(READY_AC, charge_max_w=3 * 230.0 * 32.0))
    talk.reach(*OPENING["iso2"][:-1])
    word = {"RequestedEnergyTransferMode": "AC_single_phase_core"}
    answer = talk.ask("ChargeParameterDiscoveryReq", **word)
    assert read(answer.AC_EVSEChargeParameter.EVSEMaxCurrent) == 32.0
    assert talk.machine.told.phases == 1
    (schedule,) = answer.SAScheduleList.SAScheduleTuple
    assert read(schedule.PMaxSchedule.PMaxScheduleEntry[0].PMax) == 230.0 * 32.0


def test_the_schedule_of_din_ends_at_16_bits() -> None:
    answer = OlderTalk("din").open()
    (schedule,) = answer.SAScheduleList.SAScheduleTuple
    assert schedule.PMaxSchedule.PMaxScheduleEntry[0].PMax == 32_767


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"SAScheduleTupleID": 10}, "FAILED_TariffSelectionInvalid"),
        ({"power_w": 50_100}, "FAILED_ChargingProfileInvalid"),
        ({"power_w": 50_000}, "OK"),
    ],
)
def test_a_profile_keeps_to_the_schedule(changes: dict[str, int], code: str) -> None:
    talk = OlderTalk("iso2")
    talk.open()
    talk.reach("CableCheckReq", "PreChargeReq")
    power_w = changes.pop("power_w", 0)
    power = talk.schema.PhysicalValueType(Multiplier=2, Unit="W", Value=power_w // 100)
    entry = talk.schema.ProfileEntryType(
        ChargingProfileEntryStart=0, ChargingProfileEntryMaxPower=power
    )
    profile = talk.schema.ChargingProfileType(ProfileEntry=(entry,))
    assert talk.ask("PowerDeliveryReq", ChargingProfile=profile, **changes).ResponseCode == code


@BOTH
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fault": "ERR_THERM_OVERLOAD"}, "EVSE_Malfunction"),
        ({"fault": "ERR_ESTOP", "emergency": True}, "EVSE_EmergencyShutdown"),
        ({"grid_out": True}, "EVSE_UtilityInterruptEvent"),
        ({"wanted": Wanted.STOP}, "EVSE_Shutdown"),
        ({"wanted": Wanted.PAUSE}, "EVSE_Shutdown"),
    ],
)
def test_a_charger_that_has_to_stop_asks_for_it_and_says_why(
    protocol: str, changes: dict[str, object], code: str
) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    talk.side = replace(talk.side, notice_max_s=3.0, **changes)  # type: ignore[arg-type]
    answer = talk.ask("CurrentDemandReq")
    assert answer.ResponseCode == "OK", "the vehicle is to end power in order"
    assert answer.DC_EVSEStatus.EVSEStatusCode == code
    assert answer.DC_EVSEStatus.EVSENotification == "StopCharging"
    assert answer.DC_EVSEStatus.NotificationMaxDelay == 3
    talk.reach("PowerDeliveryReq", "SessionStopReq")
    assert talk.last is not None
    assert talk.last.ending is Ending.BY_CHARGER


@BOTH
def test_insulation_that_is_lost_under_power_is_told(protocol: str) -> None:
    assert INSULATION_FAULT in FAULTS
    talk = OlderTalk(protocol)
    talk.power()
    assert talk.ask("CurrentDemandReq").DC_EVSEStatus.EVSEIsolationStatus == "Valid"
    talk.change(fault=INSULATION_FAULT, emergency=True)
    assert talk.ask("CurrentDemandReq").DC_EVSEStatus.EVSEIsolationStatus == "Fault"


def test_residual_current_is_told_to_an_ac_vehicle() -> None:
    assert RESIDUAL_FAULT in FAULTS
    talk = OlderTalk("iso2", READY_AC)
    talk.power()
    assert not talk.ask("ChargingStatusReq").AC_EVSEStatus.RCD
    talk.change(fault=RESIDUAL_FAULT, emergency=True)
    status = talk.ask("ChargingStatusReq").AC_EVSEStatus
    assert status.RCD
    assert status.EVSENotification == "StopCharging"


@pytest.mark.parametrize(("protocol", "word"), [("iso2", "ReNegotiation"), ("din", "None")])
def test_only_iso2_can_be_asked_to_renegotiate(protocol: str, word: str) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    talk.side = replace(talk.side, wanted=Wanted.RENEGOTIATE)
    assert talk.ask("CurrentDemandReq").DC_EVSEStatus.EVSENotification == word


def test_renegotiation_on_dc_waits_for_the_current_then_goes_back_to_the_limits() -> None:
    talk = OlderTalk("iso2")
    talk.power()
    talk.reach("CurrentDemandReq", "CurrentDemandReq")
    assert talk.side.current_a == 120.0
    before_ns = talk.now_ns
    talk.ask("PowerDeliveryReq", ChargeProgress="Renegotiate")
    assert talk.now_ns - before_ns > TICK_NS, "held back while current flows"
    talk.change(charge_max_w=10_000.0)
    answer = talk.reach("ChargeParameterDiscoveryReq")
    assert read(answer.DC_EVSEChargeParameter.EVSEMaximumPowerLimit) == 10_000.0


def test_renegotiation_on_dc_believes_no_insulation_of_before() -> None:
    talk = OlderTalk("iso2")
    talk.power()
    talk.ask("PowerDeliveryReq", ChargeProgress="Renegotiate")
    talk.reach("ChargeParameterDiscoveryReq")
    assert talk.ask("CableCheckReq").EVSEProcessing == "Ongoing", "SAFE, but of before"
    talk.change(insulation=Insulation.TESTING)
    assert talk.ask("CableCheckReq").EVSEProcessing == "Ongoing"
    talk.change(insulation=Insulation.SAFE)
    assert talk.ask("CableCheckReq").EVSEProcessing == "Finished"
    talk.reach("PreChargeReq", "PowerDeliveryReq", "CurrentDemandReq")


def test_renegotiation_on_ac_goes_back_to_the_limits_while_power_goes_on() -> None:
    talk = OlderTalk("iso2", READY_AC)
    talk.power()
    talk.change(current_a=16.0)
    talk.ask("PowerDeliveryReq", ChargeProgress="Renegotiate")
    assert talk.stage is Stage.POWER
    talk.reach("ChargeParameterDiscoveryReq")
    assert talk.stage is Stage.POWER
    talk.reach("PowerDeliveryReq", "ChargingStatusReq")
    talk.reach("PowerDeliveryReq")
    assert talk.machine.wait is Wait.SESSION_STOP


@pytest.mark.parametrize("side", [READY, READY_AC])
def test_a_paused_session_is_joined_by_the_vehicle_that_paused_it(side: ChargerSide) -> None:
    talk = OlderTalk("iso2", side)
    talk.power()
    talk.reach("PowerDeliveryReq")
    talk.ask("SessionStopReq", ChargingSession="Pause")
    assert talk.last is not None
    assert talk.last.ending is Ending.PAUSED
    kept = talk.machine.paused()
    assert kept is not None
    again = OlderTalk("iso2", side, resume=kept, seed=2)
    again.session_id = talk.session_id
    assert again.ask("SessionSetupReq").ResponseCode == "OK_OldSessionJoined"
    assert again.machine.told.resumed
    assert again.session_id == talk.session_id
    again.reach(*OPENING["iso2"][1:])


def test_another_vehicle_gets_a_session_of_its_own() -> None:
    talk = OlderTalk("iso2")
    talk.power()
    talk.reach("PowerDeliveryReq")
    talk.ask("SessionStopReq", ChargingSession="Pause")
    again = OlderTalk("iso2", resume=talk.machine.paused(), seed=2)
    again.session_id = talk.session_id
    answer = again.ask("SessionSetupReq", EVCCID=bytes(6))
    assert answer.ResponseCode == "OK_NewSessionEstablished"
    assert again.session_id != talk.session_id


def test_a_receipt_that_nobody_asked_for_does_no_harm() -> None:
    talk = OlderTalk("iso2", READY_AC)
    talk.power()
    talk.reach("ChargingStatusReq", "MeteringReceiptReq", "ChargingStatusReq")


@BOTH
def test_what_a_vehicle_says_is_wrong_with_it_is_kept_until_it_is_well(protocol: str) -> None:
    talk = OlderTalk(protocol)
    talk.power()
    sick = talk.status(EVErrorCode="FAILED_RESSTemperatureInhibit")
    talk.ask("CurrentDemandReq", DC_EVStatus=sick)
    assert talk.machine.told.trouble == "FAILED_RESSTemperatureInhibit"
    talk.ask("CurrentDemandReq")
    assert talk.machine.told.trouble is None


@BOTH
def test_a_charger_without_a_service_for_the_protocol_says_so(protocol: str) -> None:
    services = (Service.AC,) if protocol == "din" else ()
    talk = OlderTalk(protocol, replace(READY, services=services))
    talk.ask("SessionSetupReq")
    assert talk.ask("ServiceDiscoveryReq").ResponseCode == "FAILED"


def test_the_meter_is_told_where_there_is_one() -> None:
    talk = OlderTalk("iso2")
    talk.power()
    assert talk.ask("CurrentDemandReq").MeterInfo is None
    talk.side = replace(talk.side, energy_wh=1234.4)
    assert talk.ask("CurrentDemandReq").MeterInfo.MeterReading == 1234
