"""`evse-cli faults` and `explain`: rows of the one fault table, for people and programs."""

from collections.abc import Mapping
from typing import Any

from silverpin.apps.terminal.screen_text import facts
from silverpin.domain.causes import CAUSES_OF
from silverpin.domain.faults import FAULTS, MOST_URGENT_FIRST, Fault

_TOLD = 0.01
"""Causes of less weight are not worth a line."""


def find_fault(text: str) -> Fault | None:
    """Return the row that *text* names, by its code or by its number on the wire."""
    code = text.strip().upper()
    for fault in FAULTS.values():
        if code in (fault.code, fault.code.removeprefix("ERR_")):
            return fault
        if fault.wire_code is not None and code == f"0X{fault.wire_code:X}":
            return fault
    return None


def nearest_code(text: str) -> str | None:
    """Return the code that *text* was probably meant to be."""
    from difflib import get_close_matches  # slow to load, and rarely needed

    near = get_close_matches(text.strip().upper(), FAULTS, n=1, cutoff=0.4)
    return near[0] if near else None


def fault_object(fault: Fault) -> dict[str, Any]:
    """Return a row of the table as an object."""
    return {
        "code": fault.code,
        "title": fault.title,
        "action": fault.action.value,
        "cause": fault.cause,
        "causes": [row._asdict() for row in CAUSES_OF.get(fault.code, ())],
        "verify": fault.verify,
        "reset": fault.reset.value,
        "who": fault.who.value,
        "next_step": fault.next_step,
        "impact": fault.impact,
        "chargex": fault.chargex,
        "chargex_note": fault.chargex_note or None,
        "wire_code": None if fault.wire_code is None else f"0x{fault.wire_code:X}",
    }


def fault_lines(fault: Fault) -> list[str]:
    """Return everything that people need to know about one fault."""
    rows = [
        ("charger", fault.action.value),
        ("cause", fault.cause),
        *(("", f"{row.what}: {row.shows}; {row.advice}") for row in CAUSES_OF.get(fault.code, ())),
        ("verify", fault.verify),
        ("next", f"{fault.who.value}: {fault.next_step}"),
        ("reset", fault.reset.value),
        ("impact", f"{fault.impact} of 10"),
        ("ChargeX", fault.chargex or f"none: {fault.chargex_note}"),
    ]
    if fault.wire_code is not None:
        rows.append(("number", f"0x{fault.wire_code:X}"))
    return [f"{fault.code}: {fault.title}", *facts(rows)]


def fault_rows() -> list[Fault]:
    """Return the whole table, the most urgent first."""
    return [FAULTS[code] for code in MOST_URGENT_FIRST]


def latched_lines(latched: list[Mapping[str, Any]]) -> list[str]:
    """Return the faults that are latched now, each with its steps."""
    lines: list[str] = []
    for row in latched:
        steps = [(name, str(row[name])) for name in ("since", "detail", "cause", "verify", "reset",
                 "who") if row.get(name) is not None]  # fmt: skip
        lines += [str(row.get("code")), *facts([*steps, *_suspects(row)]), ""]
    return lines[:-1] if lines else ["No fault is latched"]


def _suspects(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the ranked causes of a fault, the likeliest first."""
    told = [f"{cause['weight']:.0%} {cause['cause']}: {cause['advice']}"
            for cause in row.get("causes") or () if cause["weight"] >= _TOLD]  # fmt: skip
    return [("likely" if not at else "", text) for at, text in enumerate(told)]
