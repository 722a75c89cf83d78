"""The state file: what is counted stays counted, and what cannot be used is said in a sentence."""

import os
import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from silverpin.domain.contact_trace import ContactBlock
from silverpin.domain.events import EVENTS, Event
from silverpin.domain.ledger import Ledger
from silverpin.domain.session import Mode
from silverpin.drivers.contact_table import NewBlock
from silverpin.drivers.migration import migrate, newest_copy
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Store
from silverpin.drivers.store_schema import NEWEST, STEPS
from tests.event_samples import sample

NOON_NS = 1_790_000_000_000_000_000
FIXTURE_V1 = Path(__file__).parent.parent / "fixtures" / "state_v1.sql"


def raw(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def write_v1(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIXTURE_V1.read_text(encoding="utf-8"))


# What is appended


def test_every_kind_of_event_comes_back_as_it_was(store: Store) -> None:
    events = [sample(kind, t_ns=number) for number, kind in enumerate(EVENTS)]
    ledger = store.append(events, wall_utc_ns=NOON_NS, safety=None)
    rows = store.events(limit=1000)
    assert [row.event for row in reversed(rows)] == events
    assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)
    assert {(row.serial, row.boot) for row in rows} == {("SN-1", "boot-1")}
    assert ledger == store.ledger("SN-1") == store.recount("SN-1")
    assert ledger.load_breaks == ledger.reversals == 1
    assert ledger.lock_operations == 2
    assert ledger.matings == 1_000_000, "corrected"


def test_utc_of_each_event_follows_its_monotonic_distance(store: Store) -> None:
    events = [sample("locked", t_ns=t_ns) for t_ns in (5_000, 7_000, 9_000)]
    store.append(events, wall_utc_ns=NOON_NS)
    assert [row.utc_ns - NOON_NS for row in store.events(9)] == [0, -2_000, -4_000]


def test_pages_of_events_join_without_gap(store: Store) -> None:
    store.append([sample("locked", t_ns=n) for n in range(7)], wall_utc_ns=NOON_NS)
    first = store.events(3)
    rest = store.events(10, before=first[-1].id)
    assert [row.event.t_ns for row in first + rest] == [6, 5, 4, 3, 2, 1, 0]


def test_state_survives_closing(path: Path, store: Store) -> None:
    ledger = store.append(
        [sample("mated"), sample("energy", charged_kwh=0.1, discharged_kwh=0.7)],
        wall_utc_ns=NOON_NS,
        safety=b"latched: ERR_LOCK_FAIL",
    )
    store.append([sample("locked")], wall_utc_ns=NOON_NS)
    store.close()
    with closing(Store.open(path, "SN-1")) as again:
        assert again.ledger("SN-1") == ledger
        assert again.safety() == b"latched: ERR_LOCK_FAIL"
        assert again.append([sample("mated")], wall_utc_ns=NOON_NS).matings == 2


@pytest.mark.verifies("CON-1")
def test_each_connector_keeps_its_own_ledger(path: Path, store: Store) -> None:
    store.append([sample("mated")] * 3, wall_utc_ns=NOON_NS, safety=b"hot")
    fitted = sample("connector_fitted", serial="SN-2", before="SN-1", by="Ada")
    ledger = store.append([fitted, sample("mated"), sample("mated")], wall_utc_ns=NOON_NS)
    assert (ledger.serial, ledger.matings) == ("SN-2", 2)
    store.close()
    for configured in ("SN-1", "SN-2"):
        with closing(Store.open(path, configured)) as other:
            assert other.serial == "SN-2", "the newest record says which, whatever is configured"
    with closing(Store.open(path, "SN-1")) as other:
        assert other.ledger("SN-3") == Ledger(serial="SN-3")
        assert other.ledger("SN-2").matings == other.recount("SN-2").matings == 2
        assert other.ledger("SN-1").matings == other.recount("SN-1").matings == 3
        assert other.safety() == b"hot", "the charger's faults stay when its connector goes"
        back = sample("connector_fitted", serial="SN-1", before="SN-2", by="Ada")
        assert other.append([back, sample("mated")], wall_utc_ns=NOON_NS).matings == 4
        assert [(row.serial, row.before, row.who) for row in other.fittings()] == [
            ("SN-1", "SN-2", "Ada"), ("SN-2", "SN-1", "Ada"), ("SN-1", "", "the configuration"),
        ]  # fmt: skip


