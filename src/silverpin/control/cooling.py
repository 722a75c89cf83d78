"""Two cooling loops: the first follows the hottest pin, the second comes on for fast warming.

Levels move in steps of a tenth with one step of hysteresis, so that fans do not hunt. While a
thermal trip is latched both loops run at full level until the pin is below the reset temperature.
"""

from dataclasses import dataclass

from silverpin.domain.limits import LIMITS, Limits

_STEPS = 10
_START_K, _FULL_K = 35.0, 15.0
"""The first loop starts this far below the trip, and is full this far below it."""


@dataclass(slots=True)
class Cooling:
    """Levels of both loops, 0..1."""

    limits: Limits = LIMITS
    primary: float = 0.0
    secondary: float = 0.0

    def step(self, hottest_c: float | None, secondary: bool, tripped: bool) -> None:
        """Set the levels for the hottest pin now; an unknown temperature cools fully."""
        if hottest_c is None or (tripped and hottest_c >= self.limits.temp_reset_c - 2.0):
            self.primary = self.secondary = 1.0
            return
        start_c = self.limits.temp_trip_c - _START_K
        wanted = (hottest_c - start_c) / (_START_K - _FULL_K)
        level = min(_STEPS, max(0, int(wanted * _STEPS)))
        now = round(self.primary * _STEPS)
        if level > now or level < now - 1:
            self.primary = level / _STEPS
        if level == 0 and wanted < -0.1:
            self.primary = 0.0
        self.secondary = 1.0 if secondary else 0.0
