"""The daemon's event loop: tick, control socket and page in one process, one thread but the disk's.

The tick has the loop first: sockets and pages are served between two ticks, and each of their turns
is bounded. A tick that comes late is counted; past the lease the contactor has opened by itself.
A page that ends by itself stops nothing else.
"""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from pathlib import Path

import uvicorn

from silverpin.apps.control_socket.peers import simulation_admission
from silverpin.apps.control_socket.server import SIMULATION_MODE, ControlServer
from silverpin.apps.daemon.beside import beside
from silverpin.apps.daemon.commands import Commands
from silverpin.apps.daemon.page import Page
from silverpin.apps.daemon.plc_service import plc_modem
from silverpin.apps.daemon.station import SimulatedStation
from silverpin.apps.daemon.vehicle_service import simulated_vehicles
from silverpin.apps.daemon.visiting_vehicles import visiting_vehicles
from silverpin.apps.web.connections import server_config
from silverpin.apps.web.server import create_app
from silverpin.domain.quantities import NS_PER_S

_ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class PortBusy(Exception):
    """The page's port cannot be had; the message says which and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket for the page; raise `PortBusy` with one sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, so that asyncio sends small segments at once: else an answer in two parts waits 40 ms
    # for the browser to acknowledge the first.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(64)
    except (OSError, OverflowError) as error:
        listener.close()
        said = getattr(error, "strerror", None) or str(error)
        raise PortBusy(
            f"{host}:{port} cannot be listened on ({said.lower()}): give another with --port"
        ) from error
    return listener


async def serve(
    station: SimulatedStation, listener: socket.socket, control: Path,
    ready: Callable[[], None], each_tick: Callable[[], None],
) -> str | None:  # fmt: skip
    """Run until SIGTERM, SIGINT or SIGHUP, then end orderly; return what could not be written.

    Raises `SocketPathError` if *control* cannot be had.
    """
    stop = asyncio.Event()
    _end_on_signals(stop)
    period_s = station.world.setup.tick_ns / NS_PER_S
    try:
        desk = ControlServer(Commands(station), station.note, simulation_admission())
        await desk.start(control, mode=SIMULATION_MODE)
        try:
            async with (
                _web(Page(station, desk.desk), listener, station),
                _vehicles(station),
                plc_modem(station.plc, station.v2g, station.pilot, station.heed_line),
            ):
                station.advance()
                ready()
                while not stop.is_set():
                    each_tick()
                    station.advance()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), period_s)
        finally:
            await desk.close()
    finally:
        told = station.close()
    return told


def _vehicles(station: SimulatedStation) -> AbstractAsyncContextManager[None]:
    world, asked, line = station.world, station.v2g, station.plc
    if station.visited:
        return visiting_vehicles(world, asked, station.certificates, station.captures, line)
    return simulated_vehicles(world, asked, station.speed, station.captures, line)


def _end_on_signals(stop: asyncio.Event) -> None:
    """End on signals; what `nohup` or a service told this process to ignore stays ignored."""
    loop = asyncio.get_running_loop()
    for number in _ENDS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the daemon has its own."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leave signals to the daemon."""
        return nullcontext()


@asynccontextmanager
async def _web(
    page: Page, listener: socket.socket, station: SimulatedStation
) -> AsyncIterator[None]:
    """Serve the page as long as this lasts; its readers are told before the server ends."""
    server = _Server(server_config(create_app(page, simulated=True)))
    serving = beside(server.serve(sockets=[listener]), "the page")
    try:
        yield
    finally:
        server.should_exit = True
        station.feed.close()
        await asyncio.gather(serving, return_exceptions=True)
