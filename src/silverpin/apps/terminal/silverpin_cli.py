"""`silverpin`: the programs of one house under one name, each loaded only when it is called."""

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module

from silverpin.apps.terminal.answers import guarded, send, show
from silverpin.apps.terminal.arguments import Parser, add_shared, add_version, as_meant, read
from silverpin.apps.terminal.command_words import ACTS

_PROGRAMS = {
    "demo": ("silverpin.apps.demo", "show a simulated charger moving in the browser"),
    "run": ("silverpin.apps.run", "run a simulated charger through a signal, into files"),
    "walk": ("silverpin.apps.walk.program", "walk it by chance beside what must never happen"),
    "life": ("silverpin.apps.life", "tell what use took of a connector, and what is left"),
    "duty": ("silverpin.apps.duty", "compare what uses take of a connector, side by side"),
    "plot": ("silverpin.apps.run.redraw", "draw a run again, or a part of it, for a report"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the subcommand that *argv* names and return its exit code."""
    words = as_meant("silverpin", argv)
    if words and words[0] in _PROGRAMS:
        name, *rest = words
        return guarded(f"silverpin {name}", lambda: _program(name)(rest))
    parser = _parser()
    options = read(parser, words)
    return guarded(parser.prog, lambda: _act(options))


def _program(name: str) -> Callable[[Sequence[str]], int]:
    module, _ = _PROGRAMS[name]
    program: Callable[[Sequence[str]], int] = import_module(module).main
    return program


def _act(options: argparse.Namespace) -> int:
    told = send(options, "act", act=options.act, value=options.value, clear=options.clear)
    return show(options, told)


def _parser() -> Parser:
    parser = Parser(prog="silverpin", description="Bidirectional charger: simulate, run, act.")
    add_version(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (_, does) in _PROGRAMS.items():
        commands.add_parser(name, help=does, add_help=False)
    acts = "\n".join(f"  {word.usage:22} {word.does}" for word in ACTS.values())
    act = commands.add_parser(
        "act",
        help="make something happen in the simulated world",
        description="Make something happen in the simulated world:",
        epilog=f"acts:\n{acts}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    act.add_argument("act", metavar="ACT", choices=ACTS, help="what happens, see below")
    act.add_argument("value", metavar="VALUE", nargs="?", help="how much, or where")
    act.add_argument("--clear", action="store_true", help="take it back")
    add_shared(parser, act)
    return parser
