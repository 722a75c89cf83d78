"""Our charger's end of a conversation over one blocking socket, for a vehicle that is not ours."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import Stage, VehicleSide
from silverpin.protocols.iso15118.turn import Happening, What
from tests.bench_charger import BenchCharger

_CHUNK = 1 << 16
_TICK_S = 0.001


class Held(NamedTuple):
    """A conversation that is over."""

    ending: Ending
    happenings: tuple[Happening, ...]
    told: VehicleSide
    took_s: float
    """From the first octet to the last."""

    @property
    def stages(self) -> list[Stage]:
        """The stages that were reached, in their order."""
        return [Stage(h.words) for h in self.happenings if h.what is What.STAGE]

    @property
    def words(self) -> str:
        """What is said of the end."""
        return next(h.words for h in reversed(self.happenings) if h.what is What.ENDED)


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
        data = _received(connection, ours.deadline_ns)
        now_ns, side = time.monotonic_ns(), bench.side(ours.told)
        if data is None:
            turn = ours.tick(side, now_ns)
        else:
            turn = ours.receive(data, side, now_ns) if data else ours.vanished()
        connection.sendall(turn.send)
        happenings += turn.happenings
        if turn.ending:
            took_s = time.perf_counter() - began
            return Held(turn.ending, tuple(happenings), ours.told, took_s)


def _received(connection: socket.socket, deadline_ns: int | None) -> bytes | None:
    """Return octets, none of them when the vehicle has closed, or None when time is up."""
    left_s = ((deadline_ns or 0) - time.monotonic_ns()) / NS_PER_S
    connection.settimeout(max(left_s, _TICK_S))
    try:
        return connection.recv(_CHUNK)
    except TimeoutError:
        return None
    except ConnectionError:
        return b""
