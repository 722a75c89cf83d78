"""A long leg that fails made into a short story that fails in the same way.

First the beginning goes: the later half of the deeds, the last quarter, and so on, moved to the
start of the leg. Then ever smaller pieces are left out (delta debugging), and the time between two
deeds is drawn together. Whatever still breaks the same invariant is kept.
"""

from silverpin.apps.walk.deeds import Deed
from silverpin.apps.walk.leg import Finding, replay
from silverpin.apps.walk.setup import Leg

_AFTER_TICKS = 400
"""A story may need a little longer than the leg did, for what it left out."""


def shrink(
    leg: Leg, deeds: list[Deed], finding: Finding, tries: int = 400
) -> tuple[list[Deed], Finding]:
    """Return as few of *deeds* as were found, within *tries*, to break the same invariant."""
    shrinker = _Shrinker(leg, finding, tries)
    short = shrinker.run([row for row in deeds if row.tick <= finding.tick])
    return short, shrinker.finding


class _Shrinker:
    """Tries shorter stories until the tries are spent."""

    def __init__(self, leg: Leg, finding: Finding, tries: int) -> None:
        self._leg, self._invariant = leg, finding.invariant
        self._left = tries
        self._tick = finding.tick
        self.finding = finding
        """As it shows in the shortest story so far."""

    def run(self, deeds: list[Deed]) -> list[Deed]:
        deeds = self._without_beginning(deeds)
        before = None
        while before != deeds and self._left > 0:
            before = deeds
            deeds = self._without_pieces(deeds)
            deeds = self._drawn_together(deeds)
        return deeds

    def _fails(self, deeds: list[Deed]) -> bool:
        """Return whether these deeds break the invariant; remember when they do."""
        if self._left <= 0:
            return False
        self._left -= 1
        found = replay(self._leg._replace(ticks=self._tick + _AFTER_TICKS), deeds).finding
        if found is None or found.invariant != self._invariant:
            return False
        self._tick, self.finding = found.tick, found
        return True

    def _without_beginning(self, deeds: list[Deed]) -> list[Deed]:
        share = 2
        while share <= len(deeds):
            later = deeds[-(len(deeds) // share) :]
            early = later[0].tick - 1
            moved = [row._replace(tick=row.tick - early) for row in later]
            kept, self._tick = self._tick, self._tick - early
            if self._fails(moved):
                deeds, share = moved, 2
                continue
            self._tick = kept
            share *= 2
            if share > 64:
                break
        return deeds

    def _without_pieces(self, deeds: list[Deed]) -> list[Deed]:
        size = max(1, len(deeds) // 2)
        while size:
            at = 0
            while at < len(deeds):
                fewer = deeds[:at] + deeds[at + size :]
                if self._fails(fewer):
                    deeds = fewer
                else:
                    at += size
            size //= 2
        return deeds

    def _drawn_together(self, deeds: list[Deed]) -> list[Deed]:
        """Halve the time before each deed as long as the story holds."""
        for at in range(len(deeds)):
            gap = deeds[at].tick - (deeds[at - 1].tick if at else 0)
            while gap > 1:
                cut = gap - gap // 2
                closer = deeds[:at] + [row._replace(tick=row.tick - cut) for row in deeds[at:]]
                kept, self._tick = self._tick, self._tick - cut
                if not self._fails(closer):
                    self._tick = kept
                    break
                deeds, gap = closer, gap - cut
        return deeds
