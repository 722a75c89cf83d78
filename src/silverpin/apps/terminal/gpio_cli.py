"""`gpio-cli`: set an output line of the controller, as the manual writes it.

The charger's daemon holds the line and sets it; this program asks. Without a daemon nothing moves:
`low` is refused, because nobody proves that no current flows, and `high` is not driven from here,
because a line falls back with the program that requested it, and a bolt that falls out again by
itself is worse than one that was never in (docs/decisions/0015).
"""

import argparse
from collections.abc import Sequence

from silverpin.apps.control_socket.client import Answer, ClientError
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import guarded, send, show
from silverpin.apps.terminal.arguments import Parser, add_shared, add_version, read
from silverpin.apps.terminal.command_words import GPIO_LINES

_LEVELS = ("low", "high")


def main(argv: Sequence[str] | None = None) -> int:
    """Run `gpio-cli` and return its exit code."""
    parser = _parser()
    options = read(parser, argv)
    return guarded(parser.prog, lambda: _set_output(options))


def _set_output(options: argparse.Namespace) -> int:
    level = _LEVELS.index(options.level)
    try:
        told = send(options, "gpio", line=options.line, level=level)
    except ClientError as error:
        if error.code is not Exit.UNREACHABLE:
            raise
        return show(options, _alone(options, error))
    if not told.changed:
        return show(options, told, f"GPIO {options.line} already {options.level}")
    effect = "bolt driven" if level else "bolt released"
    was = _LEVELS[1 - level]
    return show(options, told, f"GPIO {options.line} {was} -> {options.level}: {effect}")


def _alone(options: argparse.Namespace, error: ClientError) -> Answer:
    """Return what is right without a charger that answers: dead, stale, hanging or of no sense."""
    if options.level == "high":
        text = f"GPIO {options.line} is not driven: the charger's program holds it. {error}"
        return Answer(exit=Exit.UNREACHABLE, text=text, changed=False, blocked_by=(), data=None)
    unproved = f"nothing proves that no current flows, so the bolt stays as it is. {error}"
    return Answer(
        exit=Exit.REFUSED, text=f"Refused: {unproved}", changed=False, blocked_by=(unproved,),
        data=None,
    )  # fmt: skip


def _parser() -> Parser:
    parser = Parser(prog="gpio-cli", description="Set an output line of the charger's controller.")
    add_version(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    lines = ", ".join(f"{line} ({drives})" for line, drives in GPIO_LINES.items())
    set_output = commands.add_parser("set-output", help="set one line high or low")
    set_output.add_argument("line", metavar="LINE", type=_line, help=f"output line: {lines}")
    set_output.add_argument("level", choices=_LEVELS, help="high drives the bolt home")
    add_shared(parser, set_output)
    return parser


def _line(text: str) -> int:
    if text not in map(str, GPIO_LINES):
        lines = " and ".join(f"line {line}, the {drives}" for line, drives in GPIO_LINES.items())
        raise argparse.ArgumentTypeError(f"there is no line {text!r}: this controller has {lines}")
    return int(text)
