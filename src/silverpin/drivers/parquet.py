"""A writer of plain Parquet files, for machines that do not carry pyarrow.

A Parquet file is ``PAR1``, the row groups, a footer (`FileMetaData`, Thrift compact), the footer's
length in four bytes, and ``PAR1`` again. A row group holds each column's rows in one chunk, here of
one page: a `PageHeader` (Thrift compact) and the values. We write what every reader has known since
the format's first version:

- columns are *required*: no nulls, hence no definition or repetition levels. Unknown is NaN.
- encoding PLAIN: doubles and 64-bit integers little-endian, booleans one bit each, lowest first.
- a page is gzip (level 1, no time stamp) or as it is.

Same rows, same bytes: nothing here knows the clock, and row groups end where the caller ends them.
"""

import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO, NamedTuple

from silverpin.drivers.thrift_compact import StructWriter

MAGIC = b"PAR1"
_REQUIRED = 0
_PLAIN = 0
_RLE = 3
_DATA_PAGE = 0
_GZIP_WINDOW = 31
_CREATED_BY = "silverpin"


class ColumnType(Enum):
    """Physical types this writer knows; the value is Parquet's number."""

    BOOLEAN = 0
    INT64 = 2
    DOUBLE = 5


class Compression(Enum):
    """How pages are packed; the value is Parquet's number."""

    NONE = 0
    GZIP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A required column."""

    name: str
    type: ColumnType


class _Chunk(NamedTuple):
    """What the footer says about one column of one row group."""

    offset: int
    rows: int
    plain_bytes: int
    stored_bytes: int


class ParquetWriter:
    """Writes row groups to an open binary file; `close` writes the footer and leaves it open."""

    def __init__(
        self,
        sink: BinaryIO,
        columns: Sequence[Column],
        metadata: Mapping[str, str] | None = None,
        compression: Compression = Compression.GZIP,
    ) -> None:
        self._sink = sink
        self._columns = tuple(columns)
        self._metadata = dict(metadata or {})
        self._compression = compression
        self._groups: list[tuple[_Chunk, ...]] = []
        self._offset = 0
        self._write(MAGIC)

    def write_group(self, columns: Sequence[Sequence[float | bool]]) -> None:
        """Write one row group: the values of every column, in the columns' order."""
        lengths = {len(values) for values in columns}
        if len(columns) != len(self._columns) or len(lengths) > 1:
            raise ValueError(f"{len(columns)} columns of {sorted(lengths)} rows are no row group")
        if lengths == {0}:
            return
        chunks = zip(self._columns, columns, strict=True)
        self._groups.append(tuple(self._chunk(column, values) for column, values in chunks))

    def close(self) -> None:
        """Write the footer. The file is no Parquet file before."""
        footer = self._footer()
        self._write(footer + len(footer).to_bytes(4, "little") + MAGIC)

    def _chunk(self, column: Column, values: Sequence[float | bool]) -> _Chunk:
        plain = _PLAIN_BYTES[column.type](values)
        stored = _pack(plain, self._compression)
        header = _page_header(len(values), len(plain), len(stored))
        chunk = _Chunk(
            self._offset, len(values), len(header) + len(plain), len(header) + len(stored)
        )
        self._write(header + stored)
        return chunk

    def _footer(self) -> bytes:
        rows = sum(group[0].rows for group in self._groups)
        pairs = [
            StructWriter().text(1, key).text(2, value).done()
            for key, value in self._metadata.items()
        ]
        writer = StructWriter().i32(1, 1).struct_list(2, list(self._schema())).i64(3, rows)
        writer.struct_list(4, [self._group(group) for group in self._groups])
        if pairs:
            writer.struct_list(5, pairs)
        return writer.text(6, _CREATED_BY).done()

    def _schema(self) -> Iterable[bytes]:
        yield StructWriter().text(4, "schema").i32(5, len(self._columns)).done()
        for column in self._columns:
            element = StructWriter().i32(1, column.type.value).i32(3, _REQUIRED)
            yield element.text(4, column.name).done()

    def _group(self, chunks: tuple[_Chunk, ...]) -> bytes:
        columns = []
        for column, chunk in zip(self._columns, chunks, strict=True):
            meta = StructWriter().i32(1, column.type.value).i32_list(2, [_PLAIN, _RLE])
            meta.text_list(3, [column.name]).i32(4, self._compression.value).i64(5, chunk.rows)
            meta.i64(6, chunk.plain_bytes).i64(7, chunk.stored_bytes).i64(9, chunk.offset)
            columns.append(StructWriter().i64(2, chunk.offset).struct(3, meta.done()).done())
        plain_bytes = sum(chunk.plain_bytes for chunk in chunks)
        writer = StructWriter().struct_list(1, columns).i64(2, plain_bytes)
        return writer.i64(3, chunks[0].rows).done()

    def _write(self, data: bytes) -> None:
        self._sink.write(data)
        self._offset += len(data)


def _page_header(rows: int, plain_bytes: int, stored_bytes: int) -> bytes:
    page = StructWriter().i32(1, rows).i32(2, _PLAIN).i32(3, _RLE).i32(4, _RLE).done()
    header = StructWriter().i32(1, _DATA_PAGE).i32(2, plain_bytes).i32(3, stored_bytes)
    return header.struct(5, page).done()


def _pack(plain: bytes, compression: Compression) -> bytes:
    if compression is Compression.NONE:
        return plain
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP_WINDOW)
    return packer.compress(plain) + packer.flush()


def _doubles(values: Sequence[float | bool]) -> bytes:
    return _little_endian(array("d", values))


def _int64s(values: Sequence[float | bool]) -> bytes:
    return _little_endian(array("q", [int(value) for value in values]))


def _little_endian(numbers: "array[float] | array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _booleans(values: Sequence[float | bool]) -> bytes:
    bits = "".join("1" if value else "0" for value in reversed(values))
    return int(bits, 2).to_bytes((len(values) + 7) // 8, "little")


_PLAIN_BYTES = {
    ColumnType.BOOLEAN: _booleans,
    ColumnType.INT64: _int64s,
    ColumnType.DOUBLE: _doubles,
}
