"""Opens what somebody names as one connector's record: files, a run's folder, a journal.

Several files are joined in the order of their first instants. What a file is, its first bytes say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import NamedTuple, Protocol

from silverpin.drivers.contact_record import ContactRecord
from silverpin.drivers.duty_columns import DutyError
from silverpin.drivers.duty_csv import CsvDuty
from silverpin.drivers.duty_journal import JournalDuty
from silverpin.drivers.duty_parquet import ParquetDuty
from silverpin.drivers.duty_run import RunDuty
from silverpin.durability.problems import Problems
from silverpin.durability.record import COLUMNS, Chunk
from silverpin.durability.sieve import Raw, Sieve

_SQLITE_MAGIC = b"SQLite format 3\x00"
_PARQUET_MAGIC = b"PAR1"
_NS_PER_S = 1e9


class Duty(Protocol):
    """One source of rows."""

    @property
    def name(self) -> str:
        """Its name, for sentences."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it has."""

    def raws(self, problems: Problems) -> Iterator[Raw]:
        """Yield its rows in blocks, the same each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """How files are to be read where they do not say so themselves."""

    mapped: Mapping[str, str] = field(default_factory=dict)
    """Headers by the names of our columns."""
    zone: tzinfo = UTC
    """Of times that name none."""
    nominal_v: float | None = None
    """Turns a journal's energy into a current; None: as its own kind of connector has it."""
    serial: str | None = None
    """Which connector of a journal; the one counted last where none is named."""


class _Begin(NamedTuple):
    """Where a source begins."""

    first_s: float
    dated: bool
    source: Duty


class DutyRecord:
    """The record that one or more sources make together."""

    def __init__(self, sources: Sequence[Duty]) -> None:
        begins = [_begin(source) for source in sources]
        if len(begins) > 1 and not all(row.dated for row in begins):
            loose = next(row.source.name for row in begins if not row.dated)
            raise DutyError(f"{loose} has times without a date: it cannot be joined with others, "
                            "name it alone")  # fmt: skip
        begins.sort(key=lambda row: row.first_s)
        self._sources = [row.source for row in begins]
        first = begins[0]
        self.start_utc_ns = round(first.first_s * _NS_PER_S) if first.dated else None
        self.serial = _told(self._sources, "serial")
        self.connector = _told(self._sources, "connector")
        self.contacts = tuple(
            ContactRecord(source.path, source.serial)
            for source in self._sources
            if isinstance(source, JournalDuty)
        )
        """What the chargers among them kept of their contacts."""
        present = {name for source in self._sources for name in source.columns}
        self.missing = tuple(name for name in (*COLUMNS, "mated") if name not in present)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the record from its start."""
        sieve = Sieve()
        for source in self._sources:
            problems = Problems(source.name if len(self._sources) > 1 else "")
            yield from sieve.chunks(source.raws(problems), problems)


def open_record(paths: Sequence[Path], read_as: ReadAs | None = None) -> DutyRecord:
    """Open what the paths name; raise `DutyError` where it is no record."""
    if not paths:
        raise DutyError("name at least one file, run or journal")
    read_as = read_as or ReadAs()
    return DutyRecord([opened(path, read_as) for path in paths])


def opened(path: Path, read_as: ReadAs) -> Duty:
    """Open one of them."""
    if path.is_dir():
        return RunDuty(path)
    try:
        with path.open("rb") as file:
            first = file.read(len(_SQLITE_MAGIC))
    except FileNotFoundError:
        raise DutyError(f"{path} does not exist: check the path") from None
    except OSError as error:
        raise DutyError(f"{path} cannot be read: {error.strerror}") from None
    if not first:
        raise DutyError(f"{path} is empty: name a file with rows")
    if first == _SQLITE_MAGIC:
        return JournalDuty(path, read_as.nominal_v, read_as.serial)
    if first.startswith(_PARQUET_MAGIC):
        return ParquetDuty(path, read_as.zone, read_as.mapped)
    return CsvDuty(path, read_as.zone, read_as.mapped)


def _begin(source: Duty) -> _Begin:
    raws = source.peek() if isinstance(source, CsvDuty) else source.raws(Problems())
    for raw in raws:
        kept = Sieve()
        for _ in kept.chunks(iter([raw]), Problems()):
            if kept.start_s is not None:
                return _Begin(kept.start_s, raw.dated and not isinstance(source, RunDuty), source)
    raise DutyError(f"{source.name} has no row with a time: nothing can be told of it")


def _told(sources: Sequence[Duty], name: str) -> str | None:
    """Return what the sources tell of the connector, if they agree on one."""
    told = {getattr(source, name, None) for source in sources} - {None}
    return told.pop() if len(told) == 1 else None
