"""The report's drawings, in the colours of the page around them: light and dark agree."""

import math
from collections.abc import Sequence
from typing import Any

from silverpin.apps.life.gathered import Gathered
from silverpin.apps.life.words import share
from silverpin.apps.plot import marks as m
from silverpin.apps.plot.scale import Band, Scale, round_ticks, round_up, spread

INK, INK2, INK3 = "var(--ink)", "var(--ink2)", "var(--ink3)"
LINE, EDGE, BAND, BAND2 = "var(--line)", "var(--edge)", "var(--band)", "var(--band2)"
HOT, FAULT, OUT, IN = "var(--hot)", "var(--fault)", "var(--out)", "var(--in)"
WARN = "var(--warn)"
WIDE, HALF = 1136, 544
_LEFT = 52
_LEAST, _MOST = 1e-5, 1.0
_ROW = 30
_LABEL_GAP = 15.0
_HATCH = (
    '<defs><pattern id="out" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--out-fill)"/>'
    '<path d="M0 0V5" stroke="var(--out-soft)" stroke-width="2.4"/></pattern></defs>'
)


def drawing(width: float, height: float, name: str, marks: Sequence[str]) -> str:
    """Return a drawing that a screen reader calls by its name."""
    return (
        f'<svg viewBox="0 0 {m.number(width)} {m.number(height)}" role="img" '
        f'aria-label="{name}">{"".join(marks)}</svg>'
    )


def use(gathered: Gathered, begin: str, end: str) -> str:
    """Draw temperature and current over the record."""
    plot = WIDE - _LEFT - 130
    heat, flow = _Strip(24, 150), _Strip(222, 120)
    temps = [gathered.bands(name, plot) for name in ("temp_ntc_c", "ambient_c")]
    current = gathered.bands("current_a", plot)
    known = [end for bands in temps for band in bands for end in band if end == end]
    marks = [m.text(0, 14, "Temperature, °C", bold=True, fill=INK, size=13)]
    if known:
        y = heat.scale(min(0.0, min(known)), max(known) * 1.05 + 1.0)
        marks += _rules(heat, y, plot)
        rows = zip(temps, (HOT, INK3), ("sensor", "ambient"), strict=True)
        marks += _named(heat, y, [row for row in rows if _last(row[0]) is not None], plot)
    else:
        marks.append(m.text(_LEFT, heat.top + 30, "No temperature is recorded.", fill=INK3))
    most = round_up(max([1.0, *(abs(end) for band in current for end in band if end == end)]))
    y = flow.scale(-most if any(band.low < 0.0 for band in current) else 0.0, most)
    marks += [m.text(0, 212, "Current, A", bold=True, fill=INK, size=13), *_rules(flow, y, plot)]
    marks += [
        _HATCH,
        m.area([Band(max(0.0, b.low), max(0.0, b.high)) for b in current], _LEFT, y, 0.0,
               "var(--in-fill)"),
        m.area([Band(min(0.0, b.low), min(0.0, b.high)) for b in current], _LEFT, y, 0.0,
               "url(#out)"),
        m.text(_LEFT + plot + 10, y(most) + 10, "to the vehicle", fill=IN, bold=True),
    ]  # fmt: skip
    if y.low < 0.0:
        marks.append(m.text(_LEFT + plot + 10, y(-most), "to the grid", fill=OUT, bold=True))
    marks += [
        m.text(_LEFT, flow.bottom + 20, begin, fill=INK3),
        m.text(_LEFT + plot, flow.bottom + 20, end, fill=INK3, anchor="end"),
    ]
    return drawing(WIDE, 372, "temperature and current over the record", marks)


