"""A vehicle on a link of its own: found by multicast, met over link-local addresses, and kept.

Two network namespaces are charger and vehicle, as two computers would be.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from silverpin.apps.terminal.v2g_tool import main
from tests.v2g_namespaces import Link, linked

CHARGER = """
import asyncio, sys, time
from pathlib import Path
from silverpin.drivers.v2g.capture_writer import CaptureFolder
from silverpin.drivers.v2g.discovery import Discovery
from silverpin.drivers.v2g.interface import Listen
from silverpin.drivers.v2g.listener import V2gListener
from silverpin.drivers.v2g.trust import charger_sides
from silverpin.protocols.admission import Policy
pki, captures = map(Path, sys.argv[1:])
async def answer(connection):
    while said := await connection.read():
        await connection.write(said)
async def main():
    kept = CaptureFolder(captures, keep=3, interface="eth1", utc_ns=time.time_ns, on_trouble=print)
    sides = charger_sides(pki, Policy.TLS13_ONLY)
    listener = V2gListener(policy=Policy.TLS13_ONLY, sides=sides, on_connection=answer,
                           on_turned=print, tape=kept.tape, key_log=True)
    await listener.open(Listen("eth1"))
    finder = Discovery("eth1", tcp_port=listener.port, policy=Policy.TLS13_ONLY,
                       has_certificate=True, on_ignored=print)
    await finder.open()
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
VEHICLE = """
import asyncio, ipaddress, sys
from pathlib import Path
from silverpin.drivers.v2g.trust import vehicle_side
from silverpin.drivers.v2g.vehicle import discover, meet
async def main():
    told = await discover("plc0", times=20)
    host = str(ipaddress.IPv6Address(told.address))
    connection = await meet(host, told.port, vehicle_side(Path(sys.argv[1])), interface="plc0")
    await connection.write(b"\\x01\\xfehello")
    while not (heard := await connection.read()):
        pass
    print(host, told.port, connection.terms.agreed.group, heard == b"\\x01\\xfehello")
    await connection.close()
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    pytest.importorskip("OpenSSL")
    with linked() as found:
        yield found


def test_a_vehicle_asks_the_link_and_is_met_with_tls(link: Link, tmp_path: Path) -> None:
    assert main(["pki", "create", str(tmp_path / "pki")]) == 0
    pki, captures = str(tmp_path / "pki"), tmp_path / "captures"
    with link.running(link.charger, CHARGER, pki, str(captures)):
        met = link.at(link.vehicle, sys.executable, "-c", VEHICLE, pki)
        assert met.returncode == 0, met.stderr
        assert met.stdout.split() == ["fe80::c", "8042", "secp521r1", "True"]
    (capture,) = captures.iterdir()
    assert capture.stat().st_size > 1000
