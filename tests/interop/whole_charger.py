"""Their vehicle at the whole charger: envelope, contactor, converter, and a simulated battery.

The charger ticks by the wall's clock while their vehicle talks to it over TCP. Their vehicle has no
hardware; its pilot and its own switches are moved when its words would move them.
"""

import asyncio
from typing import Any

from silverpin.apps.daemon.visiting_vehicles import follow
from silverpin.apps.ev_link.server import VehicleServer
from silverpin.apps.ev_link.wall_pace import WallPace
from silverpin.drivers.v2g.interface import Listen
from silverpin.drivers.v2g.listener import V2gListener
from silverpin.protocols.admission import Policy
from tests.interop.flavours import Flavour
from tests.interop.peers import Peer
from tests.stage import Stage as Scene

TICK_S = 0.02


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
            follow(world.bay, talk)
            scene.wait(TICK_S)
    finally:
        await listener.close()
    return await told
