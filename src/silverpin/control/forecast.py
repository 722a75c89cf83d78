"""Cooling before it is needed: where the pins are going, and the least cooling that keeps them.

Rule 1: every ten seconds the temperature of each pin in five minutes is forecast, from what its
        thermal response was learned to be (`control.response`), the current that flows, and the
        current that is announced.
Rule 2: the first loop runs at the lowest level at which no pin is forecast beyond 30 K below the
        trip; where its full level does not do, the second loop comes on too. They come down once a
        margin is left, a minute after the last change at the earliest.
Rule 3: before an announced start that would heat a pin beyond that, both loops cool while a pin is
        warmer than the air, and in the last minute in any case.
Rule 4: a forecast only adds (`control.cooling` takes the higher level), so a wrong one costs wind
        and nothing else.

The current ahead is the one that flows once it was steady for a while, else its mean square over
the last minute or two: regulation goes up and down faster than a pin warms.
"""

from collections.abc import Sequence
from math import exp, isfinite
from typing import NamedTuple

from silverpin.control.response import SENSOR_LAG_S, Response, Stretch
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_S

AHEAD_S = 300.0
"""How far ahead cooling looks."""
BELOW_TRIP_K = 30.0
"""Pins are kept this far below the trip, if cooling can."""
PRECOOL_S = 600.0
"""An announced start is prepared for at most this long."""
_LAST_S = 60.0
_MARGIN_K = 2.5
_EASE_NS = 60 * NS_PER_S
_WARMER_K = 2.0
_PERIOD_NS = 10 * NS_PER_S
_GAP_NS = 5 * NS_PER_S
_MEAN_S = 90.0
_STEADY_S = 20.0
_STEADY_SHARE = 0.05
_STEPS = 10
AIR_PRESUMED_C = 25.0
"""Where no air sensor is; the drift that is learned takes up the difference."""


class Coming(NamedTuple):
    """A start that is known of: in how long, and the square of its current (rating = 1)."""

    in_s: float
    load: float


class Need(NamedTuple):
    """The cooling that the forecast asks for, and why."""

    primary: float = 0.0
    secondary: float = 0.0
    reason: str = ""


NO_NEED = Need()


class Outlook(NamedTuple):
    """The pin that will be the hottest."""

    pin: int
    temp_c: float
    sigma_k: float
    in_s: float


class _Load:
    """The square of the current: as the sensors feel it now, and as it is likely to go on."""

    __slots__ = ("_reference", "_steady_s", "felt", "likely")

    def __init__(self) -> None:
        self.felt = self.likely = 0.0
        self._reference = self._steady_s = 0.0

    def step(self, seconds: float, share: float) -> None:
        """Take the current as a share of the rating."""
        load = share * share
        self.felt += (load - self.felt) * (1.0 - exp(-seconds / SENSOR_LAG_S))
        if abs(share - self._reference) > _STEADY_SHARE:
            self._reference, self._steady_s = share, 0.0
        self._steady_s += seconds
        if self._steady_s > _STEADY_S:
            self.likely = load
        else:
            self.likely += (load - self.likely) * (1.0 - exp(-seconds / _MEAN_S))


