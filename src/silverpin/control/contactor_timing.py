"""How long a contactor takes to follow its command, and how often it falls open under one."""

from typing import NamedTuple

from silverpin.domain.limits import Limits
from silverpin.domain.quantities import NS_PER_MS

_LATE = 0.5
"""An operation that takes this share of its time is worth a warning."""


class Operation(NamedTuple):
    """One operation that was late."""

    way: str
    took_ms: float


class ContactorTiming:
    """Times of the latest operations; a trend towards the limit shows before a fault."""

    __slots__ = ("_away_ns", "_changed_ns", "_late_ms", "_was_closed", "close_ms", "command",
                 "falls", "followed", "late", "open_ms")  # fmt: skip

    def __init__(self, limits: Limits) -> None:
        self._late_ms = _LATE * limits.mirror_lag_ns / NS_PER_MS
        self.command = False
        self._changed_ns = self._away_ns = 0
        self.followed = True
        """The contact is as it was commanded."""
        self._was_closed = False
        self.falls = 0
        """How often the contact fell open under the present command."""
        self.close_ms: float | None = None
        self.open_ms: float | None = None
        self.late: Operation | None = None
        """The operation that was late at this step."""

    def turn(self, now_ns: int, command: bool) -> None:
        """Take a new command; an opening is timed only if the contact was closed."""
        self._was_closed = self.command and self.followed
        self.command, self._changed_ns, self._away_ns = command, now_ns, now_ns
        self.followed, self.falls = False, 0

    def see(self, now_ns: int, contact: bool) -> None:
        """Take what the mirror contact reads."""
        self.late = None
        if contact is not self.command:
            if self.followed:
                self.falls += self.command
                self.followed, self._away_ns = False, now_ns
        elif not self.followed:
            self.followed = True
            if not self.falls:
                self._time((now_ns - self._changed_ns) / NS_PER_MS)

    def away_ms(self, now_ns: int) -> float:
        """Return how long the contact has not been, or not been again, as it was commanded."""
        return (now_ns - self._away_ns) / NS_PER_MS

    def slow(self, *, closing: bool) -> bool:
        """Return whether the latest operation of a kind was late."""
        took_ms = self.close_ms if closing else self.open_ms
        return took_ms is not None and took_ms >= self._late_ms

    def _time(self, took_ms: float) -> None:
        if self.command:
            self.close_ms = took_ms
        elif self._was_closed:
            self.open_ms = took_ms
        else:
            return
        if took_ms >= self._late_ms:
            self.late = Operation("close" if self.command else "open", took_ms)
