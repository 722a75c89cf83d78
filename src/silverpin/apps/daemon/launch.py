"""Starts a daemon on a simulated plant, for `evse-control-daemon` and `silverpin demo` alike.

Everything that can be refused is refused in one sentence before anything is served.
"""

import asyncio
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from silverpin.apps.config import Config
from silverpin.apps.control_socket.path import SocketPathError, own_directory
from silverpin.apps.daemon.serve import PortBusy, listen, serve
from silverpin.apps.daemon.station import SimulatedStation
from silverpin.apps.exits import Exit
from silverpin.apps.world import World
from silverpin.drivers.state_file import StateError

EachTick = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What is started."""

    name: str
    config: Config
    control: Path
    host: str
    ports: tuple[int, ...]
    """TCP ports of the page, the first free one is taken."""
    seed: int
    speed: float
    talks: bool = True
    """The simulated vehicle talks ISO 15118; without it, it asks with its pilot alone."""
    visited: bool = False
    """Vehicles come from outside, at the interface of [v2g]."""
    grid_watched_s: float | None = None
    """How long its grid was watched before; None is long, and not at all after a restart."""


def launch(
    plan: Launch, ready: Callable[[str], None], driver: Callable[[World], EachTick] | None = None
) -> int:
    """Run until told to end; *driver* may act on the world before each tick. Return the exit code.

    *ready* is told the page's address.
    """
    listener = None
    try:
        own_directory(plan.control.parent)
        listener = _listen_at_one(plan)
        station = SimulatedStation(
            plan.config,
            plan.seed,
            plan.speed,
            socket.gethostname(),
            plan.grid_watched_s,
            plan.talks,
            plan.visited,
        )
        station.wear.begin(used=station.ledger.matings > 0)
        station.begin_contact()
        address = _address(plan.host, listener)
        each_tick = driver(station.world) if driver is not None else _nothing
        serving = serve(station, listener, plan.control, lambda: ready(address), each_tick)
        told = asyncio.run(serving)
    except (PortBusy, StateError, SocketPathError) as error:
        return refuse(plan.name, str(error))
    finally:
        if listener is not None:
            listener.close()
    return Exit.DONE if told is None else refuse(plan.name, told)


def refuse(name: str, text: str) -> int:
    """Say why *name* does not run, and return the exit code for that."""
    print(f"{name}: {text}", file=sys.stderr)
    return Exit.BAD_FILE


def _nothing() -> None:
    """A world without a driver is left alone."""


def _listen_at_one(plan: Launch) -> socket.socket:
    for port in plan.ports[:-1]:
        try:
            return listen(plan.host, port)
        except PortBusy:
            continue
    return listen(plan.host, plan.ports[-1])


def _address(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"
