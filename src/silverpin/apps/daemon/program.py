"""The command line of `evse-control-daemon`: configuration first, then either real or simulated.

Without a hardware configuration it does not start, unless it is told to simulate; a simulated plant
is marked everywhere and keeps its state apart.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from silverpin.apps.config import Config, ConfigError, load_config
from silverpin.apps.control_socket.path import VARIABLE, simulation_path
from silverpin.apps.exits import Exit
from silverpin.apps.simulation_options import add_simulation
from silverpin.apps.terminal.arguments import Parser, add_version, as_meant, read

NAME = "evse-control-daemon"
_SIMULATE = "start with --simulate, which needs no hardware"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the daemon until it is told to stop; return its exit code."""
    options = read(_parser(), as_meant(NAME, argv))
    try:
        config = load_config(options.config, options.simulate)
    except ConfigError as error:
        return _refuse(str(error))
    if not options.simulate:
        return _refuse(_no_hardware(config))
    try:
        return _simulate(config, options)
    except KeyboardInterrupt:  # before there was anything to end
        return Exit.DONE


def _no_hardware(config: Config) -> str:
    if config.hardware is None:
        return f"{config.source} has no [hardware]: describe the wiring there, or {_SIMULATE}"
    return (
        f"{config.source} describes hardware, and Linux drivers are not part of this release: "
        f"{_SIMULATE}"
    )


def _simulate(config: Config, options: argparse.Namespace) -> int:
    # The server stack is heavy; a refusal should not wait for it.
    from silverpin.apps.daemon.launch import Launch, launch

    told = options.socket or os.environ.get(VARIABLE)
    control = Path(told) if told else simulation_path(os.environ, os.getuid())
    port = config.web.port if options.port is None else options.port
    plan = Launch(
        name=NAME, config=config, control=control, host=config.web.host, ports=(port,),
        seed=options.seed, speed=options.speed,
    )  # fmt: skip

    def ready(url: str) -> None:
        print(f"ready {url}", flush=True)
        print(f"{NAME}: SIMULATED plant, control socket {control}", file=sys.stderr, flush=True)

    return launch(plan, ready)


def _refuse(text: str) -> int:
    print(f"{NAME}: {text}", file=sys.stderr)
    return Exit.BAD_FILE


def _parser() -> Parser:
    parser = Parser(prog=NAME, description="Run one connector of a bidirectional charger.")
    add_version(parser)
    parser.add_argument("--config", metavar="FILE", help="configuration, /etc/evse/evse.toml")
    parser.add_argument("--simulate", action="store_true", help="run on a simulated plant")
    parser.add_argument("--socket", metavar="PATH", help="control socket")
    add_simulation(parser)
    return parser
