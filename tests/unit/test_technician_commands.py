"""The technician's commands on a terminal: who answers what, and what the charger is asked then."""

import argparse
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from silverpin.apps.control_socket.client import Answer
from silverpin.apps.exits import Exit
from silverpin.apps.terminal import (
    calibrate_command,
    dialogue,
    evse_cli,
    inspect_command,
    pin_test_command,
    upkeep_commands,
)

COMMANDS = (calibrate_command, inspect_command, pin_test_command, upkeep_commands)
READY: dict[str, Any] = {
    "phase": "ready", "target_a": 32.0, "current_a": 31.9, "state": "running",
    "pins": ["DC+", "DC-"], "drops_v": None, "reads_itself": False,
}  # fmt: skip


def told(exit: Exit = Exit.DONE, text: str = "", **data: Any) -> Answer:
    return Answer(exit=exit, text=text, changed=exit is Exit.DONE, blocked_by=(), data=data)


class Bay:
    """A charger that answers what a test says, and a person who types what a test says."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: dict[str, list[Answer]] = {
            "status": [told(connector={"set": "ccs2-80a"})],
        }
        self.types: Iterator[str] = iter(())

    def send(self, options: argparse.Namespace, command: str, **fields: Any) -> Answer:
        self.asked.append({"command": command} | fields)
        key = f"{command} {fields['action']}" if "action" in fields else command
        answers = self.answers.get(key, [told(text=f"{key} done")])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def actions(self) -> list[str]:
        return [row.get("action", "look") for row in self.asked]


@pytest.fixture
def bay(monkeypatch: pytest.MonkeyPatch) -> Bay:
    bay = Bay()
    for module in COMMANDS:
        monkeypatch.setattr(module, "send", bay.send)
        monkeypatch.setattr(module, "on_terminal", lambda: True)
    for module in (dialogue, calibrate_command, pin_test_command, upkeep_commands):
        monkeypatch.setattr(module, "asked", lambda prompt: next(bay.types, None))
    monkeypatch.setattr(pin_test_command, "_LOOK_S", 0.0)
    return bay


def run(bay: Bay, line: str, *types: str) -> int:
    bay.types = iter(types)
    return evse_cli.main(line.split(" "))


@pytest.mark.verifies("CON-3")
def test_an_inspection_is_led_question_by_question_and_confirmed(bay: Bay) -> None:
    answers = ("Ada", "L2-1", "", "", "bridge", "", "0.31mOhm", "none", "light", "0.3mOhm", "done")
    assert run(bay, "inspect", *answers, "yes") == Exit.DONE
    assert bay.asked[-1] == {
        "command": "inspect", "technician": "Ada", "certificate": "L2-1", "instrument": "bridge",
        "pins": pytest.approx({"DC+": 0.31e-3, "DC-": 0.3e-3}),
        "surfaces": {"DC+": {"oxidation": "none", "pitting": "light"}},
    }  # fmt: skip


@pytest.mark.parametrize("last", ["no", None])
def test_what_is_not_confirmed_is_not_recorded(bay: Bay, last: str | None) -> None:
    needed = ("Ada", "L2-1", "done", "bridge", "1mOhm", "1mOhm")
    types = needed if last is None else (*needed, last)
    assert run(bay, "inspect", *types) == Exit.REFUSED
    assert [row["command"] for row in bay.asked] == ["status"]


def test_options_are_not_asked_again(bay: Bay) -> None:
    line = "inspect --technician Ada --certificate L2 --instrument bridge --pin DC+=1mOhm"
    assert run(bay, f"{line} --pin DC-=1mOhm") == Exit.DONE
    assert [row["command"] for row in bay.asked] == ["inspect"]


@pytest.mark.parametrize(("more", "why"), [
    ("--pin DC+=9mOhm", "--pin DC+ is given twice"),
    ("--pin DC-=0.3", "'0.3' has no unit"),
    ("--oxidation DC+=none --oxidation DC+=heavy", "--oxidation DC+ is given twice"),
    ("--tick torque --tick torque=no", "--tick torque is given twice"),
    ("--seal moist --seal sound", "--seal sound contradicts"),
    ("--pull-out 220", "'220' has no unit"),
    ("--earth 4.2", "'4.2' has no unit"),
])  # fmt: skip
def test_options_that_contradict_or_may_be_misread_are_no_record(
    bay: Bay, capsys: pytest.CaptureFixture[str], more: str, why: str
) -> None:
    line = "inspect --technician Ada --certificate L2 --instrument bridge --pin DC+=0.3mOhm"
    try:
        code = run(bay, f"{line} {more}")
    except SystemExit as left:
        code = int(left.code or 0)
    assert code == Exit.USAGE
    assert why in capsys.readouterr().err
    assert bay.asked == []


@pytest.mark.verifies("PWR-7")
def test_drops_are_typed_where_no_instrument_can_be_read(bay: Bay) -> None:
    bay.answers["pin-test-look"] = [told(**READY)]
    line = "test voltage-drop --technician Ada --certificate L2 --instrument mm"
    assert run(bay, line, "ten", "9.6mV", "") == Exit.DONE
    record = bay.asked[-1]
    assert (record["action"], record["drops_v"]) == ("record", pytest.approx({"DC+": 9.6e-3}))
    assert bay.actions()[:2] == ["begin", "look"]
    assert bay.actions().count("look") == 4, "the charger hears of every answer"


@pytest.mark.parametrize("types", [(), ("back",)])
def test_a_technician_who_leaves_lets_the_current_go(bay: Bay, types: tuple[str, ...]) -> None:
    bay.answers["pin-test-look"] = [told(**READY)]
    line = "test voltage-drop --technician Ada --certificate L2 --instrument mm"
    assert run(bay, line, *types) == Exit.REFUSED
    assert bay.actions()[-1] == "end"


def test_a_test_that_ended_by_itself_is_told_and_recorded_nowhere(
    bay: Bay, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = told(Exit.REFUSED, "Refused: no test of the pins is under way: power has ended")
    bay.answers["pin-test-look"] = [told(**READY | {"phase": "starting"}), ended]
    line = "test voltage-drop --technician Ada --certificate L2 --instrument mm"
    assert run(bay, line) == Exit.REFUSED
    assert "power has ended" in capsys.readouterr().err
    assert "record" not in bay.actions()


def test_a_refused_record_lets_the_current_go(bay: Bay) -> None:
    bay.answers["pin-test-look"] = [told(**READY)]
    bay.answers["pin-test record"] = [told(Exit.USAGE, "DC9 is no power pin")]
    line = "test voltage-drop --technician Ada --certificate L2 --instrument mm --drop DC9=1mV"
    assert run(bay, line) == Exit.USAGE
    assert bay.actions()[-1] == "end"


@pytest.mark.verifies("PWR-7", "CON-3")
def test_what_the_charger_reads_itself_is_left_to_it_with_its_instrument(
    bay: Bay, capsys: pytest.CaptureFixture[str]
) -> None:
    bay.answers["pin-test-look"] = [told(**READY | {"reads_itself": True, "drops_v": {"DC+": 1.0}})]
    bay.answers["pin-test record"] = [
        told(text="Recorded", drops_v={"DC+": 9.6e-3}, test_current_a=31.94)
    ]
    assert run(bay, "test voltage-drop --technician Ada --certificate L2") == Exit.DONE
    assert bay.asked[-1]["drops_v"] is None
    assert capsys.readouterr().out.startswith("DC+: 9.60 mV at 31.9 A\n")


def test_drops_that_were_typed_want_their_instrument_before_any_current_flows(
    bay: Bay, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pin_test_command, "on_terminal", lambda: False)
    line = "test voltage-drop --technician Ada --certificate L2 --drop DC+=9.6mV"
    assert run(bay, line) == Exit.USAGE
    assert "--instrument" in capsys.readouterr().err
    assert bay.asked == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_is_told_to_end_lets_the_current_go(
    bay: Bay, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def looked(options: argparse.Namespace, command: str, **fields: Any) -> Answer:
        if command == "pin-test-look":
            signal.raise_signal(number)
        return bay.send(options, command, **fields)

    monkeypatch.setattr(pin_test_command, "send", looked)
    with pytest.raises(SystemExit) as ended:
        run(bay, "test voltage-drop --technician Ada --certificate L2 --instrument mm")
    assert ended.value.code == 128 + number
    assert bay.actions() == ["begin", "end"]
    assert signal.getsignal(number) is signal.SIG_DFL


@pytest.mark.verifies("THM-2")
def test_a_calibration_leads_from_the_first_point_to_the_second(bay: Bay) -> None:
    bay.answers["calibrate"] = [
        told(text="First point", done=False),
        told(Exit.REFUSED, "Not calibrated: DC+ moves by 1.0 K"),
        told(text="Calibrated", done=True),
    ]
    line = "calibrate ntc --technician Ada --certificate L2 --instrument bath"
    assert run(bay, line, "done", "dc-", "25.0", "warm", "65C", "65") == Exit.DONE
    points = [row["points"][0] for row in bay.asked if row["command"] == "calibrate"]
    assert [row["reference_c"] for row in points] == [25.0, 65.0, 65.0]
    assert all(row["reading_c"] is None for row in points)
    assert bay.asked[-1]["pin"] == "DC-"


def test_points_that_were_given_are_not_asked_for_again(bay: Bay) -> None:
    line = "calibrate ntc --pin DC+ --point 25=24.0 --point 65=63.5"
    assert run(bay, line, "Ada", "L2", "done", "bath") == Exit.DONE
    assert bay.asked[-1]["points"] == [
        {"reference_c": 25.0, "reading_c": 24.0}, {"reference_c": 65.0, "reading_c": 63.5},
    ]  # fmt: skip
    assert [row["command"] for row in bay.asked] == ["status", "calibrate"]


@pytest.mark.verifies("CON-2")
def test_a_cleaning_asks_for_each_step_of_the_method(bay: Bay) -> None:
    assert run(bay, "clean", "Ada", "y", "perhaps", "no", "yes") == Exit.DONE
    assert bay.asked[-1]["skipped"] == ["swab"]
    assert run(bay, "clean", "Ada", "y") == Exit.REFUSED


def test_due_work_is_told_with_its_command(bay: Bay, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"what": "clean the pins", "reason": "460 matings", "since": None, "by": None,
           "who": "technician", "command": "evse-cli clean", "soon": True}  # fmt: skip
    bay.answers["status"] = [told(due=[row])]
    assert run(bay, "due") == Exit.DONE
    assert capsys.readouterr().out.splitlines() == [
        "soon: clean the pins", "  why: 460 matings", "  technician: evse-cli clean",
    ]  # fmt: skip
    bay.answers["status"] = [told(due=[])]
    run(bay, "due")
    assert capsys.readouterr().out == "Nothing is due\n"
