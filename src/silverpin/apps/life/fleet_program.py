"""`silverpin life --fleet FILE` alone: what is left of every connector of a fleet."""

from typing import TYPE_CHECKING, Any

import numpy as np

from silverpin.apps.life.fleet import alive, bound, large_enough
from silverpin.apps.life.words import DAYS_PER_YEAR
from silverpin.drivers.duty_columns import DutyError
from silverpin.durability.prognosis.answer import LEAST_FAILURES, Prognosis
from silverpin.durability.survival import own
from silverpin.durability.survival.assured import FleetBounds
from silverpin.durability.survival.cohort import Use
from silverpin.durability.survival.roll import ASSURANCE, OnRoll, roll

if TYPE_CHECKING:
    from silverpin.drivers.fleet_book import FleetBook
    from silverpin.durability.survival.mode_law import ModeLaw

SCHEMA = "silverpin.life-fleet/1"
SHOWN = 10
_UNKNOWN = {"p05": None, "p50": None, "p95": None}
_BY_MATINGS, _BY_HOURS = 1.0 / 3.0, 2.0 / 3.0


def told_fleet(book: "FleetBook", serial: str | None, seed: int) -> dict[str, Any]:
    """Return the object of `silverpin.life-fleet/1`, of all that live or of one of them."""
    large_enough(book)
    if not book.cohort.failed.any():
        raise DutyError(
            f"{book.name}: nothing failed, so it tells of no failure: name a record as well, and "
            "physics says what one is like"
        )
    if serial is not None:
        row = book.row_of(serial)
        if row is None:
            raise DutyError(f"{book.name} has no connector {serial!r}: name one that stands in it")
        alive(book, row)
    rng = np.random.default_rng(seed)
    bounds = FleetBounds(book.cohort, rng)
    rows = sorted(roll(bounds, book.cohort, rng), key=_soonest)
    connectors = [_connector(book, row) for row in rows]
    return {
        "schema": SCHEMA,
        "fleet": book.name,
        "connectors_known": len(book.serials),
        "failed": int(book.cohort.failed.sum()),
        "problems": [problem._asdict() for problem in book.problems],
        "modes": [_mode(book, place, law) for place, law in bounds.law.modes.items()],
        "parts": [_part(book, place, bounds) for place in range(len(book.parts))],
        "connectors": [row for row in connectors if serial in (None, row["serial"])],
    }  # fmt: skip


def _soonest(row: OnRoll) -> float:
    """Return by what connectors stand in line; what is unknown may be the worst."""
    return 0.0 if row.left.days is None else row.left.days.p05


def _mode(book: "FleetBook", place: int, law: "ModeLaw") -> dict[str, Any]:
    enough = law.failures >= LEAST_FAILURES
    return {
        "name": book.modes[place].value,
        "failures": law.failures,
        "clock": round(law.clock, 3) if enough else None,
        "comes_by": _comes_by(law.clock) if enough else None,
    }


def _comes_by(clock: float) -> str:
    if clock < _BY_MATINGS:
        return "matings"
    return "mated hours" if clock > _BY_HOURS else "matings and mated hours"


def _part(book: "FleetBook", place: int, bounds: FleetBounds) -> dict[str, Any]:
    """Return what a new connector of a part comes to, used as half of its part is."""
    own_rows = book.cohort.use.part == place
    use = book.cohort.use.only(own_rows)
    usual = Use(
        matings_per_day=np.median(use.matings_per_day, keepdims=True),
        mated_h_per_day=np.median(use.mated_h_per_day, keepdims=True),
        site=np.array([-1]), part=np.array([place]),
    )  # fmt: skip
    assured = bounds.bounds(usual, 0.0, ASSURANCE)
    return {
        "name": book.parts[place],
        "connectors": int(own_rows.sum()),
        "failed": int(book.cohort.failed[own_rows].sum()),
        "matings_per_day": round(float(usual.matings_per_day[0]), 3),
        "mated_h_per_day": round(float(usual.mated_h_per_day[0]), 3),
        "bound": bound(own.promise(assured, 0, 0.0, ASSURANCE)),
    }


def _connector(book: "FleetBook", row: OnRoll) -> dict[str, Any]:
    use, cohort = book.cohort.use, book.cohort
    return {
        "serial": book.serials[row.row],
        "site": book.sites[use.site[row.row]],
        "part": book.parts[use.part[row.row]],
        "days": round(float(cohort.days[row.row]), 1),
        "remaining": {
            "days": _days(row.left),
            "dominant": None if row.left.dominant is None else book.modes[row.left.dominant].value,
            "reason": row.left.unknown or None,
            "bound": bound(row.promise),
        },
    }


def _days(left: Prognosis) -> dict[str, float | None]:
    if left.days is None:
        return dict(_UNKNOWN)
    return {name: round(days, 1) for name, days in left.days._asdict().items()}


def table(told: dict[str, Any], serial: str | None) -> str:
    """Return a fleet's answer as people read it."""
    connectors = told["connectors"]
    lines = [
        f"{told['fleet']}: {told['connectors_known']:,} connectors, {told['failed']:,} failed.",
        *(_mode_words(row) for row in told["modes"]),
        "",
        f"{'new ones of a part':24} {'connectors':>10} {'failed':>7}  nine in ten reach",
        *(
            f"{row['name'] or '(no name)':24} {row['connectors']:>10,} {row['failed']:>7,}  "
            f"{_reach(row['bound'])}"
            for row in told["parts"]
        ),
        "",
    ]
    if not connectors:
        return "\n".join([*lines, "None of them lives."])
    shown = connectors[:SHOWN]
    what = "Of those that live, what is left, soonest first:" if serial is None else "What is left:"
    lines += [what, f"{'serial':24} {'age':>10} {'nine in ten':>16}  half of them, and nine in ten"]
    lines += [_connector_words(row) for row in shown]
    if len(connectors) > SHOWN:
        lines.append(f"{len(connectors) - SHOWN:,} more: --json has them all.")
    if any(row["remaining"]["bound"]["capped"] for row in shown):
        lines.append("+: the fleet was not watched for longer; it may be far more.")
    return "\n".join(lines)


def _mode_words(row: dict[str, Any]) -> str:
    if row["comes_by"] is None:
        return f"{row['name']}: {row['failures']} failures are too few to tell what brings them."
    return f"{row['name']}: {row['failures']} failures; they come with {row['comes_by']}."


def _reach(row: dict[str, Any]) -> str:
    if row["days"] is None:
        return f"unknown: {row['reason']}"
    return f"{row['days'] / DAYS_PER_YEAR:.1f} years{'+' if row['capped'] else ''}"


def _connector_words(row: dict[str, Any]) -> str:
    left, age = row["remaining"], f"{row['days'] / DAYS_PER_YEAR:.1f} years"
    sure = _reach(left["bound"]) if left["bound"]["days"] is not None else "unknown"
    days = left["days"]
    middle = f"unknown: {left['reason']}"
    if days["p50"] is not None:
        low, half, high = (days[name] / DAYS_PER_YEAR for name in ("p05", "p50", "p95"))
        middle = f"{half:.1f} years ({low:.1f} to {high:.1f}), most often {left['dominant']}"
    return f"{row['serial']:24} {age:>10} {sure:>16}  {middle}"
