"""The page of `silverpin duty --report`: uses side by side, one file, good on paper."""

from collections.abc import Sequence
from html import escape
from typing import Any

from silverpin.apps.life import figures
from silverpin.apps.life.style import CSS
from silverpin.apps.life.words import cents


def report(rows: Sequence[dict[str, Any]]) -> str:
    """Return the page."""
    first, priced = rows[0], [row for row in rows if row["wear_cost_eur_per_kwh_discharged"]]
    dearest = max(priced, key=_median)
    sentence = f"A kilowatt-hour given costs most in {dearest['use']}: {cents(_median(dearest))}."
    title = f"{first['connector']}: {sentence}"
    intro = (
        f"{first['connector']}, {first['power_w'] / 1e3:g} kW, {first['days']} days of each use; "
        "the vehicle is in at night and leaves with what the road needs."
    )
    drawn = "".join(map(_pair, zip(rows[::2], rows[1::2], strict=True)))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{CSS}</style></head><body><main>"
        f"<header><h1>{escape(sentence)}</h1><p>{escape(intro)}</p></header>"
        f"<section><h2>Side by side</h2>{_table(rows)}</section>{drawn}</main></body></html>\n"
    )


def _median(row: dict[str, Any]) -> float:
    return float(row["wear_cost_eur_per_kwh_discharged"]["p50"])


def _table(rows: Sequence[dict[str, Any]]) -> str:
    heads = ("use", "to vehicle, kWh a day", "to grid, kWh a day", "reversals a day",
             "hottest contact, °C", "wear cost, per kWh given", "p05 to p95")  # fmt: skip
    head = "".join(f"<th>{escape(word)}</th>" for word in heads)
    return f"<table><tr>{head}</tr>{''.join(map(_line, rows))}</table>"


def _line(row: dict[str, Any]) -> str:
    price = row["wear_cost_eur_per_kwh_discharged"]
    cells = (
        row["use"],
        f"{row['charged_kwh_per_day']:.1f}",
        f"{row['discharged_kwh_per_day']:.1f}",
        f"{row['reversals_per_day']:,.0f}",
        f"{row['temp_contact_max_c']['p50']:.0f}",
        "–" if price is None else cents(price["p50"]),
        "–" if price is None else f"{cents(price['p05'])} to {cents(price['p95'])}",
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _pair(pair: tuple[dict[str, Any], dict[str, Any]]) -> str:
    return f'<div class="two">{_use(pair[0])}{_use(pair[1])}</div>'


def _use(row: dict[str, Any]) -> str:
    yearly = [{**each, "consumed": each["consumed_per_year"]} for each in row["mechanisms"]]
    name = row["use"]
    note = f"Life consumed in a year, p05 to p95 and median; {row['source']}."
    return (
        f"<section><h2>{escape(name[:1].upper() + name[1:])}</h2>"
        f'<p class="note">{escape(note)}</p>'
        f"<figure>{figures.damage(yearly, row['dominant'])}</figure></section>"
    )
