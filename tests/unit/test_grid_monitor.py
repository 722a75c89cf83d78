"""`grid-monitor` and `v2g-tool announce`: live against a charger, and a recorded file."""

import gzip
import json
import subprocess
import sys
import time
from array import array
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.control_socket.requests import answer
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.grid_monitor import main
from silverpin.apps.terminal.grid_record import judge
from silverpin.apps.terminal.grid_screen import grid_line, grid_lines
from silverpin.apps.terminal.v2g_tool import main as v2g_tool
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.drivers.signals import Signal, SignalKind
from tests.daemon_station import VirtualStation, discharging
from tests.scripted_charger import Script, scripted_charger

EU, US = GRID_PROFILES["eu-50hz"], GRID_PROFILES["us-60hz"]


def sample(station: VirtualStation) -> dict[str, Any]:
    told = station.ask("grid")
    assert told["exit"] == 0
    return json.loads(json.dumps(told["data"], allow_nan=False))  # type: ignore[no-any-return]


# What the daemon tells


@pytest.mark.verifies("PWR-6")
def test_a_sample_has_every_stage_with_its_margin_and_its_source() -> None:
    told = sample(discharging())
    assert (told["profile"], told["ok"], told["tripped"]) == ("eu-50hz", True, None)
    stages = {row["name"]: row for row in told["stages"]}
    assert stages.keys() == {stage.name for stage in EU.stages}
    assert stages["UF"]["margin"] == pytest.approx(told["hz"] - 47.5, abs=0.002)
    assert stages["UF"]["room"] == 2.5
    assert stages["OV1"]["value"] is None, "its ten minutes are not over"
    assert all(row["source"] for row in told["stages"])
    assert told["reconnect"]["left_s"] is None


@pytest.mark.verifies("PWR-6")
def test_a_stage_that_counts_and_the_wait_after_a_trip_are_told() -> None:
    station = discharging()
    station.act("grid-volts", "180", False)
    counting = {row["name"]: row["counted_s"] for row in sample(station.run(1))["stages"]}
    assert counting["UV1"] == pytest.approx(1.0, abs=0.05)
    tripped = sample(station.run(3))
    assert (tripped["ok"], tripped["tripped"]) == (False, "UV1")
    assert not tripped["reconnect"]["in_band"]
    station.act("grid-volts", None, True)
    back = sample(station.run(20))
    assert back["reconnect"]["left_s"] == pytest.approx(40.0, abs=1.0)
    assert sample(station.run(45))["ok"]


def test_a_silent_grid_meter_is_unknown_and_no_zero() -> None:
    station = VirtualStation()
    station.charger.grid = None
    told = sample(station)
    assert (told["hz"], told["v"]) == (None, None)
    assert {row["margin"] for row in told["stages"]} == {None}
    assert "unread" in "\n".join(grid_lines(told))


# What people see


@pytest.mark.verifies("PWR-6")
def test_a_screen_is_read_from_top_to_bottom() -> None:
    station = discharging()
    lines = grid_lines(sample(station))
    assert lines[1] == "profile  eu-50hz (50 Hz, 230 V)"
    assert lines[2].startswith("reverse  allowed since ")
    row = next(line for line in lines if line.startswith("UF"))
    assert "< 47.5 Hz" in row
    assert "[####################]" in row
    assert row.endswith(" Hz left")
    station.act("grid-push", "52", False)
    lines = grid_lines(sample(station.run(2)))
    assert "OF ran out" in lines[2]
    assert lines[3] == "again    60 s after the grid is within 47.5 to 50.1 Hz and 195.5 to 253 V"
    assert next(line for line in lines if line.startswith("OF")).endswith("of 0.1 s")
    assert "[....................]" in "\n".join(lines)


def test_a_line_says_what_counts_and_what_is_waited_for() -> None:
    station = discharging()
    station.act("grid-volts", "180", False)
    assert "UV1 beyond for 1.0 s of 3 s" in grid_line(sample(station.run(1)))
    station.run(3).act("grid-volts", None, True)
    assert "in 5" in grid_line(sample(station.run(5)))


