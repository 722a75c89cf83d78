"""Answers of ISO 15118-2, and those that DIN 70121 words alike.

Every answer is written in full whatever its code, so that one that refuses tells limits, isolation
and status as truly as one that agrees.
"""

from collections.abc import Mapping
from typing import Any

from silverpin.protocols.iso15118.contract2 import CHALLENGE_OCTETS
from silverpin.protocols.iso15118.conversation2 import Conversation2, Said, Writer
from silverpin.protocols.iso15118.quantities2 import at_least, at_most, measured
from silverpin.protocols.iso15118.schedule import SCHEDULE_ID, SCHEDULE_S
from silverpin.protocols.iso15118.sides import ChargerSide, Insulation, Stage, Wanted

DC_MODE = "DC_extended"
"""The one way to take DC from a combined connector."""
AC_MODES: Mapping[str, int] = {"AC_three_phase_core": 3, "AC_single_phase_core": 1}
CHARGING_ID = 1
"""Service ID of charging, fixed by both standards."""
EVSE_ID_LENGTHS = (7, 37)
METER_ID_MAX = 32
NOTICE_MAX_S = 0xFFFF
RIPPLE_A = 1.0  # ours: no converter has told a figure; chargers of the field say 0 to 1 A

ISOLATION = {
    Insulation.UNTESTED: "Invalid",
    Insulation.TESTING: "Invalid",
    Insulation.SAFE: "Valid",
    Insulation.WARNING: "Warning",
    Insulation.FAULT: "Fault",
}

INSULATION_FAULT, RESIDUAL_FAULT = "ERR_INSULATION", "ERR_RESIDUAL_CURRENT"
"""Faults of `domain.faults` for which the schemas have a place of their own."""


def evse_id(side: ChargerSide) -> str:
    """Return the charger's ID, as long as the schema wants it."""
    low, high = EVSE_ID_LENGTHS
    return side.evse_id.ljust(low, "0")[:high]


def energy_modes(talk: Conversation2, side: ChargerSide) -> tuple[str, ...]:
    """Return what the charger offers, in the words of the schema; DIN 70121 knows DC alone."""
    dc = (DC_MODE,) if any(s.direct_current for s in side.services) else ()
    if talk.dialect.schema == "din" or all(s.direct_current for s in side.services):
        return dc
    return (*dc, *(mode for mode, phases in AC_MODES.items() if phases <= side.phases))


def stopping(side: ChargerSide) -> bool:
    """Whether the charger wants the vehicle to end power, for whatever reason."""
    ending = side.wanted in (Wanted.STOP, Wanted.PAUSE)
    return ending or side.grid_out or side.emergency or side.fault is not None


def ac_current_a(talk: Conversation2, side: ChargerSide) -> float:
    """Return the current of each phase that limits of current and of power leave."""
    by_power = side.charge_max_w / (side.nominal_v * side.phases)
    return min(side.charge_max_a, by_power)


def notice(talk: Conversation2, side: ChargerSide) -> dict[str, Any]:
    """Return what both kinds of status say about what the vehicle is to do, and how soon."""
    word = "None"
    if stopping(side):
        word = "StopCharging"
    elif side.wanted is Wanted.RENEGOTIATE and talk.dialect.schema == "iso2":
        word = "ReNegotiation"
    delay_s = 0 if word == "None" else min(max(int(side.notice_max_s), 0), NOTICE_MAX_S)
    return {"EVSENotification": word, "NotificationMaxDelay": delay_s}


def status_code(talk: Conversation2, side: ChargerSide) -> str:
    """Return the state of a DC charger in the word of the schema."""
    if side.emergency:
        return "EVSE_EmergencyShutdown"
    if side.fault is not None:
        return "EVSE_Malfunction"
    if side.grid_out:
        return "EVSE_UtilityInterruptEvent"
    if side.wanted in (Wanted.STOP, Wanted.PAUSE):
        return "EVSE_Shutdown"
    if talk.stage is Stage.CABLE_CHECK and side.insulation is Insulation.TESTING:
        return "EVSE_IsolationMonitoringActive"
    # Before the cable check nothing is ready yet; chargers of the field say so all the same.
    return "EVSE_NotReady" if talk.stage is Stage.STOPPING else "EVSE_Ready"


