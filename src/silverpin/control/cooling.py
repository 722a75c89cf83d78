"""Two cooling loops: the first follows the hottest pin, the second comes on for fast warming.

Levels move in steps of a tenth with one step of hysteresis, so that fans do not hunt. What the
forecast asks for is added: each loop runs at the higher of both levels. While a thermal trip is
latched both loops run at full level until the pin is below the reset temperature.
"""

from dataclasses import dataclass

from silverpin.control.forecast import NO_NEED, Need
from silverpin.domain.limits import LIMITS, Limits

_STEPS = 10
_START_K, _FULL_K = 35.0, 15.0
"""The first loop starts this far below the trip, and is full this far below it."""


@dataclass(slots=True)
class Cooling:
    """Levels of both loops, 0..1, and why they run."""

    limits: Limits = LIMITS
    primary: float = 0.0
    secondary: float = 0.0
    reason: str = ""
    _followed: float = 0.0
    """The first loop's level by the temperature alone."""

    @property
    def both(self) -> float:
        """Sum of the levels."""
        return self.primary + self.secondary

    def step(
        self, hottest_c: float | None, secondary: bool, tripped: bool, need: Need = NO_NEED
    ) -> None:
        """Set the levels for the hottest pin now; an unknown temperature cools fully."""
        if hottest_c is None or (tripped and hottest_c >= self.limits.temp_reset_c - 2.0):
            self.primary = self.secondary = self._followed = 1.0
            self.reason = "a pin is unread" if hottest_c is None else "a pin got too hot"
            return
        self._follow(hottest_c)
        # Written so that a need that is no number asks for nothing.
        self.primary = need.primary if need.primary > self._followed else self._followed
        reacts = 1.0 if secondary else 0.0
        self.secondary = need.secondary if need.secondary > reacts else reacts
        if secondary:
            self.reason = "fast warming"
        elif self.both > self._followed:
            self.reason = need.reason
        else:
            self.reason = "pin temperature"

    def _follow(self, hottest_c: float) -> None:
        """Move the level that follows the temperature."""
        start_c = self.limits.temp_trip_c - _START_K
        wanted = (hottest_c - start_c) / (_START_K - _FULL_K)
        level = min(_STEPS, max(0, int(wanted * _STEPS)))
        now = round(self._followed * _STEPS)
        if level > now or level < now - 1:
            self._followed = level / _STEPS
        if level == 0 and wanted < -0.1:
            self._followed = 0.0
