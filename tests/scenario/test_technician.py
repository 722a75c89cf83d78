"""A technician at a charger: what is recorded, what it frees, what it asks for next."""

from dataclasses import replace
from typing import Any

import pytest

from silverpin.apps.daemon.wall import iso
from silverpin.apps.exits import Exit
from tests.daemon_station import MEASURED, NOON_NS, VirtualStation, cooled, discharging

HOUR_NS = 3_600_000_000_000
BAD = MEASURED | {"pins": {"DC+": 0.31e-3, "DC-": 0.9e-3}}


def waiting() -> VirtualStation:
    """A charger that was too hot, was reset, and waits for an inspection before it gives back."""
    station = cooled()
    station.ask("reset", thermal=True)
    return station.run(1)


def may_discharge(station: VirtualStation) -> bool:
    station.run(1)
    told = station.ask("set", mode="V2X", power_w=-5_000.0)
    station.ask("stop")
    station.run(5)
    return bool(told["exit"] == 0)


def due(station: VirtualStation) -> list[str]:
    return [row["what"] for row in station.status()["due"]]


def history(station: VirtualStation, **asked: Any) -> list[dict[str, Any]]:
    told = station.ask("history", **asked)
    assert told["exit"] == 0
    records: list[dict[str, Any]] = told["data"]["records"]
    return records


# Inspections


@pytest.mark.verifies("CON-3", "THM-3")
def test_an_inspection_newer_than_the_heat_frees_discharge() -> None:
    station = waiting()
    [row] = station.status()["due"]
    assert (row["what"], row["command"], row["who"]) == (
        "inspect the pins", "evse-cli inspect", "technician",
    )  # fmt: skip
    assert row["since"] < station.status()["time"]
    assert not may_discharge(station)
    told = station.ask("inspect", **MEASURED)
    assert told["exit"] == 0
    assert "discharge waits for it no longer" in told["text"]
    assert "not checked: oxidation and pitting" in told["text"]
    assert may_discharge(station)
    assert due(station) == []


@pytest.mark.verifies("THM-3")
def test_heat_by_a_clock_that_was_never_set_is_answered_by_an_inspection_made_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    station = waiting()
    known = station.facts
    monkeypatch.setattr(station, "facts", lambda: replace(known(), heat_ns=5 * HOUR_NS))
    told = station.ask("inspect", **MEASURED, measured=iso(NOON_NS - 90 * 24 * HOUR_NS))
    assert "before the last thermal trip" in told["text"]
    assert not may_discharge(station)
    assert "waits for it no longer" in station.ask("inspect", **MEASURED)["text"]


@pytest.mark.verifies("CON-3", "THM-3")
@pytest.mark.parametrize(
    ("but", "code", "said"),
    [
        ({"measured": iso(NOON_NS - HOUR_NS)}, Exit.DONE, "before the last thermal trip"),
        ({"certificate_expires": "2020-01-31"}, Exit.REFUSED, "certificate expired"),
        ({"certificate_level": 1}, Exit.REFUSED, "level of the certificate 1"),
        ({"pins": BAD["pins"]}, Exit.REFUSED, "worst pin DC- 0.90 mΩ, limit 0.5: clean"),
        ({"pull_out_n": 150.0}, Exit.REFUSED, "pull-out force with the bolt in 150 N"),
        ({"seal": {"moisture": True}}, Exit.REFUSED, "seal moisture found"),
        ({"checklist": {"torque": "no"}}, Exit.REFUSED, "110.14(D) torque no"),
    ],
)
def test_one_that_is_older_or_does_not_pass_is_recorded_and_frees_nothing(
    but: dict[str, Any], code: Exit, said: str
) -> None:
    station = waiting()
    told = station.ask("inspect", **MEASURED | but)
    assert told["exit"] == code
    assert said in told["text"]
    assert told["changed"]
    assert history(station)[0]["id"] == told["data"]["record"]
    assert not may_discharge(station)


@pytest.mark.verifies("CON-3")
def test_a_record_holds_all_that_was_told() -> None:
    station = VirtualStation()
    whole = MEASURED | {
        "certificate_level": 2, "certificate_expires": "2028-01-31",
        "instrument_calibrated": "2027-01-01", "seal": {"deformed": False, "moisture": False},
        "surfaces": {"DC+": {"oxidation": "light", "pitting": "none"}}, "pull_out_n": 230.0,
        "earth_ohm": 3.3, "checklist": {"torque": "yes", "space": "n/a"}, "note": "windy",
    }  # fmt: skip
    told = station.ask("inspect", **whole)
    assert (told["exit"], told["data"]["outcome"]) == (0, "passed with a warning")
    [record] = history(station, kind="inspection")
    kept = record["record"]
    for name in ("pins", "instrument", "certificate", "certificate_level", "pull_out_n",
                 "certificate_expires", "instrument_calibrated", "earth_ohm", "checklist",
                 "surfaces", "seal", "note"):  # fmt: skip
        assert kept[name] == whole[name], name
    assert record["who"] == "Ada"
    assert {row["grade"] for row in kept["findings"]} == {"well", "warning", "not checked"}


