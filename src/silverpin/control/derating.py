"""Throttling by the rate of warming (THM-4).

Rule 1: when a pin warms faster than 5 °C/min, the secondary cooling loop comes on first.
Rule 2: if it still does 30 s later, the current is cut by 10 % of what flowed in those 30 s (root
        mean square), and again every 30 s while it lasts, never below a tenth of the rating.
Rule 3: after two minutes below 5 °C/min one step is given back, and one more every two minutes.
        The secondary loop goes off when no cut is left.
"""

from collections import deque
from dataclasses import dataclass, field

from silverpin.control.slope import SAMPLE_S
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import seconds_to_ns


@dataclass(slots=True)
class Derating:
    """The current that heat leaves, and why."""

    rating_a: float
    limits: Limits = LIMITS
    allowed_a: float | None = None
    """None when nothing is held back."""
    reason: str | None = None
    secondary: bool = False
    since_ns: int | None = None
    _squares_a2: deque[float] = field(default_factory=deque)
    """A value a sample, as far back as the interval between two cuts."""
    _acted_ns: int | None = None
    _calm_ns: int | None = None

    @property
    def factor(self) -> float:
        """Share of the rating that is allowed, 0..1."""
        return 1.0 if self.allowed_a is None else self.allowed_a / self.rating_a

    def step(self, now_ns: int, current_a: float, fastest: tuple[str, float] | None) -> None:
        """Take a sample with every one of `Slope`: the current, and the pin that warms fastest."""
        squares_a2 = self._squares_a2
        squares_a2.append(current_a * current_a)
        if len(squares_a2) * SAMPLE_S > self.limits.derate_interval_s:
            squares_a2.popleft()
        if fastest is not None and fastest[1] > self.limits.temp_rise_c_per_min:
            self._calm_ns = None
            self._hot(now_ns, *fastest)
        elif self.secondary:
            self._calm(now_ns)

    def _hot(self, now_ns: int, pin: str, rate: float) -> None:
        wait_ns = seconds_to_ns(self.limits.derate_interval_s)
        if self._acted_ns is not None and now_ns - self._acted_ns < wait_ns:
            return
        self._acted_ns = now_ns
        if self.secondary:
            self._cut(now_ns, pin, rate)
        self.secondary = True

    def _cut(self, now_ns: int, pin: str, rate: float) -> None:
        flowed_a = (sum(self._squares_a2) / len(self._squares_a2)) ** 0.5
        if flowed_a < self.limits.reversal_zero_a:
            return  # nothing flows: this heat is not ours to throttle
        now_a = flowed_a if self.allowed_a is None else min(self.allowed_a, flowed_a)
        if self.allowed_a is None:
            self.since_ns = now_ns
        floor_a = self.limits.derate_floor * self.rating_a
        cut_a = max(floor_a, now_a * (1.0 - self.limits.derate_step))
        self.allowed_a = cut_a if self.allowed_a is None else min(self.allowed_a, cut_a)
        self.reason = f"{pin} rises {rate:.1f} °C/min, limit {self.limits.temp_rise_c_per_min:g}"

    def _calm(self, now_ns: int) -> None:
        if self._calm_ns is None:
            self._calm_ns = now_ns
        if now_ns - self._calm_ns < seconds_to_ns(self.limits.derate_recovery_s):
            return
        self._calm_ns = now_ns
        self._acted_ns = None
        if self.allowed_a is None:
            self.secondary = False
            return
        raised_a = self.allowed_a / (1.0 - self.limits.derate_step)
        if raised_a < self.rating_a:
            self.allowed_a = raised_a
        else:
            self.allowed_a = self.reason = self.since_ns = None
