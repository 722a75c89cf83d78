"""Answers of ISO 15118-20, vehicle's role: what each brings, and what the vehicle does next."""

from collections.abc import Callable
from typing import Any

from silverpin.domain.limits import LIMITS
from silverpin.protocols.iso15118.car import Car
from silverpin.protocols.iso15118.contract20 import show
from silverpin.protocols.iso15118.rational import optional
from silverpin.protocols.iso15118.services20 import CONTROL_MODES, SERVICE_IDS
from silverpin.protocols.iso15118.sides import Wanted
from silverpin.protocols.iso15118.vehicle20_talk import Phase, VehicleTalk20
from silverpin.protocols.iso15118.vehicle_machine import Heard

EXTERNAL = "EIM"
PHASES = ("", "_L2", "_L3")
WANTED = {
    "Terminate": Wanted.STOP,
    "Pause": Wanted.PAUSE,
    "ServiceRenegotiation": Wanted.RENEGOTIATE,
    "ScheduleRenegotiation": Wanted.RESCHEDULE,
}


def answer_name(talk: VehicleTalk20) -> str:
    """Return the name of the answer that the vehicle waits for."""
    kind = "DC_" if talk.service.direct_current else "AC_"
    with_kind = kind if talk.phase in (Phase.PARAMETERS, Phase.LOOP) else ""
    return with_kind + talk.phase.value.partition(",")[0].removesuffix("Req") + "Res"


