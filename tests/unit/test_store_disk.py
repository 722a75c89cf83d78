"""The disk refuses, and the thread between tick and disk: nothing that counts is lost."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest

from silverpin.domain.contact_trace import ContactBlock
from silverpin.domain.events import Event
from silverpin.drivers import store as store_module
from silverpin.drivers.contact_table import NewBlock
from silverpin.drivers.journal_writer import BATCH_MAX, QUEUED_MAX, JournalWriter
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Committed, Store
from tests.event_samples import sample

NOON_NS = 1_790_000_000_000_000_000


# A disk that refuses


def test_what_the_disk_refuses_waits_and_goes_first(path: Path, store: Store) -> None:
    store.append([sample("mated", t_ns=1)], wall_utc_ns=NOON_NS)
    aside = path.rename(path.with_name("aside"))
    for t_ns in (2, 3):
        with pytest.raises(StateError, match=r"was moved or replaced .* wait in memory"):
            store.append([sample("mated", t_ns=t_ns)], wall_utc_ns=NOON_NS, safety=b"hot")
    assert store.backlog == 2
    assert store.ledger("SN-1").matings == 1, "only what is on the disk is shown"
    assert store.safety() is None
    aside.rename(path)
    assert store.append([sample("mated", t_ns=4)], wall_utc_ns=NOON_NS).matings == 4
    assert store.healthy
    assert (store.trouble, store.lost) == (None, 0)
    assert [row.event.t_ns for row in store.events(9)] == [4, 3, 2, 1]
    assert store.safety() == b"hot"
    assert store.recount("SN-1") == store.ledger("SN-1")


def test_a_full_backlog_forgets_what_counts_nothing_first(
    path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "BACKLOG_MAX", 3)
    aside = path.rename(path.with_name("aside"))
    for kind in ("locked", "mated", "wish", "mated", "mated"):
        with pytest.raises(StateError):
            store.append([sample(kind)], wall_utc_ns=NOON_NS)
    assert (store.backlog, store.lost) == (3, 2)
    with pytest.raises(StateError):
        store.append([sample("mated")], wall_utc_ns=NOON_NS)
    aside.rename(path)
    ledger = store.append([], wall_utc_ns=NOON_NS)
    assert ledger.matings == store.recount("SN-1").matings == 3
    assert store.lost == 3


def test_a_state_that_cannot_be_written(store: Store) -> None:
    store._file.writer.execute("PRAGMA query_only = 1")
    with pytest.raises(StateError, match=r"cannot be used .*readonly.*; 1 events wait in memory"):
        store.append([sample("mated")], wall_utc_ns=NOON_NS)
    store._file.writer.execute("PRAGMA query_only = 0")
    assert store.append([], wall_utc_ns=NOON_NS).matings == 1


def test_closing_tries_once_more(path: Path, store: Store) -> None:
    aside = path.rename(path.with_name("aside"))
    with pytest.raises(StateError):
        store.append([sample("mated")], wall_utc_ns=NOON_NS)
    aside.rename(path)
    store.close()
    with closing(Store.open(path, "SN-1")) as again:
        assert again.ledger("SN-1").matings == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("a really full disk needs root to mount a small one")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "silverpin-test", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("root, and yet not allowed to mount a small disk here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_really_full_disk_loses_nothing(small_disk: Path) -> None:
    path = small_disk / "state.sqlite"
    with closing(Store.open(path, "SN-1")) as store:
        store.append([sample("mated")], wall_utc_ns=NOON_NS)
        ballast = small_disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as stream:
            while True:
                stream.write(b"\0" * 1024)
        for _ in range(100):
            with suppress(StateError):
                store.append([sample("mated")], wall_utc_ns=NOON_NS)
        assert "the disk is full: free some space; " in str(store.trouble)
        assert store.recount("SN-1") == store.ledger("SN-1")
        assert store.ledger("SN-1").matings + store.backlog == 101
        ballast.unlink()
        assert store.append([], wall_utc_ns=NOON_NS).matings == 101
        assert store.recount("SN-1").matings == 101


LIMITED = """
import resource, signal, sys
from pathlib import Path
from silverpin.domain.events import Event
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(Path(sys.argv[1]), "SN-1")
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
refused = 0
for number in range(100):
    try:
        store.append([Event(number, "mated", {})], wall_utc_ns=number)
    except StateError:
        refused += 1
