"""How far a walk came: what was done and what was reached, so that a quiet walk is seen as such."""

from collections import Counter
from dataclasses import dataclass, field, fields

from silverpin.apps.walk.deeds import Verb
from silverpin.apps.walk.sight import Sight

_FLOWS_A = 1.0


@dataclass(slots=True, kw_only=True)
class Reach:
    """Sums over a walk; `faults` by their code."""

    ticks: int = 0
    deeds: int = 0
    closings: int = 0
    charging: int = 0
    """Ticks in which current flowed into the vehicle."""
    discharging: int = 0
    restarts: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    _coil: bool = False
    _told: tuple[str, ...] = ()

    def see(self, sight: Sight) -> None:
        """Count one instant."""
        self.ticks += 1
        if sight.coil and not self._coil:
            self.closings += 1
        self._coil = sight.coil
        if sight.amps > _FLOWS_A:
            self.charging += 1
        elif sight.amps < -_FLOWS_A:
            self.discharging += 1
        if sight.told is not self._told:
            self.faults.update(code for code in sight.told if code not in self._told)
            self._told = sight.told
        if sight.done:
            self.deeds += len(sight.done)
            self.restarts += sum(done.deed.verb is Verb.RESTART for done in sight.done)

    def add(self, other: "Reach") -> None:
        """Add another walk's sums."""
        self.faults.update(other.faults)
        for row in fields(self):
            if isinstance(getattr(self, row.name), int) and not row.name.startswith("_"):
                setattr(self, row.name, getattr(self, row.name) + getattr(other, row.name))
