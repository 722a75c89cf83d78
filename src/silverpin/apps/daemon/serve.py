"""The daemon's event loop: tick, control socket and page in one process, one thread but the disk's.

The tick has the loop first: sockets and pages are served between two ticks, and each of their turns
is bounded. A tick that comes late is counted; past the lease the contactor has opened by itself.
"""

import asyncio
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from silverpin.apps.daemon.commands import Commands
from silverpin.apps.daemon.station import SimulatedStation, StationPage
from silverpin.apps.exits import Exit
from silverpin.apps.peers import Peer, simulation_admission
from silverpin.apps.requests import answer
from silverpin.apps.socket_server import SIMULATION_MODE, ControlServer
from silverpin.apps.web.server import create_app

TICK_S = 0.02


class PortBusy(Exception):
    """The page's port cannot be had; the message says which and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket for the page; raise `PortBusy` with one sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
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


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the daemon has its own."""

    def install_signal_handlers(self) -> None:
        """Leave signals to the daemon."""


async def serve(
    station: SimulatedStation, listener: socket.socket, control: Path,
    ready: Callable[[], None], each_tick: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Run until SIGTERM or SIGINT, then end orderly."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    commands = Commands(station)
    desk = ControlServer(commands, station.note, simulation_admission())
    await desk.start(control, mode=SIMULATION_MODE)
    page = StationPage(station, lambda: _page_reset(commands, station))
    app = create_app(page, simulated=True)
    config = uvicorn.Config(
        app, log_level="critical", lifespan="off", access_log=False, ws="none",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = _Server(config)
    web = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        station.advance()
        ready()
        while not stop.is_set() and not web.done():
            each_tick()
            station.advance()
            await _sleep_until_next(loop, stop)
    finally:
        server.should_exit = True
        station.feed.close()
        await asyncio.gather(web, return_exceptions=True)
        await desk.close()


async def _sleep_until_next(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), TICK_S)
    except TimeoutError:
        return


def _page_reset(commands: Commands, station: SimulatedStation) -> dict[str, object]:
    """Reset the thermal latch from the simulated page, recorded like any command."""
    nobody = Peer(pid=0, uid=0, gid=0, groups=frozenset(), allowed=True, name="page")
    told = commands.handle({"command": "reset", "thermal": True, "code": None}, nobody)
    kind = "command_refused" if told["exit"] else "command"
    station.note(kind, {"command": "reset thermal", "answer": told["text"], "uid": 0, "pid": 0})
    return told if told["exit"] else answer(Exit.DONE, told["text"])