@pytest.mark.verifies("CON-1")
def test_a_configuration_that_names_a_stranger_opens_no_ledger(path: Path, store: Store) -> None:
    store.append([sample("mated")], wall_utc_ns=NOON_NS)
    store.close()
    with pytest.raises(
        StateError,
        match=r"counts for connector SN-1, and the configuration names SN-9: name SN-1 there, .*"
        r"evse-cli connector replace --serial SN-9",
    ):
        Store.open(path, "SN-9")
    with closing(Store.open(path, "SN-1")) as again:
        assert list(again.ledgers.by_serial) == ["SN-1"]


def test_a_connector_that_is_fitted_while_the_disk_refuses_counts_apart(
    path: Path, store: Store
) -> None:
    store.append([sample("mated")], wall_utc_ns=NOON_NS)
    aside = path.rename(path.with_name("aside"))
    fitted = sample("connector_fitted", serial="SN-2", before="SN-1")
    with pytest.raises(StateError):
        store.append([sample("mated"), fitted, sample("mated")], wall_utc_ns=NOON_NS)
    assert store.serial == "SN-1", "only what is on the disk is shown"
    aside.rename(path)
    assert store.append([sample("mated")], wall_utc_ns=NOON_NS).matings == 2
    assert {serial: row.matings for serial, row in store.ledgers.by_serial.items()} == {
        "SN-1": 2, "SN-2": 2,
    }  # fmt: skip


def test_safety_memory_alone_is_kept(store: Store) -> None:
    assert store.safety() is None
    store.append([], wall_utc_ns=NOON_NS, safety=b"")
    assert store.safety() == b""
    assert store.events(1) == []


def test_an_inspection_is_found_without_reading_the_journal(store: Store) -> None:
    store.append([sample("mated"), sample("inspected", verdict="ok")], wall_utc_ns=NOON_NS)
    [found] = store.inspections("SN-1", limit=5)
    assert found.id == store.events(1)[0].id
    assert found.pins_ohm == {"DC+": 0.00031, "DC-": 0.00029}
    assert (found.instrument, found.verdict) == ("bridge 17", "ok")
    assert found.certificate == "L2-4711, to 2028-01"
    assert found.utc_ns == NOON_NS
    assert store.inspections("SN-2", limit=5) == []


def test_rows_told_are_the_rows_read(store: Store) -> None:
    event = sample("wish", mode=Mode.V2X, pins=("DC+", "DC-"))
    rows = store.commit([(NOON_NS, event)], None).rows
    assert list(rows) == store.events(1)
    assert rows[0].event.fields["mode"] == "V2X"
    assert rows[0].event.fields["pins"] == ["DC+", "DC-"]


