"""One TCP connection of a capture: what it carries, and the messages in it.

Its first octets tell: V2GTP begins with 01 FE, TLS with a handshake record. A connection whose
beginning the capture lacks is searched for the first frame; one that carries anything else is left
alone. TLS counts as a charging session where it was announced by SDP, joins two link-local
addresses, or opens to V2GTP.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from silverpin.protocols.capture.conversation import Conversation, MessageError, V2gMessage
from silverpin.protocols.capture.key_log import KeyLog
from silverpin.protocols.capture.tcp import ACK, FIN, RST, SYN, Gap, Stream
from silverpin.protocols.capture.tls import TlsConnection
from silverpin.protocols.v2gtp import Frame, FrameReader, Lost

SEARCHED_MAX = 1 << 16

_START = b"\x01\xfe"
_TLS_HANDSHAKE = b"\x16\x03"
_TLS_DATA = b"\x17\x03"
_UNKNOWN, _V2GTP, _TLS, _FOREIGN = range(4)


class Ended(NamedTuple):
    """How the connection of a session ended, as far as the capture tells."""

    t_ns: int | None
    session: str
    how: str
    tls: str | None
    alerts: tuple[str, ...]


Event = V2gMessage | Ended


class Connection:
    """Takes the segments of both ends and gives messages."""

    def __init__(
        self, keys: KeyLog, forced: str | None, name: Callable[[], str], *, charging: bool
    ) -> None:
        self._keys = keys
        self._conversation = Conversation(forced)
        self._name = name
        self._streams = (Stream(), Stream())
        self._readers = (FrameReader(), FrameReader())
        self._tls: TlsConnection | None = None
        self._held = [b"", b""]
        self._searched = 0
        self._kind = _UNKNOWN
        self._finished: list[int] = []
        self._t_ns: int | None = None
        self._whole = False
        self._first: int | None = None
        self.charging = charging
        self.client: int | None = None
        self.session: str | None = None
        self.gaps = 0
        self.closed = False

    def segment(
        self,
        t_ns: int | None,
        side: int,
        sequence: int,
        acknowledgement: int,
        flags: int,
        data: bytes,
    ) -> list[Event]:
        """Take a segment from end *side*; give the messages it completes."""
        self._t_ns = t_ns
        if flags & SYN:
            self._greeted(side, sequence, flags)
            return []
        events: list[Event] = []
        other = self._streams[1 - side]
        if other.waits and flags & ACK:
            for piece in other.acknowledged(acknowledgement):
                events += self._piece(1 - side, piece)
        if data:
            for piece in self._streams[side].segment(sequence, data):
                events += self._piece(side, piece)
        if flags & (FIN | RST):
            events += self._ending(side, flags)
        return events

    def _greeted(self, side: int, sequence: int, flags: int) -> None:
        self._streams[side].begin(sequence + 1)
        self.client = 1 - side if flags & ACK else side
        self._whole = True
        if not flags & ACK:
            self._first = sequence

    @property
    def sealed(self) -> bool:
        """Whether it is TLS whose keys are not here."""
        return self._tls is not None and self._tls.locked is not None

    def outlived(self, sequence: int) -> bool:
        """Whether a SYN of this number begins another connection between the same ends."""
        return self.closed or sequence != self._first

    def close(self, how: str = "the capture ends, the connection does not") -> list[Event]:
        """Give what is left; *how* the connection ended."""
        events: list[Event] = []
        if self.closed:
            return events
        self.closed = True
        for side in (0, 1):
            for piece in self._streams[side].close():
                events += self._piece(side, piece)
        for side in (0, 1):
            events += self._messages(side, self._readers[side].close())
        if self._tls and (self.charging or self.session):
            events += self._closed_records(self._tls)
        if self.session is not None:
            events.append(self._ended(how))
        return events

    def _closed_records(self, tls: TlsConnection) -> Iterator[V2gMessage]:
        if tls.closed_records and tls.locked:
            yield V2gMessage(
                t_ns=self._t_ns,
                session=self._named(),
                protocol="tls",
                name=tls.version,
                error=MessageError(None, f"{tls.closed_records} records stay closed: {tls.locked}"),
            )

    def _ended(self, how: str) -> Ended:
        tls, alerts = self._tls, tuple(self._tls.alerts if self._tls else ())
        suite = tls.suite.name if tls and tls.suite else None
        version = ", ".join(filter(None, (tls.version, suite))) if tls else None
        return Ended(self._t_ns, self._named(), how, version, alerts)

    def _ending(self, side: int, flags: int) -> list[Event]:
        if flags & RST:
            return self.close(f"{self._who(side)} reset the connection")
        if side not in self._finished:
            self._finished.append(side)
        if len(self._finished) < 2 or any(stream.waits for stream in self._streams):
            return []
        return self.close(f"{self._who(self._finished[0])} closed the connection first")

    def _who(self, side: int) -> str:
        return {"ev": "the vehicle", "evse": "the charger"}.get(self._sender(side) or "", "one end")

    def _piece(self, side: int, piece: bytes | Gap) -> list[Event]:
        if isinstance(piece, Gap):
            self.gaps += 1
            return self._gap(side, piece)
        if self._kind == _V2GTP:
            return self._messages(side, self._readers[side].feed(piece))
        if self._kind == _TLS:
            return list(self._sealed(side, piece))
        events: list[Event] = []
        if self._kind == _UNKNOWN:
            self._held[side] += piece
            self._judge(side)
            if self._kind in (_V2GTP, _TLS):
                for end in (side, 1 - side):
                    held, self._held[end] = self._held[end], b""
                    events += self._piece(end, held)
        return events

    def _gap(self, side: int, gap: Gap) -> list[Event]:
        if self._kind == _V2GTP:
            return self._messages(side, self._readers[side].gap(gap.length))
        if self._kind == _TLS and self._tls is not None:
            self._tls.gap(self._tls_side(side))
        else:
            self._held[side], self._whole = b"", False
        return []

    def _judge(self, side: int) -> None:
        """Tell from what has come so far what this connection carries."""
        held = self._held[side]
        if len(held) < 6:
            return
        if held[:2] == _START:
            self._kind = _V2GTP
        elif held[:2] == _TLS_HANDSHAKE or (held[:2] == _TLS_DATA and not self._whole):
            self._kind = _TLS
            self._tls = TlsConnection(self._keys)
            if self.client is None and held[0] == 0x16:
                self.client = side if held[5] == 1 else 1 - side
        elif self._whole:
            self._kind = _FOREIGN
            self._held = [b"", b""]
        else:
            self._search(side)

    def _search(self, side: int) -> None:
        held = self._held[side]
        for high in (b"\x80", b"\x81"):
            at = held.find(_START + high)
            if at >= 0:
                self._held[side] = held[at:]
                self._kind = _V2GTP
                return
        self._searched += len(held)
        self._held[side] = held[-2:]
        if self._searched > SEARCHED_MAX:
            self._kind = _FOREIGN
            self._held = [b"", b""]

    def _sealed(self, side: int, data: bytes) -> Iterator[Event]:
        if self._tls is None:
            return
        for plain in self._tls.feed(self._tls_side(side), data):
            if self.session is None and not plain.startswith(_START):
                # Someone's web traffic: opened by the same key log, and none of ours.
                self._kind, self._tls, self.charging = _FOREIGN, None, False
                return
            yield from self._messages(side, self._readers[side].feed(plain))

    def _tls_side(self, side: int) -> int:
        return side if self.client is None else int(side != self.client)

    def _sender(self, side: int) -> str | None:
        if self.client is None:
            return None
        return "ev" if side == self.client else "evse"

    def _named(self) -> str:
        if self.session is None:
            self.session = self._name()
        return self.session

    def _messages(self, side: int, items: Iterable[Frame | Lost]) -> list[Event]:
        read, sender = self._conversation.read, self._sender(side)
        events: list[Event] = []
        for item in items:
            message = read(V2gMessage(self._t_ns, self._named(), sender), item)
            if self.client is None and message.sender is not None:
                self.client = side if message.sender == "ev" else 1 - side
                sender = self._sender(side)
            events.append(message)
        return events
