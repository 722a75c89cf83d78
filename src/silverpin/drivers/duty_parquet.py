"""A connector's record in Parquet, batch by batch, through pyarrow."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

import numpy as np

from silverpin.drivers.duty_columns import NO_MAP, TIME, DutyError, columns_of
from silverpin.drivers.duty_time import Instants, from_numbers, from_texts, last_of
from silverpin.durability.problems import Problems
from silverpin.durability.sieve import Raw

_BATCH_ROWS = 262_144
_NS_PER_S = 1e9


class ParquetDuty:
    """One Parquet file."""

    def __init__(self, path: Path, zone: tzinfo, mapped: Mapping[str, str] = NO_MAP) -> None:
        self.name = path.name
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise DutyError(
                f'{path.name} is Parquet, which needs pyarrow: pip install "silverpin[data]"'
            ) from None
        self._pa: Any = pyarrow
        self._zone = zone
        try:
            self._file: Any = pyarrow.parquet.ParquetFile(path)
        except (pyarrow.ArrowException, OSError, ValueError):
            raise DutyError(f"{path.name} is cut off or damaged: get it again") from None
        self._columns = columns_of(self.name, tuple(self._file.schema_arrow.names), mapped)
        self._check_types()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it has, as in `record.COLUMNS`."""
        return tuple(name for name in self._columns if name != TIME)

    def raws(self, problems: Problems) -> Iterator[Raw]:
        """Yield the rows in blocks; nothing is left out here."""
        wanted = [found.header for found in self._columns.values()]
        first_row, last_s = 1, -np.inf
        batches = self._file.iter_batches(batch_size=_BATCH_ROWS, columns=wanted)
        while True:
            try:
                batch = next(batches, None)
            except (self._pa.ArrowException, OSError, ValueError):
                raise DutyError(f"{self.name} is damaged after row {first_row - 1}") from None
            if batch is None:
                return
            t_s, dated = self._instants(batch.column(self._columns[TIME].header), last_s)
            columns = {
                name: self._doubles(batch.column(found.header)) * found.factor + found.offset
                for name, found in self._columns.items()
                if name != TIME
            }
            yield Raw(first_row, t_s, columns, dated=dated)
            first_row, last_s = first_row + batch.num_rows, last_of(t_s, last_s)

    def _check_types(self) -> None:
        types = self._pa.types
        for name, found in self._columns.items():
            kind = self._file.schema_arrow.field(found.header).type
            timed = types.is_timestamp(kind) or types.is_string(kind) or types.is_large_string(kind)
            number = types.is_floating(kind) or types.is_integer(kind)
            if not (number or (name == TIME and timed)):
                raise DutyError(f"{self.name}: column {found.header!r} holds {kind}, not numbers")

    def _instants(self, column: Any, last_s: float) -> Instants:
        types = self._pa.types
        if types.is_timestamp(column.type):
            told = column.type.tz is not None or str(self._zone) == "UTC"
            if not told:
                texts = [str(value or "") for value in column.to_pylist()]
                return from_texts(texts, self._zone, last_s)
            numbers = column.cast(self._pa.timestamp("ns")).cast(self._pa.int64())
            return Instants(self._doubles(numbers) / _NS_PER_S, True)
        if types.is_string(column.type) or types.is_large_string(column.type):
            texts = [value or "" for value in column.to_pylist()]
            return from_texts(texts, self._zone, last_s)
        return from_numbers(self._doubles(column))

    def _doubles(self, column: Any) -> Any:
        """Return numbers, nan for null; `to_numpy` would import pandas where there is any."""
        values = column.cast(self._pa.float64(), safe=False)
        if values.null_count:
            values = values.fill_null(float("nan"))
        held = np.frombuffer(values.buffers()[1], dtype=np.float64)
        return held[values.offset : values.offset + len(values)]
