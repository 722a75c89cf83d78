"""How long a plugged vehicle may take to begin to talk, from the pilot's offer on.

It is waited for once an offer: a vehicle that has spoken and has ended its conversation owes none,
also where its modem leaves and is matched anew. While both match, the wait has not begun.
"""

from dataclasses import dataclass

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import seconds_to_ns


@dataclass(slots=True)
class Beginning:
    """One offer's wait."""

    limits: Limits = LIMITS
    _since_ns: int | None = None
    _spoken: bool = False

    def step(self, now_ns: int, *, offered: bool, talks: bool, matches: bool = False) -> bool:
        """Return, once an offer, that the vehicle had its time and has not begun."""
        if not offered:
            self._since_ns, self._spoken = None, False
            return False
        if talks:
            self._spoken = True
        if self._spoken:
            return False
        if matches:
            self._since_ns = None
            return False
        if self._since_ns is None:
            self._since_ns = now_ns
        self._spoken = now_ns - self._since_ns >= seconds_to_ns(self.limits.vehicle_begins_s)
        return self._spoken
