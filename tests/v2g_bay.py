"""A charger's listener in a test: it answers every question and remembers who came."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from silverpin.drivers.v2g.connection import Connection
from silverpin.drivers.v2g.interface import Listen
from silverpin.drivers.v2g.listener import V2gListener
from silverpin.drivers.v2g.turning import Turned
from silverpin.drivers.v2g.vehicle import meet
from silverpin.protocols import v2gtp
from silverpin.protocols.admission import Policy
from tests.captures import SAP_REQ, SAP_RES

HOME = Listen(None, 0, "::1")
QUESTION, ANSWER = v2gtp.frame(v2gtp.EXI, SAP_REQ), v2gtp.frame(v2gtp.EXI, SAP_RES)


class Bay:
    """A charger that answers every question and remembers who came."""

    def __init__(self) -> None:
        self.came: list[Connection] = []
        self.turned: list[Turned] = []

    async def serve(self, connection: Connection) -> None:
        self.came.append(connection)
        while await connection.read():
            await connection.write(ANSWER)

    @contextlib.asynccontextmanager
    async def open(
        self, policy: Policy, sides: Sequence[Any] = (), **more: Any
    ) -> AsyncIterator[V2gListener]:
        found = V2gListener(
            policy=policy,
            sides=sides,
            on_connection=self.serve,
            on_turned=self.turned.append,
            **more,
        )
        await found.open(HOME)
        try:
            yield found
        finally:
            await found.close()


async def asked(port: int, side: Any) -> bytes:
    """What a vehicle hears when it asks once and leaves."""
    connection = await meet("::1", port, side)
    await connection.write(QUESTION)
    heard = await connection.read()
    await connection.close()
    return heard
