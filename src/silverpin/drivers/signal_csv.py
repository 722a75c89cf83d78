"""Signals in text: CSV with a header, plain or gzip, and Elexon's HDR, FREQ, FTR records."""

import csv
import gzip
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TextIO

from silverpin.drivers.signal_tables import Series, SignalError, even_step_s, is_time

_GZIP_MAGIC = b"\x1f\x8b"
_ELEXON_COLUMNS = ("time", "Hz")
_ELEXON_TIME = "%Y%m%d%H%M%S"
_DELIMITERS = ",;\t"


class CsvTable:
    """A text file with a header line; comma, semicolon or tab between its fields."""

    metadata: Mapping[str, str] = MappingProxyType({})

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        with self._lines() as lines:
            header = next(lines, "")
        if not header.strip():
            raise SignalError(f"{self.name} is empty: get it again")
        self._delimiter = next((mark for mark in _DELIMITERS if mark in header), ",")
        self._elexon = header.startswith("HDR,")
        fields = next(csv.reader([header], delimiter=self._delimiter), [])
        self.columns: Sequence[str] = (
            _ELEXON_COLUMNS if self._elexon else tuple(field.strip() for field in fields)
        )
        if not any(self.columns) or any(_is_number(name) for name in self.columns):
            raise SignalError(f"{self.name} has no header: its first line must name the columns")

    def series(self, column: str) -> Series:
        """Read *column* and the time axis, if a column is named like one."""
        at = self.columns.index(column)
        time_at = next((i for i, name in enumerate(self.columns) if is_time(name)), None)
        values, times = array("d"), array("d")
        for row, fields in enumerate(self._rows(), start=1):
            values.append(self._number(fields[at], row, column))
            if time_at is not None:
                times.append(self._instant_s(fields[time_at], row, self.columns[time_at]))
        return Series(values, even_step_s(self.name, times))

    def _rows(self) -> Iterator[Sequence[str]]:
        with self._lines() as lines:
            records = csv.reader(lines, delimiter=self._delimiter, strict=True)
            next(records)
            yield from self._elexon_rows(records) if self._elexon else self._plain_rows(records)

    def _plain_rows(self, records: Iterator[list[str]]) -> Iterator[list[str]]:
        width = len(self.columns)
        for row, fields in enumerate(records, start=1):
            if len(fields) != width:
                raise SignalError(
                    f"{self.name}: row {row} has {len(fields)} fields and the header {width}: "
                    "the file is cut off or malformed"
                )
            yield fields

    def _elexon_rows(self, records: Iterator[list[str]]) -> Iterator[list[str]]:
        for count, fields in enumerate(records):
            if fields == ["FTR", str(count)]:
                return
            if fields[:1] != ["FREQ"] or len(fields) != 3:
                raise SignalError(f"{self.name}: row {count + 1} is no FREQ record: get it again")
            yield fields[1:]
        raise SignalError(f"{self.name} ends without its FTR record: it is cut off, get it again")

    @contextmanager
    def _lines(self) -> Iterator[TextIO]:
        try:
            with _open_text(self._path) as file:
                yield file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            what = "cut off" if isinstance(error, EOFError) else "damaged"
            raise SignalError(f"{self.name} is {what} inside its gzip: get it again") from None
        except UnicodeDecodeError:
            raise SignalError(f"{self.name} is neither text nor Parquet: name another") from None
        except csv.Error as error:
            raise SignalError(f"{self.name} is no well-formed CSV: {error}") from None
        except OSError as error:
            raise SignalError(f"{self.name} cannot be read: {error.strerror}") from None

    def _number(self, text: str, row: int, column: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise SignalError(
                f"{self.name}: {text[:40]!r} in row {row}, column {column!r}, is no number: "
                "mend the file first"
            ) from None

    def _instant_s(self, text: str, row: int, column: str) -> float:
        try:
            if self._elexon:
                return datetime.strptime(text, _ELEXON_TIME).replace(tzinfo=UTC).timestamp()
            return float(text) if _is_number(text) else _iso_s(text)
        except (ValueError, OverflowError):
            raise SignalError(
                f"{self.name}: {text[:40]!r} in row {row}, column {column!r}, is no time: "
                "write seconds or 2020-07-16 00:00:02"
            ) from None


def _open_text(path: Path) -> TextIO:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _iso_s(text: str) -> float:
    instant = datetime.fromisoformat(text.strip())
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
