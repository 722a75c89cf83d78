"""Grid profiles: how far and for how long the grid may stray before reverse power stops, as data.

A profile is a list of stages, each a threshold with a clearing time, and a band in which the grid
must have stayed for a while before it is fed (again). Outside a threshold for less than its
clearing time is ridden through. Every number carries its source; a later edition of a standard is a
new row, not a changed one. The inverter's own protection stays the one that counts for the grid
operator: a profile here is never slower.
"""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Quantity(Enum):
    """What a stage looks at; the value is its unit."""

    FREQUENCY = "Hz"
    VOLTAGE = "V"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One threshold with the time for which the grid may be beyond it."""

    name: str
    quantity: Quantity
    over: bool
    threshold: float
    """In Hz, or in V between phase and neutral."""
    clearing_s: float
    """Power is off this long after the grid went beyond the threshold, at the latest."""
    source: str
    mean_s: float = 0.0
    """The stage looks at the mean over this time; 0 looks at the value itself."""

    @property
    def sentence(self) -> str:
        """The threshold in words."""
        what = f"{'mean ' if self.mean_s else ''}{self.quantity.name.lower()}"
        way = "above" if self.over else "below"
        return f"{what} {way} {self.threshold:g} {self.quantity.value}"

    def beyond(self, value: float) -> bool:
        """Return whether *value* is beyond the threshold; what is no number always is."""
        within = value <= self.threshold if self.over else value >= self.threshold
        return not within

    def margin(self, value: float) -> float:
        """Return how far *value* still is from the threshold, negative beyond it."""
        return self.threshold - value if self.over else value - self.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Where the grid must stay, without a break, before it is fed."""

    low_hz: float
    high_hz: float
    low_v: float
    high_v: float

    @property
    def sentence(self) -> str:
        """The band in words."""
        return f"{self.low_hz:g} to {self.high_hz:g} Hz and {self.low_v:g} to {self.high_v:g} V"

    def holds(self, hz: float, volts: float) -> bool:
        """Return whether both are inside; what is no number never is."""
        return self.low_hz <= hz <= self.high_hz and self.low_v <= volts <= self.high_v


@dataclass(frozen=True, slots=True, kw_only=True)
class GridProfile:
    """A named standard's stages, and its conditions to feed the grid at first and again."""

    name: str
    nominal_hz: float
    nominal_v: float
    stages: tuple[Stage, ...]
    reconnect: Band
    reconnect_s: float
    """Seen inside the band for this long: after a trip, and after a start of the program."""
    source: str

    def innermost(self, quantity: Quantity) -> tuple[float, float]:
        """Return the lowest and highest value at which no stage counts time."""
        rows = [row for row in self.stages if row.quantity is quantity]
        return (
            max(row.threshold for row in rows if not row.over),
            min(row.threshold for row in rows if row.over),
        )


_VDE = "VDE-AR-N 4105:2018-11, interface protection of converters"
_IEEE_V = "IEEE 1547-2018, table 13, category III default"
_IEEE_F = "IEEE 1547-2018, table 18, default"
_HZ, _V = Quantity.FREQUENCY, Quantity.VOLTAGE


def _stage(
    name: str, quantity: Quantity, threshold: float, clearing_s: float, source: str, mean_s: float
) -> Stage:
    return Stage(
        name=name, quantity=quantity, over=name[0] == "O", threshold=threshold,
        clearing_s=clearing_s, source=source, mean_s=mean_s,
    )  # fmt: skip


def _stages(*rows: tuple[str, Quantity, float, float, str]) -> tuple[Stage, ...]:
    return tuple(_stage(*row, mean_s=0.0) for row in rows)


_ROWS = (
    GridProfile(
        name="eu-50hz", nominal_hz=50.0, nominal_v=230.0,
        stages=(
            *_stages(
                ("OF", _HZ, 51.5, 0.1, _VDE),
                ("UF", _HZ, 47.5, 0.1, _VDE),
                ("OV2", _V, 287.5, 0.1, f"{_VDE}: 1.25 Un"),
                ("UV1", _V, 184.0, 3.0, f"{_VDE}: 0.80 Un"),
                ("UV2", _V, 103.5, 0.3, f"{_VDE}: 0.45 Un"),
            ),
            _stage("OV1", _V, 253.0, 0.1, f"{_VDE}: 1.10 Un, mean of 10 min", mean_s=600.0),
        ),
        reconnect=Band(low_hz=47.5, high_hz=50.1, low_v=195.5, high_v=253.0),
        reconnect_s=60.0,
        source="VDE-AR-N 4105:2018-11; to connect: 0.85 to 1.10 Un, 47.5 to 50.1 Hz, 60 s",
    ),
    GridProfile(
        name="us-60hz", nominal_hz=60.0, nominal_v=240.0,
        stages=_stages(
            ("OF2", _HZ, 62.0, 0.16, _IEEE_F),
            ("OF1", _HZ, 61.2, 300.0, _IEEE_F),
            ("UF1", _HZ, 58.5, 300.0, _IEEE_F),
            ("UF2", _HZ, 56.5, 0.16, _IEEE_F),
            ("OV2", _V, 288.0, 0.16, f"{_IEEE_V}: 1.20 pu"),
            ("OV1", _V, 264.0, 13.0, f"{_IEEE_V}: 1.10 pu"),
            ("UV1", _V, 211.2, 21.0, f"{_IEEE_V}: 0.88 pu"),
            ("UV2", _V, 120.0, 2.0, f"{_IEEE_V}: 0.50 pu"),
        ),
        reconnect=Band(low_hz=59.5, high_hz=60.1, low_v=220.08, high_v=252.0),
        reconnect_s=300.0,
        source="IEEE 1547-2018, category III; to connect: table 4, 0.917 to 1.05 pu for 300 s",
    ),
)  # fmt: skip
GRID_PROFILES = MappingProxyType({row.name: row for row in _ROWS})
assert all(
    row.innermost(_HZ)[0] <= row.reconnect.low_hz < row.nominal_hz < row.reconnect.high_hz
    and row.innermost(_V)[0] <= row.reconnect.low_v < row.nominal_v < row.reconnect.high_v
    and row.reconnect.high_hz <= row.innermost(_HZ)[1]
    and row.reconnect.high_v <= row.innermost(_V)[1]
    and all(stage.name[0] in "OU" for stage in row.stages)
    for row in _ROWS
), "a grid is fed only where no stage counts time"  # fmt: skip
