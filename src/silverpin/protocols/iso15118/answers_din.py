"""Answers of DIN 70121 where they differ from those of ISO 15118-2.

DIN 70121 knows DC and external payment only, has no meter in its loop, and counts the power of a
schedule in plain watts of 16 bits: more than 32,767 W cannot be said there. Chargers of the field
put 200, 10,000 or 32,767 into it beside a power limit of 150 kW, and vehicles follow the limit.
"""

from collections.abc import Mapping
from typing import Any

from silverpin.protocols.exi.physical import VALUE_MAX
from silverpin.protocols.iso15118.answers2 import (
    CHARGING_ID,
    DC_MODE,
    RIPPLE_A,
    cable_check,
    code_alone,
    dc_limits,
    dc_status,
    demanded,
    power_delivery,
    present_voltage,
    processing,
)
from silverpin.protocols.iso15118.conversation2 import Conversation2, Said, Writer
from silverpin.protocols.iso15118.quantities2 import at_least
from silverpin.protocols.iso15118.schedule import SCHEDULE_ID, SCHEDULE_S
from silverpin.protocols.iso15118.sides import ChargerSide

EVSE_ID_MAX = 32


def session_setup(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    evse_id = side.evse_id.encode("ascii", "replace")[:EVSE_ID_MAX]
    stamp = int(side.unix_s) if side.unix_s > 0 else None
    return m.SessionSetupResType(ResponseCode=said.code, EVSEID=evse_id, DateTimeNow=stamp)


def service_discovery(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    return m.ServiceDiscoveryResType(
        ResponseCode=said.code,
        PaymentOptions=m.PaymentOptionsType(PaymentOption=("ExternalPayment",)),
        ChargeService=m.ServiceChargeType(
            ServiceTag=m.ServiceTagType(ServiceID=CHARGING_ID, ServiceCategory="EVCharging"),
            FreeService=False,
            EnergyTransferType=DC_MODE,
        ),
    )


def charge_parameters(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    entry = m.PMaxScheduleEntryType(
        RelativeTimeInterval=m.RelativeTimeIntervalType(start=0, duration=SCHEDULE_S),
        PMax=min(int(talk.schedule_max_w), VALUE_MAX),
    )
    one = m.SAScheduleTupleType(
        SAScheduleTupleID=SCHEDULE_ID,
        PMaxSchedule=m.PMaxScheduleType(PMaxScheduleID=1, PMaxScheduleEntry=(entry,)),
    )
    return m.ChargeParameterDiscoveryResType(
        ResponseCode=said.code,
        EVSEProcessing=said.processing,
        # Required by this schema even while the limits are still pending.
        SAScheduleList=m.SAScheduleListType(SAScheduleTuple=(one,)),
        DC_EVSEChargeParameter=m.DC_EVSEChargeParameterType(
            DC_EVSEStatus=dc_status(m, talk, side),
            EVSEMinimumCurrentLimit=at_least(m, 0.0, "A"),
            EVSEMinimumVoltageLimit=at_least(m, side.voltage_min_v, "V"),
            EVSEPeakCurrentRipple=at_least(m, RIPPLE_A, "A"),
            **dc_limits(m, side),
        ),
    )


def current_demand(m: Any, said: Said, talk: Conversation2, side: ChargerSide) -> Any:
    return m.CurrentDemandResType(**demanded(m, said, talk, side))


WRITERS: Mapping[str, Writer] = {
    "SessionSetupReq": session_setup,
    "ServiceDiscoveryReq": service_discovery,
    "ServicePaymentSelectionReq": code_alone("ServicePaymentSelectionResType"),
    "ContractAuthenticationReq": processing("ContractAuthenticationResType"),
    "ChargeParameterDiscoveryReq": charge_parameters,
    "CableCheckReq": cable_check,
    "PreChargeReq": present_voltage("PreChargeResType"),
    "PowerDeliveryReq": power_delivery,
    "CurrentDemandReq": current_demand,
    "WeldingDetectionReq": present_voltage("WeldingDetectionResType"),
    "SessionStopReq": code_alone("SessionStopResType"),
}
