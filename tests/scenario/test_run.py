"""`silverpin run` from a signal to a folder: the main job, heat, faults and the same bytes."""

import hashlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.exits import Exit
from silverpin.apps.run import main
from silverpin.apps.run.folder import FILES

PJM = "market/pjm_regd_2s_exact_3days_2020-07.parquet"
DAY = "2020-07-16"
SHORT = ("--signal", "synthetic:regd", "--hours", "0.2")
BITING = ("--fault", "0s:worn-pin=DC+=3mOhm", "--ambient", "40")
FULL_RATING = ("--power", "80kW", "--battery", "400kWh")
KEYS = {
    "schema",
    "seed",
    "signal",
    "duration_s",
    "energy_charged_kwh",
    "energy_discharged_kwh",
    "tracking_error_rms_pct",
    "reversals",
    "matings",
    "contactor_operations",
    "load_breaks",
    "temp_pin_max_c",
    "temp_pin_max_pin",
    "derated_s",
    "faults",
    "digest",
    "perfect",
    "shortfall_kwh",
    "mode",
}
COLUMNS = [
    "t_s",
    "power_w",
    "current_a",
    "voltage_v",
    "temp_hot_c",
    "temp_ntc_c",
    "ambient_c",
    "soc",
    "derate",
    "contactor_closed",
    "lock_confirmed",
]


def _run(out: Path, *options: str) -> dict[str, Any]:
    assert main([*options, "--out", str(out)]) == Exit.DONE
    told: dict[str, Any] = json.loads((out / "summary.json").read_bytes())
    return told


def _events(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]


def _explained(told: dict[str, Any]) -> None:
    """The reasons add up to what is missing, in each direction."""
    short = told["shortfall_kwh"]
    for way in ("charged", "discharged"):
        missing = told["perfect"][f"{way}_kwh"] - told[f"energy_{way}_kwh"]
        assert short[way] == pytest.approx(missing, abs=2e-6)
        assert sum(short[f"by_{way}"].values()) == pytest.approx(missing, abs=1e-5)


# The main job


