"""Charge to discharge and back: to zero, still, confirmed, and only then the other way.

Rule 1: a set-point of the other sign first asks for zero.
Rule 2: the current must be measured below 1 A, and stay there for the dwell.
Rule 3: only then the converter is asked for the new direction; when current flows that way, the
        reversal is confirmed, counted, and its latency known.
Rule 4: a set-point too small to be worth converting is zero, and zero is no direction: a session
        that rests at zero and goes on the same way reverses nothing.
"""

from dataclasses import dataclass
from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import seconds_to_ns


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
    wanted_ns: int | None = None
    """When the other direction was first wanted; None outside a reversal."""
    _still_ns: int | None = None
    _confirm: bool = False
    _reactive_var: float = 0.0

    def reset(self) -> None:
        """Forget the direction: the contactor opened."""
        self.sign, self.wanted_ns, self._still_ns, self._confirm = 0, None, None, False

    @property
    def under_way(self) -> bool:
        """Whether a change of direction is going on."""
        return self.wanted_ns is not None

    def step(self, now_ns: int, target_a: float, current_a: float, reactive_var: float) -> float:
        """Return the set-point that is allowed now for a wanted one."""
        sign = (target_a > 0.0) - (target_a < 0.0)
        if sign == 0 or sign == self.sign:
            if not self._confirm:
                self.wanted_ns = self._still_ns = None
            return target_a
        if self.sign == 0:
            self.sign = sign
            return target_a
        if self.wanted_ns is None:
            self.wanted_ns, self._reactive_var, self._confirm = now_ns, 0.0, False
        self._reactive_var = max(self._reactive_var, abs(reactive_var))
        if abs(current_a) >= self.limits.reversal_zero_a:
            self._still_ns = None
            return 0.0
        if self._still_ns is None:
            self._still_ns = now_ns
        if now_ns - self._still_ns < seconds_to_ns(self.limits.reversal_dwell_s):
            return 0.0
        self.sign, self._confirm = sign, True
        return target_a

    def confirmed(self, now_ns: int, current_a: float) -> Reversed | None:
        """Return the reversal once current flows the new way; once for each."""
        if not self._confirm or self.wanted_ns is None:
            return None
        if current_a * self.sign < self.limits.reversal_zero_a:
            return None
        done = Reversed(self.sign, now_ns - self.wanted_ns, self._reactive_var)
        self.wanted_ns, self._still_ns, self._confirm = None, None, False
        return done
