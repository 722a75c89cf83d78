"""An operator's book of connectors: a row each, how it was used, how old it is, what ended it.

CSV or Parquet. A row that cannot be is told by its number and column and left out; a file that is
no such book is refused in one sentence.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from silverpin.drivers.duty_columns import DutyError
from silverpin.durability.endings import End, Ending
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.problems import Problems
from silverpin.durability.record import Problem
from silverpin.durability.survival.cohort import ALIVE, Cohort, Use

WANTED = ("serial", "matings_per_day", "mated_h_per_day", "days", "watched_days", "ended_by")
GROUPS = ("site", "part")
"""A book without these has one of each."""
_LIVES = frozenset({"", "-", "none", "null", "nan", "no", "alive", "in service"})
_PARQUET_MAGIC = b"PAR1"
_LONG, _SHORT = "\0more", "\0fewer"
"""Where a row has more or fewer fields than the header."""
_NEAR_DAYS = 1.0
_HOURS_PER_DAY = 24.0
_MECHANISMS: Mapping[str, End] = {row.value: row for row in Mechanism}


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetBook:
    """A fleet as its book tells it; groups and modes are numbered in the order of their names."""

    name: str
    serials: tuple[str, ...]
    sites: tuple[str, ...]
    parts: tuple[str, ...]
    modes: tuple[End, ...]
    cohort: Cohort
    problems: tuple[Problem, ...]
    """Rows that were left out."""

    def row_of(self, serial: str | None) -> int | None:
        """Return where a connector stands in the book."""
        return self.serials.index(serial) if serial in self.serials else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    serial: str
    site: str
    part: str
    matings_per_day: float
    mated_h_per_day: float
    days: float
    watched_days: float
    ended_by: str


def read_fleet(path: Path) -> FleetBook:
    """Read a book; raise `DutyError` where it is none."""
    problems = Problems()
    headers, given = _given(path)
    missing = [name for name in WANTED if name not in headers]
    if missing:
        raise DutyError(
            f"{path.name} has no column {missing[0]!r}: a fleet has {', '.join(WANTED)} and, where "
            f"known, {', '.join(GROUPS)}"
        )
    rows = list(_kept(given, problems))
    if not rows:
        raise DutyError(f"{path.name} has no row of a connector: write one for each")
    return _book(path.name, rows, (*problems.taken(), *problems.rest()))


def _given(path: Path) -> tuple[list[str], Iterable[Mapping[str, Any]]]:
    """Return headers and rows of a file."""
    try:
        with path.open("rb") as file:
            first = file.read(len(_PARQUET_MAGIC))
        if first == _PARQUET_MAGIC:
            return _parquet(path)
        with path.open(encoding="utf-8-sig", newline="") as text:
            header = text.readline()
            delimiter = max(",;\t", key=header.count)
            names = next(csv.reader([header], delimiter=delimiter), [])
            headers = [name.strip().lower() for name in names]
            rows = csv.DictReader(text, headers, _LONG, _SHORT, delimiter=delimiter)
            return headers, list(rows)
    except FileNotFoundError:
        raise DutyError(f"{path} does not exist: check the path") from None
    except IsADirectoryError:
        raise DutyError(f"{path} is a folder: name the file with the fleet") from None
    except (UnicodeDecodeError, csv.Error):
        raise DutyError(f"{path.name} is neither CSV nor Parquet: export it again") from None


def _parquet(path: Path) -> tuple[list[str], list[Mapping[str, Any]]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise DutyError(
            f'{path.name} is Parquet, which needs pyarrow: pip install "silverpin[data]"'
        ) from None
    try:
        table: Any = pyarrow.parquet.read_table(path)
    except (pyarrow.ArrowException, OSError, ValueError):
        raise DutyError(f"{path.name} is cut off or damaged: get it again") from None
    headers = [str(name).strip().lower() for name in table.column_names]
    return headers, table.rename_columns(headers).to_pylist()


def _kept(given: Iterable[Mapping[str, Any]], problems: Problems) -> Iterable[_Row]:
    """Yield the rows that can be; tell the others."""
    first_of: dict[str, int] = {}
    for number, row in enumerate(given, start=1):
        try:
            kept = _row(row)
            if kept.serial in first_of:
                raise _Wrong("serial", f"{kept.serial} stands in row {first_of[kept.serial]} too")
        except _Wrong as wrong:
            problems.add(number, wrong.column, wrong.column, f"{wrong.what}: left out")
            continue
        first_of[kept.serial] = number
        yield kept


class _Wrong(ValueError):
    """What a row says cannot be."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column, self.what = column, what


def _row(given: Mapping[str, Any]) -> _Row:
    if _LONG in given or _SHORT in given.values():
        raise _Wrong("row", "it has more or fewer fields than the header")
    days, watched = _number(given, "days"), _number(given, "watched_days")
    hours = _number(given, "mated_h_per_day")
    ended_by = _text(given, "ended_by").lower()
    lives = ended_by in _LIVES
    if hours > _HOURS_PER_DAY:
        raise _Wrong("mated_h_per_day", f"{hours:g} hours a day: a day has 24")
    if days > watched + _NEAR_DAYS:
        raise _Wrong("days", f"{days:g} are more than the {watched:g} that it was watched")
    if lives and days < watched - _NEAR_DAYS:
        raise _Wrong(
            "ended_by", f"nothing ended it, yet it is {days:g} days old and was watched {watched:g}"
        )
    serial = _text(given, "serial")
    if not serial:
        raise _Wrong("serial", "it is empty")
    return _Row(
        serial=serial, site=_text(given, "site"), part=_text(given, "part"),
        matings_per_day=_number(given, "matings_per_day"), mated_h_per_day=hours,
        days=watched if lives else min(days, watched), watched_days=watched,
        ended_by="" if lives else ended_by,
    )  # fmt: skip


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return "" if value is None else str(value).strip()


def _number(given: Mapping[str, Any], name: str) -> float:
    text = _text(given, name)
    try:
        value = float(text)
    except ValueError:
        raise _Wrong(name, f"{text!r} is no number" if text else "it is empty") from None
    if not (isfinite(value) and value > 0.0):
        raise _Wrong(name, f"{value:g} is not above 0")
    return value


def _book(name: str, rows: list[_Row], problems: tuple[Problem, ...]) -> FleetBook:
    sites, parts = (_names(getattr(row, group) for row in rows) for group in GROUPS)
    words = _names(row.ended_by for row in rows if row.ended_by)
    use = Use(
        matings_per_day=np.array([row.matings_per_day for row in rows]),
        mated_h_per_day=np.array([row.mated_h_per_day for row in rows]),
        site=np.array([sites.index(row.site) for row in rows]),
        part=np.array([parts.index(row.part) for row in rows]),
    )
    cohort = Cohort(
        use=use,
        days=np.array([row.days for row in rows]),
        watched_days=np.array([row.watched_days for row in rows]),
        mode=np.array([words.index(row.ended_by) if row.ended_by else ALIVE for row in rows]),
    )
    return FleetBook(
        name=name, serials=tuple(row.serial for row in rows), sites=sites, parts=parts,
        modes=tuple(_MECHANISMS.get(word, Ending(word)) for word in words), cohort=cohort,
        problems=problems,
    )  # fmt: skip


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