@pytest.fixture(scope="module")
def real_day(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pyarrow")
    out = tmp_path_factory.mktemp("runs") / "day"
    _run(out, "--signal", str(data_dir / PJM), "--column", DAY, "--power", "10kW")
    return out


@pytest.mark.verifies("PWR-4", "SIM-1")
def test_a_real_day_of_regulation_is_followed_within_what_the_summary_explains(
    real_day: Path,
) -> None:
    told = json.loads((real_day / "summary.json").read_bytes())
    assert set(told) >= KEYS
    assert told["signal"]["kind"] == "regd"
    assert (told["signal"]["rows"], told["signal"]["step_s"]) == (43_200, 2.0)
    assert told["perfect"]["discharged_kwh"] == pytest.approx(54.59, abs=0.01)
    assert told["perfect"]["charged_kwh"] == pytest.approx(66.67, abs=0.01)
    assert told["energy_discharged_kwh"] == pytest.approx(54.6, abs=0.3)
    assert told["energy_charged_kwh"] == pytest.approx(66.7, abs=0.3)
    _explained(told)
    assert set(told["shortfall_kwh"]["by"]) >= {"reversals", "ramps", "low-power start"}
    assert told["tracking_error_rms_pct"] < 2.0
    assert 300 < told["reversals"] < 450
    assert (told["matings"], told["contactor_operations"], told["load_breaks"]) == (1, 1, 0)
    assert (told["faults"], told["derated_s"]) == ([], 0)


def test_its_samples_have_a_row_a_second_and_carry_the_same_energy(real_day: Path) -> None:
    import pyarrow.parquet as pq

    told = json.loads((real_day / "summary.json").read_bytes())
    table = pq.read_table(real_day / "samples.parquet")
    power_w = table["power_w"].to_pylist()
    assert table.column_names == [*COLUMNS, "power_wanted_w"]
    wanted_w = table["power_wanted_w"].to_pylist()
    assert sum(abs(w) for w in wanted_w) / 3.6e6 == pytest.approx(54.59 + 66.67, abs=0.01)
    assert table["t_s"].to_pylist() == list(range(86_400))
    assert not any(math.isnan(watts) for watts in power_w)
    assert sum(w for w in power_w if w > 0) / 3.6e6 == pytest.approx(
        told["energy_charged_kwh"], abs=0.1
    )
    assert max(table["temp_hot_c"].to_pylist()) == pytest.approx(told["temp_pin_max_c"], abs=1e-3)


def test_its_digest_is_the_digest_of_its_rows(real_day: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(real_day / "samples.parquet")
    row_format = table.schema.metadata[b"row_format"].decode()
    rows = zip(*(table[name].to_pylist() for name in table.column_names), strict=True)
    text = "".join(row_format % row + "\n" for row in rows)
    told = json.loads((real_day / "summary.json").read_bytes())
    assert hashlib.sha256(text.encode()).hexdigest() == told["digest"]


def test_its_events_agree_with_its_summary(real_day: Path) -> None:
    told = json.loads((real_day / "summary.json").read_bytes())
    events = _events(real_day)
    energy = [event["fields"] for event in events if event["kind"] == "energy"]
    assert all(set(event) >= {"t_s", "kind", "text", "fields"} for event in events)
    assert [event["t_s"] for event in events] == sorted(event["t_s"] for event in events)
    assert sum(event["kind"] == "reversed" for event in events) == told["reversals"]
    for way in ("charged", "discharged"):
        booked = sum(fields[f"{way}_kwh"] for fields in energy)
        assert booked == pytest.approx(told[f"energy_{way}_kwh"], abs=1e-5)


def test_its_plot_says_what_happened(real_day: Path) -> None:
    svg = (real_day / "plot.svg").read_text(encoding="utf-8")
    told = json.loads((real_day / "summary.json").read_bytes())
    assert f"{told['reversals']} reversals" in svg
    assert f"{told['energy_discharged_kwh']:.1f} kWh to the grid" in svg


# Heat that bites


def test_one_worn_pin_in_hot_air_at_full_rating_derates_or_trips(tmp_path: Path) -> None:
    told = _run(tmp_path / "hot", "--signal", "synthetic:regd", "--hours", "1", *FULL_RATING,
                *BITING)  # fmt: skip
    assert told["derated_s"] > 0 or told["faults"][0]["code"] == "ERR_THERM_OVERLOAD"
    assert told["temp_pin_max_pin"] == "DC+"
    reasons = set(told["shortfall_kwh"]["by"])
    assert reasons & {"derating by heat", "fault ERR_THERM_OVERLOAD"}
    _explained(told)


def test_the_same_hour_with_healthy_pins_does_not(tmp_path: Path) -> None:
    told = _run(tmp_path / "fine", "--signal", "synthetic:regd", "--hours", "1", *FULL_RATING,
                "--ambient", "40")  # fmt: skip
    assert (told["derated_s"], told["faults"]) == (0, [])
    assert told["temp_pin_max_c"] < 85.0


@pytest.mark.long
@pytest.mark.parametrize(("options", "bites"), [((), False), (BITING[:2], True)])
def test_a_hot_day_at_full_rating_bites_one_worn_pin_and_no_healthy_one(
    options: tuple[str, ...], bites: bool, data_dir: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    day = ("--signal", str(data_dir / PJM), "--column", DAY, "--ambient", "40")
    told = _run(tmp_path / "day", *day, "--power", "80kW", "--battery", "600kWh", *options)
    assert (told["derated_s"] > 0) == bites
    assert [fault["code"] for fault in told["faults"]] == ["ERR_THERM_OVERLOAD"] * bites
    _explained(told)


# Faults, comings and goings


def test_a_fault_on_time_is_told_everywhere(tmp_path: Path) -> None:
    told = _run(tmp_path / "run", *SHORT, "--fault", "00:05:pilot-loss")
    (fault,) = told["faults"]
    assert fault["code"] == "ERR_CP_SIGNAL_LOSS"
    assert fault["t_s"] == pytest.approx(300.0, abs=1.0)
    assert fault["cleared_t_s"] is None
    assert told["shortfall_kwh"]["by"]["fault ERR_CP_SIGNAL_LOSS"] > 0.0
    assert "ERR_CP_SIGNAL_LOSS 00:05" in (tmp_path / "run/plot.svg").read_text(encoding="utf-8")


def test_a_grid_that_leaves_its_profile_and_returns_is_served_again(tmp_path: Path) -> None:
    told = _run(tmp_path / "run", *SHORT, "--nominal-hz", "50", "--fault", "120s:grid-push=47",
                "--fault", "180s:healthy")  # fmt: skip
    (fault,) = told["faults"]
    assert fault["code"] == "ERR_REV_FLOW_TRIP"
    assert 120.0 < fault["t_s"] < 125.0
    assert 235.0 < fault["cleared_t_s"] < 250.0
    assert told["contactor_operations"] >= 2
    _explained(told)


def test_a_vehicle_that_comes_late_and_leaves_early(tmp_path: Path) -> None:
    told = _run(tmp_path / "run", *SHORT, "--plug-in", "60s", "--plug-out", "9min")
    kinds = {event["kind"]: event["t_s"] for event in _events(tmp_path / "run")}
    assert kinds["mated"] == pytest.approx(61.0, abs=0.2)
    assert 540.0 < kinds["unmated"] < 550.0
    assert told["load_breaks"] == 0
    _explained(told)


@pytest.mark.verifies("THM-5")
def test_a_plug_in_that_is_planned_is_cooled_ahead(tmp_path: Path) -> None:
    out, signal = tmp_path / "run", tmp_path / "charge.csv"
    signal.write_text("t_s,power_w\n" + "".join(f"{60 * row},-80000\n" for row in range(31)))
    _run(out, "--signal", str(signal), "--power", "80kW", "--connector", "ccs2-200a",
         "--battery", "200kWh", "--ambient", "42", "--plug-in", "00:20",
         "--hours", "0.5")  # fmt: skip
    first = next(event for event in _events(out) if event["kind"] == "cooling")
    assert first["text"].endswith("cooling ahead of a start in 1 min")
    assert 1130.0 <= first["t_s"] <= 1200.0


def test_an_act_that_nature_refuses_is_noted_and_the_run_goes_on(tmp_path: Path) -> None:
    told = _run(tmp_path / "run", *SHORT, "--fault", "300s:unplug")
    said = [event["text"] for event in _events(tmp_path / "run") if event["kind"] == "act"]
    assert any(text.startswith("Not done: The bolt holds the plug") for text in said)
    assert told["duration_s"] == 720


@pytest.mark.verifies("SIM-1")
def test_skipping_and_stepping_agree(tmp_path: Path) -> None:
    skipped = _run(tmp_path / "skipped", *SHORT)
    stepped = _run(tmp_path / "stepped", *SHORT, "--no-skip")
    for key in ("energy_charged_kwh", "energy_discharged_kwh"):
        assert skipped[key] == pytest.approx(stepped[key], abs=0.01)
    assert abs(skipped["reversals"] - stepped["reversals"]) <= 1


def test_a_frequency_file_is_answered_by_droop_on_a_grid_that_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    rows = [f"{15 * row},{50.0 - 0.5 * math.sin(row / 3.0):.3f}" for row in range(40)]
    file.write_text("\n".join(["time,hz", *rows]) + "\n")
    told = _run(tmp_path / "run", "--signal", str(file))
    assert told["signal"]["kind"] == "frequency"
    assert told["duration_s"] == 600
    assert told["energy_charged_kwh"] > 0.05
    assert told["energy_discharged_kwh"] > 0.05
    assert told["faults"] == []


# The same bytes


@pytest.mark.verifies("SIM-1")
def test_the_same_arguments_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    folders = []
    for number, seed in enumerate(("0", "1234")):
        out = tmp_path / f"run{number}"
        code = "import sys; from silverpin.apps.run import main; sys.exit(main(sys.argv[1:]))"
        command = [sys.executable, "-c", code, *SHORT, "--fault", "300s:jam-lock"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([*command, "--out", str(out)], env=environment, check=True, timeout=60,
                       capture_output=True)  # fmt: skip
        folders.append({name: (out / name).read_bytes() for name in FILES})
    assert folders[0] == folders[1]


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    one, two = (_run(tmp_path / seed, *SHORT, "--seed", seed) for seed in "12")
    assert one["digest"] != two["digest"]


def test_a_vehicle_that_asks_with_its_pilot_alone_is_served_as_ever(tmp_path: Path) -> None:
    """The digest is from before vehicles could talk: nothing of that path has changed."""
    told = _run(tmp_path / "out", *SHORT, "--fault", "0:06:00:estop", "--pilot-only")
    before = "d6f4d079f744fd2ce9281cac26e92b3f9afff731aa660d466525b38ed756c53e"
    assert told["digest"] == before


def test_a_vehicle_talks_unless_it_is_told_not_to(tmp_path: Path) -> None:
    _run(tmp_path / "out", *SHORT)
    said = [row["text"] for row in _events(tmp_path / "out") if row["kind"] == "v2g_agreed"]
    assert "Agreed: DC_BPT, dynamic" in said


@pytest.mark.parametrize("speaks", ["iso2", "din"])
def test_a_vehicle_of_an_older_protocol_only_charges(tmp_path: Path, speaks: str) -> None:
    told = _run(tmp_path / "out", *SHORT, "--vehicle-speaks", speaks)
    assert (told["talks"], told["speaks"]) == (True, speaks)
    assert told["energy_charged_kwh"] > 0.1
    assert told["energy_discharged_kwh"] == 0.0
    assert told["faults"] == []


def test_a_vehicle_with_one_phase_follows_within_it(tmp_path: Path) -> None:
    one = ("--connector", "type2-32a", "--vehicle-phases", "1")
    told = _run(tmp_path / "out", *SHORT, *one)
    assert told["vehicle_phases"] == 1
    assert told["energy_charged_kwh"] > 0.1
    assert told["energy_discharged_kwh"] > 0.1
    assert told["faults"] == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--connector", "type2-32a", "--vehicle-speaks", "din"), "DIN 70121 knows DC alone"),
        (("--vehicle-phases", "1", "--pilot-only"), "a pilot tells no phases"),
    ],
    ids=["a protocol", "phases"],
)
def test_what_a_connector_or_a_pilot_cannot_have_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], says: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*SHORT, *wrong, "--out", str(tmp_path / "out")])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
