"""How fast the ledger takes matings and records to the disk, beside SQLite without anything on top.

Both write to one folder in the same run, one commit synced each; so the disk's own speed, which
differs a thousandfold between machines, is in both figures and not in their ratio.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.figures import Better, Figure
from silverpin.domain.events import Event
from silverpin.drivers.store import Store

_SPELL_S = 0.4
_SPELLS = 5
_BATCH = 500
_TEXT = '{"number":4812,"inferred":""}'
_ENERGY = {"charged_kwh": 0.1, "discharged_kwh": 0.2, "mated_s": 60.0}


def figures() -> Iterator[Figure]:
    """Yield matings one by one, and records in batches, each as a share of plain commits."""
    with tempfile.TemporaryDirectory() as folder:
        yield _beside(Path(folder), "ledger: matings, each on the disk", 1, 0.4)
        yield _beside(Path(folder), "ledger: records, in batches of 500", _BATCH, 0.05)


def _beside(folder: Path, name: str, batch: int, aim: float) -> Figure:
    """Measure ours and plain by turns, so that a busy machine is busy for both."""
    with (
        closing(Store.open(folder / f"ours-{batch}", "SN-1")) as store,
        closing(_plain(folder / f"plain-{batch}")) as plain,
    ):
        ours, theirs = [], []
        for _ in range(_SPELLS):
            ours.append(_per_s(lambda: _count(store, batch), batch))
            theirs.append(_per_s(lambda: _insert(plain, batch), batch))
        if store.ledger("SN-1") != store.recount("SN-1"):
            raise RuntimeError("the ledger is not what the journal counts")
    mine, other = max(ours), max(theirs)
    return Figure(
        name=name, value=mine / other, unit="of plain", aim=aim, better=Better.MORE,
        note=f"{mine:,.0f}/s; sqlite3 alone commits {other:,.0f}/s",
    )  # fmt: skip


def _per_s(work: Callable[[], None], batch: int) -> float:
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < _SPELL_S:
        work()
        done += batch
    return done / (time.perf_counter() - began)


def _count(store: Store, batch: int) -> None:
    mated = Event(1, "mated", {"number": 4812, "inferred": ""})
    events = [mated] if batch == 1 else [mated, Event(2, "energy", _ENERGY)] * (batch // 2)
    store.append(events, wall_utc_ns=1)


def _plain(path: Path) -> sqlite3.Connection:
    plain = sqlite3.connect(path, isolation_level=None)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("PRAGMA synchronous = FULL")
    plain.execute("CREATE TABLE journal (id INTEGER PRIMARY KEY, utc_ns, kind, fields)")
    return plain


def _insert(plain: sqlite3.Connection, batch: int) -> None:
    plain.execute("BEGIN")
    row = (1, "mated", _TEXT)
    for _ in range(batch):
        plain.execute("INSERT INTO journal (utc_ns, kind, fields) VALUES (?, ?, ?)", row)
    plain.execute("COMMIT")
