"""The resistor between PP and PE of each kind of plug, and the cable that it stands for.

Bands are those in which IEC 61851-1 annex B lets a charger read the resistor. What lies between two
of them is no plug of any kind.
"""

from types import MappingProxyType
from typing import NamedTuple


class Coding(NamedTuple):
    """One resistor: where it may read, and the current that its cable carries."""

    ohm: float
    low_ohm: float
    high_ohm: float
    cable_a: float | None
    """None where the resistor says that a plug is in, and nothing of the cable."""


CODINGS = MappingProxyType(
    {
        "type2": (
            Coding(1_500.0, 1_100.0, 2_460.0, 13.0),
            Coding(680.0, 400.0, 936.0, 20.0),
            Coding(220.0, 164.0, 308.0, 32.0),
            Coding(100.0, 80.0, 140.0, 63.0),
        ),
        "ccs2": (Coding(1_500.0, 1_100.0, 2_460.0, None),),
    }
)
"""Codings by the kind of connector."""


def coding_of(kind: str, ohm: float) -> Coding | None:
    """Return the resistor that *ohm* reads as on a connector of *kind*."""
    return next((row for row in CODINGS[kind] if row.low_ohm <= ohm <= row.high_ohm), None)
