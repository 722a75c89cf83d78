"""Signals in Parquet, through pyarrow, which only those who read such files need to install."""

from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from silverpin.drivers.signal_tables import Series, SignalError, even_step_s, is_time, told_number

_NS_PER_S = 1e9


class ParquetTable:
    """A Parquet file; columns are read one by one, when asked for."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise SignalError(
                f'{path.name} is Parquet, which needs pyarrow: pip install "silverpin[data]"'
            ) from None
        self._pa: Any = pyarrow
        try:
            self._file: Any = pyarrow.parquet.ParquetFile(path)
        except (pyarrow.ArrowException, OSError, ValueError):
            raise SignalError(f"{path.name} is cut off or damaged: get it again") from None
        schema = self._file.schema_arrow
        self.columns: Sequence[str] = tuple(schema.names)
        self.metadata: Mapping[str, str] = {
            key.decode(errors="replace"): value.decode(errors="replace")
            for key, value in (schema.metadata or {}).items()
        }

    def series(self, column: str) -> Series:
        """Read *column*; the step comes from a time column or from ``step_s`` in the metadata."""
        values = self._doubles(column)
        time = next((name for name in self.columns if is_time(name)), None)
        if time is not None and time != column:
            return Series(values, even_step_s(self.name, self._times_s(time)))
        return Series(values, told_number(self, "step_s"))

    def _times_s(self, column: str) -> "array[float]":
        kind = self._file.schema_arrow.field(column).type
        if not self._pa.types.is_timestamp(kind):
            return self._doubles(column)
        values = self._read(column).cast(self._pa.timestamp("ns")).cast(self._pa.int64())
        return array("d", [ns / _NS_PER_S for ns in values.to_pylist()])

    def _doubles(self, column: str) -> "array[float]":
        kind = self._file.schema_arrow.field(column).type
        if not (self._pa.types.is_floating(kind) or self._pa.types.is_integer(kind)):
            raise SignalError(f"{self.name}: column {column!r} holds {kind}, not numbers")
        values = array("d")
        for chunk in self._read(column).cast(self._pa.float64(), safe=False).chunks:
            data = memoryview(chunk.buffers()[1]) if len(chunk) else memoryview(b"")
            values.frombytes(data[8 * chunk.offset : 8 * (chunk.offset + len(chunk))])
        return values

    def _read(self, column: str) -> Any:
        try:
            values = self._file.read(columns=[column]).column(0)
        except (self._pa.ArrowException, OSError, ValueError, IndexError):
            raise SignalError(
                f"{self.name} is cut off or damaged in column {column!r}: get it again"
            ) from None
        if values.null_count:
            row = values.is_null().to_pylist().index(True) + 1
            raise SignalError(
                f"{self.name}: no value in row {row}, column {column!r}: mend the file first"
            )
        return values
