"""A ledger that travels with its connector: nothing is lost, and nothing counted twice."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.apps.daemon.ledger_file import (
    LedgerFileError,
    Passport,
    document,
    news,
    read_document,
    uncleaned,
)
from silverpin.apps.exits import Exit
from silverpin.domain.events import Event
from silverpin.domain.ledger import SUMS, Ledger
from tests.daemon_station import VirtualStation

pytestmark = pytest.mark.verifies("CON-1")

Document = dict[str, Any]


def a_charger(seed: int) -> VirtualStation:
    """A charger of its own, with a connector of its own."""
    return VirtualStation(seed, serial=f"OWN-{seed}")


def mate(station: VirtualStation, times: int) -> None:
    for _ in range(times):
        station.act("plug", None, False)
        station.run(3)
        station.act("unplug", None, False)
        station.run(3)


def exported(station: VirtualStation, serial: str | None = None) -> Document:
    told = station.ask("ledger-export", serial=serial)
    assert told["exit"] == Exit.DONE, told["text"]
    # As a file keeps it.
    written: Document = json.loads(json.dumps(told["data"]))
    return written


def imported(station: VirtualStation, told: Document, serial: str | None = None) -> Document:
    return station.ask("ledger-import", document=told, serial=serial)


def matings(station: VirtualStation) -> int:
    count: int = station.status()["counts"]["matings"]
    return count


def test_a_ledger_goes_where_its_connector_goes_and_comes_back() -> None:
    here, there = a_charger(1), a_charger(2)
    mate(here, 3)
    moved = imported(there, exported(here), serial="OWN-1")
    assert moved["text"].startswith("The ledger of OWN-1 is taken in, 3 matings with it")
    assert matings(there) == 3
    mate(there, 2)
    home = exported(there)
    assert home["counts"]["matings"] == 5
    here.ask("connector-replace", serial="B-2")
    mate(here, 1)
    back = imported(here, home, serial="OWN-1")
    assert back["text"].startswith("The ledger of OWN-1 is taken in, 5 matings with it")
    mate(here, 1)
    assert matings(here) == 6
    assert here.status()["counts"]["matings_to_cleaning"] == 494
    once_more = imported(there, exported(here))
    assert once_more["changed"]
    assert matings(there) == 6


def test_a_file_taken_in_twice_is_taken_in_once() -> None:
    here, there = a_charger(1), a_charger(2)
    mate(here, 3)
    told = exported(here)
    assert imported(there, told, serial="OWN-1")["changed"]
    mate(there, 1)
    again = imported(there, told)
    assert (again["exit"], again["changed"]) == (Exit.DONE, False)
    assert again["text"] == "Already so: OWN-1 has all of it, 4 matings"
    assert not imported(here, told)["changed"], "not even where it was counted"
    assert (matings(here), matings(there)) == (3, 4)


def test_a_file_from_before_what_was_taken_in_is_refused() -> None:
    here, there = a_charger(1), a_charger(2)
    mate(here, 1)
    early = exported(here)
    mate(here, 1)
    imported(there, exported(here), serial="OWN-1")
    told = imported(there, early)
    assert told["exit"] == Exit.REFUSED
    assert "is older than what was taken in before" in told["text"]
    assert matings(there) == 2


def test_a_state_that_was_set_back_is_found_out() -> None:
    before = a_charger(1)
    mate(before, 3)
    set_back = a_charger(1)
    mate(set_back, 1)
    told = imported(set_back, exported(before))
    assert told["exit"] == Exit.REFUSED
    assert "knows more of what was counted here than this state" in told["text"]
    assert "--serial OWN-1 --matings N --reason WHY" in told["text"]


def test_the_ledger_of_another_connector_is_refused() -> None:
    here, there = a_charger(1), a_charger(2)
    told = imported(there, exported(here))
    assert told["exit"] == Exit.REFUSED
    assert "evse-cli connector adopt --serial OWN-1 --from FILE" in told["text"]
    told = imported(there, exported(here), serial="OWN-9")
    assert "the ledger of OWN-1, not of OWN-9" in told["text"]
    other = VirtualStation(3, serial="OWN-1", connector="ccs2-200a")
    assert "is of a ccs2-80a, and this charger has a ccs2-200a" in imported(
        other, exported(here)
    )["text"]  # fmt: skip


def test_a_count_of_a_simulation_enters_no_real_ledger() -> None:
    told = exported(a_charger(1))
    del told["sha256"]
    real = _signed(told | {"simulated": False})
    assert "counted on hardware" in imported(a_charger(1), real)["text"]


def _signed(told: Mapping[str, Any]) -> Document:
    """What somebody writes who knows how the checksum is made."""
    from silverpin.apps.daemon.ledger_file import _digest

    return {**told, "sha256": _digest(told)}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("counts", {}, "its checksum does not match"),
        ("serial", "OWN-2", "its checksum does not match"),
        ("sha256", "0" * 64, "its checksum does not match"),
        ("schema", "silverpin.ledger/2", "of version 2 and this program reads 1"),
        ("schema", "silverpin.status/1", "it is no ledger"),
    ],
)
def test_a_file_that_was_changed_is_refused(key: str, value: Any, said: str) -> None:
    here = a_charger(1)
    mate(here, 1)
    told = imported(here, exported(here) | {key: value})
    assert told["exit"] == Exit.BAD_FILE
    assert said in told["text"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("counts", "matings"), 7), (("counts", "matings"), "1"), (("counts", "nonsense"), 1),
        (("counts", "charged_kwh"), float("nan")), (("counts", "load_breaks"), -1),
        (("counts", "matings"), True), (("counts", "matings"), 1.5), (("counted_by",), []),
        (("counts", "mated_s"), 10**400), (("charger_id",), "\x1b[2J"), (("serial",), 7),
        (("counted_by",), {"\n": {}}), (("exported",), "x" * 81),
        (("matings_since_cleaning",), 99), (("matings_since_cleaning",), None), (("counts",), 5),
    ],
)  # fmt: skip
def test_a_file_that_does_not_add_up_is_refused(path: tuple[str, ...], value: Any) -> None:
    here = a_charger(1)
    mate(here, 1)
    told = exported(here)
    del told["sha256"]
    place = told
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(LedgerFileError, match="does not add up"):
        read_document(_signed(told))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(("counts", "counted_by", "serial", "simulated", "sha256", "schema")), _JSON)
def test_whatever_stands_in_a_file_is_read_or_refused(key: str, value: Any) -> None:
    ledger = Ledger(serial="S", matings=3)
    told = document(ledger, "A", _PASSPORT, ())
    del told["sha256"]
    try:
        read = read_document(_signed(told | {key: value}))
    except LedgerFileError:
        return
    assert read.parts["A"]["matings"] == 3


_PASSPORT = Passport(
    serial="S", connector_set="ccs2-80a", simulated=True, charger_id="c", exported="2026-01-01"
)
_WEAR = st.lists(
    st.sampled_from(
        [Event(0, "mated", {}), Event(0, "unmated"), Event(0, "cleaned"), Event(0, "lock_driven"),
         Event(0, "energy", {"charged_kwh": 0.1, "discharged_kwh": 1 / 3, "mated_s": 60.0})]
    ),
    max_size=6,
)  # fmt: skip
_JOURNEY = st.lists(st.tuples(st.sampled_from("ABC"), _WEAR, st.booleans()), max_size=12)


@given(_JOURNEY)
def test_wherever_a_connector_goes_its_count_is_what_happened(
    journey: list[tuple[str, list[Event], bool]],
) -> None:
    """At each stop its file is taken in, sometimes twice, and an old one again beside it."""
    ledgers = {origin: Ledger(serial="S") for origin in "ABC"}
    files: list[Document] = []
    happened: list[Event] = []
    for origin, wear, twice in journey:
        for told in [*files[-1:], *(files[-1:] if twice else ()), *files[:1]]:
            travelled = read_document(json.loads(json.dumps(told)))
            parts = news(travelled, ledgers[origin], origin)
            fields = {
                "parts": parts,
                "since_cleaning": uncleaned(travelled, ledgers[origin], origin),
            }
            if parts:
                ledgers[origin] = ledgers[origin].apply(Event(0, "ledger_brought", fields))
        for event in wear:
            ledgers[origin] = ledgers[origin].apply(event)
        happened += wear
        files.append(document(ledgers[origin], origin, _PASSPORT, ()))
        true = Ledger(serial="S")
        for event in happened:
            true = true.apply(event)
        for name in SUMS:
            assert getattr(ledgers[origin], name) == pytest.approx(getattr(true, name), abs=1e-4)
        due = ledgers[origin].matings_since_cleaning
        assert true.matings_since_cleaning <= due <= true.matings, "never later than it should be"
