"""The power goes at any instant, and the disk forgets what it was not told to keep.

A kill cannot show this, for the kernel outlives us. Here every write that was not synced may be
gone, there, or torn at a sector, in any choice, whatever was written after it.
"""

from collections.abc import Container
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Store
from tests.event_samples import sample
from tests.forgetful_disk import Disk, recorded
from tests.unit.test_store import write_v1

pytestmark = pytest.mark.verifies("CON-1")

BATCHES = 60
EVERYDAY, LONG = 120, 600
CUTS = [EVERYDAY, pytest.param(LONG, marks=pytest.mark.long)]
EMPTIED_AT_PAGES = 12
"""The write-ahead log is emptied into the file this often here, so that cuts meet that too."""


def count_on(
    disk: Disk, path: Path, rng: Random, batches: int = BATCHES, *, sync: str = "FULL"
) -> None:
    """Count and promise, batch by batch, through restarts."""
    number = 0
    for _ in range(3):
        with closing(Store.open(path, "SN-1", boot="boot-1")) as store:
            store._file.writer.execute(f"PRAGMA wal_autocheckpoint = {EMPTIED_AT_PAGES}")
            store._file.writer.execute(f"PRAGMA synchronous = {sync}")
            for _ in range(batches // 3):
                events = []
                for _ in range(rng.randint(1, 4)):
                    number += 1
                    events += [
                        Event(number, "mated", {"number": number, "inferred": ""}),
                        sample("energy", t_ns=number, charged_kwh=0.1, discharged_kwh=0.7),
                        sample("load_break", t_ns=number),
                        Event(number, "unmated", {"mated_min": 0.0}),
                    ]
                store.append(events, wall_utc_ns=number, safety=str(number).encode())
                disk.says(number)


def whole_after(path: Path, promised: int) -> bool:
    """Return whether all that was promised is there; fail if anything is torn or doubled."""
    with closing(Store.open(path, "SN-1")) as store:
        ledger = store.ledger("SN-1")
        assert store.recount("SN-1") == ledger
        assert ledger.load_breaks == ledger.matings
        for kind in ("mated", "energy", "load_break", "unmated"):
            numbers = [row.event.t_ns for row in reversed(store.of_kinds((kind,), 10**6))]
            assert numbers == list(range(1, ledger.matings + 1))
        assert store.safety() == (str(ledger.matings).encode() if ledger.matings else None)
        assert [row.serial for row in store.fittings()] == ["SN-1"] * bool(ledger.matings)
        return ledger.matings >= promised


def lost(disk: Disk, rng: Random, cuts: int, folder: Path) -> int:
    """Cut the power that often; return how often something promised was gone."""
    gone = 0
    for number in range(cuts):
        cut = rng.randrange(len(disk.deeds) + 1)
        there = folder / f"cut-{number}"
        disk.after_cut(cut, rng, there)
        gone += not whole_after(there / "state.sqlite", disk.promised(cut, 0))
    return gone


@pytest.mark.parametrize("cuts", CUTS)
def test_what_was_promised_is_there_once_after_any_cut(tmp_path: Path, cuts: int) -> None:
    rng, home = Random(20_261_122), tmp_path / "home"
    home.mkdir()
    with recorded(home) as disk:
        count_on(disk, home / "state.sqlite", rng)
    kinds = {(deed.what, deed.file.rpartition("-")[2]) for deed in disk.deeds}
    assert {
        ("write", "wal"),
        ("sync", "wal"),
        ("write", "state.sqlite"),
        ("sync", "state.sqlite"),
    } <= kinds
    assert lost(disk, rng, cuts, tmp_path) == 0


def test_this_disk_would_find_a_promise_that_was_not_synced(tmp_path: Path) -> None:
    rng, home = Random(1), tmp_path / "home"
    home.mkdir()
    with recorded(home) as disk:
        count_on(disk, home / "state.sqlite", rng, batches=12, sync="NORMAL")
    assert lost(disk, rng, 60, tmp_path) > 5


@pytest.mark.parametrize("cuts", [60, pytest.param(400, marks=pytest.mark.long)])
def test_what_was_metered_between_two_bookings_is_there_once(tmp_path: Path, cuts: int) -> None:
    rng, home = Random(3), tmp_path / "home"
    home.mkdir()
    with recorded(home) as disk, closing(Store.open(home / "state.sqlite", "SN-1")) as store:
        metered = booked = 0
        for _ in range(60):
            metered += rng.randint(1, 9)
            book = rng.random() < 0.3
            events = [(0, portion(metered - booked))] if book else []
            booked = metered if book else booked
            store.commit(events, None, None if book else portion(metered - booked).fields)
            disk.says(metered)
    for number in range(cuts):
        cut, there = rng.randrange(len(disk.deeds) + 1), tmp_path / f"cut-{number}"
        disk.after_cut(cut, rng, there)
        promised, next_one = disk.promised(cut, 0), disk.promised(len(disk.deeds), 0)
        for _ in range(2):  # the second start finds nothing left to book
            with closing(Store.open(there / "state.sqlite", "SN-1")) as store:
                left = store.unbooked()
                if left is not None:
                    store.append([Event(0, "energy", left)], wall_utc_ns=0)
                assert store.unbooked() is None
                assert store.recount("SN-1") == store.ledger("SN-1")
                assert promised <= store.ledger("SN-1").mated_s <= min(promised + 9, next_one)


def portion(amount: int) -> Event:
    return Event(0, "energy", {"charged_kwh": 0.0, "discharged_kwh": 0.0, "mated_s": float(amount)})


@pytest.mark.parametrize("cuts", [60, pytest.param(700, marks=pytest.mark.long)])
def test_a_migration_that_is_cut_off_loses_nothing(tmp_path: Path, cuts: int) -> None:
    rng, home = Random(7), tmp_path / "home"
    write_v1(home / "state.sqlite")
    with recorded(home) as disk, closing(Store.open(home / "state.sqlite", "SN-1")):
        pass
    for number in range(cuts):
        there = tmp_path / f"cut-{number}"
        disk.after_cut(rng.randrange(len(disk.deeds) + 1), rng, there)
        with closing(Store.open(there / "state.sqlite", "SN-1")) as store:
            assert store.ledger("SN-1") == store.recount("SN-1")
            assert store.ledger("SN-1").matings == 2
            assert store.safety() == b"remembered"


def count_on_a_full_disk(home: Path, refused: Container[int]) -> int:
    """Count six matings while some writes fail; return how many were asked for."""
    home.mkdir()
    with recorded(home) as disk:
        disk.refused = refused
        store = opened_at_last(home / "state.sqlite")
        store._file.writer.execute(f"PRAGMA wal_autocheckpoint = {EMPTIED_AT_PAGES}")
        for number in range(1, 7):
            with suppress(StateError):
                store.append([sample("mated", t_ns=number), portion(1)], wall_utc_ns=number,
                             safety=str(number).encode())  # fmt: skip
        disk.refused = ()
        assert store.append([], wall_utc_ns=0).matings == 6
        store.close()
        return disk.asked


def opened_at_last(path: Path) -> Store:
    for _ in range(5):
        with suppress(StateError):
            return Store.open(path, "SN-1")
    return Store.open(path, "SN-1")


@pytest.mark.parametrize(
    ("every", "at_once"),
    [(11, 1), *(pytest.param(1, most, marks=pytest.mark.long) for most in (1, 4))],
)
def test_a_disk_that_is_full_at_any_write_costs_and_doubles_nothing(
    tmp_path: Path, every: int, at_once: int
) -> None:
    writes = count_on_a_full_disk(tmp_path / "well", ())
    assert writes > 50
    for first in range(1, writes + 1, every):
        home = tmp_path / f"full-{first}"
        count_on_a_full_disk(home, range(first, first + at_once))
        with closing(Store.open(home / "state.sqlite", "SN-1")) as store:
            numbers = [row.event.t_ns for row in reversed(store.of_kinds(("mated",), 99))]
            assert numbers == [1, 2, 3, 4, 5, 6]
            assert store.recount("SN-1") == store.ledger("SN-1")
            assert (store.ledger("SN-1").mated_s, store.safety()) == (6.0, b"6")


def test_a_disk_that_was_told_nothing_holds_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with recorded(home) as disk:
        count_on(disk, home / "state.sqlite", Random(1), batches=3)
    disk.after_cut(0, Random(1), tmp_path / "nothing")
    with closing(Store.open(tmp_path / "nothing" / "state.sqlite", "SN-1")) as store:
        assert store.ledger("SN-1") == Ledger(serial="SN-1")
