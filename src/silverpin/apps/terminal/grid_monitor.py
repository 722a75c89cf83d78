"""`grid-monitor`: the grid against its profile, live from the charger or in a recorded file.

Live, the charger's own samples are shown, so that what is seen here is what its safety core sees.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import guarded, refused, send, show_json
from silverpin.apps.terminal.arguments import Parser, add_shared, add_version, quantity, read
from silverpin.apps.terminal.grid_screen import (
    grid_line,
    grid_lines,
    profile_lines,
    profile_object,
)
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.quantities import Unit

_HOME, _BELOW = "\033[H", "\033[J"


def main(argv: Sequence[str] | None = None) -> int:
    """Run `grid-monitor` and return its exit code."""
    parser = _parser()
    options = read(parser, argv)
    if options.file is not None:
        if options.once:
            parser.error("--once is for the live grid: leave it out with a file")
        record = import_module("silverpin.apps.terminal.grid_record")
        return guarded(parser.prog, lambda: record.judge_file(options))
    if options.column is not None or options.step is not None:
        parser.error("--column and --step are for a file: name one, or leave them out")
    if options.profile is not None:
        return guarded(parser.prog, lambda: _profiles(options))
    return guarded(parser.prog, lambda: _live(options))


def _profiles(options: argparse.Namespace) -> int:
    """Print one profile's table, or every one's."""
    named = [options.profile] if options.profile else list(GRID_PROFILES)
    for index, name in enumerate(named):
        if options.json:
            show_json("grid-profile", profile_object(GRID_PROFILES[name]))
        else:
            print(*([""] if index else []), *profile_lines(GRID_PROFILES[name]), sep="\n")
    return Exit.DONE


def _live(options: argparse.Namespace) -> int:
    """Show sample after sample until the user has seen enough, which is a good end."""
    screen = sys.stdout.isatty() and not options.json and not options.once
    try:
        while True:
            told = send(options, "grid")
            if told.exit is not Exit.DONE or told.data is None:
                return refused(options, told)
            _show(dict(told.data), options, screen)
            if options.once:
                return Exit.DONE if told.data["ok"] else Exit.REFUSED
            time.sleep(options.every)
    except KeyboardInterrupt:
        return Exit.DONE


def _show(sample: dict[str, Any], options: argparse.Namespace, screen: bool) -> None:
    if options.json:
        show_json("grid", sample)
    elif options.once:
        print(*grid_lines(sample), sep="\n")
    elif screen:
        plain = os.environ.get("TERM") == "dumb"
        lines = [*grid_lines(sample), "", "Ctrl-C ends this."]
        text = "\n".join(line + ("" if plain else "\033[K") for line in lines)
        print(text if plain else f"{_HOME}{text}{_BELOW}", flush=True)
    else:
        print(grid_line(sample), flush=True)


def _parser() -> Parser:
    parser = Parser(
        prog="grid-monitor",
        description="Show the grid against the charger's profile, or judge a recorded file.",
        epilog="Exit 1: with --once, reverse power is not allowed now; with a file, it would have "
        "tripped. Files: CSV (plain or gzip) or Parquet with a column of Hz.",
    )
    add_version(parser)
    parser.add_argument("file", metavar="FILE", nargs="?", help="a recorded frequency to judge")
    parser.add_argument(
        "--profile",
        metavar="NAME",
        nargs="?",
        const="",
        type=_profile,
        help="with a file, the profile to hold it against; alone, print the table of one or of all",
    )
    parser.add_argument("--once", action="store_true", help="show one sample and end")
    parser.add_argument(
        "--every", metavar="TIME", type=_period, default=1.0, help="such as 500ms (default: 1s)"
    )
    parser.add_argument("--column", metavar="NAME", help="of the file, where it has several")
    parser.add_argument(
        "--step", metavar="TIME", type=quantity(Unit.DURATION), help="of a file without times"
    )
    add_shared(parser)
    return parser


def _profile(text: str) -> str:
    if text and text not in GRID_PROFILES:
        raise argparse.ArgumentTypeError(
            f"there is no profile {text!r}: use {' or '.join(GRID_PROFILES)}"
        )
    return text


def _period(text: str) -> float:
    every_s = quantity(Unit.DURATION)(text)
    if not 0.1 <= every_s <= 60.0:
        raise argparse.ArgumentTypeError(f"{text!r} is out of range: use 0.1s to 60s")
    return every_s
