"""`silverpin demo`: a charger that moves, in the browser, with nothing to set up.

The demo is the daemon on a simulated plant with a state of its own that goes with it. A vehicle is
plugged in and a dispatcher sends set-points, until somebody else commands; then it is silent.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import sin, tau
from pathlib import Path
from typing import TYPE_CHECKING

from silverpin.apps.aloud import aloud
from silverpin.apps.control_socket.path import (
    VARIABLE,
    SocketPathError,
    own_directory,
    simulation_path,
)
from silverpin.apps.exits import Exit
from silverpin.apps.simulation_options import add_simulation
from silverpin.apps.terminal.arguments import Parser, add_version, as_meant, read

if TYPE_CHECKING:
    from silverpin.apps.world import World

NAME = "silverpin demo"
PORTS = tuple(range(8080, 8100))
"""Tried in turn where no port was asked for."""
_DISPATCH_NS = 2_000_000_000
_CYCLE_S = 240.0
_LOW_SOC, _HIGH_SOC = 0.3, 0.7


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo until it is told to stop; return its exit code."""
    options = read(_parser(), as_meant(NAME, argv))
    try:
        with tempfile.TemporaryDirectory(prefix="silverpin-demo-") as folder:
            return _run(options, Path(folder))
    except KeyboardInterrupt:  # before there was anything to end
        return Exit.DONE


def _run(options: argparse.Namespace, folder: Path) -> int:
    # The server stack is heavy; --help should not wait for it.
    from silverpin.apps.config import load_config
    from silverpin.apps.daemon.launch import Launch, launch

    config = load_config(None, True)
    config = replace(config, state=folder / "state.sqlite", log=folder / "demo.log")
    control = _control_path(folder)
    plan = Launch(
        name=NAME, config=config, control=control, host=options.host,
        ports=PORTS if options.port is None else (options.port,),
        seed=options.seed, speed=options.speed, grid_watched_s=options.grid_watched,
        talks=not options.pilot_only,
    )  # fmt: skip

    def ready(url: str) -> None:
        aloud(f"ready {url}", sys.stdout)
        _say("simulated; stop with Ctrl-C. Commands: evse-cli status, "
             "v2g-tool --mode V2X --power 5kW, silverpin act unplug")  # fmt: skip
        if control.parent == folder:
            _say(f"another charger has the usual socket; export {VARIABLE}={control}")
        if not options.no_browser:
            _open_browser(url)

    return launch(plan, ready, _dispatch)


def _say(text: str) -> None:
    aloud(f"{NAME}: {text}")


def _open_browser(url: str) -> None:
    """Open the user's browser from a process apart: it may wait, and it may talk."""
    silent = subprocess.DEVNULL
    command = [sys.executable, "-m", "webbrowser", url]
    subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)


def _control_path(folder: Path) -> Path:
    """Return the usual control socket, or one in *folder* where that one is not to be had."""
    told = os.environ.get(VARIABLE)
    usual = Path(told) if told else simulation_path(os.environ, os.getuid())
    try:
        own_directory(usual.parent)
    except SocketPathError:
        return folder / "control.sock"
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fspath(usual))
        except OSError:
            return usual
    return folder / "control.sock"


def _dispatch(world: "World") -> Callable[[], None]:
    return Dispatcher(world).step


class Dispatcher:
    """Plugs a vehicle in and sends set-points both ways, until somebody else commands."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._next_ns = 0
        self._plugged = False
        self._silent = False
        self._filling = False
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
        if self._fills():
            power_w = -power_w
        if not world.command_power(power_w).refused:
            self._sent_w = power_w

    def _fills(self) -> bool:
        """Return whether the day turns round: the battery gave what it has, until it is full."""
        charged = self._world.charger.ports.vehicle.state_of_charge()
        if charged is not None and not _LOW_SOC <= charged <= _HIGH_SOC:
            self._filling = charged < _LOW_SOC
        return self._filling


def demo_power_w(t_s: float) -> float:
    """Return the demo's set-point: three minutes to the grid, one to the vehicle, uneven."""
    phase = t_s % _CYCLE_S
    swing = 1_800.0 * sin(tau * t_s / 37.0) + 900.0 * sin(tau * t_s / 11.0)
    return round((-18_500.0 if phase < 180.0 else 16_500.0) + swing, -1)


def _parser() -> Parser:
    parser = Parser(prog=NAME, description="Show a simulated charger moving in the browser.")
    add_version(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    add_simulation(parser)
    return parser