@pytest.mark.verifies("CON-3")
def test_a_correction_is_a_newer_record_and_both_stay() -> None:
    station = waiting()
    wrong = station.ask("inspect", **MEASURED)["data"]["record"]
    assert may_discharge(station)
    told = station.ask("inspect", **BAD, corrects=wrong)
    assert told["exit"] == Exit.REFUSED
    assert "discharge waits for an inspection again" in told["text"]
    assert not may_discharge(station)
    newer, older = history(station)
    assert (newer["corrects"], newer["verdict"]) == (wrong, "failed")
    assert (older["corrected_by"], older["verdict"]) == (newer["id"], "passed")
    again = station.ask("inspect", **MEASURED, corrects=wrong)
    assert (again["exit"], again["text"]) == (
        2, f"Record {wrong} was corrected by {newer['id']}: correct that one",
    )  # fmt: skip
    assert station.ask("inspect", **MEASURED, corrects=newer["id"])["exit"] == 0
    assert may_discharge(station)


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ({"corrects": 99}, "Record 99 is no inspection of this connector"),
        ({"measured": iso(NOON_NS + HOUR_NS)}, "is yet to come"),
        ({"instrument_calibrated": "2031-01-01"}, "2031-01-01T00:00:00.000Z is yet to come"),
        ({"surfaces": {"L1": {"pitting": "none"}}}, "L1 is no pin of a ccs2-80a"),
        ({"checklist": {"colour": "yes"}}, "colour is not on the checklist"),
    ],
)
def test_what_cannot_be_an_inspection_says_why(but: dict[str, Any], said: str) -> None:
    station = VirtualStation()
    told = station.ask("inspect", **MEASURED | but)
    assert told["exit"] == Exit.USAGE
    assert said in told["text"]
    assert history(station) == []


def test_a_failed_inspection_asks_for_another_until_one_passes() -> None:
    station = VirtualStation()
    station.ask("inspect", **BAD)
    [row] = station.status()["due"]
    assert row["what"] == "inspect the pins"
    assert row["why"] == row["reason"]
    assert "DC- resistance 0.90 mΩ" in row["why"]
    station.ask("inspect", **MEASURED)
    assert due(station) == []


def test_what_was_found_on_the_seal_stays_known_until_it_is_looked_at_again() -> None:
    station = VirtualStation()
    assert station.status()["seal"] == {"moist": None, "deformed": None, "time": None}
    station.ask("inspect", **MEASURED, seal={"moisture": True})
    station.ask("inspect", **MEASURED)
    assert station.status()["seal"]["moist"] is True
    assert due(station) == ["dry the connector and replace its seal"]
    station.ask("inspect", **MEASURED, seal={"moisture": False, "deformed": True})
    status = station.status()["seal"]
    assert (status["moist"], status["deformed"]) == (False, True)
    assert due(station) == ["replace the seal"]


# Cleanings


@pytest.mark.verifies("CON-2")
def test_a_cleaning_restarts_its_count_and_leaves_the_count_of_life() -> None:
    station = VirtualStation()
    for _ in range(3):
        station.act("plug", None, False)
        station.run(2)
        station.act("unplug", None, False)
        station.run(2)
    assert station.ledger.matings_since_cleaning == 3
    told = station.ask("clean", technician="Ada")
    assert (told["exit"], told["changed"]) == (0, True)
    counts = station.status()["counts"]
    assert (counts["matings"], counts["matings_to_cleaning"]) == (3, 500)
    again = station.ask("clean", technician="Ada")
    assert (again["exit"], again["changed"]) == (0, False)
    assert again["text"] == "Already recorded: no mating since Ada cleaned the pins"
    assert [row["kind"] for row in history(station)] == ["cleaning"]


@pytest.mark.parametrize("step", ["cleaner", "swab", "gentle"])
def test_a_cleaning_by_another_method_is_none(step: str) -> None:
    station = VirtualStation()
    told = station.ask("clean", technician="Ada", skipped=[step])
    assert told["exit"] == Exit.REFUSED
    assert told["text"].startswith("Not recorded: done with")
    assert history(station) == []


def test_a_history_of_what_is_no_record_names_the_kinds() -> None:
    told = VirtualStation().ask("history", kind="weather")
    assert told["exit"] == Exit.USAGE
    assert "inspection, cleaning, calibration" in told["text"]


def test_a_history_is_looked_through_by_kind() -> None:
    station = VirtualStation()
    first = station.ask("inspect", **MEASURED)["data"]["record"]
    station.ask("inspect", **MEASURED, corrects=first)
    station.ask("clean", technician="Bo")
    assert [row["kind"] for row in history(station)] == ["cleaning", "inspection", "inspection"]
    assert [row["who"] for row in history(station, kind="cleaning")] == ["Bo"]
    assert [row["corrects"] for row in history(station, kind="correction")] == [first]
    assert len(history(station, kind="inspection", limit=1)) == 1
    assert history(station, kind="test") == history(station, kind="connector") == []


