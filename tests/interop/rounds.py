"""One session with a program of the package `iso15118`, and what both sides say of it."""

import socket
from typing import NamedTuple

from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint
from tests.bench_charger import BenchCharger
from tests.bench_vehicle import BenchVehicle
from tests.interop.flavours import Flavour
from tests.interop.our_charger import endpoint, hold, listening
from tests.interop.our_vehicle import drive, plan
from tests.interop.peers import Peer
from tests.interop.sockets import Held


class Round(NamedTuple):
    """A session that is over."""

    flavour: Flavour
    our_role: str
    held: Held
    theirs: dict[str, object]
    """`successful` and `reason`, as their side tells."""

    @property
    def sound(self) -> bool:
        """Both sides call it a success."""
        return self.held.ending is Ending.BY_VEHICLE and bool(self.theirs["successful"])

    @property
    def words(self) -> str:
        """What either side says of its end."""
        return f"{self.held.words}; they say: {self.theirs['reason']}"


def with_their_vehicle(peer: Peer, flavour: Flavour, *, as_shipped: bool = False) -> Round:
    """Let their vehicle charge at our charger."""
    with listening() as server:
        server.settimeout(10.0)
        peer.tell(flavour.order(server.getsockname()[1], as_shipped=as_shipped))
        connection, _ = server.accept()
        with connection:
            bench = BenchCharger((flavour.service,))
            held = hold(connection, endpoint(flavour.protocol), bench)
    return Round(flavour, "charger", held, peer.hear())


def with_their_charger(peer: Peer, ports: dict[str, int], flavour: Flavour) -> Round:
    """Let our vehicle charge at their charger."""
    with socket.create_connection(("::1", ports["port"])) as connection:
        held = drive(connection, VehicleEndpoint(plan(flavour)), BenchVehicle())
    return Round(flavour, "vehicle", held, peer.hear())
