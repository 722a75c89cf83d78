"""ISO 15118-20 AC and AC_BPT, charger's role: parameters and charge loop.

The charger tells powers per phase, as many as the vehicle's parameter set has. What a vehicle tells
without the other phases is its whole power, with them that of the first, so what is told is added.
"""

from typing import Any

from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.conversation20 import (
    AC,
    Conversation20,
    Refused,
    forbid_in_fault,
)
from silverpin.protocols.iso15118.loop20 import loop_reply, note_display, note_energy
from silverpin.protocols.iso15118.machine import Reply
from silverpin.protocols.iso15118.rational import optional, rational, rational_limit
from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode
from silverpin.protocols.iso15118.states20 import State20

PHASES = ("", "_L2", "_L3")


def parameters(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """Exchange what either side can do."""
    forbid_in_fault(side)
    both = talk.service.bidirectional
    asked = request.BPT_AC_CPDReqEnergyTransferMode if both else request.AC_CPDReqEnergyTransferMode
    if asked is None:
        raise Refused("FAILED_WrongChargeParameter", f"these are not of {talk.service.value}")
    note_limits(talk, asked)
    fields = {
        **_limits(talk, "EVSEMaximumChargePower", side.charge_max_w / side.phases),
        **_limits(talk, "EVSEMinimumChargePower", 0.0),
        **_figures(talk, "EVSEPresentActivePower", side.power_w),
        "EVSENominalFrequency": rational(AC, side.nominal_hz),
    }
    if both:
        back_w = talk.discharge_sign * side.discharge_max_w / side.phases
        fields |= _limits(talk, "EVSEMaximumDischargePower", back_w)
        fields |= _limits(talk, "EVSEMinimumDischargePower", 0.0)
    ac = messages(AC)
    made = ac.BPT_AC_CPDResEnergyTransferModeType if both else ac.AC_CPDResEnergyTransferModeType
    name = "BPT_AC_CPDResEnergyTransferMode" if both else "AC_CPDResEnergyTransferMode"
    return talk.reply(
        AC,
        "AC_ChargeParameterDiscoveryRes",
        side,
        to=State20.SCHEDULE,
        **{name: made(**fields)},
    )


def _used(talk: Conversation20) -> tuple[str, ...]:
    """Return the phases that the vehicle uses, as the names of fields end."""
    return PHASES[: talk.heard("phases") or len(PHASES)]


def _limits(talk: Conversation20, name: str, phase_w: float) -> dict[str, Any]:
    """Tell a limit of each phase."""
    told = rational_limit(AC, phase_w)
    return {name + phase: told for phase in _used(talk)}


def _figures(talk: Conversation20, name: str, power_w: float) -> dict[str, Any]:
    """Tell a power, spread over the phases."""
    used = _used(talk)
    told = rational(AC, power_w / len(used))
    return {name + phase: told for phase in used}


def whole(mode: Any, field: str) -> float | None:
    """Return the sum over the phases that *mode* tells of *field*, None if it tells none."""
    told = [optional(getattr(mode, field + phase, None)) for phase in PHASES]
    return None if told[0] is None else sum(power or 0.0 for power in told)


def note_limits(talk: Conversation20, mode: Any) -> None:
    """Keep the vehicle's limits of *mode*, of a request that has them."""
    talk.limits(
        charge_max_w=whole(mode, "EVMaximumChargePower"),
        discharge_max_w=whole(mode, "EVMaximumDischargePower"),
    )


def charge_loop(talk: Conversation20, request: Any, side: ChargerSide, now_ns: int) -> Reply:
    """One turn of the loop: what the vehicle takes or wants in, what it may or shall take out."""
    dynamic = talk.heard("control") is ControlMode.DYNAMIC
    kind = ("BPT_" if talk.service.bidirectional else "") + ("Dynamic" if dynamic else "Scheduled")
    mode = getattr(request, f"{kind}_AC_CLReqControlMode")
    if mode is None:
        raise Refused("FAILED_WrongChargeParameter", f"the agreed control mode is {kind}")
    note_limits(talk, mode)
    note_energy(talk, mode)
    note_display(talk, request.DisplayParameters)
    talk.measures(target_w=whole(mode, "EVPresentActivePower"))
    fields = _figures(talk, "EVSEPresentActivePower", side.power_w)
    phase_w = _target(talk, side, dynamic)
    if phase_w is not None:
        fields |= _limits(talk, "EVSETargetActivePower", phase_w)
    content = getattr(messages(AC), f"{kind}_AC_CLResControlModeType")(**fields)
    return loop_reply(
        talk, request, side, now_ns, "AC_ChargeLoopRes", **{f"{kind}_AC_CLResControlMode": content}
    )


def _target(talk: Conversation20, side: ChargerSide, dynamic: bool) -> float | None:
    """What the vehicle shall take of a phase; scheduled, only where it takes more than it may."""
    least_w = -side.discharge_max_w / side.phases if talk.service.bidirectional else 0.0
    wanted_w = (side.set_w if dynamic else talk.heard("target_w")) / len(_used(talk))
    held_w = min(max(wanted_w, least_w), side.charge_max_w / side.phases)
    return held_w if dynamic or held_w != wanted_w else None
