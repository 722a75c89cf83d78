"""Interpolation between points of a table, for floats and arrays."""

from collections.abc import Sequence
from itertools import pairwise

from silverpin.physics.elementary import maximum


def polyline(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """Interpolate linearly between points and go on straight beyond them.

    Written as a sum of hinges, so that it holds for arrays, of *ys* too. One point is a constant.
    """
    if len(xs) == 1:
        return ys[0]
    slopes = [
        (above - below) / (right - left)
        for (left, right), (below, above) in zip(pairwise(xs), pairwise(ys), strict=True)
    ]
    y = ys[0] + slopes[0] * (x - xs[0])
    for hinge, (before, after) in zip(xs[1:-1], pairwise(slopes), strict=True):
        y = y + (after - before) * maximum(x - hinge, 0.0)
    return y
