"""The report's drawing of contact resistance over sessions: medians with their intervals.

The newest figure, the limit and each step carry their words, so that no colour speaks alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

from silverpin.apps.contact_words import milliohm
from silverpin.apps.life.figures import EDGE, FAULT, INK, INK2, INK3, LINE, WARN, drawing
from silverpin.apps.plot import marks as m
from silverpin.apps.plot.scale import Scale, round_ticks

_LEFT, _TOP, _HEIGHT, _RIGHT = 40, 44, 180, 62
_SHOWN = 400
"""More bars than pixels between them would be a stain."""
_DAY_S = 86_400.0
_SPARSE = 60
_DATE_PX = 96.0
_WORDS_PX = 190.0
_DIAMOND = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What is drawn: the sessions that told something, steps, and the limit."""

    sessions: Sequence[dict[str, Any]]
    alarms: Sequence[dict[str, Any]]
    limit_mohm: float
    span_s: float
    begins: date | None


def trend(told: Trend, width: float) -> str:
    """Draw it *width* pixels wide; of very many sessions every so many."""
    every = -(-len(told.sessions) // _SHOWN)
    shown = [*told.sessions[::-1][::every]][::-1]
    right, bottom = width - _RIGHT, _TOP + _HEIGHT
    most = 1.1 * max(told.limit_mohm, *(row["p95"] for row in shown))
    x = Scale(0.0, max(told.span_s, 1.0), _LEFT, right)
    y = Scale(0.0, most, bottom, _TOP)
    last = shown[-1]
    marks = [
        m.text(0, 14, "Contact resistance, mΩ", bold=True, fill=INK, size=13),
        *_grid(y, right),
        *_sessions(shown, x, y),
        *_limit(told.limit_mohm, y, right),
        *(mark for row in told.alarms for mark in _step(row, told.sessions, x, y, width)),
        _dot(x(last["start_s"]), y(last["p50"])),
        m.text(right + 10, y(last["p50"]) + 4, milliohm(last["p50"]), fill=INK, bold=True),
        *(_dates(told.begins, told.span_s, x, bottom) if told.begins
          else _days(told.span_s, x, bottom)),
    ]  # fmt: skip
    return drawing(width, bottom + 42, escape(_name(told)), marks)


def _name(told: Trend) -> str:
    """Say the drawing in words."""
    first, last = told.sessions[0], told.sessions[-1]
    steps = "".join(f"; a step of {100.0 * row['rise']:.0f} % {_when(row)}" for row in told.alarms)
    return (
        f"contact resistance over {len(told.sessions)} sessions: from {milliohm(first['p50'])} to "
        f"{milliohm(last['p50'])} mΩ, the limit is {milliohm(told.limit_mohm)}{steps}"
    )


def _when(row: dict[str, Any]) -> str:
    return f"on {row['since'][:10]}" if row["since"] else f"on day {row['since_s'] / _DAY_S:.0f}"


def _grid(y: Scale, right: float) -> Iterator[str]:
    for tick in round_ticks(0.0, y.high, 4):
        yield m.line(_LEFT, y(tick), right, y(tick), stroke=LINE if tick else EDGE)
        yield m.text(_LEFT - 8, y(tick) + 4, f"{tick:g}", fill=INK3, anchor="end")


def _sessions(shown: Sequence[dict[str, Any]], x: Scale, y: Scale) -> Iterator[str]:
    width = 2.0 if len(shown) < _SPARSE else 1.0
    for row in shown:
        at = x(row["start_s"])
        yield m.line(at, y(row["p05"]), at, y(row["p95"]), stroke=EDGE, width=width)
    path = "L".join(f"{m.number(x(row['start_s']))} {m.number(y(row['p50']))}" for row in shown)
    yield f'<path d="M{path}" fill="none" stroke="{INK}" stroke-width="1.6"/>'


def _dot(x: float, y: float) -> str:
    return (
        f'<circle cx="{m.number(x)}" cy="{m.number(y)}" r="4.5" fill="var(--plate)" '
        f'stroke="{INK}" stroke-width="2"/>'
    )


def _limit(limit: float, y: Scale, right: float) -> Iterator[str]:
    yield m.line(_LEFT, y(limit), right, y(limit), stroke=FAULT, width=1.6)
    yield m.text(_LEFT + 6, y(limit) - 6, f"{milliohm(limit)} mΩ limit", fill=FAULT, bold=True)


def _step(
    alarm: dict[str, Any], sessions: Sequence[dict[str, Any]], x: Scale, y: Scale, width: float
) -> Iterator[str]:
    """Mark the session with which a step began, and say its size."""
    since = alarm["since_s"]
    row = next((row for row in sessions if row["start_s"] >= since), sessions[-1])
    at, high = x(row["start_s"]), y(row["p50"])
    yield m.line(at, _TOP - 12, at, y.at_low, stroke=WARN, dash="2 3")
    yield (
        f'<path d="M{m.number(at - _DIAMOND)} {m.number(high)}l5-5 5 5-5 5z" '
        f'fill="var(--warn-fill)" stroke="{WARN}" stroke-width="1.2"/>'
    )
    words = f"step +{100.0 * alarm['rise']:.0f} %, {_when(alarm)}"
    beyond = at + _WORDS_PX > width
    yield m.text(at - 6 if beyond else at + 6, _TOP - 8, words, fill=WARN, bold=True,
                 anchor="end" if beyond else "start")  # fmt: skip


def _dates(begins: date, span_s: float, x: Scale, bottom: float) -> Iterator[str]:
    """Name the ends, and round days between where their names have room."""
    day = span_s / _DAY_S
    ends = {0.0: "start", day: "end"}
    most = max(1, int((x.at_high - x.at_low) / _DATE_PX))
    inner = [
        tick for tick in round_ticks(0.0, max(day, 1.0), most)
        if min(x(tick * _DAY_S) - x.at_low, x.at_high - x(tick * _DAY_S)) > 1.5 * _DATE_PX
    ]  # fmt: skip
    for tick in (0.0, *inner, day):
        at, word = x(tick * _DAY_S), (begins + timedelta(days=tick)).isoformat()
        yield m.line(at, bottom, at, bottom + 5, stroke=EDGE)
        yield m.text(at, bottom + 20, word, fill=INK3, anchor=ends.get(tick, "middle"))


def _days(span_s: float, x: Scale, bottom: float) -> Iterator[str]:
    for tick in round_ticks(0.0, span_s / _DAY_S, 8):
        yield m.text(x(tick * _DAY_S), bottom + 18, f"{tick:g}", fill=INK3, anchor="middle")
    middle = 0.5 * (x.at_low + x.at_high)
    yield m.text(middle, bottom + 36, "days from the start", fill=INK2, anchor="middle")
