"""The simulated vehicle on a real network: it finds its charger over TCP, and TLS where it can.

It lives in the daemon's loop beside the charger it talks to, and shares nothing with it but the
octets and the simulated battery. While its plug is in and power is offered it opens a connection; a
plug that comes out takes the connection with it.
"""

import asyncio
from collections.abc import Awaitable, Callable

from silverpin.apps.ev_link.server import Pace, heard
from silverpin.apps.world_ev import SimulatedCar
from silverpin.drivers.v2g.connection import Connection
from silverpin.drivers.v2g.vehicle import NoCharger

_LOOK_S = 0.02
"""How often a vehicle without a conversation looks at its pilot."""
_TRY_AGAIN_S = 2.0

Meet = Callable[[], Awaitable[Connection]]


class NetworkCar:
    """The simulated vehicle's way to the charger."""

    def __init__(self, car: SimulatedCar, meet: Meet, pace: Pace) -> None:
        self._car = car
        self._meet = meet
        self._pace = pace

    async def run(self) -> None:
        """Talk whenever power is offered, for as long as this is not cancelled."""
        while True:
            if self._car.begins:
                try:
                    await self._converse()
                except NoCharger:
                    await asyncio.sleep(_TRY_AGAIN_S)
            await asyncio.sleep(_LOOK_S)

    async def _converse(self) -> None:
        connection = await self._meet()
        try:
            await connection.write(self._car.begin(self._pace.now_ns()))
            await self._hold(connection)
        finally:
            self._car.lost()
            await connection.close()

    async def _hold(self, connection: Connection) -> None:
        car, pace = self._car, self._pace
        while car.endpoint is not None:
            if not car.plugged:
                car.leave()
                return
            octets = await heard(connection, min(pace.until_s(car.deadline_ns), _LOOK_S))
            if octets is None:
                said = car.tick(pace.now_ns())
            elif octets:
                said = car.receive(octets, pace.now_ns())
            else:
                return
            if said:
                await connection.write(said)
