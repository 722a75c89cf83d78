"""Our charger's end of a conversation over one blocking socket, for a vehicle that is not ours."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.turn import Happening
from tests.bench_charger import BenchCharger
from tests.interop.sockets import Held, received


@contextmanager
def listening() -> Iterator[socket.socket]:
    """Give a socket that waits for one vehicle."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        yield server


def endpoint(*protocols: str, seed: int = 1) -> ChargerEndpoint:
    """Return an endpoint that offers *protocols*."""
    return ChargerEndpoint(offered=protocols, chance=Random(seed), now_ns=time.monotonic_ns())


def hold(connection: socket.socket, ours: ChargerEndpoint, bench: BenchCharger) -> Held:
    """Answer the vehicle until the conversation is over."""
    happenings: list[Happening] = []
    began = time.perf_counter()
    while True:
        data = received(connection, ours.deadline_ns)
        now_ns, side = time.monotonic_ns(), bench.side(ours.told)
        if data is None:
            turn = ours.tick(side, now_ns)
        else:
            turn = ours.receive(data, side, now_ns) if data else ours.vanished()
        if turn.send:
            connection.sendall(turn.send)
        happenings += turn.happenings
        if turn.ending:
            return Held(turn.ending, tuple(happenings), time.perf_counter() - began)
