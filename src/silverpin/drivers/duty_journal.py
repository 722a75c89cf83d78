"""A daemon's journal as a connector's record: energy by the minute, and every event.

A booking of energy holds for the seconds that were mated since the one before, at the connector's
nominal voltage: what charged first, then what discharged, at one strength, each with its energy.
What it hides is the unevenness inside a minute. Between bookings nothing flows. While the program
did not run, nothing is known. The journal is read beside a running daemon.

Its rows stand in the order in which they happened, whatever the clock said: one by a clock that ran
ahead is set back to where it fits.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sys import intern
from typing import Any
from urllib.parse import quote

import numpy as np

from silverpin.drivers.duty_columns import DutyError
from silverpin.drivers.duty_events import NOTHING, Told, counted, mated_at
from silverpin.durability.parameters.connectors import ASSUMED, WEAR_SETS
from silverpin.durability.problems import Problems
from silverpin.durability.record import FloatArray
from silverpin.durability.sieve import Raw

_WATT_SECONDS_PER_KWH = 3.6e6
_MINUTE_S = 60.0
_LOOK_S = 1200.0
"""A running program that books nothing is known to be idle; rows that say so stand this close."""
_KINDS = ("mated", "unmated", "energy", "lock_driven", "lock_retried", "unlocked", "reversed",
          "contactor_opened", "load_break", "inspected", "cleaned", "started",
          "stopped")  # fmt: skip
_BOUNDS = ("energy", "started", "stopped")
"""Events between which the flow is steady."""
_BOOKED = ("charged_kwh", "discharged_kwh", "mated_s")
_FIT = 1e6
"""No booking holds as much as this of anything."""
_IDLE_MAX_S = 400.0 * 86_400.0
"""Longer than this nobody idles: a clock was set."""
_ROWS = 65_536


class JournalDuty:
    """One connector in one journal."""

    def __init__(
        self, path: Path, nominal_v: float | None = None, serial: str | None = None
    ) -> None:
        """Read *serial*, or the connector that was counted last.

        Without *nominal_v* it is that of the kind of connector that the charger says it has.
        """
        self.name, self.path = path.name, path
        rows = list(_query(path, "SELECT serial FROM journal ORDER BY id DESC LIMIT 1", ()))
        if not rows:
            raise DutyError(f"{path} has no event yet: nothing is known of its connector")
        self.serial = serial or str(rows[0][0])
        marks = ", ".join("?" * len(_KINDS))
        query = (
            "SELECT id, utc_ns, kind, fields FROM journal"  # noqa: S608 - question marks only
            f" WHERE serial = ? AND kind IN ({marks}) ORDER BY id"
        )
        self.connector = _kind(path)
        kind = WEAR_SETS.get(self.connector or "", ASSUMED)
        self._nominal_v = nominal_v or kind.nominal_v
        told = _query(path, query, (self.serial, *_KINDS))
        self._events = _in_order([_event(path, *row) for row in told])
        if not self._events:
            raise DutyError(f"{path} knows no connector {self.serial!r}: name one that it counted")

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it has."""
        return ("current", "mated")

    def raws(self, problems: Problems) -> Iterator[Raw]:
        """Yield current and mated time as the bookings tell them."""
        flows = list(_flows(self._events, self._nominal_v))
        happenings = counted(self._events)
        for begin in range(0, max(len(flows), 1), _ROWS):
            rows: FloatArray = np.array(flows[begin : begin + _ROWS]).reshape(-1, 2)
            t_s = rows[:, 0]
            yield Raw(
                begin + 1, t_s, {"current": rows[:, 1]}, mated_at(self._events, t_s), happenings
            )
            happenings = NOTHING


def _event(path: Path, number: int, utc_ns: Any, kind: str, text: Any) -> Told:
    """Return a row of the journal, or tell which one is damaged.

    Ten years of bookings are millions of rows: each is kept as its figures alone.
    """
    try:
        given = dict(json.loads(text))
        if kind == "energy":
            given = {name: float(given[name]) for name in _BOOKED}
            if not all(0.0 <= value < _FIT for value in given.values()):
                raise ValueError
        told = Told(utc_ns * 1e-9, intern(kind), given)
    except (ValueError, TypeError, KeyError):
        raise DutyError(
            f"{path}: row {number} of the journal is damaged: restore a backup of it"
        ) from None
    return told


def _in_order(events: list[Told]) -> list[Told]:
    """Return *events*, none of them after a later one; those of one error keep their distances."""
    found, later_s, ahead_s = [], np.inf, 0.0
    for event in reversed(events):
        ahead_s = max(ahead_s, event.t_s - later_s) if event.t_s > later_s else 0.0
        later_s = event.t_s - ahead_s
        found.append(event._replace(t_s=later_s) if ahead_s else event)
    return found[::-1]


def _flows(events: list[Told], nominal_v: float) -> Iterator[tuple[float, float]]:
    """Yield instants and the current from then on, rising in time; nan while nobody watched."""
    last_s, flow_a = -np.inf, 0.0
    for event in events:
        if event.kind not in _BOUNDS or not event.t_s > last_s:
            continue
        begin_s = event.t_s
        if event.kind == "energy":
            held_s = float(event.fields["mated_s"]) or _MINUTE_S
            begin_s = max(event.t_s - held_s, last_s)
        if last_s < begin_s and np.isfinite(last_s):
            yield last_s, flow_a
            if not np.isnan(flow_a) and begin_s - last_s < _IDLE_MAX_S:
                yield from ((at_s, 0.0) for at_s in np.arange(last_s, begin_s, _LOOK_S)[1:])
        if begin_s < event.t_s:
            yield from _booked(event, begin_s, nominal_v)
        last_s, flow_a = event.t_s, np.nan if event.kind == "stopped" else 0.0
    if np.isfinite(last_s):
        yield last_s, flow_a


def _booked(event: Told, begin_s: float, nominal_v: float) -> Iterator[tuple[float, float]]:
    """Yield the current of a booking: in a minute that reversed, both of its directions."""
    charged, discharged = (float(event.fields[name]) for name in _BOOKED[:2])
    span_s = event.t_s - begin_s
    flow_a = (charged + discharged) * _WATT_SECONDS_PER_KWH / nominal_v / span_s
    turn_s = begin_s + span_s * charged / (charged + discharged) if flow_a else event.t_s
    if begin_s < turn_s:
        yield begin_s, flow_a
    if turn_s < event.t_s:
        yield turn_s, -flow_a


def _kind(path: Path) -> str | None:
    """Return which kind of connector the charger had at its last start; older ones do not say."""
    starts = "SELECT fields FROM journal WHERE kind = 'started' ORDER BY id DESC LIMIT 1"
    for (fields,) in _query(path, starts, ()):
        try:
            told = json.loads(fields).get("connector")
        except (TypeError, ValueError, AttributeError):
            return None
        return told if isinstance(told, str) else None
    return None


def _query(path: Path, query: str, given: tuple[object, ...]) -> Iterator[tuple[Any, ...]]:
    where = f"file:{quote(str(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(where, uri=True)) as connection:
            yield from connection.execute(query, given)
    except sqlite3.Error as error:
        raise DutyError(f"{path} is no journal of a charger that can be read: {error}") from None
