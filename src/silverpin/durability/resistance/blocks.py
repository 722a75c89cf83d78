"""One session in blocks of equal time: what heated, what the sensor read, what the air was.

At most some hundred blocks, however long the session: what an estimate can use of it is slow.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray

BLOCKS = 180
REST_S = 7200.0
"""Taken where nobody knows how long a connector rested."""
_LEAST_S = 10.0
_FIRST = 3
_FEW = 8
_LEAST_NOISE_K, _MOST_NOISE_K = 0.02, 1.0
USUAL_NOISE_K = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """A session as heat sees it."""

    dt_s: float
    square_a2: "FloatArray"
    """Mean square of the current, held from sample to sample."""
    ntc_c: "FloatArray"
    """Mean reading; NaN where none arrived."""
    samples: "FloatArray"
    """Readings in each block."""
    air_c: "FloatArray | None"
    """None where nobody measured it."""
    noise_k: float
    """Of a block's reading, as neighbours disagree."""
    rest_s: float = REST_S
    """Without current before the session."""

    @property
    def first_c(self) -> float:
        """The sensor when the session began."""
        return float(np.nanmean(self.ntc_c[np.flatnonzero(self.samples)[:_FIRST]]))


def blocks_of(
    t_s: "FloatArray",
    current_a: "FloatArray",
    ntc_c: "FloatArray",
    ambient_c: "FloatArray | None" = None,
    rest_s: float = REST_S,
    square_a2: "FloatArray | None" = None,
) -> Blocks:
    """Return one session's samples as blocks; a sample holds until the next.

    Where a sample has no current, the one before goes on. With *square_a2*, the mean square of the
    current, all are means over the time until the next.
    """
    each_s = float(np.median(np.diff(t_s))) if len(t_s) > 1 else _LEAST_S
    span_s = float(t_s[-1] - t_s[0]) + each_s
    dt_s = max(_LEAST_S, each_s, span_s / BLOCKS)
    begin_s = float(t_s[0])
    if square_a2 is None:
        begin_s -= 0.5 * each_s  # so that a block's samples have its middle as their own
    count = max(1, int(np.floor(span_s / dt_s + 0.5)))
    edges_s = begin_s + dt_s * np.arange(count + 1)
    held = current_a**2 if square_a2 is None else square_a2
    newest = np.maximum.accumulate(np.where(np.isnan(held), -1, np.arange(len(held))))
    held = np.where(newest < 0, 0.0, held[newest])
    sums = np.concatenate([[0.0], np.cumsum(held[:-1] * np.diff(t_s))])
    at_edges = np.interp(edges_s, t_s, sums)
    at_edges += np.maximum(edges_s - t_s[-1], 0.0) * held[-1]
    place = np.clip(((t_s - begin_s) / dt_s).astype(np.int64), 0, count - 1)
    readings, known = _means(place, ntc_c, count)
    air_c = None
    if ambient_c is not None and np.isfinite(ambient_c).any():
        means, there = _means(place, ambient_c, count)
        whole = np.flatnonzero(there)
        air_c = np.interp(np.arange(count), whole, means[whole])
    return Blocks(
        dt_s=dt_s,
        square_a2=np.diff(at_edges) / dt_s,
        ntc_c=readings,
        samples=known,
        air_c=air_c,
        noise_k=_noise_k(readings[known > 0.0]),
        rest_s=rest_s,
    )


def _noise_k(readings_c: "FloatArray") -> float:
    if len(readings_c) < _FEW:
        return USUAL_NOISE_K
    bends = np.sort(np.abs(np.diff(readings_c, 2)))
    usual = bends[: int(0.95 * len(bends))]
    noise_k = 1.1 * float(np.sqrt(np.mean(usual**2) / 6.0))
    return min(max(noise_k, _LEAST_NOISE_K), _MOST_NOISE_K)


def _means(
    place: "np.ndarray[tuple[int], np.dtype[np.int64]]", values: "FloatArray", count: int
) -> "tuple[FloatArray, FloatArray]":
    """Return the mean in each block and how many values made it."""
    there = np.isfinite(values)
    known = np.bincount(place[there], minlength=count).astype(np.float64)
    sums = np.bincount(place[there], weights=values[there], minlength=count)
    return np.where(known > 0.0, sums / np.maximum(known, 1.0), np.nan), known
