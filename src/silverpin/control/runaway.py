"""More current than the converter was asked for, though it may be less than the permit leaves.

The envelope knows the rating and holds the current against that. What the vehicle takes, the order
and the throttling are in the set-point alone, and a converter that does not keep it breaks them.

Rule 1: what comes nearer by itself is a ramp, however slow; what does not, for as long as an excess
        may last, is none. On AC the converter is the vehicle's, which may take its time to follow.
Rule 2: a current that nobody reads accuses nobody: silence is a fault of its own.
"""

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns

_NEARER_A = 1.0
"""A ramp comes down by this much within that time at the least."""


class Runaway:
    """Hold what flows against what the converter was asked for."""

    __slots__ = ("_asked_a", "_from_a", "_limits", "_since_ns", "_within_ns")

    def __init__(self, direct_current: bool, limits: Limits = LIMITS) -> None:
        self._limits = limits
        follows_ns = seconds_to_ns(limits.duty_follows_s)
        self._within_ns = limits.current_excess_ns if direct_current else follows_ns
        self._asked_a = 0.0
        self._since_ns: int | None = None
        self._from_a = 0.0
        """What flowed when the excess began, or had last come nearer."""

    def asked(self, amps: float) -> None:
        """Take note of the set-point that the converter was given."""
        self._asked_a = amps

    def step(self, now_ns: int, amps: float | None, joined: bool) -> str:
        """Return in words what flows beyond the set-point for too long; empty while none does."""
        if amps is None:
            return ""
        limits, asked_a = self._limits, self._asked_a
        bound_a = abs(asked_a) if amps * asked_a > 0.0 else 0.0
        bound_a += bound_a * limits.current_excess_share + limits.current_excess_a
        if not joined or abs(amps) <= bound_a:
            self._since_ns = None
            return ""
        if self._since_ns is None or abs(amps) <= self._from_a - _NEARER_A:
            self._since_ns, self._from_a = now_ns, abs(amps)
        lasted_ns = now_ns - self._since_ns
        if lasted_ns < self._within_ns:
            return ""
        return (
            f"{amps:+.1f} A flow where {asked_a:+.1f} A were asked for {lasted_ns / NS_PER_S:.1f} s"
        )
