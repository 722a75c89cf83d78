"""What our Parquet writer writes, pyarrow reads back: any columns, any split into row groups."""

import io
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.drivers.parquet import Column, ColumnType, Compression, ParquetWriter

pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is the oracle here")

_VALUES = {
    ColumnType.DOUBLE: st.floats(width=64),
    ColumnType.INT64: st.integers(-(2**63), 2**63 - 1),
    ColumnType.BOOLEAN: st.booleans(),
}
_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00."), min_size=1, max_size=200)
Table = tuple[list[Column], list[list[list[Any]]]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    names = draw(st.lists(_NAMES, min_size=1, max_size=17, unique=True))
    columns = [Column(name, draw(st.sampled_from(ColumnType))) for name in names]
    groups = []
    for rows in draw(st.lists(st.integers(0, 20), max_size=18)):
        sized = [_VALUES[column.type] for column in columns]
        groups.append([draw(st.lists(kind, min_size=rows, max_size=rows)) for kind in sized])
    return columns, groups


def _same(left: list[Any], right: list[Any]) -> bool:
    def equal(a: Any, b: Any) -> bool:
        if isinstance(a, float) and math.isnan(a):
            return math.isnan(b)
        return a == b and math.copysign(1, a) == math.copysign(1, b)

    return len(left) == len(right) and all(map(equal, left, right))


def _written(table: Table, compression: Compression, metadata: dict[str, str]) -> bytes:
    sink = io.BytesIO()
    writer = ParquetWriter(sink, table[0], metadata, compression)
    for group in table[1]:
        writer.write_group(group)
    writer.close()
    return sink.getvalue()


@given(table=tables(), compression=st.sampled_from(Compression))
def test_pyarrow_reads_every_value_back(table: Table, compression: Compression) -> None:
    read = pq.read_table(io.BytesIO(_written(table, compression, {})))
    columns, groups = table
    assert read.column_names == [column.name for column in columns]
    for index, column in enumerate(columns):
        wanted = [value for group in groups for value in group[index]]
        assert _same(read.column(index).to_pylist(), wanted), column


@given(
    metadata=st.dictionaries(_NAMES, st.text(st.characters(codec="utf-8")), max_size=20),
)
def test_metadata_comes_back(metadata: dict[str, str]) -> None:
    table: Table = ([Column("t", ColumnType.INT64)], [[[1, 2]]])
    read = pq.read_schema(io.BytesIO(_written(table, Compression.GZIP, metadata))).metadata or {}
    assert {key.decode(): value.decode() for key, value in read.items()} == metadata
