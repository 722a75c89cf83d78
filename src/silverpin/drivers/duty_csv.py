"""A connector's record in text: a header, then rows; comma, semicolon or tab; plain or gzip.

With semicolons or tabs a comma may be the decimal mark. A row with too few or too many fields is
left out and told. The file is read in blocks, never as a whole.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, tzinfo
from io import StringIO
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from silverpin.drivers.duty_columns import NO_MAP, TIME, DutyError, Found, columns_of
from silverpin.drivers.duty_csv_fast import plain_columns
from silverpin.drivers.duty_time import from_texts, last_of
from silverpin.durability.problems import Problems
from silverpin.durability.record import FloatArray
from silverpin.durability.sieve import Raw

_BLOCK_BYTES = 4 << 20
_PEEK_BYTES = 1 << 14
WORTH_BYTES = 3 << 20
"""A smaller block is read before pyarrow would be imported."""
_LINE_MAX_BYTES = 1 << 26
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
        with self._file() as file:
            header = file.readline(_HEADER_BYTES).decode("utf-8-sig")
            if not header.strip():
                raise DutyError(f"{self.name} is empty: name a file with rows")
            self._delimiter = max(_DELIMITERS, key=header.count)
            fields = next(csv.reader([header], delimiter=self._delimiter), [])
        self._headers = [field.strip() for field in fields]
        self._columns = columns_of(self.name, self._headers, mapped)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it has, as in `record.COLUMNS`."""
        return tuple(name for name in self._columns if name != TIME)

    def raws(self, problems: Problems) -> Iterator[Raw]:
        """Yield the rows in blocks."""
        return self._raws(problems, _BLOCK_BYTES)

    def peek(self) -> Iterator[Raw]:
        """Yield the rows in blocks so small that looking at the first costs nothing."""
        return self._raws(Problems(), _PEEK_BYTES)

    def _raws(self, problems: Problems, block_bytes: int) -> Iterator[Raw]:
        with self._file() as file:
            file.readline(_HEADER_BYTES)
            first_row, last_s = 1, -np.inf
            for block in _whole_lines(file, block_bytes):
                raw, rows = self._block(first_row, last_s, block, problems)
                first_row, last_s = first_row + rows, last_of(raw.t_s, last_s)
                if rows:
                    yield raw

    def _block(
        self, first_row: int, last_s: float, block: bytes, problems: Problems
    ) -> tuple[Raw, int]:
        """Return a block behind others, and how many rows of the file it takes."""
        plain = None
        if len(block) >= WORTH_BYTES:
            is_utc = self._zone is UTC
            plain = plain_columns(block, self._headers, self._columns, self._delimiter, is_utc)
        if plain is not None:
            t_s, dated = plain.instants
            return Raw(first_row, t_s, plain.values, dated=dated), plain.rows
        lines = StringIO(block.decode("utf-8"), newline="")
        records = list(csv.reader(lines, delimiter=self._delimiter))
        return self._raw(first_row, last_s, records, problems), len(records)

    def _raw(
        self, first_row: int, last_s: float, block: list[list[str]], problems: Problems
    ) -> Raw:
        width, empty = len(self._headers), [""] * len(self._headers)
        for at, fields in enumerate(block):
            if len(fields) != width:
                what = f"{len(fields)} fields where the header has {width}: left out"
                problems.add(first_row + at, "row", "malformed", what)
                block[at] = empty
        by_header = dict(zip(self._headers, zip(*block, strict=True), strict=True))
        t_s, dated = from_texts(by_header[self._columns[TIME].header], self._zone, last_s)
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
    def _file(self) -> Iterator[BinaryIO]:
        try:
            with _opened(self._path) as file:
                yield file
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise DutyError(f"{self.name} is damaged inside its gzip: get it again") from None
        except UnicodeDecodeError:
            raise DutyError(f"{self.name} is neither text nor Parquet: name another") from None
        except csv.Error as error:
            raise DutyError(f"{self.name} is no well-formed CSV: {error}") from None
        except OSError as error:
            raise DutyError(f"{self.name} cannot be read: {error.strerror}") from None


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _whole_lines(file: BinaryIO, block_bytes: int) -> Iterator[bytes]:
    """Yield the rest of a file in blocks that end where a line does."""
    begun = b""
    while block := file.read(block_bytes):
        whole, newline, rest = (begun + block).rpartition(b"\n")
        begun = rest
        if len(begun) > _LINE_MAX_BYTES:
            raise DutyError("a line of the file is longer than any row can be: name another")
        if newline:
            yield whole + newline
    if begun:
        yield begun
