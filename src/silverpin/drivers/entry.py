"""An event on its way into the journal: checked, counted and put in text before it can wait.

A refusal here is a fault of our own code and is loud; later, in the middle of a transaction, one
bad event would hold up all that wait behind it.
"""

import json
import math
from typing import NamedTuple

from silverpin.domain.events import EVENTS, Event
from silverpin.domain.ledger import SUMS, TYPED, Ledger, Ledgers
from silverpin.drivers.plain import plain

_INSPECTED = ("pins", "instrument", "technician", "certificate", "verdict")
_FITTED = ("serial", "before", "how", "by")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Entry(NamedTuple):
    """An event with its UTC, its fields as text, and whether forgetting it would lose a count."""

    event: Event
    utc_ns: int
    text: str
    counts: bool


def entry_of(event: Event, utc_ns: int, before: Ledgers) -> tuple[Entry, Ledgers]:
    """Return *event* ready to be written and the ledgers after it.

    Raises `ValueError` for an event that cannot be counted.
    """
    if event.kind not in EVENTS:
        raise ValueError(f"event {event.kind!r} has no row in the event table")
    text = _ENCODER.encode(plain(event.fields, strict=False))
    # Count what will be read back, so that a recount gives the same to the last bit.
    kept = event_of(event.t_ns, event.kind, text)
    try:
        after = before.apply(kept)
        if kept.kind == "inspected":
            inspection_of(kept)
        elif kept.kind == "connector_fitted":
            fitting_of(kept)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"event {event.kind!r} lacks a field to count by: {error}") from error
    if after is not before:
        _refuse_shrinking(kept.kind, before.of(after.serial), after.in_force)
    counts = after is not before or bool(kept.row.record)
    return Entry(kept, utc_ns, text, counts), after


def event_of(t_ns: int, kind: str, text: str) -> Event:
    """Return the event of a journal row."""
    return Event(t_ns, kind, json.loads(text))


def inspection_of(event: Event) -> tuple[str, ...]:
    """Return the columns of an `inspected` event, pins first, as text."""
    pins, *words = (event.fields[name] for name in _INSPECTED)
    return (json.dumps({str(pin): float(ohm) for pin, ohm in pins.items()}), *map(str, words))


def fitting_of(event: Event) -> tuple[str, ...]:
    """Return the columns of a `connector_fitted` event, as text."""
    return tuple(str(event.fields[name]) for name in _FITTED)


def _refuse_shrinking(kind: str, before: Ledger, after: Ledger) -> None:
    """Counts only grow, by finite amounts: nothing later could tell a wrong one from wear.

    A correction may take back what somebody typed, and no more.
    """
    if kind == "ledger_corrected":
        if after.brought[TYPED]["matings"] < 0 or type(after.matings) is not int:
            raise ValueError(f"event {kind!r} would take back matings that were counted")
        return
    for name in SUMS:
        was, now = getattr(before, name), getattr(after, name)
        if not math.isfinite(now) or now < was:
            raise ValueError(f"event {kind!r} would turn {name} from {was} to {now}")
