"""Journal, log and memory of a daemon, on disks that misbehave."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.config import Config, load_config
from silverpin.apps.daemon.memory import Memory, recall, remember, restore
from silverpin.apps.daemon.records import SILENT_NS, Records
from silverpin.apps.daemon.station import SimulatedStation, event_frame
from silverpin.apps.daemon.totals import Totals
from silverpin.apps.daemon.wall import STEP_NS, Wall
from silverpin.apps.world import World
from silverpin.domain.events import Event
from silverpin.drivers.state_file import set_aside
from silverpin.drivers.store import JournalRow, Store
from tests.daemon_station import NOON_NS, cooled, tripped
from tests.event_samples import sample

WALL = Wall(NOON_NS)
S_NS = 1_000_000_000
WAIT_S = 30.0


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return replace(
        load_config(None, True), state=tmp_path / "state.sqlite", log=tmp_path / "log" / "a.log"
    )


@pytest.fixture
def records(config: Config) -> Iterator[Records]:
    opened = Records(config, "host")
    yield opened
    with suppress(RuntimeError):
        opened.close()


def mated(records: Records, number: int = 1) -> None:
    records.put([sample("mated", t_ns=number)], NOON_NS + number, None)


def next_told(records: Records) -> Event:
    """Look as the loop does until something is told; the journal's thread needs its moment."""
    looks = (records.look(now_ns, NOON_NS) for now_ns in range(10**6))
    return next(event for event in looks if event is not None)


def test_what_is_committed_is_told_once_and_read_back(records: Records) -> None:
    assert not records.used()
    mated(records)
    assert records.flush(WAIT_S)
    assert [row.event.kind for row in records.committed()] == ["mated"]
    assert list(records.committed()) == []
    assert records.used()
    assert records.ledger.matings == 1
    assert records.storage().troubles == ()
    assert [row.event.kind for row in records.newest_first(records.serial)] == ["mated"]


def test_the_journal_is_read_back_page_by_page(records: Records) -> None:
    for number in range(1, 8):
        mated(records, number)
    assert records.flush(WAIT_S)
    rows = list(records.newest_first(records.serial, page=3))
    assert [row.event.t_ns for row in rows] == [7, 6, 5, 4, 3, 2, 1]
    assert list(records.newest_first("another")) == []


def test_a_row_whose_words_have_changed_since_is_told_by_what_it_is() -> None:
    old = JournalRow(1, NOON_NS, "boot", "SN-1", Event(0, "reversed", {"direction": "charge"}))
    assert event_frame(old)["text"] == "Reversal"


def test_a_state_that_cannot_be_written_is_told_and_told_again_when_it_can(
    config: Config, records: Records
) -> None:
    aside = config.state.rename(config.state.with_name("aside"))
    mated(records)
    assert not records.flush(WAIT_S)
    event = records.look(0, NOON_NS)
    assert event is not None
    assert event.kind == "disk_trouble"
    assert "was moved or replaced" in event.sentence()
    storage = records.storage()
    assert [(row.what, row.since_utc_ns) for row in storage.troubles] == [("journal", NOON_NS)]
    assert storage.waiting == 1
    assert records.ledger.matings == 0, "only what the disk has is counted"
    assert records.look(1, NOON_NS + 1) is None, "told once"
    assert records.storage().troubles[0].since_utc_ns == NOON_NS
    aside.rename(config.state)
    assert records.flush(WAIT_S) or records.flush(WAIT_S)
    back = records.look(2, NOON_NS)
    assert back is not None
    assert back.kind == "disk_well"
    assert records.ledger.matings == 1
    assert records.storage().waiting == 0


def test_a_log_that_cannot_be_written_is_told(config: Config, records: Records) -> None:
    config.log.parent.write_text("no folder")
    mated(records)
    assert records.flush(WAIT_S), "the journal goes on"
    event = records.look(0, NOON_NS)
    assert event is not None
    storage = records.storage()
    assert [row.what for row in storage.troubles] == ["log"]
    assert storage.unlogged == 1
    config.log.parent.unlink()
    mated(records, 2)
    assert records.flush(WAIT_S)
    assert records.look(1, NOON_NS) is not None
    assert records.storage().troubles == ()
    assert len(config.log.read_text().splitlines()) == 2, "the gap, then the event"


