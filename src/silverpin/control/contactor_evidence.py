"""What can be seen of a contactor's poles beside its mirror contact: voltages and current.

Voltage across a pole proves it open. No voltage across it proves it closed only while another
voltage could stand there: the two sides of a contactor that just opened are still alike, so what is
alike counts after some time. Where poles are not sensed, only the whole path can be judged: a path
that is open has an open pole, and nobody can say which, or whether another is welded.
"""

from typing import NamedTuple

from silverpin.domain.limits import Limits

_ALIKE_V = 20.0
"""Sides that differ by less are taken for joined; dividers and cables make a few volts."""


class Sides(NamedTuple):
    """Voltages at one instant; None for what is not measured."""

    pins_v: float
    across_v: tuple[float, ...] | None = None
    source_v: float | None = None
    """On the other side: the converter's DC side, or the grid."""


class Evidence:
    """What was proved since the command changed."""

    __slots__ = ("falls", "joined", "parted", "path_closed", "path_open")

    def __init__(self) -> None:
        self.joined: frozenset[int] = frozenset()
        """Poles proved closed."""
        self.parted: frozenset[int] = frozenset()
        """Poles proved open."""
        self.falls = 0
        """How often the contact fell open."""
        self.path_open = False
        self.path_closed = False

    def look(self, sides: Sides, limits: Limits, *, rested: bool) -> None:
        """Take the voltages; *rested* says that sides which are alike are joined by now."""
        touch_v = limits.voltage_touch_max_v
        if sides.across_v is not None:
            self._poles(sides.across_v, touch_v)
        if sides.source_v is None:
            return
        apart_v = abs(sides.pins_v - sides.source_v)
        self.path_open |= apart_v > touch_v
        live = min(abs(sides.pins_v), abs(sides.source_v)) > touch_v
        self.path_closed |= live and apart_v < _ALIKE_V and rested

    def _poles(self, across_v: tuple[float, ...], touch_v: float) -> None:
        parted = frozenset(at for at, volts in enumerate(across_v) if abs(volts) > touch_v)
        self.parted |= parted
        if parted:
            self.joined |= {at for at, volts in enumerate(across_v) if abs(volts) < _ALIKE_V}
