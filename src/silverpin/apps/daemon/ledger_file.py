"""A connector's ledger as one file that travels with it (`silverpin.ledger/1`).

JSON that a person can read, with a SHA-256 over everything else in it: a file that was damaged or
edited is refused. It proves that nothing changed by mistake, not who wrote it. Counts stand in
parts, by the state that counted them, so that a file can be taken in twice, or late, or where it
came from, and nothing is counted twice (see `domain.ledger`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silverpin.domain.ledger import SUMS, TYPED, Ledger

SCHEMA = "silverpin.ledger/1"
_KIND, _VERSION = SCHEMA.split("/")
_DIGITS = 6
_SLACK = 10.0**-_DIGITS
"""Sums are written with so many digits; a difference below that is none."""
_WHOLE = frozenset(SUMS) - {"charged_kwh", "discharged_kwh", "mated_s"}
_MOST = 1e12
_WORD_MAX = 80


class LedgerFileError(Exception):
    """A file that is no ledger to be trusted; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What a ledger's file says of its connector, and of who wrote the file when."""

    serial: str
    connector_set: str
    simulated: bool
    charger_id: str
    exported: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Travelled:
    """The ledger that a file holds."""

    passport: Passport
    parts: Mapping[str, Mapping[str, float]]
    """What each state counted, by its origin."""
    since_cleaning: int


def document(
    ledger: Ledger, origin: str, passport: Passport, load_breaks: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a ledger as its file holds it; *origin* is the state that writes."""
    parts = {_abroad(name, origin): part for name, part in ledger.brought.items()}
    parts[origin] = ledger.counted_here()
    written = {name: _written(part) for name, part in sorted(parts.items())}
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "serial": passport.serial,
        "connector_set": passport.connector_set,
        "simulated": passport.simulated,
        "exported": passport.exported,
        "charger_id": passport.charger_id,
        "counts": _written({name: getattr(ledger, name) for name in SUMS}),
        "matings_since_cleaning": ledger.matings_since_cleaning,
        "counted_by": written,
        "load_breaks": list(load_breaks),
    }
    return told | {"sha256": _digest(told)}


def read_document(told: Mapping[str, Any]) -> Travelled:
    """Return the ledger in a file's content. Raises `LedgerFileError`."""
    kind, _, version = str(told.get("schema")).partition("/")
    if kind != _KIND:
        raise LedgerFileError("it is no ledger: write one with evse-cli ledger export")
    if version != _VERSION:
        raise LedgerFileError(
            f"it is of version {version} and this program reads {_VERSION}: use the program that"
            " wrote it, or a newer one"
        )
    rest = {name: value for name, value in told.items() if name != "sha256"}
    if told.get("sha256") != _digest(rest):
        raise LedgerFileError(
            "its checksum does not match, it was damaged or edited: export it again"
        )
    try:
        return _travelled(told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LedgerFileError(f"it does not add up ({error}): export it again") from error


def news(travelled: Travelled, ledger: Ledger, origin: str) -> dict[str, Mapping[str, float]]:
    """Return the parts of a file that *ledger* lacks, or has less of; *origin* is this state."""
    return {
        name: part
        for name, part in travelled.parts.items()
        if _home(name, origin) == name and exceeds(part, ledger.brought.get(name, {}))
    }


def is_older(travelled: Travelled, ledger: Ledger, origin: str) -> bool:
    """Return whether the ledger was brought more than the file has, and the file nothing new."""
    known = [(ledger.brought.get(name, {}), part) for name, part in travelled.parts.items()]
    return not news(travelled, ledger, origin) and any(exceeds(had, part) for had, part in known)


def uncleaned(travelled: Travelled, ledger: Ledger, origin: str) -> int:
    """Return the matings since a cleaning: those of the file, and those here that it lacks."""
    known = travelled.parts.get(origin, {}).get("matings", 0)
    return travelled.since_cleaning + max(0, int(ledger.counted_here()["matings"] - known))


def exceeds(part: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Return whether any count of *part* is more than that of *other*."""
    return any(part.get(name, 0) > other.get(name, 0) + _SLACK for name in SUMS)


def _travelled(told: Mapping[str, Any]) -> Travelled:
    parts = {_word(origin): _part(part) for origin, part in told["counted_by"].items()}
    for name, total in _part(told["counts"]).items():
        added = sum(part[name] for part in parts.values())
        if abs(added - total) > _SLACK * (1 + len(parts)):
            raise ValueError(f"the parts of {name} are {added:g} and not {total:g}")
    passport = Passport(
        **{
            name: _word(told[name])
            for name in ("serial", "connector_set", "charger_id", "exported")
        },
        simulated=told["simulated"] is True,
    )
    since = told["matings_since_cleaning"]
    if type(since) is not int or not 0 <= since <= told["counts"]["matings"]:
        raise ValueError(f"{since!r} matings since cleaning")
    return Travelled(passport=passport, parts=parts, since_cleaning=since)


def _word(text: Any) -> str:
    """Return a name that may be shown on a terminal and written to a log."""
    if not (isinstance(text, str) and text.isprintable() and 0 < len(text) <= _WORD_MAX):
        raise ValueError("a name in it is no plain word")
    return text


def _part(part: Mapping[str, Any]) -> dict[str, float]:
    unknown = part.keys() - set(SUMS)
    if unknown:
        raise ValueError(f"{min(unknown)} is no count")
    return {name: _count(name, part.get(name, 0)) for name in SUMS}


def _count(name: str, value: Any) -> float:
    whole = type(value) is int
    if not (whole or (type(value) is float and name not in _WHOLE)):
        raise ValueError(f"{name} is {value!r}")
    if not 0 <= value <= _MOST:  # no number is neither
        raise ValueError(f"{name} is no count that could be")
    return value  # type: ignore[no-any-return]


def _written(part: Mapping[str, float]) -> dict[str, float]:
    return {
        name: int(part.get(name, 0)) if name in _WHOLE else round(part.get(name, 0.0), _DIGITS)
        for name in SUMS
    }


def _abroad(name: str, origin: str) -> str:
    """Return a part's name for other states: what was typed here is this state's to correct."""
    return f"{TYPED} at {origin}" if name == TYPED else name


def _home(name: str, origin: str) -> str:
    """Return *name*, or nothing where the part is this state's own."""
    return "" if name in (origin, _abroad(TYPED, origin)) else name


def _digest(told: Mapping[str, Any]) -> str:
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
