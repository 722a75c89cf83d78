"""The tracks of a day's plot: each draws itself into its own strip of the page."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from silverpin.apps.plot import marks as m
from silverpin.apps.plot.scale import Band, Scale, envelope, round_ticks, spread

_LABEL_GAP = 15.0


@dataclass(frozen=True, slots=True)
class Strip:
    """Where a track is drawn."""

    left: float
    top: float
    width: int
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    def scale(self, low: float, high: float) -> Scale:
        """Return the scale of values that fills the strip."""
        return Scale(low, high, self.bottom, self.top)


@dataclass(frozen=True, slots=True)
class Label:
    """Words at the right end of a track, near the value they name."""

    value: float
    words: str
    fill: str
    bold: bool = True


def grid(
    strip: Strip, y: Scale, ticks: Sequence[float], words: Callable[[float], str]
) -> list[str]:
    """Draw hairlines with their values on the left."""
    drawn = []
    for tick in ticks:
        drawn.append(m.line(strip.left, y(tick), strip.right, y(tick)))
        drawn.append(m.text(strip.left - 8, y(tick) + 4, words(tick), fill=m.INK3, anchor="end"))
    return drawn


def labels(strip: Strip, y: Scale, wanted: Sequence[Label]) -> list[str]:
    """Draw labels at the right end, moved apart where they would touch."""
    at = spread([y(label.value) for label in wanted], _LABEL_GAP, strip.top + 6, strip.bottom)
    return [
        m.text(strip.right + 10, place + 4, label.words, fill=label.fill, bold=label.bold)
        for label, place in zip(wanted, at, strict=True)
    ]


def signed_kw(value: float) -> str:
    """Return kW with its sign as people set it."""
    return "0" if value == 0.0 else f"{value:+g}".replace("-", "\u2212")


def power(
    strip: Strip, wanted_kw: Sequence[float], power_kw: Sequence[float], most_kw: float
) -> list[str]:
    """Draw what was wanted as a grey shape and what came over it: violet in, hatched teal out."""
    y = strip.scale(-1.08 * most_kw, 1.08 * most_kw)
    wanted = envelope(wanted_kw, strip.width)
    came = envelope(power_kw, strip.width)
    ticks = round_ticks(-most_kw, most_kw, 4)
    return [
        *grid(strip, y, ticks, signed_kw),
        m.area(wanted, strip.left, y, 0.0, "#C3CAD1"),
        m.area([_above(band) for band in came], strip.left, y, 0.0, m.IN_FILL),
        m.area([_below(band) for band in came], strip.left, y, 0.0, "url(#hatch)"),
        m.line(strip.left, y(0.0), strip.right, y(0.0), stroke=m.INK2, width=1.2),
    ]


def closer(
    strip: Strip, wanted_kw: Sequence[float], power_kw: Sequence[float], most_kw: float
) -> list[str]:
    """Draw a short stretch, where the wanted power is a line of its own beside what came."""
    y = strip.scale(-1.08 * most_kw, 1.08 * most_kw)
    came = envelope(power_kw, strip.width)
    return [
        *grid(strip, y, round_ticks(-most_kw, most_kw, 4), signed_kw),
        m.area([_above(band) for band in came], strip.left, y, 0.0, m.IN_FILL),
        m.area([_below(band) for band in came], strip.left, y, 0.0, "url(#hatch)"),
        m.line(strip.left, y(0.0), strip.right, y(0.0), stroke=m.INK2, width=1.2),
        m.trace(envelope(wanted_kw, strip.width), strip.left, y, "#fff", 4),
        m.trace(envelope(wanted_kw, strip.width), strip.left, y, m.INK, 1.6),
    ]


def heat(
    strip: Strip,
    hot_c: Sequence[float],
    ntc_c: Sequence[float],
    ambient_c: Sequence[float],
    trip_c: float,
) -> list[str]:
    """Draw the hottest pin, what its sensor says and the air, below the line where power stops."""
    traces = [envelope(values, strip.width) for values in (ambient_c, ntc_c, hot_c)]
    lows = [band.low for bands in traces for band in bands if not math.isnan(band.low)]
    highs = [band.high for bands in traces for band in bands if not math.isnan(band.low)]
    floor = 10.0 * math.floor((min(lows, default=20.0) - 2.0) / 10.0)
    y = strip.scale(floor, max(trip_c + 7.0, max(highs, default=trip_c) + 3.0))
    ambient, ntc, hot = traces
    ticks = [tick for tick in round_ticks(floor, trip_c, 5) if tick < trip_c - 6.0]
    return [
        m.box(strip.left, strip.top, strip.width, y(trip_c) - strip.top, m.FAULT_SOFT),
        *grid(strip, y, ticks, lambda tick: f"{tick:g}".replace("-", "\u2212")),
        m.line(strip.left, y(trip_c), strip.right, y(trip_c), stroke=m.FAULT, width=1.6),
        m.text(strip.left - 8, y(trip_c) + 4, f"{trip_c:g}", fill=m.FAULT, bold=True, anchor="end"),
        m.trace(ambient, strip.left, y, m.EDGE, 1.2),
        m.trace(ntc, strip.left, y, m.INK2, 1.2),
        m.trace(hot, strip.left, y, m.HOT, 2),
        *_peak(strip, y, hot),
        *labels(strip, y, _heat_labels(hot, ntc, ambient, trip_c)),
    ]


def share(strip: Strip, values: Sequence[float], stroke: str, words: str) -> list[str]:
    """Draw a share from 0 to 100 % with its words at the right."""
    y = strip.scale(0.0, 1.0)
    bands = envelope(values, strip.width)
    last = next((band.low for band in reversed(bands) if not math.isnan(band.low)), 0.0)
    return [
        *grid(strip, y, (0.0, 1.0), lambda tick: f"{100 * tick:.0f}"),
        m.trace(bands, strip.left, y, stroke, 1.8),
        *labels(strip, y, [Label(last, words, stroke)]),
    ]


def _peak(strip: Strip, y: Scale, bands: Sequence[Band]) -> list[str]:
    """Point out the hottest instant with its temperature."""
    known = [column for column, band in enumerate(bands) if not math.isnan(band.high)]
    if not known:
        return []
    column = max(known, key=lambda column: bands[column].high)
    x, high = strip.left + column + 0.5, bands[column].high
    left = column > strip.width - 60
    at, anchor = (x - 9, "end") if left else (x + 9, "start")
    words = m.text(at, y(high) - 4, f"{high:.1f}", fill=m.HOT, bold=True, anchor=anchor)
    return [m.ring(x, y(high), m.HOT), words]


def _heat_labels(
    hot: Sequence[Band], ntc: Sequence[Band], ambient: Sequence[Band], trip_c: float
) -> list[Label]:
    found = [Label(trip_c, f"{trip_c:g} °C trip", m.FAULT)]
    for bands, name, fill, bold in (
        (hot, "hottest pin", m.HOT, True),
        (ntc, "its sensor", m.INK2, False),
        (ambient, "air", m.INK3, False),
    ):
        known = [band for band in bands if not math.isnan(band.low)]
        if known:
            found.append(Label(known[-1].low, f"{name} {known[-1].low:.1f}", fill, bold))
    return found


def _above(band: Band) -> Band:
    return Band(max(0.0, band.low), band.high) if band.high > 0.0 else Band(math.nan, math.nan)


def _below(band: Band) -> Band:
    return Band(band.low, min(0.0, band.high)) if band.low < 0.0 else Band(math.nan, math.nan)
