"""The manual's commands, typed as they are printed, against a real daemon."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.daemon_process import Daemon, a_home, discharge, running
from tests.status_schema import read_status

INSPECT = (
    "evse-cli inspect --pin DC+=0.31mOhm --pin DC-=0.29mOhm --instrument bridge-7"
    " --technician Ada --certificate L2-4711"
)
NOBODY = 65534
UNLOCK = """
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b'{"command":"unlock"}\\n')
print(s.makefile().readline())
"""
ECS = {"@timestamp", "log.level", "message", "ecs.version", "event.kind", "event.category",
       "event.type", "event.dataset", "service.name", "host.name"}  # fmt: skip


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with a_home() as home, running(home, "--speed", "20") as started:
        yield started


@pytest.mark.verifies("OPS-5", "PWR-2")
@pytest.mark.parametrize("quotes", ["{}", "“{}”", "‘{}’"])
def test_the_manual_s_power_command_pastes_as_it_stands(daemon: Daemon, quotes: str) -> None:
    daemon.act("plug")
    daemon.until(lambda s: s["state"] == "plugged")
    words = ["v2g-tool", "–mode", quotes.format("V2X"), "–power", quotes.format("5kW")]
    done = daemon.home.run(*words)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "V2X at -5.0 kW: accepted\n"
    status = daemon.until(lambda s: (s["power_w"] or 0.0) < -4_900.0, "at its power")
    assert (status["mode"], status["direction"]) == ("V2X", "discharge")
    assert daemon.home.run(*words).stdout == "V2X at -5.0 kW: already so\n"


@pytest.mark.verifies("PWR-2")
def test_power_in_every_mode_goes_its_own_way(daemon: Daemon) -> None:
    discharge(daemon)
    ways: dict[str, Callable[[dict[str, Any]], bool]] = {
        "charge --power 7kW": lambda s: s["power_w"] > 6_900.0,
        "V2G --power 6kW": lambda s: s["power_w"] < -5_900.0,
        "V2H --power 6kW": _follows_the_house,
        "V2X --power +4kW": lambda s: s["power_w"] > 3_900.0,
    }
    for way, holds in ways.items():
        done = daemon.home.cli(f"v2g-tool --mode {way}")
        assert done.returncode == 0, done.stderr
        daemon.until(holds, way)
    assert daemon.home.cli("v2g-tool --mode stop").returncode == 0
    status = daemon.until(lambda s: s["contactor"]["mirror"] is False and s["state"] == "plugged")
    assert status["counts"]["load_breaks"] == 0
    assert daemon.status()["counts"]["reversals"] >= 3


def _follows_the_house(status: dict[str, Any]) -> bool:
    gives = -float(status["power_w"])
    return 0.0 < gives <= status["house_load_w"] + 60.0 and gives < 5_000.0


@pytest.mark.verifies("THM-3", "OPS-5", "THM-2")
def test_a_thermal_trip_from_heat_to_discharge_again(daemon: Daemon) -> None:
    home = daemon.home
    discharge(daemon)
    assert home.cli("silverpin act heat-pin DC+=trip").returncode == 0
    status = daemon.until(lambda s: s["faults"] and s["contactor"]["mirror"] is False, "tripped")
    assert [fault["code"] for fault in status["faults"]] == ["ERR_THERM_OVERLOAD"]
    hot = home.cli("evse-cli reset –thermal")
    assert hot.returncode == 1
    assert "must be below 60 °C" in hot.stderr
    assert home.cli("silverpin act heat-pin DC+=52").returncode == 0
    daemon.until(lambda s: max(row["value"] for row in s["temps_c"].values()) < 60.0, "cool")
    cleared = home.cli("evse-cli reset –thermal")
    assert cleared.returncode == 0, cleared.stderr
    assert "Cleared ERR_THERM_OVERLOAD" in cleared.stdout
    again = home.cli("evse-cli reset –thermal")
    assert (again.returncode, again.stdout[:13]) == (0, "Already clear")
    time = daemon.status()["time"]
    later = daemon.until(lambda s: s["time"][:17] > time[:17] and s["grid"]["hz"], "later")
    assert later["power_w"] == 0.0
    assert not later["contactor"]["commanded"], "nothing comes back by itself"
    refused = home.cli("v2g-tool –mode V2X –power 5kW")
    assert refused.returncode == 1
    assert "no inspection since the last thermal trip" in refused.stderr
    assert home.cli(INSPECT).returncode == 0
    assert home.cli("v2g-tool –mode V2X –power 5kW").returncode == 0
    status = daemon.until(lambda s: (s["power_w"] or 0.0) < -4_900.0, "discharging again")
    assert status["counts"]["thermal_events"] == 1
    assert {"inspected", "thermal_trip", "fault_cleared"} <= {e["kind"] for e in daemon.events()}


@pytest.mark.verifies("LCK-1", "LCK-5", "OPS-5")
def test_the_manual_s_lock_command_and_what_it_refuses(daemon: Daemon) -> None:
    home = daemon.home
    daemon.act("plug")
    daemon.until(lambda s: s["state"] == "plugged")
    driven = home.cli("gpio-cli set-output 18 high")
    assert (driven.returncode, driven.stdout) == (0, "GPIO 18 low -> high: bolt driven\n")
    daemon.until(lambda s: s["lock"]["confirmed"], "locked")
    again = home.cli("gpio-cli set-output 18 high")
    assert (again.returncode, again.stdout) == (0, "GPIO 18 already high\n")
    assert home.cli("evse-cli lock").stdout == "Already locked\n"
    discharge(daemon)
    for line in ("gpio-cli set-output 18 low", "evse-cli unlock"):
        refused = home.cli(line)
        assert refused.returncode == 1, line
        assert "the mirror contact reads closed" in refused.stderr
    unplugged = home.cli("silverpin act unplug")
    assert (unplugged.returncode, unplugged.stdout) == (1, "")
    assert "stop the session first" in unplugged.stderr
    assert home.cli("v2g-tool --mode stop").returncode == 0
    daemon.until(lambda s: not s["lock"]["confirmed"], "let go")
    assert home.cli("evse-cli unlock").stdout == "Already released\n"
    assert home.cli("silverpin act unplug").returncode == 0
    daemon.until(lambda s: s["session"] is None, "gone")


@pytest.mark.verifies("PWR-1")
def test_two_starts_are_one_start_in_the_journal(daemon: Daemon) -> None:
    discharge(daemon)
    for _ in range(3):
        assert daemon.home.cli("v2g-tool --mode V2X --power 5kW").returncode == 0
    kinds = [event["kind"] for event in daemon.events()]
    assert kinds.count("contactor_closed") == 1
    assert kinds.count("wish") == 1
    assert daemon.status()["counts"]["contactor_operations"] == 1


@pytest.mark.verifies("UX-1")
def test_every_act_can_be_typed_and_taken_back(daemon: Daemon) -> None:
    lines = ["plug", "set-power −3kW", "stop", "heat-pin DC-=+5", "jam-lock", "jam-lock --clear",
             "pilot-noise", "pilot-noise --clear", "bypass-ntc DC+", "bypass-ntc DC+ --clear",
             "weld", "weld --clear", "shift-modbus", "shift-modbus --clear", "grid-push 49.9",
             "grid-push --clear", "healthy"]  # fmt: skip
    for line in lines:
        if line.startswith("set-power"):
            daemon.until(lambda s: s["state"] == "plugged")
        done = daemon.home.cli(f"silverpin act {line}")
        assert done.returncode == 0, (line, done.stderr)
        assert done.stdout.strip(), line
    assert daemon.home.cli("silverpin act grid-push 500").returncode == 2
    acts = [event for event in daemon.events() if event["kind"] == "act"]
    assert len(acts) == len(lines)


@pytest.mark.verifies("SEC-3", "OPS-1")
def test_every_command_is_in_journal_and_log_refused_ones_too(daemon: Daemon) -> None:
    home = daemon.home
    assert home.cli("v2g-tool --mode V2X --power 5kW").returncode == 1
    assert home.cli("v2g-tool --mode stop").returncode == 0
    assert home.cli("evse-cli status").returncode == 0
    daemon.until(lambda s: {"command", "command_refused"} <= {e["kind"] for e in daemon.events()})
    told = {e["kind"]: e for e in daemon.events() if e["kind"].startswith("command")}
    assert told["command"]["text"].startswith("stop: Already stopped")
    assert told["command_refused"]["level"] == "warning"
    assert "no vehicle plugged in" in told["command_refused"]["text"]
    assert daemon.end() == 0
    lines = [json.loads(line) for line in home.log.read_text().splitlines()]
    assert [line["event.action"] for line in lines][0 :: len(lines) - 1] == ["started", "stopped"]
    for line in lines:
        assert line.keys() >= ECS
        assert line["@timestamp"].endswith("Z")
        assert line["silverpin.simulated"] is True
    [refused] = [line for line in lines if line["event.action"] == "command_refused"]
    assert refused["event.type"] == ["denied"]
    assert refused["silverpin.event.uid"] == os.getuid()
    assert not [line for line in lines if "status" in line["message"].split(":")[0]]


@pytest.mark.verifies("SEC-3")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_is_refused_and_recorded(daemon: Daemon) -> None:
    home = daemon.home
    if somebody_runs("pass").returncode != 0:
        pytest.skip("setpriv and a python3 that every user may run are needed")
    for folder in (home.folder, home.socket.parent.parent, home.socket.parent):
        folder.chmod(0o755)
    assert somebody_runs(UNLOCK, str(home.socket)).returncode != 0, "its mode keeps others out"
    home.socket.chmod(0o666)
    answer = json.loads(somebody_runs(UNLOCK, str(home.socket)).stdout)
    assert answer["exit"] == 5
    assert "the user who started it" in answer["text"]
    daemon.until(lambda s: any(e["kind"] == "command_refused" for e in daemon.events()))


def somebody_runs(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run *code* as a user who is nobody here."""
    somebody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    command = [*somebody, "python3", "-c", code, *words]
    path = {"PATH": "/usr/bin:/bin"}
    try:
        return subprocess.run(
            command, cwd="/", env=path, capture_output=True, text=True, timeout=30, check=False
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 127, "", "")


