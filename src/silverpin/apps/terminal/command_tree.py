"""How a program's commands are added to it; every one takes the shared options."""

import argparse
from collections.abc import Callable
from typing import Any

from silverpin.apps.terminal.arguments import add_shared

Run = Callable[[argparse.Namespace], int]


def command(commands: Any, name: str, run: Run, does: str) -> argparse.ArgumentParser:
    """Add the command *name*, which *run* carries out, and return its parser."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=does, description=does)
    parser.set_defaults(run=run)
    add_shared(parser)
    return parser


def group(commands: Any, name: str, does: str) -> Any:
    """Add a command that only holds others, and return what takes them."""
    parser = commands.add_parser(name, help=does, description=does)
    return parser.add_subparsers(metavar="COMMAND", required=True)
