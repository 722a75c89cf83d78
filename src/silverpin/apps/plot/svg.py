"""`plot.svg`: one page that shows how a run went, on screen and on paper.

From top to bottom: power wanted and delivered, every reversal as a stroke, heat against the trip
line, charge and derating, and the busiest quarter of an hour closer. Names stand beside what they
name, there is no legend. A column of pixels shows the whole extent of its samples: no peak is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from silverpin.apps.plot import marks as m
from silverpin.apps.plot import tracks
from silverpin.apps.plot.scale import Scale, clock, round_up, time_ticks_s
from silverpin.apps.plot.tracks import Label, Strip

WIDTH = 1440
_LEFT, _PLOT = 76, 1164
_LANE = 18.0
_LANES_MOST = 4
_CLOSER_S = 900
_LEAST_KW = 0.1
_LETTER = 7.3
"""About the width of a bold letter at 12 px, to know when two labels would touch."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, or that lasted until *until_s*."""

    t_s: float
    words: str
    fault: bool = False
    until_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotDay:
    """All that the page shows; the series have one value a second."""

    title: str
    detail: str
    wanted_w: Sequence[float]
    power_w: Sequence[float]
    temp_hot_c: Sequence[float]
    temp_ntc_c: Sequence[float]
    ambient_c: Sequence[float]
    soc: Sequence[float]
    derate: Sequence[float]
    temp_trip_c: float
    power_max_w: float
    charged_words: str
    discharged_words: str
    derate_words: str
    reversals_s: Sequence[float]
    marks: Sequence[Mark]
    start_s: int = 0
    """Instant at which the series begin; reversals and marks count from the start of the run."""

    @property
    def end_s(self) -> int:
        """Return the instant at which the series end."""
        return self.start_s + len(self.power_w)


def day_svg(day: PlotDay) -> str:
    """Return the whole page."""
    lanes = _lanes(day)
    strips, height = _strips(day, top=92.0 + _LANE * len(lanes))
    drawn = [
        m.DEFINITIONS,
        m.box(0, 0, WIDTH, height, "#fff"),
        m.text(_LEFT, 44, day.title, fill=m.INK, size=26, bold=True),
        m.text(_LEFT, 68, day.detail, fill=m.INK3, size=14),
        *_shades(day, strips),
        *_power(day, strips["power"]),
        *_rug(day, strips["rug"]),
        *_name(strips["heat"], "Heat, °C"),
        *tracks.heat(
            strips["heat"], day.temp_hot_c, day.temp_ntc_c, day.ambient_c, day.temp_trip_c
        ),
        *_shares(day, strips),
        *_times(strips["derate"], day.start_s, day.end_s),
        *(_closer(day, strips["closer"]) if "closer" in strips else ()),
        *_marks(day, lanes, strips),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {m.number(height)}" '
        f'width="{WIDTH}" height="{m.number(height)}" role="img" aria-labelledby="t d" '
        "font-family=\"Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', "
        'sans-serif" style="font-variant-numeric:tabular-nums">'
    )
    told = f'<title id="t">{escape(day.title)}</title><desc id="d">{escape(day.detail)}</desc>'
    return "\n".join([head, told, *filter(None, drawn), "</svg>", ""])


def _strips(day: PlotDay, top: float) -> tuple[dict[str, Strip], float]:
    heights = {"power": (22, 220), "rug": (12, 14), "heat": (36, 200), "soc": (34, 44),
               "derate": (34, 30)}  # fmt: skip
    if len(day.power_w) >= 4 * _CLOSER_S:
        heights["closer"] = (62, 150)
    strips = {}
    for name, (gap, height) in heights.items():
        strips[name] = Strip(_LEFT, top + gap, _PLOT, height)
        top += gap + height
    return strips, top + 44


def _power(day: PlotDay, strip: Strip) -> list[str]:
    most_kw = day.power_max_w / 1e3
    y = strip.scale(-1.08 * most_kw, 1.08 * most_kw)
    words = [
        Label(0.62 * most_kw, "to the vehicle", m.IN),
        Label(0.44 * most_kw, day.charged_words, m.IN, bold=False),
        Label(-0.44 * most_kw, "to the grid", m.OUT),
        Label(-0.62 * most_kw, day.discharged_words, m.OUT, bold=False),
        Label(0.0, "grey: wanted, not delivered", m.INK3, bold=False),
    ]
    wanted_kw = [watts / 1e3 for watts in day.wanted_w]
    power_kw = [watts / 1e3 for watts in day.power_w]
    return [
        *_name(strip, "Power, kW"),
        *tracks.power(strip, wanted_kw, power_kw, most_kw),
        *tracks.labels(strip, y, words),
    ]


def _rug(day: PlotDay, strip: Strip) -> list[str]:
    x = _time_scale(strip, day.start_s, day.end_s)
    count = len(day.reversals_s)
    words = f"{count:,} reversal{'' if count == 1 else 's'}"
    return [
        m.rug([x(t_s) for t_s in day.reversals_s], strip.top, strip.height, m.INK),
        m.text(strip.right + 10, strip.bottom - 3, words, bold=True),
    ]


