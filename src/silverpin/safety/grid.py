"""Whether the grid may be fed: no stage of its profile has run out, and it was watched long enough.

Rule 1: a stage counts while the grid is beyond its threshold, and begins anew when it comes back
        (ride-through). Power is to be off when the clearing time ends, so a stage runs out two
        judgements before it: one to see, one to act. What is no number is beyond every threshold.
Rule 2: the grid is fed, at first and again after a trip, once it was seen in the reconnect band
        for the profile's delay without a break. A program that just started has seen nothing.
Rule 3: what nobody watched counts as outside: a silent meter (`lose`), or a pause between two
        looks, ends feeding and begins the delay anew. It must not shorten it.
Rule 4: a stage that looks at a mean judges once its whole time was seen.
"""

from collections import deque
from typing import NamedTuple

from silverpin.domain.grid_profiles import GridProfile, Quantity, Stage
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.safety.freshness import INFINITE

_ACT_NS = 2 * LIMITS.judge_period_ns
_GAP_NS = 5 * NS_PER_S
"""Longer between two looks, and nobody knows what the grid did."""
_BIN_NS = 3 * NS_PER_S
"""A mean forgets in pieces of this length (EN 50549-1: renewed at least every 3 s)."""


class Counting(NamedTuple):
    """A stage, and since when the grid is beyond its threshold; None while it is not."""

    stage: Stage
    since_ns: int | None


class _Mean:
    """A voltage's mean over a time, None until that time was seen."""

    __slots__ = ("_bins", "_held_v", "_last_ns", "_ns", "_seen_ns", "_seen_v_ns", "_span_ns",
                 "_v_ns", "value")  # fmt: skip

    def __init__(self, span_s: float) -> None:
        self._span_ns = seconds_to_ns(span_s)
        self.clear()

    def clear(self) -> None:
        self._bins: deque[tuple[int, float]] = deque()
        self._ns, self._v_ns = 0, 0.0
        self._seen_ns, self._seen_v_ns = 0, 0.0
        self._last_ns: int | None = None
        self._held_v = 0.0
        self.value: float | None = None

    def step(self, now_ns: int, volts: float) -> None:
        """Take a reading, which is a number; the one before it held until now."""
        if self._last_ns is not None:
            self._ns += now_ns - self._last_ns
            self._v_ns += self._held_v * (now_ns - self._last_ns)
            if self._ns >= _BIN_NS:
                self._close_bin()
        self._last_ns, self._held_v = now_ns, volts

    def _close_bin(self) -> None:
        bins = self._bins
        bins.append((self._ns, self._v_ns))
        self._seen_ns += self._ns
        self._seen_v_ns += self._v_ns
        self._ns, self._v_ns = 0, 0.0
        while self._seen_ns - bins[0][0] >= self._span_ns:
            first_ns, first_v_ns = bins.popleft()
            self._seen_ns -= first_ns
            self._seen_v_ns -= first_v_ns
        if self._seen_ns >= self._span_ns:
            self.value = self._seen_v_ns / self._seen_ns


