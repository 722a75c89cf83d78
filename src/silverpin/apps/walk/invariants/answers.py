"""Every fault is answered within its declared time, from its cause in nature until it is open.

What a protective input shows is told by its name as well: an answer that calls an emergency stop
something else sends people to look in the wrong place.
"""

from silverpin.apps.walk.causes import CONTACT_ACTS, TOLD_ALWAYS, Scene, causes
from silverpin.apps.walk.sight import Sight
from silverpin.domain.answers import CONTACTOR_NS, answered_ns, lapsed_ns
from silverpin.domain.faults import FAULTS

_TOLD = frozenset({"ERR_CONTACTOR_WELD"})
"""Nobody can open these; the answer is that people are told."""


class AnsweredInTime:
    """Times each cause while it stands; a program that is dead answers by its lease."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._since_ns: dict[str, int] = {}
        self._within_ns = {
            code: answered_ns(row, scene.limits) or 0 for code, row in FAULTS.items()
        }
        self._lapsed_ns = lapsed_ns(scene.limits)
        self._dead_ns: int | None = None
        self._coil_ns = 0

    def look(self, sight: Sight) -> str | None:
        """Return which fault waited longer than declared."""
        if sight.coil:
            self._coil_ns = sight.now_ns
        if not sight.alive:
            return self._dead(sight)
        self._dead_ns = None
        standing = set(causes(self._scene, sight))
        since_ns = self._since_ns
        for code in since_ns.keys() - standing:
            del since_ns[code]
        for code in standing:
            begun_ns = since_ns.setdefault(code, sight.now_ns)
            waited_ns = sight.now_ns - begun_ns
            if waited_ns <= self._within_ns[code]:
                continue
            if not self._answered(code, sight):
                return f"{code} stands for {waited_ns / 1e6:.0f} ms unanswered"
            if code in TOLD_ALWAYS and code not in sight.told:
                return f"{code} stands for {waited_ns / 1e6:.0f} ms, and nobody is told so"
        return None

    def _dead(self, sight: Sight) -> str | None:
        self._since_ns.clear()
        if self._dead_ns is None:
            self._dead_ns = sight.now_ns - self._scene.limits.judge_period_ns
        waited_ns = sight.now_ns - self._dead_ns
        if waited_ns > self._lapsed_ns and not self._open(sight):
            return f"closed {waited_ns / 1e6:.0f} ms after the program fell silent"
        return None

    def _answered(self, code: str, sight: Sight) -> bool:
        if code in _TOLD:
            return code in sight.told
        return self._open(sight)

    def _open(self, sight: Sight) -> bool:
        """Return whether the contact is open, or is not the charger's to open any more."""
        if sight.coil:
            return False
        late = sight.now_ns - self._coil_ns > CONTACTOR_NS
        return not (sight.closed and late and CONTACT_ACTS.isdisjoint(sight.standing))
