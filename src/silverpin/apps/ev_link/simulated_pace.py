"""The clock of a conversation whose both ends are simulated in this process.

It is the wall's, or the World's where that goes slower: a fast World does not hurry the network. A
stall of the process is no silence of the vehicle, for it stalls both ends: it counts for a step.
"""

import asyncio
import time

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S

_STEP_S = 0.01
_STEP_MAX_NS = 50 * NS_PER_MS
_IDLE_S = 1.0
"""Without a deadline of its own, a conversation is looked at this often."""


class SimulatedPace:
    """A clock that goes on while `run` does."""

    def __init__(self, speed: float) -> None:
        self._rate = min(1.0, speed)
        self._now_ns = 0

    async def run(self) -> None:
        """Go on until cancelled."""
        seen_ns = time.monotonic_ns()
        while True:
            await asyncio.sleep(_STEP_S)
            now_ns = time.monotonic_ns()
            self._now_ns += int(min(now_ns - seen_ns, _STEP_MAX_NS) * self._rate)
            seen_ns = now_ns

    def now_ns(self) -> int:
        """Return the conversation's instant."""
        return self._now_ns

    def until_s(self, deadline_ns: int | None) -> float:
        """Return how long the wall takes to *deadline_ns*, no less than a step of this clock."""
        if deadline_ns is None:
            return _IDLE_S
        return max(_STEP_S, (deadline_ns - self._now_ns) / NS_PER_S / self._rate)
