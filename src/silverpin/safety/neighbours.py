"""Sensors that disagree with those beside them: drifted, offset, or a resistor in a cold room.

Pins of one plug lie in one air, so their sensors differ by their tolerance and by what the current
may have warmed the worst contact that still carries it. More than that, for longer than heat from
outside can last, is a sensor that lies. Of three and more it is the one that stands apart from
their middle; of two, either may be. The air's own sensor is no judge of that: it hangs in a
cabinet, and the sun shines on the plug.

A connector in which even that contact cannot warm by as much as sensors may differ is not judged:
nothing there gets hot.
"""

from statistics import median
from typing import NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import Limits
from silverpin.domain.quantities import seconds_to_ns
from silverpin.safety.stillness import Means


class Apart(NamedTuple):
    """A sensor that stands apart, with its reading and the distance."""

    pin: int
    read_c: float
    off_k: float


class Neighbours:
    """How long sensors have disagreed."""

    def __init__(self, connector: ConnectorSet, limits: Limits) -> None:
        self._limits = limits
        self._harmless = connector.rise_at_rating_max_k < limits.sensor_apart_k
        self._patience_ns = seconds_to_ns(limits.sensor_apart_s)
        self._since_ns: int | None = None

    def forget(self) -> None:
        """Begin anew."""
        self._since_ns = None

    def step(self, now_ns: int, means_c: Means, any_k: float) -> tuple[Apart, ...]:
        """Return the sensors that stand apart; none of *any_k* is held against them."""
        known_c = {index: mean_c for index, mean_c in enumerate(means_c) if mean_c is not None}
        if self._harmless or _spread_k(known_c) <= self._limits.sensor_apart_k + any_k:
            self._since_ns = None
            return ()
        if self._since_ns is None:
            self._since_ns = now_ns
        if now_ns - self._since_ns < self._patience_ns:
            return ()
        return _liars(known_c)

    def agree(self, means_c: Means) -> bool:
        """Return whether all sensors read alike now, every one of them."""
        known_c = {index: mean_c for index, mean_c in enumerate(means_c) if mean_c is not None}
        return len(known_c) == len(means_c) and _spread_k(known_c) <= self._limits.sensor_apart_k


def _spread_k(known_c: dict[int, float]) -> float:
    return max(known_c.values()) - min(known_c.values()) if known_c else 0.0


def _liars(known_c: dict[int, float]) -> tuple[Apart, ...]:
    """Return the one that stands apart, or both ends where it is not clear which does."""
    off: list[Apart] = []
    for pin, read_c in known_c.items():
        others_c = [other_c for other, other_c in known_c.items() if other != pin]
        off.append(Apart(pin, read_c, abs(read_c - median(others_c))))
    off.sort(key=lambda row: row.off_k, reverse=True)
    if off[0].off_k >= 2.0 * off[1].off_k:
        return (off[0],)
    ends_c = (max(known_c.values()), min(known_c.values()))
    return tuple(row for row in off if row.read_c in ends_c)
