"""The daemon's place for vehicles: one conversation at a time, each turn between two ticks.

A connection has passed the policy when it comes here. A second one is told off in a word and
closed. Handshakes are done elsewhere (`drivers.v2g.listener`), a turn here takes well below a
millisecond, and a vehicle that does not read what it is told is waited for without the loop.
"""

import asyncio
import time
from typing import Protocol

from silverpin.apps.ev_link.plc_line import PlcLine
from silverpin.apps.ev_link.talk import Arrival, Talk
from silverpin.drivers.v2g.connection import Connection
from silverpin.drivers.v2g.listener import Unmet
from silverpin.drivers.v2g.turning import Turned


class Pace(Protocol):
    """The clock of conversations."""

    def now_ns(self) -> int:
        """Return the conversation's instant."""

    def until_s(self, deadline_ns: int | None) -> float:
        """Return how long the wall takes to *deadline_ns*, a little while where there is none."""


class VehicleServer:
    """Holds the charger's end of whatever connection comes."""

    def __init__(self, talk: Talk, pace: Pace, line: PlcLine | None = None) -> None:
        self._line = line
        self._talk = talk
        self._pace = pace

    def turned(self, turned: Turned) -> None:
        """Note a connection that was not taken."""
        self._talk.refuse(f"{turned.peer}: {turned.why}")

    async def serve(self, connection: Connection) -> None:
        """Talk to one vehicle until either ends. Raises Unmet."""
        terms = connection.terms
        if self._line is not None:
            self._line.talked(terms.shaken, time.monotonic_ns())
        if self._talk.busy:
            raise Unmet("another vehicle is being talked to")
        if not self._talk.plug_is_in():
            raise Unmet("no plug is in")
        agreed = terms.agreed
        how = terms.carrier.value
        if agreed is not None:
            how = f"{how}, {agreed.suite}, {agreed.group}"
        peer = agreed.peer if agreed is not None else None
        arrival = Arrival(
            terms.admitted,
            f"from {terms.peer}, {how}",
            certificate=peer.subject if peer else None,
            identity=peer.sha512 if peer else None,
        )
        turn = self._talk.begin(arrival, self._pace.now_ns())
        try:
            await self._hold(connection, turn)
        finally:
            self._talk.lost(turn)

    async def _hold(self, connection: Connection, number: int) -> None:
        talk, pace = self._talk, self._pace
        while talk.number == number:
            octets = await heard(connection, pace.until_s(talk.deadline_ns))
            if octets is None:
                told = talk.tick(pace.now_ns())
            elif octets:
                told = talk.receive(octets, pace.now_ns())
            else:
                return
            if told:
                await connection.write(told, pace.until_s(talk.deadline_ns))


async def heard(connection: Connection, wait_s: float) -> bytes | None:
    """Return what the other side says within a time: nothing once it has ended, None for silence.

    Read in the task that answers: a task of its own for each read would let the loop's other work
    in twice more between a request and its answer.
    """
    try:
        async with asyncio.timeout(wait_s):
            return await connection.read()
    except TimeoutError:
        return None
