"""Who was turned away, told no more often than a journal can bear."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

TOLD_AGAIN_S = 10.0
"""In so long a reason is told once, and this many reasons at most; the others are counted."""
REASONS_MAX = 8


class Turned(NamedTuple):
    """A connection that was not taken, or a question that was not answered, for log and page."""

    peer: str
    why: str


class Turning:
    """Tells of each, but not of everybody who comes with the same reason."""

    def __init__(self, tell: Callable[[Turned], None]) -> None:
        self._tell = tell
        self._began_s = -TOLD_AGAIN_S
        self._told: set[str] = set()
        self._untold = 0

    def __call__(self, peer: str, why: str) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._began_s >= TOLD_AGAIN_S:
            self._began_s, self._told = now_s, set()
        if why in self._told or len(self._told) >= REASONS_MAX:
            self._untold += 1
            return
        self._told.add(why)
        more, self._untold = self._untold, 0
        self._tell(Turned(peer, f"{why} ({more} more since the last one told)" if more else why))
