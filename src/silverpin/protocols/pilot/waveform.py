"""The pilot's figures from samples of its waveform, at any rate, phase and length.

The samples are first parted into two levels, or found to be one. Edges are where the line passes
from one level's neighbourhood to the other's, so that noise makes none. Plateaus are what lies well
behind an edge. What too few samples can tell is not told.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from math import ceil, floor, isfinite, sqrt
from statistics import median
from typing import NamedTuple

from silverpin.ports import Waveform
from silverpin.protocols.pilot.measured import STEADY, Measured

RATE_MIN_HZ, LASTS_MIN_S = 60e3, 2e-3
"""A pulse of 5 % lasts 50 µs, of which 15 belong to its edges: it wants two samples beside them.
Two cycles tell a line that stands still from one that swings."""
VOLTS_MAX = 100.0
_APART_V = 1.0
_APART_SCATTERS = 5.0
"""Two levels lie this many of their scatters apart; noise alone never parts so far."""
_REACH = 0.2
"""An edge reaches this share of the swing beyond the middle, on both sides."""
_SETTLED_S, _BEGINS_S = 40e-6, 10e-6
"""A level has settled so long after an edge, and the next begins so long before its middle."""
_ROUNDS = 20
_OUTLIERS = 0.005
_TENTH = 0.1
_WIDE = 3.0
"""Pulses narrower than so many samples may be missed, and cycles with them."""
_SHORT = "less than one whole cycle"
_COARSE = "its pulses are too narrow for this rate: sample faster"
_MISSED = "no sample lies on a whole edge"


class SamplesError(ValueError):
    """Samples that are no pilot; the message says why in one sentence."""


class _Edge(NamedTuple):
    at: float
    """Where the line passes the middle, in samples from the first."""
    rising: bool


def measure(waveform: Waveform) -> Measured:
    """Return the figures of *waveform*. Raises `SamplesError` for what is none."""
    volts, rate_hz = waveform
    _check(volts, rate_hz)
    levels = _two_levels(volts)
    if levels is None:
        return _steady(volts)
    middle, reach = sum(levels) / 2.0, _REACH * (levels[1] - levels[0])
    edges = _edges(volts, middle, reach)
    high, low = (_plateau(volts, edges, rate_hz, rising) for rising in (True, False))
    if not high or not low:
        return _steady(high or low or volts)
    high_v, low_v = median(high), median(low)
    noise_v = _scatter([*(v - high_v for v in high), *(v - low_v for v in low)])
    told = Measured(high_v=high_v, low_v=low_v, noise_v=noise_v)
    if any(end.at - edge.at < _WIDE for edge, end in pairwise(edges)):
        return replace(told, why=dict.fromkeys(("frequency", "duty", "rise", "fall"), _COARSE))
    return _timed(told, volts, edges, rate_hz)


def _timed(told: Measured, volts: Sequence[float], edges: list[_Edge], rate_hz: float) -> Measured:
    """Return what was *told*, and what the times of the edges tell beside it."""
    low_v, high_v = told.low_v or 0.0, told.high_v
    hz, duty = _hertz(edges, rate_hz), _duty(edges)
    rise, fall = (_flank(volts, edges, low_v, high_v, rising) for rising in (True, False))
    figures = {"frequency": hz, "duty": duty, "rise": rise, "fall": fall}
    missing = {"frequency": _SHORT, "duty": _SHORT, "rise": _MISSED, "fall": _MISSED}
    every_s = 1.0 / rate_hz
    # An edge is known to lie between the samples before and after it.
    resolution = {"rise": 2.0 * every_s, "fall": 2.0 * every_s}
    if hz is not None:
        bounds = len(_alike(edges)) - 1
        resolution |= {"frequency": hz * hz * every_s / bounds, "duty": hz * every_s}
    return replace(
        told, hz=hz, duty=duty, resolution=resolution,
        rise_s=None if rise is None else rise * every_s,
        fall_s=None if fall is None else fall * every_s,
        why={name: why for name, why in missing.items() if figures[name] is None},
    )  # fmt: skip


def _check(volts: Sequence[float], rate_hz: float) -> None:
    if not (isfinite(rate_hz) and rate_hz > 0.0):
        raise SamplesError(f"{rate_hz:g} Hz is no rate of samples: give how many were taken a s")
    if rate_hz < RATE_MIN_HZ:
        raise SamplesError(
            f"{rate_hz:g} samples a second miss the pulses of a pilot: take {RATE_MIN_HZ:g} or more"
        )
    if len(volts) < LASTS_MIN_S * rate_hz:
        raise SamplesError(
            f"{1e3 * len(volts) / rate_hz:.3g} ms is less than two cycles of a pilot: "
            f"record {1e3 * LASTS_MIN_S:g} ms or more"
        )
    for index, value in enumerate(volts):
        if not -VOLTS_MAX <= value <= VOLTS_MAX:
            raise SamplesError(
                f"sample {index + 1} is {value:g} V, which no pilot is: check the probe's scale"
            )


def _steady(volts: Sequence[float]) -> Measured:
    level_v = median(volts)
    return Measured(
        high_v=level_v, noise_v=_scatter([value - level_v for value in volts]),
        why=dict.fromkeys(("frequency", "duty", "low", "rise", "fall"), STEADY),
    )  # fmt: skip


def _scatter(deviations: list[float]) -> float:
    """Return half of what the deviations span, but for a few that lie far out."""
    ranked = sorted(deviations)
    out = int(_OUTLIERS * len(ranked))
    return (ranked[-1 - out] - ranked[out]) / 2.0


def _two_levels(volts: Sequence[float]) -> tuple[float, float] | None:
    """Return the two levels round which the samples lie; None when they lie round one."""
    ranked = sorted(volts)
    count = len(ranked)
    sums = [0.0, *accumulate(ranked)]
    squares = [0.0, *accumulate(value * value for value in ranked)]
    at = (ranked[0] + ranked[-1]) / 2.0
    for _ in range(_ROUNDS):
        split = min(max(bisect_right(ranked, at), 1), count - 1)
        low, high = sums[split] / split, (sums[count] - sums[split]) / (count - split)
        at = (low + high) / 2.0
    spread = squares[count] - split * low * low - (count - split) * high * high
    scatter = sqrt(max(0.0, spread) / count)
    apart = high - low
    return (low, high) if apart > max(_APART_V, _APART_SCATTERS * scatter) else None


def _edges(volts: Sequence[float], middle: float, reach: float) -> list[_Edge]:
    edges = []
    above: bool | None = None
    passed = 0.0
    for index, value in enumerate(volts):
        if index and (volts[index - 1] < middle) is not (value < middle):
            passed = index - 1 + (middle - volts[index - 1]) / (value - volts[index - 1])
        if abs(value - middle) < reach:
            continue
        now = value > middle
        if above is not None and now is not above:
            edges.append(_Edge(passed, now))
        above = now
    return edges


def _plateau(
    volts: Sequence[float], edges: list[_Edge], rate_hz: float, rising: bool
) -> list[float]:
    """Return the samples well behind each edge of one kind, up to the next edge."""
    settled, begins = _SETTLED_S * rate_hz, _BEGINS_S * rate_hz
    taken: list[float] = []
    # The last sample may lie on an edge of which nothing more was seen.
    ends = [*(edge.at for edge in edges[1:]), len(volts) - 1.0]
    for edge, end in zip(edges, ends, strict=True):
        if edge.rising is rising:
            lasts = end - edge.at
            first, last = edge.at + min(settled, lasts / 2.0), end - min(begins, lasts / 4.0)
            middle = round((edge.at + end) / 2.0)
            taken += volts[ceil(first) : floor(last) + 1]
            if not taken and edge is not edges[-1]:
                taken += volts[middle : middle + 1]
    if not taken and edges and edges[0].rising is not rising and edges[0].at > settled:
        taken += volts[int(edges[0].at / 2.0) : int(edges[0].at - max(1.0, begins))]
    return taken


def _alike(edges: list[_Edge]) -> list[_Edge]:
    """Return the edges of that kind of which there are more; they bound whole cycles."""
    rising = [edge for edge in edges if edge.rising]
    falling = [edge for edge in edges if not edge.rising]
    return rising if len(rising) >= len(falling) else falling


def _hertz(edges: list[_Edge], rate_hz: float) -> float | None:
    bounds = _alike(edges)
    if len(bounds) < 2:
        return None
    return (len(bounds) - 1) * rate_hz / (bounds[-1].at - bounds[0].at)


def _duty(edges: list[_Edge]) -> float | None:
    """Return the share of whole cycles for which the line is high."""
    bounds = _alike(edges)
    if len(bounds) < 2:
        return None
    within = [edge for edge in edges if bounds[0].at <= edge.at <= bounds[-1].at]
    high = sum(end.at - edge.at for edge, end in pairwise(within) if edge.rising)
    return high / (bounds[-1].at - bounds[0].at)


def _flank(
    volts: Sequence[float], edges: list[_Edge], low_v: float, high_v: float, rising: bool
) -> float | None:
    """Return how many samples an edge takes between a tenth and nine tenths of its swing."""
    from_v, to_v = (low_v, high_v) if rising else (high_v, low_v)
    took = []
    for edge in edges:
        if edge.rising is rising:
            begun, done = int(edge.at), int(edge.at) + 1
            while begun >= 0 and _progress(volts[begun], from_v, to_v) > _TENTH:
                begun -= 1
            while done < len(volts) and _progress(volts[done], from_v, to_v) < 1.0 - _TENTH:
                done += 1
            if begun >= 0 and done < len(volts):
                foot, top = (
                    [_progress(volts[at], from_v, to_v) for at in (index, index + 1)]
                    for index in (begun, done - 1)
                )
                foot_at = begun + (_TENTH - foot[0]) / (foot[1] - foot[0])
                took.append(done - 1 + (1.0 - _TENTH - top[0]) / (top[1] - top[0]) - foot_at)
    return median(took) if took else None


def _progress(value: float, from_v: float, to_v: float) -> float:
    """Return how much of its swing an edge has behind it."""
    return (value - from_v) / (to_v - from_v)
