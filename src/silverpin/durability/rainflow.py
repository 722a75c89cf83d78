"""Rainflow counting (ASTM E1049, 5.4.4) of a signal that never ends, one sample at a time.

The counter keeps only the turning points that later samples may still close, so its memory is the
depth of nested swings, not the length of the signal, and where the signal was cut into pieces makes
no difference. It needs no package: a charger counts its own sessions with it.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple


class Cycle(NamedTuple):
    """A counted swing; half a cycle weighs 0.5."""

    range: float
    mean: float
    weight: float


class Rainflow:
    """Counts cycles; swings that never exceed the gate are no turning points."""

    __slots__ = ("_extreme", "_gate", "_lowest", "_points", "_rising")

    def __init__(self, gate: float = 0.0) -> None:
        self._gate = gate
        self._points: list[float] = []
        """Turning points that are still open, oldest first."""
        self._extreme: float | None = None
        """The furthest since the last of them; before the first the highest of all."""
        self._lowest = 0.0
        """Before the first of them."""
        self._rising: bool | None = None
        """None before the first of them: the signal has not left the gate yet."""

    def push(self, values: Iterable[float]) -> Iterator[Cycle]:
        """Take samples and yield the cycles that they close; what is not a number is passed over.

        An iterator that is not exhausted has not taken its samples.
        """
        for value in values:
            if self._turns(value):
                yield from self._closed()

    def rest(self) -> list[Cycle]:
        """Return the half cycles open now, as if the signal ended here; changes nothing."""
        open_points = [*self._points]
        if self._extreme is not None and self._rising is not None:
            open_points.append(self._extreme)
        ahead = Rainflow(self._gate)
        ahead._points = open_points
        closed = list(ahead._closed())
        return closed + [_cycle(left, right, 0.5) for left, right in pairwise(ahead._points)]

    def _turns(self, value: float) -> bool:
        """Follow the signal by one sample; whether a turning point became certain by it."""
        extreme = self._extreme
        if extreme is None or self._rising is None:
            self._begin(value)
            return False
        ahead = value - extreme if self._rising else extreme - value
        if ahead >= 0.0:
            self._extreme = value
        elif -ahead > self._gate:
            self._points.append(extreme)
            self._rising, self._extreme = not self._rising, value
            return True
        return False

    def _begin(self, value: float) -> None:
        """Follow a signal that has no direction yet; what it leaves behind is the first point."""
        if self._extreme is None:
            if value == value:
                self._lowest = self._extreme = value
            return
        if value > self._extreme:
            first, self._extreme = self._lowest, value
        elif value < self._lowest:
            first, self._lowest = self._extreme, value
        else:
            return
        if abs(value - first) > self._gate:
            self._points.append(first)
            self._rising, self._extreme = value > first, value

    def _closed(self) -> Iterator[Cycle]:
        """Yield what the newest turning point closes; the first swing of all is half a cycle."""
        points = self._points
        while len(points) >= 3:
            first, second, third = points[-3:]
            if abs(third - second) < abs(second - first):
                return
            if len(points) == 3:
                yield _cycle(first, second, 0.5)
                del points[0]
            else:
                yield _cycle(first, second, 1.0)
                del points[-3:-1]


def _cycle(left: float, right: float, count: float) -> Cycle:
    return Cycle(abs(right - left), (left + right) / 2.0, count)
