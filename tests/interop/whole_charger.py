"""Their vehicle at the whole charger: envelope, contactor, converter, and a simulated battery.

The charger ticks by the wall's clock while their vehicle talks to it over TCP. Their vehicle has no
hardware; its pilot and its own switches are moved when its words would move them.
"""

import asyncio
from typing import Any

from silverpin.apps.ev_link.server import VehicleServer
from silverpin.apps.ev_link.talk import Talk
from silverpin.drivers.v2g.interface import Listen
from silverpin.drivers.v2g.listener import V2gListener
from silverpin.protocols.admission import Policy
from silverpin.protocols.iso15118.sides import Stage
from tests.interop.flavours import Flavour
from tests.interop.peers import Peer
from tests.stage import Stage as Scene
from tests.wall_pace import WallPace

TICK_S = 0.02
_IN_C = (Stage.CABLE_CHECK, Stage.PRE_CHARGE, Stage.STARTING, Stage.POWER)
_JOINED = (Stage.STARTING, Stage.POWER)


async def charge(scene: Scene, peer: Peer, flavour: Flavour, **order: Any) -> dict[str, Any]:
    """Let their vehicle charge at *scene*'s charger; return what they say of it."""
    world = scene.world
    world.ev = None  # theirs talks instead of ours
    talk, pace = world.talk, WallPace()
    assert talk is not None
    talk.clock = pace.now_ns
    server = VehicleServer(talk, pace)
    listener = V2gListener(
        policy=Policy.OPEN, sides=(), on_connection=server.serve, on_turned=server.turned
    )
    await listener.open(Listen(None, 0, "::1"))
    battery_v = round(world.bay.vehicle.open_circuit_v())
    peer.tell(flavour.order(listener.port) | {"battery_v": battery_v} | order)
    told = asyncio.ensure_future(asyncio.to_thread(peer.hear))
    try:
        while not told.done() or talk.busy:
            await asyncio.wait({told}, timeout=TICK_S)
            _move(scene, talk)
            scene.wait(TICK_S)
    finally:
        await listener.close()
    return await told


def _move(scene: Scene, talk: Talk) -> None:
    """Pilot and switches of the vehicle, as its words would have them."""
    stage = talk.told.stage if talk.told else None
    bay = scene.world.bay
    bay.vehicle.control(bay.now_ns, stage in _IN_C, stage in _JOINED)