# The program


def run(script: Script, *words: str) -> int:
    with scripted_charger(script) as path:
        return main([*words, "--socket", str(path)])


def scripted(station: VirtualStation) -> Script:
    return Script({"grid": answer(Exit.DONE, "", data=sample(station))})


@pytest.mark.verifies("PWR-6")
def test_once_shows_a_screen_and_its_exit_code_tells_whether_the_grid_may_be_fed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(scripted(discharging()), "--once") == Exit.DONE
    assert capsys.readouterr().out.startswith("grid ")
    assert run(scripted(VirtualStation(grid_watched_s=0.0)), "--once") == Exit.REFUSED


def test_json_is_one_object_a_sample(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pause)
    script = scripted(discharging())
    assert run(script, "--json", "--every", "500ms") == Exit.DONE, "seen enough is a good end"
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["schema"] for line in lines] == ["silverpin.grid/1"] * 3
    assert pauses == [0.5] * 3
    assert script.asked == [{"command": "grid"}] * 3


def test_a_pipe_gets_a_line_a_sample_and_a_terminal_one_screen_again_and_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pause(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", pause)
    script = scripted(discharging())
    assert run(script) == Exit.DONE
    assert "allowed since" in capsys.readouterr().out.splitlines()[0]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert run(script) == Exit.DONE
    told = capsys.readouterr().out
    assert told.startswith("\033[H")
    assert "Ctrl-C ends this." in told


def test_without_a_charger_it_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--socket", str(tmp_path / "none")]) == Exit.UNREACHABLE
    assert "No charger answers" in capsys.readouterr().err


@pytest.mark.verifies("PWR-6")
def test_a_profile_s_table_needs_no_charger(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", "us-60hz"]) == Exit.DONE
    told = capsys.readouterr().out
    assert all(stage.source in told for stage in US.stages)
    assert main(["--profile"]) == Exit.DONE
    assert capsys.readouterr().out.count("profile ") == len(GRID_PROFILES)
    assert main(["--profile", "--json"]) == Exit.DONE
    told_rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["profile"] for row in told_rows] == list(GRID_PROFILES)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--profile", "mars"], "there is no profile 'mars': use eu-50hz or us-60hz"),
        (["--every", "9h"], "use 0.1s to 60s"),
        (["--column", "Hz"], "--column and --step are for a file"),
        (["f.csv", "--once"], "--once is for the live grid"),
    ],
)
def test_a_usage_error_is_one_sentence(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == Exit.USAGE
    assert says in capsys.readouterr().err


def test_looking_loads_nothing_heavy() -> None:
    code = "import sys, silverpin.apps.terminal.grid_monitor; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    ).stdout.split()
    assert {"asyncio", "msgspec", "starlette", "pyarrow", "difflib"} & set(loaded) == set()


# A recorded file


def recorded(values: list[float], step_s: float = 1.0, nominal_hz: float = 50.0) -> Signal:
    return Signal(
        kind=SignalKind.FREQUENCY, name="day Hz", values=array("d", values), step_s=step_s,
        nominal_hz=nominal_hz,
    )  # fmt: skip


@pytest.mark.verifies("PWR-6")
def test_a_file_s_excursions_are_found_and_the_trip_comes_when_the_stage_runs_out() -> None:
    calm = [50.0] * 100
    record = judge(recorded([*calm, 47.4, 47.3, *calm, 51.6, *calm]), EU)
    first, second = record.excursions
    assert (first.start_s, first.end_s, first.extreme_hz) == (100.0, 102.0, 47.3)
    assert first.stages == ["UF"]
    assert first.tripped_s == pytest.approx(0.06)
    assert (second.start_s, second.extreme_hz, second.stages) == (202.0, 51.6, ["OF"])
    assert record.trips == 2
    assert record.fed_s == pytest.approx(303.0 - 2 * 61.0, abs=3.0)
    assert {stage.name: at_s for stage, _, at_s in record.closest()} == {"UF": 101.0, "OF": 202.0}


@pytest.mark.verifies("PWR-6")
def test_a_long_stage_rides_through_what_is_short_in_a_file_of_wide_steps() -> None:
    calm = [60.0] * 40
    record = judge(recorded([*calm, *[58.4] * 19, *calm, *[58.4] * 21, *calm], 15.0, 60.0), US)
    assert [row.tripped_s for row in record.excursions] == [None, pytest.approx(299.96)]


@pytest.mark.verifies("PWR-6")
def test_the_program_judges_a_file_and_its_exit_code_tells_of_a_trip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "day.csv.gz"
    rows = [f"{second},{47.0 if second == 50 else 50.01}" for second in range(200)]
    file.write_bytes(gzip.compress("\n".join(["t_s,Hz", *rows]).encode()))
    assert main([str(file), "--profile", "eu-50hz"]) == Exit.REFUSED
    told = capsys.readouterr().out
    assert "1, 1 of them would have ended reverse power" in told
    assert "00:00:50  1 s    47.000 Hz  UF      stops after 0.06 s" in told
    assert main([str(file), "--json"]) == Exit.REFUSED
    excursion, record = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert excursion["tripped_after_s"] == pytest.approx(0.06)
    assert (record["schema"], record["trips"]) == ("silverpin.grid-record/1", 1)
    assert main([str(file), "--profile", "us-60hz"]) == Exit.BAD_FILE
    assert "name another profile" in capsys.readouterr().err
    assert main([str(tmp_path / "none.csv")]) == Exit.BAD_FILE
    file.write_bytes(gzip.compress(b"t_s,Hz\n0,50.0\n1,50.0\n"))
    assert main([str(file)]) == Exit.DONE
    assert "excursions  none" in capsys.readouterr().out


def test_the_blackout_of_2019_stayed_inside_the_continent_s_profile(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(data_dir / "frequency" / "gb_2019-08-09_elexon_15s.csv.gz")]) == Exit.DONE
    told = capsys.readouterr().out
    assert "1.389 Hz from 47.5 Hz at 15:53:45" in told
    assert "excursions  none" in told


