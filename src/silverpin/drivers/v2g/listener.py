"""Where vehicles connect: one TCP port for V2GTP in clear, TLS 1.2 and TLS 1.3.

The first octets tell which it is, so that SDP has one port to name and a firewall one to open. A
handshake costs milliseconds of arithmetic with a curve of 521 bits, and many times that on a small
processor: it is done in a thread of its own, never in the loop that ticks the charger.
"""

import asyncio
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.drivers.plc.tcp_retries import segments_sent_again
from silverpin.drivers.v2g.connection import READ_MAX, Connection, Shaken, Tape, Terms
from silverpin.drivers.v2g.interface import (
    CannotListen,
    Listen,
    bound_socket,
    spoken_address,
    why_not,
)
from silverpin.drivers.v2g.turning import Turned, Turning
from silverpin.protocols.admission import Carrier, Policy, admitted, refusal
from silverpin.protocols.client_hello import (
    Hello,
    InClear,
    NoOpening,
    best,
    mismatch,
    read_opening,
)
from silverpin.protocols.tls_profiles import TLS_1_3, TlsProfile

if TYPE_CHECKING:
    from silverpin.drivers.v2g.tls import Agreed, TlsSession, TlsSide

OPENING_MAX_S = V2G_TIMERS.communication_setup_ns / NS_PER_S
"""A vehicle has to have its session by then; all the more it has to be through its handshake."""
CONNECTIONS_MAX = 8
"""A charger talks to one vehicle; a few more may try at once, a crowd may not."""

