"""Answers of DIN 70121 and ISO 15118-2, vehicle's role: what each brings and leads to."""

from collections.abc import Callable, Mapping
from typing import Any

from silverpin.domain.limits import LIMITS
from silverpin.protocols.iso15118.car import Car
from silverpin.protocols.iso15118.quantities2 import read
from silverpin.protocols.iso15118.sides import Wanted
from silverpin.protocols.iso15118.vehicle2_talk import Phase, VehicleTalk2
from silverpin.protocols.iso15118.vehicle_machine import Heard

WANTED = {"StopCharging": Wanted.STOP, "ReNegotiation": Wanted.RENEGOTIATE}
SHUT = {
    "EVSE_Shutdown",
    "EVSE_UtilityInterruptEvent",
    "EVSE_EmergencyShutdown",
    "EVSE_Malfunction",
}
"""States of a charger under which no vehicle goes on, whatever the notification says."""


def take(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    """Take *answer*, whose code is no failure."""
    return ANSWERS[talk.phase](talk, answer, car)


def _setup(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    evse = answer.EVSEID
    evse_id = evse.decode("ascii", "replace") if isinstance(evse, bytes) else evse
    resumed = answer.ResponseCode == "OK_OldSessionJoined"
    talk.says(evse_id=evse_id, session_id=talk.session_id, resumed=resumed)
    return talk.next(Phase.DISCOVERY)


def _discovery(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    options = answer.PaymentOptions if talk.din else answer.PaymentOptionList
    if "ExternalPayment" not in options.PaymentOption:
        return talk.leave("the charger wants a contract in the vehicle")
    service = answer.ChargeService
    modes = (
        (service.EnergyTransferType,)
        if talk.din
        else service.SupportedEnergyTransferMode.EnergyTransferMode
    )
    if not talk.choose(modes):
        return talk.leave(f"the charger offers {', '.join(modes)}, none of which fits")
    return talk.next(Phase.SELECTION)


def _selection(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    return talk.next(Phase.AUTHORIZATION)


def _authorization(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    finished = answer.EVSEProcessing == "Finished"
    return talk.next(Phase.PARAMETERS) if finished else talk.again()


def _parameters(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    dc = answer.DC_EVSEChargeParameter
    ac = answer.AC_EVSEChargeParameter
    told = dc if talk.direct_current else ac
    if answer.EVSEProcessing != "Finished":
        return talk.again()
    if told is None or answer.SAScheduleList is None:
        return talk.failed("the charger's parameters are not of what was chosen")
    schedule = answer.SAScheduleList.SAScheduleTuple[0]
    talk.schedule = schedule.SAScheduleTupleID
    if talk.direct_current:
        _note_limits(talk, told)
        talk.says(voltage_min_v=read(told.EVSEMinimumVoltageLimit))
        return talk.next(Phase.CABLE_CHECK)
    power = schedule.PMaxSchedule.PMaxScheduleEntry[0].PMax
    talk.says(charge_max_a=read(told.EVSEMaxCurrent), charge_max_w=read(power))
    return talk.next(Phase.START)


def _note_limits(talk: VehicleTalk2, told: Any) -> None:
    rows = {
        "charge_max_a": told.EVSEMaximumCurrentLimit,
        "charge_max_w": told.EVSEMaximumPowerLimit,
        "voltage_max_v": told.EVSEMaximumVoltageLimit,
    }
    talk.says(**{name: read(value) for name, value in rows.items() if value is not None})


def _note_status(talk: VehicleTalk2, status: Any) -> None:
    if status is None:  # the schema lets an answer be of neither current
        return
    wanted = WANTED.get(status.EVSENotification, Wanted.GO_ON)
    if getattr(status, "EVSEStatusCode", "") in SHUT:
        wanted = Wanted.STOP
    talk.says(wanted=wanted, notice_max_s=float(status.NotificationMaxDelay))


def _cable_check(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    _note_status(talk, answer.DC_EVSEStatus)
    finished = answer.EVSEProcessing == "Finished"
    return talk.next(Phase.PRE_CHARGE) if finished else talk.again()


def _pre_charge(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    """Repeat until the voltages have met; the vehicle's contactor closes then."""
    _note_status(talk, answer.DC_EVSEStatus)
    voltage_v = read(answer.EVSEPresentVoltage)
    talk.says(voltage_v=voltage_v)
    talk.pre_charged = abs(voltage_v - car.battery_v) < LIMITS.precharge_near_v
    return talk.next(Phase.START) if talk.pre_charged else talk.again()


def _start(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    _note_status(talk, answer.DC_EVSEStatus or answer.AC_EVSEStatus)
    return talk.next(Phase.LOOP if talk.direct_current else Phase.AC_LOOP)


def _loop(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    _note_limits(talk, answer)
    _note_status(talk, answer.DC_EVSEStatus)
    talk.says(voltage_v=read(answer.EVSEPresentVoltage), current_a=read(answer.EVSEPresentCurrent))
    return Heard(talk.plan.loop_period_ns)


def _ac_loop(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    _note_status(talk, answer.AC_EVSEStatus)
    if answer.EVSEMaxCurrent is not None:
        talk.says(charge_max_a=read(answer.EVSEMaxCurrent))
    return Heard(talk.plan.loop_period_ns)


def _renegotiate(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    return talk.renegotiated()


def _stop(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    return talk.stopped()


def _welding(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    talk.says(voltage_v=read(answer.EVSEPresentVoltage))
    return talk.looked()


def _end(talk: VehicleTalk2, answer: Any, car: Car) -> Heard:
    return talk.ended()


ANSWERS: Mapping[Phase, Callable[[VehicleTalk2, Any, Car], Heard]] = {
    Phase.SETUP: _setup,
    Phase.DISCOVERY: _discovery,
    Phase.SELECTION: _selection,
    Phase.AUTHORIZATION: _authorization,
    Phase.PARAMETERS: _parameters,
    Phase.CABLE_CHECK: _cable_check,
    Phase.PRE_CHARGE: _pre_charge,
    Phase.START: _start,
    Phase.LOOP: _loop,
    Phase.AC_LOOP: _ac_loop,
    Phase.RENEGOTIATE: _renegotiate,
    Phase.STOP: _stop,
    Phase.WELDING: _welding,
    Phase.END: _end,
}