# Announcements


@pytest.mark.verifies("THM-5")
def test_an_announcement_is_told_and_typed_again_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    station = VirtualStation()
    first = station.ask("announce", power_w=80e3, in_s=600.0)
    assert (first["exit"], first["changed"]) == (0, True)
    assert first["text"].startswith("Announced 80 kW at ")
    again = station.run(5).ask("announce", power_w=80e3, in_s=600.0)
    assert (again["exit"], again["changed"]) == (0, False)
    assert again["text"].startswith("Already so: 80 kW at ")
    announced = station.status()["announced"]
    assert announced["power_w"] == 80e3
    assert announced["in_s"] == pytest.approx(595.0, abs=0.1)
    assert station.ask("announce", cancel=True)["changed"]
    assert not station.ask("announce", cancel=True)["changed"]
    assert station.status()["announced"] is None
    assert station.ask("announce", power_w=80e3)["exit"] == Exit.USAGE


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("--power 80kW --in 10min", {"power_w": 80e3, "in_s": 600.0, "cancel": False}),
        ("–power 80kW –in 10min", {"power_w": 80e3, "in_s": 600.0, "cancel": False}),
        ("--cancel", {"power_w": None, "in_s": None, "cancel": True}),
    ],
)
def test_what_an_announcement_asks_of_the_charger(words: str, asked: dict[str, Any]) -> None:
    script = Script()
    with scripted_charger(script) as path:
        assert v2g_tool(["announce", *words.split(" "), "--socket", str(path)]) == Exit.DONE
    assert script.asked == [{"command": "announce"} | asked]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--power 80kW", "say how much and when"),
        ("--cancel --in 5min", "--cancel takes neither"),
        ("--power 80kW --in 48h", "use 0s to 24h"),
    ],
)
def test_an_announcement_that_is_none_is_one_sentence(
    words: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        v2g_tool(["announce", *words.split(" ")])
    assert ended.value.code == Exit.USAGE
    assert says in capsys.readouterr().err