def _closer(day: PlotDay, strip: Strip) -> list[str]:
    start = _busiest_s(day)
    part = slice(start - day.start_s, start - day.start_s + _CLOSER_S)
    wanted_kw = [watts / 1e3 for watts in day.wanted_w[part]]
    power_kw = [watts / 1e3 for watts in day.power_w[part]]
    most_kw = round_up(max(map(abs, [*wanted_kw, *power_kw, _LEAST_KW])))
    y = strip.scale(-1.08 * most_kw, 1.08 * most_kw)
    words = [
        Label(0.35 * most_kw, "line: wanted", m.INK),
        Label(-0.2 * most_kw, "area: delivered", m.INK2, bold=False),
    ]
    span = f"{clock(start)} to {clock(start + _CLOSER_S)}"
    return [
        *_name(strip, f"Closer: the busiest quarter of an hour, {span}"),
        *tracks.closer(strip, wanted_kw, power_kw, most_kw),
        *tracks.labels(strip, y, words),
        *_times(strip, start, start + _CLOSER_S),
    ]


def _busiest_s(day: PlotDay) -> int:
    """Return the first of the quarters of an hour with the most reversals in it."""
    starts = range(day.start_s, day.end_s - _CLOSER_S + 1, _CLOSER_S)
    counts = [0] * len(starts)
    for t_s in day.reversals_s:
        counts[min(int(t_s - day.start_s) // _CLOSER_S, len(counts) - 1)] += 1
    return starts[counts.index(max(counts))]


def _shares(day: PlotDay, strips: dict[str, Strip]) -> list[str]:
    known = [value for value in day.soc if value == value]
    soc_words = f"{100 * known[-1]:.0f} % at the end" if known else "unknown"
    return [
        *_name(strips["soc"], "Vehicle's charge, %"),
        *tracks.share(strips["soc"], day.soc, m.INK2, soc_words),
        *_name(strips["derate"], "Current allowed by heat, %"),
        *tracks.share(strips["derate"], day.derate, m.WARN, day.derate_words),
    ]


def _name(strip: Strip, words: str) -> list[str]:
    return [m.text(strip.left, strip.top - 8, words, size=13, bold=True)]


def _time_scale(strip: Strip, start_s: float, end_s: float) -> Scale:
    return Scale(start_s, end_s, strip.left, strip.right)


def _times(strip: Strip, start_s: float, end_s: float) -> list[str]:
    x = _time_scale(strip, start_s, end_s)
    ticks = time_ticks_s(start_s, end_s)
    fine = len(ticks) > 1 and ticks[1] - ticks[0] < 60
    drawn = []
    for tick in ticks:
        words = clock(tick, seconds=fine)
        drawn.append(m.line(x(tick), strip.bottom, x(tick), strip.bottom + 5, stroke=m.EDGE))
        drawn.append(m.text(x(tick), strip.bottom + 19, words, fill=m.INK3, anchor="middle"))
    return drawn


def _lanes(day: PlotDay) -> list[list[Mark]]:
    """Put the marks' words into as few lanes as they need without touching."""
    x = Scale(day.start_s, day.end_s, _LEFT, _LEFT + _PLOT)
    lanes: list[list[Mark]] = []
    ends: list[float] = []
    for mark in sorted(day.marks, key=lambda mark: mark.t_s):
        at = x(mark.t_s)
        lane = next((i for i, end in enumerate(ends) if end < at), len(lanes))
        if lane == len(lanes):
            if lane == _LANES_MOST:
                continue
            lanes.append([])
            ends.append(0.0)
        lanes[lane].append(mark)
        ends[lane] = at + _LETTER * len(mark.words) + 34
    return lanes


def _marks(day: PlotDay, lanes: Sequence[Sequence[Mark]], strips: dict[str, Strip]) -> list[str]:
    x = _time_scale(strips["power"], day.start_s, day.end_s)
    drawn = []
    for lane, marks in enumerate(lanes):
        y = strips["power"].top - 26 - _LANE * (len(lanes) - lane) + _LANE / 2
        for mark in marks:
            at = x(mark.t_s)
            fill = m.FAULT if mark.fault else m.INK2
            flip = at + _LETTER * len(mark.words) + 12 > WIDTH
            drawn.append(m.line(at, y, at, strips["power"].bottom, stroke=fill, width=1.2))
            drawn.append(
                m.octagon(at, y, 7) if mark.fault else m.box(at - 2.5, y - 2.5, 5, 5, fill)
            )
            drawn.append(m.text(
                at - 12 if flip else at + 12, y + 4, mark.words, fill=fill, bold=mark.fault,
                anchor="end" if flip else "start",
            ))  # fmt: skip
    return drawn


def _shades(day: PlotDay, strips: dict[str, Strip]) -> list[str]:
    """Shade the time each fault stood, behind every track of the whole day."""
    x = _time_scale(strips["power"], day.start_s, day.end_s)
    drawn = []
    for mark in day.marks:
        if not mark.fault:
            continue
        end_s = day.end_s if mark.until_s is None else min(mark.until_s, day.end_s)
        for name in ("power", "heat", "soc", "derate"):
            strip = strips[name]
            left = x(max(mark.t_s, day.start_s))
            width = max(1.0, x(end_s) - left)
            drawn.append(m.box(left, strip.top, width, strip.height, m.FAULT_SOFT))
    return drawn
