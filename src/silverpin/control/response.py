"""How one pin answers to current and cooling, learned while it works.

The model is one node: dT/dt = a q (1 + alpha (T - 20)) - (g + h u) (T - T_air) + b, where q is the
square of the current in units of the rating, as late as the sensor is, and u the sum of the cooling
loops' levels. What differs from specimen to specimen is learned: the heating a, the conductances g
(without cooling) and h (of a loop), all as logarithms, and the drift b, which stands for what the
node does not see: a handle that is still warm, an air sensor in the wrong place.

An extended Kalman filter learns them from one reading every ten seconds. Its beliefs begin wide,
are kept within bounds, and never stop to move a little, so that a contact that wears is followed.
Nothing here knows the part: the beginning is what a maker prints on it.
"""

from collections.abc import Sequence
from math import exp, expm1, log, sqrt
from operator import mul
from typing import NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.physics.contact import ALPHA_COPPER_PER_K

SENSOR_LAG_S = 10.0
_RISE_AT_RATING_K = 45.0
"""What a new contact may do at its rating; IEC 62196-1 allows 50 K."""
_SPREAD = (0.5, 0.7, 0.5, 0.7, 0.01)
"""How unsure the beginning is: T in K, the three logarithms, b in K/s."""
_WANDER = (0.02, 0.01, 0.002, 0.002, 0.0003)
"""How much each may change in ten seconds, in the same units."""
_BOUNDS = (2.5, 1.2, 1.5)
"""How far a logarithm may go from its beginning; the heating of a worn pin goes furthest."""
_DRIFT_MAX_K_PER_S = 0.05
_READING_K = 0.08
_MISSED_K_PER_MIN = 0.06
"""What the model leaves out, as an error that grows with the time ahead."""


class Stretch(NamedTuple):
    """A time with a constant current and constant cooling."""

    seconds: float
    load: float
    """Square of the current, in units of the rating's."""
    cooling: float
    """Sum of both loops' levels."""


