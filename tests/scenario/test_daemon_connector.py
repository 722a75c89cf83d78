"""A connector's life over real daemons: replaced, taken elsewhere, and counted through a kill."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.daemon_process import Daemon, Home, a_home, running

pytestmark = pytest.mark.verifies("CON-1")

CONFIG = """
[charger]
id = "demo-1"
serial = "{serial}"
connector = "ccs2-80a"
power_max_w = 22000.0
"""


@pytest.fixture
def home() -> Iterator[Home]:
    with a_home() as made:
        yield made


def mate(daemon: Daemon) -> None:
    before = daemon.status()["counts"]["matings"]
    daemon.act("plug")
    daemon.until(lambda s: s["counts"]["matings"] == before + 1, "mated")
    daemon.act("unplug")
    daemon.until(lambda s: s["session"] is None and s["state"] == "unplugged", "unplugged")
    daemon.until(lambda s: not s["storage"]["waiting"], "on the disk")


def refused(home: Home, line: str, says: str) -> None:
    done = home.cli(line)
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert says in done.stderr


def configured(home: Home, serial: str) -> Path:
    path = home.folder / f"{serial}.toml"
    path.write_text(CONFIG.format(serial=serial))
    return path


def test_a_replaced_connector_counts_through_a_kill_and_whatever_is_configured(home: Home) -> None:
    with running(home, "--speed", "10") as daemon:
        mate(daemon)
        daemon.act("plug")
        daemon.until(lambda s: s["counts"]["matings"] == 2)
        under = home.cli("evse-cli connector replace --serial B-2")
        assert (under.returncode, under.stdout) == (1, "")
        assert "a vehicle is plugged in" in under.stderr
        daemon.act("unplug")
        daemon.until(lambda s: s["session"] is None)
        told = home.cli("evse-cli connector replace --serial B-2")
        assert (told.returncode, told.stderr) == (0, "")
        assert home.cli("evse-cli connector replace --serial B-2").stdout.startswith("Already so")
        mate(daemon)
        daemon.kill()
    with running(home, "--speed", "10") as daemon:
        assert daemon.status()["connector_id"] == "B-2"
        mate(daemon)
        assert daemon.status()["counts"]["matings"] == 2
        shown = json.loads(home.cli("evse-cli connector show --serial SIM-0001 --json").stdout)
        assert (shown["counts"]["matings"], shown["on_charger"]) == (2, False)
        assert home.cli("evse-cli connector show").stdout.startswith(
            "Connector B-2, on the charger"
        )
        assert daemon.end() == 0
    logged = [json.loads(line) for line in home.log.read_text().splitlines()]
    assert {line["silverpin.connector"] for line in logged} == {"SIM-0001", "B-2"}
    with running(home, "--config", str(configured(home, "B-2"))) as daemon:
        assert daemon.status()["connector_id"] == "B-2"
    stranger = configured(home, "C-3")
    refused(home, f"evse-control-daemon --simulate --port 0 --config {stranger}",
            "counts for connector B-2, and the configuration names C-3: name B-2")  # fmt: skip


def test_a_ledger_is_carried_to_another_charger_as_a_file(home: Home) -> None:
    file = home.folder / "ledger.json"
    with running(home, "--speed", "10") as daemon:
        mate(daemon)
        assert home.cli(f"evse-cli ledger export {file}").returncode == 0
        refused(home, f"evse-cli ledger export {file}", "is there already: name a new file")
        shown = json.loads(home.cli("evse-cli ledger export -").stdout)
        assert shown["counts"] == json.loads(file.read_text())["counts"]
        assert shown["counts"]["matings"] == 1
    with a_home() as other, running(other, "--speed", "10"):
        assert other.cli("evse-cli connector replace --serial X-9").returncode == 0
        mine = other.cli(f"evse-cli ledger import {file}")
        assert mine.returncode == 1
        assert "connector adopt --serial SIM-0001 --from FILE" in mine.stderr
        adopt = f"evse-cli connector adopt --serial SIM-0001 --from {file}"
        assert other.cli(adopt).stdout == "The ledger of SIM-0001 is taken in, 1 mating with it\n"
        assert other.cli(adopt).stdout == "Already so: SIM-0001 has all of it, 1 mating\n"
        file.write_text(file.read_text().replace('"matings": 1', '"matings": 0'))
        refused(other, f"evse-cli ledger import {file}", "damaged or edited: export it again")
        file.write_text("{")
        refused(other, f"evse-cli ledger import {file}", "is no ledger: name what")


def test_a_state_of_a_newer_program_is_left_alone(home: Home) -> None:
    with running(home) as daemon:
        assert daemon.end() == 0
    with closing(sqlite3.connect(home.state)) as state:
        state.execute("PRAGMA user_version = 4000")
    before = home.state.read_bytes()
    refused(home, "evse-control-daemon --simulate --port 0", "install the newer program")
    assert home.state.read_bytes() == before
