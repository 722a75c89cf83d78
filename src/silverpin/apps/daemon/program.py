"""The command lines of `evse-control-daemon` and `evse-bench`: first the configuration.

Without one for hardware neither starts, unless it is told to simulate; a simulated plant is marked
everywhere and keeps its state apart. The bench is the same charger with the same envelope and
interlocks, for no more than `bench_current_max_a`; its state, log and socket are its own, and it
says "bench" wherever it says anything.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from silverpin.apps.aloud import aloud
from silverpin.apps.config import Config, ConfigError, load_config
from silverpin.apps.control_socket.path import VARIABLE, bench_path, simulation_path
from silverpin.apps.exits import Exit
from silverpin.apps.simulation_options import add_simulation
from silverpin.apps.terminal.arguments import Parser, add_version, as_meant, read

_SIMULATE = "start with --simulate, which needs no hardware"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One of the two programs."""

    name: str
    does: str
    bench: bool


DAEMON = Program(
    name="evse-control-daemon", does="Run one connector of a bidirectional charger.", bench=False
)
BENCH = Program(
    name="evse-bench",
    does="Run one connector on the bench: the same charger, for a few amperes, at which nothing "
    "gets warm and a 10 kΩ resistor may stand in for a temperature sensor.",
    bench=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the daemon until it is told to stop; return its exit code."""
    return _run(DAEMON, argv)


def bench(argv: Sequence[str] | None = None) -> int:
    """Run the bench until it is told to stop; return its exit code."""
    return _run(BENCH, argv)


def _run(program: Program, argv: Sequence[str] | None) -> int:
    options = read(_parser(program), as_meant(program.name, argv))
    try:
        config = load_config(options.config, options.simulate, program.bench)
    except ConfigError as error:
        return _refuse(program, str(error))
    if options.real_vehicle and (options.pilot_only or options.speed != 1.0):
        _say(program, "--real-vehicle goes with a vehicle that talks, at --speed 1")
        return Exit.USAGE
    if not options.simulate:
        return _refuse(program, _no_hardware(config))
    try:
        return _simulate(program, config, options)
    except KeyboardInterrupt:  # before there was anything to end
        return Exit.DONE


def _no_hardware(config: Config) -> str:
    if config.hardware is None:
        return f"{config.source} has no [hardware]: describe the wiring there, or {_SIMULATE}"
    return (
        f"{config.source} describes hardware, and Linux drivers are not part of this release: "
        f"{_SIMULATE}"
    )


def _control(program: Program, told: str | None) -> Path:
    """Return the control socket; the variable that names a charger's names no bench's."""
    if program.bench:
        return Path(told) if told else bench_path(os.environ, os.getuid())
    told = told or os.environ.get(VARIABLE)
    return Path(told) if told else simulation_path(os.environ, os.getuid())


def _simulate(program: Program, config: Config, options: argparse.Namespace) -> int:
    # The server stack is heavy; a refusal should not wait for it.
    from silverpin.apps.daemon.launch import Launch, launch

    control = _control(program, options.socket)
    port = config.web.port if options.port is None else options.port
    plan = Launch(
        name=program.name, config=config, control=control, host=config.web.host, ports=(port,),
        seed=options.seed, speed=options.speed, grid_watched_s=options.grid_watched,
        talks=not options.pilot_only, visited=options.real_vehicle,
    )  # fmt: skip

    def ready(url: str) -> None:
        aloud(f"ready {url}", sys.stdout)
        _say(program, f"SIMULATED plant, control socket {control}")
        if program.bench:
            for line in _bench_lines(config, control):
                _say(program, line)

    return launch(plan, ready)


def _bench_lines(config: Config, control: Path) -> tuple[str, ...]:
    ceiling = f"BENCH, at most {config.limits.bench_current_max_a:g} A: nothing gets warm"
    return (
        f"{ceiling}, so a 10 kΩ resistor may stand in for a temperature sensor",
        f"BENCH state in {config.state.parent}: no ledger in service counts what happens here",
        f"BENCH is commanded after: export {VARIABLE}={control}",
    )


def _say(program: Program, text: str) -> None:
    aloud(f"{program.name}: {text}")


def _refuse(program: Program, text: str) -> int:
    _say(program, text)
    return Exit.BAD_FILE


def _parser(program: Program) -> Parser:
    parser = Parser(prog=program.name, description=program.does)
    add_version(parser)
    parser.add_argument("--config", metavar="FILE", help="configuration, /etc/evse/evse.toml")
    parser.add_argument("--simulate", action="store_true", help="run on a simulated plant")
    parser.add_argument("--socket", metavar="PATH", help="control socket")
    parser.add_argument(
        "--real-vehicle", action="store_true",
        help="meet vehicles at the interface of [v2g]; pilot, battery and power stay simulated",
    )  # fmt: skip
    add_simulation(parser)
    return parser
