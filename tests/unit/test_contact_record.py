"""What the state keeps of contacts, and that whoever reads it again finds the same estimate."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import numpy as np
import pytest

pytest.importorskip("numba", reason="resistance is estimated by numba: install the extra life")

from silverpin.apps.life import contact_update
from silverpin.apps.life.contact_journal import JournalPieces
from silverpin.apps.life.contact_update import Updates, updates_of
from silverpin.domain.contact_trace import ContactBlock
from silverpin.domain.events import Event
from silverpin.domain.quantities import NS_PER_S
from silverpin.drivers import contact_table
from silverpin.drivers.contact_record import ContactRecord
from silverpin.drivers.contact_table import NewBlock, NewMemory, Note
from silverpin.drivers.store import Store
from silverpin.durability.resistance.pieces import Piece
from tests.event_samples import sample
from tests.resistance_plant import DC_200, Fleet, Seen, steady

NOON_S = 1_800_000_000
SERIAL = "SN-1"
DAY_S = 86_400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store.open(path, SERIAL, boot="boot")) as opened:
        yield opened


def blocks(seen: Seen, begin_s: float, mating: int) -> list[Note]:
    """Return one session of a connector on the bench as a charger would have sampled it."""
    rows: list[Note] = []
    for t_s, amps, ntc_c, air_c in zip(
        seen.t_s, seen.current_a[0], seen.ntc_c[0], seen.ambient_c[0], strict=True
    ):
        at_ns = round((begin_s + float(t_s)) * NS_PER_S)
        pin_c = None if np.isnan(ntc_c) else float(ntc_c)
        air = None if np.isnan(air_c) else float(air_c)
        block = ContactBlock(0, mating, 10.0, float(amps), float(amps) ** 2, pin_c, air, None,
                             None, None)  # fmt: skip
        rows.append(NewBlock(SERIAL, at_ns, block))
    return rows


class Service:
    """A charger whose connector comes from the plant of the trials, a session a day."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store, self.path = store, path
        self.fleet = Fleet(DC_200, 1, np.random.default_rng(3))
        self.days = 0

    def session(self) -> float:
        """Let a session happen and end; return the instant at which it is asked of."""
        begin_s = NOON_S + DAY_S * self.days
        self.days += 1
        self.happens("mated", begin_s)
        seen = self.fleet.session(steady(DC_200))
        self.store.commit([], None, None, blocks(seen, begin_s, self.days))
        self.happens("unmated", begin_s + 3700)
        return begin_s + 3701.0

    def happens(self, kind: str, at_s: float, **fields: object) -> None:
        event = sample(kind)
        event = Event(0, kind, {**event.fields, **fields})
        self.store.commit([(round(at_s * NS_PER_S), event)], None)

    def updates(self) -> Updates:
        return updates_of(self.path, "ccs2-200a", None)


@pytest.fixture
def service(store: Store, path: Path) -> Service:
    return Service(store, path)


def test_a_session_is_told_when_its_plug_is_out(service: Service, store: Store) -> None:
    updates = service.updates()
    begin_s = float(NOON_S)
    service.happens("mated", begin_s)
    seen = service.fleet.session(steady(DC_200))
    store.commit([], None, None, blocks(seen, begin_s, 1))
    told, notes = updates.answer(SERIAL, begin_s + 3605.0)
    assert notes == []
    assert told["reason"] == "there is no session"
    service.happens("unmated", begin_s + 3610.0)
    told, notes = updates.answer(SERIAL, begin_s + 3611.0)
    assert len(notes) == 1
    assert told["now_mohm"]["p05"] < 1e3 * seen.contact_ohm[0] < told["now_mohm"]["p95"]
    assert told["sessions"][0]["start"] == "2027-01-15T08:00:00Z"


def test_a_session_is_told_when_it_paused_for_long_though_the_plug_is_in(service: Service) -> None:
    updates = service.updates()
    service.happens("mated", NOON_S)
    seen = service.fleet.session(steady(DC_200))
    service.store.commit([], None, None, blocks(seen, NOON_S, 1))
    end_s = NOON_S + float(seen.t_s[-1]) + 10.0
    assert updates.answer(SERIAL, end_s + 1799.0)[1] == []
    assert len(updates.answer(SERIAL, end_s + 1800.0)[1]) == 1
    assert updates.answer(SERIAL, end_s + 9999.0)[1] == [], "and is looked at once"


