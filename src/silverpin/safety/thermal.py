"""Pin temperatures as the envelope sees them: hottest pin, and sensors that cannot be believed.

Rule 1: a reading that is missing, stale, from the future or impossible is unknown, and unknown
        counts as too hot.
Rule 2: a sensor that stands still while its pin must have warmed is unknown as well. `Follow`
        holds the least that a healthy pin warms by I²R; a frozen sensor, or a resistor in place of
        one, shows no part of it. It accuses only on warming well above what ambient can undo, so
        a healthy sensor at low current is never accused.
"""

from typing import NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S

Temps = tuple[Reading[float] | None, ...]


class Heat(NamedTuple):
    """The hottest believable pin, and the pins whose reading is unknown."""

    hottest: int | None
    hottest_c: float
    unknown: tuple[int, ...]


_NOTHING: tuple[int, ...] = ()


def heat_of(temps: Temps, pins: int, now_ns: int, limits: Limits = LIMITS) -> Heat:
    """Return the state of *pins* readings; fewer readings than pins are unknown pins."""
    oldest_ns = now_ns - limits.temp_age_max_ns
    low_c, high_c = limits.temp_low_c, limits.temp_impossible_high_c
    hottest: int | None = None
    hottest_c = float("-inf")
    unknown = _NOTHING
    if len(temps) != pins:
        temps = (*temps[:pins], *(None,) * (pins - len(temps)))
    for index, reading in enumerate(temps):
        if reading is None or not (
            oldest_ns <= reading.taken_ns <= now_ns and low_c <= reading.value <= high_c
        ):
            unknown = (*unknown, index)
        elif reading.value > hottest_c:
            hottest, hottest_c = index, reading.value
    return Heat(hottest, hottest_c, unknown)


class Follow:
    """Find sensors that do not follow the current.

    The least warming e obeys de/dt = (k I² - e) / tau with k and tau of the connector set. When e
    has moved by `sensor_follow_min_k` since a reading was remembered, the reading must have moved
    the same way by `sensor_follow_share` of it.
    """

    __slots__ = ("_expected_k", "_k", "_limits", "_marks", "_next_ns", "_period_ns", "_tau_s",
                 "stuck")  # fmt: skip

    def __init__(self, connector: ConnectorSet, limits: Limits = LIMITS) -> None:
        self._k = connector.rise_at_rating_min_k / connector.rating_a**2
        self._tau_s = connector.warming_s
        self._limits = limits
        self._period_ns = NS_PER_S
        self._next_ns: int | None = None
        self._expected_k = 0.0
        self._marks: dict[int, tuple[int, float, float]] = {}
        self.stuck: frozenset[int] = frozenset()

    def step(self, now_ns: int, current: Reading[float] | None, temps: Temps) -> frozenset[int]:
        """Return the indices of pins whose sensor is stuck. Works once a second at most."""
        if self._next_ns is None:
            self._next_ns = now_ns
        if now_ns < self._next_ns or current is None:
            return self.stuck
        dt_s = (now_ns - self._next_ns + self._period_ns) / NS_PER_S
        self._next_ns = now_ns + self._period_ns
        target_k = self._k * current.value * current.value
        self._expected_k += (target_k - self._expected_k) * min(1.0, dt_s / self._tau_s)
        for index, reading in enumerate(temps):
            if reading is not None:
                self._judge(now_ns, index, reading.value)
        return self.stuck

    def _judge(self, now_ns: int, index: int, value_c: float) -> None:
        since_ns, mark_k, mark_c = self._marks.setdefault(
            index, (now_ns, self._expected_k, value_c)
        )
        moved_k = self._expected_k - mark_k
        share, least_k = self._limits.sensor_follow_share, self._limits.sensor_follow_min_k
        if index in self.stuck:
            if abs(value_c - mark_c) < share * least_k:
                return  # still where it was accused: a repaired or hand-warmed sensor moves
            self.stuck = self.stuck - {index}
        elif abs(moved_k) >= least_k:
            seen_k = (value_c - mark_c) * (1.0 if moved_k > 0 else -1.0)
            if seen_k < share * abs(moved_k):
                self.stuck = self.stuck | {index}
        elif now_ns - since_ns <= self._limits.sensor_follow_s * NS_PER_S:
            return
        self._marks[index] = (now_ns, self._expected_k, value_c)
