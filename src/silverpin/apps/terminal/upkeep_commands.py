"""The technician's other records: `evse-cli clean`, `history` and what is `due`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import refused, send, show, show_json
from silverpin.apps.terminal.command_tree import command
from silverpin.apps.terminal.dialogue import asked, confirmed, on_terminal, say
from silverpin.apps.terminal.form import Entry, FormLeft, fill_in, text, whole
from silverpin.apps.terminal.inspect_command import NOT_RECORDED, reads
from silverpin.apps.terminal.screen_text import table
from silverpin.domain.cleaning import CLEANING

Options = argparse.Namespace
LIMIT = reads(whole(1, 1000))
"""An argparse type: how many rows a list may have."""


def add(commands: Any) -> None:
    """Add the commands to a program."""
    _add_clean(command(commands, "clean", _clean, "record that the pins were cleaned"))
    history = command(commands, "history", _history, "list the technician's records, newest first")
    history.add_argument("--kind", metavar="KIND", help="inspection, cleaning, calibration, ...")
    history.add_argument("--limit", metavar="N", type=LIMIT, default=50, help="how many (50)")
    command(commands, "due", _due, "list the work that is due or will be soon")


def _add_clean(parser: argparse.ArgumentParser) -> None:
    steps = "; ".join(f"{step}: {words}" for step, words in CLEANING.items())
    parser.description = (
        f"Record that the pins were cleaned. Who records it answers for the method ({steps})."
    )
    parser.add_argument("--technician", metavar="NAME", help="who cleaned")
    parser.add_argument("--certificate", metavar="NUMBER", help="of the technician")
    parser.add_argument("--without", metavar="STEP", action="append", choices=list(CLEANING),
                        help=f"a step that was not followed: {', '.join(CLEANING)}")  # fmt: skip
    parser.add_argument("--note", metavar="TEXT", help="anything worth knowing")


_CLEANER = Entry(path=("technician",), question="Technician", read=text, example="A. Lovelace",
                 needed=True)  # fmt: skip


def _clean(options: Options) -> int:
    technician, skipped = options.technician, list(options.without or ())
    if technician is None:
        if not on_terminal():
            print("evse-cli clean: --technician is required: who cleaned", file=sys.stderr)
            return Exit.USAGE
        try:
            technician = fill_in([_CLEANER], {}, asked, say)[_CLEANER.path]
            skipped += [step for step in _steps(skipped) if not confirmed(_used(step))]
        except FormLeft:
            say(NOT_RECORDED)
            return Exit.REFUSED
    told = send(
        options, "clean", technician=technician, certificate=options.certificate,
        skipped=skipped, note=options.note,
    )  # fmt: skip
    return show(options, told)


def _steps(skipped: Sequence[str]) -> Iterator[str]:
    return (step for step in CLEANING if step not in skipped)


def _used(step: str) -> str:
    gentle = "Was nothing abrasive used on the silver?"
    return gentle if step == "gentle" else f"Did you use {CLEANING[step]}?"


def _history(options: Options) -> int:
    told = send(options, "history", kind=options.kind, limit=options.limit)
    if told.exit is not Exit.DONE or told.data is None:
        return refused(options, told)
    records = told.data["records"]
    if options.json:
        for record in records:
            show_json("record", record)
    elif not records:
        print("No record yet")
    else:
        print(
            *table(("no.", "time", "kind", "by", "record"), [_record_row(row) for row in records]),
            sep="\n",
        )
    return Exit.DONE


def _record_row(record: dict[str, Any]) -> tuple[str, ...]:
    words = record["text"]
    if record["corrects"]:
        words += f" (corrects {record['corrects']})"
    if record["corrected_by"]:
        words += f" (corrected by {record['corrected_by']})"
    return str(record["id"]), record["time"], record["kind"], record["who"] or "-", words


def _due(options: Options) -> int:
    told = send(options, "status")
    if told.exit is not Exit.DONE or told.data is None:
        return refused(options, told)
    rows = told.data["due"]
    if options.json:
        for row in rows:
            show_json("due", row)
    elif not rows:
        print("Nothing is due")
    for row in () if options.json else rows:
        print(*_due_lines(row), sep="\n")
    return Exit.DONE


def _due_lines(row: dict[str, Any]) -> Iterator[str]:
    when = "soon" if row.get("soon") else "now"
    since = f", since {row['since']}" if row.get("since") else ""
    by = f", by {row['by']}" if row.get("by") and row.get("soon") else ""
    yield f"{when}: {row['what']}{since}{by}"
    yield f"  why: {row['reason']}"
    if row.get("command"):
        yield f"  {row['who']}: {row['command']}"
