"""A conversation that one of our ends holds over a real connection, turn by turn."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_S
from silverpin.drivers.v2g.connection import Connection
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import Stage
from silverpin.protocols.iso15118.turn import Happening, Turn, What

_TICK_S = 0.001


class Held(NamedTuple):
    """A conversation that is over."""

    ending: Ending
    happenings: tuple[Happening, ...]
    took_s: float

    @property
    def stages(self) -> list[Stage]:
        """The stages that were reached, in their order."""
        return [Stage(h.words) for h in self.happenings if h.what is What.STAGE]

    @property
    def words(self) -> str:
        """What is said of the end."""
        return next(h.words for h in reversed(self.happenings) if h.what is What.ENDED)


class End(NamedTuple):
    """One of our endpoints, as a loop needs it."""

    deadline_ns: Callable[[], int | None]
    turn: Callable[[bytes | None, int], Turn]
    """Octets of the other side, none of them when it has closed, None when time is up."""


async def converse(connection: Connection, end: End, first: Turn) -> Held:
    """Go on from the *first* turn until the conversation is over, then close."""
    began, turn, happenings = time.perf_counter(), first, list(first.happenings)
    await connection.write(first.send)
    while turn.ending is None:
        turn = end.turn(await _received(connection, end.deadline_ns()), time.monotonic_ns())
        if turn.send:
            await connection.write(turn.send)
        happenings += turn.happenings
    held = Held(turn.ending, tuple(happenings), time.perf_counter() - began)
    await connection.close()
    return held


async def _received(connection: Connection, deadline_ns: int | None) -> bytes | None:
    left_s = ((deadline_ns or 0) - time.monotonic_ns()) / NS_PER_S
    try:
        return await asyncio.wait_for(connection.read(), max(left_s, _TICK_S))
    except TimeoutError:
        return None
