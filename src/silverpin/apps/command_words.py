"""Words that the programs and the daemon share, light enough for a program that only asks.

The manual names line 18 of the controller as the one that drives the locking bolt; no other line
is offered to anybody. An act moves the simulated world and does not exist on hardware.
"""

from dataclasses import dataclass
from types import MappingProxyType

from silverpin.domain.quantities import Unit

LOCK_LINE = 18
GPIO_LINES = MappingProxyType({LOCK_LINE: "locking bolt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWord:
    """One act of `silverpin act`: how it is called and what value it takes."""

    name: str
    does: str
    value: str | None = None
    """What the value is called in help and errors; None when there is none."""
    unit: Unit | None = None
    """Unit of a value that is a number."""
    needs_value: bool = False


_ROWS = (
    ActWord(name="plug", does="put the plug in"),
    ActWord(name="unplug", does="take the plug out"),
    ActWord(
        name="set-power",
        does="ask for power; positive charges the vehicle",
        value="POWER",
        unit=Unit.POWER,
        needs_value=True,
    ),
    ActWord(
        name="heat-pin",
        does="warm a pin: DC+, DC+=10 (kelvin more) or DC+=trip",
        value="PIN[=KELVIN]",
        needs_value=True,
    ),
    ActWord(name="jam-lock", does="jam the locking bolt"),
    ActWord(name="pilot-noise", does="put noise on the control pilot"),
    ActWord(
        name="bypass-ntc",
        does="put a resistor in place of a pin's temperature sensor",
        value="PIN",
    ),
    ActWord(name="weld", does="weld the contactor"),
    ActWord(name="shift-modbus", does="shift the inverter's Modbus map"),
    ActWord(
        name="grid-push",
        does="push the grid's frequency to a value",
        value="HZ",
        unit=Unit.FREQUENCY,
    ),
    ActWord(name="stop", does="end the session"),
    ActWord(name="healthy", does="make the whole world healthy again"),
)
ACTS = MappingProxyType({row.name: row for row in _ROWS})
