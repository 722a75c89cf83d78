"""Opens the charger to vehicles beside the daemon's ticks, and brings the simulated one along.

On a simulated plant both ends are in this process and meet over loopback: with TLS and certificates
that only this process knows, where the packages of `silverpin[v2g]` are installed, else in clear
and said so. What cannot be opened is said in a sentence, and the simulated vehicle then talks in
memory: a demonstration does not fail for want of a network.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from silverpin.apps.aloud import aloud
from silverpin.apps.config.sections import V2gSection
from silverpin.apps.daemon.beside import beside
from silverpin.apps.ev_link.plc_line import PlcLine
from silverpin.apps.ev_link.rehearsal import rehearse
from silverpin.apps.ev_link.server import Pace, VehicleServer
from silverpin.apps.ev_link.simulated_pace import SimulatedPace
from silverpin.apps.ev_link.talk import Talk
from silverpin.apps.world import World
from silverpin.apps.world_ev_network import NetworkCar
from silverpin.drivers.v2g.capture_writer import CaptureFolder
from silverpin.drivers.v2g.connection import Connection
from silverpin.drivers.v2g.interface import CannotListen, Listen
from silverpin.drivers.v2g.listener import V2gListener, met
from silverpin.drivers.v2g.vehicle import meet
from silverpin.protocols.admission import ISO20, Policy

if TYPE_CHECKING:
    from silverpin.drivers.v2g.tls import TlsSide

LOOPBACK = "::1"
CAPTURE_WRITTEN_S = 2.0
"""How long the end waits for the last capture."""


@asynccontextmanager
async def simulated_vehicles(
    world: World,
    asked: V2gSection,
    speed: float,
    kept_in: Path,
    line: PlcLine | None = None,
) -> AsyncIterator[None]:
    """Let the World's vehicle talk over loopback, kept in a folder, as long as this lasts."""
    talk = world.talk
    if talk is None or world.car is None:
        yield
        return
    in_memory, world.ev = world.ev, None
    pace = SimulatedPace(speed)
    talk.clock, going = pace.now_ns, asyncio.create_task(pace.run())
    opening = asyncio.create_task(_open(world, asked, pace, kept_in, line))

    def opened(task: asyncio.Task[_Opened]) -> None:
        if not task.cancelled() and task.exception() is not None:
            aloud(f"the simulated vehicle talks in memory: {task.exception()}")
            world.ev, talk.clock = in_memory, None

    opening.add_done_callback(opened)
    try:
        yield
    finally:
        talk.close()
        going.cancel()
        opening.cancel()
        (found,) = await asyncio.gather(opening, return_exceptions=True)
        if isinstance(found, _Opened):
            await found.close()


class _Opened:
    """The listener and the vehicle that knows it."""

    def __init__(
        self, listener: V2gListener, running: asyncio.Task[None], captures: CaptureFolder | None
    ) -> None:
        self._listener = listener
        self._running = running
        self._captures = captures

    async def close(self) -> None:
        """End both, the vehicle first."""
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self._listener.close()
        if self._captures is not None:
            self._captures.close(CAPTURE_WRITTEN_S)


async def _open(
    world: World, asked: V2gSection, pace: Pace, kept_in: Path, line: PlcLine | None
) -> _Opened:
    if world.talk is None or world.car is None:
        raise RuntimeError("this World's vehicle does not talk")
    policy = Policy(asked.policy)
    dc = world.bay.kind.direct_current
    await asyncio.to_thread(rehearse, (ISO20,), direct_current=dc)
    made = await asyncio.to_thread(_bench_sides, policy, asked)
    chargers, vehicles = made or ((), ())
    server = VehicleServer(world.talk, pace, line)
    captures = captures_of(kept_in, asked, world.talk, "loopback")
    listener = V2gListener(
        policy=policy if made else Policy.OPEN, sides=chargers,
        on_connection=server.serve, on_turned=server.turned,
        tape=None if captures is None else captures.tape, key_log=asked.key_log,
    )  # fmt: skip
    await _listen(listener, asked.port)
    how = met(listener.policy, listener.profiles, key_log=asked.key_log)
    world.talk.opened(f"on [{LOOPBACK}]:{listener.port}, {how}")

    async def to_charger() -> Connection:
        return await meet(LOOPBACK, listener.port, vehicles[0] if vehicles else None)

    car = NetworkCar(world.car, to_charger, pace)
    return _Opened(listener, beside(car.run(), "the simulated vehicle"), captures)


def captures_of(
    folder: Path, asked: V2gSection, talk: Talk, interface: str
) -> CaptureFolder | None:
    """Return what keeps the last sessions; its thread's troubles are told in the loop."""
    if not asked.capture:
        return None
    loop = asyncio.get_running_loop()

    def troubled(why: str) -> None:
        loop.call_soon_threadsafe(talk.trouble, why)

    return CaptureFolder(
        folder, keep=asked.capture, interface=interface, utc_ns=time.time_ns,
        on_trouble=troubled,
    )  # fmt: skip


async def _listen(listener: V2gListener, port: int) -> None:
    """Take the port that vehicles usually find, or any that is free."""
    try:
        await listener.open(Listen(None, port, LOOPBACK))
    except CannotListen:
        await listener.open(Listen(None, 0, LOOPBACK))


def _bench_sides(
    policy: Policy, asked: V2gSection
) -> tuple[Sequence["TlsSide"], Sequence["TlsSide"]] | None:
    """Make certificates for both ends; None without the packages for TLS."""
    try:
        from silverpin.drivers.v2g.trust import bench_sides
    except ImportError:
        return None
    return bench_sides(policy, asked.profile)
