"""Why a temperature sensor is not believed: each cause in words, with room for what was seen.

The words follow the name of a pin, as in "DC+ stands still at 25.0 °C ...", and stand in the detail
of ERR_THERM_SENSOR. What a technician does about each stands beside it.
"""

from enum import Enum
from typing import NamedTuple


class DoubtRow(NamedTuple):
    """A cause: what is seen of it, and where to look first."""

    words: str
    look: str


class Doubt(Enum):
    """Causes, those that one reading shows before those that take a history."""

    UNREAD = DoubtRow("is not read", "the sensor's bus, driver and plug")
    STALE = DoubtRow("was last read {:.1f} s ago", "the sensor's bus and driver")
    NO_NUMBER = DoubtRow("reads no number", "the sensor's driver")
    NOBODYS = DoubtRow("is read, and the readings are not one a pin", "the sensors' configuration")
    OPEN = DoubtRow("reads {:.1f} °C: open", "the sensor's wires and plug for a break")
    SHORT = DoubtRow("reads {:.1f} °C: shorted", "the sensor's wires for a short")
    COLD = DoubtRow("reads {:.1f} °C, colder than it may work", "whether the air is that cold")
    FELL = DoubtRow(
        "fell by {:.1f} K within {:.1f} s, faster than metal cools",
        "the sensor's wires for a loose contact",
    )
    RESISTOR = DoubtRow(
        "stands still at {:.1f} °C, as a 10 kΩ resistor does, while its pin must have moved "
        "by {:.1f} K",
        "whether a resistor is in the sensor's place",
    )
    FROZEN = DoubtRow(
        "stands still at {:.1f} °C while its pin must have moved by {:.1f} K",
        "the sensor's driver, then the sensor",
    )
    SHORT_OF = DoubtRow(
        "moved by {:.1f} K where the current moves its pin by {:.1f} K at least",
        "whether the sensor sits on its pin, and what lies across its wires",
    )
    APART = DoubtRow(
        "may drift or be wrong in scale: it reads {:.1f} °C, {:.1f} K from what is beside it",
        "the sensor at two known temperatures",
    )

    def says(self, *seen: float) -> str:
        """Return the words with the figures *seen*."""
        return self.value.words.format(*seen)
