"""Arithmetic of a plot: scales, ticks, text of times, and many samples drawn as few columns."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_TICKS_S = (10, 30, 60, 300, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
_TICKS_MOST = 12


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to pixels."""

    low: float
    high: float
    at_low: float
    at_high: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.at_low + share * (self.at_high - self.at_low)


class Band(NamedTuple):
    """Lowest and highest of the samples under one column of pixels; NaN when there is none."""

    low: float
    high: float


def envelope(values: Sequence[float], columns: int) -> list[Band]:
    """Return *columns* bands that hide no extreme; samples that are NaN are left out."""
    bands = []
    for column in range(columns):
        first = column * len(values) // columns
        past = max(first + 1, (column + 1) * len(values) // columns)
        known = [value for value in values[first:past] if value == value]
        bands.append(Band(min(known), max(known)) if known else Band(math.nan, math.nan))
    return bands


def runs(bands: Sequence[Band]) -> Iterator[tuple[int, Sequence[Band]]]:
    """Yield the stretches without a gap, each with its first column."""
    first = 0
    for column in range(len(bands) + 1):
        if column == len(bands) or math.isnan(bands[column].low):
            if column > first:
                yield first, bands[first:column]
            first = column + 1


def time_ticks_s(start_s: float, end_s: float) -> list[int]:
    """Return round instants, about a dozen at most."""
    span_s = end_s - start_s
    day_s = _TICKS_S[-1]
    longer = day_s * math.ceil(span_s / day_s / _TICKS_MOST)
    step_s = next((step for step in _TICKS_S if span_s / step <= _TICKS_MOST), longer)
    first = math.ceil(start_s / step_s)
    return [tick * step_s for tick in range(first, math.floor(end_s / step_s) + 1)]


def clock(t_s: float, *, seconds: bool = False) -> str:
    """Return an instant of the run as HH:MM or HH:MM:SS; hours go on counting after 24."""
    minutes, second = divmod(int(t_s), 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{second:02d}" if seconds else text


def round_up(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten that is not below *value*."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= value * 0.999)


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return round values between *low* and *high*, both ends included when they are round."""
    step = round_up((high - low) / most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [tick * step for tick in range(first, last + 1)]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return label positions near *wanted*, in its order, at least *gap* apart where they fit."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    floor = low
    for index in order:
        placed[index] = max(wanted[index], floor)
        floor = placed[index] + gap
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed
