"""What every program that runs a simulated charger on the wall's clock may be told."""

import argparse

from silverpin.apps.terminal.arguments import quantity
from silverpin.domain.quantities import Unit

SPEEDS = (0.01, 100.0)
_PORT_MAX = 65_535


def add_simulation(parser: argparse.ArgumentParser) -> None:
    """Let *parser* take seed, speed, port and what was before; what is unset is None."""
    parser.add_argument("--port", type=_port, metavar="PORT", help="TCP port of the page, 0 any")
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulated plant (1)")
    parser.add_argument(
        "--grid-watched", type=quantity(Unit.DURATION), metavar="TIME",
        help="for how long its grid was watched when it starts (1h; 0s after a restart)",
    )  # fmt: skip
    parser.add_argument(
        "--pilot-only", action="store_true",
        help="a vehicle that asks with its pilot alone, in place of one that talks ISO 15118-20",
    )  # fmt: skip
    parser.add_argument("--speed", type=_speed, default=1.0, help="virtual seconds a second (1)")


def _speed(text: str) -> float:
    slowest, fastest = SPEEDS
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not slowest <= value <= fastest:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed: give {slowest:g} to {fastest:g}")
    return value


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= _PORT_MAX):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give 1 to {_PORT_MAX}, or 0")
    return int(text)
