"""From columns as somebody wrote them to chunks of a record: what cannot be is told and left out.

Time must rise: a row at the same instant as the one before is left out, and so are rows after the
clock stepped back, until it has caught up. One row that leaps ahead of its neighbours is left out.
A value that no connector can have becomes unknown. A unit is converted where the header names it or
where no other reading is possible, and that is told; where it is only likely, it is told and the
values stay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.domain.contact_trace import PAUSE_S
from silverpin.durability.problems import Problems
from silverpin.durability.record import COLUMNS, BoolArray, Break, Chunk, FloatArray, Happenings
from silverpin.durability.units import unit_of

if TYPE_CHECKING:
    from silverpin.durability.units import Unit

POSSIBLE = {
    "current": (-1000.0, 1000.0),
    "temp": (-60.0, 250.0),
    "ambient": (-60.0, 70.0),
    "cable": (-60.0, 250.0),
    "voltage": (-1500.0, 1500.0),
    "v_evse": (-1500.0, 1500.0),
    "v_ev": (-1500.0, 1500.0),
}
"""Beyond, a value is an error of measurement or of a unit."""
UNSET_CLOCK_S = 1_262_304_000.0
"""2010-01-01: a dated row before it was written by a clock that nobody had set."""
LEAP_S = 86_400.0
_UNIT_ROWS = 100_000


class Raw(NamedTuple):
    """Rows as they were read; nan is a field that is empty or no number."""

    first_row: int
    t_s: FloatArray
    columns: Mapping[str, FloatArray]
    """By the names of `record.COLUMNS`."""
    mated: BoolArray | None = None
    happenings: Happenings = Happenings()
    """On the clock of `t_s`."""
    dated: bool = True
    """Whether `t_s` counts from 1970."""


class Sieve:
    """Turns the raw rows of one or more sources, in time order, into chunks."""

    def __init__(self) -> None:
        self.start_s: float | None = None
        """Zero of the axis, on the sources' clock."""
        self._last_s = -np.inf
        self._units: dict[str, Unit] = {}

    def chunks(self, raws: Iterator[Raw], problems: Problems) -> Iterator[Chunk]:
        """Yield what stands the sieve, with the problems found on the way."""
        self._units = {}
        for raw, following in _with_next(raws):
            yield self._chunk(raw, following, problems)
        rest = problems.rest()
        if rest:
            yield Chunk(t_s=np.empty(0), current_a=np.empty(0), problems=rest)

    def _chunk(self, raw: Raw, following: Raw | None, problems: Problems) -> Chunk:
        keep = self._rising(raw, following, problems)
        rows = raw.first_row + np.flatnonzero(keep)
        columns = {
            COLUMNS[name]: self._possible(name, values[keep], rows, problems)
            for name, values in raw.columns.items()
        }
        t_s = raw.t_s[keep]
        if len(t_s) and self.start_s is None:
            self.start_s = float(t_s[0])
        t_s = t_s - (self.start_s or 0.0)
        current_a = columns.pop("current_a", np.full(len(t_s), np.nan))
        return Chunk(
            t_s=t_s, current_a=current_a, mated=None if raw.mated is None else raw.mated[keep],
            happenings=_since(raw.happenings, self.start_s), problems=problems.taken(), **columns,
        )  # fmt: skip

    def _rising(self, raw: Raw, following: Raw | None, problems: Problems) -> BoolArray:
        """Tell the rows whose time is later than that of all rows kept before."""
        t_s = raw.t_s
        keep = np.isfinite(t_s)
        _tell(problems, raw, ~keep, "time", "no time", "no time: left out")
        if raw.dated:
            unset = keep & (t_s < UNSET_CLOCK_S)
            _tell(problems, raw, unset, "time", "clock not set", "the clock was not set: left out")
            keep &= ~unset
        leaps = self._leaps(t_s, keep, following)
        _tell(problems, raw, leaps, "time", "clock leapt",
              "the clock leaps ahead and back again: left out")  # fmt: skip
        keep &= ~leaps
        before = np.maximum.accumulate(
            np.concatenate([[self._last_s], np.where(keep, t_s, -np.inf)])
        )
        steps_s = t_s - before[:-1]
        same = keep & (steps_s == 0.0)
        _tell(problems, raw, same, "time", "same time", "same time as a row before: left out")
        self._told_back(raw, keep & (steps_s < 0.0), steps_s, problems)
        keep &= steps_s > 0.0
        gaps = keep & (steps_s >= PAUSE_S) & np.isfinite(steps_s)
        for at in np.flatnonzero(gaps):
            what = f"a gap of {steps_s[at] / 3600.0:.1f} h: nothing is known of it"
            problems.add(raw.first_row + int(at), "time", "gap", what)
        self._last_s = float(before[-1])
        return keep

    def _leaps(self, t_s: FloatArray, keep: BoolArray, following: Raw | None) -> BoolArray:
        """Tell single rows that are a day or more ahead of the next one and of the last."""
        leaps = np.zeros(len(t_s), dtype=np.bool_)
        places = np.flatnonzero(keep)
        if not len(places):
            return leaps
        times_s = t_s[places]
        next_s = following.t_s[:1] if following is not None else np.empty(0)
        next_s = next_s if len(next_s) and np.isfinite(next_s[0]) else np.array([np.inf])
        ahead = times_s - np.concatenate([[self._last_s], times_s[:-1]]) >= LEAP_S
        returns = np.concatenate([times_s[1:], next_s]) - times_s <= -LEAP_S
        leaps[places[ahead & returns]] = True
        return leaps

    @staticmethod
    def _told_back(raw: Raw, back: BoolArray, steps_s: FloatArray, problems: Problems) -> None:
        """Tell each stretch of rows behind the clock once, by its first row."""
        places = np.flatnonzero(back)
        if not len(places):
            return
        stretches = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
        for stretch in stretches:
            first = int(stretch[0])
            problems.add(
                raw.first_row + first, "time", "clock stepped back",
                f"the clock steps back by {-steps_s[first]:g} s: {len(stretch)} rows until it has "
                "caught up are left out",
            )  # fmt: skip

    def _possible(
        self, name: str, values: FloatArray, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]",
        problems: Problems,
    ) -> FloatArray:  # fmt: skip
        """Return values in our unit, unknown where they cannot be."""
        unit = self._units.get(name)
        if unit is None:
            unit = unit_of(name, values[:_UNIT_ROWS])
            if unit is not None:
                self._units[name] = unit
                if unit.said:
                    problems.add(None, name, "unit", unit.said)
        if unit is not None and not unit.as_is:
            values = values * unit.factor + unit.offset
        low, high = POSSIBLE[name]
        cannot = np.isinf(values) | (values < low) | (values > high)
        if cannot.any():
            for at in np.flatnonzero(cannot):
                what = f"{values[at]:g} cannot be ({low:g} to {high:g}): left out"
                problems.add(int(rows[at]), name, "cannot be", what)
            values = np.where(cannot, np.nan, values)
        return values


def _since(happenings: Happenings, start_s: float | None) -> Happenings:
    """Return what happened with its instants on the record's axis."""
    zero_s = start_s or 0.0

    def moved(rows: tuple[Break, ...] | None) -> tuple[Break, ...] | None:
        return rows and tuple(row._replace(t_s=row.t_s - zero_s) for row in rows)

    matings_s = happenings.matings_s
    return replace(
        happenings,
        matings_s=matings_s and tuple(at_s - zero_s for at_s in matings_s),
        breaks=moved(happenings.breaks),
        openings=moved(happenings.openings),
    )


def _tell(
    problems: Problems, raw: Raw, these: BoolArray, column: str, kind: str, what: str
) -> None:
    if these.any():
        problems.add_rows((raw.first_row + np.flatnonzero(these)).tolist(), column, kind, what)


def _with_next(raws: Iterator[Raw]) -> Iterator[tuple[Raw, Raw | None]]:
    """Yield each block with the one that follows it."""
    before: Raw | None = None
    for raw in raws:
        if before is not None:
            yield before, raw
        before = raw
    if before is not None:
        yield before, None
