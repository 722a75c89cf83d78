"""Counters never go back, through restarts as well, and never run ahead of nature."""

from silverpin.apps.walk.causes import LOOKS_UNPLUGGED, MIRROR_ACTS, Scene
from silverpin.apps.walk.sight import Sight
from silverpin.domain.events import COUNTERS
from silverpin.domain.ledger import Ledger

_SUMS = ("charged_kwh", "discharged_kwh", "mated_s")
_METER_MARGIN_A = 0.5
_GROWING = (*(name for name in COUNTERS if name != "matings_since_cleaning"), *_SUMS)


class CountersGrow:
    """Compares the ledger with itself, and with what nature counted."""

    def __init__(self, scene: Scene) -> None:
        self._bay = scene.bay
        self._breaks_a = scene.limits.current_break_max_a
        self._ledger: Ledger | None = None
        self._plugged = False
        self._plugs = 0
        self._mirror_lies = False
        self._held, self._amps = False, 0.0
        self._illusions = 0
        """How often a plug that is in began to look as if it were out, a closed contact as if it
        were open, or one fell open just as its current ended: what is not known to be without
        current is an arc to the charger, and none in nature."""

    def look(self, sight: Sight) -> str | None:
        """Return which counter went back, or counts what never was."""
        self._follow(sight)
        before, now = self._ledger, sight.ledger
        if now is before:
            return None
        self._ledger = now
        if before is not None:
            for name in _GROWING:
                if getattr(now, name) < getattr(before, name):
                    return f"{name} went back from {getattr(before, name)} to {getattr(now, name)}"
        return self._ahead(now)

    def _follow(self, sight: Sight) -> None:
        """Count what nature did, and what it made the charger see."""
        seen = sight.plugged and LOOKS_UNPLUGGED.isdisjoint(sight.standing)
        if seen and not self._plugged:
            self._plugs += 1
        elif self._plugged and sight.plugged and not seen:
            self._illusions += 1
        self._plugged = seen
        lies = not MIRROR_ACTS.isdisjoint(sight.standing)
        self._illusions += lies and not self._mirror_lies
        self._mirror_lies = lies
        fell = self._held and not sight.closed
        carried = abs(self._amps) >= self._breaks_a - _METER_MARGIN_A
        self._illusions += fell and carried and abs(sight.amps) < self._breaks_a
        self._held, self._amps = sight.closed and sight.coil, sight.amps

    def _ahead(self, now: Ledger) -> str | None:
        """Return which counter ran ahead of nature."""
        if now.matings > self._plugs:
            return f"{now.matings} matings are counted, and {self._plugs} were made"
        arcs = self._bay.contactor.load_breaks
        if now.load_breaks > arcs + self._illusions:
            return f"{now.load_breaks} load-breaks are counted, and {arcs} were made"
        return None
