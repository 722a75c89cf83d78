"""The report's drawing of contact resistance over sessions: medians with their intervals."""

from collections.abc import Sequence
from typing import Any

from silverpin.apps.life.figures import EDGE, HOT, INK, INK2, INK3, LINE, WIDE, drawing
from silverpin.apps.plot import marks as m
from silverpin.apps.plot.scale import Scale, round_ticks

_LEFT, _TOP, _HEIGHT, _RIGHT = 52, 26, 180, 130
_SHOWN = 400
"""More bars than pixels between them would be a stain."""
_DAY_S = 86_400.0
_SPARSE = 60


def trend(rows: Sequence[dict[str, Any]], span_s: float) -> str:
    """Draw the sessions that told something; of very many every so many."""
    every = -(-len(rows) // _SHOWN)
    shown = [*rows[::-1][::every]][::-1]
    x = Scale(0.0, max(span_s, 1.0), _LEFT, WIDE - _RIGHT)
    most = 1.1 * max(row["p95"] for row in shown)
    y = Scale(0.0, most, _TOP + _HEIGHT, _TOP)
    marks = [m.text(0, 14, "Contact resistance, mΩ", bold=True, fill=INK, size=13)]
    for tick in round_ticks(0.0, most, 4):
        marks.append(m.line(_LEFT, y(tick), WIDE - _RIGHT, y(tick), stroke=LINE if tick else EDGE))
        marks.append(m.text(_LEFT - 8, y(tick) + 4, f"{tick:g}", fill=INK3, anchor="end"))
    width = 2.0 if len(shown) < _SPARSE else 1.0
    for row in shown:
        at = x(row["start_s"])
        marks.append(m.line(at, y(row["p05"]), at, y(row["p95"]), stroke=INK3, width=width))
    path = "L".join(f"{m.number(x(row['start_s']))} {m.number(y(row['p50']))}" for row in shown)
    marks.append(f'<path d="M{path}" fill="none" stroke="{HOT}" stroke-width="1.6"/>')
    if len(shown) < _SPARSE:
        marks += [
            f'<circle cx="{m.number(x(row["start_s"]))}" cy="{m.number(y(row["p50"]))}" r="3" '
            f'fill="{HOT}"/>'
            for row in shown
        ]
    last = shown[-1]
    marks.append(
        m.text(WIDE - _RIGHT + 10, y(last["p50"]) + 4, f"{last['p50']:.3g}", fill=HOT, bold=True)
    )
    bottom = _TOP + _HEIGHT
    for tick in round_ticks(0.0, span_s / _DAY_S, 8):
        marks.append(m.text(x(tick * _DAY_S), bottom + 18, f"{tick:g}", fill=INK3, anchor="middle"))
    marks.append(
        m.text(0.5 * (_LEFT + WIDE - _RIGHT), bottom + 36, "days from the start of the record",
               fill=INK2, anchor="middle")
    )  # fmt: skip
    return drawing(WIDE, bottom + 42, "contact resistance over sessions", marks)