def damage(rows: Sequence[dict[str, Any]], dominant: str) -> str:
    """Draw the life that each mechanism took: whisker p05 to p95, open dot at p50."""
    left, right, top = 142, HALF - 78, 26
    x = Scale(math.log10(_LEAST), math.log10(_MOST), left, right)
    bottom = top + _ROW * len(rows)
    marks = []
    for power in range(round(math.log10(_LEAST)), 1):
        at = x(power)
        limit = power == 0
        marks.append(m.line(at, top - 4, at, bottom, stroke=FAULT if limit else LINE))
        word = "end of life" if limit else f"{100.0 * 10.0**power:g} %"
        marks.append(m.text(at, top - 11, word, fill=FAULT if limit else INK3, anchor="middle",
                            bold=limit))  # fmt: skip
    for place, row in enumerate(rows):
        leads = row["name"] == dominant
        y = top + _ROW * (place + 0.5)
        ends = [x(math.log10(min(max(row["consumed"][name], _LEAST), _MOST)))
                for name in ("p05", "p50", "p95")]  # fmt: skip
        colour = HOT if leads else INK2
        marks += [
            m.text(left - 12, y + 4, row["name"], fill=HOT if leads else INK, anchor="end",
                   bold=leads),
            m.line(ends[0], y, ends[2], y, stroke=colour, width=2),
            _dot(ends[1], y, colour),
            m.text(right + 12, y + 4, share(row["consumed"]["p50"]), fill=colour, bold=leads),
        ]  # fmt: skip
    return drawing(HALF, bottom + 8, "life consumed by mechanism", marks)


