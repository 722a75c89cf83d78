"""What one daemon writes down, and what is wrong with writing it down.

The tick hands events over and never waits. A disk that is full, gone or silent stops no charger:
it is told in the status, in the log as long as that works, and in the journal once it works again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import NamedTuple

from silverpin.apps.config import Config
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger, Ledgers
from silverpin.domain.quantities import NS_PER_S
from silverpin.drivers.contact_table import Note
from silverpin.drivers.journal_writer import JournalWriter
from silverpin.drivers.log import EventLog, Source
from silverpin.drivers.state_file import StateError, set_aside
from silverpin.drivers.store import Committed, Fitting, JournalRow, Store

SILENT_NS = 5 * NS_PER_S
"""A disk that takes nothing for so long is in trouble, though it reports no error."""
END_S = 5.0
JOURNAL, LOG = "journal", "log"


class Trouble(NamedTuple):
    """Something that is not written as it should be."""

    what: str
    text: str
    since_utc_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """How the writing goes."""

    troubles: tuple[Trouble, ...] = ()
    waiting: int = 0
    """Events that the disk does not have yet."""
    lost: int = 0
    """Events that even the memory had no room for."""
    unlogged: int = 0
    """Events that the log lacks and the journal has."""


class Records:
    """Journal, ledger and log of one charger. Raises `StateError` when they cannot be opened."""

    def __init__(self, config: Config, host: str) -> None:
        self.set_aside = set_aside(config.state)
        """Damaged states that lay beside this one at the start."""
        self._store = Store.open(config.state, config.charger.serial)
        source = Source(
            charger_id=config.charger.id, site=config.charger.site, serial=self._store.serial,
            host=host, simulated=config.simulated, bench=config.bench,
        )  # fmt: skip
        self._log = EventLog(config.log, source)
        self._committed: SimpleQueue[Committed] = SimpleQueue()
        self._writer = JournalWriter(
            self._store, seen=self._log.write, committed=self._committed.put
        )
        self._since_utc_ns: dict[str, int] = {}
        self._waiting_since_ns: int | None = None
        self._now_ns = 0

    @property
    def serial(self) -> str:
        """The connector that is on the charger, as the disk has it."""
        return self._store.serial

    @property
    def ledgers(self) -> Ledgers:
        """The ledgers of every connector that was ever on this charger, as the disk has them."""
        return self._store.ledgers

    @property
    def ledger(self) -> Ledger:
        """The ledger as the disk has it."""
        return self._writer.ledger

    def used(self) -> bool:
        """Return whether an earlier program wrote to this journal."""
        return bool(self._store.events(1))

    def memory(self) -> bytes | None:
        """Return the safety memory that an earlier program left in this state."""
        return self._store.safety()

    def newest_first(self, serial: str, page: int = 500) -> Iterator[JournalRow]:
        """Yield a connector's journal from its end, read as far as the caller wants."""
        rows = self._store.events(page)
        while rows:
            yield from (row for row in rows if row.serial == serial)
            rows = self._store.events(page, before=rows[-1].id)

    def recent(self, limit: int) -> list[JournalRow]:
        """Return the newest rows. Raises `StateError`."""
        return self._store.events(limit)

    def of_kinds(
        self, kinds: Sequence[str], limit: int, *, serial: str | None = None, after: int = 0
    ) -> list[JournalRow]:
        """Return the newest rows of some kinds, newest first. Raises `StateError`."""
        return self._store.of_kinds(kinds, limit, serial=serial, after=after)

    def first_utc_ns(self, serial: str, not_before_ns: int = 0) -> int | None:
        """Return the instant of a connector's first row. Raises `StateError`."""
        return self._store.first_utc_ns(serial, not_before_ns)

    def fittings(self) -> list[Fitting]:
        """Return every connector that came onto this charger, newest first."""
        return self._store.fittings()

    def origin(self) -> str:
        """Return the name under which others know what was counted here."""
        return self._store.origin()

    def put(
        self, events: Sequence[Event], utc_ns: int, memory: bytes | None,
        unbooked: Mapping[str, float] | None = None, notes: Sequence[Note] = (),
    ) -> None:  # fmt: skip
        """Hand over *events*, the last of which happened at *utc_ns*; returns at once."""
        self._writer.put(events, wall_utc_ns=utc_ns, safety=memory, unbooked=unbooked, notes=notes)

    def book_what_was_left(self, utc_ns: int) -> None:
        """Book what an earlier program had metered and not booked when it was cut off."""
        left = self._store.unbooked()
        if left is not None:
            self.put([Event(0, "energy", left)], utc_ns, None)
            self.flush(END_S)

    def flush(self, timeout_s: float) -> bool:
        """Wait until the disk has all that was handed over; False if it does not by then."""
        return self._writer.flush(timeout_s)

    def committed(self) -> Iterator[JournalRow]:
        """Yield the rows that reached the disk since the last call."""
        try:
            while True:
                yield from self._committed.get_nowait().rows
        except Empty:
            return

    def look(self, now_ns: int, utc_ns: int) -> Event | None:
        """Look after the disk; return the event of trouble that came or went, at instant 0.

        *now_ns* is a clock that goes with the disk, not with a simulated world.
        """
        self._now_ns = now_ns
        if not self._waiting():
            self._waiting_since_ns = None
        elif self._waiting_since_ns is None:
            self._waiting_since_ns = now_ns
        was, told = self._since_utc_ns, dict(self._troubles())
        self._since_utc_ns = {what: was.get(what, utc_ns) for what in told}
        if bool(told) == bool(was):
            return None
        if told:
            return Event(0, "disk_trouble", {"trouble": next(iter(told.values()))})
        return Event(0, "disk_well")

    def storage(self) -> Storage:
        """Return how the writing goes; trouble counts from the look that found it."""
        since_utc_ns = self._since_utc_ns
        return Storage(
            troubles=tuple(
                Trouble(what, text, since_utc_ns[what])
                for what, text in self._troubles()
                if what in since_utc_ns
            ),
            waiting=self._waiting(), lost=self._store.lost, unlogged=self._log.unwritten,
        )  # fmt: skip

    def close(self) -> str | None:
        """Write everything and release the state; return in a sentence what is not written."""
        try:
            self._writer.close(END_S)
            if self._writer.alive:  # it holds the disk, and the disk holds it
                return f"the disk does not answer; {self._waiting()} events are lost"
            self._store.close()
        except StateError as error:
            return f"{error}; what waited is lost"
        finally:
            self._log.close()
        return None

    def _waiting(self) -> int:
        return self._writer.queued + self._store.backlog

    def _troubles(self) -> Iterator[tuple[str, str]]:
        journal = self._journal_trouble()
        if journal is not None:
            yield JOURNAL, journal
        if self._log.trouble is not None:
            yield LOG, self._log.trouble

    def _journal_trouble(self) -> str | None:
        if not self._writer.alive:
            return "the journal's writer has died: end this program, which writes what waits"
        if self._store.trouble is not None:
            return self._store.trouble
        if self._writer.refused is not None:
            return f"an event was left out ({self._writer.refused}): report this fault of ours"
        since_ns = self._waiting_since_ns
        if since_ns is not None and self._now_ns - since_ns >= SILENT_NS:
            silent_s = (self._now_ns - since_ns) // NS_PER_S
            return f"the disk has taken nothing for {silent_s} s: see whether it still answers"
        return None
