"""A capture's packets in, its messages out, in the order in which they were complete.

Memory does not grow with the capture: connections are bounded in number, and each in what it holds.
What is not followed is counted by its name in `counts`.
"""

import struct
from collections import Counter
from collections.abc import Iterable, Iterator

from silverpin.protocols.capture.connection import Connection, Event
from silverpin.protocols.capture.conversation import MessageError, V2gMessage, read_sdp
from silverpin.protocols.capture.frames import TCP, Datagram, HomePlugFrame, open_frame
from silverpin.protocols.capture.homeplug import name_message
from silverpin.protocols.capture.key_log import KeyLog
from silverpin.protocols.capture.records import Item, Secrets
from silverpin.protocols.capture.sdp import announced
from silverpin.protocols.capture.tcp import ACK, SYN
from silverpin.protocols.v2gtp import Frame, FrameReader

CONNECTIONS_MAX = 1024
ANNOUNCED_MAX = 256

_TCP_HEADER = struct.Struct(">HHIIBB")
_LINK_LOCAL = b"\xfe\x80"
_NO_V2G = "TCP connection without V2G messages"
_SEALED = "TLS connection whose keys are not here (give --keylog FILE)"
_V2GTP_START = b"\x01\xfe"

_Key = tuple[bytes, bytes]


class CaptureDecoder:
    """Takes the records of a capture, one after another."""

    def __init__(self, keys: KeyLog | None = None, forced: str | None = None) -> None:
        self._keys = KeyLog() if keys is None else keys
        self._forced = forced
        self._connections: dict[_Key, Connection] = {}
        self._announced: dict[bytes, None] = {}
        self._sessions = 0
        self.packets = 0
        self.counts: Counter[str] = Counter()

    def take(self, item: Item) -> Iterable[Event]:
        """Give the messages that this record completes."""
        if isinstance(item, Secrets):
            self._keys.add(item.key_log)
            return ()
        self.packets += 1
        t_ns, link, data, original = item
        if original > len(data):
            self.counts["packet cut by the capture's own length limit"] += 1
        content = open_frame(link, data)
        if isinstance(content, Datagram):
            return (self._tcp if content.protocol == TCP else self._udp)(t_ns, content)
        if isinstance(content, HomePlugFrame):
            return self._homeplug(t_ns, content)
        self.counts[content.name] += 1
        return ()

    def close(self) -> Iterator[Event]:
        """The capture ends: give what its connections still hold."""
        connections, self._connections = self._connections, {}
        for connection in connections.values():
            yield from self._retired(connection)

    def _tcp(self, t_ns: int | None, datagram: Datagram) -> Iterable[Event]:
        _, source, destination, payload = datagram
        if len(payload) < 20:
            self.counts["a TCP segment cut in its header"] += 1
            return ()
        _, _, sequence, acknowledgement, offset, flags = _TCP_HEADER.unpack_from(payload)
        sender, receiver = source + payload[:2], destination + payload[2:4]
        key = (sender, receiver) if sender < receiver else (receiver, sender)
        retired: list[Event] = []
        connection = self._connections.pop(key, None)
        if connection is None or (flags & (SYN | ACK) == SYN and connection.outlived(sequence)):
            if connection is not None:
                retired += self._retired(connection)
            connection = self._new(key)
        # Taken out and put back, it stands last: the first is the one that was silent longest.
        self._connections[key] = connection
        if connection.closed:
            return ()
        data = payload[(offset >> 4) * 4 :]
        side = int(sender == key[1])
        events = connection.segment(t_ns, side, sequence, acknowledgement, flags, data)
        if len(self._connections) > CONNECTIONS_MAX:
            retired += self._retired(self._connections.pop(next(iter(self._connections))))
        return [*retired, *events] if retired else events

    def _new(self, key: _Key) -> Connection:
        charging = key[0] in self._announced or key[1] in self._announced
        local = all(end.startswith(_LINK_LOCAL) for end in key)
        return Connection(self._keys, self._forced, self._name, charging=charging or local)

    def _retired(self, connection: Connection) -> list[Event]:
        events = connection.close()
        if connection.session is None:
            self.counts[_SEALED if connection.sealed else _NO_V2G] += 1
        if connection.gaps:
            self.counts["gap in a TCP stream"] += connection.gaps
        return events

    def _name(self) -> str:
        self._sessions += 1
        return f"s{self._sessions}"

    def _udp(self, t_ns: int | None, datagram: Datagram) -> Iterator[Event]:
        octets = datagram.payload[8:]
        if not octets.startswith(_V2GTP_START):
            self.counts["UDP"] += 1
            return
        reader = FrameReader()
        for item in (*reader.feed(octets), *reader.close()):
            endpoint = announced(item) if isinstance(item, Frame) else None
            if endpoint and len(self._announced) < ANNOUNCED_MAX:
                self._announced[endpoint] = None
            yield read_sdp(V2gMessage(t_ns=t_ns), item)

    def _homeplug(self, t_ns: int | None, frame: HomePlugFrame) -> Iterator[Event]:
        told = name_message(frame)
        if told is None:
            self.counts["a HomePlug frame cut in its header"] += 1
            return
        yield V2gMessage(
            t_ns=t_ns,
            sender=told.sender,
            protocol=told.protocol,
            name=told.name,
            message=None if told.error else told.message,
            trailing=told.trailing,
            error=None if told.error is None else MessageError(None, told.error),
        )
