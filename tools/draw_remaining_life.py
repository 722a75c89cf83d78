"""Draws docs/remaining-life.svg: what bounds on lives promise, and what of it holds.

`OPENBLAS_NUM_THREADS=1 python -m tools.draw_remaining_life [OUT]` takes half a
minute; the fleets are those of the tests.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from silverpin.apps.plot import marks as m
from silverpin.apps.plot.scale import Scale
from silverpin.durability.survival.assured import FleetBounds
from tests.survival_fleets import Fleet, Floats

OUT = Path("docs/remaining-life.svg")
FLEETS, SIZE, FIRST_SEED = 30, 800, 5000
PROMISED = (0.75, 0.8, 0.85, 0.9, 0.95)
_LEAST, _MOST = 0.6, 1.0
_SIDE, _LEFT, _TOP = 400, 56, 64


def held(seed: int) -> tuple[list[float], list[float]]:
    """Return the shares of one fleet that outlive the bounds, and the fitted law's quantiles."""
    rng = np.random.default_rng(seed)
    fleet = Fleet.of(rng)
    bounds = FleetBounds(fleet.watched(rng, fleet.connectors(rng, SIZE)), rng)
    others = fleet.connectors(rng, 2000)
    ends = fleet.lives(rng, others).min(axis=0)
    fitted = bounds.law.ages_at(1.0 - np.array(PROMISED), others, np.zeros(2000))
    assured = [bounds.bounds(others, 0.0, promised).days for promised in PROMISED]
    return [float(np.mean(ends >= row)) for row in assured], [
        float(np.mean(ends >= row)) for row in fitted
    ]


def curve(rows: Floats, x: Scale, y: Scale, ink: str) -> list[str]:
    """Draw the mean of the fleets as points, and where eight in ten fleets are as bars."""
    drawn = []
    low, high = np.quantile(rows, (0.1, 0.9), axis=0)
    for place, promised in enumerate(PROMISED):
        at, middle = x(promised), y(float(rows[:, place].mean()))
        ends = y(max(float(low[place]), _LEAST)), y(max(float(high[place]), _LEAST))
        drawn.append(m.line(at, ends[0], at, ends[1], stroke=ink))
        drawn.append(m.box(at - 3.0, middle - 3.0, 6.0, 6.0, ink))
    return drawn


def main(argv: Sequence[str]) -> int:
    """Write the picture."""
    out = Path(argv[0]) if argv else OUT
    width, height = _LEFT + _SIDE + 24, _TOP + _SIDE + 52
    x = Scale(_LEAST, _MOST, _LEFT, _LEFT + _SIDE)
    y = Scale(_LEAST, _MOST, _TOP + _SIDE, _TOP)
    assured, fitted = zip(*(held(FIRST_SEED + row) for row in range(FLEETS)), strict=True)
    drawn = [
        m.box(0, 0, width, height, "#fff"),
        m.text(_LEFT, 24, "Share that outlives its bound", bold=True),
        m.text(_LEFT, 44, "grey: as the fleet bears it out; red: the fitted law alone"),
        m.line(x(_LEAST), y(_LEAST), x(_MOST), y(_MOST), stroke=m.EDGE),
    ]
    for tick in (0.6, 0.7, 0.8, 0.9, 1.0):
        told = f"{100.0 * tick:.0f} %"
        drawn.append(m.line(_LEFT, y(tick), _LEFT + _SIDE, y(tick), stroke=m.LINE))
        drawn.append(m.text(_LEFT - 8, y(tick) + 4, told, fill=m.INK3, anchor="end"))
        drawn.append(m.text(x(tick), _TOP + _SIDE + 18, told, fill=m.INK3, anchor="middle"))
    drawn += curve(np.array(fitted), x, y, m.FAULT)
    drawn += curve(np.array(assured), x, y, m.INK2)
    drawn.append(m.text(_LEFT + _SIDE / 2, _TOP + _SIDE + 38, "promised", fill=m.INK3,
                        anchor="middle"))  # fmt: skip
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-label="share of connectors that outlive their bound, beside what was promised" '
        'font-family="system-ui, sans-serif">'
    )
    out.write_text("\n".join([head, *drawn, "</svg>", ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
