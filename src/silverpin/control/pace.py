"""How fast a set-point may move, so that reactive power stays within its limit (PWR-4).

The converter ramps by itself. Where its ramp shows more reactive power than allowed, the set-point
is led in steps at the rate that keeps it, for reactive power grows with the rate of the current.
The pace found is kept for the next change.

Rule 1: a pace is learned from two looks at a current that moves toward its set-point, beside a
        report as young as they are. An old reading of either, or a meter's scatter taken for
        movement, would teach a pace of next to nothing, and for good. So would a converter that
        runs past its set-point, at a rate that nobody asked for.
Rule 2: what is asked moves on from what was asked, and not from what flows: a converter that runs
        away is not followed. Where less flows than was asked, less of it has to be led down.
"""

from dataclasses import dataclass

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S

_MARGIN = 0.9
_STEP_MAX_NS = NS_PER_S // 10
"""The next tick is expected no later than this; a longer pause must not earn a larger step."""
_APART_MAX_NS = NS_PER_S // 20
"""Two looks further apart may have missed when the current began to move, or ceased."""
_MOVED_A = 0.1
"""Less is a meter's scatter."""


@dataclass(slots=True)
class Pace:
    """Lead set-points at the rate that the grid side stands."""

    limits: Limits = LIMITS
    rate_a_per_s: float | None = None
    """None while the converter's own ramp was never too fast."""
    leading: bool = False
    """The set-point wanted is not asked for yet, and closer ticks are wanted."""
    _last_ns: int = 0
    _asked_a: float = 0.0
    _before: Reading[float] | None = None

    def rest(self) -> None:
        """Nothing is asked for: begin from zero again."""
        self.leading, self._asked_a, self._before = False, 0.0, None

    def step(
        self, now_ns: int, target_a: float,
        current: Reading[float] | None, reactive: Reading[float] | None,
    ) -> float:  # fmt: skip
        """Return the set-point to ask for now on the way to *target_a*."""
        passed_ns, self._last_ns = now_ns - self._last_ns, now_ns
        self._look(now_ns, current, reactive)
        if self.rate_a_per_s is None:
            self._asked_a = target_a
            return target_a
        step_a = self.rate_a_per_s * min(passed_ns, _STEP_MAX_NS) / NS_PER_S
        asked_a = self._begun(now_ns, target_a, current)
        self._asked_a = min(asked_a + step_a, max(asked_a - step_a, target_a))
        self.leading = self._asked_a != target_a
        return self._asked_a

    def _begun(self, now_ns: int, target_a: float, current: Reading[float] | None) -> float:
        """Return from where the set-point is led on."""
        asked_a = self._asked_a
        if current is None or not 0 <= now_ns - current.taken_ns <= _APART_MAX_NS:
            return asked_a
        less = current.value * asked_a > 0.0 and abs(current.value) < abs(asked_a)
        return current.value if less and abs(target_a) < abs(asked_a) else asked_a

    def _look(
        self, now_ns: int, current: Reading[float] | None, reactive: Reading[float] | None
    ) -> None:
        """Learn from what moved since the last look."""
        before, self._before = self._before, current
        if before is None or current is None or reactive is None:
            return
        apart_ns = current.taken_ns - before.taken_ns
        young = before.taken_ns < reactive.taken_ns <= now_ns and current.taken_ns <= now_ns
        off_a, left_a = before.value - self._asked_a, current.value - self._asked_a
        passed = off_a * left_a < 0.0 and abs(left_a) >= _MOVED_A
        nearer_a = 0.0 if passed else abs(off_a) - abs(left_a)
        if young and 0 < apart_ns <= _APART_MAX_NS and nearer_a >= _MOVED_A:
            self._learn(nearer_a * NS_PER_S / apart_ns, current.value, abs(reactive.value))

    def _learn(self, a_per_s: float, amps: float, reactive_var: float) -> None:
        """Take the pace from a current that moves at *a_per_s* and shows that much."""
        if not reactive_var > self.limits.reactive_max_var:
            return
        rate_a_per_s = a_per_s * _MARGIN * self.limits.reactive_max_var / reactive_var
        if self.rate_a_per_s is not None and self.rate_a_per_s <= rate_a_per_s:
            return
        self.rate_a_per_s = rate_a_per_s
        if abs(amps) < abs(self._asked_a):
            self._asked_a = amps  # a ramp that is under way is led from where it is
