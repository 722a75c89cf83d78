"""Grid and house: frequency and voltage that wander, or that somebody pushes.

All three wander as Ornstein-Uhlenbeck processes, stepped exactly, about once a second: the
standard deviation is near what a synchronous area shows (20 mHz), the time constant a few minutes.
Each step's chance is even, not Gaussian; hundreds of them add up to the same.
"""

from math import exp, sqrt
from random import Random

_PERIOD_S = 1.0
_WANDER_S = 300.0
_SPREAD_HZ, _SPREAD_V, _SPREAD_W = 0.02, 1.5, 250.0
_HOUSE_LEAST_W = 80.0
_EVEN = sqrt(3.0)
"""An even chance between ±sqrt(3) has a standard deviation of one."""


class Grid:
    """Frequency, voltage and the load of a house behind the same meter."""

    __slots__ = ("_hz_off", "_rng", "_since_s", "_v_off", "house_mean_w", "house_w", "nominal_hz",
                 "nominal_v", "pushed_hz", "pushed_v")  # fmt: skip

    def __init__(self, rng: Random, nominal_hz: float) -> None:
        self._rng = rng
        self.nominal_hz = nominal_hz
        self.nominal_v = 230.0 if nominal_hz < 55.0 else 240.0
        self.pushed_hz: float | None = None
        self.pushed_v: float | None = None
        """What somebody, or a file, makes of frequency and voltage; None lets them wander."""
        self.house_mean_w = 700.0
        self.house_w = self.house_mean_w
        self._hz_off = 0.0
        self._v_off = 0.0
        self._since_s = 0.0

    @property
    def hz(self) -> float:
        """Frequency now."""
        return self.nominal_hz + self._hz_off if self.pushed_hz is None else self.pushed_hz

    @property
    def volts(self) -> float:
        """Voltage between a phase and neutral now."""
        return self.nominal_v + self._v_off if self.pushed_v is None else self.pushed_v

    def step(self, dt_s: float) -> None:
        """Advance by *dt_s*."""
        self._since_s += dt_s
        if self._since_s < _PERIOD_S:
            return
        keep = exp(-self._since_s / _WANDER_S)
        kick = _EVEN * sqrt(1.0 - keep * keep)
        self._since_s = 0.0
        random = self._rng.random
        self._hz_off = keep * self._hz_off + kick * _SPREAD_HZ * (2.0 * random() - 1.0)
        self._v_off = keep * self._v_off + kick * _SPREAD_V * (2.0 * random() - 1.0)
        off_w = keep * (self.house_w - self.house_mean_w)
        off_w += kick * _SPREAD_W * (2.0 * random() - 1.0)
        self.house_w = max(_HOUSE_LEAST_W, self.house_mean_w + off_w)
