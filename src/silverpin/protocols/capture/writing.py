"""Writes pcapng: a section, its interface, packets, and the key log of a session if it is kept.

A connection that a program held has no packets any more, only octets and instants. They are put
into IPv6 and TCP as they could have been: a greeting, segments that follow each other without loss,
a farewell. What was said and when is true; how the network parted it is not.
"""

import struct
from typing import NamedTuple

from silverpin.protocols.capture.frames import IPV6_ONLY
from silverpin.protocols.capture.frames import TCP as TCP_PROTOCOL
from silverpin.protocols.capture.records import (
    ENHANCED,
    INTERFACE,
    RESOLUTION,
    SECRETS,
    SECTION_TYPE,
    TLS_KEY_LOG,
)
from silverpin.protocols.capture.tcp import ACK, FIN, SYN

SEGMENT_MAX = 1 << 14
_PUSH = 0x08
_APPLICATION, _INTERFACE_NAME = 4, 2
_NANOSECONDS = bytes((9,))
_WINDOW = 65_535


class End(NamedTuple):
    """Address of 16 octets and port."""

    address: bytes
    port: int


def head(interface: str, program: str) -> bytes:
    """Return what a capture of one interface begins with."""
    byte_order = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    named = _options((_INTERFACE_NAME, interface.encode()), (RESOLUTION, _NANOSECONDS))
    return _block(SECTION_TYPE, byte_order + _options((_APPLICATION, program.encode()))) + _block(
        INTERFACE, struct.pack("<HHI", IPV6_ONLY, 0, 0) + named
    )


def packet(t_ns: int, data: bytes) -> bytes:
    """Return one packet, seen at *t_ns* of UTC."""
    high, low = divmod(t_ns, 1 << 32)
    return _block(ENHANCED, struct.pack("<IIIII", 0, high, low, len(data), len(data)) + data)


def secrets(key_log: bytes) -> bytes:
    """Return lines of a key log, which open the packets that follow."""
    return _block(SECRETS, struct.pack("<II", TLS_KEY_LOG, len(key_log)) + key_log)


class WrittenTalk:
    """The packets of one connection; its first side is the one that connected."""

    def __init__(self, ends: tuple[End, End]) -> None:
        self._ends = ends
        self._next = [0, 0]

    def greeting(self, t_ns: int) -> bytes:
        """Return how the connection was made."""
        return self._put(t_ns, 0, SYN) + self._put(t_ns, 1, SYN | ACK) + self._put(t_ns, 0, ACK)

    def said(self, t_ns: int, side: int, octets: bytes) -> bytes:
        """Return what one side said."""
        pieces = range(0, len(octets), SEGMENT_MAX)
        return b"".join(
            self._put(t_ns, side, ACK | _PUSH, octets[at : at + SEGMENT_MAX]) for at in pieces
        )

    def farewell(self, t_ns: int) -> bytes:
        """Return how the connection ended."""
        return self._put(t_ns, 0, FIN | ACK) + self._put(t_ns, 1, FIN | ACK)

    def _put(self, t_ns: int, side: int, flags: int, octets: bytes = b"") -> bytes:
        source, target = self._ends[side], self._ends[1 - side]
        own, other = self._next[side], self._next[1 - side] if flags & ACK else 0
        header = struct.pack(
            ">HHIIBBHHH", source.port, target.port, own, other, 0x50, flags, _WINDOW, 0, 0
        )
        segment = header + octets
        pseudo = source.address + target.address + struct.pack(">II", len(segment), TCP_PROTOCOL)
        checksum = struct.pack(">H", _checksum(pseudo + segment))
        segment = segment[:16] + checksum + segment[18:]
        ip = struct.pack(">IHBB", 6 << 28, len(segment), TCP_PROTOCOL, 64)
        step = len(octets) + bool(flags & (SYN | FIN))
        self._next[side] = (own + step) % (1 << 32)
        return packet(t_ns, ip + source.address + target.address + segment)


def _checksum(data: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{(len(data) + 1) // 2}H", data + bytes(len(data) % 2))
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _options(*options: tuple[int, bytes]) -> bytes:
    written = (
        struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)
        for code, value in options
    )
    return b"".join(written) + bytes(4)


def _block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length