def dc_status(m: Any, talk: Conversation2, side: ChargerSide) -> Any:
    lost = side.fault == INSULATION_FAULT
    return m.DC_EVSEStatusType(
        EVSEIsolationStatus="Fault" if lost else ISOLATION[side.insulation],
        EVSEStatusCode=status_code(talk, side),
        **notice(talk, side),
    )


def ac_status(m: Any, talk: Conversation2, side: ChargerSide) -> Any:
    return m.AC_EVSEStatusType(RCD=side.fault == RESIDUAL_FAULT, **notice(talk, side))


def either_status(m: Any, talk: Conversation2, side: ChargerSide) -> dict[str, Any]:
    """Return the status field of what was agreed on."""
    if talk.direct_current(side):
        return {"DC_EVSEStatus": dc_status(m, talk, side)}
    return {"AC_EVSEStatus": ac_status(m, talk, side)}


def meter(m: Any, side: ChargerSide) -> Any:
    """Return the meter's reading, None where there is none."""
    if side.energy_wh is None:
        return None
    reading = max(0, round(side.energy_wh))
    return m.MeterInfoType(MeterID=side.evse_id[:METER_ID_MAX], MeterReading=reading)


def dc_limits(m: Any, side: ChargerSide) -> dict[str, Any]:
    """Return the limits of this moment; those of discharge are never told here."""
    return {
        "EVSEMaximumVoltageLimit": at_most(m, side.voltage_max_v, "V"),
        "EVSEMaximumCurrentLimit": at_most(m, side.charge_max_a, "A"),
        "EVSEMaximumPowerLimit": at_most(m, side.charge_max_w, "W"),
    }


def reached(talk: Conversation2, side: ChargerSide) -> dict[str, Any]:
    """Return which limit of ours holds the vehicle's wish down."""
    target_a: float = talk.heard("target_a") or 0.0
    target_v: float = talk.heard("target_v") or 0.0
    wants = target_a > 0
    return {
        "EVSECurrentLimitAchieved": wants and side.charge_max_a <= target_a,
        "EVSEVoltageLimitAchieved": side.voltage_max_v <= max(target_v, side.voltage_v),
        "EVSEPowerLimitAchieved": wants and side.charge_max_w <= side.voltage_v * target_a,
    }


