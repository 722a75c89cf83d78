"""Grid and house: frequency and voltage that wander, or that somebody pushes.

Both wander as Ornstein-Uhlenbeck processes, stepped exactly, at most once a second: the standard
deviation is near what a synchronous area shows (20 mHz), the time constant a few minutes.
"""

from math import exp, sqrt
from random import Random

_PERIOD_S = 1.0


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
        gauss = self._rng.gauss
        keep = exp(-self._since_s / 300.0)
        kick = sqrt(1.0 - keep * keep)
        self._since_s = 0.0
        self._hz_off = keep * self._hz_off + kick * gauss(0.0, 0.02)
        self._v_off = keep * self._v_off + kick * gauss(0.0, 1.5)
        off_w = keep * (self.house_w - self.house_mean_w) + kick * gauss(0.0, 250.0)
        self.house_w = max(80.0, self.house_mean_w + off_w)