class Forecast:
    """What the pins of one connector will do, and the cooling that follows from it."""

    __slots__ = ("_air_c", "_cooled", "_eased_ns", "_felt", "_hold_c", "_last_ns", "_load",
                 "_looks", "_next_ns", "_rating_a", "_steered", "need", "responses")  # fmt: skip

    def __init__(
        self, connector: ConnectorSet, limits: Limits = LIMITS, steered: bool = True
    ) -> None:
        self.responses = tuple(Response(connector) for _ in connector.power_pins)
        self.need = NO_NEED
        self._rating_a = connector.rating_a
        self._hold_c = limits.temp_trip_c - BELOW_TRIP_K
        self._steered = steered
        self._load = _Load()
        self._air_c = AIR_PRESUMED_C
        self._cooled = self._felt = 0.0
        self._looks = 0
        self._last_ns: int | None = None
        self._next_ns = self._eased_ns = 0
        """The next forecast, and the last change of what it asks for."""

    def step(
        self, now_ns: int, current_a: float, temps_c: Sequence[float | None], air_c: float | None,
        cooling: float, coming: Coming | None,
    ) -> None:  # fmt: skip
        """Take a look, every two seconds; *cooling* is the sum of the levels since the last.

        A temperature is a plausible number, or None: `safety.thermal.believed` saw to that.
        """
        last_ns, self._last_ns = self._last_ns, now_ns
        if last_ns is None or now_ns - last_ns > _GAP_NS or not isfinite(current_a):
            self._begin(now_ns)
            return
        self._load.step((now_ns - last_ns) / NS_PER_S, current_a / self._rating_a)
        self._felt += self._load.felt
        self._cooled += cooling
        self._looks += 1
        self._air_c = air_c if air_c is not None and isfinite(air_c) else AIR_PRESUMED_C
        if now_ns < self._next_ns:
            return
        self._learn(now_ns, temps_c)
        if self._steered:
            need = self._needed(now_ns, coming, air_c)
            if need[:2] != self.need[:2]:
                self._eased_ns = now_ns
            self.need = need

    def after_c(
        self, seconds: float, cooling: float, coming: Coming | None
    ) -> tuple[float, ...] | None:
        """Return what each pin's sensor will read if cooling stays; None before all were read."""
        if any(row.temp_c is None for row in self.responses):
            return None
        phases = self._phases(cooling, coming, seconds)
        return tuple(row.after_c(phases, self._air_c) for row in self.responses)

    def outlook(self, cooling: float, coming: Coming | None) -> Outlook | None:
        """Return where the hottest pin will be if cooling stays; None before all were read."""
        temps_c = self.after_c(AHEAD_S, cooling, coming)
        if temps_c is None:
            return None
        pin = temps_c.index(max(temps_c))
        phases = self._phases(cooling, coming, AHEAD_S)
        return Outlook(pin, temps_c[pin], self.responses[pin].sigma_k(phases, self._air_c), AHEAD_S)

    def _begin(self, now_ns: int) -> None:
        """Start anew after a pause: what the pins did meanwhile teaches nothing."""
        self._next_ns = now_ns
        self._cooled = self._felt = 0.0
        self._looks = 0
        self.need = NO_NEED
        for response in self.responses:
            response.forget_temperature()

    def _learn(self, now_ns: int, temps_c: Sequence[float | None]) -> None:
        seconds = (now_ns - self._next_ns + _PERIOD_NS) / NS_PER_S
        passed = Stretch(seconds, self._felt / self._looks, self._cooled / self._looks)
        for response, temp_c in zip(self.responses, temps_c, strict=True):
            if temp_c is None:
                response.forget_temperature()
            else:
                response.step(passed, self._air_c, temp_c)
        self._next_ns = now_ns + _PERIOD_NS
        self._cooled = self._felt = 0.0
        self._looks = 0

    def _phases(self, cooling: float, coming: Coming | None, seconds: float) -> list[Stretch]:
        load = self._load
        phases = [Stretch(SENSOR_LAG_S, load.felt, cooling)]
        left_s = seconds - SENSOR_LAG_S
        if coming is None or coming.in_s >= left_s:
            return [*phases, Stretch(left_s, load.likely, cooling)]
        if coming.in_s > 0.0:
            phases.append(Stretch(coming.in_s, load.likely, cooling))
        return [*phases, Stretch(left_s - coming.in_s, coming.load, cooling)]

    def _hottest_c(self, cooling: float, coming: Coming | None, seconds: float = AHEAD_S) -> float:
        phases = self._phases(cooling, coming, seconds)
        return max(row.after_c(phases, self._air_c) for row in self.responses)

    def _needed(self, now_ns: int, coming: Coming | None, air_c: float | None) -> Need:
        if any(row.temp_c is None for row in self.responses):
            return NO_NEED
        if coming is not None and coming.in_s > 0.0:
            if self._prepares(coming, air_c):
                return Need(1.0, 1.0, f"cooling ahead of a start in {coming.in_s / 60.0:.0f} min")
            coming = None  # cooling cold pins now is of no use then
        if self._hottest_c(0.0, coming) <= self._air_c + _WARMER_K:
            return NO_NEED
        now_c = self._hottest_c(self.need.primary + self.need.secondary, coming)
        level = self._least(self._hold_c, coming)
        second = level == _STEPS and self._hottest_c(1.0, coming) > self._hold_c
        now = round(self.need.primary * _STEPS), bool(self.need.secondary)
        if (level, second) < now:
            level, second = self._eased(now_ns, coming, *now)
        if not level:
            return NO_NEED
        reason = f"forecast {now_c:.0f} °C in {AHEAD_S / 60.0:g} min"
        return Need(level / _STEPS, float(second), reason)

    def _eased(
        self, now_ns: int, coming: Coming | None, now: int, second: bool
    ) -> tuple[int, bool]:
        """Return both levels lower, the second loop first, where time and margin allow."""
        hold_c = self._hold_c - _MARGIN_K
        if now_ns - self._eased_ns < _EASE_NS:
            return now, second
        if second:
            return now, self._hottest_c(1.0, coming) > hold_c
        return min(now, self._least(hold_c, coming)), False

    def _least(self, hold_c: float, coming: Coming | None) -> int:
        """Return the lowest level that keeps every pin at *hold_c*, the full one if none does."""
        low, high = 0, _STEPS
        while low < high:
            middle = (low + high) // 2
            if self._hottest_c(middle / _STEPS, coming) <= hold_c:
                high = middle
            else:
                low = middle + 1
        return low

    def _prepares(self, coming: Coming, air_c: float | None) -> bool:
        """Return whether an announced start wants its pins cooled now."""
        if coming.in_s > PRECOOL_S:
            return False
        if self._hottest_c(0.0, coming, coming.in_s + AHEAD_S) <= self._hold_c:
            return False
        hottest_c = max(row.temp_c for row in self.responses if row.temp_c is not None)
        return air_c is None or hottest_c > air_c + _WARMER_K or coming.in_s <= _LAST_S
