"""Upkeep as the status tells it: what, why, since and by when, who, and the command to type."""

from collections.abc import Iterator
from typing import Any

from silverpin.apps.daemon.records import Storage
from silverpin.apps.daemon.wall import iso
from silverpin.domain.limits import Limits
from silverpin.domain.upkeep import Due, Facts, due


def due_rows(facts: Facts, limits: Limits, storage: Storage) -> list[dict[str, Any]]:
    """Return the work that is due, then what will be soon."""
    work = due(facts, limits)
    now = [_row(row) for row in work if not row.soon]
    return [*now, *_disk(storage), *(_row(row) for row in work if row.soon)]


def seal_of(facts: Facts) -> dict[str, Any]:
    """Return what inspections found on the seal; null where none looked."""
    checked = facts.seal_checked_ns
    return {
        "moist": None if checked is None else facts.moist_ns is not None,
        "deformed": None if checked is None else facts.deformed_ns is not None,
        "time": None if checked is None else iso(checked),
    }


def _row(row: Due) -> dict[str, Any]:
    return {
        "what": row.what,
        "why": row.why,
        "reason": row.why,
        "since": None if row.since_ns is None else iso(row.since_ns),
        "by": None if row.by_ns is None else iso(row.by_ns),
        "who": row.who,
        "command": row.command or None,
        "soon": row.soon,
    }


def _disk(storage: Storage) -> Iterator[dict[str, Any]]:
    for trouble in storage.troubles:
        yield _row(Due(what=f"look after the {trouble.what}", why=trouble.text, who="operator",
                       command="", since_ns=trouble.since_utc_ns))  # fmt: skip
