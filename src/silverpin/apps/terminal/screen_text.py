"""The charger's data as plain text: aligned facts and tables, unknown said as unknown."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

_STYLES = {"warn": "\033[1;33m", "fault": "\033[1;31m", "": "\033[1m"}
_PLAIN = "\033[0m"
_GAP = "  "


def figure(value: float | None, unit: str = "", digits: int = 0) -> str:
    """Return a number with its unit, or that it is unknown."""
    return "unknown" if value is None else f"{_rounded(value, digits):.{digits}f} {unit}".rstrip()


def kilowatts(power_w: float | None) -> str:
    """Return a power in kW with its sign: positive charges the vehicle."""
    return "unknown" if power_w is None else f"{_rounded(power_w / 1000, 1):+.1f} kW"


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) + 0.0  # no sign before nothing


def said(value: bool | None, yes: str, no: str) -> str:
    """Return one of two words, or that it is unknown."""
    return "unknown" if value is None else yes if value else no


def facts(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Return names and values in two columns."""
    width = max((len(name) for name, _ in rows), default=0)
    return [f"{name:{width}}{_GAP}{value}".rstrip() for name, value in rows]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return *rows* under *head*, columns aligned and the last one free."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head) - 1)]
    return [
        _GAP.join([f"{line[at]:{width}}" for at, width in enumerate(widths)] + [line[-1]])
        for line in lines
    ]


def flat(
    data: Mapping[str, Any], before: str = "", absent: str = "unknown"
) -> list[tuple[str, str]]:
    """Return nested *data* as facts with dotted names; *absent* is the word for null."""
    rows: list[tuple[str, str]] = []
    for name, value in data.items():
        if isinstance(value, Mapping):
            rows += flat(value, f"{before}{name}.", absent)
        elif name != "schema":
            rows.append((f"{before}{name}", _one(value, absent)))
    return rows


def headline(say: Mapping[str, Any], out: TextIO) -> list[str]:
    """Return the sentence of the charger's state and its detail, coloured on a terminal."""
    text = say.get("headline") or "The charger says nothing about its state"
    if out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        text = f"{_STYLES.get(say.get('tone') or '', _STYLES[''])}{text}{_PLAIN}"
    return [text, *([say["detail"]] if say.get("detail") else [])]


def _one(value: Any, absent: str) -> str:
    if value is None:
        return absent
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_one(each, absent) for each in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_one(each, absent)}" for name, each in value.items())
    return str(value)