def take(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    """Take *answer*, whose code is no failure."""
    return ANSWERS[talk.phase](talk, answer, car)


def _setup(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    talk.session_id = answer.Header.SessionID
    resumed = answer.ResponseCode == "OK_OldSessionJoined"
    talk.says(evse_id=answer.EVSEID, session_id=talk.session_id, resumed=resumed)
    kept = talk.plan.resumed
    if resumed and kept:
        talk.says(service=kept[0], control=kept[1])
        return talk.next(Phase.PARAMETERS)
    return talk.next(Phase.AUTHORIZATION_SETUP)


def _authorization_setup(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    """Show a contract where there is one and the charger takes it, or else a card."""
    holder, offer = talk.plan.contract, answer.PnC_ASResAuthorizationMode
    if holder is not None and offer is not None:
        talk.shown = show(holder, offer.GenChallenge)
    elif EXTERNAL not in answer.AuthorizationServices:
        return talk.failed("the charger does not take external identification")
    talk.external = EXTERNAL in answer.AuthorizationServices
    return talk.next(Phase.AUTHORIZATION)


def _authorization(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    if answer.ResponseCode.startswith("WARNING"):
        if talk.shown is not None and talk.external:
            talk.shown = None
            return talk.next(Phase.AUTHORIZATION)
        talk.refused = f"{answer.ResponseCode}: the driver may not have energy here"
        return talk.next(Phase.END)
    finished = answer.EVSEProcessing == "Finished"
    return talk.next(Phase.DISCOVERY) if finished else talk.again()


def _discovery(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    offered = {row.ServiceID for row in answer.EnergyTransferServiceList.Service}
    service = talk.choose(offered)
    if service is None:
        talk.refused = f"the charger offers services {sorted(offered)}, none of which fits"
        return talk.next(Phase.END)
    talk.says(service=service)
    return talk.next(Phase.DETAIL)


def _detail(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    """Take the set with the control mode that the plan likes best, and with its own phases."""
    sets = answer.ServiceParameterList.ParameterSet
    for control in talk.plan.controls:
        fits = [s for s in sets if _parameter(s, "ControlMode") == CONTROL_MODES[control]]
        own = [s for s in fits if _parameter(s, "Connector") == talk.plan.phases]
        if fits:
            dc = talk.service.direct_current
            talk.parameter_set = (fits if dc or not own else own)[0].ParameterSetID
            talk.says(control=control)
            return talk.next(Phase.SELECTION)
    talk.refused = f"service {SERVICE_IDS[talk.service]} has no control mode that fits"
    return talk.next(Phase.END)


def _parameter(row: Any, name: str) -> Any:
    return next((p.intValue for p in row.Parameter if p.Name == name), None)


def _selection(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    return talk.next(Phase.PARAMETERS)


def _parameters(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    both = "BPT_" if talk.service.bidirectional else ""
    kind = "DC" if talk.service.direct_current else "AC"
    mode = getattr(answer, f"{both}{kind}_CPDResEnergyTransferMode")
    if mode is None:
        return talk.failed(f"the charger's parameters are not of {talk.service.value}")
    _note_limits(talk, mode)
    return talk.next(Phase.SCHEDULE)


def _note_limits(talk: VehicleTalk20, mode: Any) -> None:
    """Keep the limits of *mode*, as magnitudes whatever sign they were sent with."""
    told = {
        "charge_max_w": _whole(mode, "EVSEMaximumChargePower"),
        "charge_max_a": _whole(mode, "EVSEMaximumChargeCurrent"),
        "discharge_max_w": _whole(mode, "EVSEMaximumDischargePower"),
        "discharge_max_a": _whole(mode, "EVSEMaximumDischargeCurrent"),
        "voltage_max_v": _whole(mode, "EVSEMaximumVoltage"),
        "voltage_min_v": _whole(mode, "EVSEMinimumVoltage"),
    }
    talk.says(**{name: None if value is None else abs(value) for name, value in told.items()})


def _whole(mode: Any, field: str) -> float | None:
    """Sum over the phases that *mode* tells of *field*, None if it tells none."""
    told = [optional(getattr(mode, field + phase, None)) for phase in PHASES]
    return None if told[0] is None else sum(part or 0.0 for part in told)


def _schedule(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    if answer.EVSEProcessing != "Finished":
        return talk.again()
    scheduled = answer.Scheduled_SEResControlMode
    if scheduled is not None:
        talk.schedule = scheduled.ScheduleTuple[0].ScheduleTupleID
    return talk.scheduled()


def _cable_check(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    finished = answer.EVSEProcessing == "Finished"
    return talk.next(Phase.PRE_CHARGE) if finished else talk.again()


def _pre_charge(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    """Repeat until the voltages have met, then say once that it is done."""
    if talk.pre_charged:
        return talk.next(Phase.START)
    voltage_v = optional(answer.EVSEPresentVoltage) or 0.0
    talk.says(voltage_v=voltage_v)
    talk.pre_charged = abs(voltage_v - car.battery_v) < LIMITS.precharge_near_v
    return Heard() if talk.pre_charged else talk.again()


def _start(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    _note_status(talk, answer.EVSEStatus)
    return talk.next(Phase.LOOP)


def _loop(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    kind = "DC" if talk.service.direct_current else "AC"
    both = "BPT_" if talk.service.bidirectional else ""
    control = "Dynamic" if talk.dynamic else "Scheduled"
    mode = getattr(answer, f"{both}{control}_{kind}_CLResControlMode")
    if mode is None:
        return talk.failed("the charger's answer is of another control mode")
    _note_limits(talk, mode)
    _note_status(talk, answer.EVSEStatus)
    if kind == "DC":
        talk.says(
            voltage_v=optional(answer.EVSEPresentVoltage),
            current_a=optional(answer.EVSEPresentCurrent),
        )
    else:
        talk.says(target_w=_whole(mode, "EVSETargetActivePower"))
    return Heard(talk.plan.loop_period_ns)


def _note_status(talk: VehicleTalk20, status: Any) -> None:
    wanted = WANTED.get(status.EVSENotification, Wanted.GO_ON) if status else Wanted.GO_ON
    delay_s = float(status.NotificationMaxDelay) if status else 0.0
    talk.says(wanted=wanted, notice_max_s=delay_s)


def _reschedule(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    refused = answer.ResponseCode.startswith("WARNING")
    return talk.next(Phase.LOOP) if refused else talk.reschedule()


def _standby(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    """Go on in the loop: a charger that allows standby pauses power there."""
    return talk.next(Phase.LOOP)


def _stop(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    return talk.stopped()


def _welding(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    talk.says(voltage_v=optional(answer.EVSEPresentVoltage))
    return talk.looked()


def _end(talk: VehicleTalk20, answer: Any, car: Car) -> Heard:
    return talk.ended()


ANSWERS: dict[Phase, Callable[[VehicleTalk20, Any, Car], Heard]] = {
    Phase.SETUP: _setup,
    Phase.AUTHORIZATION_SETUP: _authorization_setup,
    Phase.AUTHORIZATION: _authorization,
    Phase.DISCOVERY: _discovery,
    Phase.DETAIL: _detail,
    Phase.SELECTION: _selection,
    Phase.PARAMETERS: _parameters,
    Phase.SCHEDULE: _schedule,
    Phase.CABLE_CHECK: _cable_check,
    Phase.PRE_CHARGE: _pre_charge,
    Phase.START: _start,
    Phase.LOOP: _loop,
    Phase.RESCHEDULE: _reschedule,
    Phase.STANDBY: _standby,
    Phase.STOP: _stop,
    Phase.WELDING: _welding,
    Phase.END: _end,
}