# Calibrations

SIGNED = {"technician": "Ada", "certificate": "L2-1", "instrument": "block calibrator"}


def calibrate(station: VirtualStation, *points: tuple[float, float | None], **but: Any) -> Any:
    told = [{"reference_c": reference_c, "reading_c": reading_c} for reference_c, reading_c in
            points]  # fmt: skip
    return station.ask("calibrate", **{"pin": "DC+", "points": told} | SIGNED | but)


def held_at(station: VirtualStation, temp_c: float) -> None:
    """Hold every sensor at a temperature, as a bath does."""
    station.act("ambient", temp_c, False)
    for pin in ("DC+", "DC-"):
        station.act(
            "heat-pin", f"{pin}={temp_c - station.world.bay.connector.pin_c[0]:+.3f}", False
        )
    station.run(3)


@pytest.mark.verifies("THM-2")
def test_a_sensor_that_reads_low_trips_earlier_from_its_calibration_on() -> None:
    station = VirtualStation()
    station.world.bay.connector.ntc_offset_k[0] = -3.0
    held_at(station, 25.0)
    first = calibrate(station, (25.0, None))
    assert first["text"].startswith("First point of DC+: reads 2")
    held_at(station, 65.0)
    told = calibrate(station, (65.0, None))
    assert told["exit"] == 0, told["text"]
    assert told["data"]["trips_at_c"] == pytest.approx(82.0, abs=0.5)
    reading = station.run(0.1).status()["temps_c"]["DC+"]
    assert reading["value"] == pytest.approx(reading["raw"] + 3.0, abs=0.3)
    station.act("ambient", 25.0, False)
    station.act("heat-pin", "DC+=85.6", False)
    station.run(1)
    assert station.charger.thermometer.raw[0].value < 84.0  # type: ignore[union-attr]
    assert "ERR_THERM_OVERLOAD" in station.charger.envelope.latched
    [record] = history(station, kind="calibration")
    assert (record["who"], record["record"]["pin"]) == ("Ada", "DC+")


@pytest.mark.verifies("THM-2")
def test_a_sensor_that_reads_high_is_recorded_and_not_corrected() -> None:
    station = VirtualStation()
    dated = {"certificate_expires": "2028-01-31", "instrument_calibrated": "2027-01-01"}
    told = calibrate(station, (25.0, 26.0), (65.0, 66.5), **dated)
    assert told["exit"] == 0
    [record] = history(station, kind="calibration")
    assert dated.items() <= record["record"].items()
    assert "no correction, for it may lower the trip and never raise it" in told["text"]
    reading = station.run(1).status()["temps_c"]["DC+"]
    assert reading["value"] == reading["raw"]


@pytest.mark.parametrize(
    ("points", "but", "code", "said"),
    [
        (((25.0, 24.0), (35.0, 34.0)), {}, Exit.REFUSED, "must be at least 20 K"),
        (((25.0, 24.0), (65.0, 64.0)), {"certificate_expires": "2020-01-31"}, Exit.REFUSED,
         "certificate L2-1 expired on 2020-01-31"),
        (((25.0, 24.0), (65.0, 64.0)), {"certificate_level": 1}, Exit.REFUSED, "level 2"),
        (((25.0, 24.0), (65.0, 64.0)), {"pin": "L1"}, Exit.USAGE, "L1 has no sensor"),
    ],
)  # fmt: skip
def test_a_calibration_that_cannot_be_says_why(
    points: Any, but: dict[str, Any], code: Exit, said: str
) -> None:
    station = VirtualStation()
    told = calibrate(station, *points, **but)
    assert told["exit"] == code
    assert said in told["text"]
    assert history(station) == []


def test_a_point_is_taken_from_a_sensor_that_stands_still_and_without_power() -> None:
    station = VirtualStation()
    station.act("heat-pin", "DC+=80", False)
    station.run(0.6)
    moving = calibrate(station, (80.0, None))
    assert moving["exit"] == Exit.REFUSED
    assert "wait until it stands still" in moving["text"]
    powered = calibrate(discharging(), (25.0, None))
    assert powered["text"].startswith("Not calibrated: power is on")
    station.act("ntc-open", "DC+", False)
    assert "DC+ is unread or impossible" in calibrate(station.run(3), (25.0, None))["text"]


def test_a_first_point_can_be_taken_again() -> None:
    station = VirtualStation()
    calibrate(station, (25.0, 24.0))
    assert calibrate(station, (26.0, 24.0))["text"].startswith("First point of DC+ taken again")
    assert calibrate(station, (66.0, 64.0))["data"]["done"]


def test_a_first_point_of_another_visit_is_forgotten() -> None:
    station = VirtualStation(skip=True)
    calibrate(station, (25.0, 24.0))
    station.run(5 * 3600)
    assert calibrate(station, (65.0, 64.0))["text"].startswith("First point of DC+: reads")