committed = store.ledger("SN-1").matings
assert store.recount("SN-1").matings == committed
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
assert store.append([], wall_utc_ns=0).matings == 100
print(refused, committed)
store.close()
"""


def test_a_file_that_may_not_grow_loses_nothing(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], check=True, capture_output=True, text=True
    )
    refused, committed = map(int, done.stdout.split())
    assert refused > 0
    assert 0 < committed < 100
    with closing(Store.open(path, "SN-1")) as store:
        assert store.recount("SN-1").matings == store.ledger("SN-1").matings == 100
        assert [row.event.t_ns for row in store.events(200)] == list(range(99, -1, -1))


# The writer thread


def test_the_writer_commits_in_order_and_tells(store: Store) -> None:
    seen: list[int] = []
    told: list[Committed] = []
    writer = JournalWriter(
        store, seen=lambda event, _: seen.append(event.t_ns), committed=told.append
    )
    for t_ns in range(100):
        writer.put([sample("mated", t_ns=t_ns)], wall_utc_ns=NOON_NS + t_ns, safety=b"%d" % t_ns)
    assert writer.flush(timeout_s=30)
    assert writer.ledger == store.ledger("SN-1") == told[-1].ledger
    assert writer.ledger.matings == 100
    assert seen == list(range(100))
    assert [row.event.t_ns for batch in told for row in batch.rows] == seen
    assert [row.utc_ns for row in store.events(1)] == [NOON_NS + 99]
    assert store.safety() == b"99"
    assert writer.close(timeout_s=30)


def test_the_writer_tries_again_by_itself(path: Path, store: Store) -> None:
    back = Signal()
    writer = JournalWriter(store, committed=lambda _: back.set(), retry_s=0.001)
    aside = path.rename(path.with_name("aside"))
    writer.put([sample("mated")], wall_utc_ns=NOON_NS)
    assert not writer.flush(timeout_s=30)
    assert not writer.healthy
    assert writer.ledger.matings == 0
    aside.rename(path)
    assert back.wait(30)
    assert writer.close(timeout_s=30)
    assert writer.ledger.matings == store.ledger("SN-1").matings == 1


def test_the_writer_leaves_out_only_what_cannot_be_counted(store: Store) -> None:
    writer = JournalWriter(store)
    bad = Event(0, "energy", {})
    writer.put([sample("mated"), bad, sample("mated")], wall_utc_ns=NOON_NS, safety=b"kept")
    assert not writer.flush(timeout_s=30)
    assert writer.refused is not None
    assert "energy" in writer.refused
    assert store.recount("SN-1").matings == store.ledger("SN-1").matings == 2
    assert store.safety() == b"kept"
    assert not writer.close(timeout_s=30)


def test_putting_never_waits_for_the_disk(path: Path, store: Store) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        writer = JournalWriter(store)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(1000):
            writer.put([sample("mated")], wall_utc_ns=NOON_NS)
        assert not writer.flush(timeout_s=0.01), "another program holds the file"
        assert store.ledger("SN-1").matings == 0, "reading does not wait either"
        other.execute("ROLLBACK")
        assert writer.flush(timeout_s=30)
        assert writer.ledger.matings == 1000
        assert writer.close(timeout_s=30)


def test_a_disk_that_says_nothing_does_not_fill_the_memory(path: Path, store: Store) -> None:
    so_far = {"charged_kwh": 0.25, "discharged_kwh": 0.0, "mated_s": 5.0}
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        writer = JournalWriter(store)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3 * QUEUED_MAX):
            writer.put([], wall_utc_ns=NOON_NS, unbooked=so_far)
        writer.put([sample("mated")], wall_utc_ns=NOON_NS)
        writer.put([], wall_utc_ns=NOON_NS, safety=b"hot")
        assert writer.queued <= QUEUED_MAX + BATCH_MAX
        other.execute("ROLLBACK")
        assert writer.flush(timeout_s=30)
    assert (store.ledger("SN-1").matings, store.safety()) == (1, b"hot")
    assert writer.close(timeout_s=30)


def test_what_is_metered_and_not_booked_is_booked_once(path: Path, store: Store) -> None:
    so_far: dict[str, Any] = {"charged_kwh": 0.25, "discharged_kwh": 0.0, "mated_s": 5.0}
    writer = JournalWriter(store)
    writer.put([sample("mated")], wall_utc_ns=NOON_NS, unbooked=so_far)
    assert writer.flush(timeout_s=30)
    assert store.unbooked() == so_far
    assert store.ledger("SN-1").charged_kwh == 0.0, "it is not counted yet"
    writer.put([sample("energy", **so_far)], wall_utc_ns=NOON_NS)
    assert writer.flush(timeout_s=30)
    assert store.unbooked() is None
    writer.put([sample("energy", **so_far)], wall_utc_ns=NOON_NS, unbooked=so_far)
    assert writer.flush(timeout_s=30)
    assert store.unbooked() == so_far, "metered after what was booked"
    assert writer.close(timeout_s=30)


def test_what_was_booked_behind_a_disk_that_refused_is_not_booked_again(
    path: Path, store: Store
) -> None:
    so_far: dict[str, Any] = {"charged_kwh": 0.25, "discharged_kwh": 0.0, "mated_s": 5.0}
    store.commit([], None, so_far)
    aside = path.rename(path.with_name("aside"))
    for events, unbooked in (((), so_far), (((NOON_NS, sample("energy", **so_far)),), None)):
        with pytest.raises(StateError):
            store.commit(events, None, unbooked)
    aside.rename(path)
    store.commit([], None)
    assert store.unbooked() is None
    assert store.ledger("SN-1").charged_kwh == 0.25


def test_notes_of_the_contacts_wait_for_a_disk_that_refuses(path: Path) -> None:
    block = ContactBlock(0, 1, 10.0, 20.0, 400.0, 30.0, 20.0, None, None, None)
    with closing(Store.open(path, "SN-1")) as store:
        aside = path.rename(path.with_name("aside"))
        with pytest.raises(StateError):
            store.commit([], None, None, [NewBlock("SN-1", NOON_NS, block)])
        aside.rename(path)
        store.commit([], None, None, [NewBlock("SN-1", NOON_NS + 1, block)])
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT utc_ns FROM contact_blocks ORDER BY id").fetchall()
    assert rows == [(NOON_NS,), (NOON_NS + 1,)]
