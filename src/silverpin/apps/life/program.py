"""The command `silverpin life`: read, reckon, say it."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from silverpin.apps.exits import Exit
from silverpin.apps.life.progress import Progress

if TYPE_CHECKING:
    from silverpin.apps.life.options import LifeOptions

DEFAULT_SET = "type2-32a"
CURVE_POINTS = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Tell what *argv* asks for and return the exit code."""
    try:
        import numba  # noqa: F401 - what the arithmetic below is made of
    except ImportError as error:
        return refuse(f"{error.name} is not installed: pip install 'silverpin[life]'", Exit.REFUSED)
    from silverpin.apps.life.options import life_options
    from silverpin.drivers.duty_columns import DutyError

    options = life_options(argv)
    try:
        told = _told(options)
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


def _table(told: dict[str, Any]) -> str:
    from silverpin.apps.life.words import table

    return table(told)


def _told(options: "LifeOptions") -> dict[str, Any]:
    """Read the record once and return the object."""
    import numpy as np

    from silverpin.apps.life.basis import rests_on
    from silverpin.apps.life.told import told
    from silverpin.drivers.duty_record import ReadAs, open_record
    from silverpin.durability.cost import cost_curve
    from silverpin.durability.parameters.connectors import WEAR_SETS
    from silverpin.durability.study import Study
    from silverpin.durability.upkeep import upkeep

    if options.type_tests is not None:
        say("--type-tests is not used yet: the wider priors of the shipped set hold")
    record = open_record(options.files, ReadAs(mapped=options.mapped, zone=options.zone))
    named = options.connector or record.connector
    wear_set = WEAR_SETS.get(named or "", WEAR_SETS[DEFAULT_SET])
    study, progress, rows = Study(wear_set), Progress(sys.stderr), 0
    for chunk in record.chunks():
        study.take(chunk)
        rows += len(chunk.t_s)
        progress.at(rows, float(chunk.t_s[-1]) if len(chunk.t_s) else 0.0)
    progress.done()
    found = study.assess(np.random.default_rng(options.seed))
    rated_w = wear_set.rated_a * wear_set.nominal_v
    powers_w = [rated_w * (point + 1) / CURVE_POINTS for point in range(CURVE_POINTS)]
    answer = told(
        found,
        serial=record.serial,
        start_utc_ns=record.start_utc_ns,
        rows=rows,
        work=upkeep(found),
        curve=cost_curve(wear_set, found.site, found.draws, powers_w),
        rests_on=rests_on(found, set_told=named in WEAR_SETS),
    )
    for problem in answer["input"]["problems"]:
        say(f"row {problem['row']}, {problem['column']}: {problem['what']}")
    return answer


def say(text: str) -> None:
    """Tell a person something beside the answer."""
    print(f"silverpin life: {text}", file=sys.stderr)
