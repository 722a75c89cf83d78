"""How far a walk came: what was done and what was reached, so that a quiet walk is seen as such."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from silverpin.apps.walk.deeds import Verb
from silverpin.apps.walk.sight import Sight

_FLOWS_A = 1.0


@dataclass(slots=True, kw_only=True)
class Reach:
    """Sums over a walk."""

    ticks: int = 0
    deeds: int = 0
    closings: int = 0
    """The contactor closed."""
    charging: int = 0
    """Ticks in which current flowed into the vehicle."""
    discharging: int = 0
    restarts: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    """How often each was raised, by its code."""

    def add(self, other: "Reach") -> None:
        """Add another walk's sums."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def told(self) -> dict[str, Any]:
        """Return the sums as a file keeps them."""
        return {name: getattr(self, name) for name in _SUMS} | {
            "faults": dict(sorted(self.faults.items()))
        }


_SUMS = ("ticks", "deeds", "closings", "charging", "discharging", "restarts", "faults")


class Counting:
    """Sums up the sights of one leg."""

    def __init__(self) -> None:
        self.reach = Reach()
        self._coil = False
        self._told: tuple[str, ...] = ()

    def see(self, sight: Sight) -> None:
        """Count one instant."""
        reach = self.reach
        reach.ticks += 1
        if sight.coil and not self._coil:
            reach.closings += 1
        self._coil = sight.coil
        if sight.amps > _FLOWS_A:
            reach.charging += 1
        elif sight.amps < -_FLOWS_A:
            reach.discharging += 1
        if sight.told is not self._told:
            reach.faults.update(code for code in sight.told if code not in self._told)
            self._told = sight.told
        if sight.done:
            reach.deeds += len(sight.done)
            reach.restarts += sum(row.deed.verb is Verb.RESTART for row in sight.done)
