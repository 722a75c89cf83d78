"""Whether the grid may be fed: inside its profile, and back for long enough after it was not.

A frequency or voltage that is no number is outside. What nobody watched (`lose`) counts as outside
as well: a silent meter or a restart must not shorten the reconnect delay.
"""

from silverpin.domain.grid_profiles import GridProfile
from silverpin.domain.quantities import seconds_to_ns


class GridWatch:
    """Judge the charger's own grid meter against a profile, with clearing and reconnect times."""

    __slots__ = ("_back_ns", "_out_ns", "_profile", "ok")

    def __init__(self, profile: GridProfile) -> None:
        self._profile = profile
        self._out_ns: int | None = None
        self._back_ns: int | None = None
        self.ok = True

    def step(self, now_ns: int, hz: float, volts: float) -> bool:
        """Return whether reverse power may flow at this instant."""
        row = self._profile
        if row.under_hz <= hz <= row.over_hz and row.under_v <= volts <= row.over_v:
            self._out_ns = None
            if not self.ok:
                self._wait(now_ns)
            return self.ok
        self._back_ns = None
        if self._out_ns is None:
            self._out_ns = now_ns
        if now_ns - self._out_ns >= seconds_to_ns(row.clearing_s):
            self.ok = False
        return self.ok

    def lose(self) -> None:
        """Take the grid as outside: it is unread, or was outside when an earlier process ended."""
        self.ok, self._out_ns, self._back_ns = False, None, None

    def _wait(self, now_ns: int) -> None:
        if self._back_ns is None:
            self._back_ns = now_ns
        if now_ns - self._back_ns >= seconds_to_ns(self._profile.reconnect_s):
            self.ok, self._back_ns = True, None
