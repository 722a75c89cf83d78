"""`evse-cli pilot`, as a technician types it: live, from a file, by flags and by questions."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from silverpin.apps.control_socket.client import Answer
from silverpin.apps.exits import Exit
from silverpin.apps.terminal import pilot_commands
from silverpin.apps.terminal.evse_cli import main
from silverpin.plant.pilot import PilotLine
from tests.daemon_station import VirtualStation, discharging

SIGNED = ["--technician", "Ada", "--certificate", "L2-1", "--instrument", "EV simulator 3"]
POINTS = ["--point", "open=12.01", "--point", "2740=8.98", "--point", "1300=6.00",
          "--point", "270=2.95"]  # fmt: skip

Ask = Callable[[VirtualStation], None]


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Put a station behind the command's socket."""

    def put(station: VirtualStation) -> None:
        def send(options: Any, command: str, **fields: Any) -> Answer:
            plain = {name: value.isoformat() if isinstance(value, date) else value
                     for name, value in fields.items()}  # fmt: skip
            told = station.ask(command, **plain)
            return Answer(**told | {"exit": Exit(told["exit"])})

        monkeypatch.setattr(pilot_commands, "send", send)

    return put


def table(tmp_path: Path, line: PilotLine, head: str = "", times: bool = False) -> Path:
    """A file as an oscilloscope writes it."""
    volts = line.rendered(line.load(plugged=True, ready=True), 0.05, 1e6, 5_000, Random(1))
    rows = [f"{index * 1e-6:.9f},{value:.3f}" if times else f"{value:.3f}"
            for index, value in enumerate(volts)]  # fmt: skip
    path = tmp_path / "scope.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