def test_words_that_no_file_can_hold_do_not_stop_the_journal(store: Store) -> None:
    store.append([sample("cleaned", technician="J\udcf6rg")], wall_utc_ns=NOON_NS)
    assert store.events(1)[0].event.fields["technician"] == "J?rg"


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (Event(0, "energy", {"charged_kwh": 1.0}), "'energy' lacks a field to count by"),
        (sample("energy", charged_kwh=float("nan"), discharged_kwh=0.0), "charged_kwh from"),
        (sample("energy", charged_kwh=0.0, discharged_kwh=-1.0), "discharged_kwh from 0.0 to -1.0"),
        (Event(0, "unplugged"), "'unplugged' has no row"),
        (sample("inspected", pins=None), "'inspected' lacks"),
    ],
)
def test_an_event_that_cannot_be_counted_takes_nothing_with_it(
    store: Store, event: Event, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        store.append([sample("mated"), event], wall_utc_ns=NOON_NS)
    assert store.healthy
    assert store.append([sample("mated")], wall_utc_ns=NOON_NS).matings == 1
    assert len(store.events(9)) == 1


# Who may touch it


@pytest.mark.parametrize("table", ["journal", "inspections", "fittings"])
def test_history_cannot_be_rewritten(path: Path, store: Store, table: str) -> None:
    store.append([sample("inspected")], wall_utc_ns=NOON_NS)
    for statement in (f"UPDATE {table} SET utc_ns = 0", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError, match=r"journal|inspection|fitting"):
            raw(path, statement)


def test_a_second_charger_is_told_who_holds_the_state(path: Path, store: Store) -> None:
    with pytest.raises(StateError, match=f"is in use by process {os.getpid()}: stop"):
        Store.open(path, "SN-1")
    store.close()
    Store.open(path, "SN-1").close()


def test_only_its_owner_reads_it(path: Path, store: Store) -> None:
    store.append([sample("mated")], wall_utc_ns=NOON_NS)
    assert {found.stat().st_mode & 0o777 for found in path.parent.iterdir()} == {0o600}


def test_each_commit_is_synced(store: Store) -> None:
    writer = store._file.writer
    assert writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writer.execute("PRAGMA foreign_keys").fetchone() == (1,)


# Schema


def test_ledger_table_has_a_column_for_every_field(path: Path, store: Store) -> None:
    columns = [row[1] for row in raw(path, "PRAGMA table_info(ledger)")]
    assert columns == [field.name for field in fields(Ledger)]


def test_a_state_of_version_1_migrates_and_a_copy_stays(path: Path) -> None:
    write_v1(path)
    with closing(Store.open(path, "SN-1")) as store:
        assert store.ledger("SN-1") == store.recount("SN-1")
        assert store.ledger("SN-1").matings == 2
        assert store.safety() == b"remembered"
        store.append([sample("mated"), sample("inspected")], wall_utc_ns=NOON_NS)
        assert store.recount("SN-1").matings == 3
        assert [(row.id, row.serial, row.who) for row in store.fittings()] == [
            (1, "SN-1", "the configuration")
        ]
        assert len(store.origin()) == 16
        block = ContactBlock(0, 3, 10.0, 20.0, 400.0, None, 21.5, None, None, None)
        store.commit([], None, None, [NewBlock("SN-1", NOON_NS, block)])
    kept = "SELECT serial, utc_ns, mating, square_a2, pin_c, air_c FROM contact_blocks"
    assert raw(path, kept) == [("SN-1", NOON_NS, 3, 400.0, None, 21.5)]
    copy = newest_copy(path)
    assert copy is not None
    assert copy.name == "state.sqlite.v1"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert raw(copy, "PRAGMA user_version") == [(1,)]
    assert raw(copy, "SELECT count(*) FROM journal") == [(3,)]
    assert raw(path, "PRAGMA user_version") == [(NEWEST,)]


def test_the_first_step_still_makes_what_version_1_was(tmp_path: Path) -> None:
    released, made = tmp_path / "released", tmp_path / "made"
    write_v1(released)
    with closing(sqlite3.connect(made, isolation_level=None)) as connection:
        migrate(connection, made, to=1)
    shape = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"

    def normal(path: Path) -> list[str]:
        return [" ".join(f"{name}: {sql}".split()) for name, sql in raw(path, shape)]

    assert normal(released) == normal(made)


def test_a_migration_that_fails_leaves_the_old_state(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_v1(path)
    steps = {**STEPS, NEWEST: (*STEPS[NEWEST], "CREATE TABLE journal (id)")}
    with monkeypatch.context() as patched:
        patched.setattr("silverpin.drivers.migration.STEPS", steps)
        with pytest.raises(StateError, match="already exists"):
            Store.open(path, "SN-1")
    assert raw(path, "PRAGMA user_version") == [(1,)]
    assert raw(path, "SELECT count(*) FROM sqlite_master WHERE name = 'inspections'") == [(0,)]
    with closing(Store.open(path, "SN-1")) as store:
        assert store.ledger("SN-1").matings == 2


def test_a_newer_state_is_left_as_it_is(path: Path, store: Store) -> None:
    store.close()
    raw(path, f"PRAGMA user_version = {NEWEST + 1}")
    before = path.read_bytes()
    with pytest.raises(StateError, match=rf"schema version {NEWEST + 1} .* install the newer"):
        Store.open(path, "SN-1")
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    raw(path, "CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    with pytest.raises(StateError, match="of another program"):
        Store.open(path, "SN-1")
    assert path.read_bytes() == before


@pytest.mark.parametrize("at", [0, 4096 + 3])
def test_a_damaged_state_names_itself_and_the_copy(path: Path, store: Store, at: int) -> None:
    store.append([sample("mated")] * 200, wall_utc_ns=NOON_NS)
    store.close()
    content = bytearray(path.read_bytes())
    content[at : at + 3000] = b"\xa5" * 3000
    path.write_bytes(content)
    damaged = path.read_bytes()
    with pytest.raises(StateError, match=f"{path} is damaged .* none lies beside it") as told:
        Store.open(path, "SN-1")
    assert path.read_bytes() == damaged, "left as it is"
    assert "evse-cli ledger import" in str(told.value)
    for version in (2, 10):
        path.with_name(f"state.sqlite.v{version}").touch()
        os.utime(path.with_name(f"state.sqlite.v{version}"), ns=(NOON_NS, NOON_NS))
    with pytest.raises(StateError, match=r"put .*\.v10 in its place, which has nothing after 2026"):
        Store.open(path, "SN-1")


@pytest.mark.parametrize("damaged", [False, True])
def test_of_a_large_state_the_small_tables_are_checked(
    path: Path, store: Store, damaged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("silverpin.drivers.state_file.CHECKED_WHOLE_MAX_BYTES", 0)
    store.append([sample("mated")] * 200, wall_utc_ns=NOON_NS)
    store.close()
    if not damaged:
        Store.open(path, "SN-1").close()
        return
    [(page,)] = raw(path, "SELECT rootpage FROM sqlite_master WHERE name = 'ledger'")
    content = bytearray(path.read_bytes())
    start = (int(str(page)) - 1) * 4096
    content[start : start + 100] = b"\xa5" * 100
    path.write_bytes(content)
    with pytest.raises(StateError, match=f"{path} is damaged"):
        Store.open(path, "SN-1")


def test_a_state_held_by_another_program(path: Path, store: Store) -> None:
    store._file.writer.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="held by another program: close what has it open"):
            store.append([sample("mated")], wall_utc_ns=NOON_NS)
    assert store.append([], wall_utc_ns=NOON_NS).matings == 1


def test_a_folder_in_place_of_the_state(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StateError, match="is a directory"):
        Store.open(path, "SN-1")


def test_a_link_in_place_of_the_state(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StateError, match="cannot be used"):
        Store.open(path, "SN-1")


# Rows of a kind


def test_rows_of_some_kinds_come_newest_first_and_of_one_connector(path: Path) -> None:
    with closing(Store.open(path, "SN-1")) as store:
        assert store.first_utc_ns("SN-1") is None
        store.append([sample("cleaned"), sample("locked")], wall_utc_ns=NOON_NS)
    with closing(Store.open(path, "SN-1")) as store:
        store.append([sample("connector_fitted", serial="SN-2")], wall_utc_ns=NOON_NS)
        kinds = ("inspected", "locked", "cleaned")
        store.append([sample(kind, t_ns=at) for at, kind in enumerate(kinds)], wall_utc_ns=NOON_NS)
        found = store.of_kinds(("cleaned", "inspected"), 10)
        assert [(row.serial, row.event.kind) for row in found] == [
            ("SN-2", "cleaned"), ("SN-2", "inspected"), ("SN-1", "cleaned"),
        ]  # fmt: skip
        assert store.of_kinds(("cleaned", "inspected"), 1) == found[:1]
        assert store.of_kinds(("cleaned",), 10, serial="SN-1") == found[2:]
        assert store.of_kinds(("cleaned",), 10, after=found[2].id) == found[:1]
        assert store.first_utc_ns("SN-1") == found[2].utc_ns
        assert store.first_utc_ns("SN-1", found[2].utc_ns + 1) is None
