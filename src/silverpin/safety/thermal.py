"""Pin temperatures as the envelope sees them: hottest pin, and sensors that cannot be believed.

Rule 1: a reading that is missing, stale, from the future or impossible is unknown, and unknown
        counts as too hot. Readings that are not one a pin belong to nobody: every pin is unknown.
Rule 2: a sensor that stands still while its pin must have warmed or cooled is unknown as well
        (`Follow`): frozen, or a resistor in its place.
"""

from collections import deque
from typing import NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.safety.freshness import fresh

Temps = tuple[Reading[float] | None, ...]
Believed = tuple[float | None, ...]


class Heat(NamedTuple):
    """The hottest believable pin, and the pins whose reading is unknown."""

    hottest: int | None
    hottest_c: float
    unknown: tuple[int, ...]


def believed(temps: Temps, now_ns: int, limits: Limits = LIMITS) -> Believed:
    """Return what each reading proves, None where it proves nothing. [°C]"""
    age_ns, low_c, high_c = limits.temp_age_max_ns, limits.temp_low_c, limits.temp_impossible_high_c
    values = (fresh(reading, now_ns, age_ns) for reading in temps)
    return tuple(
        value if value is not None and low_c <= value <= high_c else None for value in values
    )


def heat_of(temps_c: Believed, pins: int) -> Heat:
    """Return the state of *pins* pins."""
    hottest: int | None = None
    hottest_c = float("-inf")
    for index, value in enumerate(temps_c):
        if value is not None and value > hottest_c:
            hottest, hottest_c = index, value
    if len(temps_c) != pins:
        return Heat(None, hottest_c, tuple(range(pins)))
    return Heat(hottest, hottest_c, tuple(i for i, value in enumerate(temps_c) if value is None))


class _Moment(NamedTuple):
    """The least warming of a healthy pin, and what its sensor read."""

    at_ns: int
    warming_k: float
    read_c: float


_SAMPLE_NS = 60 * NS_PER_S
_GAP_NS = 10 * NS_PER_S
"""After longer without a step nobody knows what warmed meanwhile."""


class Follow:
    """Find sensors that do not follow the current.

    The least warming e of a healthy pin obeys de/dt = (k I² - e) / tau, with k and tau of the
    connector set. Over any `sensor_follow_s` in which e moved by `sensor_follow_min_k`, a sensor
    must have moved by `sensor_follow_share` of that. Which way does not matter, for cooling may
    come on with the current; standing still does.

    No healthy sensor is to be accused, so nothing is concluded
    - about pins that may idle while others carry current (a neutral, a second phase);
    - from ambient or small currents: e moves enough only near the rating;
    - in the hour after a start or a gap, unless another pin's sensor did move: the pins may have
      been warm already, and then none moves.
    """

    __slots__ = ("_expected_k", "_followers", "_held_c", "_k", "_last_ns", "_limits", "_sample_ns",
                 "_sure_ns", "_tau_ns", "_traces", "_window_ns", "next_ns", "stuck")  # fmt: skip

    def __init__(self, connector: ConnectorSet, limits: Limits = LIMITS) -> None:
        pins = connector.power_pins
        self._k = connector.rise_at_rating_min_k / connector.rating_a**2
        self._tau_ns = connector.warming_s * NS_PER_S
        self._followers = tuple(pins.index(pin) for pin in connector.always_loaded)
        self._limits = limits
        self._window_ns = seconds_to_ns(limits.sensor_follow_s)
        self._traces = tuple(deque[_Moment]() for _ in pins)
        self._held_c: dict[int, float] = {}
        self._expected_k = 0.0
        self._last_ns: int | None = None
        self._sample_ns = self._sure_ns = 0
        self.next_ns = 0
        """Before this instant `step` does nothing."""
        self.stuck: frozenset[int] = frozenset()

    def step(self, now_ns: int, amps: float | None, temps_c: Believed) -> frozenset[int]:
        """Return the indices of pins whose sensor is stuck. Works once a second at most."""
        if now_ns < self.next_ns or amps is None or len(temps_c) != len(self._traces):
            return self.stuck
        self._warm(now_ns, amps)
        self.next_ns = now_ns + NS_PER_S
        if self._held_c:
            self._release(temps_c)
        if now_ns >= self._sample_ns:
            self._sample_ns = now_ns + _SAMPLE_NS
            self._sample(now_ns, temps_c)
        self.stuck = frozenset(self._held_c)
        return self.stuck

    def _warm(self, now_ns: int, amps: float) -> None:
        last_ns, self._last_ns = self._last_ns, now_ns
        if last_ns is None or now_ns - last_ns > _GAP_NS:
            for trace in self._traces:
                trace.clear()
            self._sure_ns = now_ns + 2 * self._window_ns
        else:
            share = min(1.0, (now_ns - last_ns) / self._tau_ns)
            self._expected_k += (self._k * amps * amps - self._expected_k) * share

    def _release(self, temps_c: Believed) -> None:
        """Believe a sensor again that moved: it was repaired, or warmed by hand."""
        least_k = self._limits.sensor_follow_share * self._limits.sensor_follow_min_k
        for index, held_c in tuple(self._held_c.items()):
            value = temps_c[index]
            if value is not None and abs(value - held_c) >= least_k:
                del self._held_c[index]
                self._traces[index].clear()

    def _sample(self, now_ns: int, temps_c: Believed) -> None:
        for trace, value in zip(self._traces, temps_c, strict=True):
            if value is None:
                trace.clear()
                continue
            trace.append(_Moment(now_ns, self._expected_k, value))
            while trace[0].at_ns < now_ns - self._window_ns:
                trace.popleft()
        for index in self._followers:
            trace = self._traces[index]
            if self._stands_still(trace) and (now_ns >= self._sure_ns or self._some_other(trace)):
                self._held_c.setdefault(index, trace[-1].read_c)

    def _stands_still(self, trace: deque[_Moment]) -> bool:
        warmings_k = [moment.warming_k for moment in trace]
        moved_k = max(warmings_k, default=0.0) - min(warmings_k, default=0.0)
        limits = self._limits
        return (
            moved_k >= limits.sensor_follow_min_k
            and _seen_k(trace) < limits.sensor_follow_share * moved_k
        )

    def _some_other(self, accused: deque[_Moment]) -> bool:
        """Return whether another pin's sensor shows that heat did change."""
        least_k = self._limits.sensor_follow_min_k
        return any(_seen_k(trace) >= least_k for trace in self._traces if trace is not accused)


def _seen_k(trace: deque[_Moment]) -> float:
    """Return how far the readings of *trace* lie apart."""
    readings_c = [moment.read_c for moment in trace]
    return max(readings_c, default=0.0) - min(readings_c, default=0.0)
