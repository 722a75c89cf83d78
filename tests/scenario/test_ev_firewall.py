"""The firewall of the vehicle's interface lets in what a vehicle needs, and nothing else.

Two network namespaces joined by a pair of virtual interfaces are charger and vehicle; the rules
that ship are loaded on the charger's side. Needs root and nft, and is skipped with the reason
where they are not.
"""

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.v2g_namespaces import CHARGER, Link, linked, run

RULES = Path(__file__).resolve().parents[2] / "deploy" / "nftables" / "silverpin-ev.nft"


@pytest.fixture(scope="module")
def nft() -> str:
    found = os.environ.get("SILVERPIN_NFT") or shutil.which("nft")
    if found is None:
        pytest.skip("no nft on this machine: sudo apt-get install nftables")
    return found


@pytest.fixture(scope="module")
def link(nft: str) -> Iterator[Link]:
    with linked() as found:
        loaded = found.at(found.charger, nft, "-f", str(RULES))
        if "Operation not supported" in loaded.stderr:
            pytest.skip("the kernel has no nf_tables")
        assert loaded.returncode == 0, loaded.stderr
        yield found


LISTEN = """
import asyncio, socket, sys
async def main():
    for port in map(int, sys.argv[1:]):
        await asyncio.start_server(lambda reader, writer: writer.close(), "::", port)
    loop = asyncio.get_running_loop()
    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport): self.transport = transport
        def datagram_received(self, data, addr): self.transport.sendto(data, addr)
    for port in map(int, sys.argv[1:]):
        await loop.create_datagram_endpoint(Echo, local_addr=("::", port))
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
ASK = """
import socket, sys
kind, host, port = sys.argv[1:]
with socket.socket(socket.AF_INET6, getattr(socket, kind)) as asking:
    asking.settimeout(3.0)
    asking.connect((host, int(port), 0, socket.if_nametoindex("plc0")))
    if kind == "SOCK_DGRAM":
        asking.send(b"?")
        asking.recv(1)
"""
TCP, UDP = "SOCK_STREAM", "SOCK_DGRAM"
PORTS = (22, 80, 443, 8042, 8080, 15118)


@pytest.fixture
def services(link: Link) -> Iterator[None]:
    """Everything listens on every port: what does not answer is what the rules keep out."""
    with link.running(link.charger, LISTEN, *map(str, PORTS)):
        yield


@pytest.mark.verifies("SEC-1")
@pytest.mark.usefixtures("services")
def test_a_vehicle_reaches_sdp_and_v2g_and_nothing_else(link: Link) -> None:
    ask = ["ip", "netns", "exec", link.vehicle, sys.executable, "-c", ASK]
    asking = {
        (kind, port): subprocess.Popen([*ask, kind, CHARGER, str(port)], stderr=subprocess.DEVNULL)
        for kind in (TCP, UDP)
        for port in PORTS
    }
    reached = {each for each, process in asking.items() if process.wait() == 0}
    assert reached == {(TCP, 8042), (UDP, 15118)}


DISCOVER = """
import asyncio, sys
from silverpin.drivers.v2g.vehicle import discover
found = asyncio.run(discover("plc0", times=8))
print(found.port, found.security.name, found.address.hex())
"""
ANSWER = """
import asyncio
from silverpin.drivers.v2g.discovery import Discovery
from silverpin.protocols.admission import Policy
async def main():
    finder = Discovery("eth1", tcp_port=8042, policy=Policy.TLS13_ONLY, has_certificate=True,
                       on_ignored=print)
    await finder.open()
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.mark.verifies("SEC-1")
def test_a_vehicle_finds_the_charger_by_multicast_through_the_rules(link: Link) -> None:
    with link.running(link.charger, ANSWER):
        found = link.at(link.vehicle, sys.executable, "-c", DISCOVER)
        assert found.returncode == 0, found.stderr
        assert found.stdout.split()[:2] == ["8042", "TLS"]


@pytest.mark.verifies("SEC-1")
def test_three_rules_let_something_in() -> None:
    lines = [line.strip() for line in RULES.read_text("utf-8").splitlines()]
    assert [line for line in lines if line.endswith(" accept")] == [
        "iifname != $EV accept",
        "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept",
        "udp dport 15118 ip6 saddr fe80::/10 accept",
        "tcp dport $V2G_PORT ip6 saddr fe80::/10 accept",
    ]
    assert {'define EV = "eth1"', "define V2G_PORT = 8042"} <= set(lines)


def test_loading_the_rules_again_changes_nothing(link: Link, nft: str) -> None:
    before = link.at(link.charger, nft, "-s", "list", "ruleset").stdout
    assert "silverpin_ev" in before
    assert link.at(link.charger, nft, "-f", str(RULES)).returncode == 0
    assert link.at(link.charger, nft, "-s", "list", "ruleset").stdout == before


def test_the_rules_can_be_parsed(nft: str) -> None:
    checked = run(nft, "-c", "-f", str(RULES))
    if "Operation not permitted" in checked.stderr:
        pytest.skip(textwrap.shorten(checked.stderr, 80))
    assert checked.returncode == 0, checked.stderr
