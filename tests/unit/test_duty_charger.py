"""A run's folder and a daemon's journal as records: what they counted is what is reckoned with."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="exposures are compiled by numba: install the extra life")

from silverpin.drivers.duty_columns import DutyError
from silverpin.drivers.duty_record import ReadAs, open_record
from silverpin.drivers.parquet import Column, ColumnType, ParquetWriter
from silverpin.drivers.store_schema import STEPS
from silverpin.durability.exposure import Exposure
from silverpin.durability.meter import measure
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.duties import CLIMATES

START_S = 1_772_323_200
NOMINAL_V = 400.0
Event = tuple[float, str, dict[str, Any]]
DAY: tuple[Event, ...] = (
    (0.0, "started", {}),
    (3600.0, "mated", {"number": 1}),
    (3601.0, "lock_driven", {"attempt": 1}),
    (3660.0, "energy", {"charged_kwh": 0.0, "discharged_kwh": 0.0, "mated_s": 60.0}),
    (3720.0, "energy", {"charged_kwh": 1.0, "discharged_kwh": 0.0, "mated_s": 60.0}),
    (3721.0, "reversed", {"direction": "discharge"}),
    (3780.0, "energy", {"charged_kwh": 0.0, "discharged_kwh": 0.5, "mated_s": 60.0}),
    (3780.1, "load_break", {"current_a": 75.0, "voltage_v": 390.0}),
    (3780.2, "contactor_opened", {"current_a": 0.0}),
    (3781.0, "unlocked", {}),
    (3800.0, "unmated", {}),
    (3800.0, "energy", {"charged_kwh": 0.0, "discharged_kwh": 0.0, "mated_s": 20.0}),
    (20_000.0, "stopped", {}),
    (40_000.0, "started", {}),
    (47_200.0, "stopped", {}),
)


def journal(folder: Path, events: Sequence[Event] = DAY, serial: str = "C-1") -> Path:
    path = folder / "state.sqlite"
    connection = sqlite3.connect(path)
    for statement in STEPS[1]:
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO journal (utc_ns, boot, t_ns, serial, kind, fields) VALUES (?, '', 0, ?, ?, ?)",
        [
            (round((START_S + at_s) * 1e9), serial, kind, json.dumps(given))
            for at_s, kind, given in events
        ],
    )
    connection.commit()
    connection.close()
    return path


def run(folder: Path, events: Sequence[Event] = DAY) -> Path:
    out = folder / "run"
    out.mkdir()
    names = ("t_s", "current_a", "voltage_v", "temp_ntc_c", "ambient_c")
    with (out / "samples.parquet").open("wb") as sink:
        writer = ParquetWriter(sink, [Column(name, ColumnType.DOUBLE) for name in names])
        t_s = [float(at_s) for at_s in range(3600, 3800)]
        current_a = [150.0 if 3660 <= at_s < 3720 else 0.0 for at_s in t_s]
        writer.write_group([t_s, current_a, [400.0] * 200, [25.0] * 200, [20.0] * 200])
        writer.close()
    lines = [json.dumps({"t_s": at, "kind": kind, "fields": given}) for at, kind, given in events]
    (out / "events.jsonl").write_text("\n".join(lines) + "\n")
    (out / "summary.json").write_text('{"connector": "ccs2-200a"}')
    return out


def exposed(path: Path, read_as: ReadAs | None = None) -> Exposure:
    return measure(open_record([path], read_as), WEAR_SETS["ccs2-200a"], CLIMATES["indoor"])


def test_a_journal_s_bookings_are_the_use(tmp_path: Path) -> None:
    found = exposed(journal(tmp_path), ReadAs(nominal_v=NOMINAL_V))
    assert found.charged_kwh == pytest.approx(1.0)
    assert found.discharged_kwh == pytest.approx(0.5)
    assert found.charging_a == pytest.approx(1000.0 / NOMINAL_V * 60.0)
    assert found.matings == 1
    assert not found.matings_assumed
    assert found.mated_h == pytest.approx(200.0 / 3600.0, abs=0.01)
    assert found.span_h == pytest.approx(47_200.0 / 3600.0)
    assert found.unknown_h == pytest.approx(20_000.0 / 3600.0)
    assert (found.lock_operations, found.lock_retries, found.reversals) == (2, 0, 1)
    assert found.openings == found.breaks
    assert found.breaks is not None
    assert [(row.current_a, row.voltage_v) for row in found.breaks] == [(-75.0, 390.0)]


def test_a_minute_that_reversed_keeps_its_energy_each_way(tmp_path: Path) -> None:
    booked = {"charged_kwh": 0.3, "discharged_kwh": 0.2, "mated_s": 60.0}
    begun: tuple[Event, ...] = ((0.0, "started", {}), (3600.0, "mated", {"number": 1}))
    minutes = tuple((3660.0 + 60.0 * row, "energy", booked) for row in range(10))
    found = exposed(
        journal(tmp_path, (*begun, *minutes, (9000.0, "stopped", {}))), ReadAs(nominal_v=NOMINAL_V)
    )
    assert found.charged_kwh == pytest.approx(3.0)
    assert found.discharged_kwh == pytest.approx(2.0)
    assert found.charging_a == pytest.approx(found.discharging_a)
    assert found.charging_a == pytest.approx(500.0 / NOMINAL_V * 60.0)
    assert found.sessions == 1


def test_the_connector_counted_last_is_read_unless_another_is_named(tmp_path: Path) -> None:
    path = journal(tmp_path)
    assert open_record([path]).serial == "C-1"
    with pytest.raises(DutyError, match="knows no connector 'C-9'"):
        open_record([path], ReadAs(serial="C-9"))


def test_an_empty_journal_has_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DutyError, match="has no event yet"):
        open_record([journal(tmp_path, ())])


def test_a_run_has_its_samples_and_its_counts(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    record = open_record([run(tmp_path)])
    assert (record.connector, record.start_utc_ns) == ("ccs2-200a", None)
    assert record.missing == ("cable", "v_evse", "v_ev")
    found = exposed(tmp_path / "run")
    assert found.charged_kwh == pytest.approx(1.0)
    assert found.powered_h == pytest.approx(1.0 / 60.0)
    assert found.mated_h == pytest.approx(199.0 / 3600.0)
    assert (found.matings, found.lock_operations) == (1, 2)
    assert found.missing == record.missing
    again = exposed(tmp_path / "run")
    assert np.array_equal(again.contact_h, found.contact_h)


def test_a_run_that_lost_a_part_has_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    out = run(tmp_path)
    (out / "events.jsonl").write_text("{\n")
    with pytest.raises(DutyError, match="line 1 is no event"):
        open_record([out])
    (out / "events.jsonl").unlink()
    with pytest.raises(DutyError, match="cannot be read"):
        open_record([out])


@pytest.mark.verifies("CON-5")
@pytest.mark.parametrize(
    ("found", "moist"),
    [([], False), ([True], True), ([True, None], True), ([True, False], False), ([None], False)],
)
def test_moisture_on_record_reaches_the_corrosion(
    found: Sequence[bool | None], moist: bool, tmp_path: Path
) -> None:
    inspections = [
        (50_000.0 + place, "inspected", {"seal": {"moisture": seen, "deformed": None}})
        for place, seen in enumerate(found)
    ]
    path = journal(tmp_path, (*DAY, *inspections))
    record = open_record([path], ReadAs(nominal_v=NOMINAL_V))
    exposure = measure(record, WEAR_SETS["ccs2-200a"], CLIMATES["indoor"])
    assert exposure.moisture is moist


def test_a_cleaning_and_an_inspection_on_record_move_the_work_ahead(tmp_path: Path) -> None:
    visits: tuple[Event, ...] = (
        (50_000.0, "mated", {"number": 2}), (50_010.0, "unmated", {}),
        (50_020.0, "cleaned", {}), (50_030.0, "mated", {"number": 3}),
        (50_040.0, "inspected", {"seal": {}}), (57_240.0, "stopped", {}),
    )  # fmt: skip
    record = open_record([journal(tmp_path, (*DAY, *visits))], ReadAs(nominal_v=NOMINAL_V))
    exposure = measure(record, WEAR_SETS["ccs2-200a"], CLIMATES["indoor"])
    assert exposure.matings == 3
    assert exposure.matings_since_cleaning == 1
    assert exposure.since_inspection_h == pytest.approx(2.0)
    assert exposure.inspected_ohm is None, "it measured nothing"


@pytest.mark.parametrize(
    ("fields", "ohm"),
    [
        ({"verdict": "passed", "worst_mohm": 0.3}, 3e-4),
        ({"verdict": "passed with a warning", "worst_mohm": 0.4}, 4e-4),
        ({"verdict": "failed", "worst_mohm": 0.6}, None),
        ({"verdict": "passed", "worst_mohm": 0.0}, None),
    ],
    ids=["passed", "warned", "failed", "nothing measured"],
)
def test_what_an_inspection_measured_is_known_if_it_found_the_pins_in_order(
    fields: dict[str, object], ohm: float | None, tmp_path: Path
) -> None:
    seen = ((50_000.0, "inspected", {"verdict": "passed", "worst_mohm": 0.1}),
            (50_040.0, "inspected", {"seal": {}, **fields}))  # fmt: skip
    record = open_record([journal(tmp_path, (*DAY, *seen))], ReadAs(nominal_v=NOMINAL_V))
    exposure = measure(record, WEAR_SETS["ccs2-200a"], CLIMATES["indoor"])
    assert exposure.inspected_ohm == (None if ohm is None else pytest.approx(ohm))


@pytest.mark.parametrize("until", [5, 13], ids=["while charging", "while stopped"])
@pytest.mark.parametrize("ahead_s", [90.0, 2 * 365 * 86_400.0])
def test_a_clock_that_ran_ahead_costs_a_journal_nothing_of_what_came_after(
    tmp_path: Path, until: int, ahead_s: float
) -> None:
    """It is ahead from the start, and set right after so many rows."""
    rows = [
        (at_s + ahead_s if place < until else at_s, kind, given)
        for place, (at_s, kind, given) in enumerate(DAY)
    ]
    found = exposed(journal(tmp_path, rows), ReadAs(nominal_v=NOMINAL_V))
    assert found.matings == 1
    assert found.charged_kwh == pytest.approx(1.0)
    assert found.discharged_kwh == pytest.approx(0.5)
    assert found.mated_h == pytest.approx(200.0 / 3600.0, abs=0.01)
    assert found.span_h < 47_300.0 / 3600.0


def test_a_journal_says_which_kind_of_connector_it_was_taken_on(tmp_path: Path) -> None:
    first, *others = DAY
    told = [(first[0], "started", {"connector": "ccs2-200a"}), *others]
    told[-2] = (told[-2][0], "started", {"connector": "ccs2-80a"})
    record = open_record([journal(tmp_path, told)])
    assert record.connector == "ccs2-80a", "the last start counts"
    flowing_a = max(float(np.nanmax(chunk.current_a)) for chunk in record.chunks())
    assert flowing_a == pytest.approx(1.0 * 3.6e6 / 60.0 / WEAR_SETS["ccs2-80a"].nominal_v)


@pytest.mark.parametrize("given", [{}, {"connector": 7}, {"connector": None}])
def test_a_journal_that_does_not_say_is_read_as_before(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    record = open_record([journal(tmp_path, [(0.0, "started", given), *DAY[1:-2]])])
    assert record.connector is None
    flowing_a = max(float(np.nanmax(chunk.current_a)) for chunk in record.chunks())
    assert flowing_a == pytest.approx(1.0 * 3.6e6 / 60.0 / 230.0)