def fan(years: Sequence[float], rows: Sequence[Sequence[float]]) -> str:
    """Draw the life consumed by whatever is furthest on, ahead in time; rows are percentiles."""
    strip, plot = _Strip(26, 250), HALF - _LEFT - 70
    x = Scale(0.0, years[-1], _LEFT, _LEFT + plot)
    y = strip.scale(0.0, 1.25)
    low, quarter, middle, three, high = rows
    marks = [
        m.text(0, 12, "Life consumed, %", fill=INK, bold=True, size=13),
        _between(years, low, high, x, y, BAND2),
        _between(years, quarter, three, x, y, BAND),
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        limit = tick == 1.0
        marks.append(m.line(_LEFT, y(tick), _LEFT + plot, y(tick),
                            stroke=FAULT if limit else LINE, width=1 + 0.5 * limit))  # fmt: skip
        marks.append(m.text(_LEFT - 8, y(tick) + 4, f"{100 * tick:.0f}", fill=INK3, anchor="end"))
    marks.append(m.text(_LEFT + plot + 8, y(1.0) + 4, "end of life", fill=FAULT, bold=True))
    marks.append(_path(years, middle, x, y, INK))
    marks += _years(x, years[-1], strip.bottom)
    for row, word in ((high, "1 in 20"), (middle, "half"), (low, "19 in 20")):
        at = _crossing(years, row)
        if at is not None:
            marks += [_dot(x(at), y(1.0), INK),
                      m.text(x(at), y(1.0) - 10, word, fill=INK2, anchor="middle")]  # fmt: skip
    return drawing(HALF, strip.bottom + 42, "life consumed in the years ahead", marks)


def cost(curve: Sequence[dict[str, Any]]) -> str:
    """Draw the price of a kilowatt-hour by the power at which it is discharged."""
    strip, plot = _Strip(26, 250), HALF - _LEFT - 70
    kilowatts = [row["power_w"] / 1e3 for row in curve]
    rows = [[100.0 * row[name] for row in curve] for name in ("p05", "p50", "p95")]
    low, high = (math.floor(math.log10(max(1e-6, min(rows[0])))),
                 math.ceil(math.log10(max(1e-6, max(rows[2])))))  # fmt: skip
    x = Scale(0.0, kilowatts[-1], _LEFT, _LEFT + plot)
    y = strip.scale(float(low), float(max(high, low + 1)))
    logs = [[math.log10(max(1e-6, value)) for value in row] for row in rows]
    marks = [
        m.text(0, 12, "Wear cost, ct/kWh discharged", fill=INK, bold=True, size=13),
        _between(kilowatts, logs[0], logs[2], x, y, "var(--out-soft)"),
        _path(kilowatts, logs[1], x, y, OUT),
    ]
    for power in range(low, max(high, low + 1) + 1):
        marks.append(m.line(_LEFT, y(power), _LEFT + plot, y(power), stroke=LINE))
        marks.append(m.text(_LEFT - 8, y(power) + 4, f"{10.0**power:g}", fill=INK3, anchor="end"))
    marks += _numbers(x, kilowatts[-1], strip.bottom)
    for log, word in zip((row[-1] for row in logs), ("p05", "p50", "p95"), strict=True):
        marks.append(m.text(_LEFT + plot + 8, y(log) + 4, word, fill=OUT, bold=word == "p50"))
    marks.append(m.text(_LEFT + plot / 2, strip.bottom + 36, "power to the grid, kW", fill=INK3,
                        anchor="middle"))  # fmt: skip
    return drawing(HALF, strip.bottom + 42, "wear cost against power", marks)


class _Strip:
    """A band of a drawing, from its top downward."""

    def __init__(self, top: float, height: float) -> None:
        self.top, self.bottom = top, top + height

    def scale(self, low: float, high: float) -> Scale:
        return Scale(low, high, self.bottom, self.top)


def _rules(strip: _Strip, y: Scale, plot: float) -> list[str]:
    drawn = []
    for tick in round_ticks(y.low, y.high, 4):
        drawn.append(m.line(_LEFT, y(tick), _LEFT + plot, y(tick),
                            stroke=EDGE if tick == 0.0 else LINE))  # fmt: skip
        word = f"{tick:g}".replace("-", "−")
        drawn.append(m.text(_LEFT - 8, y(tick) + 4, word, fill=INK3, anchor="end"))
    return drawn


def _last(bands: Sequence[Band]) -> float | None:
    """Return the middle of the last known band."""
    known = [band for band in bands if band.low == band.low]
    return 0.5 * (known[-1].low + known[-1].high) if known else None


def _named(
    strip: "_Strip", y: Scale, rows: Sequence[tuple[Sequence[Band], str, str]], plot: float
) -> list[str]:
    """Draw lines with their names at their ends, moved apart where they would touch."""
    ends = [y(_last(bands) or 0.0) for bands, _, _ in rows]
    marks = [m.trace(bands, _LEFT, y, colour, 1.4) for bands, colour, _ in rows]
    for at, (_, colour, word) in zip(
        spread(ends, _LABEL_GAP, strip.top + 6, strip.bottom), rows, strict=True
    ):
        marks.append(m.text(_LEFT + plot + 10, at + 4, word, fill=colour, bold=True))
    return marks


def _years(x: Scale, last: float, bottom: float) -> list[str]:
    name = m.text(0.5 * (x.at_low + x.at_high), bottom + 36, "years from the end of the record",
                  fill=INK3, anchor="middle")  # fmt: skip
    return [name, *_numbers(x, last, bottom)]


def _numbers(x: Scale, last: float, bottom: float) -> list[str]:
    return [
        m.text(x(tick), bottom + 18, f"{tick:g}", fill=INK3, anchor="middle")
        for tick in round_ticks(0.0, last, 6)
    ]


def _dot(x: float, y: float, stroke: str) -> str:
    return (
        f'<circle cx="{m.number(x)}" cy="{m.number(y)}" r="4.5" fill="var(--plate)" '
        f'stroke="{stroke}" stroke-width="2"/>'
    )


def _points(xs: Sequence[float], ys: Sequence[float], x: Scale, y: Scale) -> list[str]:
    """Return points with what leaves the drawing cut to its edge."""
    top = max(y.low, y.high)
    return [
        f"{m.number(x(at))} {m.number(y(min(value, top)))}"
        for at, value in zip(xs, ys, strict=True)
    ]


def _path(xs: Sequence[float], ys: Sequence[float], x: Scale, y: Scale, stroke: str) -> str:
    path = "L".join(_points(xs, ys, x, y))
    return f'<path d="M{path}" fill="none" stroke="{stroke}" stroke-width="2"/>'


def _between(
    xs: Sequence[float], low: Sequence[float], high: Sequence[float], x: Scale, y: Scale, fill: str
) -> str:
    around = _points(xs, low, x, y) + _points(xs, high, x, y)[::-1]
    return f'<path d="M{"L".join(around)}Z" fill="{fill}"/>'


def _crossing(years: Sequence[float], row: Sequence[float]) -> float | None:
    """Return when a percentile reaches the end of life, if it does."""
    for place in range(1, len(row)):
        if row[place - 1] < 1.0 <= row[place]:
            ahead = (1.0 - row[place - 1]) / (row[place] - row[place - 1])
            return years[place - 1] + ahead * (years[place] - years[place - 1])
    return None
