"""`evse-cli connector ...` and `evse-cli ledger ...`: which connector is on, and its count."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import refused, send, show, show_json
from silverpin.apps.terminal.contact_lines import contact_lines
from silverpin.apps.terminal.screen_text import facts, figure, flat

Options = argparse.Namespace
Command = Callable[[Any, str, Callable[[Options], int], str], argparse.ArgumentParser]
Data = dict[str, Any]

_FILE_MAX_BYTES = 48 * 1024
"""A ledger's file is a tenth of that, and a request has a bound."""
_COUNT_MAX = 1_000_000
_PIPE = "-"


class _FileError(Exception):
    """A file that cannot be read or written; the message is one sentence."""


def add_connector(commands: Any, command: Command) -> None:
    """Add the commands of the group `connector`."""
    shown = command(commands, "show", _show, "show its counters, or those of an earlier one")
    shown.add_argument("--serial", metavar="S", help="of an earlier connector")
    new = command(commands, "replace", _replace, "say that a new connector is on")
    new.add_argument("--serial", metavar="S", required=True, help="what its plate says")
    old = command(commands, "adopt", _adopt, "say that a used connector is on, or correct a count")
    old.add_argument("--serial", metavar="S", required=True, help="what its plate says")
    old.add_argument("--matings", metavar="N", type=_count, help="how many it has had in all")
    old.add_argument("--since-cleaning", metavar="N", type=_count,
                     help="those of them since its last cleaning (default: all)")  # fmt: skip
    old.add_argument("--from", metavar="FILE", dest="file", help="its exported ledger")
    old.add_argument("--reason", metavar="TEXT", help="why a count that is known is corrected")


def add_ledger(commands: Any, command: Command) -> None:
    """Add the commands of the group `ledger`."""
    out = command(commands, "export", _export, "write the connector's ledger to a file")
    out.add_argument("file", metavar="FILE", help="a new file, or - for standard output")
    out.add_argument("--serial", metavar="S", help="of an earlier connector")
    taken = command(commands, "import", _import, "take the connector's ledger in from a file")
    taken.add_argument("file", metavar="FILE", help="what export wrote, or - for standard input")


def _show(options: Options) -> int:
    asked = {} if options.serial is None else {"serial": options.serial}
    told = send(options, "connector", **asked)
    if told.exit is not Exit.DONE or told.data is None:
        return refused(options, told)
    if options.json:
        show_json("connector", told.data)
    else:
        print(*connector_lines(dict(told.data)), sep="\n")
    return Exit.DONE


def _replace(options: Options) -> int:
    return show(options, send(options, "connector-replace", serial=options.serial))


def _adopt(options: Options) -> int:
    given = {name: getattr(options, name) for name in ("matings", "since_cleaning", "reason")}
    given = {name: value for name, value in given.items() if value is not None}
    if options.file is not None:
        if given:
            also = ", ".join(f"--{name.replace('_', '-')}" for name in given)
            print(f"evse-cli: --from excludes {also}: the file has its own counts",
                  file=sys.stderr)  # fmt: skip
            return Exit.USAGE
        return _taken_in(options, serial=options.serial)
    return show(options, send(options, "connector-adopt", serial=options.serial, **given))


def _export(options: Options) -> int:
    asked = {} if options.serial is None else {"serial": options.serial}
    told = send(options, "ledger-export", **asked)
    if told.exit is not Exit.DONE or told.data is None:
        return refused(options, told)
    text = json.dumps(told.data, indent=2) + "\n"
    if options.file == _PIPE:
        print(text, end="")
        return Exit.DONE
    try:
        _write_new(Path(options.file), text)
    except _FileError as error:
        print(f"evse-cli: {error}", file=sys.stderr)
        return Exit.BAD_FILE
    print(f"{options.file} written. {told.text}", file=sys.stderr)
    return Exit.DONE


def _import(options: Options) -> int:
    return _taken_in(options)


def _taken_in(options: Options, **asked: str) -> int:
    try:
        document = _read(options.file)
    except _FileError as error:
        print(f"evse-cli: {error}", file=sys.stderr)
        return Exit.BAD_FILE
    return show(options, send(options, "ledger-import", document=document, **asked))


def _read(name: str) -> Data:
    try:
        if name == _PIPE:
            raw = sys.stdin.buffer.read(_FILE_MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(_FILE_MAX_BYTES + 1)
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise _FileError(f"{name} cannot be read ({said}): name what export wrote") from error
    if len(raw) > _FILE_MAX_BYTES:
        raise _FileError(f"{name} is larger than any ledger: name what export wrote")
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _FileError(f"{name} is no ledger: name what evse-cli ledger export wrote")
    return told


def _write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet: whole and on the disk, or not at all."""
    try:
        with path.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                with suppress(OSError):
                    path.unlink()
                raise
    except FileExistsError:
        raise _FileError(f"{path} is there already: name a new file") from None
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise _FileError(f"{path} cannot be written ({said}): name another place") from error


def connector_lines(data: Data) -> list[str]:
    """Return a connector as people read it."""
    if "life" not in data:
        return facts(flat(data))
    on = "on the charger" if data["on_charger"] else "not on the charger now"
    head = f"Connector {data['connector_id']}, {on}"
    return [head, "", *facts(list(_life(data))),
            *facts([*_counts(data), *_contact(data)]), *_past(data)]  # fmt: skip


def _life(data: Data) -> Iterator[tuple[str, str]]:
    life, counts = data["life"], data["counts"]
    used = figure(100.0 * life["consumed"], "%", 2)
    yield "matings           ", f"{counts['matings']:,} of {life['matings_rated']:,} rated, {used}"
    unseen = data["matings_inferred"]
    if unseen:
        yield "  inferred", f"{unseen:,}, found plugged in after a restart"
    for origin, matings in data["matings_brought"].items():
        yield "  brought", f"{matings:,}, {origin}"
    yield "matings left", f"{life['matings_left']:,}"
    pace, ends = life["matings_per_day"], life["rated_matings_reached"]
    ahead = f"on {ends} at {pace:g} a day" if ends else "unknown until a week has shown the pace"
    yield "rated life ends", ahead
    yield "next cleaning", f"in {counts['matings_to_cleaning']:,} matings"


def _counts(data: Data) -> Iterator[tuple[str, str]]:
    for name, value in data["counts"].items():
        if not name.startswith("matings"):
            yield f"{name.replace('_', ' '):18}", f"{value:,}"
    energy = data["energy_kwh"]
    yield "energy", f"{energy['charged']:.1f} kWh in, {energy['discharged']:.1f} kWh out"
    yield "plugged in", f"{data['mated_hours']:.1f} h"


def _contact(data: Data) -> Iterator[tuple[str, str]]:
    """Of the connector that is on: what is reckoned of its contacts."""
    if "resistance" in data:
        yield from contact_lines(data["resistance"], data["connector"]["rating_a"])


def _past(data: Data) -> Iterator[str]:
    yield ""
    for row in data["fittings"]:
        instead = f" in place of {row['before']}" if row["before"] else ""
        yield f"{row['time']}  fitted{instead}: {row['how']}, by {row['who']}"
    others = [row for row in data["known"] if row["serial"] != data["connector_id"]]
    for row in others:
        yield f"known here too: {row['serial']}, {row['matings']:,} matings"
    for due in data.get("due", ()):
        yield f"{'soon' if due.get('soon') else 'due'}: {due.get('what')}: {due.get('reason')}"


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not 0 <= value <= _COUNT_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no count: give 0 to {_COUNT_MAX:,}")
    return value
