"""Our charger's end of a real connection, for a vehicle that is not ours."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import NamedTuple

from silverpin.drivers.v2g.connection import Connection
from silverpin.drivers.v2g.interface import Listen
from silverpin.drivers.v2g.listener import V2gListener
from silverpin.drivers.v2g.tls import TlsSide
from silverpin.drivers.v2g.turning import Turned
from silverpin.protocols.admission import Policy
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.turn import Turn
from tests.bench_charger import BenchCharger
from tests.interop.held import End, Held, converse

ON_LOOPBACK = Listen(None, 0, "::1")


class Charger(NamedTuple):
    """A charger that listens."""

    port: int
    held: asyncio.Queue[Held]
    """Conversations that are over."""
    turned: list[Turned]
    """Connections that were not taken."""


@asynccontextmanager
async def our_charger(
    bench: BenchCharger,
    sides: Sequence[TlsSide] = (),
    policy: Policy = Policy.OPEN,
    listen: Listen = ON_LOOPBACK,
) -> AsyncIterator[Charger]:
    """Give a charger that talks to whatever *policy* lets in."""
    held: asyncio.Queue[Held] = asyncio.Queue()
    turned: list[Turned] = []

    async def serve(connection: Connection) -> None:
        held.put_nowait(await _hold(connection, bench))

    listener = V2gListener(policy=policy, sides=sides, on_connection=serve, on_turned=turned.append)
    await listener.open(listen)
    try:
        yield Charger(listener.port, held, turned)
    finally:
        await listener.close()


async def _hold(connection: Connection, bench: BenchCharger) -> Held:
    offered = connection.terms.admitted.charging
    ours = ChargerEndpoint(offered=offered, chance=Random(1), now_ns=time.monotonic_ns())

    def turn(data: bytes | None, now_ns: int) -> Turn:
        side = bench.side(ours.told)
        if data is None:
            return ours.tick(side, now_ns)
        return ours.receive(data, side, now_ns) if data else ours.vanished()

    return await converse(connection, End(lambda: ours.deadline_ns, turn), Turn())
