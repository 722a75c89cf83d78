"""The page of `silverpin life --report`: one file, no script, nothing fetched, good on paper."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from silverpin.apps.life import figures
from silverpin.apps.life.contact_section import contact_section
from silverpin.apps.life.style import CSS
from silverpin.apps.life.words import bases, cents, promise, share, years
from silverpin.durability.life import HOURS_PER_YEAR, band, furthest

if TYPE_CHECKING:
    from silverpin.apps.life.gathered import Gathered
    from silverpin.durability.study import Assessment

COLUMNS = 4096
"""Of the series that `use` draws; a power of two halves without a rest."""
_POINTS = 61
_FAN_YEARS = (2.0, 60.0)


def report(told: dict[str, Any], found: "Assessment", gathered: "Gathered") -> str:
    """Return the page."""
    title = f"{told['serial'] or told['connector']}: {_sentence(told)}"
    body = [
        _header(told),
        _facts(told),
        _section("The record", _counted(told), _use(told, gathered), wide=True),
        contact_section(told),
        '<div class="two">',
        _section("Life consumed", "p05 to p95, the dot is the median; a share of each life.",
                 figures.damage(told["mechanisms"], told["dominant"])),
        _section("The years ahead", "What is furthest on, used as in this record; dark: half of "
                 "such connectors, light: nine in ten.", _fan(found)),
        '</div><div class="two">',
        _section("Wear cost against power", "What a kilowatt-hour adds, discharged at a steady "
                 "power and charged again.", figures.cost(told["wear_cost_curve"])),
        _upkeep(told["upkeep"]),
        "</div>",
        _basis(told),
    ]  # fmt: skip
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{CSS}</style></head>"
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _sentence(told: dict[str, Any]) -> str:
    left = told["remaining"]
    middle = left["years"]["p50"]
    about = "60 years or more are" if middle >= 59.9 else f"about {middle:.0f} years are"
    if middle < 1.5:
        about = f"about {12.0 * middle:.0f} months are"
    return f"{about} left; {left['dominant']} most often ends them"


def _header(told: dict[str, Any]) -> str:
    sentence, span = _sentence(told), told["span"]
    when = f"{span['hours'] / 24.0:,.1f} days of use"
    if span["start"]:
        when += f", {span['start'][:10]} to {span['end'][:10]}"
    serial = f"connector {told['serial']}, " if told["serial"] else ""
    return (
        f"<header><h1>{escape(sentence[:1].upper() + sentence[1:])}.</h1>"
        f"<p>{escape(serial)}{escape(told['connector'])}, {escape(when)}</p></header>"
    )


def _facts(told: dict[str, Any]) -> str:
    left, price = told["remaining"]["years"], told["wear_cost_eur_per_kwh_discharged"]
    leading = next(row for row in told["mechanisms"] if row["name"] == told["dominant"])
    consumed = leading["consumed"]
    rows = [
        ("Life consumed", share(consumed["p50"]),
         f"{told['dominant']}; {share(consumed['p05'])} to {share(consumed['p95'])}"),
        ("Remaining", years(left["p50"]), f"{years(left['p05'])} to {years(left['p95'])}"),
        ("Wear cost, per kWh discharged",
         "not known" if price["p50"] is None else cents(price["p50"]),
         price.get("reason") or f"{cents(price['p05'])} to {cents(price['p95'])}"),
        ("Next work", *_next(told["upkeep"])),
    ]  # fmt: skip
    cells = (
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(note)}</small></dd></div>"
        for name, value, note in rows
    )
    return f'<dl class="facts">{"".join(cells)}</dl>'


def _next(rows: Sequence[dict[str, Any]]) -> tuple[str, str]:
    if not rows:
        return "none", "nothing within ten years"
    what = rows[0]["what"]
    return what[:1].upper() + what[1:], _when(rows[0])


def _when(row: dict[str, Any]) -> str:
    if row["in_days"] <= 0.0:
        return "due now"
    return row["due"] or f"in {row['in_days']:,.0f} days"


def _counted(told: dict[str, Any]) -> str:
    counts, energy = told["counts"], told["energy_kwh"]
    return (
        f"{counts['matings']:,} matings, {counts['reversals']:,} reversals, "
        f"{energy['charged']:,.0f} kWh to the vehicle, {energy['discharged']:,.0f} kWh to the "
        f"grid; the contact reached about {told['temp_contact_max_c']['p50']:.0f} °C."
    )


def _use(told: dict[str, Any], gathered: "Gathered") -> str:
    span = told["span"]
    if span["start"]:
        return figures.use(gathered, span["start"][:10], span["end"][:10])
    return figures.use(gathered, "0", f"{span['hours']:,.1f} h")


def _fan(found: "Assessment") -> str:
    low, high = _FAN_YEARS
    reach = min(max(1.25 * band(found.remaining.hours).p50 / HOURS_PER_YEAR, low), high)
    ahead = np.linspace(0.0, reach, _POINTS)
    worst = furthest(found.damage, found.exposure, found.use, ahead * HOURS_PER_YEAR)
    rows = np.quantile(worst, (0.05, 0.25, 0.5, 0.75, 0.95), axis=1)
    return figures.fan(ahead.tolist(), rows.tolist())


def _section(name: str, note: str, drawing: str, *, wide: bool = False) -> str:
    kind = ' class="wide"' if wide else ""
    return (
        f'<section{kind}><h2>{escape(name)}</h2><p class="note">{escape(note)}</p>'
        f"<figure>{drawing}</figure></section>"
    )


def _upkeep(rows: Sequence[dict[str, Any]]) -> str:
    lines = "".join(
        f"<tr><td>{escape(_when(row))}</td><td>{escape(row['what'])}"
        f'<p class="note">{escape(row["reason"])}</p></td></tr>'
        for row in rows
    )
    table = f"<table>{lines}</table>" if rows else "<p>Nothing is due within ten years.</p>"
    return f"<section><h2>Work ahead</h2>{table}</section>"


def _basis(told: dict[str, Any]) -> str:
    left = told["remaining"]
    sentences = [*bases(left["modes"]), promise(left["bound"]), *told["rests_on"]]
    if left["reason"]:
        sentences.insert(0, f"What is left is {left['reason']}.")
    lines = "".join(f"<li>{escape(line)}</li>" for line in sentences)
    problems = told["input"]["problems"]
    if problems:
        lines += f"<li>{len(problems)} problems in the input, see the messages or --json.</li>"
    return f'<section><h2>What this rests on</h2><ul class="note">{lines}</ul></section>'
