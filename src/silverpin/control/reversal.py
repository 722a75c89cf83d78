"""Charge to discharge and back: to zero, still, confirmed, and only then the other way.

Rule 1: a set-point of the other sign first asks for zero.
Rule 2: the current must be measured below 1 A, and stay there for the dwell.
Rule 3: only then the converter is asked for 2 A the new way; when 1 A is measured that way, the
        reversal is confirmed, counted, its latency known, and the set-point let through.
Rule 4: a reversal is counted against the direction that flowed last. One that is given up before
        anything flowed the other way is none, and neither is a rest at zero.
Rule 5: a set-point too small to be confirmed is let through; its reversal is timed from when more
        is wanted.
"""

from dataclasses import dataclass
from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import seconds_to_ns

_PROBE = 2.0
"""What is asked for until the new direction is confirmed, in units of the current called zero."""


class Reversed(NamedTuple):
    """A reversal that was confirmed."""

    sign: int
    latency_ns: int
    reactive_var: float
    """Largest reactive power seen on the way."""


@dataclass(slots=True)
class Reversal:
    """Let through the set-points of one direction at a time."""

    limits: Limits = LIMITS
    sign: int = 0
    """Direction that may flow now: +1 charge, -1 discharge, 0 not yet any."""
    flowed: int = 0
    """Direction in which current last flowed, 0 none since the contactor closed."""
    wanted_ns: int | None = None
    """Since when the other direction is wanted; None outside a reversal."""
    _still_ns: int | None = None
    _reactive_var: float = 0.0
    _done: Reversed | None = None

    def reset(self) -> None:
        """Forget both directions: the contactor is open."""
        self.sign = self.flowed = 0
        self.wanted_ns = self._still_ns = None

    @property
    def under_way(self) -> bool:
        """Whether a change of direction is going on."""
        return self.wanted_ns is not None

    def step(self, now_ns: int, target_a: float, current_a: float, reactive_var: float) -> float:
        """Return the set-point that is allowed now for a wanted one."""
        self._confirm(now_ns, current_a)
        sign = (target_a > 0.0) - (target_a < 0.0)
        if self.sign == 0:
            self.sign = sign
        if sign == 0 or sign == self.sign:
            self._still_ns = None
            self._follow(now_ns, sign, target_a, reactive_var)
            return self._probing(target_a)
        self._want(now_ns, reactive_var)
        if not self._still_long_enough(now_ns, current_a):
            return 0.0
        self.sign, self._still_ns = sign, None
        return self._probing(target_a)

    def take(self) -> Reversed | None:
        """Return a reversal that was confirmed since the last look; once for each."""
        done, self._done = self._done, None
        return done

    def _confirm(self, now_ns: int, current_a: float) -> None:
        """Note the direction in which current flows now."""
        if current_a * self.sign < self.limits.reversal_zero_a or self.sign == self.flowed:
            return
        before, self.flowed = self.flowed, self.sign
        since_ns, self.wanted_ns = self.wanted_ns, None
        if before != 0 and since_ns is not None:
            self._done = Reversed(self.sign, now_ns - since_ns, self._reactive_var)

    def _probing(self, target_a: float) -> float:
        """Return what may be asked for of a set-point that goes the way of `sign`."""
        if self.flowed in (0, self.sign):
            return target_a
        probe_a = _PROBE * self.limits.reversal_zero_a
        return min(probe_a, max(-probe_a, target_a))

    def _follow(self, now_ns: int, sign: int, target_a: float, reactive_var: float) -> None:
        """Keep the clock of a reversal whose new direction is already let through."""
        back = sign in (0, self.flowed) or self.flowed == 0
        if back or abs(target_a) < self.limits.reversal_zero_a:
            self.wanted_ns = None
        else:
            self._want(now_ns, reactive_var)

    def _want(self, now_ns: int, reactive_var: float) -> None:
        if self.wanted_ns is None:
            self.wanted_ns, self._reactive_var = now_ns, 0.0
        self._reactive_var = max(self._reactive_var, abs(reactive_var))

    def _still_long_enough(self, now_ns: int, current_a: float) -> bool:
        if abs(current_a) >= self.limits.reversal_zero_a:
            self._still_ns = None
            return False
        if self._still_ns is None:
            self._still_ns = now_ns
        return now_ns - self._still_ns >= seconds_to_ns(self.limits.reversal_dwell_s)
