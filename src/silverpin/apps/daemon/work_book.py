"""What the journal has of the technician's work, and the facts that upkeep is judged by.

The records are rows of the journal and nothing else: this only reads them, again whenever a kind
of event that matters was written. A disk that cannot be read leaves the facts as they were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from silverpin.apps.daemon.dates import day_end_ns, instant_ns
from silverpin.domain.inspection import Outcome
from silverpin.domain.ledger import Ledger
from silverpin.domain.limits import Limits
from silverpin.domain.upkeep import Facts, LastInspection
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import JournalRow

INSPECTED, CALIBRATED, PILOT = "inspected", "ntc_calibrated", "pilot_calibrated"
_HEAT = "ERR_THERM_OVERLOAD"
_MATTERS = frozenset(
    {
        INSPECTED,
        CALIBRATED,
        PILOT,
        "cleaned",
        "fault_raised",
        "ledger_corrected",
        "load_break",
        "mated",
    }
)
_LOOKED_BACK = 500
"""Rows of one kind that are looked at; what is further back no longer decides anything."""


CLOCK_SET_NS = instant_ns("2020-01-01T00:00:00+00:00")
"""A clock that says less was never set: a charger without a battery for it wakes up in 1970."""


class Journal(Protocol):
    """Where rows are read from. Every method may raise `StateError`."""

    def of_kinds(
        self, kinds: Sequence[str], limit: int, *, serial: str | None = None, after: int = 0
    ) -> list[JournalRow]:
        """Return the newest rows of some kinds, newest first."""

    def first_utc_ns(self, serial: str, not_before_ns: int = 0) -> int | None:
        """Return the instant of a connector's first row by a clock that was set."""


class WorkBook:
    """The records of one charger, by the serial number of their connector."""

    def __init__(self, journal: Journal, pins: Sequence[str], limits: Limits) -> None:
        self._journal = journal
        self._pins = tuple(pins)
        self._limits = limits
        self._facts = Facts(now_ns=0, pins=self._pins)
        self._of = ""
        self._stale = True

    def see(self, kind: str) -> None:
        """Take note that an event of *kind* happened, or reached the disk."""
        self._stale = self._stale or kind in _MATTERS

    def forget(self) -> None:
        """Read again before the next answer: the disk has more than was read."""
        self._stale = True

    def rows(self, kinds: Sequence[str], limit: int, serial: str | None = None) -> list[JournalRow]:
        """Return the newest records of some kinds. Raises `StateError`."""
        return self._journal.of_kinds(kinds, limit, serial=serial)

    def inspections(self, serial: str) -> list[JournalRow]:
        """Return a connector's inspections, newest first. Raises `StateError`."""
        return self.rows((INSPECTED,), _LOOKED_BACK, serial)

    def calibrations(self, serial: str) -> dict[str, JournalRow]:
        """Return the newest calibration of each sensor by its pin. Raises `StateError`."""
        newest: dict[str, JournalRow] = {}
        for row in self.rows((CALIBRATED,), _LOOKED_BACK, serial):
            newest.setdefault(str(row.event.fields["pin"]), row)
        return newest

    def facts(self, now_ns: int, ledger: Ledger, discharge_barred: bool) -> Facts:
        """Return what is known at *now_ns* (UTC) of the connector of *ledger*."""
        if self._stale or ledger.serial != self._of:
            try:
                self._facts = self._read(ledger)
                self._of, self._stale = ledger.serial, False
            except StateError:
                pass  # the status tells of the disk; what was known is still so
        return replace(
            self._facts, now_ns=now_ns, discharge_barred=discharge_barred,
            matings_since_cleaning=ledger.matings_since_cleaning,
        )  # fmt: skip

    def _read(self, ledger: Ledger) -> Facts:
        serial, journal = ledger.serial, self._journal
        inspections = standing(self.inspections(serial))
        passed = next((row.id for row in inspections if passes(row)), 0)
        breaks = journal.of_kinds(("load_break",), _LOOKED_BACK, serial=serial, after=passed)
        most = self._limits.load_breaks_max
        pilot = journal.of_kinds((PILOT,), 1)
        return Facts(
            now_ns=0,
            pins=self._pins,
            first_ns=journal.first_utc_ns(serial, CLOCK_SET_NS),
            cleaning_due_ns=self._cleaning_due_ns(ledger),
            heat_ns=self._heat_ns(serial),
            inspection=_last(inspections[0]) if inspections else None,
            load_breaks=len(breaks),
            load_breaks_due_ns=breaks[len(breaks) - most].utc_ns if len(breaks) >= most else None,
            moist_ns=_found_ns(inspections, "moisture"),
            deformed_ns=_found_ns(inspections, "deformed"),
            seal_checked_ns=_checked_ns(inspections),
            calibrated_ns={pin: row.utc_ns for pin, row in self.calibrations(serial).items()},
            pilot_calibrated_ns=pilot[0].utc_ns if pilot else None,
        )

    def _cleaning_due_ns(self, ledger: Ledger) -> int | None:
        """Return when the mating happened that made the cleaning due."""
        past = ledger.matings_since_cleaning - self._limits.cleaning_matings + 1
        if not 0 < past <= _LOOKED_BACK:
            return None
        rows = self._journal.of_kinds(("mated",), past, serial=ledger.serial)
        return rows[-1].utc_ns if len(rows) == past else None

    def _heat_ns(self, serial: str) -> int | None:
        rows = self._journal.of_kinds(("fault_raised",), _LOOKED_BACK, serial=serial)
        return next((row.utc_ns for row in rows if row.event.fields.get("code") == _HEAT), None)


