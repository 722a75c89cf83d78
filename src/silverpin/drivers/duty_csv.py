"""A connector's record in text: a header, then rows; comma, semicolon or tab; plain or gzip.

With semicolons or tabs a comma may be the decimal mark. A row with too few or too many fields is
left out and told. The file is read in blocks, never as a whole.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from silverpin.drivers.duty_columns import NO_MAP, TIME, DutyError, Found, columns_of
from silverpin.drivers.duty_time import from_texts
from silverpin.durability.problems import Problems
from silverpin.durability.record import FloatArray
from silverpin.durability.sieve import Raw

_BLOCK_ROWS = 65_536
_DELIMITERS = ",;\t"
_GZIP_MAGIC = b"\x1f\x8b"
_EMPTY = {"", "nan", "na", "n/a", "null", "none", "-", "unavailable", "unknown"}
_HEADER_BYTES = 65_536


class CsvDuty:
    """One text file."""

    def __init__(self, path: Path, zone: tzinfo, mapped: Mapping[str, str] = NO_MAP) -> None:
        self.name = path.name
        self._path = path
        self._zone = zone
        with self._lines() as lines:
            header = lines.readline(_HEADER_BYTES)
        if not header.strip():
            raise DutyError(f"{self.name} is empty: name a file with rows")
        self._delimiter = max(_DELIMITERS, key=header.count)
        self._headers = [
            field.strip() for field in next(csv.reader([header], delimiter=self._delimiter), [])
        ]
        self._columns = columns_of(self.name, self._headers, mapped)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it has, as in `record.COLUMNS`."""
        return tuple(name for name in self._columns if name != TIME)

    def raws(self, problems: Problems) -> Iterator[Raw]:
        """Yield the rows in blocks."""
        with self._lines() as lines:
            records = csv.reader(lines, delimiter=self._delimiter)
            next(records)
            first_row = 1
            while block := list(islice(records, _BLOCK_ROWS)):
                yield self._raw(first_row, block, problems)
                first_row += len(block)

    def _raw(self, first_row: int, block: list[list[str]], problems: Problems) -> Raw:
        width, empty = len(self._headers), [""] * len(self._headers)
        for at, fields in enumerate(block):
            if len(fields) != width:
                what = f"{len(fields)} fields where the header has {width}: left out"
                problems.add(first_row + at, "row", "malformed", what)
                block[at] = empty
        by_header = dict(zip(self._headers, zip(*block, strict=True), strict=True))
        t_s, dated = from_texts(by_header[self._columns[TIME].header], self._zone)
        columns = {
            name: self._numbers(name, found, by_header[found.header], first_row, problems)
            for name, found in self._columns.items()
            if name != TIME
        }
        return Raw(first_row, t_s, columns, dated=dated)

    def _numbers(
        self, name: str, found: Found, texts: Sequence[str], first_row: int, problems: Problems
    ) -> FloatArray:
        try:
            values = np.array(texts, dtype=np.float64)
        except ValueError:
            values = np.array(
                [
                    self._number(text, first_row + at, name, problems)
                    for at, text in enumerate(texts)
                ]
            )
        return values * found.factor + found.offset

    def _number(self, text: str, row: int, name: str, problems: Problems) -> float:
        plain = text.strip()
        if plain.lower() in _EMPTY:
            return float("nan")
        try:
            return float(plain.replace(",", ".") if self._delimiter != "," else plain)
        except ValueError:
            problems.add(row, name, "no number", f"{plain[:40]!r} is no number: left out")
            return float("nan")

    @contextmanager
    def _lines(self) -> Iterator[TextIO]:
        try:
            with _open_text(self._path) as file:
                yield file
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise DutyError(f"{self.name} is damaged inside its gzip: get it again") from None
        except UnicodeDecodeError:
            raise DutyError(f"{self.name} is neither text nor Parquet: name another") from None
        except csv.Error as error:
            raise DutyError(f"{self.name} is no well-formed CSV: {error}") from None
        except OSError as error:
            raise DutyError(f"{self.name} cannot be read: {error.strerror}") from None


def _open_text(path: Path) -> TextIO:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