class Response:
    """One pin's temperature and what is believed of its thermal response."""

    __slots__ = ("_begun", "_cov", "_first", "_x", "temp_c")

    def __init__(self, connector: ConnectorSet) -> None:
        g_per_s = 2.0 / connector.warming_s
        self._first = (log(_RISE_AT_RATING_K * g_per_s), log(g_per_s), log(g_per_s))
        self._x = [0.0, *self._first, 0.0]
        self._cov = [
            [spread * spread if row == column else 0.0 for column in range(5)]
            for row, spread in enumerate(_SPREAD)
        ]
        self._begun = False
        self.temp_c: float | None = None
        """The last reading, cleaned of noise; None before the first."""

    @property
    def time_constant_s(self) -> float:
        """Return the believed time constant without cooling."""
        return exp(-self._x[2])

    def forget_temperature(self) -> None:
        """Begin with the next reading: nobody knows what happened since the last."""
        self._begun = False

    def step(self, passed: Stretch, air_c: float, read_c: float) -> None:
        """Take a reading, and what passed since the last one."""
        if not self._begun:
            self._restart(read_c)
            return
        slopes = self._advance(passed, air_c)
        self._spread(slopes)
        self._correct(read_c)

    def after_c(self, phases: Sequence[Stretch], air_c: float) -> float:
        """Return the temperature after *phases*, from now on."""
        temp_c = self._x[0]
        for phase in phases:
            temp_c = _after_c(temp_c, phase, air_c, self._x)
        return temp_c

    def sigma_k(self, phases: Sequence[Stretch], air_c: float) -> float:
        """Return the standard error of `after_c`."""
        base_c = self.after_c(phases, air_c)
        cov, x = self._cov, self._x
        gradient = []
        for index in range(5):
            nudge = max(1e-9, sqrt(max(0.0, cov[index][index])) * 0.1)
            kept, x[index] = x[index], x[index] + nudge
            gradient.append((self.after_c(phases, air_c) - base_c) / nudge)
            x[index] = kept
        variance = sum(
            gradient[row] * cov[row][column] * gradient[column]
            for row in range(5)
            for column in range(5)
        )
        missed_k = _MISSED_K_PER_MIN * sum(phase.seconds for phase in phases) / 60.0
        return sqrt(max(0.0, variance) + _READING_K**2 + missed_k**2)

    def _restart(self, read_c: float) -> None:
        self._begun = True
        self._x[0] = self.temp_c = read_c
        for index in range(5):
            self._cov[0][index] = self._cov[index][0] = 0.0
        self._cov[0][0] = _READING_K**2

    def _advance(self, phase: Stretch, air_c: float) -> tuple[float, float, float, float, float]:
        """Move the temperature on; return how it hangs on each part of the state."""
        x = self._x
        temp_c = x[0]
        a, g, h = exp(x[1]), exp(x[2]), exp(x[3])
        heat = a * phase.load
        k = g + h * phase.cooling - heat * ALPHA_COPPER_PER_K
        phi_s = _phi_s(k, phase.seconds)
        x[0] = _after_c(temp_c, phase, air_c, x)
        over_k = temp_c - air_c
        return (
            1.0 - k * phi_s,
            heat * (1.0 + ALPHA_COPPER_PER_K * (temp_c - 20.0)) * phi_s,
            -g * over_k * phi_s,
            -h * phase.cooling * over_k * phi_s,
            phi_s,
        )

    def _spread(self, slopes: tuple[float, ...]) -> None:
        """Carry the covariance through a step in which only the temperature moved by itself."""
        cov = self._cov
        by_temp, by_a, by_g, by_h, by_b = slopes
        moved = [
            by_temp * of_temp + by_a * of_a + by_g * of_g + by_h * of_h + by_b * of_b
            for of_temp, of_a, of_g, of_h, of_b in cov
        ]
        moved[0] = sum(map(mul, slopes, moved))
        for index, value in enumerate(moved):
            cov[0][index] = cov[index][0] = value
        for index, wander in enumerate(_WANDER):
            cov[index][index] += wander * wander
            excess = cov[index][index] / _SPREAD[index] ** 2
            if excess > 1.0:
                self._shrink(index, sqrt(excess))

    def _shrink(self, index: int, factor: float) -> None:
        """Let a belief be no less sure than the beginning; scaling keeps the rest consistent."""
        for other in range(5):
            self._cov[index][other] /= factor
            self._cov[other][index] /= factor

    def _correct(self, read_c: float) -> None:
        x, cov = self._x, self._cov
        column = cov[0][:]
        missing_k = read_c - x[0]
        certain = 1.0 / (column[0] + _READING_K**2)
        for index, part in enumerate(column):
            gain = part * certain
            x[index] += gain * missing_k
            cov[index] = [
                value - gain * other for value, other in zip(cov[index], column, strict=True)
            ]
        for index, (first, most) in enumerate(zip(self._first, _BOUNDS, strict=True), start=1):
            x[index] = min(first + most, max(first - most, x[index]))
        x[4] = min(_DRIFT_MAX_K_PER_S, max(-_DRIFT_MAX_K_PER_S, x[4]))
        self.temp_c = x[0]


def _phi_s(k_per_s: float, seconds: float) -> float:
    """Return the time for which the first rate counts: (1 - exp(-k t)) / k, t where k is 0."""
    if abs(k_per_s) * seconds < 1e-6:
        return seconds
    return -expm1(-k_per_s * seconds) / k_per_s


def _after_c(temp_c: float, phase: Stretch, air_c: float, x: Sequence[float]) -> float:
    """Return the temperature after *phase*, exact for a constant one."""
    heat, tie = exp(x[1]) * phase.load, exp(x[2]) + exp(x[3]) * phase.cooling
    rate = heat * (1.0 + ALPHA_COPPER_PER_K * (temp_c - 20.0)) - tie * (temp_c - air_c) + x[4]
    return temp_c + rate * _phi_s(tie - heat * ALPHA_COPPER_PER_K, phase.seconds)
