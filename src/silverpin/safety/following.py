"""Sensors that move, and by too little: fallen off their pin, or with something across their wires.

Over the window, the weakest healthy pin must have warmed or cooled by some kelvins. A sensor that
shows less than that, by more than the air may have hidden, does not follow. Which way it moved does
not matter, for cooling may come on with the current. Where the air's own sensor saw the air go
against the warming, that is added to what it may have hidden: it can excuse a sensor and accuses
none. That it warms with the charger excuses nobody.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import Limits
from silverpin.domain.quantities import seconds_to_ns
from silverpin.safety.stillness import Means
from silverpin.safety.warming import Warming


class Short(NamedTuple):
    """A sensor that moved too little."""

    pin: int
    shown_k: float
    least_k: float


class _Moment(NamedTuple):
    at_ns: int
    least_k: float
    most_k: float
    means_c: Means
    air_c: float | None


class Following:
    """Hold what sensors showed against what their pins must have done."""

    def __init__(self, connector: ConnectorSet, limits: Limits) -> None:
        self._judged = tuple(connector.power_pins.index(pin) for pin in connector.always_loaded)
        self._limits = limits
        self._window_ns = seconds_to_ns(limits.sensor_follow_s)
        self._moments: deque[_Moment] = deque()

    def forget(self) -> None:
        """Begin the window anew."""
        self._moments.clear()

    def step(
        self, now_ns: int, means_c: Means, warming: Warming, air_c: float | None
    ) -> Iterator[Short]:
        """Yield each sensor that moved too little in the window."""
        moments = self._moments
        moments.append(_Moment(now_ns, warming.least_k, warming.most_k, means_c, air_c))
        while moments[0].at_ns < now_ns - self._window_ns:
            moments.popleft()
        for way_k, against in ((_warming(moments), -1.0), (_cooling(moments), 1.0)):
            if way_k <= self._limits.sensor_air_k:
                continue
            hidden_k = self._limits.sensor_air_k + _moved_k(moments, against)
            still_k = self._limits.sensor_still_k  # less is for `stillness` to judge
            for index in self._judged:
                shown = [row.means_c[index] for row in moments]
                shown_k = None if None in shown else _range_k(shown)
                if shown_k is not None and still_k < shown_k < way_k - hidden_k:
                    yield Short(index, shown_k, way_k)


def _warming(moments: Iterable[_Moment]) -> float:
    """Return by how much a healthy pin must have warmed at some time."""
    most_k, way_k = float("inf"), 0.0
    for row in moments:
        most_k = min(most_k, row.most_k)
        way_k = max(way_k, row.least_k - most_k)
    return way_k


def _cooling(moments: Iterable[_Moment]) -> float:
    """Return by how much it must have cooled."""
    least_k, way_k = 0.0, 0.0
    for row in moments:
        least_k = max(least_k, row.least_k)
        way_k = max(way_k, least_k - row.most_k)
    return way_k


def _moved_k(moments: Iterable[_Moment], sign: float) -> float:
    """Return how far the air's sensor rose, or fell with a negative *sign*."""
    lowest, moved_k = float("inf"), 0.0
    for row in moments:
        if row.air_c is not None:
            lowest = min(lowest, sign * row.air_c)
            moved_k = max(moved_k, sign * row.air_c - lowest)
    return moved_k


def _range_k(values_c: list[float | None]) -> float:
    known_c = [value_c for value_c in values_c if value_c is not None]
    return max(known_c) - min(known_c)