def test_who_begins_again_tells_the_same(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_update, "KEEP", 4)
    updates = service.updates()
    for _ in range(14):
        now_s = service.session()
        told, notes = updates.answer(SERIAL, now_s)
        service.store.commit([], None, None, notes)
    memory = ContactRecord(service.path, SERIAL).memory()
    assert memory is not None, "how far it has come is kept"
    again, notes = service.updates().answer(SERIAL, now_s)
    assert notes == []
    assert again == told
    assert len(told["sessions"]) >= 4
    assert told["rests_on"].startswith("Contact resistance rests on 14 of 14 sessions")


def test_what_was_lost_before_it_was_kept_is_found_again(service: Service) -> None:
    now_s = service.session()
    told, notes = service.updates().answer(SERIAL, now_s)
    again, same = service.updates().answer(SERIAL, now_s)
    assert (again, same) == (told, notes)
    service.store.commit([], None, None, [*notes, *same])
    assert len(list(ContactRecord(service.path, SERIAL).sessions(0))) == 1


def test_another_basis_begins_again_from_the_first_session(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_update, "KEEP", 2)
    updates = service.updates()
    for _ in range(5):
        told, notes = updates.answer(SERIAL, service.session())
        service.store.commit([], None, None, notes)
    assert ContactRecord(service.path, SERIAL).memory() is not None
    monkeypatch.setattr(contact_update, "__version__", "later")
    again, notes = service.updates().answer(SERIAL, NOON_S + 9.0 * DAY_S)
    [memory] = (row for row in notes if isinstance(row, NewMemory))
    assert memory.last_block == 2 * 360, "that way is gone once"
    assert again["rests_on"] == told["rests_on"]
    assert again["now_mohm"]["p50"] == pytest.approx(told["now_mohm"]["p50"], rel=1e-3)


def test_sessions_before_the_record_and_doubles_of_one_are_left_out() -> None:
    class Twice:
        def pieces(self) -> Iterator[Piece]:
            for begin_s in (30.0, NOON_S + 60.0, NOON_S + 60.0):
                yield Piece(
                    session_s=begin_s, end_s=begin_s + 600.0, mean_a=20.0, blocks=None, loop=None
                )

    joined = JournalPieces().joined([cast(ContactRecord, Twice())], float(NOON_S))
    assert [row.end_s for row in joined] == [660.0]


def test_another_connector_begins_anew(service: Service) -> None:
    updates = service.updates()
    assert updates.answer(SERIAL, service.session())[0]["now_mohm"]["p50"]
    other, notes = updates.answer("SN-2", NOON_S + 9.0 * DAY_S)
    assert (other["reason"], other["now_mohm"]["p50"], notes) == (
        "there is no session", None, [],
    )  # fmt: skip
    assert updates.answer(SERIAL, NOON_S + 9.0 * DAY_S)[0]["now_mohm"]["p50"]


def test_raw_blocks_are_let_go_and_sessions_stay(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_table, "BLOCKS_KEPT", 400)
    updates = service.updates()
    for _ in range(3):
        told, notes = updates.answer(SERIAL, service.session())
        service.store.commit([], None, None, notes)
    with closing(sqlite3.connect(service.path)) as connection:
        [(count, newest)] = connection.execute("SELECT count(*), max(id) FROM contact_blocks")
        [(octets,)] = connection.execute("SELECT max(length(blocks)) FROM contact_sessions")
    assert (count, newest) == (400, 3 * 360)
    assert octets <= 3_000
    assert service.updates().answer(SERIAL, NOON_S + 9.0 * DAY_S)[0] == told


def test_a_state_of_an_earlier_release_tells_nothing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE journal (id)")
    record = ContactRecord(path, SERIAL)
    assert record.memory() is None
    assert list(record.pieces()) == []
