"""The command line of `evse-control-daemon`: configuration first, then either real or simulated.

Without a hardware configuration it does not start, unless it is told to simulate; a simulated plant
is marked everywhere and keeps its state apart.
"""

import argparse
import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from silverpin.apps.arguments import Parser, add_version, as_meant, read
from silverpin.apps.config import Config, ConfigError, load_config
from silverpin.apps.exits import Exit
from silverpin.apps.socket_path import SocketPathError, own_directory, simulation_path

NAME = "evse-control-daemon"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the daemon until it is told to stop; return its exit code."""
    options = read(_parser(), as_meant(NAME, argv))
    try:
        config = load_config(options.config, options.simulate)
    except ConfigError as error:
        return _refuse(f"{error}; or start with --simulate, which needs no hardware"
                       if not options.simulate else str(error))  # fmt: skip
    if not options.simulate:
        return _refuse(_no_hardware(config))
    control = Path(options.socket or simulation_path(os.environ, os.getuid()))
    return run_simulated(
        config, control, seed=options.seed, speed=options.speed, host=config.web.host,
        port=options.port or config.web.port,
    )  # fmt: skip


def _no_hardware(config: Config) -> str:
    if config.hardware is None:
        return (
            f"{config.source} has no [hardware]: describe the wiring there, or start with "
            "--simulate, which needs none"
        )
    return (
        f"{config.source} describes hardware, and this release has no Linux drivers yet: start "
        "with --simulate"
    )


def run_simulated(
    config: Config, control: Path, *, seed: int, speed: float, host: str, port: int
) -> int:
    """Run a daemon on a simulated plant; return its exit code."""
    # The server stack is heavy; a refusal should not wait for it.
    from silverpin.apps.daemon.serve import PortBusy, listen, serve
    from silverpin.apps.daemon.station import SimulatedStation
    from silverpin.drivers.state_file import StateError

    try:
        own_directory(control.parent)
        listener = listen(host, port)
        station = SimulatedStation(config, seed, speed, socket.gethostname())
    except (PortBusy, StateError, SocketPathError) as error:
        return _refuse(str(error))

    def ready() -> None:
        address = f"[{host}]" if ":" in host else host
        print(f"ready http://{address}:{listener.getsockname()[1]}/", flush=True)
        print(f"{NAME}: SIMULATED plant, control socket {control}", file=sys.stderr, flush=True)

    try:
        asyncio.run(serve(station, listener, control, ready))
    except SocketPathError as error:
        return _refuse(str(error))
    finally:
        station.close()
        listener.close()
    return Exit.DONE


def _refuse(text: str) -> int:
    print(f"{NAME}: {text}", file=sys.stderr)
    return Exit.BAD_FILE


def _positive(text: str) -> float:
    value = float(text)
    if not 0.01 <= value <= 100.0:
        raise argparse.ArgumentTypeError("give a speed from 0.01 to 100")
    return value


def _parser() -> Parser:
    parser = Parser(prog=NAME, description="Run one connector of a bidirectional charger.")
    add_version(parser)
    parser.add_argument("--config", metavar="FILE", help="configuration, /etc/evse/evse.toml")
    parser.add_argument("--simulate", action="store_true", help="run on a simulated plant")
    parser.add_argument("--socket", metavar="PATH", help="control socket")
    parser.add_argument("--port", type=int, help="TCP port of the page")
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulated plant")
    parser.add_argument("--speed", type=_positive, default=1.0, help="virtual seconds a second")
    return parser
