"""ISO 15118-20 DC and DC_BPT, charger's role: parameters, cable check, pre-charge, charge loop."""

from typing import Any

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.conversation20 import (
    DC,
    Conversation20,
    Refused,
    forbid_in_fault,
)
from silverpin.protocols.iso15118.loop20 import loop_reply, note_display, note_energy
from silverpin.protocols.iso15118.machine import Reply
from silverpin.protocols.iso15118.rational import number, optional, rational, rational_limit
from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode, Insulation
from silverpin.protocols.iso15118.states20 import State20

LIMIT_REACHED = 0.99
"""A limit counts as reached from this share of it."""


def parameters(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Exchange what either side can do."""
    forbid_in_fault(side)
    both = talk.service.bidirectional
    asked = request.BPT_DC_CPDReqEnergyTransferMode if both else request.DC_CPDReqEnergyTransferMode
    if asked is None:
        raise Refused("FAILED_WrongChargeParameter", f"these are not of {talk.service.value}")
    note_limits(talk, asked)
    _judge_voltages(talk, side)
    zero = rational(DC, 0.0)
    fields = {
        **_charge_limits(side),
        "EVSEMinimumChargePower": zero,
        "EVSEMinimumChargeCurrent": zero,
        "EVSEMinimumVoltage": rational(DC, side.voltage_min_v),
    }
    if both:
        fields |= {
            **_discharge_limits(talk, side),
            "EVSEMinimumDischargePower": zero,
            "EVSEMinimumDischargeCurrent": zero,
        }
    dc = messages(DC)
    made = dc.BPT_DC_CPDResEnergyTransferModeType if both else dc.DC_CPDResEnergyTransferModeType
    name = "BPT_DC_CPDResEnergyTransferMode" if both else "DC_CPDResEnergyTransferMode"
    return talk.reply(
        DC,
        "DC_ChargeParameterDiscoveryRes",
        side,
        to=State20.SCHEDULE,
        **{name: made(**fields)},
    )


def _judge_voltages(talk: Conversation20, side: ChargerSide) -> None:
    least_v, most_v = talk.heard("voltage_min_v"), talk.heard("voltage_max_v")
    if most_v < side.voltage_min_v or least_v > side.voltage_max_v:
        why = (
            f"the vehicle takes {least_v:g} to {most_v:g} V, the charger gives "
            f"{side.voltage_min_v:g} to {side.voltage_max_v:g} V"
        )
        raise Refused("FAILED_WrongChargeParameter", why)


def _charge_limits(side: ChargerSide) -> dict[str, Any]:
    return {
        "EVSEMaximumChargePower": rational_limit(DC, side.charge_max_w),
        "EVSEMaximumChargeCurrent": rational_limit(DC, side.charge_max_a),
        "EVSEMaximumVoltage": rational_limit(DC, side.voltage_max_v),
    }


def _discharge_limits(talk: Conversation20, side: ChargerSide) -> dict[str, Any]:
    sign = talk.discharge_sign
    return {
        "EVSEMaximumDischargePower": rational_limit(DC, sign * side.discharge_max_w),
        "EVSEMaximumDischargeCurrent": rational_limit(DC, sign * side.discharge_max_a),
    }


def note_limits(talk: Conversation20, mode: Any) -> None:
    """Keep the vehicle's limits of *mode*, of a request that has them."""
    talk.limits(
        charge_max_w=_told(mode, "EVMaximumChargePower"),
        charge_max_a=_told(mode, "EVMaximumChargeCurrent"),
        voltage_max_v=_told(mode, "EVMaximumVoltage"),
        voltage_min_v=_told(mode, "EVMinimumVoltage"),
        discharge_max_w=_told(mode, "EVMaximumDischargePower"),
        discharge_max_a=_told(mode, "EVMaximumDischargeCurrent"),
    )


def _told(mode: Any, field: str) -> float | None:
    return optional(getattr(mode, field, None))


def cable_check(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Tell how far the insulation test is; the vehicle asks again until it is finished."""
    forbid_in_fault(side)
    if side.insulation is Insulation.FAULT:
        raise Refused("FAILED", "the insulation test of the cable check failed")
    passed = side.insulation in (Insulation.SAFE, Insulation.WARNING)
    talk.proves_again = talk.proves_again and passed
    finished = passed and not talk.proves_again
    lasts_ns = talk.lasts_ns("cable check", now_ns)
    if not finished and lasts_ns >= V2G_TIMERS.cable_check_performance_ns:
        raise Refused("FAILED", "the insulation test took longer than a vehicle waits")
    return talk.reply(
        DC,
        "DC_CableCheckRes",
        side,
        to=State20.PRE_CHARGE if finished else State20.CABLE_CHECK,
        EVSEProcessing="Finished" if finished else "Ongoing",
    )


def pre_charge(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Take the voltage that is wanted, and tell the one that is there."""
    forbid_in_fault(side)
    talk.measures(present_v=number(request.EVPresentVoltage))
    talk.wants_voltage(number(request.EVTargetVoltage))
    finished = request.EVProcessing == "Finished"
    return talk.reply(
        DC,
        "DC_PreChargeRes",
        side,
        to=State20.START if finished else State20.PRE_CHARGE,
        EVSEPresentVoltage=rational(DC, side.voltage_v),
    )


def charge_loop(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """One turn of the loop: the vehicle's wish or limits in, the charger's limits out."""
    scheduled = talk.heard("control") is ControlMode.SCHEDULED
    kind = ("BPT_" if talk.service.bidirectional else "") + (
        "Scheduled" if scheduled else "Dynamic"
    )
    mode = getattr(request, f"{kind}_DC_CLReqControlMode")
    if mode is None:
        raise Refused("FAILED_WrongChargeParameter", f"the agreed control mode is {kind}")
    note_limits(talk, mode)
    note_energy(talk, mode)
    note_display(talk, request.DisplayParameters)
    talk.measures(present_v=number(request.EVPresentVoltage))
    if scheduled:
        target_a = number(mode.EVTargetCurrent)
        if not talk.service.bidirectional:
            target_a = max(target_a, 0.0)
        talk.measures(target_a=target_a)
        talk.wants_voltage(number(mode.EVTargetVoltage))
    fields = _charge_limits(side)
    if talk.service.bidirectional:
        fields |= _discharge_limits(talk, side)
        fields |= {
            "EVSEMinimumVoltage": rational(DC, side.voltage_min_v),
            "EVSEMinimumDischargePower": rational(DC, 0.0),
        }
    made = getattr(messages(DC), f"{kind}_DC_CLResControlModeType")
    content = made(EVSEMinimumChargePower=rational(DC, 0.0), **fields)
    return loop_reply(
        talk,
        request,
        side,
        now_ns,
        "DC_ChargeLoopRes",
        **{f"{kind}_DC_CLResControlMode": content},
        **_present(side),
    )


def _present(side: ChargerSide) -> dict[str, Any]:
    charging = side.current_a >= 0
    most_a = side.charge_max_a if charging else side.discharge_max_a
    most_w = side.charge_max_w if charging else side.discharge_max_w
    return {
        "EVSEPresentCurrent": rational(DC, side.current_a),
        "EVSEPresentVoltage": rational(DC, side.voltage_v),
        "EVSECurrentLimitAchieved": abs(side.current_a) >= LIMIT_REACHED * most_a,
        "EVSEPowerLimitAchieved": abs(side.power_w) >= LIMIT_REACHED * most_w,
        "EVSEVoltageLimitAchieved": side.voltage_v >= LIMIT_REACHED * side.voltage_max_v,
    }


def welding_detection(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Tell the voltage while the vehicle opens its contactors."""
    return talk.reply(
        DC,
        "DC_WeldingDetectionRes",
        side,
        to=State20.STOPPED,
        EVSEPresentVoltage=rational(DC, side.voltage_v),
    )
