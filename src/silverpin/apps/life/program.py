"""The command `silverpin life`: read, reckon, say it."""

import errno
import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from silverpin.apps.exits import Exit
from silverpin.apps.life.pages import write_page
from silverpin.apps.life.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from silverpin.apps.life.gathered import Gathered
    from silverpin.apps.life.options import LifeOptions
    from silverpin.drivers.duty_record import DutyRecord
    from silverpin.drivers.fleet_book import FleetBook
    from silverpin.durability.resistance.follow import Follow
    from silverpin.durability.study import Assessment, Study


def main(argv: Sequence[str] | None = None, *, contacts: bool = True) -> int:
    """Tell what *argv* asks for and return the exit code.

    Without *contacts*, those that a charger's journal kept are left alone: its daemon follows them.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices here are small: threads only wait
    try:
        import numba  # noqa: F401 - what the arithmetic below is made of
    except ImportError as error:
        return refuse(f"{error.name} is not installed: pip install 'silverpin[life]'", Exit.REFUSED)
    from silverpin.apps.life.options import life_options
    from silverpin.drivers.duty_columns import DutyError

    options = life_options(argv)
    try:
        if options.fleet is not None and not options.files:
            return _tell_fleet(options, options.fleet)
        told = _told(options, contacts=contacts)
    except DutyError as error:
        return refuse(str(error), Exit.BAD_FILE)
    except PermissionError as error:
        return refuse(f"{error.filename}: {error.strerror}", Exit.FORBIDDEN)
    except OSError as error:
        return refuse(f"{error.filename}: {error.strerror}", Exit.BAD_FILE)
    print(json.dumps(told, ensure_ascii=False) if options.json else _table(told))
    return Exit.DONE


def refuse(text: str, code: Exit) -> int:
    """Say why not."""
    print(f"silverpin life: {text}", file=sys.stderr)
    return code


def _tell_fleet(options: "LifeOptions", path: "Path") -> int:
    """Tell of every connector of a fleet, where no record was named."""
    from silverpin.apps.life.fleet_program import table, told_fleet

    book = _fleet(path)
    told = told_fleet(book, options.serial, options.seed)
    print(json.dumps(told, ensure_ascii=False) if options.json else table(told, options.serial))
    return Exit.DONE


def _fleet(path: "Path") -> "FleetBook":
    """Read a fleet and say which of its rows cannot be."""
    from silverpin.drivers.fleet_book import read_fleet

    book = read_fleet(path)
    for problem in book.problems:
        say(f"{book.name}: row {problem.row}, {problem.column}: {problem.what}")
    return book


def _table(told: dict[str, Any]) -> str:
    from silverpin.apps.life.words import table

    return table(told)


def _told(options: "LifeOptions", *, contacts: bool) -> dict[str, Any]:
    """Read the record once and return the object; write the page if one is wanted."""
    import numpy as np

    from silverpin.apps.life import contact
    from silverpin.apps.life.answering import answered
    from silverpin.drivers.duty_columns import DutyError
    from silverpin.drivers.duty_record import ReadAs, open_record
    from silverpin.durability.parameters.connectors import ASSUMED, WEAR_SETS
    from silverpin.durability.study import Study

    book = None if options.fleet is None else _fleet(options.fleet)
    asked = WEAR_SETS[options.connector] if options.connector else None
    read_as = ReadAs(mapped=options.mapped, zone=options.zone, serial=options.serial,
                     nominal_v=asked.nominal_v if asked else None)  # fmt: skip
    record = open_record(options.files, read_as)
    named = options.connector or record.connector
    wear_set = WEAR_SETS.get(named or "", ASSUMED)
    study, gathered = Study(wear_set), _gathered(options)
    follow = contact.follow_of(wear_set, options.type_tests, read_as)
    rows = _follow(record, study, follow, gathered, contacts=contacts)
    found = study.assess(np.random.default_rng(options.seed))
    if found.exposure.span_h <= 0.0:
        raise DutyError("the record is one instant long: nothing lasts in it, name a longer one")
    answer, found = answered(
        found, follow.found(measured=contact.measured(found.exposure)), record, book,
        serial=options.serial or record.serial, seed=options.seed, rows=rows,
        set_told=named in WEAR_SETS,
    )  # fmt: skip
    for problem in answer["input"]["problems"]:
        say(f"row {problem['row']}, {problem['column']}: {problem['what']}")
    if gathered is not None and options.report is not None:
        _write(options.report, answer, found, gathered)
    return answer


def _gathered(options: "LifeOptions") -> "Gathered | None":
    """Return what gathers the plots' series, where there will be plots."""
    if options.report is None:
        return None
    from silverpin.apps.life.gathered import Gathered
    from silverpin.apps.life.report import COLUMNS

    if not options.report.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(options.report.parent))
    return Gathered(COLUMNS)


def _follow(
    record: "DutyRecord", study: "Study", follow: "Follow", gathered: "Gathered | None",
    *, contacts: bool,
) -> int:  # fmt: skip
    """Read a record to its end and return how many rows it has."""
    from silverpin.apps.life.contact_journal import JournalPieces

    progress, rows = Progress(sys.stderr), 0
    kept = JournalPieces() if contacts and record.contacts else None
    for chunk in record.chunks():
        study.take(chunk)
        (kept or follow).take(chunk)
        if gathered is not None:
            gathered.take(chunk)
        rows += len(chunk.t_s)
        progress.at(rows, float(chunk.t_s[-1]) if len(chunk.t_s) else 0.0)
    if kept is not None:
        for piece in kept.joined(record.contacts, (record.start_utc_ns or 0) * 1e-9):
            follow.look(piece)
    progress.done()
    return rows


def _write(out: "Path", answer: dict[str, Any], found: "Assessment", gathered: "Gathered") -> None:
    """Write the page, whole or not at all."""
    from silverpin.apps.life.report import report

    write_page(out, report(answer, found, gathered))
    say(f"{out} is written")


def say(text: str) -> None:
    """Tell a person something beside the answer."""
    print(f"silverpin life: {text}", file=sys.stderr)
