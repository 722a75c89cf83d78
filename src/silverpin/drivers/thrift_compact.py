"""The part of Thrift's compact protocol that Parquet's footer and page headers are written in.

A struct is a run of fields and a zero byte. A field is one byte (distance from the previous field's
number in the high half, type in the low half) and its value. Whole numbers are zigzagged, so that
small negatives stay short, and written seven bits a byte, lowest first. Only what `parquet` needs
is here: i32, i64, binary, lists and structs, with field numbers that rise by less than 16.
"""

from collections.abc import Sequence
from enum import IntEnum


class Kind(IntEnum):
    """Type numbers of the compact protocol."""

    I32 = 5
    I64 = 6
    BINARY = 8
    LIST = 9
    STRUCT = 12


class StructWriter:
    """Collects one struct's fields in rising order; `done` gives its bytes."""

    __slots__ = ("_bytes", "_last")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._last = 0

    def i32(self, field: int, value: int) -> "StructWriter":
        """Add a 32-bit number."""
        return self._field(field, Kind.I32, _zigzag(value))

    def i64(self, field: int, value: int) -> "StructWriter":
        """Add a 64-bit number."""
        return self._field(field, Kind.I64, _zigzag(value))

    def text(self, field: int, value: str) -> "StructWriter":
        """Add a string as UTF-8."""
        return self._field(field, Kind.BINARY, _binary(value))

    def struct(self, field: int, value: bytes) -> "StructWriter":
        """Add a finished struct."""
        return self._field(field, Kind.STRUCT, value)

    def i32_list(self, field: int, values: Sequence[int]) -> "StructWriter":
        """Add a list of 32-bit numbers."""
        return self._list(field, Kind.I32, [_zigzag(value) for value in values])

    def text_list(self, field: int, values: Sequence[str]) -> "StructWriter":
        """Add a list of strings."""
        return self._list(field, Kind.BINARY, [_binary(value) for value in values])

    def struct_list(self, field: int, values: Sequence[bytes]) -> "StructWriter":
        """Add a list of finished structs."""
        return self._list(field, Kind.STRUCT, values)

    def done(self) -> bytes:
        """Return the struct with its end mark."""
        return bytes(self._bytes) + b"\x00"

    def _field(self, field: int, kind: Kind, value: bytes) -> "StructWriter":
        self._bytes.append((field - self._last) << 4 | kind)
        self._bytes += value
        self._last = field
        return self

    def _list(self, field: int, kind: Kind, items: Sequence[bytes]) -> "StructWriter":
        count = len(items)
        head = bytes([count << 4 | kind]) if count < 15 else bytes([0xF0 | kind]) + _varint(count)
        return self._field(field, Kind.LIST, head + b"".join(items))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _binary(value: str) -> bytes:
    data = value.encode()
    return _varint(len(data)) + data
