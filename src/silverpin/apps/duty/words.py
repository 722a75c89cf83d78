"""Uses side by side, as people read them on a terminal."""

from collections.abc import Callable, Sequence
from typing import Any

from silverpin.apps.life.words import cents, share

_WIDE = 18


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return one column a use: what it did, what it took in a year, what a kilowatt-hour cost."""
    first = rows[0]
    lines = [
        f"{first['connector']}, {first['power_w'] / 1e3:g} kW, {first['days']} days of each use",
        "",
        _line("", rows, lambda row: row["use"]),
        _line("kWh a day to vehicle", rows, lambda row: f"{row['charged_kwh_per_day']:.1f}"),
        _line("kWh a day to grid", rows, lambda row: f"{row['discharged_kwh_per_day']:.1f}"),
        _line("reversals a day", rows, lambda row: f"{row['reversals_per_day']:,.0f}"),
        _line("current, rms A", rows, lambda row: f"{row['current_rms_a']:.1f}"),
        _line("hottest contact, °C", rows, lambda row: f"{row['temp_contact_max_c']['p50']:.0f}"),
        "",
        "life consumed a year, medians",
    ]
    for place, mechanism in enumerate(first["mechanisms"]):
        lines.append(_line(f"  {mechanism['name']}", rows, _yearly(place)))
    lines += [
        "",
        _line("years left, new", rows, lambda row: f"{row['remaining_years']['p50']:.0f}"),
        _line("wear cost a kWh", rows, _price),
        _line("  p05 to p95", rows, _spread),
        _line("  most of it", rows, lambda row: row["wear_cost_dominant"] or "–"),
    ]
    return "\n".join(lines)


def _line(name: str, rows: Sequence[dict[str, Any]], value: Callable[[dict[str, Any]], str]) -> str:
    return f"{name:22}" + "".join(f"{value(row):>{_WIDE}}" for row in rows)


def _yearly(place: int) -> Callable[[dict[str, Any]], str]:
    return lambda row: share(row["mechanisms"][place]["consumed_per_year"]["p50"])


def _price(row: dict[str, Any]) -> str:
    price = row["wear_cost_eur_per_kwh_discharged"]
    return "–" if price is None else cents(price["p50"])


def _spread(row: dict[str, Any]) -> str:
    price = row["wear_cost_eur_per_kwh_discharged"]
    if price is None:
        return "–"
    return f"{100.0 * price['p05']:.2g} to {100.0 * price['p95']:.2g}"
