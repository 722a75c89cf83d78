"""Sensors that stand still while their pin must have moved: frozen, or a resistor in their place.

A spell lasts as long as one sensor's means stay within the wander of a resistor. Meanwhile the
swings are kept that the weakest healthy pin must have made (`Travel`). One swing may be hidden by
chance: a car comes in from the cold as the pin begins to warm. So it convicts only if it is larger
than anything can hide to a third of a kelvin, and larger still where no other pin moved. Several
smaller swings convict together, for no chance hides them all; so does one that stayed hidden for
hours, for cold inlets warm. In the hour after a start the pins
may have been warm before, and another pin must show that they were not.

A pin that may idle is judged only if those that show its load did move (`loaded_with`).
"""

from collections.abc import Iterator

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import Limits
from silverpin.safety.warming import Warming

Means = tuple[float | None, ...]
"""What each sensor read on average over one block; None where it was unread in between."""
_KEPT = 8


class Travel:
    """Swings that a healthy pin must have made, small ones left out."""

    __slots__ = ("_done", "_high_k", "_low_k", "_swing_k", "_way")

    def __init__(self, swing_k: float, least_k: float, most_k: float) -> None:
        self._swing_k = swing_k
        self._low_k, self._high_k = most_k, least_k
        self._way = 0
        self._done: list[float] = []

    def step(self, least_k: float, most_k: float) -> None:
        """Move on to a pin that is now warmed by *least_k* to *most_k*."""
        if self._way <= 0:
            self._low_k = min(self._low_k, most_k)
        if self._way >= 0:
            self._high_k = max(self._high_k, least_k)
        if self._way <= 0 and least_k - self._low_k >= self._swing_k:
            self._turn(1)
            self._high_k = least_k
        elif self._way >= 0 and self._high_k - most_k >= self._swing_k:
            self._turn(-1)
            self._low_k = most_k

    def _turn(self, way: int) -> None:
        if self._way:
            self._done = sorted((*self._done, self._high_k - self._low_k))[-_KEPT:]
        self._way = way

    def swings_k(self) -> tuple[float, ...]:
        """Return the swings, the one under way as far as it has come; the largest of many."""
        return (*self._done, self._high_k - self._low_k) if self._way else ()


class _Spell:
    """One sensor's time within a narrow band, and where the others went meanwhile."""

    __slots__ = ("highs_c", "lows_c", "travel", "waited_s")

    def __init__(self, means_c: list[float], travel: Travel) -> None:
        self.lows_c, self.highs_c = means_c, means_c.copy()
        self.travel = travel
        self.waited_s = 0.0
        """How long it has lasted after a swing that suffices in the end."""

    def see(self, means_c: Means) -> None:
        for index, mean_c in enumerate(means_c):
            if mean_c is not None:
                self.lows_c[index] = min(self.lows_c[index], mean_c)
                self.highs_c[index] = max(self.highs_c[index], mean_c)

    def moved_k(self, index: int) -> float:
        return self.highs_c[index] - self.lows_c[index]

    def seen_k(self, index: int) -> float:
        """Return how far the most restless of the others moved; a NaN never did."""
        moved_k = [self.moved_k(pin) for pin in range(len(self.lows_c)) if pin != index]
        return max((k for k in moved_k if k == k), default=0.0)


class Stillness:
    """Spells of every sensor that may be judged."""

    def __init__(self, connector: ConnectorSet, limits: Limits) -> None:
        pins = connector.power_pins
        self._judged: dict[int, tuple[int, ...]] = {
            pins.index(pin): () for pin in connector.always_loaded
        }
        for pin, shown_by in connector.loaded_with:
            self._judged[pins.index(pin)] = tuple(pins.index(other) for other in shown_by)
        self._limits = limits
        self._spells: dict[int, _Spell] = {}
        self._before_k = (0.0, 0.0)
        """Bounds where this block began, and with it any spell that begins now."""

    def begin(self, warming: Warming) -> None:
        """Begin all spells anew, with a pin as warm as *warming* has it."""
        self._spells.clear()
        self._before_k = (warming.least_k, warming.most_k)

    def step(self, dt_s: float, means_c: Means, warming: Warming) -> Iterator[tuple[int, float]]:
        """Yield the index of each sensor that stands still, and how far its pin must have gone."""
        for index, shown_by in self._judged.items():
            spell = self._spell(index, means_c)
            if spell is None:
                continue
            spell.travel.step(warming.least_k, warming.most_k)
            swings_k = spell.travel.swings_k()
            if not swings_k:
                continue
            witness_k = self._limits.sensor_witness_k
            if max(swings_k) >= witness_k:
                spell.waited_s += dt_s
            shown = all(spell.moved_k(pin) >= witness_k for pin in shown_by)
            if shown and self._convicts(spell, swings_k, spell.seen_k(index), warming.sure):
                yield index, sum(swings_k)
        self._before_k = (warming.least_k, warming.most_k)

    def _spell(self, index: int, means_c: Means) -> _Spell | None:
        """Return the spell of one sensor, begun anew if it left its band."""
        if means_c[index] is None:
            self._spells.pop(index, None)
            return None
        spell = self._spells.get(index)
        if spell is not None:
            spell.see(means_c)
        if spell is None or spell.moved_k(index) > self._limits.sensor_still_k:
            known_c = [float("nan") if mean_c is None else mean_c for mean_c in means_c]
            travel = Travel(self._limits.sensor_swing_k, *self._before_k)
            spell = self._spells[index] = _Spell(known_c, travel)
        return spell

    def _convicts(
        self, spell: _Spell, swings_k: tuple[float, ...], seen_k: float, sure: bool
    ) -> bool:
        """Return whether these swings, beside another pin that moved by *seen_k*, are enough."""
        limits, largest_k = self._limits, max(swings_k)
        if not sure:
            return min(largest_k, seen_k) >= limits.sensor_once_k
        if seen_k >= limits.sensor_swing_k and (
            len(swings_k) >= limits.sensor_swings_n and sum(swings_k) >= limits.sensor_often_k
        ):
            return True
        if seen_k < limits.sensor_witness_k:
            return largest_k >= limits.sensor_alone_k
        return largest_k >= limits.sensor_once_k or spell.waited_s >= limits.sensor_long_s
