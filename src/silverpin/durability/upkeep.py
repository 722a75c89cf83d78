"""Work that a connector will ask for, with the day: the rules of `domain.upkeep`, asked ahead.

The rules say what is due by the facts of a day. Facts grow as they did in the record: so many
matings and load-breaks a day. The first day on which a rule speaks is when its work is due. What
wears out is replaced on the day by which half of such connectors are worn out.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_DAY
from silverpin.domain.upkeep import Due, Facts, due, same_visit, tells_a_day
from silverpin.durability.life import HORIZON_H, Part, Remaining, band

if TYPE_CHECKING:
    from silverpin.durability.study import Assessment

AHEAD_DAYS = 3653.0
"""Work further off than ten years is nobody's plan."""
_NEAR_DAYS = 0.01
MATINGS_RATED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One piece of work ahead, in days from the end of the record."""

    what: str
    in_days: float
    """0 is due now."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the record itself does not tell of the connector at its end."""

    matings_before: int = 0
    """Counted before the record began."""
    matings_since_cleaning: int | None = None
    """At the end; None takes the record's last cleaning, or counts every mating of it."""
    inspected_days_ago: float | None = None
    """None takes the record's last inspection, or counts from its beginning."""


def upkeep(
    found: "Assessment", standing: Standing | None = None, limits: Limits = LIMITS
) -> list[Work]:
    """Return the work ahead, soonest first."""
    standing = standing or Standing()
    rows = [*_by_rule(found, standing, limits), *_worn(found), *_rated(found, standing)]
    return sorted(rows, key=lambda row: (row.in_days, row.what))


def by_visit(rows: Iterable[Work]) -> list[Work]:
    """Return work soonest first; what one inspection serves stands once, as `due` has it."""
    found: list[Work] = []
    for row in sorted(rows, key=lambda row: row.in_days):
        place, later = same_visit(row.what, [other.what for other in found]), row.in_days > 0.0
        if place is None or tells_a_day(row.what, found[place].what, later=later):
            found.append(row)
        elif row.what != found[place].what and not later:
            reason = f"{found[place].reason}; also {row.reason}"
            found[place] = replace(found[place], reason=reason)
    return found


def _by_rule(found: "Assessment", standing: Standing, limits: Limits) -> Iterator[Work]:
    """Yield what the rules of upkeep will say, each kind of work on its first day."""
    ahead = _ahead(found, standing)
    for what in dict.fromkeys(row.what for row in due(ahead(AHEAD_DAYS), limits)):
        days = _first_day(what, ahead, limits)
        row = _said(what, ahead(days), limits)
        if row is not None:
            yield Work(what=what, in_days=days, reason=row.why)


def _ahead(found: "Assessment", standing: Standing) -> Callable[[float], Facts]:
    """Return the facts as they will be after some days of the same use."""
    exposure = found.exposure
    span_days = max(exposure.span_h / 24.0, _NEAR_DAYS)
    often = float(np.median(found.use)) / span_days
    breaks = len(exposure.breaks or ())
    matings = _told(standing.matings_since_cleaning, exposure.matings_since_cleaning,
                    exposure.matings)  # fmt: skip
    begun = int(span_days * NS_PER_DAY)
    recorded_h = exposure.since_inspection_h
    recorded = None if recorded_h is None else recorded_h / 24.0
    inspected = _told(standing.inspected_days_ago, recorded, span_days)
    first_ns = begun - int(inspected * NS_PER_DAY)

    def facts(days: float) -> Facts:
        return Facts(
            now_ns=begun + int(days * NS_PER_DAY),
            first_ns=first_ns,
            matings_since_cleaning=int(matings) + floor(exposure.matings * often * days + 1e-9),
            load_breaks=breaks + floor(breaks * often * days + 1e-9),
            moist_ns=begun if exposure.moisture else None,
        )

    return facts


def _told(asked: float | None, recorded: float | None, otherwise: float) -> float:
    """Return what is known best."""
    known = recorded if asked is None else asked
    return otherwise if known is None else known


def _said(what: str, facts: Facts, limits: Limits) -> Due | None:
    """Return the work if it is due by then, not only announced."""
    return next((row for row in due(facts, limits) if row.what == what and not row.soon), None)


def _first_day(what: str, ahead: Callable[[float], Facts], limits: Limits) -> float:
    """Return the first day on which a rule speaks; it goes on until the work is done."""
    if _said(what, ahead(0.0), limits) is not None:
        return 0.0
    silent, speaks = 0.0, AHEAD_DAYS
    while speaks - silent > _NEAR_DAYS:
        middle = 0.5 * (silent + speaks)
        if _said(what, ahead(middle), limits) is None:
            silent = middle
        else:
            speaks = middle
    return speaks


def _worn(found: "Assessment") -> Iterator[Work]:
    for part, left in found.parts.items():
        years = [hours / 8766.0 for hours in band(left.hours)]
        if band(left.hours).p50 >= HORIZON_H:
            continue
        named = f"the {part.value}"
        reason = (
            f"half of such {part.value}s are worn out by then, one in twenty after "
            f"{years[0]:.1f} years{_by(left, part)}"
        )
        yield Work(what=f"replace {named}", in_days=band(left.hours).p50 / 24.0, reason=reason)


def _by(left: Remaining, part: Part) -> str:
    """Return what ends a part most often, where it can be one of several."""
    if part is not Part.CONNECTOR:
        return ""
    share = left.first[left.dominant]
    return f"; {left.dominant.value} ends {100.0 * share:.0f} in 100 of them first"


def _rated(found: "Assessment", standing: Standing) -> Iterator[Work]:
    """Yield the end of the rated matings, which holds whatever the wear."""
    row = CONNECTOR_SETS.get(found.wear_set.name)
    rated = MATINGS_RATED if row is None else row.matings_rated
    done = standing.matings_before + found.exposure.matings
    span_days = found.exposure.span_h / 24.0
    if not found.exposure.matings or span_days <= 0.0:
        return
    per_day = found.exposure.matings / span_days * float(np.median(found.use))
    days = max(0.0, (rated - done) / per_day)
    if days <= AHEAD_DAYS:
        reason = f"rated for {rated} matings (IEC 62196-1), {done} are done"
        yield Work(what="replace the connector: its rated matings end", in_days=days, reason=reason)


def date_of(end_utc_ns: int, in_days: float) -> datetime:
    """Return the instant of work that many days after the end of a record."""
    return datetime.fromtimestamp((end_utc_ns + int(in_days * NS_PER_DAY)) / 1e9, tz=UTC)
