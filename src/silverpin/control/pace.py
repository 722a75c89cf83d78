"""How fast a set-point may move, so that reactive power stays within its limit (PWR-4).

The converter ramps by itself. Where its ramp shows more reactive power than allowed, the set-point
is led in steps at the rate that keeps it: reactive power grows with the rate of the current, so
one look at both is enough. The pace found is kept for the next change.
"""

from dataclasses import dataclass

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_S

_MARGIN = 0.9
_STEP_MAX_NS = NS_PER_S // 10
"""The next tick is expected no later than this; a longer pause must not earn a larger step."""


@dataclass(slots=True)
class Pace:
    """Lead set-points at the rate that the grid side stands."""

    limits: Limits = LIMITS
    rate_a_per_s: float | None = None
    """None while the converter's own ramp was never too fast."""
    leading: bool = False
    """The set-point asked for is not reached yet, and closer ticks are wanted."""
    _last_ns: int = 0
    _last_a: float = 0.0

    def step(self, now_ns: int, target_a: float, current_a: float, reactive_var: float) -> float:
        """Return the set-point to ask for now on the way to *target_a*."""
        passed_ns = now_ns - self._last_ns
        moved_a = abs(current_a - self._last_a)
        self._last_ns, self._last_a = now_ns, current_a
        if abs(reactive_var) > self.limits.reactive_max_var and passed_ns > 0 and moved_a > 0.0:
            share = _MARGIN * self.limits.reactive_max_var / abs(reactive_var)
            rate_a_per_s = share * moved_a * NS_PER_S / passed_ns
            self.rate_a_per_s = min(rate_a_per_s, self.rate_a_per_s or rate_a_per_s)
        if self.rate_a_per_s is None:
            return target_a
        step_a = self.rate_a_per_s * min(passed_ns, _STEP_MAX_NS) / NS_PER_S
        self.leading = abs(target_a - current_a) > step_a
        return min(current_a + step_a, max(current_a - step_a, target_a))
