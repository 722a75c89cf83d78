"""Our Parquet writer on its own; tests/property/test_parquet.py has pyarrow judge it."""

import io
from typing import Any

import pytest

from silverpin.drivers.parquet import MAGIC, Column, ColumnType, Compression, ParquetWriter

_COLUMNS = [Column("power_w", ColumnType.DOUBLE), Column("closed", ColumnType.BOOLEAN)]


def _file(groups: list[list[list[Any]]], compression: Compression = Compression.GZIP) -> bytes:
    sink = io.BytesIO()
    writer = ParquetWriter(sink, _COLUMNS, {"schema": "x/1"}, compression)
    for group in groups:
        writer.write_group(group)
    writer.close()
    return sink.getvalue()


def test_a_file_is_framed_by_the_magic_and_the_length_of_its_footer() -> None:
    data = _file([[[1.0, 2.0], [True, False]]])
    footer_bytes = int.from_bytes(data[-8:-4], "little")
    assert data.startswith(MAGIC)
    assert data.endswith(MAGIC)
    assert b"power_w" in data[-8 - footer_bytes :]


def test_values_are_plain_little_endian_doubles_and_bits_lowest_first() -> None:
    data = _file([[[1.0] * 9, [True] + [False] * 7 + [True]]], Compression.NONE)
    assert bytes.fromhex("000000000000f03f") * 9 in data
    assert b"\x01\x01" in data


def test_same_rows_give_the_same_bytes() -> None:
    groups: list[list[list[Any]]] = [
        [[0.1 * row for row in range(500)], [row % 3 == 0 for row in range(500)]]
    ]
    assert _file(groups) == _file(groups)


def test_a_group_without_rows_is_no_group() -> None:
    assert _file([[[], []]]) == _file([])


def test_a_table_of_uneven_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="no row group"):
        _file([[[1.0, 2.0], [True]]])
    with pytest.raises(ValueError, match="no row group"):
        _file([[[1.0, 2.0]]])