def standing(inspections: Sequence[JournalRow]) -> list[JournalRow]:
    """Return the inspections that no newer one corrects, latest made first.

    One that seems to be made after a later row was written was made by a clock that ran ahead; it
    counts as made no later than that row.
    """
    corrected = {row.event.fields.get("corrects") for row in inspections}
    made: list[tuple[int, int, JournalRow]] = []
    latest_ns: int | None = None
    for row in inspections:
        latest_ns = row.utc_ns if latest_ns is None else min(latest_ns, row.utc_ns)
        if row.id not in corrected:
            made.append((min(made_ns(row), latest_ns), row.id, row))
    return [row for _, _, row in sorted(made, key=lambda each: each[:2], reverse=True)]


def passes(row: JournalRow) -> bool:
    """Return whether an inspection passed; a word of an older program counts only as it reads."""
    return row.event.fields.get("verdict") in (Outcome.PASSED.value, Outcome.WARNED.value)


def made_ns(row: JournalRow) -> int:
    """Return when an inspection was made, which may be before it was recorded."""
    made = row.event.fields.get("measured")
    return row.utc_ns if made is None else instant_ns(made)


def _last(row: JournalRow) -> LastInspection:
    fields = row.event.fields
    ends: Any = fields.get("certificate_expires")
    return LastInspection(
        row.id, made_ns(row), passes(row), str(fields.get("reason", fields["verdict"])),
        str(fields["technician"]), str(fields["certificate"]),
        None if ends is None else day_end_ns(ends), _worst_ohm(fields),
    )  # fmt: skip


def _worst_ohm(fields: Mapping[str, Any]) -> float | None:
    """Return the worst power pin of an inspection that measured all of them."""
    worst_mohm = fields.get("worst_mohm")
    if fields["verdict"] == Outcome.INCOMPLETE.value or not worst_mohm:
        return None
    return float(worst_mohm) * 1e-3


def _found_ns(inspections: Sequence[JournalRow], what: str) -> int | None:
    """Return the newest inspection that looked at the seal for *what*, if it found it."""
    for row in inspections:
        found = row.event.fields.get("seal", {}).get(what)
        if found is not None:
            return made_ns(row) if found else None
    return None


def _checked_ns(inspections: Sequence[JournalRow]) -> int | None:
    looked = (row for row in inspections if any(
        value is not None for value in row.event.fields.get("seal", {}).values()))  # fmt: skip
    first = next(looked, None)
    return None if first is None else made_ns(first)
