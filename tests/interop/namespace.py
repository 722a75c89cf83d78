"""Both sides in a network namespace: `unshare -n -r python -m tests.interop.namespace CONFIG`.

A veth pair is the cable. Our charger hears SDP on one end, their whole vehicle asks on the other,
and what was said of it is printed as JSON.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from silverpin.drivers.v2g.discovery import Discovery
from silverpin.drivers.v2g.interface import Listen
from silverpin.protocols.admission import Policy
from tests.bench_charger import BenchCharger
from tests.interop.our_charger import our_charger
from tests.interop.peers import environment
from tools.interop_env import their_python

CHARGER, VEHICLE = "evse0", "ev0"
DYNAMIC_PORT = 50_042
"""Their vehicle goes to no port below 49152, as ISO 15118-2 has it."""
PATIENCE_S = 30.0


def lay_cable() -> None:
    """Make the pair, up."""
    pair = ["ip", "link", "add", "name", CHARGER, "type", "veth", "peer", "name", VEHICLE]
    subprocess.run(pair, check=True)
    for end in (CHARGER, VEHICLE):
        # Nobody else is on this cable: its addresses are good at once.
        Path(f"/proc/sys/net/ipv6/conf/{end}/accept_dad").write_text("0")
        subprocess.run(["ip", "link", "set", "dev", end, "up"], check=True)


async def charge(config: str) -> dict[str, object]:
    """Let their vehicle find our charger and charge."""
    ignored: list[str] = []
    listen = Listen(CHARGER, DYNAMIC_PORT)
    async with our_charger(BenchCharger(), listen=listen) as charger:
        discovery = Discovery(
            CHARGER, tcp_port=charger.port, policy=Policy.OPEN, has_certificate=False,
            on_ignored=lambda asked: ignored.append(f"{asked.peer}: {asked.why}"),
        )  # fmt: skip
        await discovery.open()
        program = Path(__file__).parent / "their_whole_vehicle.py"
        vehicle = await asyncio.create_subprocess_exec(
            their_python(), program, VEHICLE, config, env=environment(), stdout=subprocess.PIPE,
        )  # fmt: skip
        held = await asyncio.wait_for(charger.held.get(), PATIENCE_S)
        said, _ = await vehicle.communicate()
        discovery.close()
    return {
        "ending": held.ending.name,
        "words": held.words,
        "ignored": ignored,
        "turned": [each.why for each in charger.turned],
        "vehicle": said.decode().splitlines()[-1:],
    }


async def main() -> None:
    lay_cable()
    print(json.dumps(await charge(sys.argv[1])))


if __name__ == "__main__":
    asyncio.run(main())
