"""Current and temperatures of a record for one plot, in the memory of one plot.

Columns of equal time keep the lowest and highest of their samples. When the record outgrows them,
two become one: no peak is lost, however long the record gets.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from silverpin.apps.plot.scale import Band

if TYPE_CHECKING:
    from silverpin.durability.record import Chunk, FloatArray

_FIRST_S = 60.0
NAMES = ("current_a", "temp_ntc_c", "ambient_c")


class Gathered:
    """Takes the chunks of a record."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.width_s = _FIRST_S
        self.until_s = 0.0
        self._low = {name: np.full(columns, np.inf) for name in NAMES}
        self._high = {name: np.full(columns, -np.inf) for name in NAMES}

    def take(self, chunk: "Chunk") -> None:
        """Add a chunk."""
        if not len(chunk.t_s):
            return
        self.until_s = float(chunk.t_s[-1])
        while self.until_s >= self.width_s * self.columns:
            self._halve()
        place = (chunk.t_s / self.width_s).astype(np.int64)
        first = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]]))
        for name in NAMES:
            values: Any = getattr(chunk, name)
            if values is not None:
                self._keep(name, values, first, place[first])

    def bands(self, name: str, columns: int) -> list[Band]:
        """Return a series over the whole record in so many columns; NaN where nothing is known."""
        used = min(self.columns, int(self.until_s / self.width_s) + 1)
        low, high = self._low[name][:used], self._high[name][:used]
        bands = []
        for column in range(columns):
            first = column * used // columns
            past = max(first + 1, (column + 1) * used // columns)
            known = low[first:past] <= high[first:past]
            if known.any():
                bands.append(Band(float(low[first:past].min()), float(high[first:past].max())))
            else:
                bands.append(Band(np.nan, np.nan))
        return bands

    def _keep(
        self, name: str, values: "FloatArray", first: "np.ndarray[Any, Any]",
        place: "np.ndarray[Any, Any]",
    ) -> None:  # fmt: skip
        unknown = np.isnan(values)
        low = np.minimum.reduceat(np.where(unknown, np.inf, values), first)
        high = np.maximum.reduceat(np.where(unknown, -np.inf, values), first)
        self._low[name][place] = np.minimum(self._low[name][place], low)
        self._high[name][place] = np.maximum(self._high[name][place], high)

    def _halve(self) -> None:
        half = self.columns // 2
        for name in NAMES:
            for rows, better, empty in ((self._low, np.minimum, np.inf),
                                        (self._high, np.maximum, -np.inf)):  # fmt: skip
                row = rows[name]
                rows[name] = np.concatenate(
                    [better(row[0::2], row[1::2]), np.full(self.columns - half, empty)]
                )
        self.width_s *= 2.0
