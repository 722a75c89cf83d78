"""`silverpin plot DIR`: the picture of a run once more, whole or a part of it, for a report."""

import json
import sys
from array import array
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from silverpin.apps.exits import Exit
from silverpin.apps.plot.scale import clock
from silverpin.apps.plot.svg import day_svg
from silverpin.apps.run.folder import SCHEMA, SUMMARY
from silverpin.apps.run.options import time_of_run
from silverpin.apps.run.record import Series
from silverpin.apps.run.words import Span, plot_day
from silverpin.apps.terminal.arguments import Parser, read
from silverpin.drivers.signal_parquet import ParquetTable
from silverpin.drivers.signal_tables import SignalError

_LEAST_S = 10
"""A shorter part has no more columns than words around it."""


class NoRun(ValueError):
    """A folder that cannot be drawn; the message is a whole sentence."""


def main(argv: Sequence[str] | None = None) -> int:
    """Draw as *argv* says and return the exit code."""
    options = read(_parser(), argv)
    folder: Path = options.folder
    out: Path = options.out or folder / "plot.svg"
    try:
        drawn = _draw(folder, options.start, options.end)
        same = out.is_file() and out.read_bytes() == drawn
        if not same:
            out.write_bytes(drawn)
    except (NoRun, SignalError) as error:
        return _refuse(str(error), Exit.BAD_FILE)
    except PermissionError as error:
        return _refuse(f"{error.filename}: {error.strerror}", Exit.FORBIDDEN)
    except FileNotFoundError as error:
        text = f"{error.filename}: No such file or directory; name the folder of a silverpin run"
        if error.filename == str(out):
            text = f"there is no folder {out.parent}: make it first"
        return _refuse(text, Exit.BAD_FILE)
    except OSError as error:
        return _refuse(f"{error.filename or out}: {error.strerror}", Exit.BAD_FILE)
    print(f"{out} is already so." if same else f"{out} is drawn.")
    return Exit.DONE


def _refuse(text: str, code: Exit) -> int:
    print(f"silverpin plot: {text}", file=sys.stderr)
    return code


def _draw(folder: Path, start_s: float | None, end_s: float | None) -> bytes:
    told = _summary(folder / SUMMARY)
    rows = _events(folder / "events.jsonl")
    series = _series(folder / "samples.parquet")
    span = _span(len(series.power_w), start_s, end_s)
    try:
        return day_svg(plot_day(told, rows, series, span)).encode()
    except (KeyError, TypeError) as error:
        raise NoRun(f"{folder}: {SUMMARY} or events.jsonl lack {error}: run it again") from None
    except (ValueError, ArithmeticError) as error:
        raise NoRun(
            f"{folder}: {SUMMARY} or events.jsonl are damaged ({error}): run it again"
        ) from None


def _span(seconds: int, start_s: float | None, end_s: float | None) -> Span | None:
    if start_s is None and end_s is None:
        return None
    first, past = int(start_s or 0), int(seconds if end_s is None else end_s)
    if not (first >= 0 and first + _LEAST_S <= past <= seconds):
        raise NoRun(
            f"{clock(first)} to {clock(past)} is no part of a run of {clock(seconds)}: "
            f"give at least {_LEAST_S} s within it"
        )
    return first, past


def _summary(path: Path) -> dict[str, Any]:
    told = _object(path, path.read_bytes())
    if told.get("schema") != SCHEMA:
        raise NoRun(f"{path} is no summary of a run: name the folder that silverpin run made")
    return told


def _events(path: Path) -> list[dict[str, Any]]:
    return [_object(path, line) for line in path.read_bytes().splitlines()]


def _object(path: Path, text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise NoRun(f"{path} is cut off or damaged: run it again")
    return told


def _series(path: Path) -> Series:
    with path.open("rb"):  # a missing file is the system's sentence, not the reader's
        table = ParquetTable(path)
    series = Series()
    for row in fields(Series):
        if row.name not in table.columns:
            raise NoRun(f"{path} has no column {row.name}: it is older than this program")
        getattr(series, row.name).extend(array("f", table.series(row.name).values))
    if not len(series.power_w):
        raise NoRun(f"{path} has no row: run it again")
    return series


def _parser() -> Parser:
    parser = Parser(
        prog="silverpin plot",
        description="Draw a run again, whole or a part of it, as a picture for a report.",
    )
    add = parser.add_argument
    add("folder", metavar="DIR", type=Path, help="folder that silverpin run made")
    add("--from", metavar="T", dest="start", type=time_of_run, help="begin at, as 07:30 or 90s")
    add("--to", metavar="T", dest="end", type=time_of_run, help="end at")
    add("--out", metavar="FILE", type=Path, help="picture to write (default: DIR/plot.svg)")
    return parser
