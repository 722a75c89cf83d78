"""Captures made in memory: packets between one vehicle and one charger, in pcap and pcapng."""

import struct
from collections.abc import Iterable, Sequence

from silverpin.protocols.capture.frames import ETHERNET
from silverpin.protocols.capture.records import Record
from silverpin.protocols.capture.tcp import ACK, FIN, SYN

EV = bytes.fromhex("fe80000000000000000000000000000a")
EVSE = bytes.fromhex("fe80000000000000000000000000000b")
EV_PORT, EVSE_PORT = 50001, 61341

SAP_REQ = bytes.fromhex("8000dbab9371d3234b71d1b981899189d191818991d26b9b3a232b30020000040040")
SAP_RES = bytes.fromhex("80400040")


def pcap(records: Iterable[Record], *, order: str = "<", link: int = ETHERNET) -> bytes:
    octets = struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)
    for record in records:
        seconds, rest = divmod(record.t_ns or 0, 1_000_000_000)
        length = len(record.data)
        octets += struct.pack(order + "IIII", seconds, rest // 1000, length, record.original)
        octets += record.data
    return octets


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def pcapng(records: Iterable[Record], *, order: str = "<", link: int = ETHERNET) -> bytes:
    nanoseconds = struct.pack(order + "HHB3xHH", 9, 1, 9, 0, 0)
    octets = section(order) + block(1, struct.pack(order + "HHI", link, 0, 0) + nanoseconds, order)
    for record in records:
        high, low = divmod(record.t_ns or 0, 1 << 32)
        head = struct.pack(order + "IIIII", 0, high, low, len(record.data), record.original)
        octets += block(6, head + record.data, order)
    return octets


def ipv6(protocol: int, payload: bytes, *, from_ev: bool) -> bytes:
    ends = EV + EVSE if from_ev else EVSE + EV
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + ends + payload


def ethernet(kind: int, payload: bytes) -> bytes:
    return bytes(6) + b"\x02" * 6 + struct.pack(">H", kind) + payload


def tcp(data: bytes, sequence: int, acknowledgement: int, flags: int, *, from_ev: bool) -> bytes:
    ports = (EV_PORT, EVSE_PORT) if from_ev else (EVSE_PORT, EV_PORT)
    numbers = (sequence % (1 << 32), acknowledgement % (1 << 32))
    header = struct.pack(">HHIIBBHHH", *ports, *numbers, 0x50, flags, 65535, 0, 0)
    return ethernet(0x86DD, ipv6(6, header + data, from_ev=from_ev))


def udp(data: bytes, *, from_ev: bool) -> bytes:
    ports = (50000, 15118) if from_ev else (15118, 50000)
    header = struct.pack(">HHHH", *ports, len(data) + 8, 0)
    return ethernet(0x86DD, ipv6(17, header + data, from_ev=from_ev))


def record(frame: bytes, t_ns: int | None = None, link: int = ETHERNET) -> Record:
    return Record(t_ns, link, frame, len(frame))


class Talk:
    """A TCP connection as it would be captured; each side's numbers start near their end."""

    def __init__(self, *, greeted: bool = True, start: int = (1 << 32) - 20) -> None:
        self._next = {True: start, False: start + 7}
        self.t_ns = 1_700_000_000_000_000_000
        self.records: list[Record] = []
        if greeted:
            self._put(True, b"", SYN)
            self._put(False, b"", SYN | ACK)

    def say(self, pieces: Sequence[bytes], *, from_ev: bool) -> "Talk":
        for piece in pieces:
            self._put(from_ev, piece, ACK)
        return self

    def end(self) -> "Talk":
        self._put(True, b"", ACK | FIN)
        self._put(False, b"", ACK | FIN)
        return self

    def _put(self, from_ev: bool, data: bytes, flags: int) -> None:
        self.t_ns += 1_000_000
        sequence, answer = self._next[from_ev], self._next[not from_ev]
        frame = tcp(data, sequence, answer, flags, from_ev=from_ev)
        self.records.append(record(frame, self.t_ns))
        self._next[from_ev] += len(data) + bool(flags & (SYN | FIN))
