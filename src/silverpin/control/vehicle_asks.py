"""What the vehicle's messages ask of the charger's own machine."""

from types import MappingProxyType

from silverpin.domain.asks import Ask, Asks
from silverpin.protocols.iso15118.sides import ControlMode, Stage, VehicleSide

_ASKS = MappingProxyType(
    {
        Stage.CABLE_CHECK: Ask.INSULATION,
        Stage.PRE_CHARGE: Ask.VOLTAGE,
        Stage.STARTING: Ask.POWER,
        Stage.POWER: Ask.POWER,
        Stage.STOPPING: Ask.END,
        Stage.PAUSED: Ask.END,
        Stage.ENDED: Ask.END,
        Stage.FAILED: Ask.END,
    }
)


def asks_of(told: VehicleSide) -> Asks:
    """Return what a vehicle that has told this asks for now."""
    decides = told.control is ControlMode.SCHEDULED and told.stage is Stage.POWER
    return Asks(
        _ASKS.get(told.stage, Ask.NOTHING),
        told.target_v,
        told.target_a if decides else None,
        told.target_w if decides else None,
    )
