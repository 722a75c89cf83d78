"""`v2g-tool`: start, stop and announce power, as the manual writes it; what was said; certificates.

A power without a sign goes the mode's own way: V2X, V2G and V2H discharge, charge charges. A sign
is the house sign, positive into the vehicle, and must not contradict the mode; see
docs/decisions/0010-sign-of-a-power-on-the-command-line.md.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

from silverpin.apps.terminal.announce_command import announce
from silverpin.apps.terminal.answers import guarded, send, show
from silverpin.apps.terminal.arguments import (
    Parser,
    add_shared,
    add_version,
    as_meant,
    quantity,
    read,
)
from silverpin.apps.terminal.pki_command import pki
from silverpin.domain.quantities import Unit
from silverpin.domain.session import Direction, Mode

_OWN_WAY = {
    Mode.V2X: Direction.DISCHARGE,
    Mode.V2G: Direction.DISCHARGE,
    Mode.V2H: Direction.DISCHARGE,
    Mode.CHARGE: Direction.CHARGE,
}
_MODES = {mode.value: mode for mode in _OWN_WAY} | {"stop": Mode.IDLE}
_read_power = quantity(Unit.POWER)


class GivenPower(NamedTuple):
    """A power as it was written: its number, and whether a sign stood before it."""

    power_w: float
    signed: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Run `v2g-tool` and return its exit code."""
    words = as_meant("v2g-tool", argv)
    if words and words[0] in _COMMANDS:
        return _COMMANDS[words[0]](words[1:])
    parser = _parser()
    options = read(parser, words)
    if options.mode is Mode.IDLE:
        if options.power is not None:
            parser.error("stop takes no power: leave --power out")
        return guarded(parser.prog, lambda: _stop(options))
    if options.power is None:
        parser.error(f"mode {options.mode.value} needs a power, such as --power 5kW")
    try:
        power_w = signed_power(options.mode, options.power)
    except ValueError as error:
        parser.error(str(error))
    return guarded(parser.prog, lambda: _set(options, power_w))


def _decode(words: Sequence[str]) -> int:
    """Run `v2g-tool decode`, which is loaded only when it is asked for."""
    return import_module("silverpin.apps.decode").main(words)  # type: ignore[no-any-return]


def _slac(words: Sequence[str]) -> int:
    """Run `v2g-tool slac`, which is loaded only when it is asked for."""
    told = import_module("silverpin.apps.terminal.slac_command")
    return told.slac(words)  # type: ignore[no-any-return]


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "decode": _decode,
    "announce": announce,
    "pki": pki,
    "slac": _slac,
}


def signed_power(mode: Mode, given: GivenPower) -> float:
    """Return the power with the house sign; raise ValueError where sign and mode contradict."""
    own_way = _OWN_WAY[mode]
    if not given.signed:
        # Adding zero keeps a power of nothing from being written as -0.
        return (-given.power_w if own_way is Direction.DISCHARGE else given.power_w) + 0.0
    if mode is not Mode.V2X and Direction.of(given.power_w) not in (own_way, Direction.NONE):
        way, other = ("+", "charges") if given.power_w > 0 else ("-", "discharges")
        raise ValueError(
            f"{way} {other} the vehicle and mode {mode.value} does not: leave the sign out, "
            "or use mode V2X"
        )
    return given.power_w + 0.0


def _set(options: argparse.Namespace, power_w: float) -> int:
    mode: Mode = options.mode
    _say(f"Understood: mode {mode.value}, {_in_words(power_w)} (power_w = {power_w:+g})")
    return show(options, send(options, "set", mode=mode.value, power_w=power_w))


def _in_words(power_w: float) -> str:
    amount = f"{abs(power_w) / 1000:g} kW"
    match Direction.of(power_w):
        case Direction.CHARGE:
            return f"charge the vehicle with {amount}"
        case Direction.DISCHARGE:
            return f"discharge the vehicle with {amount}"
        case Direction.NONE:
            return "no power"


def _stop(options: argparse.Namespace) -> int:
    _say("Understood: end the session")
    return show(options, send(options, "stop"))


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _read_mode(text: str) -> Mode:
    for word, mode in _MODES.items():
        if word.lower() == text.lower():
            return mode
    raise argparse.ArgumentTypeError(f"there is no mode {text!r}: use one of {', '.join(_MODES)}")


def _given_power(text: str) -> GivenPower:
    return GivenPower(_read_power(text), text.strip()[:1] in ("+", "-", "\u2212", "\u2013"))


def _parser() -> Parser:
    parser = Parser(
        prog="v2g-tool",
        description="Start and stop power between vehicle, grid and house.",
        epilog="Without a sign, V2X, V2G and V2H discharge the vehicle and charge charges it. "
        "With one, + charges and - discharges. `v2g-tool announce --help`: say what is to come. "
        "`v2g-tool decode --help`: decode what was said. `v2g-tool pki --help`: certificates. "
        "`v2g-tool slac --help`: matching on the power line.",
    )
    add_version(parser)
    parser.add_argument(
        "--mode",
        required=True,
        type=_read_mode,
        metavar="MODE",
        help="V2G (feed the grid), V2H (feed the house, never the grid), V2X (either way), "
        "charge or stop",
    )
    parser.add_argument("--power", metavar="POWER", type=_given_power, help="such as 5kW or -5kW")
    add_shared(parser)
    return parser
