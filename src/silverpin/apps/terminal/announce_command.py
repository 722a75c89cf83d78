"""`v2g-tool announce`: say that a start at high power is to come, so that pins are cooled ahead."""

import argparse
from collections.abc import Sequence

from silverpin.apps.terminal.answers import guarded, send, show
from silverpin.apps.terminal.arguments import Parser, add_shared, quantity, read
from silverpin.domain.quantities import Unit

_IN_MAX_S = 86_400.0


def announce(words: Sequence[str]) -> int:
    """Run `v2g-tool announce` and return its exit code."""
    parser = _parser()
    options = read(parser, words)
    if options.cancel:
        if options.power is not None or options.within is not None:
            parser.error("--cancel takes neither --power nor --in: leave them out")
        return guarded(parser.prog, lambda: show(options, send(options, "announce", cancel=True)))
    if options.power is None or options.within is None:
        parser.error("say how much and when, such as --power 80kW --in 10min, or --cancel")
    return guarded(parser.prog, lambda: _announce(options))


def _announce(options: argparse.Namespace) -> int:
    told = send(options, "announce", power_w=options.power, in_s=options.within)
    return show(options, told)


def _parser() -> Parser:
    parser = Parser(
        prog="v2g-tool announce",
        description="Announce a start at high power: warm pins are cooled ahead of it. "
        "Announcing it again changes nothing; another announcement takes its place.",
    )
    parser.add_argument("--power", metavar="POWER", type=quantity(Unit.POWER), help="such as 80kW")
    parser.add_argument(
        "--in", dest="within", metavar="TIME", type=_within, help="until the start, such as 10min"
    )
    parser.add_argument("--cancel", action="store_true", help="take the announcement back")
    add_shared(parser)
    return parser


def _within(text: str) -> float:
    in_s = quantity(Unit.DURATION)(text)
    if not 0.0 <= in_s <= _IN_MAX_S:
        raise argparse.ArgumentTypeError(f"{text!r} is out of range: use 0s to 24h")
    return in_s
