"""The control pilot's circuit, its states' bands, and what can be wrong with it.

The charger feeds ±12 V at 1 kHz through 1 kΩ; behind a diode, the vehicle's resistor pulls the
positive half-wave down in steps. Values are those of SAE J1772 table A1 and IEC 61851-1 annex A.
"""

from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from silverpin.domain.observation import CpState

SOURCE_V, SOURCE_OHM, DIODE_V, HZ = 12.0, 1_000.0, 0.7, 1_000.0
OFFER_MIN_A = 6.0
"""No less is offered, and no vehicle takes less."""

LOADS_OHM = MappingProxyType({CpState.B: 2_740.0, CpState.C: 882.0, CpState.D: 246.0})
"""What the vehicle puts on the line in each state, behind its diode."""

BANDS_V: tuple[tuple[CpState, float, float], ...] = (
    (CpState.A, 11.4, 12.6),
    (CpState.B, 8.36, 9.56),
    (CpState.C, 5.48, 6.49),
    (CpState.D, 2.62, 3.25),
)
"""Positive peak of each state, lowest and highest. [V]"""

LEVEL_V = MappingProxyType({CpState.A: 12.0, CpState.B: 9.0, CpState.C: 6.0, CpState.D: 3.0})
"""Nominal positive peak of each state. [V]"""


class CauseRow(NamedTuple):
    """What is wrong with a pilot, and where to look."""

    words: str
    look: str


class PilotCause(Enum):
    """One thing that spoils a pilot, as far as the charger's end of the line can tell."""

    NOISE = CauseRow("noise on the line", "check the shield and look for ground loops")
    FREQUENCY = CauseRow("wrong frequency", "check the charger's pilot generator")
    STEADY = CauseRow("no modulation", "check the charger's pilot generator")
    SHORT = CauseRow("line shorted to earth", "measure CP to PE with the plug out")
    OPEN = CauseRow(
        "no resistor behind a seated plug: line open or vehicle's diode missing",
        "measure CP from end to end, then try another vehicle",
    )
    DIODE = CauseRow(
        "negative half-wave is loaded: vehicle's diode shorted or a bare resistor in its place",
        "try another vehicle",
    )
    LEAK = CauseRow(
        "attenuated: a leak from the line to earth", "look for moisture between CP and PE"
    )
    AMPLITUDE = CauseRow("wrong amplitude", "check the charger's pilot generator and its supply")
    WEAK = CauseRow(
        "attenuated: a leak to earth or a weak generator", "measure with the cable taken off"
    )
    RESISTANCE = CauseRow(
        "positive half-wave fits no state: poor contact in the line or a wrong resistor",
        "clean the CP contact, then try another vehicle",
    )
    LEVEL = CauseRow(
        "steady level fits no state: a leak, a poor contact, a wrong resistor or a weak generator",
        "offer power, for the swinging pilot tells which",
    )
    EDGES = CauseRow("slow edges: too much capacitance on the line", "check the cable's length")
    DUTY = CauseRow("wrong duty cycle", "check the charger's pilot generator")

    @property
    def words(self) -> str:
        """What is wrong, within a sentence."""
        return self.value.words

    @property
    def look(self) -> str:
        """What to do first."""
        return self.value.look
