"""`evse-cli`: look at one charger and command it, over its control socket."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from silverpin.apps.exits import Exit
from silverpin.apps.terminal import (
    calibrate_command,
    inspect_command,
    pilot_commands,
    pin_test_command,
    upkeep_commands,
)
from silverpin.apps.terminal.answers import guarded, refused, send, show, show_json
from silverpin.apps.terminal.arguments import Parser, add_shared, add_version, quantity, read
from silverpin.apps.terminal.command_tree import command, group
from silverpin.apps.terminal.connector_commands import add_connector, add_ledger
from silverpin.apps.terminal.fault_screen import (
    fault_lines,
    fault_object,
    fault_rows,
    find_fault,
    latched_lines,
    nearest_code,
)
from silverpin.apps.terminal.screen_text import facts, flat, table
from silverpin.apps.terminal.status_screen import status_lines
from silverpin.apps.terminal.upkeep_commands import LIMIT
from silverpin.apps.terminal.watching import watch_status
from silverpin.domain.faults import Fault
from silverpin.domain.quantities import Unit

Options = argparse.Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run `evse-cli` and return its exit code."""
    parser = _parser()
    options = read(parser, argv)
    run: Callable[[Options], int] = options.run
    return guarded(parser.prog, lambda: run(options))


def _status(options: Options) -> int:
    return _show_data(options, lambda data: status_lines(data, sys.stdout), "status")


def _reset(options: Options) -> int:
    if options.thermal:
        return show(options, send(options, "reset", thermal=True))
    if options.code is None:
        return show(options, send(options, "reset"))
    return show(options, send(options, "reset", code=options.code))


def _lock(options: Options) -> int:
    return show(options, send(options, "lock"))


def _unlock(options: Options) -> int:
    return show(options, send(options, "unlock"))


def _faults(options: Options) -> int:
    if not options.table:
        return _show_data(options, lambda data: latched_lines(data["faults"]), "faults")
    if options.json:
        for fault in fault_rows():
            show_json("fault", fault_object(fault))
        return Exit.DONE
    rows = [(f.code, str(f.impact), f.chargex or "-", f.who.value, f.title) for f in fault_rows()]
    print(*table(("code", "impact", "ChargeX", "who acts", "what happened"), rows), sep="\n")
    return Exit.DONE


def _explain(options: Options) -> int:
    if options.json:
        show_json("fault", fault_object(options.fault))
    else:
        print(*fault_lines(options.fault), sep="\n")
    return Exit.DONE


def _config_show(options: Options) -> int:
    return _show_data(options, lambda data: facts(flat(data, absent="none")), "config")


def _config_check(options: Options) -> int:
    # The only command that reads a configuration, so the only one that loads what reads it.
    from silverpin.apps.config import ConfigError, describe, load_config

    try:
        config = load_config(options.file, simulate=options.simulate)
    except ConfigError as error:
        print(f"evse-cli: {error}", file=sys.stderr)
        return Exit.BAD_FILE
    if options.json:
        show_json("config", describe(config))
    else:
        stricter = f"; stricter than usual: {', '.join(config.tightened)}"
        print(f"{config.source} can be used{stricter if config.tightened else ''}")
    return Exit.DONE


def _events(options: Options) -> int:
    def lines(data: Any) -> list[str]:
        rows = [(e["time"], e["level"], e["what"], e["text"]) for e in data["events"]]
        return table(("time", "level", "what", "text"), rows)

    return _show_data(options, lines, "events", limit=options.limit)


def _show_data(
    options: Options, lines: Callable[[Any], list[str]], command: str, **fields: Any
) -> int:
    """Ask for *command* and print its data, as one object or as the *lines* made of it."""
    told = send(options, command, **fields)
    if told.exit is not Exit.DONE or told.data is None:
        return refused(options, told)
    if options.json:
        show_json(command, told.data)
    else:
        print(*lines(told.data), sep="\n")
    return Exit.DONE


def _parser() -> Parser:
    parser = Parser(prog="evse-cli", description="Look at one charger and command it.")
    add_version(parser)
    add_shared(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    command(commands, "status", _status, "tell the state of the charger")
    watch = command(commands, "watch", watch_status, "tell the state again and again")
    watch.add_argument(
        "--every", metavar="TIME", type=_period, default=1.0, help="such as 2s (default: 1s)"
    )
    _add_reset(command(commands, "reset", _reset, "clear latched faults; never starts power"))
    command(commands, "lock", _lock, "drive the locking bolt home")
    command(commands, "unlock", _unlock, "draw the locking bolt back")
    faults = command(commands, "faults", _faults, "list the faults that are latched")
    faults.add_argument("--table", action="store_true", help="list every fault there is")
    explain = command(commands, "explain", _explain, "say what a fault means and what to do")
    explain.add_argument("fault", metavar="CODE", type=_fault, help="such as ERR_LOCK_FAIL")
    connector = group(commands, "connector", "the connector and what it has endured")
    add_connector(connector, command)
    add_ledger(group(commands, "ledger", "the connector's ledger as a file"), command)
    _add_config(group(commands, "config", "the configuration"))
    inspect_command.add(commands)
    upkeep_commands.add(commands)
    calibrate_command.add(commands)
    pin_test_command.add(commands)
    pilot_commands.add(commands)
    events = command(commands, "events", _events, "list the latest events, newest first")
    events.add_argument("--limit", metavar="N", type=LIMIT, default=20, help="how many (20)")
    return parser


def _add_reset(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--thermal", action="store_true", help="clear the thermal lockout")
    which.add_argument("code", metavar="CODE", nargs="?", type=_code, help="clear this fault alone")


def _add_config(commands: Any) -> None:
    check = command(commands, "check", _config_check, "check a file; needs no charger")
    check.add_argument("file", metavar="FILE", nargs="?", help="(default: the system's own)")
    check.add_argument("--simulate", action="store_true", help="as for a simulated charger")
    command(commands, "show", _config_show, "show what is in force")


def _fault(text: str) -> Fault:
    found = find_fault(text)
    if found is None:
        near = nearest_code(text)
        meant = f"did you mean {near}?" if near else "evse-cli faults --table lists them all"
        raise argparse.ArgumentTypeError(f"there is no fault {text!r}: {meant}")
    return found


def _code(text: str) -> str:
    return _fault(text).code


def _period(text: str) -> float:
    every_s = quantity(Unit.DURATION)(text)
    if not 0.1 <= every_s <= 60.0:
        raise argparse.ArgumentTypeError(f"{text!r} is out of range: use 0.1s to 60s")
    return every_s
