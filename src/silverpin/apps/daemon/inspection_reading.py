"""Turns the request of an inspection into the record that `domain.inspection` judges."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from silverpin.apps.daemon.dates import day_end_ns, day_ns
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.inspection import Inspection, Seen, Surface
from silverpin.domain.installation_checklist import CHECKLIST, Tick


def wrong_pins(pins: Mapping[str, float], kind: ConnectorSet, *, all_of: bool = True) -> str:
    """Return why measured *pins* are no inspection, empty if they are one."""
    each = f"give each of {', '.join(kind.power_pins)}"
    for pin in kind.power_pins:
        if pin not in pins and all_of:
            return f"{pin} is missing: {each}"
    for pin, ohm in pins.items():
        if pin not in (*kind.power_pins, *kind.data_pins):
            return f"{pin} is no power pin: {each}"
        if not ohm > 0.0:
            return f"{pin} cannot have {ohm:g} Ω: measure it again with four wires"
    return ""


def wrong_words(request: Mapping[str, Any], kind: ConnectorSet) -> str:
    """Return which name of *request* is none, empty if all are known."""
    pins = (*kind.power_pins, *kind.data_pins)
    for pin in request["surfaces"]:
        if pin not in pins:
            return f"{pin} is no pin of a {kind.name}: it has {', '.join(pins)}"
    for item in request["checklist"]:
        if item not in CHECKLIST:
            return f"{item} is not on the checklist: it has {', '.join(CHECKLIST)}"
    return ""


def inspection_of(
    request: Mapping[str, Any], made: int, method: str = "resistance meter"
) -> Inspection:
    """Return the record that *request* tells of."""
    seal, expires = request.get("seal"), request.get("certificate_expires")
    calibrated: date | None = request.get("instrument_calibrated")
    return Inspection(
        made_ns=made,
        pins_ohm=request["pins"],
        instrument=request["instrument"],
        technician=request["technician"],
        certificate=request["certificate"],
        method=method,
        instrument_calibrated_ns=None if calibrated is None else day_ns(calibrated),
        certificate_level=request.get("certificate_level"),
        certificate_ends_ns=None if expires is None else day_end_ns(expires.isoformat()),
        surfaces={
            pin: Seen(*(None if word is None else Surface(word)
                        for word in (row.oxidation, row.pitting)))
            for pin, row in request["surfaces"].items()
        },
        seal_deformed=None if seal is None else seal.deformed,
        seal_moist=None if seal is None else seal.moisture,
        pull_out_n=request.get("pull_out_n"),
        earth_ohm=request.get("earth_ohm"),
        checklist={item: Tick(word) for item, word in request["checklist"].items()},
    )  # fmt: skip