def test_the_status_of_socket_and_page_is_one_and_keeps_its_schema(daemon: Daemon) -> None:
    read_status(json.dumps(daemon.get("/api/status")))
    discharge(daemon)
    typed = daemon.home.cli("evse-cli status --json")
    assert read_status(typed.stdout).state in ("running", "low_power")
    assert daemon.get("/api/status").keys() == json.loads(typed.stdout).keys()
    daemon.act("heat-pin", "DC+=trip")
    daemon.until(lambda s: s["faults"])
    read_status(daemon.home.cli("evse-cli status --json").stdout)
    history = daemon.get("/api/history")
    assert history["schema"] == "silverpin.history/1"
    assert len({len(history["time"]), len(history["power_w"]),
                *map(len, history["temps_c"].values())}) == 1  # fmt: skip
    events = daemon.get("/api/events?limit=500")["events"]
    assert [e["id"] for e in events] == sorted((e["id"] for e in events), reverse=True)


@pytest.mark.verifies("UX-1")
def test_the_page_acts_through_the_desk_of_the_socket(daemon: Daemon) -> None:
    assert daemon.post("/api/act", {"act": "plug"}) == (200, {"ok": True, "text": "Plugged in."})
    code, told = daemon.post("/api/act", {"act": "fly"})
    assert (code, told["ok"]) == (400, False)
    code, told = daemon.post("/api/act", {"act": "reset-thermal"})
    assert (code, told["text"][:13]) == (200, "Already clear")
    daemon.until(lambda s: s["state"] == "plugged")
    assert daemon.post("/api/act", {"act": "set-power", "value": -3000})[0] == 200
    daemon.until(lambda s: (s["power_w"] or 0.0) < -500.0)
    code, told = daemon.post("/api/act", {"act": "unplug"})
    assert (code, told["ok"]) == (409, False)
    assert "stop the session first" in told["text"]
    daemon.until(lambda s: len(audited(daemon)) == 5, "recorded")
    assert [text.split(":")[0] for text in audited(daemon)] == [
        "act plug", "act fly", "act reset-thermal", "act set-power -3000", "act unplug",
    ]  # fmt: skip


def audited(daemon: Daemon) -> list[str]:
    return [e["text"] for e in daemon.events() if e["kind"].startswith("command")]
