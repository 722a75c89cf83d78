"""Ten thousand TCP connections to one charger, none of which comes to an orderly end.

Each says a few right things and then breaks off, says nonsense, stops in the middle of a word, or
comes while another is being talked to. Nothing of them is left: no task, no memory, no talk.
"""

import asyncio
import gc
import sys
from random import Random

import pytest

from silverpin.apps.ev_link.server import VehicleServer
from silverpin.apps.ev_link.wall_pace import WallPace
from silverpin.domain.quantities import NS_PER_S
from silverpin.drivers.v2g.interface import Listen
from silverpin.drivers.v2g.listener import V2gListener
from silverpin.protocols.admission import Policy
from silverpin.protocols.iso15118.car import Car, Plan
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint
from tests.stage import Stage as Scene
from tests.stage import a_charger

CONNECTIONS = 10_000
SETTLED = 3_000
ROUND = 500
"""After so many the charger is given a new plug, for its faults and its session are old."""
BLOCKS_MAX = 500
TURNS_MAX = 9
CHUNK = 1 << 16


async def come(port: int, chance: Random) -> None:
    """One vehicle: some turns, and an accident."""
    reader, writer = await asyncio.open_connection("::1", port)
    vehicle = VehicleEndpoint(Plan())
    said, now_ns = vehicle.start(0).send, 0
    try:
        for _ in range(chance.randint(0, TURNS_MAX)):
            writer.write(said)
            heard = await reader.read(CHUNK)
            if not heard or vehicle.ending:
                return
            now_ns += NS_PER_S
            said = vehicle.receive(heard, Car(), now_ns).send
            said = said or vehicle.tick(Car(), now_ns + NS_PER_S).send
        if chance.random() < 0.5:
            writer.write(chance.choice((said[: len(said) // 2], chance.randbytes(50))))
            await writer.drain()
    except ConnectionError:
        return
    finally:
        writer.transport.abort() if chance.random() < 0.5 else writer.close()


async def all_come(scene: Scene, chance: Random, count: int) -> None:
    """Let *count* vehicles come, some of them two at a time."""
    talk = scene.world.talk
    assert talk is not None
    server = VehicleServer(talk, WallPace())
    listener = V2gListener(
        policy=Policy.OPEN, sides=(), on_connection=server.serve, on_turned=server.turned
    )
    await listener.open(Listen(None, 0, "::1"))
    for number in range(0, count, 2):
        await asyncio.gather(come(listener.port, chance), come(listener.port, chance))
        if number % ROUND == 0:
            scene.does("unplug").wait(1).plug_in().asks(10)
            scene.world.journal.clear()
    await listener.close()
    assert len(asyncio.all_tasks()) == 1
    assert not talk.busy


@pytest.mark.long
def test_nothing_of_them_is_left() -> None:
    scene = a_charger(talks=True)
    scene.world.ev = None
    chance = Random(1)
    asyncio.run(all_come(scene, chance, SETTLED))
    before = blocks(scene)
    asyncio.run(all_come(scene, chance, CONNECTIONS))
    assert blocks(scene) - before < BLOCKS_MAX
    assert scene.faults <= {"ERR_ISO_HANDSHAKE"}
    assert not scene.closed


def blocks(scene: Scene) -> int:
    """Memory blocks in use once the charger is as at the beginning and the journal is empty."""
    scene.does("unplug").wait(5)
    scene.world.journal.clear()
    for _ in range(3):
        gc.collect()
    return sys.getallocatedblocks()
