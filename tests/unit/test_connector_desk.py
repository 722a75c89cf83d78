"""Which connector counts: replaced, taken over, corrected; never in silence, never under a plug."""

from typing import Any

import pytest

from silverpin.apps.exits import Exit
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Fitting
from tests.daemon_station import VirtualStation, discharging, tripped

pytestmark = pytest.mark.verifies("CON-1")


def replaced(station: VirtualStation, serial: str) -> dict[str, Any]:
    return station.ask("connector-replace", serial=serial)


def adopted(station: VirtualStation, serial: str, **given: Any) -> dict[str, Any]:
    return station.ask("connector-adopt", serial=serial, **given)


def shown(station: VirtualStation, serial: str | None = None) -> dict[str, Any]:
    told = station.ask("connector", serial=serial)
    assert told["exit"] == Exit.DONE, told["text"]
    data: dict[str, Any] = told["data"]
    return data


def worn(matings: int = 3) -> VirtualStation:
    """A charger whose connector has been mated a few times, with nothing plugged in."""
    station = VirtualStation()
    for _ in range(matings):
        station.act("plug", None, False)
        station.run(3)
        station.act("unplug", None, False)
        station.run(3)
    return station


def events(station: VirtualStation, kind: str) -> list[dict[str, Any]]:
    return [dict(event.fields) for event in station.world.journal if event.kind == kind]


def test_a_new_connector_counts_from_nothing_and_the_old_one_keeps_its_count() -> None:
    station = worn()
    told = replaced(station, "B-2")
    assert (told["exit"], told["changed"]) == (Exit.DONE, True)
    assert told["text"] == (
        "Connector B-2 is on and counts from 0; SIM-0001 keeps its ledger of 3 matings"
    )
    station.act("plug", None, False)
    status = station.run(3).status()
    assert (status["connector_id"], status["counts"]["matings"]) == ("B-2", 1)
    assert station.world.journal[-1].fields["number"] == 1, "the event counts anew too"
    assert status["counts"]["matings_to_cleaning"] == 499, "due work starts again"
    old = shown(station, "SIM-0001")
    assert (old["counts"]["matings"], old["on_charger"]) == (3, False)
    assert [(row["serial"], row["matings"]) for row in old["known"]] == [
        ("B-2", 1),
        ("SIM-0001", 3),
    ]
    assert [(row["before"], row["how"], row["who"]) for row in shown(station)["fittings"]] == [
        ("SIM-0001", "new", "somebody")
    ]


def test_a_replacement_told_twice_is_one() -> None:
    station = worn()
    assert replaced(station, "B-2")["changed"]
    again = replaced(station, "B-2")
    assert (again["exit"], again["changed"]) == (Exit.DONE, False)
    assert again["text"].startswith("Already so")
    assert len(events(station, "connector_fitted")) == 1


@pytest.mark.parametrize("ask", [replaced, lambda s, serial: adopted(s, serial, matings=7)])
def test_no_connector_changes_under_a_plug_or_a_closed_contactor(ask: Any) -> None:
    station = VirtualStation()
    station.act("plug", None, False)
    plugged = ask(station.run(3), "B-2")
    assert plugged["exit"] == Exit.REFUSED
    assert plugged["text"] == (
        "Refused: a vehicle is plugged in: stop the session and unplug it first"
    )
    powered = discharging()
    assert ask(powered, "B-2")["blocked_by"] == [
        "a vehicle is plugged in: stop the session and unplug it first",
        "the contactor's mirror contact reads closed: it must be open",
    ]
    welded = VirtualStation()
    welded.act("weld", None, False)
    assert "mirror contact reads closed" in ask(welded.run(1), "B-2")["text"]
    for refusing in (station, powered, welded):
        assert refusing.status()["connector_id"] == "SIM-0001"
        assert events(refusing, "connector_fitted") == []


def test_a_plug_that_was_pulled_a_moment_ago_is_not_yet_out() -> None:
    station = VirtualStation()
    station.act("plug", None, False)
    station.run(3).act("unplug", None, False)
    assert replaced(station.run(0.1), "B-2")["exit"] == Exit.REFUSED
    assert replaced(station.run(3), "B-2")["exit"] == Exit.DONE


def test_a_disk_that_takes_no_records_changes_no_connector() -> None:
    station = worn()
    station.keeps = False
    assert "the disk does not take records" in replaced(station, "B-2")["text"]
    assert events(station, "connector_fitted") == []


def test_a_new_connector_does_not_answer_for_a_thermal_trip() -> None:
    station = tripped()
    station.act("heat-pin", "DC+=45", False)
    station.ask("stop")
    station.run(10).ask("reset")
    station.run(1).act("unplug", None, False)
    told = replaced(station.run(3), "B-2")
    assert told["exit"] == Exit.DONE
    assert "Discharge still waits for an inspection" in told["text"]
    assert station.charger.envelope.inspection_due


def test_a_connector_from_elsewhere_goes_on_from_its_count() -> None:
    station = worn()
    told = adopted(station, "B-2", matings=4_812)
    assert told["text"].startswith("Connector B-2 is on and goes on from 4,812 matings; nobody")
    assert shown(station)["counts"]["matings_to_cleaning"] == 0, "unknown counts as uncleaned"
    assert shown(station)["matings_brought"] == {"typed": 4_812}
    [brought] = events(station, "ledger_brought")
    assert (brought["by"], brought["source"]) == ("somebody", "what was typed")
    station.act("plug", None, False)
    assert station.run(3).status()["counts"]["matings"] == 4_813
    assert not adopted(station, "B-2", matings=4_813)["changed"], "already so"


