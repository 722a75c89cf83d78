"""Which temperature sensors are doubted, and why: every rule that takes a history.

Rule 1: no healthy sensor is accused, in any air, under any duty, with cooling on or off. Where the
        evidence does not suffice nothing is concluded, and docs/sensors.md says where that is.
Rule 2: a doubt stays until the sensor itself takes it away: one that stood still moves, one that
        stood apart agrees again, one that showed too little is warmed by hand. So no reset clears
        it, and a restart takes it up again (`restore`).
Rule 3: a current that was not read for a while means that nobody knows what warmed meanwhile.

Falls are judged every second, the rest every half minute on means, which no noise moves.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.doubts import Doubt
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.following import Following
from silverpin.safety.neighbours import Neighbours
from silverpin.safety.stillness import Means, Stillness
from silverpin.safety.thermal import Believed
from silverpin.safety.warming import Warming

_BLOCK_NS = 30 * NS_PER_S
_GAP_NS = 10 * NS_PER_S
"""After longer without a step nobody knows what warmed meanwhile."""
_STILL = (Doubt.RESISTOR, Doubt.FROZEN)


class Accusation(NamedTuple):
    """Why one sensor is doubted, in words, and what it read then."""

    doubt: Doubt
    read_c: float
    words: str


class Sensors:
    """Hold the sensors of one connector against the current and against each other."""

    __slots__ = ("_before_c", "_before_ns", "_block_ns", "_count", "_doubted", "_fell_ns",
                 "_following", "_limits", "_minute", "_neighbours", "_pins", "_square_a2ns",
                 "_stillness", "_sums_c", "_sure", "_warming", "doubted", "next_ns")  # fmt: skip

    def __init__(self, connector: ConnectorSet, limits: Limits = LIMITS) -> None:
        self._pins = len(connector.power_pins)
        self._limits = limits
        self._warming = Warming(connector)
        self._stillness = Stillness(connector, limits)
        self._following = Following(connector, limits)
        self._neighbours = Neighbours(connector, limits)
        self._doubted: dict[int, Accusation] = {}
        self.doubted: Mapping[int, Accusation] = MappingProxyType(self._doubted)
        """Sensors that are doubted now, by the index of their pin."""
        self.next_ns = 0
        """Before this instant `step` does nothing."""
        self._before_ns: int | None = None
        self._before_c: Believed = ()
        self._forget(0)

    def restore(self, doubted: Mapping[int, Accusation]) -> None:
        """Take up what an earlier process doubted."""
        self._doubted.update(doubted)

    def step(
        self, now_ns: int, amps: float | None, temps_c: Believed, air_c: float | None = None
    ) -> bool:
        """Return whether a sensor is doubted. Works once a second at most."""
        if now_ns < self.next_ns or amps is None or len(temps_c) != self._pins:
            return bool(self._doubted)
        self.next_ns = now_ns + NS_PER_S
        before_ns, self._before_ns = self._before_ns, now_ns
        if before_ns is None or now_ns - before_ns > _GAP_NS:
            self._forget(now_ns)
        else:
            if abs(amps) >= self._limits.current_unlock_max_a:
                self._falls(now_ns, temps_c, (now_ns - before_ns) / NS_PER_S)
            self._square_a2ns += amps * amps * (now_ns - before_ns)
        self._before_c = temps_c
        self._add(temps_c)
        if self._doubted:
            self._release(now_ns, temps_c)
        if now_ns - self._block_ns >= _BLOCK_NS:
            self._judge(now_ns, air_c)
        return bool(self._doubted)

    def _forget(self, now_ns: int) -> None:
        """Begin anew: after a start or a gap nobody knows what the current did."""
        self._before_c = (None,) * self._pins
        self._fell_ns = now_ns
        self._sure = False
        self._minute = False
        self._warming.forget()
        self._stillness.begin(self._warming)
        self._following.forget()
        self._neighbours.forget()
        self._begin_block(now_ns)

    def _begin_block(self, now_ns: int) -> None:
        self._block_ns = now_ns
        self._square_a2ns = 0.0
        self._count = 0
        self._sums_c: list[float | None] = [0.0] * self._pins

    def _add(self, temps_c: Believed) -> None:
        sums_c = self._sums_c
        self._count += 1
        for index, value_c in enumerate(temps_c):
            sum_c = sums_c[index]
            sums_c[index] = None if sum_c is None or value_c is None else sum_c + value_c

    def _falls(self, now_ns: int, temps_c: Believed, dt_s: float) -> None:
        """Doubt what falls faster than metal cools. Without current somebody may work on it."""
        limits = self._limits
        most_k = limits.sensor_fall_k + limits.sensor_fall_k_per_s * dt_s
        for index, (before_c, value_c) in enumerate(zip(self._before_c, temps_c, strict=True)):
            if before_c is not None and value_c is not None and before_c - value_c > most_k:
                self._fell_ns = now_ns
                words = Doubt.FELL.says(before_c - value_c, dt_s)
                self._accuse(index, Doubt.FELL, value_c, words)

    def _accuse(self, pin: int, doubt: Doubt, read_c: float, words: str) -> None:
        if pin not in self._doubted:
            self._doubted[pin] = Accusation(doubt, read_c, words)

    def _release(self, now_ns: int, temps_c: Believed) -> None:
        """Believe a sensor again that has shown itself."""
        limits = self._limits
        for index, (doubt, read_c, words) in tuple(self._doubted.items()):
            value_c = temps_c[index]
            if value_c is None:
                continue
            if doubt in _STILL:
                whole = abs(value_c - read_c) >= limits.sensor_moved_k
            elif doubt is Doubt.SHORT_OF:
                whole = value_c - read_c >= limits.sensor_air_k
                if value_c <= read_c - limits.sensor_still_k:
                    self._doubted[index] = Accusation(doubt, value_c, words)
            else:
                whole = doubt is Doubt.FELL and now_ns - self._fell_ns >= _BLOCK_NS
            if whole:
                del self._doubted[index]
                self._stillness.begin(self._warming)
                self._following.forget()

    def _judge(self, now_ns: int, air_c: float | None) -> None:
        """Close a block and hold its means against the current and each other."""
        means_c: Means = tuple(
            None if sum_c is None else sum_c / self._count for sum_c in self._sums_c
        )
        warming, block_ns = self._warming, now_ns - self._block_ns
        warming.step(block_ns / NS_PER_S, self._square_a2ns / block_ns)
        self._begin_block(now_ns)
        if warming.sure and not self._sure:
            self._sure = True
            self._stillness.begin(self._warming)
        for index, way_k in self._stillness.step(block_ns / NS_PER_S, means_c, warming):
            self._accuse_still(index, means_c[index] or 0.0, way_k)
        self._minute = not self._minute
        if self._sure and self._minute:
            for row in self._following.step(now_ns, means_c, warming, air_c):
                read_c = means_c[row.pin] or 0.0
                words = Doubt.SHORT_OF.says(row.shown_k, row.least_k)
                self._accuse(row.pin, Doubt.SHORT_OF, read_c, words)
        self._hold_together(now_ns, means_c, air_c)

    def _accuse_still(self, index: int, read_c: float, way_k: float) -> None:
        limits = self._limits
        dummy = abs(read_c - limits.sensor_dummy_c) <= limits.sensor_dummy_k
        doubt = Doubt.RESISTOR if dummy else Doubt.FROZEN
        self._accuse(index, doubt, read_c, doubt.says(read_c, way_k))

    def _hold_together(self, now_ns: int, means_c: Means, air_c: float | None) -> None:
        for apart in self._neighbours.step(now_ns, means_c, self._warming.any_k):
            words = Doubt.APART.says(apart.read_c, apart.off_k)
            if air_c is not None:
                words += f" and {abs(apart.read_c - air_c):.1f} K from the air"
            self._accuse(apart.pin, Doubt.APART, apart.read_c, words)
        if self._neighbours.agree(means_c):
            for index, row in tuple(self._doubted.items()):
                if row.doubt is Doubt.APART:
                    del self._doubted[index]
