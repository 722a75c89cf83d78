"""A contact that falls open again and again while it is commanded closed.

A single fall may be a glitch of the mirror contact; each real one under load is an arc. Falls are
counted, not their length: a coil that is fed too little lets go for a few milliseconds at a time,
with enough rest between to look well.
"""

from silverpin.domain.limits import Limits
from silverpin.domain.quantities import seconds_to_ns


class Chatter:
    """The latest falls under one command."""

    __slots__ = ("_falls_ns", "_most", "_was_closed", "_window_ns")

    def __init__(self, limits: Limits) -> None:
        self._most = limits.contactor_falls_max
        self._window_ns = seconds_to_ns(limits.contactor_falls_s)
        self._falls_ns: list[int] = []
        self._was_closed = False

    def step(self, now_ns: int, closed: bool) -> bool:
        """Return whether this instant is a fall too many."""
        fell = self._was_closed and not closed
        self._was_closed = closed
        if not fell:
            return False
        self._falls_ns = [*self._falls_ns[1 - self._most :], now_ns] if self._most > 1 else [now_ns]
        full = len(self._falls_ns) == self._most
        return full and now_ns - self._falls_ns[0] <= self._window_ns

    def forget(self) -> None:
        """Begin anew under another command."""
        self._falls_ns.clear()
        self._was_closed = False
