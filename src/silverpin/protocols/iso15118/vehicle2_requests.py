"""Requests of DIN 70121 and ISO 15118-2, vehicle's role, made of plan and present state."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from silverpin.domain.limits import LIMITS
from silverpin.domain.pilot import OFFER_MIN_A
from silverpin.protocols.iso15118.car import Car, CarWish, Plan, plan_now
from silverpin.protocols.iso15118.quantities2 import at_least, at_most, measured
from silverpin.protocols.iso15118.vehicle2_talk import Phase, VehicleTalk2

_MAC = re.compile(r"[0-9A-Fa-f]{12}")

Fields = Callable[[VehicleTalk2, Car], dict[str, Any]]


def request(talk: VehicleTalk2, car: Car) -> Any:
    """Return the message that the vehicle's phase asks for."""
    m, name = talk.m, talk.element()
    type_ = "SessionStopType" if talk.din and talk.phase is Phase.END else name + "Type"
    content = getattr(m, type_)(**FIELDS[talk.phase](talk, car))
    header = m.MessageHeaderType(SessionID=talk.session_id)
    return m.V2G_Message(Header=header, Body=m.BodyType(**{name: content}))


def evcc_octets(evcc_id: str) -> bytes:
    """Return the six octets that name a vehicle here: those it is named by, or made of its name."""
    if _MAC.fullmatch(evcc_id):
        return bytes.fromhex(evcc_id)
    made = hashlib.blake2s(evcc_id.encode(), digest_size=6).digest()
    # The second bit of the first octet marks an address that no manufacturer gave out.
    return bytes([made[0] & 0xFC | 0x02]) + made[1:]


def _nothing(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
    return {}


def _setup(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
    return {"EVCCID": evcc_octets(talk.plan.evcc_id)}


def _selection(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
    charging = talk.m.SelectedServiceType(ServiceID=1)
    chosen = talk.m.SelectedServiceListType(SelectedService=(charging,))
    return {"SelectedPaymentOption": "ExternalPayment", "SelectedServiceList": chosen}


def _parameters(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
    field = "EVRequestedEnergyTransferType" if talk.din else "RequestedEnergyTransferMode"
    if talk.direct_current:
        return {field: talk.mode, "DC_EVChargeParameter": _dc_parameters(talk, car)}
    return {field: talk.mode, "AC_EVChargeParameter": _ac_parameters(talk, car)}


def _dc_parameters(talk: VehicleTalk2, car: Car) -> Any:
    m, plan = talk.m, plan_now(talk.plan, car)
    departure = {} if talk.din else {"DepartureTime": int(plan.departure_s)}
    return m.DC_EVChargeParameterType(
        DC_EVStatus=_status(talk, car)["DC_EVStatus"],
        EVEnergyCapacity=measured(m, plan.energy_max_wh, "Wh"),
        EVEnergyRequest=measured(m, plan.energy_target_wh, "Wh"),
        **_dc_limits(talk, plan),
        **departure,
    )


def _dc_limits(talk: VehicleTalk2, plan: Plan) -> dict[str, Any]:
    m = talk.m
    return {
        "EVMaximumCurrentLimit": at_most(m, plan.charge_max_a, "A"),
        "EVMaximumPowerLimit": at_most(m, plan.charge_max_w, "W"),
        "EVMaximumVoltageLimit": at_most(m, plan.voltage_max_v, "V"),
    }


def _ac_parameters(talk: VehicleTalk2, car: Car) -> Any:
    m, plan = talk.m, plan_now(talk.plan, car)
    return m.AC_EVChargeParameterType(
        DepartureTime=int(plan.departure_s),
        EAmount=measured(m, plan.energy_target_wh, "Wh"),
        EVMaxVoltage=at_most(m, plan.voltage_max_v, "V"),
        EVMaxCurrent=at_most(m, plan.charge_max_a, "A"),
        EVMinCurrent=at_least(m, min(OFFER_MIN_A, plan.charge_max_a), "A"),
    )


def _status(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
    ready = talk.phase not in (Phase.PARAMETERS, Phase.WELDING)
    percent = min(max(round(car.state_of_charge * 100), 0), 100)
    told = talk.m.DC_EVStatusType(EVReady=ready, EVErrorCode="NO_ERROR", EVRESSSOC=percent)
    return {"DC_EVStatus": told}


def _pre_charge(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
    return {
        **_status(talk, car),
        "EVTargetVoltage": measured(talk.m, car.battery_v, "V"),
        "EVTargetCurrent": measured(talk.m, LIMITS.precharge_max_a, "A"),
    }


def _delivery(progress: str) -> Fields:
    def make(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
        if talk.din:
            fields: dict[str, Any] = {"ReadyToChargeState": progress == "Start"}
        else:
            fields = {"ChargeProgress": progress, "SAScheduleTupleID": talk.schedule}
        if talk.direct_current:
            fields["DC_EVPowerDeliveryParameter"] = talk.m.DC_EVPowerDeliveryParameterType(
                ChargingComplete=_full(car), **_status(talk, car)
            )
        return fields

    return make


def _full(car: Car) -> bool:
    return car.state_of_charge >= 1.0


def _loop(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
    """A wish within the vehicle's limits and the charger's; these protocols only charge."""
    now = plan_now(talk.plan, car)
    held_a = min(car.wanted_a, now.charge_max_a, talk.told.charge_max_a or 0.0)
    return {
        **_status(talk, car),
        **_dc_limits(talk, now),
        "EVTargetCurrent": at_most(talk.m, max(held_a, 0.0), "A"),
        "EVTargetVoltage": at_most(talk.m, talk.plan.voltage_max_v, "V"),
        "ChargingComplete": _full(car),
    }


def _stop(talk: VehicleTalk2, car: Car) -> dict[str, Any]:
    if talk.din:
        return {}
    return {"ChargingSession": "Pause" if talk.goal is CarWish.PAUSE else "Terminate"}


FIELDS: Mapping[Phase, Fields] = {
    Phase.SETUP: _setup,
    Phase.DISCOVERY: _nothing,
    Phase.SELECTION: _selection,
    Phase.AUTHORIZATION: _nothing,
    Phase.PARAMETERS: _parameters,
    Phase.CABLE_CHECK: _status,
    Phase.PRE_CHARGE: _pre_charge,
    Phase.START: _delivery("Start"),
    Phase.LOOP: _loop,
    Phase.AC_LOOP: _nothing,
    Phase.RENEGOTIATE: _delivery("Renegotiate"),
    Phase.STOP: _delivery("Stop"),
    Phase.WELDING: _status,
    Phase.END: _stop,
}