class GridWatch:
    """Judge the charger's own grid meter against a profile.

    *since_ns* is for who watched the grid before: it was in the reconnect band from then until the
    first step.
    """

    __slots__ = ("_beyond_ns", "_calm_hz", "_calm_v", "_counts", "_last_ns", "_means", "_profile",
                 "back_ns", "ok", "since_ns", "tripped")  # fmt: skip

    def __init__(self, profile: GridProfile, since_ns: int | None = None) -> None:
        self._profile = profile
        self._beyond_ns: list[int | None] = [None] * len(profile.stages)
        self._means = {row: _Mean(row.mean_s) for row in profile.stages if row.mean_s}
        self._calm_hz = profile.innermost(Quantity.FREQUENCY)
        self._calm_v = profile.innermost(Quantity.VOLTAGE)
        self._counts = False
        self._last_ns: int | None = None
        self.back_ns: int | None = since_ns
        """Since when the grid is in the reconnect band; None while it is not, or is fed."""
        self.ok = False
        self.since_ns: int | None = None
        """Since when it is so, or is not; None before the first look."""
        self.tripped: Stage | None = None
        """The stage that ran out last, while the grid is not fed for it."""

    @property
    def counting(self) -> tuple[Counting, ...]:
        """Every stage of the profile, with the instant since which it counts."""
        return tuple(map(Counting, self._profile.stages, self._beyond_ns))

    @property
    def timing(self) -> bool:
        """Whether a stage counts that has not run out, so that every instant matters."""
        return self.ok and self._counts

    def seen(self, stage: Stage, hz: float, volts: float) -> float | None:
        """Return what *stage* looks at; None while its mean is not known yet."""
        if stage.quantity is Quantity.FREQUENCY:
            return hz
        return self._means[stage].value if stage.mean_s else volts

    def waited_ns(self, now_ns: int) -> int | None:
        """Return how much of the reconnect delay is over; None while the grid is fed."""
        if self.ok:
            return None
        return 0 if self.back_ns is None else now_ns - self.back_ns

    def step(self, now_ns: int, hz: float, volts: float) -> bool:
        """Return whether reverse power may flow at this instant."""
        if self._last_ns is not None and now_ns - self._last_ns > _GAP_NS:
            self.lose()
        self._last_ns = now_ns
        if self.since_ns is None:
            self.since_ns = now_ns
        for mean in self._means.values():
            if -INFINITE < volts < INFINITE:
                mean.step(now_ns, volts)
            else:
                mean.clear()
        ran_out = None if self._calm(hz, volts) else self._count(now_ns, hz, volts)
        if ran_out is not None:
            self.tripped = ran_out
            self._turn(now_ns, False)
        if not self.ok:
            if ran_out is None and self._profile.reconnect.holds(hz, volts):
                self._wait(now_ns)
            else:
                self.back_ns = None
        return self.ok

    def lose(self) -> None:
        """Take the grid as outside: it is unread, or was outside when an earlier process ended."""
        if self.ok:
            self.ok, self.since_ns = False, self._last_ns
        self.back_ns = self._last_ns = None
        self._beyond_ns, self._counts = [None] * len(self._beyond_ns), False
        for mean in self._means.values():
            mean.clear()

    def _calm(self, hz: float, volts: float) -> bool:
        """Return cheaply whether no stage counts, and none begins to."""
        (low_hz, high_hz), (low_v, high_v) = self._calm_hz, self._calm_v
        if self._counts or not (low_hz <= hz <= high_hz and low_v <= volts <= high_v):
            return False
        for stage, mean in self._means.items():
            if mean.value is not None and stage.beyond(mean.value):
                return False
        return True

    def _count(self, now_ns: int, hz: float, volts: float) -> Stage | None:
        """Let every stage count; return the first that has run out."""
        ran_out: Stage | None = None
        for index, stage in enumerate(self._profile.stages):
            value = self.seen(stage, hz, volts)
            if value is None or not stage.beyond(value):
                self._beyond_ns[index] = None
                continue
            since_ns = self._beyond_ns[index]
            if since_ns is None:
                since_ns = self._beyond_ns[index] = now_ns
            if ran_out is None and now_ns - since_ns >= seconds_to_ns(stage.clearing_s) - _ACT_NS:
                ran_out = stage
        self._counts = any(since_ns is not None for since_ns in self._beyond_ns)
        return ran_out

    def _wait(self, now_ns: int) -> None:
        if self.back_ns is None:
            self.back_ns = now_ns
        if now_ns - self.back_ns >= seconds_to_ns(self._profile.reconnect_s):
            self.back_ns = self.tripped = None
            self._turn(now_ns, True)

    def _turn(self, now_ns: int, ok: bool) -> None:
        if ok is not self.ok:
            self.ok, self.since_ns = ok, now_ns