OnConnection = Callable[[Connection], Awaitable[None]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def met(policy: Policy, profiles: Iterable[TlsProfile], *, key_log: bool) -> str:
    """Say how vehicles are met, for the journal: the choices that a site answers for."""
    names = " and ".join(profile.name for profile in profiles)
    tls = f"TLS by profile {names}" if names else "no TLS"
    return f"by policy {policy.value}, {tls}{', their keys are kept' if key_log else ''}"


class Unmet(Exception):
    """A connection is not taken; the message is one sentence."""


class V2gListener:
    """Serves `on_connection` with every connection that the policy lets in; it may raise Unmet."""

    def __init__(
        self,
        *,
        policy: Policy,
        sides: Sequence["TlsSide"],
        on_connection: OnConnection,
        on_turned: Callable[[Turned], None],
        tape: Callable[[str, str], Tape | None] | None = None,
        key_log: bool = False,
    ) -> None:
        self._policy = policy
        self._sides = {side.profile: side for side in sides}
        self._on_connection = on_connection
        self._turn = Turning(on_turned)
        self._new_tape = tape
        self._key_log = key_log
        self._handshakes = ThreadPoolExecutor(1, "v2g-handshake", _yield_to_the_tick)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def policy(self) -> Policy:
        """What a connection has to prove."""
        return self._policy

    @property
    def profiles(self) -> tuple[TlsProfile, ...]:
        """The ways to do TLS, best first; none where no certificate is installed."""
        return tuple(self._sides)

    @property
    def port(self) -> int:
        """TCP port that is listened on."""
        if self._server is None:
            raise RuntimeError("the listener was not opened")
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self, listen: Listen) -> None:
        """Begin to listen. Raises CannotListen."""
        listening = bound_socket(listen, socket.SOCK_STREAM, listen.port)
        try:
            self._server = await asyncio.start_server(self._arrive, sock=listening)
        except OSError as error:  # another may have begun to listen between
            listening.close()
            raise CannotListen(why_not(error, listen, socket.SOCK_STREAM, listen.port)) from error

    async def close(self) -> None:
        """Take no more connections and end those that are open."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._handshakes.shutdown(wait=False)

    def _arrive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = spoken_address(writer.get_extra_info("peername"))
        if len(self._tasks) >= CONNECTIONS_MAX:
            self._turn(peer, f"{CONNECTIONS_MAX} connections are open already")
            writer.transport.abort()
            return
        task = asyncio.get_running_loop().create_task(self._serve((reader, writer), peer))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            context = {"message": "a V2G connection was dropped", "exception": error}
            task.get_loop().call_exception_handler(context)

    async def _serve(self, streams: Streams, peer: str) -> None:
        writer = streams[1]
        here = spoken_address(writer.get_extra_info("sockname"))
        tape = None if self._new_tape is None else self._new_tape(peer, here)
        connection = None
        try:
            connection = await self._opened(streams, peer, tape)
            if connection is not None:
                if tape is not None:
                    tape.admit()
                await self._on_connection(connection)
        except Unmet as error:
            self._turn(peer, str(error))
        finally:
            await self._leave(connection, writer, tape)

    async def _leave(
        self, connection: Connection | None, writer: asyncio.StreamWriter, tape: Tape | None
    ) -> None:
        if connection is not None:
            await connection.close()
            return
        writer.close()
        if tape is not None:
            tape.close()

    async def _opened(self, streams: Streams, peer: str, tape: Tape | None) -> Connection | None:
        try:
            async with asyncio.timeout(OPENING_MAX_S):
                return await self._open(streams, peer, tape)
        except (Unmet, NoOpening) as error:
            self._turn(peer, str(error))
        except TimeoutError:
            why = f"the vehicle was not through its first words after {OPENING_MAX_S:.0f} s"
            self._turn(peer, why)
        except OSError as error:
            why = f"the connection broke in its first words: {error.strerror or error}"
            self._turn(peer, why)
        return None

    async def _open(self, streams: Streams, peer: str, tape: Tape | None) -> Connection:
        opening, begun = await _first_words(streams[0], tape)
        if isinstance(opening, InClear):
            terms = self._terms(peer, Carrier.PLAIN, None)
            return Connection(streams, terms, None, tape, begun)
        clock = asyncio.get_running_loop().time
        began_s = clock()
        session, agreed, said = await self._shaken(streams, opening, begun, tape)
        again = segments_sent_again(streams[1].get_extra_info("socket"))
        terms = self._terms(peer, _carrier(session, agreed), agreed)
        terms = terms._replace(shaken=Shaken(clock() - began_s, again))
        return Connection(streams, terms, session, tape, said)

    def _terms(self, peer: str, carrier: Carrier, agreed: "Agreed | None") -> Terms:
        why = refusal(self._policy, carrier)
        if why is not None:
            raise Unmet(why)
        return Terms(peer, carrier, agreed, admitted(self._policy, carrier))

    async def _shaken(
        self, streams: Streams, hello: Hello, begun: bytes, tape: Tape | None
    ) -> tuple["TlsSession", "Agreed", bytes]:
        """Do the handshake, its arithmetic in the thread for it; return what was said at once."""
        from silverpin.drivers.v2g.tls import Refused

        if not self._sides:
            raise Unmet("the vehicle wants TLS and no certificate is installed: see v2g-tool pki")
        profile = best(hello, tuple(self._sides))
        key_line = tape.key_line if tape is not None and self._key_log else None
        session = self._sides[profile].session(key_line)
        loop, (reader, writer) = asyncio.get_running_loop(), streams
        agreed, data = None, begun
        try:
            while agreed is None:
                agreed = await loop.run_in_executor(self._handshakes, session.shake, data)
                _send(writer, session.outgoing(), tape)
                if agreed is None:
                    data = await _more(reader, tape)
            return session, agreed, session.plain()
        except Refused as error:
            _send(writer, session.outgoing(), tape)
            raise Unmet(mismatch(hello, profile) or str(error)) from None


def _yield_to_the_tick() -> None:
    """Linux has a priority for each thread: on a processor of one core, the tick has the right."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.nice(0) + 10)


def _carrier(session: "TlsSession", agreed: "Agreed") -> Carrier:
    if session.profile.version != TLS_1_3:
        return Carrier.TLS12
    return Carrier.TLS13 if agreed.peer is None else Carrier.TLS13_MUTUAL


async def _first_words(
    reader: asyncio.StreamReader, tape: Tape | None
) -> tuple[Hello | InClear, bytes]:
    begun = b""
    while (opening := read_opening(begun)) is None:
        begun += await _more(reader, tape)
    return opening, begun


async def _more(reader: asyncio.StreamReader, tape: Tape | None) -> bytes:
    data = await reader.read(READ_MAX)
    if not data:
        raise Unmet("the vehicle hung up in its first words")
    if tape is not None:
        tape.received(data)
    return data


def _send(writer: asyncio.StreamWriter, data: bytes, tape: Tape | None) -> None:
    if data:
        writer.write(data)
        if tape is not None:
            tape.sent(data)