def test_a_connector_that_was_cleaned_says_when() -> None:
    station = worn()
    assert adopted(station, "B-2", matings=4_812, since_cleaning=12)["exit"] == Exit.DONE
    assert shown(station)["counts"]["matings_to_cleaning"] == 488
    for wrong in ({"since_cleaning": 5}, {"matings": 5, "since_cleaning": 6}):
        assert adopted(station, "C-3", **wrong)["exit"] == Exit.USAGE


def test_the_first_connector_may_have_been_used_elsewhere() -> None:
    station = worn(2)
    told = adopted(station, "SIM-0001", matings=4_812, since_cleaning=12)
    assert told["text"].startswith("Connector SIM-0001 is on and goes on from 4,812 matings")
    assert events(station, "connector_fitted") == [], "it was on before"
    assert shown(station)["matings_brought"] == {"typed": 4_810}
    assert shown(station)["counts"]["matings_to_cleaning"] == 488
    again = adopted(station, "SIM-0001", matings=4_812)
    assert (again["exit"], again["changed"]) == (Exit.DONE, False)


def test_a_used_connector_may_have_counted_nothing() -> None:
    station = worn()
    assert adopted(station, "B-2", matings=0)["changed"]
    assert not adopted(station, "B-2", matings=0)["changed"]
    assert shown(station)["counts"]["matings"] == 0


def test_a_connector_that_comes_back_goes_on_where_it_was() -> None:
    station = worn()
    replaced(station, "B-2")
    refused = replaced(station, "SIM-0001")
    assert refused["exit"] == Exit.REFUSED
    assert "evse-cli connector adopt --serial SIM-0001" in refused["text"]
    assert adopted(station, "SIM-0001")["text"] == "Connector SIM-0001 is on, 3 matings"
    station.act("plug", None, False)
    assert station.run(3).status()["counts"]["matings"] == 4


def test_a_stranger_needs_a_count() -> None:
    station = worn()
    told = adopted(station, "B-2")
    assert told["exit"] == Exit.REFUSED
    assert "--matings N" in told["text"]
    assert station.ask("connector", serial="X")["exit"] == Exit.USAGE
    assert station.ask("ledger-export", serial="X")["exit"] == Exit.USAGE


def test_a_correction_names_who_and_why_and_takes_back_nothing_that_was_counted() -> None:
    station = worn()
    adopted(station, "B-2", matings=9_000)
    station.act("plug", None, False)
    station.run(3)
    silent = adopted(station, "B-2", matings=901)
    assert silent["exit"] == Exit.REFUSED
    assert silent["text"].endswith("to correct that to 901, say why with --reason")
    told = adopted(station, "B-2", matings=901, reason="a digit too many")
    assert told["text"].startswith("Matings of B-2 corrected from 9,001 to 901")
    assert events(station, "ledger_corrected") == [
        {"serial": "B-2", "was": 9_001, "matings": 901, "by": "somebody",
         "reason": "a digit too many"}
    ]  # fmt: skip
    assert shown(station)["counts"]["matings"] == 901
    below = adopted(station, "B-2", matings=0, reason="new, I swear")
    assert below["exit"] == Exit.REFUSED
    assert "B-2 has 1 mating that chargers counted, which nobody can take back" in below["text"]
    raised = adopted(station, "B-2", matings=950, reason="found its papers")
    assert raised["changed"]
    station.act("unplug", None, False)
    station.run(3).act("plug", None, False)
    assert station.run(3).status()["counts"]["matings"] == 951


def test_no_pace_is_told_from_a_first_day_of_1970(monkeypatch: pytest.MonkeyPatch) -> None:
    station = worn(12)
    never_set = Fitting(0, 5, "SIM-0001", "", "configured", "the configuration")
    monkeypatch.setattr(station.shelf, "fittings", lambda: [never_set])
    monkeypatch.setattr(station.shelf, "first_utc_ns", lambda serial, not_before_ns=0: None)
    life = shown(station)["life"]
    assert (life["matings_per_day"], life["rated_matings_reached"]) == (None, None)


def test_a_state_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def torn() -> list[Fitting]:
        raise StateError("the state cannot be used: see that the disk is well")

    station = worn(1)
    monkeypatch.setattr(station.shelf, "fittings", torn)
    told = station.ask("connector")
    assert told["exit"] == Exit.BAD_FILE
    assert "see that the disk is well" in told["text"]


def test_life_ahead_is_told_once_a_pace_is_known() -> None:
    station = worn(12)
    life = shown(station)["life"]
    assert (life["consumed"], life["matings_left"]) == (0.0012, 9_988)
    assert (life["matings_per_day"], life["rated_matings_reached"]) == (None, None)
    day_ns = 24 * 3600 * 10**9
    station.wall = type(station.wall)(station.wall.utc_ns + 8 * day_ns)
    life = shown(station)["life"]
    assert life["matings_per_day"] == pytest.approx(1.5, abs=0.01)
    assert life["rated_matings_reached"] == "2045-04-17"
