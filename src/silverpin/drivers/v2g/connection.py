"""One connection with a vehicle or a charger, open or sealed; octets in, octets out."""

import asyncio
from typing import TYPE_CHECKING, NamedTuple, Protocol

from silverpin.protocols.admission import Admitted, Carrier

if TYPE_CHECKING:
    from silverpin.drivers.v2g.tls import Agreed, TlsSession

READ_MAX = 1 << 16
LINGER_S = 1.0
"""How long a peer may take to fetch the last octets before the connection is cut."""


class Tape(Protocol):
    """What keeps a connection's octets as they were on the wire."""

    def received(self, octets: bytes) -> None:
        """The other side sent these."""

    def sent(self, octets: bytes) -> None:
        """We sent these."""

    def key_line(self, line: bytes) -> None:
        """A line of the key log; told only where that is switched on."""

    def admit(self) -> None:
        """The connection was let in."""

    def close(self) -> None:
        """The connection is over."""


class Shaken(NamedTuple):
    """What a TLS handshake took of the line."""

    took_s: float
    sent_again: int | None
    """TCP segments; None where the kernel does not tell."""


class Terms(NamedTuple):
    """What a connection proves, and what it may therefore be used for."""

    peer: str
    """Address and port of the other side."""
    carrier: Carrier
    agreed: "Agreed | None"
    """What TLS agreed on, with the other side's certificate; None in clear."""
    admitted: Admitted
    shaken: Shaken | None = None
    """None in clear."""


class Connection:
    """An open connection: `terms` say what it may be used for."""

    def __init__(
        self,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        terms: Terms,
        session: "TlsSession | None",
        tape: Tape | None,
        begun: bytes = b"",
    ) -> None:
        self.terms = terms
        self._reader, self._writer = streams
        self._session = session
        self._tape = tape
        self._begun = begun
        self._closed = self._over = False
        self.broken: str | None = None
        """Why it ended, if it did not end orderly."""

    async def read(self) -> bytes:
        """Return the next octets that the other side said; nothing once it has ended."""
        if self._begun:
            begun, self._begun = self._begun, b""
            return begun
        while not (self._over or self._closed):
            try:
                data = await self._reader.read(READ_MAX)
            except OSError as error:
                self.broken = f"the connection broke: {error.strerror or error}"
                break
            if not data:
                break
            if self._tape is not None:
                self._tape.received(data)
            plain = data if self._session is None else self._unsealed(self._session, data)
            if plain:
                return plain
        return b""

    async def write(self, data: bytes, within_s: float | None = None) -> None:
        """Say *data*; returns once the kernel has taken it, or the connection is gone.

        Who fetches nothing for *within_s* while it is full is gone as well.
        """
        if self._closed or self.broken:
            return
        self._put(data if self._session is None else self._sealed(self._session, data))
        try:
            async with asyncio.timeout(within_s):
                await self._writer.drain()
        except TimeoutError:
            self.broken, self._over = "the other side does not fetch what it is told", True
        except OSError as error:
            self.broken = f"the connection broke: {error.strerror or error}"

    async def close(self) -> None:
        """End the connection; what was written before still goes out."""
        if self._closed:
            return
        self._closed = True
        if self._session is not None:
            self._session.bye()
            self._put(self._session.outgoing())
        if self._tape is not None:
            self._tape.close()
        self._writer.close()
        try:
            # Not wait_for: in Python 3.11 it loses a cancellation that comes with the end.
            async with asyncio.timeout(LINGER_S):
                await self._writer.wait_closed()
        except OSError:
            pass
        finally:
            self._writer.transport.abort()

    def _sealed(self, session: "TlsSession", data: bytes) -> bytes:
        from silverpin.drivers.v2g.tls import Refused

        try:
            session.send(data)
        except Refused as error:
            self.broken, self._over = str(error), True
        return session.outgoing()

    def _unsealed(self, session: "TlsSession", data: bytes) -> bytes:
        from silverpin.drivers.v2g.tls import Refused

        try:
            plain = session.receive(data)
        except Refused as error:
            self.broken, self._over = str(error), True
            return b""
        self._over = session.closed
        # TLS itself may have to answer, as to a change of keys.
        self._put(session.outgoing())
        return plain

    def _put(self, data: bytes) -> None:
        if data and not self._writer.is_closing():
            self._writer.write(data)
            if self._tape is not None:
                self._tape.sent(data)
