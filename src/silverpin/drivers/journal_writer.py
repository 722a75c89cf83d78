"""The thread between the tick and the disk: the tick hands events over and never waits.

A batch is all that came while the disk was busy, so the slower the disk, the fewer the syncs. When
writing fails, the store keeps what waits and the thread tries again, with or without news.
"""

from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from threading import Event as Signal
from threading import Thread
from typing import NamedTuple

from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger
from silverpin.drivers.contact_table import Note
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Committed, Store, stamped

RETRY_S = 1.0
BATCH_MAX = 500
QUEUED_MAX = 1_000
"""Behind a disk that says nothing so much waits; then only events and safety memory still do."""

Seen = Callable[[Event, int], None]
"""Told of each event with its UTC in ns before it is written, such as the log."""


class _Handed(NamedTuple):
    events: Sequence[tuple[int, Event]]
    safety: bytes | None
    unbooked: Mapping[str, float] | None
    notes: Sequence[Note]


class _Flush(NamedTuple):
    done: Signal


_STOP = None


class JournalWriter:
    """Commits what `put` hands over, in order; `ledger` is what the disk has, never more."""

    def __init__(
        self,
        store: Store,
        *,
        seen: Seen | None = None,
        committed: Callable[[Committed], None] | None = None,
        retry_s: float = RETRY_S,
    ) -> None:
        self.ledger: Ledger = store.ledger(store.serial)
        self.refused: str | None = None
        """The last event that could not be counted, in words: a fault of this program."""
        self._store = store
        self._seen = seen
        self._told = committed
        self._retry_s = retry_s
        self._queue: SimpleQueue[_Handed | _Flush | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread lives; nothing else writes."""
        return self._thread.is_alive()

    @property
    def queued(self) -> int:
        """How much was handed over and not yet taken up."""
        return self._queue.qsize()

    @property
    def healthy(self) -> bool:
        """Whether the thread lives and all that it took is on the disk."""
        return self.alive and self._store.healthy and self.refused is None

    def put(
        self, events: Sequence[Event], *, wall_utc_ns: int, safety: bytes | None = None,
        unbooked: Mapping[str, float] | None = None, notes: Sequence[Note] = (),
    ) -> None:  # fmt: skip
        """Hand over *events*, the last of which happened at *wall_utc_ns*; returns at once."""
        if not events and safety is None and self.queued >= QUEUED_MAX:
            return
        self._queue.put(_Handed(stamped(events, wall_utc_ns), safety, unbooked, notes))

    def flush(self, timeout_s: float) -> bool:
        """Wait until all that was put before is on the disk; False if it is not by then."""
        flush = _Flush(Signal())
        self._queue.put(flush)
        return flush.done.wait(timeout_s) and self.healthy

    def close(self, timeout_s: float) -> bool:
        """Write what was put and end the thread; False if something is not on the disk."""
        self._queue.put(_STOP)
        self._thread.join(timeout_s)
        if self.alive:
            return False
        while not self._queue.empty():  # a thread that died left its queue behind
            batch, _ = self._take()
            self._write([item for item in batch if isinstance(item, _Handed)])
        return self._store.healthy and self.refused is None

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._take()
            self._write([item for item in batch if isinstance(item, _Handed)])
            for item in batch:
                if isinstance(item, _Flush):
                    item.done.set()

    def _take(self) -> tuple[list[_Handed | _Flush], bool]:
        """Wait for news, at most until the next try; return it and whether to go on."""
        batch: list[_Handed | _Flush] = []
        try:
            item = self._queue.get(timeout=None if self._store.healthy else self._retry_s)
            while item is not _STOP:
                batch.append(item)
                if len(batch) == BATCH_MAX:
                    break
                item = self._queue.get_nowait()
        except Empty:
            return batch, True
        return batch, item is not _STOP

    def _write(self, handed: Sequence[_Handed]) -> None:
        events = [event for item in handed for event in item.events]
        memories = [item.safety for item in handed if item.safety is not None]
        memory, unbooked = memories[-1] if memories else None, _left_unbooked(handed)
        notes = [note for item in handed for note in item.notes]
        self._show(events)
        try:
            self._commit(events, memory, unbooked, notes)
        except ValueError:
            self._commit_one_by_one(events)
            self._commit([], memory, unbooked, notes)

    def _show(self, events: Sequence[tuple[int, Event]]) -> None:
        if self._seen is None:
            return
        for utc_ns, event in events:
            try:
                self._seen(event, utc_ns)
            except Exception as error:  # no fault of a copy may cost the journal a count
                self.refused = f"{event.kind!r} could not be shown: {error!r}"

    def _commit_one_by_one(self, events: Sequence[tuple[int, Event]]) -> None:
        """Keep every event but those that cannot be counted."""
        for stamp in events:
            try:
                self._commit([stamp], None, None)
            except ValueError as error:
                self.refused = str(error)

    def _commit(
        self, events: Sequence[tuple[int, Event]], safety: bytes | None,
        unbooked: Mapping[str, float] | None, notes: Sequence[Note] = (),
    ) -> None:  # fmt: skip
        try:
            result = self._store.commit(events, safety, unbooked, notes)
        except StateError:
            return  # the store keeps the events and says so in `trouble`
        self.ledger = result.ledger
        if self._told is not None and result.rows:
            self._told(result)


def _left_unbooked(handed: Sequence[_Handed]) -> Mapping[str, float] | None:
    """Return what was metered last, unless an event after it has booked that."""
    left = None
    for item in handed:
        if any(event.kind == "energy" for _, event in item.events):
            left = None
        left = left if item.unbooked is None else item.unbooked
    return left
