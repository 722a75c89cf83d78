"""How a real daemon starts, refuses to start, goes on after trouble, and ends."""

import json
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import pytest

from silverpin.drivers.store import Store
from tests.daemon_process import BIN, Home, Status, a_home, discharge, running
from tests.status_schema import read_status

CONFIG = """
[charger]
id = "bay-7"
name = "Bay seven"
site = "Yard"
serial = "AB-1"
connector = "ccs2-200a"
power_max_w = 11000.0
[limits]
temp_trip_c = 70.0
[web]
host = "127.0.0.1"
port = {port}
"""
HARDWARE = "[hardware]\nlock_status_line = 23\ncontactor_line = 24\nmirror_line = 25\n"


@pytest.fixture
def home() -> Iterator[Home]:
    with a_home() as made:
        yield made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# Starts that are refused


def test_without_a_configuration_it_says_what_to_do(home: Home) -> None:
    missing = home.folder / "evse.toml"
    done = home.run("evse-control-daemon", "--config", str(missing))
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"there is no {missing}" in done.stderr


@pytest.mark.parametrize(
    ("hardware", "said"),
    [("", "has no [hardware]"), (HARDWARE, "Linux drivers are not part of this release")],
)
def test_hardware_is_refused_in_one_sentence(home: Home, hardware: str, said: str) -> None:
    path = home.folder / "evse.toml"
    path.write_text(CONFIG.format(port=8080) + hardware)
    path.chmod(0o600)
    done = home.run("evse-control-daemon", "--config", str(path))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert "start with --simulate" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--speed", "fast"], "is no speed"),
        (["--speed", "nan"], "is no speed"),
        (["--speed", "0"], "is no speed"),
        (["--port", "70000"], "is no port"),
        (["--port", "-1"], "is no port"),
        (["--port", "http"], "is no port"),
    ],
)
def test_options_that_cannot_be_are_usage(home: Home, words: list[str], said: str) -> None:
    for program in (["evse-control-daemon", "--simulate"], ["silverpin", "demo"]):
        done = home.run(*program, *words)
        assert done.returncode == 2, done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_a_configuration_rules_a_simulated_charger_too(home: Home) -> None:
    port = free_port()
    path = home.folder / "bay.toml"
    path.write_text(CONFIG.format(port=port))
    with running(home, "--config", str(path)) as daemon:
        assert daemon.url != f"http://127.0.0.1:{port}/", "--port goes before the file"
        status = read_status(json.dumps(daemon.status()))
        assert (status.charger_id, status.connector_id) == ("bay-7", "AB-1")
        assert (status.name, status.site) == ("Bay seven", "Yard")
        assert status.connector.power_max_w == 11_000.0
        assert daemon.get("/api/history")["temp_trip_c"] == 70.0
        [trip] = [row.limit for row in status.checks if row.name == "pin temperature"]
        assert trip == "below 70 °C"
    words = [str(BIN / "evse-control-daemon"), "--simulate", "--config", str(path)]
    with subprocess.Popen(words, env=home.environment, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == f"ready http://127.0.0.1:{port}/\n"
        other.terminate()
        assert other.wait(30) == 0


def test_a_second_daemon_is_refused_for_what_the_first_one_holds(home: Home) -> None:
    with running(home) as first, a_home() as elsewhere:
        port = first.url.rstrip("/").rpartition(":")[2]
        busy = home.cli(f"evse-control-daemon --simulate --port {port}")
        assert (busy.returncode, busy.stdout) == (3, "")
        assert f"127.0.0.1:{port} cannot be listened on" in busy.stderr
        assert "--port" in busy.stderr
        twice = home.cli("evse-control-daemon --simulate --port 0")
        assert twice.returncode == 3
        assert f"is in use by process {first.process.pid}: stop that charger first" in twice.stderr
        words = ["evse-control-daemon", "--simulate", "--port", "0", "--socket", str(home.socket)]
        path = elsewhere.run(*words)
        assert path.returncode == 3
        assert "Another daemon runs here" in path.stderr
        for done in (busy, twice, path):
            assert done.stderr.count("\n") == 1, done.stderr
        assert first.status()["simulated"], "and the first one goes on"


@pytest.mark.parametrize("folder", ["/proc/no", "/tmp"])
def test_a_socket_where_none_may_be_is_refused(home: Home, folder: str) -> None:
    words = ["evse-control-daemon", "--simulate", "--port", "0"]
    done = home.run(*words, "--socket", f"{folder}/control.sock")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1, done.stderr


def test_a_state_that_cannot_be_opened_is_refused(home: Home) -> None:
    home.state.parent.mkdir(parents=True)
    home.state.write_bytes(b"no database, but a long enough text " * 100)
    done = home.cli("evse-control-daemon --simulate --port 0")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1, done.stderr
    assert "is damaged" in done.stderr


# The end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_orderly_under_load_with_pages_and_watchers_open(
    home: Home, number: signal.Signals
) -> None:
    with running(home, "--speed", "5") as daemon:
        daemon.act("plug")
        daemon.until(lambda s: s["state"] == "plugged")
        daemon.ask("set", mode="V2X", power_w=-20_000.0)
        daemon.until(lambda s: s["contactor"]["mirror"], "closed")
        page = urllib.request.urlopen(daemon.url + "api/stream", timeout=30)
        assert page.readline().startswith(b"retry")
        watcher = subprocess.Popen(
            [str(BIN / "evse-cli"), "watch", "--every", "0.1s"], env=home.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert watcher.stdout is not None
        watcher.stdout.readline()
        code = daemon.end(number)
        assert code == 0
        assert page.read().rstrip().endswith(b"}"), "the page read its last event whole"
        page.close()
        assert watcher.wait(30) == 4
        watcher.communicate()
        assert daemon.stdout.read() == ""
        assert daemon.said().count("\n") == 1, daemon.said()
        assert not home.socket.exists()
    with closing(Store.open(home.state, "SIM-0001")) as store:
        kinds = [row.event.kind for row in reversed(store.events(1000))]
        assert kinds[-1] == "stopped"
        assert kinds.index("contactor_opened") < kinds.index("unlocked") < len(kinds) - 1
        assert store.ledger("SIM-0001") == store.recount("SIM-0001")
        assert store.ledger("SIM-0001").load_breaks == 0


def test_ctrl_c_again_does_not_hurry_it_past_its_last_words(home: Home) -> None:
    with running(home, "--speed", "5") as daemon:
        discharge(daemon, -1_000.0)
        for _ in range(5):
            daemon.process.send_signal(signal.SIGINT)
        assert daemon.process.wait(30) == 0
        assert "Traceback" not in daemon.said()
    with closing(Store.open(home.state, "SIM-0001")) as store:
        assert store.events(1)[0].event.kind == "stopped"


# Restarts


@pytest.mark.verifies("THM-3")
def test_latches_inspection_and_session_survive_a_death_and_power_stays_away(home: Home) -> None:
    with running(home, "--speed", "100") as daemon:
        discharge(daemon)
        daemon.act("heat-pin", "DC+=trip")
        daemon.until(lambda s: s["faults"] and s["contactor"]["mirror"] is False)
        daemon.until(lambda s: any(e["kind"] == "thermal_trip" for e in daemon.events()))
        before = daemon.status()
        daemon.kill()
    with running(home, "--speed", "100") as daemon:
        status = daemon.status()
        assert [f["code"] for f in status["faults"]] == ["ERR_THERM_OVERLOAD"]
        assert status["faults"][0]["detail"] == before["faults"][0]["detail"]
        assert [row["what"] for row in status["due"]] == ["inspect the pins"]
        assert status["plugged"], "a vehicle does not leave because a program died"
        assert status["session"]["since"] <= status["time"]
        assert status["counts"] == before["counts"]
        assert daemon.ask("set", mode="charge", power_w=5_000.0).exit == 1
        assert daemon.ask("reset", thermal=True).exit == 0, "its pins are cool again"
        daemon.kill()
    with running(home, "--speed", "100") as daemon:
        status = daemon.until(lambda s: s["state"] == "plugged" and s["grid"]["ok"])
        assert status["faults"] == []
        assert status["counts"]["matings"] == 1, "the plug that stayed in is no new mating"
        refused = daemon.ask("set", mode="V2X", power_w=-5_000.0)
        assert refused.exit == 1
        assert "inspection" in refused.text
        measured = {"pins": {"DC+": 3e-4, "DC-": 3e-4}, "instrument": "i", "technician": "t",
                    "certificate": "c"}  # fmt: skip
        assert daemon.ask("inspect", **measured).exit == 0
        daemon.kill()
    with running(home, "--speed", "100") as daemon:
        assert daemon.status()["due"] == [], "what was answered as recorded is recorded"
        time_s = daemon.status()["time"]
        later = daemon.until(lambda s: s["time"] > time_s and s["state"] == "plugged")
        assert not later["contactor"]["commanded"]
        discharge(daemon)


def test_energy_and_hours_do_not_go_back_through_restarts(home: Home) -> None:
    seen_kwh = seen_h = 0.0
    for _ in range(2):
        with running(home, "--speed", "100") as daemon:
            discharge(daemon, -20_000.0)
            booked = partial(_discharged_beyond, seen_kwh + 0.3)
            status = daemon.until(booked, "a minute's booking")
            daemon.kill()
        with running(home) as daemon:
            after = daemon.status()
            daemon.kill()
        assert after["energy_kwh"]["discharged"] >= status["energy_kwh"]["discharged"] > seen_kwh
        assert after["mated_hours"] >= status["mated_hours"] > seen_h
        assert after["session"]["discharged_kwh"] >= status["energy_kwh"]["discharged"] - 0.001
        seen_kwh, seen_h = after["energy_kwh"]["discharged"], after["mated_hours"]


def _discharged_beyond(kwh: float, status: Status) -> bool:
    return bool(status["energy_kwh"]["discharged"] > kwh)


# Trouble


@pytest.mark.verifies("OPS-1")
def test_a_disk_in_trouble_is_told_and_the_charger_goes_on(home: Home) -> None:
    with running(home, "--speed", "20") as daemon:
        discharge(daemon)
        counted = daemon.status()["counts"]
        aside = home.state.rename(home.state.with_name("aside"))
        home.log.unlink()
        home.log.mkdir()
        daemon.ask("set", mode="V2X", power_w=5_000.0)
        status = daemon.until(lambda s: len(s["due"]) == 2, "told")
        assert not status["storage"]["ok"]
        assert "was moved or replaced while in use" in status["storage"]["trouble"]
        assert {row["what"] for row in status["due"]} == {
            "look after the journal", "look after the log",
        }  # fmt: skip
        daemon.until(lambda s: s["power_w"] > 4_900.0, "charging")
        shown = read_status(json.dumps(daemon.get("/api/status")))
        assert shown.storage.waiting > 0
        assert shown.counts.reversals == counted["reversals"], "not yet on the disk, not counted"
        assert daemon.get("/api/history")["power_w"]
        assert "look after the journal" in home.cli("evse-cli status").stdout
        aside.rename(home.state)
        home.log.rmdir()
        well = daemon.until(lambda s: s["storage"]["ok"], "well again")
        assert well["counts"]["reversals"] == counted["reversals"] + 1
        assert daemon.end() == 0
    lines = [json.loads(line) for line in home.log.read_text().splitlines()]
    assert "log_gap" in [line["event.action"] for line in lines]
    with closing(Store.open(home.state, "SIM-0001")) as store:
        kinds = {row.event.kind for row in store.events(1000)}
        assert {"disk_trouble", "disk_well"} <= kinds
        assert store.ledger("SIM-0001") == store.recount("SIM-0001")


def test_what_the_disk_refuses_to_the_end_is_said_with_exit_3(home: Home) -> None:
    with running(home) as daemon:
        home.state.rename(home.state.with_name("aside"))
        daemon.act("plug")
        daemon.until(lambda s: not s["storage"]["ok"])
        assert daemon.end() == 3
        assert "what waited is lost" in daemon.said()


def test_a_program_that_was_stopped_for_a_while_counts_it_and_goes_on(home: Home) -> None:
    with running(home) as daemon:
        assert daemon.status()["slips"] == 0
        daemon.stop_for(0.8)
        status = daemon.until(lambda s: s["slips"] >= 1, "counted")
        behind = datetime.now(UTC) - datetime.fromisoformat(status["time"])
        assert abs(behind.total_seconds()) < 0.5, "and tells the time"


def test_speed_is_kept_and_told(home: Home) -> None:
    with running(home, "--speed", "20") as daemon:
        first, began = daemon.status(), time.monotonic()
        assert first["speed"] == 20.0
        until = int(first["time"][17:19]) + 5
        daemon.until(lambda s: (int(s["time"][17:19]) - until) % 60 < 30, "five seconds later")
        assert time.monotonic() - began < 5.0, "sooner than at the speed of life"


def test_a_handler_that_fails_answers_and_the_charger_goes_on(home: Home) -> None:
    """A fault of ours in an answer, or in what only shows, costs that and nothing else."""
    broken = home.folder / "sitecustomize.py"
    broken.write_text(
        "import silverpin.apps.daemon.commands as c\n"
        "def fails(self, request, who):\n    raise RuntimeError('a fault of ours')\n"
        "c.Commands._lock = fails\n"
        "import silverpin.apps.daemon.history as h\n"
        "h.History.step = lambda self: 1 / 0\n"
    )
    home.environment["PYTHONPATH"] = str(home.folder)
    with running(home, "--speed", "20") as daemon:
        told = daemon.ask("lock")
        assert told.exit == 1
        assert "failed to answer" in told.text
        assert daemon.status()["simulated"]
        assert "a fault of ours" in daemon.said()
        discharge(daemon)
        assert daemon.said().count("ZeroDivisionError") == 1, "told, and not fifty times a second"
        assert daemon.end() == 0
