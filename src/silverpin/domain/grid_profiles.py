"""Grid profiles: the window in which reverse power is allowed, as data.

Each row carries its source. A profile here is never weaker than the inverter's own protection,
which stays the one that counts for the grid operator.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class GridProfile:
    """Limits of frequency and voltage with their clearing times."""

    name: str
    nominal_hz: float
    nominal_v: float
    under_hz: float
    over_hz: float
    under_v: float
    over_v: float
    clearing_s: float
    """The grid must be outside for this long before reverse flow stops."""
    reconnect_s: float
    source: str


_ROWS = (
    GridProfile(
        name="eu-50hz", nominal_hz=50.0, nominal_v=230.0, under_hz=47.5, over_hz=51.5,
        under_v=184.0, over_v=264.5, clearing_s=0.1, reconnect_s=60.0,
        source="VDE-AR-N 4105:2018 figures",
    ),
    GridProfile(
        name="us-60hz", nominal_hz=60.0, nominal_v=240.0, under_hz=58.5, over_hz=61.2,
        under_v=211.2, over_v=264.0, clearing_s=0.16, reconnect_s=300.0,
        source="IEEE 1547-2018 default settings, the narrower step of each pair",
    ),
)  # fmt: skip
GRID_PROFILES = MappingProxyType({row.name: row for row in _ROWS})
