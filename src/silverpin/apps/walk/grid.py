"""The grid as it is, held against its profile: which stage has run out, and whether it may be fed.

Written for the onlookers, who must not ask the charger's own watch. It allows whatever a watch
could allow that looks now and then: a stage that looks at a mean is left to its own tests.
"""

from silverpin.domain.grid_profiles import GridProfile, Quantity
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S

_SLACK_NS = 40 * NS_PER_MS


class GridTruth:
    """Follows frequency and voltage from instant to instant."""

    def __init__(self, profile: GridProfile) -> None:
        self._profile = profile
        self._stages = tuple(row for row in profile.stages if not row.mean_s)
        self._quiet = (*profile.innermost(Quantity.FREQUENCY), *profile.innermost(Quantity.VOLTAGE))
        self._beyond_ns: dict[str, int] = {}
        self._back_ns: int | None = None
        self.ran_out: str | None = None
        """The stage that the grid is beyond for longer than its clearing time."""
        self.may_feed = True
        """Seen in the reconnect band for long enough since the last trip, silence or restart."""

    def see(self, now_ns: int, hz: float, volts: float) -> None:
        """Take the grid of this instant."""
        row = self._profile
        low_hz, high_hz, low_v, high_v = self._quiet
        self.ran_out = None
        if self._beyond_ns or not (low_hz <= hz <= high_hz and low_v <= volts <= high_v):
            self._count(now_ns, hz, volts)
        if self.may_feed:
            return
        if not row.reconnect.holds(hz, volts):
            self._back_ns = None
        elif self._back_ns is None:
            self._back_ns = now_ns
        elif now_ns - self._back_ns >= row.reconnect_s * NS_PER_S - _SLACK_NS:
            self.may_feed = True

    def pass_unseen(self) -> None:
        """Let an instant pass at which no program runs: its stages begin to count anew."""
        self._beyond_ns.clear()
        self.ran_out = None

    def lose(self) -> None:
        """Nobody watched: a restart, or a meter that was silent."""
        self.may_feed, self._back_ns = False, None

    def _count(self, now_ns: int, hz: float, volts: float) -> None:
        for stage in self._stages:
            value = hz if stage.quantity is Quantity.FREQUENCY else volts
            if not stage.beyond(value):
                self._beyond_ns.pop(stage.name, None)
                continue
            since_ns = self._beyond_ns.setdefault(stage.name, now_ns)
            if now_ns - since_ns > stage.clearing_s * NS_PER_S:
                self.ran_out = stage.name
                self.lose()
