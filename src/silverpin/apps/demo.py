"""`silverpin demo`: a charger that moves, in the browser, with nothing to set up.

The demo is the daemon on a simulated plant with a state of its own that goes with it. A vehicle is
plugged in and a dispatcher sends set-points, until somebody else commands; then it is silent.
"""

import argparse
import asyncio
import os
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from math import sin, tau
from pathlib import Path

from silverpin.apps.arguments import Parser, add_version, as_meant, read
from silverpin.apps.config import load_config
from silverpin.apps.exits import Exit
from silverpin.apps.socket_path import SocketPathError, own_directory, simulation_path
from silverpin.apps.world import World

NAME = "silverpin demo"
_DISPATCH_NS = 2_000_000_000
_CYCLE_S = 240.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo until it is told to stop; return its exit code."""
    options = read(_parser(), as_meant(NAME, argv))
    with tempfile.TemporaryDirectory(prefix="silverpin-demo-") as folder:
        return _run(options, Path(folder))


def _run(options: argparse.Namespace, folder: Path) -> int:
    from silverpin.apps.daemon.serve import PortBusy, listen, serve
    from silverpin.apps.daemon.station import SimulatedStation

    config = replace(
        load_config(None, True), state=folder / "state.sqlite", log=folder / "demo.log"
    )
    try:
        listener = listen(options.host, options.port)
        control = _control_path(folder)
    except (PortBusy, SocketPathError) as error:
        print(f"{NAME}: {error}", file=sys.stderr)
        return Exit.BAD_FILE
    station = SimulatedStation(config, options.seed, options.speed, socket.gethostname())
    dispatcher = Dispatcher(station.world)

    def ready() -> None:
        host = f"[{options.host}]" if ":" in options.host else options.host
        url = f"http://{host}:{listener.getsockname()[1]}/"
        print(f"ready {url}", flush=True)
        print(f"{NAME}: simulated; stop with Ctrl-C. Commands: evse-cli status, "
              f"v2g-tool --mode V2X --power 5kW, silverpin act plug", file=sys.stderr)  # fmt: skip
        if control.parent == folder:
            print(f"{NAME}: another charger has the usual socket; "
                  f"export SILVERPIN_SOCKET={control}", file=sys.stderr)  # fmt: skip
        sys.stderr.flush()
        if not options.no_browser:
            webbrowser.open(url)

    try:
        asyncio.run(serve(station, listener, control, ready, dispatcher.step))
    finally:
        station.close()
        listener.close()
    return Exit.DONE


def _control_path(folder: Path) -> Path:
    """Return the usual control socket, or one in *folder* where another charger answers there."""
    usual = simulation_path(os.environ, os.getuid())
    own_directory(usual.parent)
    probe = socket.socket(socket.AF_UNIX)
    try:
        probe.connect(str(usual))
    except OSError:
        return usual
    finally:
        probe.close()
    return folder / "control.sock"


class Dispatcher:
    """Plugs a vehicle in and sends set-points both ways, until somebody else commands."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._next_ns = 0
        self._plugged = False
        self._silent = False
        self._sent_w: float | None = None

    def step(self) -> None:
        """Send the next set-point if one is due."""
        world = self._world
        if self._silent or world.now_ns < self._next_ns:
            return
        self._next_ns = world.now_ns + _DISPATCH_NS
        if not self._plugged:
            self._plugged = True
            world.act("plug")
            return
        if self._sent_w is not None and world.charger.supervisor.wish.power_w != self._sent_w:
            self._silent = True
            return
        power_w = demo_power_w(world.now_ns * 1e-9)
        if not world.command_power(power_w).refused:
            self._sent_w = power_w


def demo_power_w(t_s: float) -> float:
    """Return the demo's set-point: three minutes to the grid, one to the vehicle, uneven."""
    phase = t_s % _CYCLE_S
    swing = 1_800.0 * sin(tau * t_s / 37.0) + 900.0 * sin(tau * t_s / 11.0)
    return round((-18_500.0 if phase < 180.0 else 16_500.0) + swing, -1)


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.01 <= value <= 100.0:
        raise argparse.ArgumentTypeError(f"{text} is no speed: give 0.01 to 100")
    return value


def _parser() -> Parser:
    parser = Parser(prog=NAME, description="Show a simulated charger moving in the browser.")
    add_version(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8080, help="TCP port, 0 for any")
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulated plant")
    parser.add_argument("--speed", type=_speed, default=1.0, help="virtual seconds a second")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    return parser
