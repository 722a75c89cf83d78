"""What is left, as `--json` tells it: by each clock, by each end, and what is promised."""

from typing import TYPE_CHECKING, Any

import numpy as np

from silverpin.apps.life.fleet import BOUND, bound
from silverpin.apps.life.values import UNKNOWN, banded, bands, date_in, significant
from silverpin.durability.endings import RestsOn
from silverpin.durability.life import HORIZON_H, HOURS_PER_YEAR, Band, Remaining, band, ends_h

if TYPE_CHECKING:
    from silverpin.durability.study import Assessment
    from silverpin.durability.survival.own import Promise

NO_FLEET = "no fleet was named (--fleet): a bound is promised by others that lived so long"
WIDEST = 50.0
"""A 95th percentile of so many times the 5th is no answer to plan by."""
_H_PER_DAY = 24.0


def remaining(
    found: "Assessment", promise: "Promise | None", start_utc_ns: int | None
) -> dict[str, Any]:
    """Return what is left of all, and of each part."""
    span_h = found.exposure.span_h
    return {
        "remaining": {
            **left(found.remaining, start_utc_ns, span_h),
            "reason": too_wide(found.remaining, by_fleet=promise is not None),
            "modes": _by_end(found),
            "bound": _promised(promise, start_utc_ns, span_h),
        },
        "parts": [
            {"name": part.value, "remaining": left(row, start_utc_ns, span_h)}
            for part, row in found.parts.items()
        ],
    }


def left(remaining: Remaining, start_utc_ns: int | None, span_h: float) -> dict[str, Any]:
    """Return what remains by each clock."""
    hours = band(remaining.hours)
    return {
        "matings": UNKNOWN if remaining.matings is None else bands(remaining.matings),
        "mated_hours": UNKNOWN if remaining.mated_h is None else bands(remaining.mated_h),
        "date": {
            name: date_in(start_utc_ns, span_h, value) for name, value in hours._asdict().items()
        },
        "years": banded(Band(*(value / HOURS_PER_YEAR for value in hours))),
        "dominant": remaining.dominant.value,
        "beyond_horizon": significant(remaining.beyond_horizon),
    }


def _by_end(found: "Assessment") -> list[dict[str, Any]]:
    """Return each end by itself, the one that most often comes first in front."""
    left_by = ends_h(found.damage, found.exposure, found.use, found.known)
    shares = found.remaining.first
    rows = []
    for end in sorted(left_by, key=lambda end: -shares[end]):
        known = found.known.get(end)
        years = band(np.minimum(left_by[end], HORIZON_H) / HOURS_PER_YEAR)
        rows.append(
            {
                "name": end.value,
                "rests_on": (known.rests_on if known else RestsOn.BELIEF).value,
                "covers": sorted(row.value for row in known.covers) if known else [],
                "ends_first": significant(shares[end]),
                "years": banded(years),
            }
        )
    return rows


def too_wide(remaining: Remaining, *, by_fleet: bool) -> str | None:
    """Return what would narrow an answer that nobody can plan by, and was not there."""
    years = band(remaining.hours / HOURS_PER_YEAR)
    if years.p95 <= WIDEST * max(years.p05, 1.0 / 365.25):
        return None
    others = "" if by_fleet else ", or how others like it lived (--fleet)"
    return (
        "too wide to plan by; what would narrow it: a longer record, or the sensor's temperature "
        f"with bench runs of the type (--type-tests){others}"
    )


def _promised(
    promise: "Promise | None", start_utc_ns: int | None, span_h: float
) -> dict[str, Any]:  # fmt: skip
    """Return what is left at the least; null where nobody bears it out."""
    if promise is None:
        return dict.fromkeys(BOUND) | {"reason": NO_FLEET, "date": None}
    days = promise.left_days
    date = None if days is None else date_in(start_utc_ns, span_h, _H_PER_DAY * days)
    return {**bound(promise), "date": date}
