"""Management messages of a HomePlug Green PHY modem, as Ethernet frames.

Behind the Ethernet header stand the version, the type (little-endian; its two lowest bits tell
request, confirmation, indication and response), from version 1 on two octets for fragments, and the
body. A frame shorter than Ethernet's least is padded, and some vehicles append octets that mean
nothing: whatever follows a body is kept as its `rest`.
"""

import struct
from typing import NamedTuple

ETHERTYPE = 0x88E1
BROADCAST = b"\xff" * 6
LOCAL_MODEM = bytes.fromhex("00b052000001")
"""Every Qualcomm modem answers to this address, and only towards its own host."""
FRAME_MIN, FRAME_MAX = 60, 1514

_ETHERNET = struct.Struct(">6s6sH")
_TYPE = struct.Struct("<BH")


class SlacError(ValueError):
    """Octets that are no management message, or not the one that they claim to be."""


class Frame(NamedTuple):
    """One management message before its body is read."""

    destination: bytes
    source: bytes
    kind: int
    body: bytes
    version: int = 1
    fragment: bytes = b"\0\0"
    """Of version 1 and later; a message in more than one frame is not used in SLAC."""

    def pack(self) -> bytes:
        """Return the frame's octets, padded to Ethernet's least."""
        head = _ETHERNET.pack(self.destination, self.source, ETHERTYPE)
        octets = head + _TYPE.pack(self.version, self.kind) + self.fragment + self.body
        return octets.ljust(FRAME_MIN, b"\0")


def unpack(octets: bytes) -> Frame:
    """Read an Ethernet frame as a management message; its padding stays in the body."""
    if len(octets) < _ETHERNET.size:
        raise SlacError(f"{len(octets)} octets are no Ethernet frame")
    destination, source, ethertype = _ETHERNET.unpack_from(octets)
    if ethertype != ETHERTYPE:
        raise SlacError(f"EtherType 0x{ethertype:04X} is not HomePlug's")
    return open_payload(source, destination, octets[_ETHERNET.size :])


def open_payload(source: bytes, destination: bytes, payload: bytes) -> Frame:
    """Read what an Ethernet frame of HomePlug carries."""
    if len(payload) < _TYPE.size:
        raise SlacError(f"{len(payload)} octets hold no message type")
    version, kind = _TYPE.unpack_from(payload)
    at = _TYPE.size + (2 if version else 0)
    if len(payload) < at:
        raise SlacError("the message is cut in its header")
    fragment = payload[_TYPE.size : at]
    return Frame(destination, source, kind, payload[at:], version, fragment)
