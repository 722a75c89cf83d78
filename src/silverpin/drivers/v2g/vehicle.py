"""The vehicle's way to a charger: ask by SDP, connect, be met. For simulation, bench and tests."""

import asyncio
import socket
from typing import TYPE_CHECKING

from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.drivers.v2g.connection import READ_MAX, Connection, Terms
from silverpin.drivers.v2g.interface import Listen, bound_socket, spoken_address
from silverpin.protocols.admission import Carrier, Policy, admitted
from silverpin.protocols.sdp import (
    ASK_TIMES,
    GROUP,
    PORT,
    NoDiscovery,
    Request,
    Response,
    Security,
    read_response,
    request,
)
from silverpin.protocols.tls_profiles import TLS_1_3

if TYPE_CHECKING:
    from silverpin.drivers.v2g.tls import Agreed, TlsSession, TlsSide


OPENING_MAX_S = V2G_TIMERS.communication_setup_ns / NS_PER_S
"""To connect, and for the handshake after it; a charger gives no more for both."""


class NoCharger(Exception):
    """No charger was found or met; the message says why."""


async def discover(
    interface: str,
    security: Security = Security.TLS,
    *,
    ask: tuple[str, int] = (GROUP, PORT),
    times: int = ASK_TIMES,
) -> Response:
    """Ask on *interface* until a charger answers. Raises NoCharger."""
    loop = asyncio.get_running_loop()
    index = socket.if_nametoindex(interface)
    with bound_socket(Listen(interface, 0), socket.SOCK_DGRAM, 0) as asking:
        asking.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        for _ in range(times):
            await loop.sock_sendto(asking, request(Request(security)), (*ask, 0, index))
            try:
                async with asyncio.timeout(V2G_TIMERS.discovery_ns / NS_PER_S):
                    return await _answered(asking)
            except TimeoutError:
                continue
    raise NoCharger(f"no charger answered on {interface} after {times} questions")


async def meet(
    host: str, port: int, side: "TlsSide | None", *, interface: str | None = None
) -> Connection:
    """Connect to a charger, with TLS as *side* does it or in clear. Raises NoCharger."""
    scoped = f"{host}%{interface}" if interface and host.startswith("fe80") else host
    try:
        async with asyncio.timeout(OPENING_MAX_S):
            reader, writer = await asyncio.open_connection(scoped, port)
    except TimeoutError as error:
        why = f"no answer within {OPENING_MAX_S:.0f} s"
        raise NoCharger(f"no charger at [{scoped}]:{port}: {why}") from error
    except OSError as error:
        raise NoCharger(f"no charger at [{scoped}]:{port}: {error.strerror or error}") from error
    peer = spoken_address(writer.get_extra_info("peername"))
    if side is None:
        terms = Terms(peer, Carrier.PLAIN, None, admitted(Policy.OPEN, Carrier.PLAIN))
        return Connection((reader, writer), terms, None, None)
    return await _sealed((reader, writer), side, peer)


async def _sealed(
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], side: "TlsSide", peer: str
) -> Connection:
    from silverpin.drivers.v2g.tls import Refused

    session = side.session()
    try:
        async with asyncio.timeout(OPENING_MAX_S):
            agreed = await _shaken(streams, session)
        said = session.plain()
    except TimeoutError:
        streams[1].transport.abort()
        raise NoCharger(f"no handshake within {OPENING_MAX_S:.0f} s") from None
    except (Refused, OSError) as error:
        streams[1].write(session.outgoing())
        streams[1].close()
        raise NoCharger(str(error)) from None
    carrier = Carrier.TLS13_MUTUAL if side.profile.version == TLS_1_3 else Carrier.TLS12
    terms = Terms(peer, carrier, agreed, admitted(Policy.OPEN, carrier))
    return Connection(streams, terms, session, None, said)


async def _shaken(
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], session: "TlsSession"
) -> "Agreed":
    reader, writer = streams
    data = b""
    # A simulated vehicle lives in the loop of its charger, which has to go on ticking.
    while (agreed := await asyncio.to_thread(session.shake, data)) is None:
        writer.write(session.outgoing())
        data = await reader.read(READ_MAX)
        if not data:
            raise ConnectionResetError("the charger hung up in the handshake")
    writer.write(session.outgoing())
    return agreed


async def _answered(asking: socket.socket) -> Response:
    loop = asyncio.get_running_loop()
    while True:
        datagram = await loop.sock_recv(asking, 2048)
        try:
            return read_response(datagram)
        except NoDiscovery:
            continue
