"""The control socket: one JSON object a line each way, several requests a connection.

Who may command is decided by the credentials that the kernel noted at `connect`, never by the
file's mode alone: on hardware everybody can connect, so that a stranger gets a sentence and an
entry in the journal instead of silence. Nothing that a peer does or leaves undone holds up the
daemon: requests are taken one a turn of the loop, a line has a length, an answer nobody reads has
a bound, and connections have a number and an idle time.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec

from silverpin.apps.control_socket.audit import Audit, Journal
from silverpin.apps.control_socket.desk import CommandDesk, CommandHandler
from silverpin.apps.control_socket.listener import SocketClaim
from silverpin.apps.control_socket.peers import Admission, Peer
from silverpin.apps.control_socket.requests import Watch, answer
from silverpin.apps.exits import Exit
from silverpin.domain.quantities import seconds_to_ns

HARDWARE_MODE = 0o666
SIMULATION_MODE = 0o600
_SETTLE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one peer, and all of one standing, may take of the daemon."""

    line_max_bytes: int = 64 * 1024
    unread_max_bytes: int = 1024 * 1024
    admitted_max: int = 32
    strangers_max: int = 8
    idle_s: float = 60.0
    stranger_s: float = 2.0


BOUNDS = Bounds()


class ControlServer:
    """Lets *handler* answer those whom *admission* admits; *journal* takes what is recorded."""

    def __init__(
        self,
        handler: CommandHandler,
        journal: Journal,
        admission: Admission,
        bounds: Bounds = BOUNDS,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._audit = Audit(journal, lambda: seconds_to_ns(self._loop.time()))
        self.admission = admission
        self.desk = CommandDesk(handler, admission, self._audit, self._failed)
        self.bounds = bounds
        self._connections: set[_Connection] = set()
        self._claim: SocketClaim | None = None
        self._server: asyncio.Server | None = None
        self._settling: asyncio.TimerHandle | None = None

    async def start(self, path: Path, *, mode: int) -> None:
        """Listen at *path*; raise `SocketPathError` with one sentence when that cannot be."""
        self._claim = SocketClaim(path, mode=mode)
        self._server = await self._loop.create_unix_server(
            lambda: _Connection(self, self._loop), sock=self._claim.socket
        )
        self._settle()

    async def close(self) -> None:
        """Hang up on everybody, record what is left to record and leave the path free."""
        if self._settling is not None:
            self._settling.cancel()
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.drop()
        await asyncio.sleep(0)  # the loop closes what was dropped
        self._audit.close()
        if self._claim is not None:
            self._claim.release()

    def join(self, connection: "_Connection", peer: Peer) -> bool:
        """Count a connection in; False when peers of its standing hold too many."""
        most = self.bounds.admitted_max if peer.allowed else self.bounds.strangers_max
        held = sum(other.peer.allowed == peer.allowed for other in self._connections)
        if held < most:
            self._connections.add(connection)
        return held < most

    def leave(self, connection: "_Connection") -> None:
        """Count a connection out."""
        self._connections.discard(connection)

    def _failed(self, command: str, error: Exception) -> None:
        message = f"control socket: {command} failed"
        self._loop.call_exception_handler({"message": message, "exception": error})

    def _settle(self) -> None:
        self._audit.settle()
        self._settling = self._loop.call_later(_SETTLE_S, self._settle)


class _Connection(asyncio.Protocol):
    """One peer: lines in, answers out, one a turn of the loop."""

    peer: Peer
    _transport: asyncio.Transport

    def __init__(self, server: ControlServer, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop
        self._received = bytearray()
        self._ended = False
        self._watching: Watch | None = None
        self._turn: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.peer = self._server.admission.peer_of(transport.get_extra_info("socket"))
        if self._server.join(self, self.peer):
            self._await_request()
        else:
            self._part_with(answer(Exit.REFUSED, "Too many connections at once: try again"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.leave(self)
        for handle in (self._turn, self._timer):
            if handle is not None:
                handle.cancel()

    def data_received(self, data: bytes) -> None:
        if self._watching is None:
            self._received += data
            self._wait_turn()

    def eof_received(self) -> bool:
        self._ended = True
        if self._watching is None:
            self._wait_turn()
        return self._watching is None

    def drop(self) -> None:
        """Cut the connection without waiting for anybody."""
        self._transport.abort()

    def _await_request(self) -> None:
        bounds = self._server.bounds
        self._set_timer(bounds.idle_s if self.peer.allowed else bounds.stranger_s, self.drop)

    def _wait_turn(self) -> None:
        if self._turn is None and not self._transport.is_closing():
            self._transport.pause_reading()
            self._turn = self._loop.call_soon(self._take_line)

    def _take_line(self) -> None:
        """Answer one request; the next one waits until the loop has looked after others."""
        self._turn = None
        end = self._received.find(b"\n")
        length = len(self._received) if end < 0 else end
        if length > self._server.bounds.line_max_bytes:
            self._refuse_length()
        elif end >= 0 or (self._ended and length):
            line = bytes(self._received[:length])
            del self._received[: length + 1]
            self._answer(line)
            if self._watching is None:
                self._wait_turn()
        elif self._ended:
            self._transport.close()
        else:
            self._transport.resume_reading()

    def _answer(self, line: bytes) -> None:
        if not line.strip():
            return
        self._await_request()
        told, request = self._server.desk.answer(line, self.peer)
        if isinstance(request, Watch):
            self._watching = request
            self._received.clear()
            self._transport.resume_reading()
            self._send_frame()
        elif self.peer.allowed:
            self._send(told)
        else:
            self._part_with(told)

    def _send_frame(self) -> None:
        if self._watching is not None and not self._transport.is_closing():
            told = self._server.desk.status(self.peer)
            self._send(told if told["exit"] else {"data": told["data"]})
            self._set_timer(self._watching.every_s, self._send_frame)

    def _refuse_length(self) -> None:
        most = self._server.bounds.line_max_bytes
        text = f"A request has at most {most} bytes: this connection ends"
        self._part_with(self._server.desk.refuse("oversize", Exit.USAGE, text, self.peer))

    def _part_with(self, message: dict[str, Any]) -> None:
        self._send(message)
        self._transport.close()

    def _send(self, message: dict[str, Any]) -> None:
        """Send an answer, however long, unless too much of earlier ones is still unread."""
        if self._transport.get_write_buffer_size() > self._server.bounds.unread_max_bytes:
            self.drop()
        else:
            self._transport.write(msgspec.json.encode(message) + b"\n")

    def _set_timer(self, wait_s: float, act: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(wait_s, act)
