"""A vehicle from outside at a daemon: found by SDP, met with TLS, and power flows by its words.

Two network namespaces are charger and vehicle, as two computers would be; pilot, battery and power
of the daemon are simulated.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.terminal.v2g_tool import main as v2g_tool
from tests.v2g_namespaces import Link, linked, run

CONFIG = """
[charger]
id = "bench-1"
serial = "B-1"
connector = "ccs2-80a"
power_max_w = 22000.0
[v2g]
interface = "{interface}"
certificates = "{pki}"
[web]
port = 18099
"""
DAEMON = "import sys; from silverpin.apps.daemon.program import main; sys.exit(main())"
VEHICLE = """
import asyncio, ipaddress, sys, time
from pathlib import Path
from silverpin.drivers.v2g.trust import vehicle_side
from silverpin.drivers.v2g.vehicle import discover, meet
from silverpin.protocols.iso15118.car import Plan
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint
from tests import bench_vehicle
from tests.interop.held import End, converse
async def main():
    told = await discover("plc0", times=20)
    host = str(ipaddress.IPv6Address(told.address))
    side = vehicle_side(Path(sys.argv[1]))
    connection = await meet(host, told.port, side, interface="plc0")
    plan = Plan(protocols=("iso20",), services=(Service.DC_BPT,), controls=(ControlMode.DYNAMIC,))
    bench_vehicle.BATTERY_V = 382.0  # what the plant's battery has
    ours, bench = VehicleEndpoint(plan), bench_vehicle.BenchVehicle(loops=20)
    def turn(data, now_ns):
        car = bench.car(ours.hands, ours.told)
        if data is None:
            return ours.tick(car, now_ns)
        if not data:
            return ours.vanished()
        found = ours.receive(data, car, now_ns)
        bench.heard(ours.told)
        return found
    held = await converse(connection, End(lambda: ours.deadline_ns, turn),
                          ours.start(time.monotonic_ns()))
    print(held.ending.name, held.words)
asyncio.run(main())
"""


class Daemon:
    """A daemon in the charger's namespace, and commands to it."""

    def __init__(self, link: Link, folder: Path) -> None:
        self._link = link
        self._socket = folder / "control.sock"

    def program(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        code = f"import sys; from silverpin.apps.terminal.{name} import main; sys.exit(main())"
        command = [sys.executable, "-c", code, *words]
        environment = os.environ | {"SILVERPIN_SOCKET": str(self._socket)}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.program("evse_cli", "--json", "status").stdout))

    def vehicle(self) -> dict[str, Any]:
        return dict(self.status()["vehicle"])

    def events(self) -> str:
        return self.program("evse_cli", "events").stdout


@contextmanager
def a_daemon(link: Link, folder: Path, interface: str) -> Iterator[Daemon]:
    config = folder / "evse.toml"
    config.write_text(CONFIG.format(interface=interface, pki=folder / "pki"), encoding="utf-8")
    words = ["--config", str(config), "--simulate", "--real-vehicle", "--socket"]
    command = ["ip", "netns", "exec", link.charger, sys.executable, "-c", DAEMON, *words]
    with subprocess.Popen(
        [*command, str(folder / "control.sock")],
        env=os.environ | {"XDG_STATE_HOME": str(folder)}, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("ready ")
            yield Daemon(link, folder)
        finally:
            process.terminate()


def until(what: Callable[[], bool], within_s: float = 30.0) -> None:
    """Ask again and again; each question starts a program, and is pause enough."""
    end_s = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < end_s


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    pytest.importorskip("OpenSSL")
    with linked() as found:
        run("ip", "-n", found.charger, "link", "set", "lo", "up")  # for the page
        yield found


@pytest.mark.verifies("COM-1")
def test_a_vehicle_from_outside_finds_the_daemon_and_power_flows(
    link: Link, tmp_path: Path
) -> None:
    assert v2g_tool(["pki", "create", str(tmp_path / "pki")]) == 0
    with a_daemon(link, tmp_path, "eth1") as daemon:
        until(lambda: "Vehicles are met on eth1, TCP 8042" in daemon.events())
        assert daemon.program("silverpin_cli", "act", "plug").returncode == 0
        started = daemon.program("v2g_tool", "--mode", "charge", "--power", "5kW")
        assert started.returncode == 0, started.stderr
        # A vehicle waits for the pilot's offer; one that talks before its plug counts is let go.
        until(lambda: daemon.status()["lock"]["confirmed"] is True)
        pki = str(tmp_path / "pki")
        came = link.at(link.vehicle, sys.executable, "-c", VEHICLE, pki)
        told = daemon.events()
        assert came.stdout.startswith("BY_VEHICLE"), (came.stderr, told)
        assert "In the charge loop" in told
        assert "TLS 1.3 with a verified vehicle certificate" in told


@pytest.mark.long
def test_an_interface_that_is_not_there_is_said_and_waited_for(link: Link, tmp_path: Path) -> None:
    assert v2g_tool(["pki", "create", str(tmp_path / "pki")]) == 0
    with a_daemon(link, tmp_path, "eth7") as daemon:
        until(lambda: daemon.vehicle()["shut"] is not None)
        assert "there is no network interface eth7" in daemon.program("evse_cli", "status").stdout


@pytest.mark.long
def test_certificates_that_are_missing_are_said(link: Link, tmp_path: Path) -> None:
    with a_daemon(link, tmp_path, "eth1") as daemon:
        until(lambda: daemon.vehicle()["shut"] is not None)
        assert "No vehicle can be met: " in daemon.events()
