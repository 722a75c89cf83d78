"""What a vehicle that talks asks of the charger, whatever protocol carried it.

A vehicle that does not talk asks with its pilot alone, and then nothing of this exists.
"""

from enum import Enum
from typing import NamedTuple


class Ask(Enum):
    """The one thing that a vehicle wants next; on direct current they come in this order."""

    NOTHING = "nothing yet"
    INSULATION = "an insulation test"
    VOLTAGE = "its battery's voltage on the pins"
    POWER = "power"
    END = "an end of power"


class Asks(NamedTuple):
    """A vehicle's wish with its figures; None is what it has not told."""

    ask: Ask = Ask.NOTHING
    target_v: float | None = None
    """The voltage that it wants on the pins before it joins its battery."""
    target_a: float | None = None
    """The current that it asks for, signed, where the vehicle decides; else None."""
    target_w: float | None = None
    """The power that it says it takes, signed, where the vehicle converts and decides."""
    phases: int | None = None
    """How many phases of AC it uses."""


def wants_pins(ask: Ask) -> bool:
    """Return whether the contactor has to be closed for this."""
    return ask in (Ask.INSULATION, Ask.VOLTAGE, Ask.POWER)
