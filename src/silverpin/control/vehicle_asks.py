"""What a vehicle's messages ask of the charger's machine, and the fault of not understanding."""

from types import MappingProxyType

from silverpin.domain.asks import Ask, Asks
from silverpin.domain.faults import FAULTS
from silverpin.protocols.iso15118.sides import ControlMode, Stage, VehicleSide

HANDSHAKE = "ERR_ISO_HANDSHAKE"
"""The fault of a conversation that did not begin, or broke off while it mattered."""
_ASKS = MappingProxyType(
    {
        Stage.CABLE_CHECK: Ask.INSULATION,
        Stage.PRE_CHARGE: Ask.VOLTAGE,
        Stage.POWER: Ask.POWER,
        Stage.STOPPING: Ask.END,
        Stage.PAUSED: Ask.END,
        Stage.ENDED: Ask.END,
        Stage.FAILED: Ask.END,
    }
)


def asks_of(told: VehicleSide) -> Asks:
    """Return what a vehicle that has told this asks for now.

    Before its power starts, a DC vehicle still joins its battery to the voltage it asked for.
    """
    ask = _ASKS.get(told.stage, Ask.NOTHING)
    if told.stage is Stage.STARTING:
        ask = Ask.VOLTAGE if told.service and told.service.direct_current else Ask.POWER
    decides = told.control is ControlMode.SCHEDULED and told.stage is Stage.POWER
    return Asks(
        ask,
        told.target_v,
        told.target_a if decides else None,
        told.target_w if decides else None,
        told.phases,
    )


def misunderstanding(what: str) -> str:
    """Return the words of the fault, with the number that the manual has for it."""
    return f"{what} (0x{FAULTS[HANDSHAKE].wire_code or 0:X})"
