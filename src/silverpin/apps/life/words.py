"""An assessment as people read it on a terminal."""

from collections.abc import Sequence
from typing import Any

from silverpin.apps.contact_words import estimate, measured, what_tells
from silverpin.durability.endings import RestsOn

DAYS_PER_YEAR = 365.25
_SHARES = ("p05", "p50", "p95")


def table(told: dict[str, Any]) -> str:
    """Return the summary; it says nothing that the object does not have."""
    return "\n".join(
        [
            _head(told),
            "",
            *_mechanisms(told["mechanisms"], told["dominant"]),
            "",
            _contact(told["resistance_mohm"]),
            *_remaining(told),
            _cost(told["wear_cost_eur_per_kwh_discharged"]),
            "",
            *_upkeep(told["upkeep"]),
            "",
            *told["rests_on"],
        ]
    )


def share(value: float) -> str:
    """Return a life consumed in percent."""
    percent = 100.0 * value
    return "< 0.01 %" if percent < 0.01 else f"{percent:.3g} %"


def years(value: float) -> str:
    """Return a time ahead."""
    return "60 years or more" if value >= 59.9 else f"{value:.1f} years"


def cents(eur: float) -> str:
    """Return a price of a kilowatt-hour."""
    return f"{100.0 * eur:.2g} ct"


def _head(told: dict[str, Any]) -> str:
    counts, energy, span = told["counts"], told["energy_kwh"], told["span"]
    when = (
        f"{span['start']} to {span['end']}" if span["start"] else f"{span['hours'] / 24:.1f} days"
    )
    return (
        f"{told['connector']}, {when}: {told['input']['rows']:,} rows, {counts['matings']:,} "
        f"matings, {counts['reversals']:,} reversals, {energy['charged']:,.1f} kWh to the vehicle, "
        f"{energy['discharged']:,.1f} kWh to the grid."
    )


def _mechanisms(rows: Sequence[dict[str, Any]], dominant: str) -> list[str]:
    lines = [f"{'life consumed':20} {'p05':>10} {'p50':>10} {'p95':>10}"]
    for row in rows:
        marks = [name for name in ("extrapolated", "unsourced") if row[name]]
        marks += ["takes most"] if row["name"] == dominant else []
        figures = " ".join(f"{share(row['consumed'][name]):>10}" for name in _SHARES)
        lines.append(f"{row['name']:20} {figures}  {', '.join(marks)}".rstrip())
    return lines


def _contact(row: dict[str, Any]) -> str:
    if row["p50"] is None:
        return f"Contact resistance: unknown, {row['reason']}; {what_tells()}."
    inspected = f" Measured: {measured(row['measured'])}." if row["measured"] else ""
    return f"Contact resistance: {estimate(row, row['limit'], row)}.{inspected}"


def _remaining(told: dict[str, Any]) -> list[str]:
    left = told["remaining"]
    low, middle, high = (years(left["years"][name]) for name in _SHARES)
    lines = [f"Remaining: {middle} ({low} to {high}), most often ended by {left['dominant']}."]
    if left["matings"]["p50"] is not None:
        low, middle, high = (f"{left['matings'][name]:,.0f}" for name in _SHARES)
        lines.append(f"At this use: {middle} matings ({low} to {high}).")
    if left["date"]["p50"] is not None:
        low, middle, high = (left["date"][name][:10] for name in _SHARES)
        lines.append(f"Until {middle} ({low} to {high}).")
    if left["reason"]:
        lines.append(_sentence(left["reason"]))
    return [*lines, *bases(left["modes"]), promise(left["bound"])]


def bases(modes: Sequence[dict[str, Any]]) -> list[str]:
    """Return which ends go by what, where not all go by the parameters of their kind."""
    by: dict[str, list[str]] = {}
    for row in modes:
        by.setdefault(row["rests_on"], []).append(_named(row))
    if len(by) == 1 and RestsOn.BELIEF.value in by:
        return []
    return [f"By {basis}: {', '.join(names)}." for basis, names in by.items()]


def _named(row: dict[str, Any]) -> str:
    covers = f" (for {', '.join(row['covers'])})" if row["covers"] else ""
    return f"{row['name']}{covers}"


def promise(bound: dict[str, Any]) -> str:
    """Return what nine in ten reach, and who bears it out."""
    if bound["days"] is None:
        return f"No lower bound is promised: {bound['reason']}."
    until = f", until {bound['date'][:10]}" if bound["date"] else ""
    more = (
        "; the fleet was not watched for longer, so it may be far more" if bound["capped"] else ""
    )
    return (
        f"At the least: {years(bound['days'] / DAYS_PER_YEAR)}{until}, which "
        f"{100.0 * bound['share']:.0f} in 100 such connectors reach, as {bound['tried']:,} of the "
        f"fleet bear out, {bound['failures']:,} of which failed sooner{more}."
    )


def _cost(row: dict[str, Any]) -> str:
    if row["p50"] is None:
        return f"Wear cost of a kilowatt-hour discharged: unknown, {row['reason']}."
    low, middle, high = (cents(row[name]) for name in _SHARES)
    return f"Wear cost of a kilowatt-hour discharged: {middle} ({low} to {high})."


def _upkeep(rows: Sequence[dict[str, Any]]) -> list[str]:
    if not rows:
        return ["No work is due within ten years."]
    return [f"{_when(row)}: {row['what']}. {_sentence(row['reason'])}" for row in rows]


def _when(row: dict[str, Any]) -> str:
    if row["in_days"] <= 0.0:
        return "Due now"
    return row["due"] or f"In {row['in_days']:.0f} days"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
