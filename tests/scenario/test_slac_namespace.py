"""Matching on real network interfaces: every charger, vehicle and the line a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
IN_NAMESPACE = ["unshare", "--net", "--map-root-user"]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
INTERFACE_FAILS = """
import subprocess
from silverpin.drivers.plc.interface import PlcError, PlcInterface
def ip(*words): subprocess.run(["ip", "link", *words], check=True)
def told(act):
    try: act()
    except PlcError as error: print(error)
told(lambda: PlcInterface("cs0"))
ip("add", "name", "cs0", "type", "veth", "peer", "name", "ev0")
for name in ("cs0", "ev0"): ip("set", "dev", name, "up")
charger, vehicle = PlcInterface("cs0"), PlcInterface("ev0")
charger.send(vehicle.mac + charger.mac + bytes.fromhex("88e1") + bytes(46))
charger.send(vehicle.mac + charger.mac + bytes.fromhex("86dd") + bytes(46))
print(len(list(vehicle.receive())), len(list(charger.receive())))
ip("set", "dev", "cs0", "down")
told(lambda: charger.send(bytes(60)))
ip("del", "cs0")
told(lambda: list(vehicle.receive()))
told(lambda: vehicle.send(bytes(60)))
"""
SENT_AGAIN = """
import socket, subprocess
from silverpin.drivers.plc.tcp_retries import segments_sent_again
def cable(state): subprocess.run(["ip", "link", "set", "dev", "lo", state], check=True)
cable("up")
server = socket.create_server(("127.0.0.1", 0))
vehicle = socket.create_connection(server.getsockname())
charger, _ = server.accept()
print(segments_sent_again(vehicle))
cable("down")
vehicle.send(b"?")
while not segments_sent_again(vehicle): pass
cable("up")
print(charger.recv(1), segments_sent_again(vehicle) > 0)
"""


@pytest.fixture(scope="module", autouse=True)
def _needs_a_namespace() -> None:
    pair = ["ip", "link", "add", "name", "cs0", "type", "veth", "peer", "name", "ev0"]
    try:
        tried = subprocess.run([*IN_NAMESPACE, *pair], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        pytest.skip(f"no real power line interface was tried: {error}")
    if tried.returncode:
        pytest.skip(f"no real power line interface was tried: {tried.stderr.strip()}")


def in_namespace(*words: str) -> str:
    done = subprocess.run(
        [*IN_NAMESPACE, sys.executable, *words],
        capture_output=True, text=True, check=False, cwd=ROOT, env=ENVIRONMENT, timeout=90,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def car_park(*cables_db: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what chargers and vehicles told, each cable with its attenuation."""
    told = in_namespace("-m", "tests.plc_namespace", json.dumps(cables_db))
    rows = [json.loads(line) for line in told.splitlines()]
    return rows[: len(cables_db)], rows[len(cables_db) :]


@pytest.mark.verifies("COM-4")
def test_a_vehicle_is_matched_over_a_real_interface() -> None:
    (charger,), (vehicle,) = car_park(31.0)
    assert charger["stage"] == vehicle["stage"] == "LINKED"
    assert (charger["peer"], vehicle["peer"]) == (vehicle["mac"], charger["mac"])
    assert charger["nid"] == vehicle["nid"]
    assert charger["attenuation_db"] == pytest.approx(31.0, abs=1.0)
    assert charger["sounds_lost"] == 0


@pytest.mark.long
def test_three_vehicles_on_one_line_each_find_the_charger_of_their_cable() -> None:
    chargers, vehicles = car_park(24.0, 33.0, 42.0)
    for charger, vehicle in zip(chargers, vehicles, strict=True):
        assert charger["stage"] == vehicle["stage"] == "LINKED"
        assert (charger["peer"], vehicle["peer"]) == (vehicle["mac"], charger["mac"])
        assert charger["nid"] == vehicle["nid"]
    assert len({charger["nid"] for charger in chargers}) == 3
    assert max(charger["vehicles"] for charger in chargers) > 1, "the others were heard as well"


def test_an_interface_that_is_missing_down_or_gone_is_told_with_the_next_step() -> None:
    assert in_namespace("-c", INTERFACE_FAILS).splitlines() == [
        "power line on cs0: there is no such interface: `ip link` names those that are there",
        "1 0",
        "power line on cs0: the interface is down: `ip link set cs0 up`",
        "power line on ev0: the interface is down: `ip link set ev0 up`",
        "power line on ev0: the interface is gone: `ip link` names those that are there",
    ]


@pytest.mark.verifies("COM-4")
def test_what_tcp_sends_again_over_a_broken_cable_is_counted() -> None:
    assert in_namespace("-c", SENT_AGAIN).splitlines() == ["0", "b'?' True"]


@pytest.mark.verifies("COM-1", "COM-4")
def test_the_daemon_matches_by_its_modem_and_tells_the_line() -> None:
    missing, linked, after = map(
        json.loads, in_namespace("-m", "tests.plc_daemon", "42").splitlines()
    )
    assert missing["why"].startswith("power line on cs0: there is no such interface")
    assert missing["quality"]["grade"] == "unknown"
    assert linked["stage"] == "linked"
    assert linked["last"]["attenuation_db"] == pytest.approx(42.0, abs=1.0)
    assert linked["last"]["sounds_lost"] == 0
    assert linked["quality"]["grade"] == "poor"
    assert linked["quality"]["advice"][0].startswith("keep 50 mm")
    assert (after["stage"], after["why"]) == ("idle", None)
    assert after["last"] == linked["last"], "that is when somebody looks"
    assert after["network"] != linked["network"], "a key that a vehicle knows is used once"
