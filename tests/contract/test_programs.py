"""The programs as people start them: exit codes, what goes to stdout and what to stderr."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from silverpin.apps.control_socket.requests import answer
from silverpin.apps.exits import Exit
from silverpin.domain.faults import FAULTS
from tests.scripted_charger import NOBODY, Script, open_folder, scripted_charger

BIN = Path(sys.executable).parent
REFUSED = answer(
    Exit.REFUSED,
    "A pin is too hot: DC+ 71 °C, limit 60: let it cool down",
    blocked_by=["DC+ 71 °C, limit 60: let it cool down", "no vehicle plugged in: plug in to begin"],
)
STATUS = {
    "schema": "silverpin.status/1",
    "time": "2026-11-22T14:32:08.120Z",
    "simulated": True,
    "name": "Charger 1",
    "connector_id": "SIM-0001",
    "power_w": -19600.0,
    "temps_c": {"DC+": {"value": 61.4, "age_ms": 20}, "DC-": {"value": None, "age_ms": None}},
    "blocked_by": ["grid outside its profile: wait for the grid"],
    "say": {"tone": "warn", "headline": "Feeding the grid at 19.6 kW", "detail": "Held back."},
}
EVENT = {"id": 3, "time": "2026-11-22T14:32:08Z", "kind": "locked", "level": "info",
         "what": "Lock", "text": "Engaged after 310 ms", "who": "charger"}  # fmt: skip

INSPECT = "evse-cli inspect --instrument M --technician T --certificate C"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def script() -> Script:
    return Script(
        {
            "status": answer(Exit.DONE, "", data=STATUS),
            "faults": answer(Exit.DONE, "", data={"faults": []}),
            "connector": answer(Exit.DONE, "", data={"serial": "S", "counts": {"matings": 4812}}),
            "events": answer(Exit.DONE, "", data={"events": [EVENT]}),
            "unlock": REFUSED,
        }
    )


@pytest.fixture(scope="module")
def charger(script: Script) -> Iterator[Path]:
    with scripted_charger(script) as path:
        yield path


@pytest.fixture
def run(charger: Path, script: Script) -> Run:
    """Run a program as installed, against the scripted charger."""
    script.asked.clear()
    return lambda *words, **environment: start(charger, *words, **environment)


def start(path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program, *argv = words
    return subprocess.run(
        [str(BIN / program), *argv],
        env=os.environ | {"SILVERPIN_SOCKET": str(path)} | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.verifies("OPS-5")
@pytest.mark.parametrize(
    ("pasted", "asked"),
    [
        ("evse-cli reset –thermal", {"command": "reset", "thermal": True, "code": None}),
        ("v2g-tool –mode V2X –power 5kW", {"command": "set", "mode": "V2X", "power_w": -5000.0}),
        ("gpio-cli set-output 18 high", {"command": "gpio", "line": 18, "level": 1}),
    ],
)
def test_the_manual_s_commands_paste_as_they_stand(
    run: Run, script: Script, pasted: str, asked: dict[str, Any]
) -> None:
    done = run(*pasted.split(" "))
    assert done.returncode == Exit.DONE, done.stderr
    assert script.asked == [asked]
    assert (": read –" in done.stderr) == ("–" in pasted)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("evse-cli reset ERR_LOCK_FAIL", {"command": "reset", "code": "ERR_LOCK_FAIL"}),
        ("evse-cli reset lock_fail", {"command": "reset", "code": "ERR_LOCK_FAIL"}),
        ("evse-cli lock", {"command": "lock"}),
        ("evse-cli --json lock", {"command": "lock"}),
        ("v2g-tool --mode stop", {"command": "stop"}),
        ("v2g-tool --mode v2x --power -5kW", {"command": "set", "mode": "V2X", "power_w": -5e3}),
        ("gpio-cli set-output 18 low", {"command": "gpio", "level": 0}),
        ("silverpin act plug", {"command": "act", "act": "plug", "value": None, "clear": False}),
        ("silverpin act set-power −10kW", {"act": "set-power", "value": "-10kW"}),
        ("silverpin act heat-pin DC+=70", {"act": "heat-pin", "value": "DC+=70"}),
        ("silverpin act jam-lock --clear", {"act": "jam-lock", "clear": True}),
        ("evse-cli connector show --serial A-1", {"command": "connector", "serial": "A-1"}),
        ("evse-cli connector replace --serial A-1",
         {"command": "connector-replace", "serial": "A-1"}),
        ("evse-cli connector adopt —serial A-1 --matings 7",
         {"command": "connector-adopt", "serial": "A-1", "matings": 7, "reason": None}),
        (f"{INSPECT} --pin DC+=0.31mOhm --pin DC-=310uOhm",
         {"command": "inspect", "pins": {"DC+": 0.31e-3, "DC-": 310e-6}}),
        ("evse-cli clean --technician Ada --without swab",
         {"command": "clean", "technician": "Ada", "skipped": ("swab",)}),
    ],
)  # fmt: skip
def test_what_a_command_asks_of_the_charger(
    run: Run, script: Script, line: str, asked: dict[str, Any]
) -> None:
    done = run(*line.split(" "))
    assert done.returncode == Exit.DONE, done.stderr
    told = script.asked[0]
    pins = told.pop("pins", None)
    assert pins == pytest.approx(asked.pop("pins", None))
    assert {name: told[name] for name in asked} == asked


WHOLE_INSPECTION = (
    f"{INSPECT} --pin DC+=1mOhm --oxidation DC+=light --seal moist --pull-out 220N --earth 4Ohm "
    "--tick torque --tick space=n/a --certificate-level 2 --certificate-expires 2028-01-31 "
    "--instrument-calibrated 2026-03-01 --measured 2026-11-22T14:30:00+00:00 --corrects 7"
)
CALIBRATION = (
    "evse-cli calibrate ntc --pin DC+ --technician Ada --certificate C --instrument I "
    "--point 25=24.6 --point 65"
)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (WHOLE_INSPECTION,
         {"surfaces": {"DC+": {"oxidation": "light", "pitting": None}},
          "seal": {"deformed": None, "moisture": True}, "pull_out_n": 220.0, "earth_ohm": 4.0,
          "checklist": {"torque": "yes", "space": "n/a"}, "certificate_level": 2,
          "certificate_expires": "2028-01-31", "instrument_calibrated": "2026-03-01",
          "measured": "2026-11-22T14:30:00Z", "corrects": 7}),
        (CALIBRATION,
         {"pin": "DC+", "points": ({"reference_c": 25.0, "reading_c": 24.6},
                                   {"reference_c": 65.0, "reading_c": None})}),
    ],
)  # fmt: skip
def test_what_a_technician_asks_of_the_charger(
    run: Run, script: Script, line: str, asked: dict[str, Any]
) -> None:
    done = run(*line.split(" "), TZ="UTC")
    assert done.returncode == Exit.DONE, done.stderr
    told = msgspec.to_builtins(script.asked[0])
    assert {name: told[name] for name in asked} == asked


def test_a_refusal_says_the_first_condition_and_then_the_rest(run: Run) -> None:
    done = run("evse-cli", "unlock")
    assert done.returncode == Exit.REFUSED
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        REFUSED["text"], "Also: no vehicle plugged in: plug in to begin"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "schema"),
    [
        ("evse-cli status --json", "silverpin.status/1"),
        ("evse-cli faults --json", "silverpin.faults/1"),
        ("evse-cli connector show --json", "silverpin.connector/1"),
        ("evse-cli events --json --limit 5", "silverpin.events/1"),
        ("evse-cli lock --json", "silverpin.answer/1"),
        ("evse-cli unlock --json", "silverpin.answer/1"),
        ("evse-cli explain ERR_LOCK_FAIL --json", "silverpin.fault/1"),
        ("evse-cli faults --table --json", "silverpin.fault/1"),
    ],
)
def test_json_is_one_object_a_line_with_its_schema(run: Run, line: str, schema: str) -> None:
    lines = run(*line.split(" ")).stdout.splitlines()
    assert lines
    assert {json.loads(text)["schema"] for text in lines} == {schema}


@pytest.mark.parametrize(
    ("line", "asked"),
    [("evse-cli history", "history"), ("evse-cli connector show", "connector"),
     ("evse-cli pilot verify", "pilot-verify"), ("grid-monitor --once", "grid")],
)  # fmt: skip
def test_a_reading_that_is_refused_is_an_answer_for_machines_too(
    run: Run, script: Script, monkeypatch: pytest.MonkeyPatch, line: str, asked: str
) -> None:
    monkeypatch.setitem(script.answers, asked, REFUSED)
    done = run(*line.split(" "), "--json")
    assert done.returncode == Exit.REFUSED
    assert json.loads(done.stdout).items() >= {"schema": "silverpin.answer/1", **REFUSED}.items()


def test_status_json_is_what_the_charger_said(run: Run) -> None:
    assert json.loads(run("evse-cli", "status", "--json").stdout) == STATUS


def test_status_for_people_says_the_sentence_first_and_unknown_as_unknown(run: Run) -> None:
    lines = run("evse-cli", "status").stdout.splitlines()
    assert lines[:3] == ["Feeding the grid at 19.6 kW", "Held back.", ""]
    facts = dict(line.split("  ", 1) for line in lines[3:])
    shown = {name: value.strip() for name, value in facts.items()}
    assert shown["charger"] == "Charger 1  (simulated)"
    assert shown["power"].startswith("-19.6 kW of unknown wanted")
    assert shown["pins"] == "DC+ 61.4 °C, DC- unknown; unknown below the trip"
    assert shown["contactor"] == "unknown"
    assert shown["blocked by"] == "grid outside its profile: wait for the grid"
    assert "\033" not in "".join(lines)


def test_watch_prints_a_line_each_time_until_the_reader_has_enough(charger: Path) -> None:
    words = [str(BIN / "evse-cli"), "watch", "--every", "0.1s", "--socket", str(charger)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as seen:
        assert seen.stdout is not None
        lines = [seen.stdout.readline() for _ in range(2)]
        seen.stdout.close()
        assert seen.wait(20) == Exit.DONE
        assert seen.stderr is not None
        assert seen.stderr.read() == ""
    shown = "14:32:08    -19.6 kW   DC+ 61.4 °C  Feeding the grid at 19.6 kW\n"
    assert lines == [shown, shown]


def test_events_are_a_table(run: Run) -> None:
    head, row = run("evse-cli", "events").stdout.splitlines()
    assert head.split() == ["time", "level", "what", "text"]
    assert row == "2026-11-22T14:32:08Z  info   Lock  Engaged after 310 ms"


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        (True, "high", "GPIO 18 low -> high: bolt driven"),
        (True, "low", "GPIO 18 high -> low: bolt released"),
        (False, "high", "GPIO 18 already high"),
    ],
)
def test_gpio_says_what_changed(before: bool, line: str, after: str) -> None:
    script = Script({"gpio": answer(Exit.DONE, "", changed=before)})
    with scripted_charger(script) as path:
        assert start(path, "gpio-cli", "set-output", "18", line).stdout == f"{after}\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gpio-cli set-output 17 high", "there is no line '17': this controller has line 18"),
        ("gpio-cli set-output 18 on", "invalid choice: 'on'"),
        ("v2g-tool --mode V2G --power +5kW", "+ charges the vehicle and mode V2G does not"),
        ("v2g-tool --mode V2H --power +5kW", "+ charges the vehicle and mode V2H does not"),
        ("v2g-tool --mode charge --power -5kW", "- discharges the vehicle and mode charge does"),
        ("v2g-tool --mode stop --power 5kW", "stop takes no power"),
        ("v2g-tool --mode V2X", "mode V2X needs a power"),
        ("v2g-tool --mode V3X --power 5kW", "there is no mode 'V3X': use one of V2X, V2G"),
        ("v2g-tool --power 5kW", "--mode"),
        ("evse-cli", "COMMAND"),
        ("evse-cli fly", "invalid choice: 'fly'"),
        ("evse-cli reset --thermal ERR_LOCK_FAIL", "not allowed with argument --thermal"),
        ("evse-cli explain ERR_LOK_FAIL", "did you mean ERR_LOCK_FAIL?"),
        ("evse-cli explain zzzzzzzz", "evse-cli faults --table lists them all"),
        ("evse-cli events --limit many", "'many' is no number from 1 to 1000"),
        ("evse-cli history --limit 0", "'0' is no number from 1 to 1000"),
        ("evse-cli connector adopt --serial S --matings 9999999", "no count: give 0 to 1,000,000"),
        ("evse-cli connector adopt --serial S --from F --reason r", "--from excludes --reason"),
        ("evse-cli watch --every 9h", "use 0.1s to 60s"),
        ("evse-cli inspect --pin DC+=1mOhm", "required: --instrument, --technician"),
        ("evse-cli inspect --pin DC+", "'DC+' is no pin: write it like DC+=0.31mOhm"),
        ("evse-cli inspect --tick colour", "'colour' is not on the checklist"),
        ("evse-cli inspect --certificate-expires soon", "'soon' is no day: write it like 2028-01"),
        ("evse-cli clean", "--technician is required"),
        ("evse-cli calibrate ntc --pin DC+", "required: --technician, --certificate"),
        ("evse-cli calibrate ntc --point =24", "write it like 25 or 25=24.6"),
        ("evse-cli test voltage-drop --drop DC+", "write it like DC+=9.6mV"),
        ("evse-cli test voltage-drop", "required: --technician, --certificate"),
        ("silverpin act fly", "invalid choice: 'fly'"),
        ("silverpin", "COMMAND"),
    ],
)  # fmt: skip
def test_a_usage_error_asks_nothing_and_says_what_is_right(
    run: Run, script: Script, line: str, says: str
) -> None:
    done = run(*line.split(" "))
    assert done.returncode == Exit.USAGE
    assert says in done.stderr
    assert done.stdout == ""
    assert script.asked == []


@pytest.mark.verifies("LCK-1")
@pytest.mark.parametrize(
    "line",
    ["evse-cli status --json", "evse-cli reset --thermal", "evse-cli watch",
     "v2g-tool --mode V2X --power 5kW", "gpio-cli set-output 18 high", "silverpin act plug"],
)  # fmt: skip
def test_without_a_daemon_a_program_says_how_to_start_one(line: str) -> None:
    with open_folder() as folder:
        done = start(folder / "control.sock", *line.split(" "))
    assert done.returncode == Exit.UNREACHABLE
    assert done.stdout == ""
    assert "No charger answers at" in done.stderr
    assert "silverpin demo" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.verifies("SEC-3")
@pytest.mark.parametrize("line", ["evse-cli status --json", "evse-cli unlock", "evse-cli watch"])
def test_who_may_not_is_told_so(line: str) -> None:
    with scripted_charger(Script(), NOBODY) as path:
        done = start(path, *line.split(" "))
    assert done.returncode == Exit.FORBIDDEN
    assert "evse-admin" in done.stderr
    told = [json.loads(text)["exit"] for text in done.stdout.splitlines()]
    assert told == ([Exit.FORBIDDEN] if "--json" in line else [])


@pytest.mark.parametrize(
    ("power", "mode", "power_w"),
    [
        ("5kW", "V2X", -5000.0), ("+5kW", "V2X", 5000.0), ("-5kW", "V2X", -5000.0),
        ("5kW", "V2G", -5000.0), ("-5kW", "V2G", -5000.0),
        ("5kW", "V2H", -5000.0), ("–5kW", "V2H", -5000.0),
        ("5kW", "charge", 5000.0), ("+5kW", "charge", 5000.0),
        ("0", "V2X", 0.0), ("-0kW", "charge", 0.0),
    ],
)  # fmt: skip
def test_the_sign_of_a_power(
    run: Run, script: Script, power: str, mode: str, power_w: float
) -> None:
    done = run("v2g-tool", "--mode", mode, "--power", power)
    assert done.returncode == Exit.DONE, done.stderr
    assert script.asked == [{"command": "set", "mode": mode, "power_w": power_w}]
    way = {True: "charge the vehicle with 5 kW", False: "no power"}[power_w > 0]
    understood = "discharge the vehicle with 5 kW" if power_w < 0 else way
    assert f"Understood: mode {mode}, {understood} (power_w = {power_w:+g})" in done.stderr


def test_every_fault_is_explained_without_a_daemon() -> None:
    with open_folder() as folder:
        nowhere = folder / "control.sock"
        table = start(nowhere, "evse-cli", "faults", "--table")
        assert [code for code in FAULTS if code not in table.stdout] == []
        told = start(nowhere, "evse-cli", "explain", "0xdeadc0de").stdout
    fault = FAULTS["ERR_ISO_HANDSHAKE"]
    for words in (fault.code, fault.title, fault.cause, fault.verify, fault.next_step):
        assert words in told


def test_a_configuration_is_checked_without_a_daemon(tmp_path: Path) -> None:
    nowhere, file = tmp_path / "control.sock", tmp_path / "evse.toml"
    file.write_text(
        '[charger]\nid = "a"\nserial = "S-1"\nconnector = "ccs2-200a"\npower_max_w = 22e3\n'
        "[limits]\ntemp_trip_c = 80.0\n"
    )
    file.chmod(0o600)
    done = start(nowhere, "evse-cli", "config", "check", str(file))
    assert done.returncode == Exit.DONE, done.stderr
    assert done.stdout == f"{file} can be used; stricter than usual: temp_trip_c\n"
    told = json.loads(start(nowhere, "evse-cli", "config", "check", str(file), "--json").stdout)
    assert (told["schema"], told["limits"]["temp_trip_c"]) == ("silverpin.config/1", 80.0)
    file.write_text("[charger]\nidd = 'a'\n")
    for wrong in (file, tmp_path / "none.toml"):
        done = start(nowhere, "evse-cli", "config", "check", str(wrong))
        assert done.returncode == Exit.BAD_FILE
        assert str(wrong) in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "program", ["evse-cli", "v2g-tool", "gpio-cli", "grid-monitor", "silverpin"]
)
def test_a_program_that_only_asks_loads_nothing_heavy(program: str) -> None:
    module = {"v2g-tool": "v2g_tool", "silverpin": "silverpin_cli"}.get(
        program, program.replace("-", "_")
    )
    code = f"import sys, silverpin.apps.terminal.{module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    ).stdout.split()
    heavy = {"asyncio", "msgspec", "starlette", "uvicorn", "pyarrow", "difflib", "subprocess"}
    assert heavy & set(loaded) == set()
    assert start(Path("nowhere"), program, "--version").stdout.startswith(f"{program} ")
