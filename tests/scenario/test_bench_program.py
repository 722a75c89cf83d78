"""`evse-bench`: the same charger for a few amperes, with a state of its own and no check less."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.config import ConfigError, load_config
from silverpin.apps.control_socket.client import ask
from silverpin.apps.evse_bench import main
from silverpin.apps.exits import Exit
from silverpin.domain.connectors import CONNECTOR_SETS, capped
from silverpin.domain.limits import LIMITS
from tests.daemon_process import DEADLINE_S, Home
from tests.stage import Stage, a_charger

CEILING_A = LIMITS.bench_current_max_a
SETS = pytest.mark.parametrize("connector", CONNECTOR_SETS)
FILE = """
[charger]
id = "bay-1"
serial = "AB123"
connector = "type2-32a"
power_max_w = 22000.0

[hardware]
lock_status_line = 23
contactor_line = 24
mirror_line = 25

[limits]
bench_current_max_a = {ceiling}

[log]
path = "/var/log/energy-mgmt/connector-durability.log"

[state]
path = "/var/lib/evse/bay-1/state.sqlite"
"""


def on_the_bench(connector: str, **setup: Any) -> Stage:
    return a_charger(connector=connector, ceiling_a=CEILING_A, skip=True, **setup)


@SETS
@pytest.mark.verifies("THM-6")
def test_no_more_than_the_ceiling_is_ever_permitted_or_flows(connector: str) -> None:
    bench = on_the_bench(connector).plug_in().asks(20.0).wait(10)
    assert bench.charger.verdict is not None
    permit = bench.charger.verdict.permit
    assert permit is not None
    assert (permit.charge_max_a, permit.clamp(100.0)) == (CEILING_A, CEILING_A)
    assert 0.0 < max(abs(amps) for amps in bench.watch(lambda s: s.amps, 5)) <= CEILING_A + 0.01
    assert bench.asks(-20.0).wait(20).faults == set()
    assert 0.0 < max(abs(amps) for amps in bench.watch(lambda s: s.amps, 5)) <= CEILING_A + 0.01


@SETS
@pytest.mark.verifies("THM-6")
@pytest.mark.parametrize("room_c", [5.0, 40.0])
def test_a_dummy_stands_in_for_a_sensor_because_nothing_gets_warm(
    connector: str, room_c: float
) -> None:
    bench = on_the_bench(connector, ambient_c=room_c)
    pin = bench.charger.connector.power_pins[0]
    bench.does("bypass-ntc", pin).plug_in().asks(4.0).wait(3 * 3600.0)
    assert bench.faults == set()
    assert max(bench.world.bay.connector.pin_c) - room_c < LIMITS.sensor_apart_k


@SETS
@pytest.mark.verifies("THM-6")
def test_the_same_dummy_is_found_where_the_connector_may_carry_its_rating(connector: str) -> None:
    charger = a_charger(connector=connector, skip=True, ambient_c=5.0)
    charger.does("bypass-ntc", charger.charger.connector.power_pins[0])
    charger.plug_in().wait(4 * 3600.0)
    assert "ERR_THERM_SENSOR" in charger.faults


@pytest.mark.verifies("THM-6")
@pytest.mark.parametrize("broken", ["ntc-open", "ntc-short", "ntc-lost", "jam-lock", "earth-loss",
                                    "pilot-loss", "estop", "heat-pin"])  # fmt: skip
def test_nothing_else_is_forgiven_on_the_bench(broken: str) -> None:
    bench = on_the_bench("ccs2-80a")
    if broken == "jam-lock":
        bench.does(broken).plug_in()
        bench.world.command_power(2_000.0)
    else:
        bench.charge(kw=2.0).does(broken, "DC+=trip" if broken == "heat-pin" else None)
    bench.wait(20)
    assert bench.faults
    assert not bench.closed


@SETS
def test_a_ceiling_above_the_rating_changes_nothing(connector: str) -> None:
    kind = CONNECTOR_SETS[connector]
    assert capped(kind, kind.rating_a) is kind
    assert capped(kind, 1e6) is kind
    assert capped(kind, CEILING_A).rating_a == CEILING_A


def written(folder: Path, ceiling: object) -> Path:
    path = folder / "evse.toml"
    path.write_text(FILE.format(ceiling=ceiling))
    path.chmod(0o600)
    return path


@pytest.mark.verifies("THM-6")
def test_no_configuration_raises_the_ceiling(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, 6.5)
    assert main(["--simulate", "--config", str(path)]) == Exit.BAD_FILE
    said = capsys.readouterr().err
    assert "limits.bench_current_max_a = 6.5 would loosen the limit 6.0" in said
    with pytest.raises(ConfigError, match="bench_current_max_a"):
        load_config(path, simulate=True)
    assert load_config(written(tmp_path, 2), True, True).limits.bench_current_max_a == 2.0


@pytest.mark.parametrize("simulate", [True, False])
def test_state_and_log_lie_apart_whatever_the_file_says(tmp_path: Path, simulate: bool) -> None:
    path = written(tmp_path, 6)
    service, bench = load_config(path, simulate), load_config(path, simulate, bench=True)
    assert bench.bench
    assert not service.bench
    assert bench.state != service.state
    assert bench.log != service.log
    assert "bench" in str(bench.state)
    assert "bench" in str(bench.log)


def test_hardware_is_refused_as_the_daemon_refuses_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(written(tmp_path, 6))]) == Exit.BAD_FILE
    said = capsys.readouterr().err
    assert said.startswith("evse-bench: ")
    assert "Linux drivers are not part of this release: start with --simulate" in said


def test_root_keeps_the_bench_apart_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    from silverpin.drivers.places import log_path, state_path

    service = state_path("bay-1", simulated=False, uid=0, environ={})
    bench = state_path("bay-1", simulated=False, uid=0, environ={}, bench=True)
    assert (service, bench) == (
        Path("/var/lib/evse/bay-1/state.sqlite"), Path("/var/lib/evse/bench/bay-1/state.sqlite"),
    )  # fmt: skip
    assert log_path(simulated=False, uid=0, environ={}, bench=True) != log_path(
        simulated=False, uid=0, environ={}
    )


@pytest.fixture
def home() -> Iterator[Home]:
    home = Home()
    yield home
    shutil.rmtree(home.folder, ignore_errors=True)


@pytest.mark.verifies("THM-6")
def test_all_that_a_running_bench_shows_says_bench(home: Home) -> None:
    """And a charger's own ledger sees nothing of it."""
    errors = home.folder / "errors"
    with errors.open("w") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "silverpin.apps.evse_bench", "--simulate", "--port", "0"],
            env=home.environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE, stderr=sink, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("ready http://")
        socket = home.socket.with_name("bench.sock")
        told = ask(socket, {"command": "status"}).data
        assert told is not None
        assert told["on_bench"] is True
        assert told["connector"]["rating_a"] == CEILING_A
        exported = ask(socket, {"command": "ledger-export"})
        assert exported.exit == Exit.REFUSED
        assert "goes into no ledger in service" in exported.text
    finally:
        process.terminate()
        assert process.wait(DEADLINE_S) == Exit.DONE
        process.stdout.close()
    said = errors.read_text().splitlines()
    assert all(line.startswith("evse-bench: ") for line in said)
    assert any("BENCH, at most 6 A: nothing gets warm" in line for line in said)
    kept = home.folder / "state" / "silverpin"
    assert not (kept / "sim").exists()
    lines = (kept / "bench" / "sim" / "connector-durability.log").read_text().splitlines()
    assert lines
    assert all(json.loads(line)["silverpin.bench"] is True for line in lines)
    assert "bench, at most 6 A, simulated plant" in lines[0]
