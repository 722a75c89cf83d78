"""The clock of a conversation with a vehicle that is really elsewhere."""

import time

from silverpin.domain.quantities import NS_PER_S

_STEP_S = 0.001


class WallPace:
    """The wall's clock, whatever the charger's does."""

    def now_ns(self) -> int:
        """Return the wall's instant."""
        return time.monotonic_ns()

    def until_s(self, deadline_ns: int | None) -> float:
        """Return the wall's time to *deadline_ns*, a second where there is none."""
        left_ns = NS_PER_S if deadline_ns is None else deadline_ns - self.now_ns()
        return max(left_ns / NS_PER_S, _STEP_S)
