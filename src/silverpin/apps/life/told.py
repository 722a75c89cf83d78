"""An assessment as the object that `--json` prints; unknown is null, never 0."""

from collections.abc import Sequence
from typing import Any

from silverpin.apps.life import contact
from silverpin.apps.life.identified import identifiability
from silverpin.apps.life.left import remaining
from silverpin.apps.life.values import UNKNOWN, at, banded, bands, end_ns, significant
from silverpin.durability.cost import Price
from silverpin.durability.life import PART_OF
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.resistance.follow import Found
from silverpin.durability.sessions import Session
from silverpin.durability.study import Assessment
from silverpin.durability.survival.own import Promise
from silverpin.durability.upkeep import Work, date_of

SCHEMA = "silverpin.life/1"
NO_DISCHARGE = "nothing was discharged"
NO_DATE = "the input has no dates"


def told(
    found: Assessment,
    *,
    serial: str | None,
    start_utc_ns: int | None,
    rows: int,
    resistance: Found,
    work: Sequence[Work],
    curve: Sequence[Price],
    promise: Promise | None,
    rests_on: Sequence[str],
) -> dict[str, Any]:
    """Return the object of `silverpin.life/1`."""
    exposure, cost = found.exposure, found.cost
    return {
        "schema": SCHEMA,
        "connector": found.wear_set.name,
        "serial": serial,
        "span": span(start_utc_ns, exposure.span_h),
        "input": {
            "rows": rows,
            "missing": list(exposure.missing),
            "problems": [problem._asdict() for problem in exposure.problems],
        },
        "counts": counts(found),
        "energy_kwh": {
            "charged": significant(exposure.charged_kwh),
            "discharged": significant(exposure.discharged_kwh),
        },
        "temp_contact_max_c": bands(exposure.hottest_c),
        "resistance_mohm": contact.resistance(resistance, found.wear_set, start_utc_ns),
        "identifiability": identifiability(resistance),
        "sessions": _sessions(found, resistance, start_utc_ns),
        "mechanisms": mechanisms(found),
        "dominant": found.dominant.value,
        **remaining(found, promise, start_utc_ns),
        "wear_cost_eur_per_kwh_discharged": _cost(found),
        "wear_cost_by_mechanism_eur_per_kwh": None
        if cost is None
        else {row.value: significant(float(share.mean())) for row, share in
              cost.by_mechanism.items()},
        "wear_cost_curve": [
            {"power_w": row.power_w, **banded(row.eur_per_kwh)} for row in curve
        ],
        "upkeep": [upkeep_row(row, start_utc_ns, exposure.span_h) for row in work],
        "rests_on": list(rests_on),
    }  # fmt: skip


def _sessions(
    found: Assessment, resistance: Found, start_utc_ns: int | None
) -> list[dict[str, Any]]:
    """Return the sessions with what each told of the contact."""
    told, silent = contact.by_session(resistance), {**UNKNOWN, "channel": None}
    return [
        {**_session(row, start_utc_ns), **told.get(row.start_s, silent)} for row in found.sessions
    ]


def _session(row: Session, start_utc_ns: int | None) -> dict[str, Any]:
    return {
        "start": at(start_utc_ns, row.start_s),
        "start_s": row.start_s,
        "end_s": row.end_s,
        "charged_ah": significant(row.charged_ah),
        "discharged_ah": significant(row.discharged_ah),
        "current_max_a": significant(row.peak_a),
    }


def counts(found: Assessment) -> dict[str, Any]:
    """Return what was counted; null where the input does not tell."""
    exposure = found.exposure
    return {
        "matings": exposure.matings,
        "matings_assumed": exposure.matings_assumed,
        "sessions": exposure.sessions,
        "load_breaks": None if exposure.breaks is None else len(exposure.breaks),
        "reversals": exposure.reversals,
        "mated_hours": significant(exposure.mated_h),
        "mated_hours_unsure": significant(exposure.unsure_h),
        "contactor_openings": None if exposure.openings is None else len(exposure.openings),
        "lock_operations": exposure.lock_operations,
        "lock_retries": exposure.lock_retries,
    }


def mechanisms(found: Assessment) -> list[dict[str, Any]]:
    """Return what each mechanism took, and what that rests on."""
    return [
        {
            "name": mechanism.value,
            "part": PART_OF[mechanism].value,
            "consumed": bands(damage.consumed),
            "extrapolated": damage.extrapolated,
            "unsourced": damage.unsourced,
            "beyond": list(damage.beyond),
            "assumed": list(damage.assumed),
            "ends_first": _ends_first(found, mechanism),
        }
        for mechanism, damage in found.damage.items()
    ]


def _ends_first(found: Assessment, mechanism: Mechanism) -> float | None:
    """Return how often a mechanism comes first; null where a state that was read stands for it."""
    share = found.remaining.first.get(mechanism)
    return None if share is None else significant(share)


def upkeep_row(row: Work, start_utc_ns: int | None, span_h: float) -> dict[str, Any]:
    """Return one piece of work with its date, where the input has dates."""
    due = None
    if start_utc_ns is not None:
        due = f"{date_of(end_ns(start_utc_ns, span_h), row.in_days):%Y-%m-%d}"
    return {
        "what": row.what, "due": due, "in_days": round(row.in_days, 1), "reason": row.reason,
    }  # fmt: skip


def span(start_utc_ns: int | None, span_h: float) -> dict[str, Any]:
    """Return when the record begins and ends."""
    return {
        "start": at(start_utc_ns, 0.0),
        "end": at(start_utc_ns, span_h * 3600.0),
        "hours": significant(span_h),
    }


def _cost(found: Assessment) -> dict[str, Any]:
    cost = found.cost
    if cost is None:
        return {**UNKNOWN, "reason": NO_DISCHARGE}
    return {**bands(cost.eur_per_kwh), "dominant": cost.dominant.value}
