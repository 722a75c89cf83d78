"""Whole ISO 15118-20 sessions: a charger's and a vehicle's end face to face."""

import pytest

from silverpin.protocols.iso15118.car import CarWish, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage, Wanted
from silverpin.protocols.iso15118.turn import What
from tests.v2g_pair import Pair

OPENING = [
    "supportedAppProtocolReq",
    "SessionSetupReq",
    "AuthorizationSetupReq",
    "AuthorizationReq",
    "ServiceDiscoveryReq",
    "ServiceDetailReq",
    "ServiceSelectionReq",
]
DC_ORDER = [
    *OPENING,
    "DC_ChargeParameterDiscoveryReq",
    "ScheduleExchangeReq",
    "DC_CableCheckReq",
    "DC_PreChargeReq",
    "PowerDeliveryReq",
    "DC_ChargeLoopReq",
    "PowerDeliveryReq",
    "DC_WeldingDetectionReq",
    "SessionStopReq",
]
AC_ORDER = [
    *OPENING,
    "AC_ChargeParameterDiscoveryReq",
    "ScheduleExchangeReq",
    "PowerDeliveryReq",
    "AC_ChargeLoopReq",
    "PowerDeliveryReq",
    "SessionStopReq",
]


def plan(service: Service = Service.DC_BPT, control: ControlMode = ControlMode.SCHEDULED) -> Plan:
    return Plan(services=(service,), controls=(control,))


@pytest.mark.parametrize("control", ControlMode)
@pytest.mark.parametrize("service", Service)
def test_a_session_goes_from_the_negotiation_to_power_and_back(
    service: Service, control: ControlMode
) -> None:
    pair = Pair(plan(service, control)).until_power()
    assert pair.charger.told.stage is Stage.POWER
    assert (pair.charger.told.service, pair.charger.told.control) == (service, control)
    pair.wish(wish=CarWish.STOP)
    pair.run()
    assert pair.requests == (DC_ORDER if service.direct_current else AC_ORDER)
    assert (pair.charger.ending, pair.vehicle.ending) == (Ending.BY_VEHICLE, Ending.BY_VEHICLE)
    assert pair.told(What.REFUSED) == []


def test_the_charger_stops_a_session_by_telling_the_vehicle() -> None:
    pair = Pair(plan()).until_power()
    pair.change(wanted=Wanted.STOP, notice_max_s=5.0)
    pair.run()
    assert pair.charger.ending is Ending.BY_CHARGER
    assert pair.vehicle.ending is Ending.BY_CHARGER
