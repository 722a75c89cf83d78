"""ISO 15118-20 around power, charger's role: schedule, start and stop, end of the session."""

from typing import Any

from silverpin.domain.limits import LIMITS
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.conversation20 import (
    COMMON,
    Conversation20,
    Refused,
    forbid_in_fault,
    printable,
)
from silverpin.protocols.iso15118.loop20 import note_energy
from silverpin.protocols.iso15118.machine import Ending, PausedSession, Reply
from silverpin.protocols.iso15118.rational import optional, rational_limit
from silverpin.protocols.iso15118.schedule import SCHEDULE_ID, SCHEDULE_S
from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode
from silverpin.protocols.iso15118.states20 import ALLOWED, State20

PROFILE_SLACK = 1.01
"""A profile may exceed the schedule by what two roundings to 16 bits make of it."""


def schedule_exchange(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Give the schedule in scheduled control, the driver's needs in dynamic control if known."""
    forbid_in_fault(side)
    dynamic = talk.heard("control") is ControlMode.DYNAMIC
    asked = request.Dynamic_SEReqControlMode if dynamic else request.Scheduled_SEReqControlMode
    if asked is None:
        mode = ControlMode.DYNAMIC if dynamic else ControlMode.SCHEDULED
        raise Refused("FAILED", f"{mode.value} control was agreed, and its part is missing")
    note_energy(talk, asked)
    field = "Dynamic_SEResControlMode" if dynamic else "Scheduled_SEResControlMode"
    content = _needs(talk, side) if dynamic else _schedule(talk, side)
    to = talk.state
    if to is State20.SCHEDULE:
        to = State20.CABLE_CHECK if talk.service.direct_current else State20.START
    return talk.reply(
        COMMON, "ScheduleExchangeRes", side, to=to, EVSEProcessing="Finished", **{field: content}
    )


def _needs(talk: Conversation20, side: ChargerSide) -> Any:
    made = messages(COMMON).Dynamic_SEResControlModeType
    if not talk.tells_needs:
        return made()
    soc = side.target_state_of_charge
    return made(
        DepartureTime=None if side.departure_s is None else max(0, int(side.departure_s)),
        TargetSOC=None if soc is None else min(max(round(soc * 100), 0), 100),
    )


def _schedule(talk: Conversation20, side: ChargerSide) -> Any:
    common = messages(COMMON)
    both = talk.service.bidirectional
    charge_w, discharge_w = talk.schedule_w = talk.most_w(side)
    back = _power(talk.discharge_sign * discharge_w, side) if both else None
    only = common.ScheduleTupleType(
        ScheduleTupleID=SCHEDULE_ID,
        ChargingSchedule=_power(charge_w, side),
        DischargingSchedule=back,
    )
    return common.Scheduled_SEResControlModeType(ScheduleTuple=(only,))


def _power(power_w: float, side: ChargerSide) -> Any:
    common = messages(COMMON)
    entry = common.PowerScheduleEntryType(
        Duration=SCHEDULE_S, Power=rational_limit(COMMON, power_w)
    )
    return common.ChargingScheduleType(
        PowerSchedule=common.PowerScheduleType(
            TimeAnchor=max(0, int(side.unix_s)),
            PowerScheduleEntries=common.PowerScheduleEntryListType(PowerScheduleEntry=(entry,)),
        ),
        PriceLevelSchedule=_one_price(side),
    )


def _one_price(side: ChargerSide) -> Any:
    """One price level from beginning to end, which says nothing of money.

    [V2G20-2176] wants a price schedule, the schema does not, and there are vehicles that break off
    without one although they chose a parameter set without prices (second-hand, and seen).
    """
    common = messages(COMMON)
    entry = common.PriceLevelScheduleEntryType(Duration=SCHEDULE_S, PriceLevel=0)
    return common.PriceLevelScheduleType(
        TimeAnchor=max(0, int(side.unix_s)),
        PriceScheduleID=SCHEDULE_ID,
        NumberOfPriceLevels=1,
        PriceLevelScheduleEntries=common.PriceLevelScheduleEntryListType(
            PriceLevelScheduleEntry=(entry,)
        ),
    )


def power_delivery(
    talk: Conversation20, request: Any, side: ChargerSide, now_ns: int
) -> Reply | None:
    """Start, stop, and what a vehicle may want in between."""
    powered = talk.state in (State20.LOOP, State20.NEW_SCHEDULE)
    stays = talk.state if powered else State20.START
    match request.ChargeProgress:
        case "Start":
            return _start(talk, request, side, now_ns, stays)
        case "Stop":
            return _stop(talk, side, now_ns)
        case "ScheduleRenegotiation" if powered:
            return _delivered(talk, side, now_ns, State20.NEW_SCHEDULE)
        case "ScheduleRenegotiation":
            code = "WARNING_ScheduleRenegotiationFailed"
            return _delivered(talk, side, now_ns, stays, code)
    return _delivered(talk, side, now_ns, stays, "WARNING_StandbyNotAllowed")


def _start(
    talk: Conversation20, request: Any, side: ChargerSide, now_ns: int, stays: State20
) -> Reply | None:
    forbid_in_fault(side)
    if request.EVPowerProfile is not None:
        _judge_profile(talk, request.EVPowerProfile)
    if request.EVProcessing != "Finished":
        return _delivered(talk, side, now_ns, stays)
    dc, powered = talk.service.direct_current, stays is not State20.START
    if side.voltage_on or powered if dc else side.power_on:
        return _delivered(talk, side, now_ns, State20.LOOP)
    if talk.lasts_ns("start", now_ns) < V2G_TIMERS.hold_performance_ns:
        return None
    if dc:
        why = f"the pins carry {side.voltage_v:.0f} V, pre-charge is not done"
        raise Refused("FAILED_PowerDeliveryNotApplied", why)
    raise Refused("FAILED_ContactorError", "the contactor did not close in time")


def _stop(talk: Conversation20, side: ChargerSide, now_ns: int) -> Reply | None:
    talk.stops()
    flows = abs(side.current_a) >= LIMITS.reversal_zero_a
    if flows and talk.lasts_ns("stop", now_ns) < V2G_TIMERS.hold_performance_ns:
        return None
    return _delivered(talk, side, now_ns, State20.STOPPED)


def _delivered(
    talk: Conversation20, side: ChargerSide, now_ns: int, to: State20, code: str = "OK"
) -> Reply:
    status = talk.status(side, COMMON, now_ns)
    why = None if code == "OK" else code
    return talk.reply(
        COMMON, "PowerDeliveryRes", side, to=to, code=code, why=why, EVSEStatus=status
    )


def _judge_profile(talk: Conversation20, profile: Any) -> None:
    scheduled = profile.Scheduled_EVPPTControlMode
    if (scheduled is None) == (talk.heard("control") is ControlMode.SCHEDULED):
        raise Refused("FAILED_EVPowerProfileInvalid", "the profile is of the other control mode")
    if scheduled is None:
        return
    if scheduled.SelectedScheduleTupleID != SCHEDULE_ID:
        chosen = scheduled.SelectedScheduleTupleID
        raise Refused("FAILED_ScheduleSelectionInvalid", f"no schedule has the number {chosen}")
    charge_w, discharge_w = (PROFILE_SLACK * power for power in talk.schedule_w)
    for entry in profile.EVPowerProfileEntries.EVPowerProfileEntry:
        phases = (entry.Power, entry.Power_L2, entry.Power_L3)
        power_w = sum(optional(phase) or 0.0 for phase in phases)
        if not -discharge_w <= power_w <= charge_w:
            why = f"the profile has {power_w:g} W, the schedule {charge_w:g} W"
            raise Refused("FAILED_EVPowerProfileInvalid", why)


def session_stop(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """End, pause, or go back to the choice of a service."""
    leads_to = ALLOWED[talk.state]["SessionStopReq"]
    if why := _reason(request):
        talk.trouble(why)
    match request.ChargingSession:
        case "Pause":
            if State20.PAUSED not in leads_to or side.fault:
                raise Refused("FAILED_PauseNotAllowed", "nothing is agreed that could be kept")
            talk.paused = _kept(talk, now_ns)
            to, ending = State20.PAUSED, Ending.PAUSED
        case "ServiceRenegotiation":
            if State20.DISCOVERY not in leads_to:
                why = "no service has been chosen yet"
                raise Refused("FAILED_NoServiceRenegotiationSupported", why)
            talk.proves_again = True
            return talk.reply(COMMON, "SessionStopRes", side, to=State20.DISCOVERY)
        case _:
            to = State20.ENDED
            ending = Ending.BY_CHARGER if talk.asked_to_stop else Ending.BY_VEHICLE
    return talk.reply(COMMON, "SessionStopRes", side, to=to, ending=ending)


def _reason(request: Any) -> str:
    """Why the vehicle stops, in its own words, if it has any."""
    words = (request.EVTerminationCode, request.EVTerminationExplanation)
    return ": ".join(printable(word) for word in words if word)


def _kept(talk: Conversation20, now_ns: int) -> PausedSession:
    return PausedSession(
        session_id=talk.session_id,
        evcc_id=talk.heard("evcc_id"),
        protocol="iso20",
        service=talk.service,
        control=talk.heard("control"),
        phases=talk.heard("phases"),
        paused_ns=now_ns,
    )
