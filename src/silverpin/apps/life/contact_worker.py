"""`python -m silverpin.apps.life.contact_worker`: follows a charger's contacts for its daemon.

It is started when a plug goes in, so that all is loaded and compiled when it goes out. Each line on
standard input asks of a connector at an instant; each answer is one line. It reads the state and
writes nothing: what is to be kept goes with the answer, for the one thread that writes.
"""

import argparse
import base64
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silverpin.domain.limits import CONTACT_LIMITS, LIMITS
from silverpin.domain.tightening import tighten
from silverpin.drivers.children import end_with_parent, first_to_go

if TYPE_CHECKING:
    from silverpin.apps.life.contact_update import Updates
    from silverpin.durability.resistance.since import Measured

_AFTER_OTHERS = 10
"""At the very end of the line a busy machine would not let it load for minutes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Answer until standard input ends."""
    options = _parser().parse_args(argv)
    end_with_parent()
    _step_back()
    updates, error = _updates(options)
    for line in sys.stdin:
        answer = {"error": error} if updates is None else _answer(updates, json.loads(line))
        print(json.dumps(answer), flush=True)
    return 0


def _step_back() -> None:
    """Run after everything else in line; one thread is what small matrices want."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.nice(_AFTER_OTHERS)
    first_to_go()


def _updates(options: argparse.Namespace) -> "tuple[Updates | None, str]":
    """Return what answers, or why nothing can: bench runs that are none."""
    from silverpin.apps.life.contact_update import updates_of
    from silverpin.drivers.duty_columns import DutyError

    given = ((name, getattr(options, name)) for name in CONTACT_LIMITS)
    limits = tighten(LIMITS, {name: value for name, value in given if value is not None})
    try:
        return updates_of(options.state, options.connector, options.type_tests, limits), ""
    except (DutyError, OSError) as error:
        return None, str(error)


def _answer(updates: "Updates", asked: dict[str, Any]) -> dict[str, Any]:
    from silverpin.drivers.duty_columns import DutyError

    try:
        told, notes = updates.answer(asked["serial"], asked["utc_ns"] * 1e-9, _measured(asked))
    except DutyError as error:
        return {"error": str(error)}
    return {"told": told, "keep": [[type(note).__name__, *map(_plain, note)] for note in notes]}


def _measured(asked: dict[str, Any]) -> "Measured | None":
    from silverpin.durability.resistance.since import Measured

    measured = asked.get("measured")
    return None if measured is None else Measured(measured[0] * 1e-9, measured[1])


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="contact_worker", description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("--connector", required=True)
    parser.add_argument("--type-tests", type=Path)
    for name in CONTACT_LIMITS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float)
    return parser


if __name__ == "__main__":
    sys.exit(main())
