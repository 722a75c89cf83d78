"""Draws docs/resistance.svg: estimates of many simulated contacts beside the truth.

`OPENBLAS_NUM_THREADS=1 python -m tools.draw_resistance [OUT]` takes a minute; the
connectors are those of the tests.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from silverpin.apps.plot import marks as m
from silverpin.apps.plot.scale import Scale, round_ticks
from silverpin.durability.life import Band
from silverpin.durability.resistance.history import History
from tests.resistance_judging import looked
from tests.resistance_plant import DC_200, Fleet, steady
from tests.resistance_trials import benched

OUT = Path("docs/resistance.svg")
COUNT, SESSIONS = 80, 20
_SIDE, _GAP, _LEFT, _TOP = 400, 90, 56, 48
_MOST_MOHM = 0.24

Pairs = list[tuple[float, Band]]


def tried() -> list[tuple[str, Pairs]]:
    """Return truth and estimate of each connector after one session and after twenty."""
    kind = benched(DC_200)
    fleet = Fleet(DC_200, COUNT, np.random.default_rng(61))
    histories = [History(kind) for _ in range(COUNT)]
    panels: list[tuple[str, Pairs]] = []
    for session in range(SESSIONS):
        seen = fleet.session(steady(DC_200))
        for place, history in enumerate(histories):
            history.take(looked(history.outlook(), kind, seen, place))
        if session in (0, SESSIONS - 1):
            told = "after one hour" if session == 0 else f"after {SESSIONS} sessions"
            truths = [float(ohm) for ohm in seen.contact_ohm]
            panels.append((told, [(ohm, row.now()) for ohm, row in zip(truths, histories,
                                                                      strict=True)]))  # fmt: skip
    return panels


def panel(name: str, pairs: Sequence[tuple[float, Band]], left: float) -> list[str]:
    """Draw one panel: a bar a connector from p05 to p95, red where the truth is outside."""
    x = Scale(0.0, _MOST_MOHM, left, left + _SIDE)
    y = Scale(0.0, _MOST_MOHM, _TOP + _SIDE, _TOP)
    held = sum(band.p05 < ohm < band.p95 for ohm, band in pairs)
    drawn = [
        m.text(left, _TOP - 14, f"{name}: {held} of {len(pairs)} held", bold=True),
        m.line(x(0.0), y(0.0), x(_MOST_MOHM), y(_MOST_MOHM), stroke=m.EDGE),
    ]
    for tick in round_ticks(0.0, _MOST_MOHM, 5):
        drawn.append(m.line(left, y(tick), left + _SIDE, y(tick), stroke=m.LINE))
        drawn.append(m.text(left - 8, y(tick) + 4, f"{tick:.2g}", fill=m.INK3, anchor="end"))
        drawn.append(m.text(x(tick), _TOP + _SIDE + 18, f"{tick:.2g}", fill=m.INK3,
                            anchor="middle"))  # fmt: skip
    for ohm, band in pairs:
        outside = not band.p05 < ohm < band.p95
        at, ink = x(1e3 * ohm), m.FAULT if outside else m.INK2
        ends = [y(min(1e3 * row, _MOST_MOHM)) for row in band]
        drawn.append(m.line(at, ends[0], at, ends[2], stroke=ink))
        drawn.append(m.box(at - 2.0, ends[1] - 2.0, 4.0, 4.0, ink))
    drawn.append(m.text(left + _SIDE / 2, _TOP + _SIDE + 38, "contact, mΩ", fill=m.INK3,
                        anchor="middle"))  # fmt: skip
    return drawn


def main(argv: Sequence[str]) -> int:
    """Write the picture."""
    out = Path(argv[0]) if argv else OUT
    width, height = 2 * (_SIDE + _GAP), _TOP + _SIDE + 52
    drawn = [m.box(0, 0, width, height, "#fff")]
    for place, (name, pairs) in enumerate(tried()):
        drawn += panel(name, pairs, _LEFT + place * (_SIDE + _GAP))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-label="estimated contact resistance beside the truth" '
        'font-family="system-ui, sans-serif">'
    )
    out.write_text("\n".join([head, *drawn, "</svg>", ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
