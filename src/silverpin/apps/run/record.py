"""What a run leaves behind, second by second: samples, their digest and the series of the plot."""

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import BinaryIO

from silverpin.apps.run.shortfall import Shortfall
from silverpin.apps.world import Sample, World
from silverpin.drivers.parquet import Column, ColumnType, ParquetWriter

_GROUP_ROWS = 3600
_DIGITS = {"t_s": 0, "power_w": 1, "current_a": 3, "voltage_v": 2, "temp_hot_c": 3,
           "temp_ntc_c": 2, "ambient_c": 2, "soc": 6, "derate": 3, "power_wanted_w": 1}  # fmt: skip
_NAMES = (*Sample._fields, "power_wanted_w")
COLUMNS = tuple(
    Column(name, ColumnType.DOUBLE if name in _DIGITS else ColumnType.BOOLEAN) for name in _NAMES
)
ROW_FORMAT = ",".join(f"%.{_DIGITS[name]}f" if name in _DIGITS else "%d" for name in _NAMES)
"""Canonical text of a row; the digest is the sha256 of all rows, each ended by a line feed."""


@dataclass(slots=True)
class Series:
    """The run at one value a second, for the plot; named as the columns of the samples."""

    power_wanted_w: "array[float]" = field(default_factory=lambda: array("f"))
    power_w: "array[float]" = field(default_factory=lambda: array("f"))
    temp_hot_c: "array[float]" = field(default_factory=lambda: array("f"))
    temp_ntc_c: "array[float]" = field(default_factory=lambda: array("f"))
    ambient_c: "array[float]" = field(default_factory=lambda: array("f"))
    soc: "array[float]" = field(default_factory=lambda: array("f"))
    derate: "array[float]" = field(default_factory=lambda: array("f"))


class Recorder:
    """Takes one sample a second and keeps files, sums and series.

    *wanted_w* has the power wanted in each second of the run, from (0, 1] on.
    """

    def __init__(self, sink: BinaryIO, world: World, wanted_w: "array[float]") -> None:
        self.series = Series()
        self.rows = 0
        self.square_error = 0.0
        self.derated_s = 0
        self.hottest_c = float("-inf")
        self.hottest_pin: str | None = None
        self.shortfall = Shortfall(world, wanted_w)
        self._world = world
        self._wanted_w = wanted_w
        self._pending: list[Sample] = []
        self._hash = hashlib.sha256()
        metadata = {"schema": "silverpin.samples/1", "row_format": ROW_FORMAT, "step_s": "1"}
        self._writer = ParquetWriter(sink, COLUMNS, metadata)

    def take(self, sample: Sample) -> None:
        """Keep one second's sample and book the second that ended with it."""
        self._pending.append(sample)
        if len(self._pending) == _GROUP_ROWS:
            self._flush()
        if sample.temp_hot_c > self.hottest_c:
            self._hottest(sample.temp_hot_c)
        if self.rows:
            self._end_second(sample.power_w)
        self.rows += 1

    def close(self) -> str:
        """Book the last second, finish the file and return the digest of all rows."""
        self._end_second(self._world.bay.power_w())
        self._flush()
        self._writer.close()
        return self._hash.hexdigest()

    def _end_second(self, power_w: float) -> None:
        self.square_error += (power_w - self._wanted_w[self.rows - 1]) ** 2
        self.shortfall.book(self.rows)

    def _hottest(self, temp_c: float) -> None:
        connector = self._world.bay.connector
        self.hottest_c = temp_c
        hottest = max(range(len(connector.pin_c)), key=lambda pin: connector.pin_c[pin])
        self.hottest_pin = self._world.bay.kind.power_pins[hottest]

    def _flush(self) -> None:
        if not self._pending:
            return
        series = (*zip(*self._pending, strict=True), self._wanted())
        columns = [
            _rounded(values, _DIGITS.get(name)) for name, values in zip(_NAMES, series, strict=True)
        ]
        self._writer.write_group(columns)
        text = "".join(ROW_FORMAT % row + "\n" for row in zip(*columns, strict=True))
        self._hash.update(text.encode())
        self._keep(dict(zip(_NAMES, columns, strict=True)))
        self._pending = []

    def _wanted(self) -> Sequence[float]:
        """Return the power wanted in the second that ends with each pending sample."""
        first = len(self.series.power_w)
        past = first + len(self._pending)
        return [self._wanted_w[second - 1] if second else 0.0 for second in range(first, past)]

    def _keep(self, columns: dict[str, Sequence[float]]) -> None:
        for row in fields(Series):
            getattr(self.series, row.name).extend(columns[row.name])
        self.derated_s += sum(factor < 1.0 for factor in columns["derate"])


def _rounded(values: Sequence[float], digits: int | None) -> Sequence[float]:
    return values if digits is None else [round(value, digits) for value in values]
