"""DIN 70121 and ISO 15118-2 from the vehicle's limits to the end of power, charger's role."""

from typing import Any

from silverpin.domain.limits import LIMITS
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.iso15118.answers2 import (
    AC_MODES,
    DC_MODE,
    ac_current_a,
    energy_modes,
    stopping,
)
from silverpin.protocols.iso15118.conversation2 import Conversation2, Refused, Said
from silverpin.protocols.iso15118.plausible2 import AC_SPANS, DC_SPANS
from silverpin.protocols.iso15118.quantities2 import read
from silverpin.protocols.iso15118.schedule import SCHEDULE_ID
from silverpin.protocols.iso15118.session2_order import Wait
from silverpin.protocols.iso15118.sides import (
    ChargerSide,
    ControlMode,
    Insulation,
    Service,
    Stage,
)


def charge_parameters(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Take the vehicle's limits and tell ours; while ours are nought the vehicle asks again."""
    mode = _mode(request)
    if mode not in energy_modes(talk, side):
        raise Refused(talk.dialect.wrong_mode, f"energy transfer by {mode} is not offered")
    if mode == DC_MODE:
        _dc_parameters(talk, request.DC_EVChargeParameter, side)
    else:
        _ac_parameters(talk, request.AC_EVChargeParameter, AC_MODES[mode])
    _no_fault(side)
    dc = mode == DC_MODE
    here_w = side.charge_max_w if dc else side.nominal_v * talk.phases * ac_current_a(talk, side)
    talk.schedule_max_w = min(side.charge_max_w, here_w)
    pending = side.charge_max_a <= 0 or side.charge_max_w <= 0
    if pending and talk.lasts_ns("limits", now_ns) < V2G_TIMERS.ongoing_performance_ns:
        return Said(Wait.CHARGE_PARAMETERS, processing="Ongoing")
    return Said(Wait.CABLE_CHECK if dc else Wait.POWER_DELIVERY)


def _mode(request: Any) -> str:
    """Return the energy transfer that is asked for: the two schemas name the field differently."""
    older = getattr(request, "EVRequestedEnergyTransferType", None)
    mode: str = older or request.RequestedEnergyTransferMode
    return mode


def _dc_parameters(talk: Conversation2, told: Any, side: ChargerSide) -> None:
    if told is None:
        raise Refused("FAILED_WrongChargeParameter", "a wish for DC came without DC parameters")
    _heed(talk, told.DC_EVStatus)
    believed = _believed(talk, {
        "charge_max_a": told.EVMaximumCurrentLimit,
        "charge_max_w": told.EVMaximumPowerLimit,
        "voltage_max_v": told.EVMaximumVoltageLimit,
        "energy_max_wh": told.EVEnergyCapacity,
        "energy_target_wh": told.EVEnergyRequest,
    })  # fmt: skip
    departure_s = getattr(told, "DepartureTime", None) or None
    decides = ControlMode.SCHEDULED
    talk.says(service=Service.DC, control=decides, departure_s=departure_s, **believed)
    if believed["voltage_max_v"] < side.voltage_min_v:
        why = (
            f"the vehicle takes {believed['voltage_max_v']:g} V at most, "
            f"the charger makes {side.voltage_min_v:g} V at least"
        )
        raise Refused("FAILED_WrongChargeParameter", why)


def _ac_parameters(talk: Conversation2, told: Any, phases: int) -> None:
    if told is None:
        raise Refused("FAILED_WrongChargeParameter", "a wish for AC came without AC parameters")
    talk.phases = phases
    within = talk.doubts.within
    talk.says(
        service=Service.AC,
        control=ControlMode.SCHEDULED,
        phases=phases,
        departure_s=told.DepartureTime or None,
        charge_max_a=within(AC_SPANS["charge_max_a"], read(told.EVMaxCurrent)),
        voltage_max_v=within(AC_SPANS["voltage_max_v"], read(told.EVMaxVoltage)),
        energy_target_wh=within(AC_SPANS["energy_target_wh"], read(told.EAmount)),
    )


def _believed(talk: Conversation2, told: dict[str, Any]) -> dict[str, float]:
    """Return what of the physical values in *told* can be true; one that is missing is left out."""
    within = talk.doubts.within
    return {
        name: within(DC_SPANS[name], read(value))
        for name, value in told.items()
        if value is not None
    }


def _wants(talk: Conversation2, request: Any) -> None:
    """Take voltage and current that are asked for, up to the vehicle's own limits."""
    rows = {
        "target_v": (request.EVTargetVoltage, "voltage_max_v"),
        "target_a": (request.EVTargetCurrent, "charge_max_a"),
    }
    for name, (value, limit) in rows.items():
        span, own = DC_SPANS[name], talk.heard(limit)
        high = min(span.high, own) if own else span.high
        talk.says(**{name: talk.doubts.within(span._replace(high=high), read(value))})


def _heed(talk: Conversation2, status: Any) -> None:
    """Take what every DC request tells of the vehicle."""
    fine = status.EVErrorCode == "NO_ERROR"
    talk.says(state_of_charge=status.EVRESSSOC / 100)
    talk.trouble(None if fine else status.EVErrorCode)


def _no_fault(side: ChargerSide) -> None:
    if side.fault is not None:
        raise Refused("FAILED", f"the charger has a fault: {side.fault}")


def cable_check(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Tell how the insulation test stands; a fault ends the session, a warning does not."""
    _heed(talk, request.DC_EVStatus)
    if side.insulation is Insulation.FAULT:
        raise Refused("FAILED", "the insulation test found a fault")
    _no_fault(side)
    if side.insulation in (Insulation.UNTESTED, Insulation.TESTING):
        talk.proves_again = False
    elif not talk.proves_again:
        return Said(Wait.PRE_CHARGE)
    if talk.lasts_ns("cable check", now_ns) >= V2G_TIMERS.cable_check_performance_ns:
        raise Refused("FAILED", "the insulation test did not end in time")
    return Said(Wait.CABLE_CHECK, processing="Ongoing")


def pre_charge(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Take the voltage that the vehicle wants at the pins; it watches the answers and goes on."""
    _heed(talk, request.DC_EVStatus)
    _no_fault(side)
    _wants(talk, request)
    return Said(Wait.PRE_CHARGED)


def power_delivery(
    talk: Conversation2, request: Any, side: ChargerSide, now_ns: int
) -> Said | None:
    """Begin power, end it, or go back to the limits; the answer may have to wait."""
    talk.keeps_power = False
    if request.DC_EVPowerDeliveryParameter is not None:
        _heed(talk, request.DC_EVPowerDeliveryParameter.DC_EVStatus)
    progress = _progress(request)
    if progress == "Stop":
        return _stop(talk, side, now_ns)
    if progress == "Renegotiate":
        return _renegotiate(talk, side, now_ns)
    return _start(talk, request, side, now_ns)


def _renegotiate(talk: Conversation2, side: ChargerSide, now_ns: int) -> Said | None:
    """Go back to the limits: AC keeps its power meanwhile, DC has its cable checked again."""
    if not talk.direct_current(side):
        talk.keeps_power = talk.stage is Stage.POWER
        return Said(Wait.CHARGE_PARAMETERS)
    talk.stage = Stage.STOPPING
    if _flows(talk, side, now_ns):
        return None
    talk.stage, talk.proves_again = Stage.AGREEING, True
    return Said(Wait.CHARGE_PARAMETERS)


def _flows(talk: Conversation2, side: ChargerSide, now_ns: int) -> bool:
    """Whether current that should end still may: an answer waits for it, but not for ever."""
    if abs(side.current_a) < LIMITS.reversal_zero_a:
        return False
    return talk.lasts_ns("stop", now_ns) < V2G_TIMERS.hold_performance_ns


def _progress(request: Any) -> str:
    ready: bool | None = getattr(request, "ReadyToChargeState", None)
    if ready is None:
        progress: str = request.ChargeProgress
        return progress
    return "Start" if ready else "Stop"


def _start(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said | None:
    """Begin power: on DC the pins carry the voltage already, on AC the contactor closes first."""
    _may_start(talk, request, side)
    dc = talk.direct_current(side)
    if not (dc or side.power_on):
        talk.stage = Stage.STARTING
        if talk.lasts_ns("start", now_ns) < V2G_TIMERS.hold_performance_ns:
            return None
        raise Refused(talk.dialect.contactor_fails, "the contactor did not close in time")
    talk.stage = Stage.POWER
    return Said(Wait.CURRENT_DEMAND if dc else Wait.CHARGING_STATUS)


def _may_start(talk: Conversation2, request: Any, side: ChargerSide) -> None:
    _in_schedule(talk, request)
    if side.fault is not None or stopping(side):
        why = f"a fault: {side.fault}" if side.fault else "it wants the session to end"
        raise Refused("FAILED_PowerDeliveryNotApplied", f"the charger gives no power: {why}")
    joined = side.voltage_on or talk.stage is Stage.POWER
    if talk.direct_current(side) and not joined:
        why = f"the pins carry {side.voltage_v:.0f} V, pre-charge is not done"
        raise Refused(talk.dialect.voltage_low, why)


def _in_schedule(talk: Conversation2, request: Any) -> None:
    """Hold schedule and charging profile against what was told."""
    profile = request.ChargingProfile
    holder = request if hasattr(request, "SAScheduleTupleID") else profile
    if holder is not None and holder.SAScheduleTupleID != SCHEDULE_ID:
        why = f"schedule {holder.SAScheduleTupleID} was not offered"
        raise Refused("FAILED_TariffSelectionInvalid", why)
    for entry in profile.ProfileEntry if profile else ():
        power = entry.ChargingProfileEntryMaxPower
        power_w = float(power) if isinstance(power, int) else read(power)
        if power_w > talk.schedule_max_w:
            why = f"the profile wants {power_w:g} W, the schedule has {talk.schedule_max_w:.0f} W"
            raise Refused("FAILED_ChargingProfileInvalid", why)


def _stop(talk: Conversation2, side: ChargerSide, now_ns: int) -> Said | None:
    """End power: the answer waits for the current to be gone, and the contactor for the vehicle.

    Where current stays, an AC vehicle hears of it; on DC welding detection comes next.
    """
    talk.stage = Stage.STOPPING
    dc = talk.direct_current(side)
    if _flows(talk, side, now_ns):
        return None
    if not dc and abs(side.current_a) >= LIMITS.reversal_zero_a:
        raise Refused(talk.dialect.contactor_fails, "current did not end in time")
    return Said(Wait.WELDING if dc else Wait.SESSION_STOP)


def current_demand(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Take the vehicle's wish and its limits of this moment."""
    _heed(talk, request.DC_EVStatus)
    talk.says(**_believed(talk, {
        "charge_max_a": request.EVMaximumCurrentLimit,
        "charge_max_w": request.EVMaximumPowerLimit,
        "voltage_max_v": request.EVMaximumVoltageLimit,
    }))  # fmt: skip
    _wants(talk, request)
    return Said(Wait.CURRENT_DEMAND)


def charging_status(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Tell limits and status; the vehicle says nothing here."""
    return Said(Wait.CHARGING_STATUS)


def metering_receipt(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Take a receipt: none is asked for without a contract, and one too many does no harm."""
    return Said(talk.wait)


def welding_detection(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Tell the voltage at the pins, from which the vehicle judges its own contactors."""
    _heed(talk, request.DC_EVStatus)
    return Said(Wait.WELDING)