@pytest.mark.verifies("CP-1")
def test_a_healthy_pilot_is_printed_figure_by_figure(
    behind: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    behind(discharging())
    assert main(["pilot", "verify"]) == Exit.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["figure", "value", "limits", "verdict"]
    assert lines[1].split() == ["frequency", "1000", "Hz", "995", "to", "1005", "Hz", "passed"]
    assert lines[-2:] == ["State C, judged from waveform", "The pilot is as it must be"]


@pytest.mark.verifies("CP-1")
def test_an_ill_pilot_ends_with_its_cause_and_exit_1(
    behind: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    station = discharging()
    station.act("pilot-noise", 1.5, False)
    behind(station)
    assert main(["pilot", "verify", "--json"]) == Exit.REFUSED
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["outcome"]) == ("silverpin.pilot/1", "failed")
    assert told["causes"][0]["cause"] == "noise"
    assert main(["pilot", "verify"]) == Exit.REFUSED
    assert "Noise on the line; check the shield" in capsys.readouterr().out


def test_a_charger_that_cannot_tell_says_so(
    behind: Ask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    station = VirtualStation()
    for port in ("waveform", "peaks"):
        monkeypatch.setattr(station.charger.ports.pilot, port, lambda: None)
    behind(station)
    assert main(["pilot", "verify"]) == Exit.REFUSED
    assert "The pilot is unread" in capsys.readouterr().err


@pytest.mark.verifies("CP-1")
@pytest.mark.parametrize(
    ("line", "times", "words", "code"),
    [
        (PilotLine(), True, [], Exit.DONE),
        (PilotLine(), False, ["--rate", "1MHz", "--duty", "5%"], Exit.DONE),
        (PilotLine(hz=900.0), True, [], Exit.REFUSED),
        (PilotLine(), True, ["--duty", "50%"], Exit.REFUSED),
    ],
)
def test_an_oscilloscope_s_file_is_judged_without_a_charger(
    tmp_path: Path, line: PilotLine, times: bool, words: list[str], code: Exit
) -> None:
    path = table(tmp_path, line, "time,volts" if times else "volts", times)
    assert main(["pilot", "verify", "--samples", str(path), *words]) == code


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--samples", "nowhere.csv"], Exit.BAD_FILE, "nowhere.csv cannot be read: No such file"),
        (["--samples", "{}"], Exit.BAD_FILE, "scope.csv has one column: say at which --rate"),
        (["--rate", "1MHz"], Exit.USAGE, "--rate and --duty go with --samples"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: Exit, said: str
) -> None:
    path = table(tmp_path, PilotLine())
    assert main(["pilot", "verify", *(word.format(path) for word in words)]) == code
    told = capsys.readouterr()
    assert (told.out, said in told.err) == ("", True)
    assert told.err.count("\n") == 1


@pytest.mark.verifies("CP-2")
def test_a_calibration_by_flags_shows_what_it_leaves_over(
    behind: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    station = VirtualStation()
    behind(station)
    expiring = ["--certificate-expires", "2031-01-31"]
    assert main(["pilot", "calibrate", *POINTS, *SIGNED, *expiring]) == Exit.DONE
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[:5]] == [
        "resistor", "open", "2740", "882", "246",
    ]  # fmt: skip
    assert "Calibrated the pilot: gain " in out
    assert main(["pilot", "calibrate", "--json", *POINTS, *SIGNED]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["data"]["record"] is not None


def test_a_calibration_that_is_refused_says_why(
    behind: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    behind(VirtualStation())
    weak = ["--point", "open=10.2", "--point", "2740=7.6", "--point", "882=5.1"]
    assert main(["pilot", "calibrate", *weak, *SIGNED]) == Exit.REFUSED
    assert "Not calibrated: it would move state A" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--technician, --certificate, --instrument, --point"),
        (POINTS, "are required: --technician, --certificate, --instrument\n"),
    ],
)
def test_without_a_terminal_everything_is_to_be_given(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["pilot", "calibrate", *words]) == Exit.USAGE
    assert said in capsys.readouterr().err


def test_a_point_is_a_resistor_and_volts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["pilot", "calibrate", "--point", "1300"])
    assert ended.value.code == Exit.USAGE
    assert "write it like 1300=5.98" in capsys.readouterr().err


class Technician:
    """Answers the questions, and turns the box while the program waits."""

    def __init__(self, station: VirtualStation, leaves_at: str = "") -> None:
        self._station = station
        self._leaves_at = leaves_at
        self._settings: Iterator[float | None] = iter([None, 2_740.0, 882.0, 246.0])

    def asked(self, prompt: str) -> str | None:
        if self._leaves_at and self._leaves_at in prompt:
            return None
        if "press Enter" not in prompt:
            return ""  # everything that is needed was given
        ohm = next(self._settings)
        if ohm is not None:
            self._station.act("plug", None, False)
            self._station.act("pilot-resistor", ohm, False)
        self._station.run(0.1)
        return ""


@pytest.mark.verifies("CP-2")
def test_a_calibration_by_questions_takes_the_readings_itself(
    behind: Ask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    station = VirtualStation()
    station.world.bay.pilot.read_gain = 0.992
    behind(station)
    monkeypatch.setattr(pilot_commands, "on_terminal", lambda: True)
    monkeypatch.setattr(pilot_commands, "asked", Technician(station).asked)
    monkeypatch.setattr(pilot_commands, "confirmed", lambda question: True)
    assert main(["pilot", "calibrate", *SIGNED]) == Exit.DONE
    told = capsys.readouterr()
    assert told.err.count("  reads ") == 4
    assert station.charger.trim.gain == pytest.approx(1.0 / 0.992, abs=0.01)


@pytest.mark.parametrize(("leaves_at", "agrees"), [("state C", True), ("", False)])
def test_a_technician_who_leaves_records_nothing(
    behind: Ask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    leaves_at: str, agrees: bool,
) -> None:  # fmt: skip
    station = VirtualStation()
    behind(station)
    monkeypatch.setattr(pilot_commands, "on_terminal", lambda: True)
    monkeypatch.setattr(pilot_commands, "asked", Technician(station, leaves_at).asked)
    monkeypatch.setattr(pilot_commands, "confirmed", lambda question: agrees)
    assert main(["pilot", "calibrate", *SIGNED]) == Exit.REFUSED
    assert "Nothing was recorded" in capsys.readouterr().err
    assert station.ask("history", kind="calibration")["data"]["records"] == []


def test_a_pilot_that_is_not_read_ends_the_questions(
    behind: Ask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    station = VirtualStation()
    for port in ("waveform", "peaks"):
        monkeypatch.setattr(station.charger.ports.pilot, port, lambda: None)
    behind(station)
    monkeypatch.setattr(pilot_commands, "on_terminal", lambda: True)
    monkeypatch.setattr(pilot_commands, "asked", lambda prompt: "")
    assert main(["pilot", "calibrate", *SIGNED]) == Exit.USAGE
    assert "The pilot is unread" in capsys.readouterr().err
