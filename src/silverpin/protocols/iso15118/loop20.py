"""What the charge loops of AC and DC have in common in ISO 15118-20, charger's role."""

from typing import Any

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.conversation20 import Conversation20, Refused
from silverpin.protocols.iso15118.machine import Reply
from silverpin.protocols.iso15118.rational import optional
from silverpin.protocols.iso15118.sides import ChargerSide
from silverpin.protocols.iso15118.states20 import State20

INLET_HOT = "InletHot"
"""The vehicle measures what we cannot: the other half of the contact."""


def note_energy(talk: Conversation20, mode: Any) -> None:
    """Keep the energy that the vehicle wants, below zero what it could give, and its departure."""
    talk.measures(
        energy_min_wh=optional(mode.EVMinimumEnergyRequest),
        energy_target_wh=optional(mode.EVTargetEnergyRequest),
        energy_max_wh=optional(mode.EVMaximumEnergyRequest),
    )
    departure = getattr(mode, "DepartureTime", None)
    talk.says(departure_s=None if departure is None else float(departure))


def note_display(talk: Conversation20, display: Any) -> None:
    """Keep the state of charge, and that the inlet is hot, where the vehicle shows them."""
    if display is None:
        return
    soc = display.PresentSOC
    talk.says(state_of_charge=None if soc is None else soc / 100)
    if display.InletHot is not None:
        talk.trouble(INLET_HOT if display.InletHot else None)


def loop_reply(
    talk: Conversation20,
    request: Any,
    side: ChargerSide,
    now_ns: int,
    response: str,
    **fields: Any,
) -> Reply:
    """Return an answer of the charge loop; what the charger wants comes with it."""
    if side.emergency:
        raise Refused("FAILED", f"the charger has failed: {side.fault or 'emergency stop'}")
    schema = talk.schema
    return talk.reply(
        schema,
        response,
        side,
        to=State20.LOOP,
        timeout_ns=V2G_TIMERS.loop_sequence_ns,
        EVSEStatus=talk.status(side, schema, now_ns),
        MeterInfo=_meter(side, schema) if request.MeterInfoRequested else None,
        **fields,
    )


def _meter(side: ChargerSide, schema: str) -> Any:
    if side.energy_wh is None:
        return None
    back = side.energy_out_wh
    return messages(schema).MeterInfoType(
        MeterID=side.evse_id[:32],
        ChargedEnergyReadingWh=max(0, round(side.energy_wh)),
        BPT_DischargedEnergyReadingWh=None if back is None else max(0, round(back)),
    )
