"""The counter of `rainflow` for long arrays, compiled: the same cycles, a hundred times sooner.

Importing it needs numba (extra `life`); compiling takes seconds once and is kept beside the
package where that can be written. Its memory is the depth of nested swings and the cycles of one
push.
"""

from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silverpin.durability.compiled import compiled
from silverpin.durability.rainflow import Cycle

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray

_DEPTH = 64
_EXTREME, _RISING, _LOWEST = 0, 1, 2
_UNSURE = 0.0
"""No direction yet; 1 rises, -1 falls."""


class CompiledRainflow:
    """Counts cycles; swings that never exceed the gate are no turning points."""

    def __init__(self, gate: float = 0.0) -> None:
        self._gate = float(gate)
        self._open: FloatArray = np.empty(_DEPTH)
        self._depth = 0
        self._state: FloatArray = np.array([np.nan, _UNSURE, np.nan])

    def push(self, values: "NDArray[np.floating[Any]]") -> "FloatArray":
        """Take samples and return the cycles that they close: rows of range, mean and weight.

        What is not a number is passed over.
        """
        taken = 0
        parts = []
        while taken < len(values):
            closed: FloatArray = np.empty((len(values) - taken + self._depth, 3))
            rows, self._depth, more = _count(
                values[taken:], self._gate, self._state, self._open, self._depth, closed
            )
            taken += more
            parts.append(closed[:rows].copy())
            if taken < len(values):
                self._open = np.concatenate([self._open, np.empty(len(self._open))])
        return np.concatenate(parts) if parts else np.empty((0, 3))

    def rest(self) -> list[Cycle]:
        """Return the half cycles open now, as if the signal ended here; changes nothing."""
        ahead = CompiledRainflow(self._gate)
        ahead._open = np.concatenate([self._open[: self._depth], np.empty(2)])
        ahead._depth, rows = self._depth, 0
        closed: FloatArray = np.empty((self._depth + 1, 3))
        if self._state[_RISING] != _UNSURE:
            ahead._open[ahead._depth] = self._state[_EXTREME]
            ahead._depth, rows = _close(ahead._open, ahead._depth + 1, closed, 0)
        points = ahead._open[: ahead._depth]
        halves = zip(np.abs(np.diff(points)), (points[1:] + points[:-1]) / 2.0, strict=True)
        cycles = [Cycle(float(r), float(m), float(w)) for r, m, w in closed[:rows]]
        return cycles + [Cycle(float(swing), float(mean), 0.5) for swing, mean in halves]


@compiled
def _close(points: Any, depth: int, closed: Any, rows: int) -> tuple[int, int]:
    """Count what the newest turning point closes; the first swing of all is half a cycle."""
    third = points[depth - 1]
    while depth >= 3:
        first, second = points[depth - 3], points[depth - 2]
        if abs(third - second) < abs(second - first):
            break
        closed[rows, 0] = abs(second - first)
        closed[rows, 1] = (first + second) / 2.0
        closed[rows, 2] = 0.5 if depth == 3 else 1.0
        rows += 1
        if depth == 3:
            points[0] = second
        depth -= 1 if depth == 3 else 2
        points[depth - 1] = third
    return depth, rows


@compiled
def _first_turn(values: Any, gate: float, state: Any, points: Any) -> int:
    """Follow the samples until the signal first leaves the gate; return how many that took."""
    highest, lowest = state[_EXTREME], state[_LOWEST]
    for index in range(len(values)):
        value = values[index]
        if isnan(highest):
            highest = lowest = value
        elif value > highest or value < lowest:
            first = lowest if value > highest else highest
            if abs(value - first) > gate:
                points[0] = first
                state[_EXTREME], state[_RISING] = value, (1.0 if value > first else -1.0)
                return index + 1
            highest, lowest = max(highest, value), min(lowest, value)
    state[_EXTREME], state[_LOWEST] = highest, lowest
    return len(values)


@compiled
def _count(
    values: Any, gate: float, state: Any, points: Any, depth: int, closed: Any
) -> tuple[int, int, int]:
    """Follow the samples until they or the room for turning points end.

    Returns how many cycles were closed, the new depth, and how many samples were taken.
    """
    rows, begin = 0, 0
    if state[_RISING] == _UNSURE:
        begin = _first_turn(values, gate, state, points)
        depth = 0 if state[_RISING] == _UNSURE else 1
    extreme, rising = state[_EXTREME], state[_RISING]
    taken = len(values)
    for index in range(begin, len(values)):
        value = values[index]
        ahead = (value - extreme) * rising
        if ahead >= 0.0:
            extreme = value
        elif ahead < -gate:
            if depth == len(points):
                taken = index
                break
            points[depth] = extreme
            rising, extreme, depth = -rising, value, depth + 1
            # most turns close nothing: only the others are worth a call
            if depth >= 3 and abs(points[depth - 1] - points[depth - 2]) >= abs(
                points[depth - 2] - points[depth - 3]
            ):
                depth, rows = _close(points, depth, closed, rows)
    state[_EXTREME], state[_RISING] = extreme, rising
    return rows, depth, taken
