"""One session with a program of the package `iso15118`, and what both sides say of it."""

from typing import NamedTuple

from tests.bench_charger import BenchCharger
from tests.interop.flavours import Flavour
from tests.interop.our_charger import Held, endpoint, hold, listening
from tests.interop.peers import Peer
from silverpin.protocols.iso15118.machine import Ending


class Round(NamedTuple):
    """A session that is over."""

    flavour: Flavour
    our_role: str
    sound: bool
    """Both sides call it a success."""
    took_s: float
    words: str
    """What either side says of its end."""
    held: Held | None = None


def with_their_vehicle(peer: Peer, flavour: Flavour, *, as_shipped: bool = False) -> Round:
    """Let their vehicle charge at our charger."""
    with listening() as server:
        server.settimeout(10.0)
        peer.tell(flavour.order(server.getsockname()[1], as_shipped=as_shipped))
        connection, _ = server.accept()
        with connection:
            bench = BenchCharger((flavour.service,))
            held = hold(connection, endpoint(flavour.protocol), bench)
    theirs = peer.hear()
    sound = held.ending is Ending.BY_VEHICLE and theirs["successful"]
    words = f"{held.words}; they say: {theirs['reason']}"
    return Round(flavour, "charger", sound, held.took_s, words, held)
