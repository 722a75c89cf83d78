"""From a session's end to the status: how long a charger takes to tell its contact's resistance.

The state holds so many sessions of one connector; the process that follows it is the real one and
ready since the plug went in. The clock runs from the commit of the end to the answer, and once from
nothing, as after a restart. The process stands behind all others: measure on a machine at rest.
"""

import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.figures import Better, Figure
from silverpin.apps.daemon.contact_watch import ContactWatch, worker_of
from silverpin.domain.contact_trace import ContactBlock
from silverpin.domain.events import Event
from silverpin.drivers.contact_record import ContactRecord
from silverpin.drivers.contact_table import NewBlock, Note
from silverpin.drivers.store import Store

_SERIAL, _CONNECTOR = "SN-1", "ccs2-80a"
_START_NS, _DAY_NS, _S = 1_800_000_000 * 10**9, 86_400 * 10**9, 10**9
_BLOCKS = 360
_LOOKED_AGAIN = 130
"""A memory is at most so far back; sessions before it are rows that nobody reads."""


def figures() -> Iterator[Figure]:
    """Yield the time after one session, after a hundred and after ten thousand."""
    for history in (1, 100, 10_000):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "state.sqlite"
            with closing(Store.open(path, _SERIAL, boot="boot")) as store:
                begun_s, ended_s = _measured(_Service(store, path, history))
        yield Figure(
            name=f"contact resistance after a session, {history:,} before it",
            value=ended_s,
            unit="s",
            aim=1.0,
            better=Better.LESS,
            note=f"{begun_s:.1f} s from nothing, as a plug goes in",
        )


class _Service:
    """A charger with a past."""

    def __init__(self, store: Store, path: Path, history: int) -> None:
        self.store, self.path, self.day = store, path, history
        self.watch = self._began()
        self._past(history)

    def _began(self) -> ContactWatch:
        return ContactWatch(worker_of(self.path, _CONNECTOR, None))

    def _past(self, history: int) -> None:
        """Serve as many sessions as are looked at again, and put copies of them before those."""
        self.day = max(0, history - _LOOKED_AGAIN)
        copies = self.day
        self.watch.see("mated", _SERIAL, _START_NS)
        self.watch.serve()
        while self.day < history:
            self.ends()
            self.answers()
        self.watch.close()
        self.watch = self._began()
        if copies:
            self._copied(copies)

    def _copied(self, count: int) -> None:
        newest = list(ContactRecord(self.path, _SERIAL).sessions(0))[-1].row
        rows: list[Note] = [
            newest._replace(start_utc_ns=_START_NS + day * _DAY_NS, last_block=day - count)
            for day in range(count)
        ]
        self.store.commit([], None, None, rows)

    def ends(self) -> int:
        """Let a session happen; return the instant at which its end is on the disk."""
        begin_ns = _START_NS + self.day * _DAY_NS
        self.day += 1
        came = Event(0, "mated", {"number": self.day, "inferred": ""})
        blocks = [_block(begin_ns, self.day, row) for row in range(_BLOCKS)]
        self.store.commit([(begin_ns, came)], None, None, blocks)
        end_ns = begin_ns + 3_610 * _S
        gone = {"mated_s": 3_610.0, "mated_min": 60.2}
        self.store.commit([(end_ns, Event(0, "unmated", gone))], None)
        return end_ns

    def answers(self) -> None:
        """Ask of the session, keep what is to be kept."""
        self.watch.ask(_SERIAL, _START_NS + self.day * _DAY_NS)
        if not self.watch.serve() or self.watch.answer(_SERIAL) is None:
            raise RuntimeError(f"no answer: {self.watch.reason}")
        self.store.commit([], None, None, self.watch.notes())


def _block(begin_ns: int, mating: int, row: int) -> Note:
    t_s = 10.0 * row
    warm_k = 22.0 * (1.0 - math.exp(-t_s / 900.0)) + 0.05 * math.sin(12.9 * row + mating)
    block = ContactBlock(0, mating, 10.0, 80.0, 6_400.0, 20.0 + warm_k, 20.0, None, None, None)
    return NewBlock(_SERIAL, begin_ns + round(t_s * _S), block)


def _measured(service: _Service) -> tuple[float, float]:
    """Return the seconds from nothing, and from a session's end."""
    began = time.perf_counter()
    service.watch.see("mated", _SERIAL, _START_NS + service.day * _DAY_NS)
    service.watch.serve()
    begun_s = time.perf_counter() - began
    service.ends()
    began = time.perf_counter()
    service.answers()
    ended_s = time.perf_counter() - began
    assert service.watch.answer(_SERIAL) is not None
    service.watch.close()
    return begun_s, ended_s