def code_alone(answer: str) -> Writer:
    """Return the writer of an answer that is its code and nothing else."""

    def write(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
        return getattr(m, answer)(ResponseCode=said.code)

    return write


def processing(answer: str) -> Writer:
    """Return the writer of an answer that is its code and whether it is done."""

    def write(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
        return getattr(m, answer)(ResponseCode=said.code, EVSEProcessing=said.processing)

    return write


def session_setup(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    stamp = int(side.unix_s) if side.unix_s > 0 else None
    return m.SessionSetupResType(ResponseCode=said.code, EVSEID=evse_id(side), EVSETimeStamp=stamp)


def service_discovery(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    modes = energy_modes(talk, side) or (DC_MODE,)
    contract = ("Contract",) if talk.contracts is not None else ()
    return m.ServiceDiscoveryResType(
        ResponseCode=said.code,
        PaymentOptionList=m.PaymentOptionListType(PaymentOption=(*contract, "ExternalPayment")),
        ChargeService=m.ChargeServiceType(
            ServiceID=CHARGING_ID,
            ServiceCategory="EVCharging",
            FreeService=False,
            SupportedEnergyTransferMode=m.SupportedEnergyTransferModeType(EnergyTransferMode=modes),
        ),
    )


def service_detail(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    return m.ServiceDetailResType(ResponseCode=said.code, ServiceID=CHARGING_ID)


def payment_details(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    challenge = talk.contract.challenge if talk.contract else bytes(CHALLENGE_OCTETS)
    return m.PaymentDetailsResType(
        ResponseCode=said.code, GenChallenge=challenge, EVSETimeStamp=max(0, int(side.unix_s))
    )


def charge_parameters(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    done = said.processing == "Finished" and said.code == "OK"
    own = _dc_parameters if talk.direct_current(side) else _ac_parameters
    return m.ChargeParameterDiscoveryResType(
        ResponseCode=said.code,
        EVSEProcessing=said.processing,
        SAScheduleList=_schedules(m, talk) if done else None,
        **own(m, talk, side),
    )


def _schedules(m: Any, talk: Conversation2) -> Any:
    entry = m.PMaxScheduleEntryType(
        RelativeTimeInterval=m.RelativeTimeIntervalType(start=0, duration=SCHEDULE_S),
        PMax=at_most(m, talk.schedule_max_w, "W"),
    )
    one = m.SAScheduleTupleType(
        SAScheduleTupleID=SCHEDULE_ID,
        PMaxSchedule=m.PMaxScheduleType(PMaxScheduleEntry=(entry,)),
    )
    return m.SAScheduleListType(SAScheduleTuple=(one,))


def _dc_parameters(m: Any, talk: Conversation2, side: ChargerSide) -> dict[str, Any]:
    return {
        "DC_EVSEChargeParameter": m.DC_EVSEChargeParameterType(
            DC_EVSEStatus=dc_status(m, talk, side),
            EVSEMinimumCurrentLimit=at_least(m, 0.0, "A"),
            EVSEMinimumVoltageLimit=at_least(m, side.voltage_min_v, "V"),
            EVSEPeakCurrentRipple=at_least(m, RIPPLE_A, "A"),
            **dc_limits(m, side),
        )
    }


def _ac_parameters(m: Any, talk: Conversation2, side: ChargerSide) -> dict[str, Any]:
    return {
        "AC_EVSEChargeParameter": m.AC_EVSEChargeParameterType(
            AC_EVSEStatus=ac_status(m, talk, side),
            EVSENominalVoltage=measured(m, side.nominal_v, "V"),
            EVSEMaxCurrent=at_most(m, ac_current_a(talk, side), "A"),
        )
    }


def power_delivery(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    return m.PowerDeliveryResType(ResponseCode=said.code, **either_status(m, talk, side))


def cable_check(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    return m.CableCheckResType(
        ResponseCode=said.code,
        DC_EVSEStatus=dc_status(m, talk, side),
        EVSEProcessing=said.processing,
    )


def present_voltage(answer: str) -> Writer:
    """Return the writer of an answer that tells status and voltage at the pins."""

    def write(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
        return getattr(m, answer)(
            ResponseCode=said.code,
            DC_EVSEStatus=dc_status(m, talk, side),
            EVSEPresentVoltage=measured(m, side.voltage_v, "V"),
        )

    return write


def demanded(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> dict[str, Any]:
    """Return what both dialects tell in the DC loop."""
    return {
        "ResponseCode": said.code,
        "DC_EVSEStatus": dc_status(m, talk, side),
        "EVSEPresentVoltage": measured(m, side.voltage_v, "V"),
        "EVSEPresentCurrent": measured(m, side.current_a, "A"),
        **reached(talk, side),
        **dc_limits(m, side),
    }


def current_demand(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    return m.CurrentDemandResType(
        **demanded(m, said, talk, side),
        EVSEID=evse_id(side),
        SAScheduleTupleID=SCHEDULE_ID,
        MeterInfo=meter(m, side),
    )


def charging_status(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    return m.ChargingStatusResType(
        ResponseCode=said.code,
        EVSEID=evse_id(side),
        SAScheduleTupleID=SCHEDULE_ID,
        EVSEMaxCurrent=at_most(m, ac_current_a(talk, side), "A"),
        MeterInfo=meter(m, side),
        AC_EVSEStatus=ac_status(m, talk, side),
    )


def metering_receipt(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    return m.MeteringReceiptResType(ResponseCode=said.code, **either_status(m, talk, side))


WRITERS: Mapping[str, Writer] = {
    "SessionSetupReq": session_setup,
    "ServiceDiscoveryReq": service_discovery,
    "ServiceDetailReq": service_detail,
    "PaymentServiceSelectionReq": code_alone("PaymentServiceSelectionResType"),
    "PaymentDetailsReq": payment_details,
    "AuthorizationReq": processing("AuthorizationResType"),
    "ChargeParameterDiscoveryReq": charge_parameters,
    "CableCheckReq": cable_check,
    "PreChargeReq": present_voltage("PreChargeResType"),
    "PowerDeliveryReq": power_delivery,
    "CurrentDemandReq": current_demand,
    "ChargingStatusReq": charging_status,
    "MeteringReceiptReq": metering_receipt,
    "WeldingDetectionReq": present_voltage("WeldingDetectionResType"),
    "SessionStopReq": code_alone("SessionStopResType"),
}
