"""Tables that hold signals: what their readers share, and which reader a file wants.

A file is judged by its first bytes. A name that promises Parquet must keep the promise, because a
download that went wrong often leaves a page of text under a good name.
"""

import math
import stat
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

_SHOWN = 6
_TIME_NAMES = {"t", "t_s", "time", "time_s", "timestamp", "datetime", "date", "utc", "time_utc"}
_PARQUET_MAGIC = b"PAR1"
_TIME_TOLERANCE_S = 1e-3
"""Times written to the millisecond may be this uneven."""


class SignalError(ValueError):
    """A signal that cannot be followed; the message is the whole sentence a person needs."""


class Series(NamedTuple):
    """One column, and the step of the time axis beside it when there is one."""

    values: "array[float]"
    step_s: float | None


class Table(Protocol):
    """A file with named columns."""

    @property
    def name(self) -> str:
        """The file's name, for sentences."""

    @property
    def columns(self) -> Sequence[str]:
        """All names, in the file's order."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says about itself."""

    def series(self, column: str) -> Series:
        """Read one column; raise `SignalError` where it is no column of numbers."""


def open_table(path: Path) -> Table:
    """Return the reader for *path* by what the file begins with."""
    from silverpin.drivers.signal_csv import CsvTable

    magic = _first_bytes(path)
    if magic == _PARQUET_MAGIC:
        from silverpin.drivers.signal_parquet import ParquetTable

        return ParquetTable(path)
    if path.suffix.lower() in (".parquet", ".pq"):
        raise SignalError(f"{path.name} is no Parquet file though its name says so: get it again")
    return CsvTable(path)


def is_time(column: str) -> bool:
    """Tell whether a column's name says that it is the time axis."""
    return column.strip().lower() in _TIME_NAMES


def listed(columns: Sequence[str]) -> str:
    """Name the first few columns."""
    shown = ", ".join(columns[:_SHOWN])
    more = len(columns) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def told_number(table: Table, key: str) -> float | None:
    """Return a positive number that the file says about itself."""
    told = table.metadata.get(key)
    if told is None:
        return None
    try:
        number = float(told)
    except ValueError:
        number = math.nan
    if not 0.0 < number < math.inf:
        raise SignalError(f"{table.name} says {key} = {told!r} of itself, which cannot be")
    return number


def even_step_s(name: str, times_s: Sequence[float]) -> float | None:
    """Return the step of a time axis; refuse one that is not even."""
    if len(times_s) < 2:
        return None
    step_s = times_s[1] - times_s[0]
    if not step_s > 0.0:
        raise SignalError(f"{name}: time does not move on from row 1 to row 2: sort the file first")
    last_s = times_s[0]
    for row, time_s in enumerate(times_s[1:], start=2):
        if not abs(time_s - last_s - step_s) <= _TIME_TOLERANCE_S:
            raise SignalError(
                f"{name}: time steps by {time_s - last_s:g} s at row {row} and by {step_s:g} s "
                "before: fill or cut the gap first"
            )
        last_s = time_s
    return round(step_s, 3)


def _first_bytes(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise SignalError(f"{path} is a directory: name the signal's file in it")
        if not stat.S_ISREG(mode):
            raise SignalError(f"{path} is no regular file: copy the signal into one first")
        with path.open("rb") as file:
            first = file.read(len(_PARQUET_MAGIC))
    except FileNotFoundError:
        raise SignalError(f"{path} does not exist: check the path") from None
    except OSError as error:
        raise SignalError(f"{path} cannot be read: {error.strerror}") from None
    if not first:
        raise SignalError(f"{path.name} is empty: get it again")
    return first
