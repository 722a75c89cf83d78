"""File systems that turn against the state, and clocks that do: counts stay, and it is said."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from silverpin.domain.ledger import Ledger
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Store
from silverpin.drivers.store_schema import NEWEST
from tests.event_samples import sample
from tests.unit.test_store import raw, write_v1

pytestmark = pytest.mark.verifies("CON-1")

NOON_NS = 1_790_000_000_000_000_000
YEAR_NS = 365 * 86_400 * 10**9


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which can be made read-only."""
    if os.geteuid() != 0:
        pytest.skip("a read-only disk needs root to mount one")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "silverpin-test", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("root, and yet not allowed to mount a disk here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Make the disk read-only as a kernel does that found an error on it."""
    forced = [["mount", "-o", f"remount,{way}", str(disk)] for way in ("ro", "rw")]
    if subprocess.run(forced[0], check=False, capture_output=True).returncode != 0:
        pytest.skip("a disk in use cannot be made read-only here")
    yield
    subprocess.run(forced[1], check=True)


def test_a_state_on_a_read_only_disk_is_refused_in_a_sentence(disk: Path) -> None:
    path = disk / "state.sqlite"
    with closing(Store.open(path, "SN-1")) as store:
        store.append([sample("mated")], wall_utc_ns=NOON_NS)
    before = path.read_bytes()
    with read_only(disk), pytest.raises(StateError, match=r"read-only file system.*can be written"):
        Store.open(path, "SN-1")
    assert path.read_bytes() == before
    with closing(Store.open(path, "SN-1")) as store:
        assert store.ledger("SN-1").matings == 1


def test_a_new_state_on_a_read_only_disk_is_refused_in_a_sentence(disk: Path) -> None:
    with read_only(disk), pytest.raises(StateError, match="read-only file system"):
        Store.open(disk / "new" / "state.sqlite", "SN-1")


@pytest.mark.parametrize("jump_ns", [-30 * YEAR_NS, -1, 0, YEAR_NS])
def test_a_clock_that_jumps_moves_no_count_and_no_order(path: Path, jump_ns: int) -> None:
    with closing(Store.open(path, "SN-1", boot="boot-1")) as store:
        for t_ns in (1, 2):
            store.append([sample("mated", t_ns=t_ns)], wall_utc_ns=NOON_NS + t_ns)
        store.append([sample("mated", t_ns=3)], wall_utc_ns=NOON_NS + jump_ns)
    # Over a restart monotonic time starts again, and the wall clock may have jumped as well.
    with closing(Store.open(path, "SN-1", boot="boot-2")) as store:
        store.append([sample("mated", t_ns=1)], wall_utc_ns=NOON_NS + 2 * jump_ns)
        rows = store.events(9)
        assert [(row.boot, row.event.t_ns) for row in rows] == [
            ("boot-2", 1), ("boot-1", 3), ("boot-1", 2), ("boot-1", 1),
        ]  # fmt: skip
        assert store.ledger("SN-1").matings == store.recount("SN-1").matings == 4


def test_a_program_that_never_wrote_leaves_nothing_to_count(path: Path) -> None:
    for _ in range(2):
        with closing(Store.open(path, "SN-1")) as store:
            assert store.ledgers.in_force == Ledger(serial="SN-1")
            assert store.fittings() == []


@pytest.mark.parametrize("newer", [False, True])
def test_what_a_power_cut_left_behind_is_left_as_it_is_too(
    path: Path, store: Store, tmp_path: Path, newer: bool
) -> None:
    store.append([sample("mated")] * 200, wall_utc_ns=NOON_NS)
    store._file.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if newer:
        store._file.writer.execute(f"PRAGMA user_version = {NEWEST + 1}")
    store.append([sample("mated")], wall_utc_ns=NOON_NS)
    there = tmp_path / "there" / path.name
    there.parent.mkdir()
    content = bytearray(path.read_bytes())
    if not newer:
        [(page,)] = raw(path, "SELECT rootpage FROM sqlite_master WHERE name = 'origin'")
        start = (int(str(page)) - 1) * 4096
        content[start : start + 100] = b"\xa5" * 100
    there.write_bytes(content)
    log = there.with_name(f"{there.name}-wal")
    log.write_bytes(path.with_name(f"{path.name}-wal").read_bytes())
    before = there.read_bytes(), log.read_bytes()
    with pytest.raises(StateError, match="install the newer" if newer else "is damaged"):
        Store.open(there, "SN-1")
    assert (there.read_bytes(), log.read_bytes()) == before


def test_the_disk_is_told_to_keep_every_folder_that_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("silverpin.drivers.state_file.sync", synced.append)
    Store.open(tmp_path / "evse" / "bay-1" / "state.sqlite", "SN-1").close()
    assert synced == [tmp_path, tmp_path / "evse", tmp_path / "evse" / "bay-1"]


def test_a_copy_that_did_not_fit_leaves_the_disk_its_room(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_v1(path)
    monkeypatch.setattr("silverpin.drivers.migration.sync", full)
    with pytest.raises(StateError, match="no space left on device"):
        Store.open(path, "SN-1")
    assert {found.name for found in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}
    assert raw(path, "PRAGMA user_version") == [(1,)]
