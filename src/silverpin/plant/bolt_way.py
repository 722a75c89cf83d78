"""What can be wrong with a bolt's way, and the resistance it makes of it. Lengths in millimetres.

Debris lies in the hole; a misaligned inlet holds its edge against the bolt; a deformed gasket
clamps the bolt once it is inside; a dry bolt sticks and slips in its own guide.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sin
from random import Random

from silverpin.plant.bolt import Drive, Way

_CLEARANCE_MM = 0.6
_CHAMFER = 0.6
"""How much deeper a bolt comes for each millimetre that it is less beside its hole."""
_WIDE_MM = 2.0
_ROUGH_PER_MM, _ROUGH = 2.5, 0.2
"""A dry bolt sticks and slips: radians for each millimetre, and share of its friction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debris:
    """Something in the bolt's hole. Without stiffness it is hard; a try may push it on."""

    at_mm: float
    n_per_mm: float | None = None
    moved_mm: float = 0.0
    """How far a try may push it, at most."""
    gone: float = 0.0
    """Chance that a try clears it."""

    def pushed(self, rng: Random) -> "Debris | None":
        """Return what a try leaves of it."""
        if rng.random() < self.gone:
            return None
        return replace(self, at_mm=self.at_mm + rng.uniform(0.0, self.moved_mm))

    def stop_mm(self, home_mm: float) -> float:
        """Return where it stops the bolt for good."""
        return home_mm if self.n_per_mm is not None else min(home_mm, self.at_mm)

    def push_n(self, out_mm: float) -> float:
        """Return how hard it pushes a bolt back that is so far out."""
        return (self.n_per_mm or 0.0) * max(0.0, out_mm - self.at_mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misalignment:
    """The inlet's hole beside the bolt, by more than its clearance: the bolt meets the edge."""

    offset_mm: float
    play_mm: float
    """How far the plug moves in the inlet from try to try, either way."""
    entry_mm: float
    edge_n_per_mm: float = 250.0
    """How steeply the edge stops a bolt that digs into it."""

    def met(self, rng: Random) -> "Edge | None":
        """Return the edge that a try meets; None when the bolt slips in."""
        beside_mm = abs(self.offset_mm + rng.uniform(-self.play_mm, self.play_mm))
        if beside_mm < _CLEARANCE_MM:
            return None
        at_mm = self.entry_mm + _CHAMFER * max(0.0, _WIDE_MM - beside_mm)
        return Edge(at_mm, self.edge_n_per_mm)


@dataclass(frozen=True, slots=True)
class Edge:
    """The edge of a hole, in the way of one try."""

    at_mm: float
    n_per_mm: float

    def push_n(self, out_mm: float) -> float:
        """Return how hard it pushes a bolt back that is so far out."""
        return self.n_per_mm * max(0.0, out_mm - self.at_mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gasket:
    """A deformed gasket, which clamps the bolt in its hole and pushes the plug out."""

    clamp_n: float
    clamp_n_per_mm: float
    push_share: float
    """Share of the clamping that pushes the bolt back; the rest is friction."""
    entry_mm: float

    def push_n(self, out_mm: float) -> float:
        """Return how hard it pushes a bolt back that is so far out."""
        return self.push_share * self._clamps_n(out_mm)

    def drag_n(self, out_mm: float) -> float:
        """Return the friction it makes."""
        return (1.0 - self.push_share) * self._clamps_n(out_mm)

    def _clamps_n(self, out_mm: float) -> float:
        deep_mm = out_mm - self.entry_mm
        return self.clamp_n + self.clamp_n_per_mm * deep_mm if deep_mm > 0.0 else 0.0


def way_of(
    unit: Drive, dryness: float, debris: Debris | None, edge: Edge | None, gasket: Gasket | None
) -> Way:
    """Return what the bolt of *unit* meets on one stroke."""
    pushing = [part.push_n for part in (debris, edge, gasket) if part is not None]
    home_mm = unit.home_m * 1e3
    stop_mm = home_mm if debris is None else debris.stop_mm(home_mm)
    own_n = _own_drag_n(unit.friction_n * dryness, rough=dryness > 1.0)

    def drag_n(at_m: float) -> float:
        drag_n = own_n(at_m * 1e3)
        return drag_n if gasket is None else drag_n + gasket.drag_n(at_m * 1e3)

    def push_n(at_m: float) -> float:
        spring_n = unit.spring_n + unit.spring_n_per_m * at_m
        return spring_n + sum(part(at_m * 1e3) for part in pushing)

    return Way(drag_n, push_n, stop_mm * 1e-3)


def _own_drag_n(friction_n: float, *, rough: bool) -> Callable[[float], float]:
    if not rough:
        return lambda out_mm: friction_n
    return lambda out_mm: friction_n * (1.0 + _ROUGH * sin(out_mm * _ROUGH_PER_MM))
