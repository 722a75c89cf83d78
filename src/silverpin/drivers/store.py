"""The state of one charger: journal, ledgers by connector serial, records, safety memory.

`append` is durable on return: events, ledgers, records and safety memory go in one transaction,
synced to the disk. What cannot be written waits in memory in its order and goes first when writing
works again, so that a full disk forgets nothing that counts while the program lives.

Between two bookings of energy, what was metered so far may be kept as `unbooked`, written over each
time. The next `energy` event books it too, and takes it away in its own transaction: a program that
finds some at its start books it first, and it is counted once.

Events count for the connector that the newest fitting names. The first row of a journal fits the
connector that the configuration names; later ones are told by a `connector_fitted` event.

One thread writes (see `journal_writer`); any thread may read, without ever waiting for a write.
"""

import json
import sqlite3
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger, Ledgers
from silverpin.drivers.contact_table import NOTES_MAX, Note, keep_notes
from silverpin.drivers.entry import Entry, entry_of, event_of, fitting_of, inspection_of
from silverpin.drivers.plain import plain
from silverpin.drivers.state_file import (
    StateError,
    StateFile,
    open_state,
    said_plainly,
    transaction,
)

BACKLOG_MAX = 20_000  # some 10 MB; days of events that count
_COLUMNS = tuple(field.name for field in fields(Ledger))
_KEEP_LEDGER = (
    f"INSERT INTO ledger ({', '.join(_COLUMNS)})"  # noqa: S608
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
    f" ON CONFLICT (serial) DO UPDATE SET"
    f" {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)
_ROWS = "SELECT id, utc_ns, boot, serial, t_ns, kind, fields FROM journal"
_NEWEST_ID = 2**63 - 1
_CONFIGURATION = "the configuration"
_KEEP_EVENT = (
    "INSERT INTO journal (utc_ns, boot, t_ns, serial, kind, fields) VALUES (?, ?, ?, ?, ?, ?)"
)
_KEEP_INSPECTION = (
    "INSERT INTO inspections (id, utc_ns, serial, pins, instrument, technician, certificate,"
    " verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_KEEP_FITTING = (
    "INSERT INTO fittings (id, utc_ns, serial, before, how, who) VALUES (?, ?, ?, ?, ?, ?)"
)
_BOOKED = "DELETE FROM unbooked"
_KEEP_UNBOOKED = (
    "INSERT INTO unbooked (id, portion) VALUES (1, ?)"
    " ON CONFLICT (id) DO UPDATE SET portion = excluded.portion"
)
_KEEP_SAFETY = (
    "INSERT INTO safety (id, memory) VALUES (1, ?)"
    " ON CONFLICT (id) DO UPDATE SET memory = excluded.memory"
)


class JournalRow(NamedTuple):
    """One row of the journal; ids only grow."""

    id: int
    utc_ns: int
    boot: str
    serial: str
    event: Event


class Inspection(NamedTuple):
    """One inspection as it was recorded; its id is the journal's."""

    id: int
    utc_ns: int
    serial: str
    pins_ohm: dict[str, float]
    instrument: str
    technician: str
    certificate: str
    verdict: str


class Fitting(NamedTuple):
    """A connector that came onto the charger; its id is that of the first row counted for it."""

    id: int
    utc_ns: int
    serial: str
    before: str
    """The connector that it replaced; empty for the first."""
    how: str
    who: str


class Committed(NamedTuple):
    """What one transaction made durable; `ledger` is that of the connector on the charger."""

    rows: tuple[JournalRow, ...]
    ledger: Ledger


class Store:
    """The open state, counting for the connector `serial`; *first* is the one configured."""

    def __init__(self, file: StateFile, first: str, boot: str) -> None:
        self.boot = boot
        self.trouble: str | None = None
        """Why the last write failed, in one sentence; None while writing works."""
        self.lost = 0
        """Events that even the full backlog could not keep."""
        self._file = file
        self._reading = Lock()
        self._writing = Lock()
        self._waiting: deque[Entry] = deque()
        self._waiting_memory: bytes | None = None
        self._waiting_unbooked: str | None = None
        """What becomes of `unbooked`: empty takes it away, None leaves it."""
        self._waiting_notes: deque[Note] = deque(maxlen=NOTES_MAX)
        self._first = first
        self._fitted = bool(self.fittings())
        self._committed = Ledgers(serial=self._serial_in_force(), by_serial=self._read_ledgers())
        self._ahead = self._committed

    @classmethod
    def open(cls, path: Path, first: str, *, boot: str | None = None) -> "Store":
        """Open the state at *path* alone; *boot* names the epoch of the monotonic clock.

        *first* is the connector that the configuration names. It opens the first ledger and no
        other one; raises `StateError` when it is neither the first nor the one that is on.
        """
        file = open_state(path)
        try:
            return cls(file, first, boot or boot_id())
        except BaseException:
            file.close()
            raise

    @property
    def serial(self) -> str:
        """The connector that is on the charger, as the disk has it."""
        return self._committed.serial

    @property
    def ledgers(self) -> Ledgers:
        """The ledgers of every connector, as the disk has them."""
        return self._committed

    @property
    def healthy(self) -> bool:
        """Whether everything that was handed over is on the disk."""
        return self.trouble is None and not self._waiting

    @property
    def backlog(self) -> int:
        """How many events wait in memory for the disk."""
        return len(self._waiting)

    def append(
        self, events: Sequence[Event], *, wall_utc_ns: int, safety: bytes | None = None
    ) -> Ledger:
        """Make *events* durable, the last of which happened at *wall_utc_ns*.

        Raises `StateError` when the disk refuses (the events then wait), and `ValueError` for an
        event that cannot be counted (then none of these is kept).
        """
        return self.commit(stamped(events, wall_utc_ns), safety).ledger

    def commit(
        self, events: Sequence[tuple[int, Event]], safety: bytes | None,
        unbooked: Mapping[str, float] | None = None, notes: Sequence[Note] = (),
    ) -> Committed:  # fmt: skip
        """Do as `append` with events that have their UTC; also return the new rows.

        *unbooked* is what was metered since the last `energy` event, of these or earlier ones;
        *notes* are about the contacts.
        """
        with self._writing:
            entries, ledgers = [], self._ahead
            for utc_ns, event in events:
                entry, ledgers = entry_of(event, utc_ns, ledgers)
                entries.append(entry)
            if len(self._waiting) + len(entries) <= BACKLOG_MAX:
                self._waiting.extend(entries)
                self._ahead = ledgers
            else:
                for entry in entries:
                    self._queue(entry)
            self._waiting_memory = self._waiting_memory if safety is None else safety
            if any(entry.event.kind == "energy" for entry in entries):
                self._waiting_unbooked = ""
            if unbooked is not None:
                self._waiting_unbooked = json.dumps(dict(unbooked))
            self._waiting_notes.extend(notes)
            return self._write_waiting()

    def ledger(self, serial: str) -> Ledger:
        """Return the committed ledger of a connector; one never seen has counted nothing."""
        return Ledgers(serial=serial, by_serial=self._read_ledgers(serial)).in_force

    def recount(self, serial: str) -> Ledger:
        """Count the whole journal of a connector again; the result must be its ledger."""
        ledger = Ledger(serial=serial)
        with self._reading, said_plainly(self._file.path):
            query = "SELECT t_ns, kind, fields FROM journal WHERE serial = ? ORDER BY id"
            for t_ns, kind, text in self._file.reader.execute(query, (serial,)):
                ledger = ledger.apply(event_of(t_ns, kind, text))
        return ledger

    def fittings(self) -> list[Fitting]:
        """Return every connector that came onto the charger, newest first."""
        query = "SELECT id, utc_ns, serial, before, how, who FROM fittings ORDER BY id DESC"
        return [Fitting(*row) for row in self._read(query)]

    def origin(self) -> str:
        """Return the name under which others know what this state counted."""
        name: str = self._read("SELECT name FROM origin")[0][0]
        return name

    def events(self, limit: int, before: int | None = None) -> list[JournalRow]:
        """Return the newest rows, newest first; *before* an id for the page that follows."""
        query = f"{_ROWS} WHERE id < ? ORDER BY id DESC LIMIT ?"
        return _rows(self._read(query, before or _NEWEST_ID, limit))

    def of_kinds(
        self, kinds: Sequence[str], limit: int, *, serial: str | None = None, after: int = 0
    ) -> list[JournalRow]:
        """Return the newest rows of some kinds, newest first; *after* an id, of one connector."""
        query = (
            f"{_ROWS} WHERE kind IN ({', '.join('?' * len(kinds))}) AND id > ?"
            " AND serial = coalesce(?, serial) ORDER BY id DESC LIMIT ?"
        )
        return _rows(self._read(query, *kinds, after, serial, limit))

    def first_utc_ns(self, serial: str, not_before_ns: int = 0) -> int | None:
        """Return the instant of a connector's first row by a clock that was set, if there is one.

        *not_before_ns* is what a clock that was set cannot be before.
        """
        query = "SELECT utc_ns FROM journal WHERE serial = ? AND utc_ns >= ? ORDER BY id LIMIT 1"
        rows = self._read(query, serial, not_before_ns)
        return rows[0][0] if rows else None

    def inspections(self, serial: str, limit: int) -> list[Inspection]:
        """Return a connector's inspections, newest first."""
        query = (
            "SELECT id, utc_ns, serial, pins, instrument, technician, certificate, verdict"
            " FROM inspections WHERE serial = ? ORDER BY id DESC LIMIT ?"
        )
        rows = self._read(query, serial, limit)
        return [
            Inspection(number, utc_ns, serial, json.loads(pins), *words)
            for number, utc_ns, serial, pins, *words in rows
        ]

    def safety(self) -> bytes | None:
        """Return the safety memory that was committed last."""
        rows = self._read("SELECT memory FROM safety")
        memory: bytes | None = rows[0][0] if rows else None
        return memory

    def unbooked(self) -> dict[str, float] | None:
        """Return what was metered and not booked, as fields of an `energy` event."""
        rows = self._read("SELECT portion FROM unbooked")
        portion: dict[str, float] | None = json.loads(rows[0][0]) if rows else None
        return portion

    def close(self) -> None:
        """Write what waits and release the state; what the disk still refuses is lost."""
        try:
            with self._writing:
                self._write_waiting()
        finally:
            self._file.close()

    def _serial_in_force(self) -> str:
        """Return the connector of the newest fitting, if the configuration is at peace with it."""
        fittings = self.fittings()
        if not fittings:
            return self._first
        now, oldest = fittings[0].serial, fittings[-1]
        if self._first not in (now, oldest.serial, oldest.before):
            raise StateError(
                f"{self._file.path} counts for connector {now}, and the configuration names"
                f" {self._first}: name {now} there, start, and tell of a new connector with"
                f" evse-cli connector replace --serial {self._first}"
            )
        return now

    def _read_ledgers(self, *serials: str) -> dict[str, Ledger]:
        """Read the ledgers of *serials*, of all where none is named."""
        which = " WHERE serial = ?" if serials else ""
        query = f"SELECT {', '.join(_COLUMNS)} FROM ledger{which}"  # noqa: S608
        found = {}
        for row in self._read(query, *serials):
            values: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
            values |= {"mated": bool(values["mated"]), "brought": json.loads(values["brought"])}
            found[values["serial"]] = Ledger(**values)
        return found

    def _read(self, query: str, *values: Any) -> list[Any]:
        with self._reading, said_plainly(self._file.path):
            return self._file.reader.execute(query, values).fetchall()

    def _queue(self, entry: Entry) -> None:
        """Let *entry* wait for the disk; a full backlog first forgets what counts nothing."""
        if len(self._waiting) >= BACKLOG_MAX:
            self.lost += 1
            idle = next((i for i, old in enumerate(self._waiting) if not old.counts), None)
            if idle is None:
                return
            del self._waiting[idle]
        self._waiting.append(entry)
        self._ahead = self._ahead.apply(entry.event)

    def _write_waiting(self) -> Committed:
        memory, unbooked = self._waiting_memory, self._waiting_unbooked
        if not (self._waiting or self._waiting_notes) and memory is None and unbooked is None:
            return Committed((), self._committed.in_force)
        try:
            with said_plainly(self._file.path):
                self._file.check_in_place()
                with transaction(self._file.writer):
                    rows = tuple(self._insert(self._file.writer))
        except StateError as error:
            self.trouble = f"{error}; {len(self._waiting)} events wait in memory"
            raise StateError(self.trouble) from error
        self._waiting.clear()
        self._waiting_notes.clear()
        self._waiting_memory = self._waiting_unbooked = None
        self._committed = self._ahead
        self._fitted = self._fitted or bool(rows)
        self.trouble = None
        return Committed(rows, self._committed.in_force)

    def _insert(self, writer: sqlite3.Connection) -> Iterator[JournalRow]:
        serial, fitted = self._committed.serial, self._fitted
        for entry in self._waiting:
            event = entry.event
            fits = event.kind == "connector_fitted"
            serial = event.fields["serial"] if fits else serial
            row = (entry.utc_ns, self.boot, event.t_ns, serial, event.kind, entry.text)
            number = writer.execute(_KEEP_EVENT, row).lastrowid or 0
            if event.kind == "inspected":
                record = (number, entry.utc_ns, serial, *inspection_of(event))
                writer.execute(_KEEP_INSPECTION, record)
            if fits or not fitted:
                told = fitting_of(event) if fits else (serial, "", "configured", _CONFIGURATION)
                writer.execute(_KEEP_FITTING, (number, entry.utc_ns, *told))
                fitted = True
            yield JournalRow(number, entry.utc_ns, self.boot, serial, event)
        for name, ledger in self._ahead.by_serial.items():
            if ledger != self._committed.by_serial.get(name):
                writer.execute(_KEEP_LEDGER, _ledger_row(ledger))
        self._keep_overwritten(writer)
        keep_notes(writer, self._waiting_notes)

    def _keep_overwritten(self, writer: sqlite3.Connection) -> None:
        """Write over what is no history: safety memory, and what is metered and not booked."""
        if self._waiting_memory is not None:
            writer.execute(_KEEP_SAFETY, (self._waiting_memory,))
        if self._waiting_unbooked:
            writer.execute(_KEEP_UNBOOKED, (self._waiting_unbooked,))
        elif self._waiting_unbooked is not None:
            writer.execute(_BOOKED)


def _rows(told: Sequence[Any]) -> list[JournalRow]:
    return [
        JournalRow(number, utc_ns, boot, serial, event_of(*event))
        for number, utc_ns, boot, serial, *event in told
    ]


def _ledger_row(ledger: Ledger) -> list[Any]:
    values = {name: getattr(ledger, name) for name in _COLUMNS}
    return list((values | {"brought": json.dumps(plain(ledger.brought, strict=True))}).values())


def stamped(events: Sequence[Event], wall_utc_ns: int) -> list[tuple[int, Event]]:
    """Give each event its UTC by its monotonic distance to the last one."""
    return [(wall_utc_ns - (events[-1].t_ns - event.t_ns), event) for event in events]


def boot_id() -> str:
    """Return the kernel's name for this boot: monotonic times compare within one boot alone."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
