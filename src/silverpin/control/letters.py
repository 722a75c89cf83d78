"""Which changes of the pilot's letter are worth an event.

A noisy pilot reads another letter at every look. The first changes are told at once, for they are
what explains a stop; an unrest that goes on is told again only when a letter has stood.
"""

from dataclasses import dataclass

_CALM_NS = 5_000_000_000
_BURST = 6


@dataclass(slots=True)
class Letters:
    """The letters read and told so far."""

    told: str | None = None
    _read: str | None = None
    _since_ns: int = 0
    _changes: int = 0

    def step(self, now_ns: int, letter: str) -> str | None:
        """Return the letter told before, if *letter* is to be told now."""
        calm = now_ns - self._since_ns >= _CALM_NS
        if letter != self._read:
            self._changes = 1 if calm else self._changes + 1
            self._read, self._since_ns = letter, now_ns
        if letter == self.told or (self._changes > _BURST and not calm):
            return None
        before, self.told = self.told, letter
        return before
