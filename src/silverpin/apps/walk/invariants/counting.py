"""Counters never go back, through restarts as well, never run ahead of nature, and miss nothing
that happened in plain sight.
"""

from silverpin.apps.walk.causes import (
    CONTACT_ACTS,
    LOOKS_UNPLUGGED,
    MIRROR_ACTS,
    SPOILS_PILOT,
    Scene,
)
from silverpin.apps.walk.sight import Sight
from silverpin.domain.events import COUNTERS
from silverpin.domain.ledger import Ledger
from silverpin.domain.quantities import NS_PER_S

_SUMS = ("charged_kwh", "discharged_kwh", "mated_s")
_METER_MARGIN_A = 0.5
_GROWING = (*(name for name in COUNTERS if name != "matings_since_cleaning"), *_SUMS)
_HIDES_PLUG = LOOKS_UNPLUGGED | SPOILS_PILOT | {"pilot.peaks", "pilot.proximity_ohm"}
_HIDES_ARC = _HIDES_PLUG | CONTACT_ACTS | MIRROR_ACTS | {"meter.current_a", "switch.mirror"}
_COUNTED_NS = 3 * NS_PER_S
"""A plug that stood for so long in plain sight is counted, in or out: the debounce takes one."""
_ARC_MARGIN_A = 3.0
"""So far above a load-break, no tick between two readings hides one."""
_SOON_NS = NS_PER_S
"""An arc is counted by then."""


class _Plugs:
    """Knows of a plug that went in before everybody's eyes, and must be counted."""

    def __init__(self) -> None:
        self._in: bool | None = None
        self._since_ns = 0
        self._before: int | None = None
        """How many matings were counted when the plug was last out, plainly."""

    def look(self, sight: Sight) -> str | None:
        """Return that such a plug was not counted."""
        if not sight.alive or not _HIDES_PLUG.isdisjoint(sight.standing):
            self._in = self._before = None
            return None
        if sight.plugged is not self._in:
            self._in, self._since_ns = sight.plugged, sight.now_ns
        if sight.now_ns - self._since_ns < _COUNTED_NS:
            return None
        before, self._before = self._before, None if sight.plugged else sight.ledger.matings
        if sight.plugged and before is not None and sight.ledger.matings <= before:
            return f"a plug went in, and {sight.ledger.matings} matings are counted as before"
        return None


class _Arcs:
    """Knows of arcs at our contactor and our plug that nothing hid, and that must be counted."""

    def __init__(self, breaks_a: float) -> None:
        self._least_a = breaks_a + _ARC_MARGIN_A
        self._last: Sight | None = None
        self._arcs = 0
        self._owed: tuple[int, int] | None = None
        """A count of load-breaks that the ledger must have passed, and by when."""

    def look(self, sight: Sight, arcs: int) -> str | None:
        """Return that such an arc was not counted, given how many nature made."""
        last, self._last = self._last, sight if sight.alive else None
        more, self._arcs = arcs > self._arcs, arcs
        if last is None or not sight.alive:
            self._owed = None
            return None
        if more and self._ours(last, sight):
            self._owed = last.ledger.load_breaks, sight.now_ns + _SOON_NS
        return self._missed(sight)

    def _ours(self, last: Sight, sight: Sight) -> bool:
        """Return whether a coil that was let go made it, or a plug torn out of a closed path.

        A vehicle may open its own switches under load, which is no arc of ours.
        """
        if not last.coil:
            return False
        torn = last.plugged and not sight.plugged and abs(last.amps) >= self._least_a
        if torn and _HIDES_ARC.isdisjoint(last.standing | sight.standing):
            return True
        return not sight.coil and abs(sight.amps) >= self._least_a

    def _missed(self, sight: Sight) -> str | None:
        if self._owed is None or sight.now_ns < self._owed[1]:
            return None
        (before, _), self._owed, now = self._owed, None, sight.ledger.load_breaks
        return None if now > before else f"an arc was made, and {now} are counted as before"


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
        self._in_sight = _Plugs()
        self._arcs = _Arcs(self._breaks_a)
        self._illusions = 0
        """How often a plug that is in began to look as if it were out, a closed contact as if it
        were open, or one fell open just as its current ended: what is not known to be without
        current is an arc to the charger, and none in nature."""

    def look(self, sight: Sight) -> str | None:
        """Return which counter went back, or counts what never was."""
        self._follow(sight)
        missed = self._in_sight.look(sight) or self._arcs.look(
            sight, self._bay.contactor.load_breaks
        )
        before, now = self._ledger, sight.ledger
        if now is before or missed is not None:
            return missed
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
