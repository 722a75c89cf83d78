"""docs/recorded-cars.md, printed from the replay: ``python -m tests.recorded_page DATA``."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from silverpin.apps.docs_layout import table
from silverpin.protocols.iso15118.sap import NAMES
from tests.recorded_arguments import Argument, argument
from tests.recorded_cars import Difference, Visit, differences, visits

PAGE = Path("docs/recorded-cars.md")
SHOWN = 3
HEAD = """# Recorded cars

Vehicles were recorded at other chargers while they spoke DIN 70121 or ISO 15118-2. Their requests,
octet by octet save for the number of the session, are sent to ours again
(`tests/scenario/test_recorded_cars.py`), which is put each time where the recorded charger was:
limits, readings, insulation, wishes. Every request of a vehicle that left the factory is answered
OK, up to where the recording or the vehicle ends. What our charger refuses is what the dSPACE test
system asked of an offer that ours does not make.

This page is printed by `python -m tests.recorded_page DATA`, with DATA the folder of captures.
"""
ARGUED = """## Where our answers differ

Fields that the recorded chargers filled otherwise, and why ours are as they are. The number counts
answers.
"""


def page(found: Sequence[Visit]) -> str:
    """Return the whole page."""
    return "\n".join((HEAD, _cars(found), "", ARGUED, _differences(found), ""))


def _cars(found: Iterable[Visit]) -> str:
    rows = [
        (visit.car, NAMES.get(visit.protocol, "none"), str(len(visit.recorded)), _answered(visit),
         visit.ending.value if visit.ending else "the recording ends",
         "; ".join(visit.doubts) or "none")
        for visit in found
    ]  # fmt: skip
    head = ("vehicle", "protocol", "requests", "answered OK", "end", "not believed")
    return "## Sessions\n\n" + table(head, rows)


def _answered(visit: Visit) -> str:
    good = sum(row.code.startswith("OK") for row in visit.replayed)
    last = visit.replayed[-1]
    if last.code.startswith("OK"):
        return str(good)
    return f"{good}, then {last.code} to {last.recorded.name}"


def _differences(found: Iterable[Visit]) -> str:
    by_argument: dict[Argument, list[Difference]] = defaultdict(list)
    for visit in found:
        for row in differences(visit):
            if argued := argument(row.message, row.field):
                by_argument[argued].append(row)
    lines = [
        (f"`{argued.message}`", f"`{argued.field.rpartition('.')[2]}`" if argued.field else "all",
         str(len(rows)), *_sides(rows), argued.why)
        for argued, rows in sorted(by_argument.items())
    ]  # fmt: skip
    return table(("answer", "field", "n", "recorded", "ours", "why"), lines)


def _sides(rows: Sequence[Difference]) -> tuple[str, str]:
    if len({row.field for row in rows}) > 1:
        return "several fields", "several fields"
    return _most(Counter(row.theirs for row in rows)), _most(Counter(row.ours for row in rows))


def _most(values: Counter[str]) -> str:
    shown = sorted(values, key=lambda value: (-values[value], value))[:SHOWN]
    return ", ".join(value or "empty" for value in shown) + (", …" if len(values) > SHOWN else "")


if __name__ == "__main__":
    PAGE.write_text(page(list(visits(Path(sys.argv[1])))), encoding="utf-8")
