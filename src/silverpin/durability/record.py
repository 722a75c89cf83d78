"""What is known of one connector over time, as columns on one time axis.

A record may be longer than memory: readers give it in chunks, one after the other on the same axis,
and what is computed from chunks does not depend on where they are cut. Unknown is NaN; a column
that nobody measured is None and is listed as missing, which widens answers and stops none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

COLUMNS = {
    "current": "current_a",
    "temp": "temp_ntc_c",
    "ambient": "ambient_c",
    "cable": "cable_c",
    "voltage": "voltage_v",
    "v_evse": "v_evse_v",
    "v_ev": "v_ev_v",
}
"""Names that people give to columns, and the fields that they fill."""


class Problem(NamedTuple):
    """Something in the input that cannot be, where it is, and what was done about it."""

    row: int | None
    """Row of the file from 1, None where it concerns a whole column."""
    column: str
    what: str


class Break(NamedTuple):
    """A current that was interrupted, by a contactor or by a pulled plug."""

    t_s: float
    current_a: float
    """Signed as everywhere: positive charges the vehicle. NaN where nobody measured it."""
    voltage_v: float
    """NaN where nobody measured it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happenings:
    """What was counted rather than sampled; None where the input does not tell."""

    matings_s: tuple[float, ...] | None = None
    """Instants at which a plug was put in."""
    breaks: tuple[Break, ...] | None = None
    openings: tuple[Break, ...] | None = None
    """Every opening of the contactor, most of them at no current."""
    lock_operations: int | None = None
    lock_retries: int | None = None
    reversals: int | None = None
    moisture: bool | None = None
    """Whether an inspection found moisture inside."""
    matings_since_cleaning: int | None = None
    """None where no cleaning is recorded."""
    since_inspection_h: float | None = None
    """From the newest inspection to the end; None where none is recorded."""
    inspected_ohm: float | None = None
    """What it measured of the worst power pin; None where it did not find the pins in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A stretch of a record. All columns have the length of `t_s`."""

    t_s: FloatArray
    """Seconds since the record's start, strictly increasing, also from chunk to chunk."""
    current_a: FloatArray
    """Positive charges the vehicle."""
    temp_ntc_c: FloatArray | None = None
    ambient_c: FloatArray | None = None
    cable_c: FloatArray | None = None
    voltage_v: FloatArray | None = None
    v_evse_v: FloatArray | None = None
    v_ev_v: FloatArray | None = None
    mated: BoolArray | None = None
    """Whether a plug is in; None where nobody recorded it."""
    happenings: Happenings = field(default_factory=Happenings)
    problems: tuple[Problem, ...] = ()


class Record(Protocol):
    """One connector's history; reading it again gives the same chunks."""

    @property
    def start_utc_ns(self) -> int | None:
        """Wall time of the axis' zero, None where the input has no date."""

    @property
    def serial(self) -> str | None:
        """Serial number of the connector, where the input tells it."""

    @property
    def connector(self) -> str | None:
        """Name of its parameter set, where the input tells it."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of columns that the input does not have."""

    def chunks(self) -> Iterator[Chunk]:
        """Yield the record from its start."""


_SERIES = ("t_s", *COLUMNS.values(), "mated")


def following(last: Chunk, chunk: Chunk) -> Chunk:
    """Put the samples that waited before a chunk; a column that either has not is not known."""
    columns: dict[str, Any] = {}
    for name in _SERIES:
        old, new = getattr(last, name), getattr(chunk, name)
        if old is None and new is None:
            continue
        if name == "mated":
            new = np.full(len(chunk.t_s), old[-1]) if new is None else new
            old = np.full(len(last.t_s), new[0]) if old is None else old
        old = np.full(len(last.t_s), np.nan) if old is None else old
        new = np.full(len(chunk.t_s), np.nan) if new is None else new
        columns[name] = np.concatenate([old, new])
    return replace(chunk, **columns)


def part_of(chunk: Chunk, rows: slice | NDArray[np.intp]) -> Chunk:
    """Return some samples of a chunk and nothing else of it."""
    kept = {name: getattr(chunk, name) for name in _SERIES}
    return Chunk(**{name: row[rows] for name, row in kept.items() if row is not None})
