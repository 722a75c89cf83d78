"""The few SVG marks a plot is made of. Same input, same text: coordinates have one decimal."""

import math
from collections.abc import Iterable, Sequence
from html import escape

from silverpin.apps.plot.scale import Band, Scale, runs

INK, INK2, INK3 = "#14181C", "#414A53", "#58626C"
LINE, EDGE, PLATE = "#D6DBE0", "#848F99", "#FBFCFC"
OUT, OUT_FILL, OUT_SOFT = "#08665E", "#22857B", "#D2E9E5"
IN, IN_FILL, IN_SOFT = "#523DAE", "#7C69D3", "#E2DDF6"
WARN, WARN_FILL = "#754700", "#DD9316"
FAULT, FAULT_SOFT = "#A61F18", "#F9E3E0"
HOT = "#B64B12"

DEFINITIONS = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{OUT_FILL}"/>'
    f'<path d="M0 0V5" stroke="{OUT_SOFT}" stroke-width="3.2"/></pattern></defs>'
)


def number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def text(
    x: float, y: float, words: str, *, fill: str = INK2, size: float = 12, bold: bool = False,
    anchor: str = "start",
) -> str:  # fmt: skip
    """Return words at a point on their base line."""
    weight = ' font-weight="600"' if bold else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{number(x)}" y="{number(y)}" fill="{fill}" font-size="{number(size)}"'
        f"{weight}{at}>{escape(words)}</text>"
    )


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str = LINE, width: float = 1,
    dash: str = "",
) -> str:  # fmt: skip
    """Return a straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}" stroke="{stroke}" '
        f'stroke-width="{number(width)}"{dashed}/>'
    )


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    """Return a filled rectangle."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" '
        f'height="{number(height)}" fill="{fill}"/>'
    )


def octagon(x: float, y: float, radius: float) -> str:
    """Return the mark of a fault."""
    corners = (math.radians(22.5 + 45.0 * corner) for corner in range(8))
    points = " ".join(
        f"{number(x + radius * math.cos(angle))},{number(y + radius * math.sin(angle))}"
        for angle in corners
    )
    return f'<polygon points="{points}" fill="{FAULT}" stroke="#fff" stroke-width="1.5"/>'


def ring(x: float, y: float, stroke: str) -> str:
    """Return a small open circle that points out a value."""
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="4" fill="#fff" stroke="{stroke}" '
        'stroke-width="1.8"/>'
    )


def area(bands: Sequence[Band], left: float, y: Scale, base: float, fill: str) -> str:
    """Return the area between *base* and the bands, one column of pixels each."""
    top, bottom = [], []
    for column, band in enumerate(bands):
        if not math.isnan(band.low):
            x = left + column
            top.append(f"M{number(x)} {number(y(max(base, band.high)))}h1")
            bottom.append(f"V{number(y(min(base, band.low)))}h-1Z")
    strokes = "".join(up + down for up, down in zip(top, bottom, strict=True))
    return f'<path d="{strokes}" fill="{fill}"/>'


def trace(bands: Sequence[Band], left: float, y: Scale, stroke: str, width: float) -> str:
    """Return a line through the bands that shows each one's whole extent."""
    path = "".join(_run(left + first, run, y) for first, run in runs(bands))
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{number(width)}" '
        'stroke-linejoin="round"/>'
    )


def rug(xs: Iterable[float], y: float, height: float, stroke: str) -> str:
    """Return one short upright stroke for each x."""
    path = "".join(f"M{number(x)} {number(y)}v{number(height)}" for x in xs)
    return f'<path d="{path}" stroke="{stroke}" stroke-width="1" stroke-opacity=".55"/>'


def _run(left: float, run: Sequence[Band], y: Scale) -> str:
    """Each column goes from the end nearer the last point to the other."""
    points: list[str] = []
    last = run[0].low
    for column, band in enumerate(run):
        ends = band if abs(last - band.low) <= abs(last - band.high) else band[::-1]
        x = number(left + column + 0.5)
        here = [number(y(end)) for end in ends]
        points += [f"{x} {at}" for at in (here if here[0] != here[1] else here[:1])]
        last = ends[1]
    return "M" + "L".join(points)