def test_a_log_that_fails_in_our_own_code_costs_no_count(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("silverpin.drivers.log.EventLog.write", fails)
    with closing(Records(config, "host")) as records:
        mated(records)
        assert not records.flush(WAIT_S)
        assert records.ledger.matings == 1
        records.look(0, NOON_NS)
        assert "a fault of ours" in records.storage().troubles[0].text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_died_is_told_and_the_end_writes_what_it_left(
    config: Config, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as broken:
        broken.setattr("silverpin.drivers.store.Store.commit", dies)
        mated(records, 1)
        event = next_told(records)
    assert "the journal's writer has died" in event.sentence()
    assert records.storage().troubles[0].since_utc_ns == NOON_NS
    mated(records, 2)
    assert records.close() is None
    with closing(Store.open(config.state, records.serial)) as store:
        assert store.ledger(records.serial).matings == 1, "the second; the first went with it"
        assert store.recount(records.serial) == store.ledger(records.serial)


def test_a_disk_that_says_nothing_is_told(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_waiting", lambda: 3)
    assert records.look(0, NOON_NS) is None
    assert records.look(SILENT_NS - 1, NOON_NS) is None
    event = records.look(SILENT_NS + S_NS, NOON_NS)
    assert event is not None
    assert event.sentence().startswith("the disk has taken nothing for 6 s")
    monkeypatch.setattr(records, "_waiting", lambda: 0)
    well = records.look(SILENT_NS + 2 * S_NS, NOON_NS)
    assert well is not None
    assert well.kind == "disk_well"


def test_what_the_disk_refuses_at_the_end_is_said(config: Config, records: Records) -> None:
    config.state.rename(config.state.with_name("aside"))
    mated(records)
    told = records.close()
    assert told is not None
    assert "what waited is lost" in told


@pytest.mark.verifies("CON-1")
def test_a_state_that_was_put_aside_as_damaged_leaves_a_memory_that_nobody_could_read(
    config: Config,
) -> None:
    with closing(Records(config, "host")) as records:
        assert records.memory() is None, "a charger that never ran"
    config.state.rename(config.state.with_name("state.sqlite.damaged"))
    with closing(Records(config, "host")) as records:
        told = recall(records.memory(), WALL, records.set_aside)
        assert (told.whole, told.inspection_due) == (False, True)
        calm = remember(World(1).charger.envelope, WALL, records.set_aside)
        records.put([], NOON_NS, calm)
    with closing(Records(config, "host")) as records:
        told = recall(records.memory(), WALL, records.set_aside)
        assert told == Memory({}, False, True), "its own memory counts once there is one"


@pytest.mark.verifies("CON-1")
def test_a_copy_in_the_place_of_a_damaged_state_does_not_bring_an_old_calm_back(
    config: Config,
) -> None:
    calm = remember(World(1).charger.envelope, WALL)
    with closing(Records(config, "host")) as records:
        records.put([], NOON_NS, calm)
    copy = config.state.read_bytes()
    with closing(Records(config, "host")) as records:
        records.put([], NOON_NS, remember(tripped().charger.envelope, WALL))
    for _ in range(2):  # and of another one that is damaged after that
        config.state.replace(config.state.with_name("state.sqlite.damaged"))
        config.state.write_bytes(copy)
        with closing(Records(config, "host")) as records:
            told = recall(records.memory(), WALL, records.set_aside)
            assert (told.whole, told.inspection_due) == (False, True)
            records.put([], NOON_NS, remember(World(1).charger.envelope, WALL, records.set_aside))
        with closing(Records(config, "host")) as records:
            assert recall(records.memory(), WALL, records.set_aside).whole


def test_looking_into_a_state_that_was_put_aside_makes_no_other_of_it(config: Config) -> None:
    aside = config.state.with_name("state.sqlite.damaged")
    aside.parent.mkdir(exist_ok=True)
    aside.touch()
    before = set_aside(config.state)
    for end in ("-wal", "-shm"):
        aside.with_name(f"{aside.name}{end}").touch()
    assert set_aside(config.state) == before != ()


def test_a_program_that_was_cut_off_leaves_its_energy_to_the_next(config: Config) -> None:
    left = {"charged_kwh": 0.5, "discharged_kwh": 0.0, "mated_s": 55.0}
    with closing(Records(config, "host")) as records:
        records.book_what_was_left(NOON_NS)
        records.put([sample("mated")], NOON_NS, None, left)
    for _ in range(2):
        with closing(Records(config, "host")) as records:
            records.book_what_was_left(NOON_NS)
            assert (records.ledger.charged_kwh, records.ledger.mated_s) == (0.5, 55.0)


# The safety memory


def test_latches_and_a_due_inspection_are_remembered() -> None:
    memory = recall(remember(tripped().charger.envelope, WALL), Wall(NOON_NS + 60 * S_NS))
    assert memory.whole
    assert memory.inspection_due
    [latch] = memory.latches.values()
    assert latch.code == "ERR_THERM_OVERLOAD"
    assert "limit 85" in latch.detail
    assert latch.since_ns < 0, "before this program"


def test_the_instant_of_a_latch_survives_and_is_never_in_the_future() -> None:
    envelope = cooled().charger.envelope
    since_utc_ns = WALL.utc_of(next(iter(envelope.latched.values())).since_ns)
    blob = remember(envelope, WALL)
    later, sooner = Wall(NOON_NS + 3600 * S_NS), Wall(NOON_NS - 3600 * S_NS)
    [latch] = recall(blob, later).latches.values()
    assert later.utc_of(latch.since_ns) == since_utc_ns
    [latch] = recall(blob, sooner).latches.values()
    assert latch.since_ns == 0, "its clock ran ahead"


def test_a_charger_that_never_ran_remembers_nothing() -> None:
    assert recall(None, WALL) == Memory({}, False, True)


LATCH = b'{"code":"ERR_LOCK_FAIL","since_utc_ns":5,"detail":"x"}'


@pytest.mark.parametrize(
    ("memory", "known"),
    [
        (b"", set()),
        (b"\xff", set()),
        (b"[]", set()),
        (b'{"version":1,"latched":[]}', set()),
        (b'{"version":2,"latched":[],"inspection_due":false}', set()),
        (b'{"version":1,"latched":{},"inspection_due":false}', set()),
        (b'{"version":1,"latched":[],"inspection_due":"no"}', set()),
        (b'{"version":1,"latched":[%s],"inspection_due":false}'
         % LATCH.replace(b'"ERR_LOCK_FAIL"', b"[]"), set()),
        (b'{"version":1,"latched":[7,%s],"inspection_due":false}' % LATCH, {"ERR_LOCK_FAIL"}),
        (b'{"version":1,"latched":[{"code":"ERR_OF_LATER","since_utc_ns":5,"detail":"x"},%s],'
         b'"inspection_due":false}' % LATCH, {"ERR_LOCK_FAIL"}),
    ],
)  # fmt: skip
def test_a_memory_that_cannot_be_read_is_the_worst_case(memory: bytes, known: set[str]) -> None:
    told = recall(memory, WALL)
    assert not told.whole
    assert told.inspection_due
    assert set(told.latches) == known
    world = World(1)
    restore(world.charger, told, 0)
    assert set(world.charger.envelope.latched) == known | {"ERR_INPUT_LOST"}
    world.run(1)
    assert "fault_raised" in [event.kind for event in world.journal], "the lost one is new"


# Wall time


def test_a_wall_clock_that_is_set_right_renames_instants_and_moves_none() -> None:
    at_ns = 50 * S_NS
    assert WALL.corrected(at_ns, WALL.utc_of(at_ns) + STEP_NS) is WALL
    hour_later = WALL.corrected(at_ns, WALL.utc_of(at_ns) + 3600 * S_NS)
    assert hour_later.utc_of(at_ns) == WALL.utc_of(at_ns) + 3600 * S_NS
    assert hour_later.utc_of(at_ns) - hour_later.utc_of(0) == at_ns
    assert hour_later.iso(at_ns).endswith("Z")


# The session


def row(number: int, kind: str, **fields: Any) -> JournalRow:
    return JournalRow(number, NOON_NS + number * S_NS, "boot", "SN", sample(kind, **fields))


def test_a_session_goes_on_through_a_restart() -> None:
    journal = [
        row(1, "energy", charged_kwh=50.0, discharged_kwh=50.0),
        row(2, "mated"),
        row(3, "energy", charged_kwh=1.0, discharged_kwh=2.0),
        row(4, "reversed"),
        row(5, "energy", charged_kwh=0.5, discharged_kwh=0.25),
    ]
    totals, wall = Totals(), Wall(NOON_NS + 100 * S_NS)
    totals.resume(reversed(journal), wall, (7.2e6, 0.0))
    assert totals.frame((10.8e6, 3.6e6), wall) == {
        "since": wall.iso(wall.instant_of(NOON_NS + 2 * S_NS)),
        "charged_kwh": 2.5,
        "discharged_kwh": 3.25,
        "reversals": 1,
    }


def test_a_session_counts_from_its_own_beginning() -> None:
    totals = Totals()
    assert totals.frame((0.0, 0.0), WALL) is None
    totals.see(sample("reversed"), (0.0, 0.0))
    totals.see(sample("mated"), (3.6e6, 7.2e6))
    totals.see(sample("reversed"), (3.6e6, 7.2e6))
    told = totals.frame((7.2e6, 7.2e6), WALL)
    assert told is not None
    assert (told["charged_kwh"], told["discharged_kwh"], told["reversals"]) == (1.0, 0.0, 1)
    totals.see(sample("unmated"), (7.2e6, 7.2e6))
    assert totals.frame((7.2e6, 7.2e6), WALL) is None


# A station of its own


class Gone:
    """A standard error whose other end has closed."""

    def write(self, text: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


def test_a_fault_in_what_only_shows_holds_up_no_row_that_was_committed(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise RuntimeError("a fault of ours")

    # A terminal that has gone takes no words about it either.
    monkeypatch.setattr("sys.stderr", Gone())
    station = SimulatedStation(config, 1, 1.0, "host")
    monkeypatch.setattr(station.history, "step", fails)
    for _ in range(3):
        station.advance()
        assert station.records.flush(WAIT_S)
    station.advance()
    assert list(station.records.committed()) == [], "they would pile up for years"
    assert station.close() is None
