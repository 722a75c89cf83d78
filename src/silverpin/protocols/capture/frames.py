"""From a link's frame to the datagram in it: Ethernet, VLAN, Linux cooked, raw IP; IPv4 and IPv6.

Everything that is not followed further gets a name, so that it can be counted.
"""

import struct
from typing import NamedTuple

ETHERNET, COOKED, COOKED_2 = 1, 113, 276
_RAW_IP = (12, 14, 101)
_NULL = (0, 108)
_IPV4_ONLY, IPV6_ONLY = 228, 229

IPV4, IPV6, HOMEPLUG = 0x0800, 0x86DD, 0x88E1
TCP, UDP = 6, 17

_VLAN = (0x8100, 0x88A8, 0x9100)
_ETHERTYPES = {
    0x0806: "ARP",
    0x8035: "RARP",
    0x8863: "PPPoE",
    0x8864: "PPPoE",
    0x887B: "HomePlug 1.0",
    0x888E: "EAPOL",
    0x88CC: "LLDP",
    0x88E5: "MACsec",
    0x88F7: "PTP",
    0x8912: "HomePlug (Mediaxtream)",
}
_IP_PROTOCOLS = {
    1: "ICMP",
    2: "IGMP",
    47: "GRE",
    50: "ESP",
    58: "ICMPv6",
    59: "nothing",
    132: "SCTP",
}
_SKIPPED_HEADERS = (0, 43, 60, 135, 139, 140)
_AUTHENTICATION, _FRAGMENT = 51, 44
_HEADERS_MAX = 16


class Datagram(NamedTuple):
    """A transport datagram between two hosts, addresses as octets."""

    protocol: int
    source: bytes
    destination: bytes
    payload: bytes


class HomePlugFrame(NamedTuple):
    """A management message of the power line, without its Ethernet header."""

    source: bytes
    destination: bytes
    payload: bytes


class Other(NamedTuple):
    """Traffic that is named and counted only."""

    name: str


Content = Datagram | HomePlugFrame | Other


def open_frame(link: int, data: bytes) -> Content:
    """Return what the frame carries; a frame too short for its own headers is named too."""
    try:
        if link == ETHERNET:
            return _ethernet(data)
        if link == COOKED:
            return _network(int.from_bytes(data[14:16], "big"), data, 16)
        if link == COOKED_2:
            return _network(int.from_bytes(data[0:2], "big"), data, 20)
        if link in _RAW_IP or link in _NULL or link in (_IPV4_ONLY, IPV6_ONLY):
            return _by_version(data, 4 if link in _NULL else 0)
    except (struct.error, IndexError):
        return Other("a frame cut in its headers")
    return Other(f"a frame of link type {link}")


def _ethernet(data: bytes) -> Content:
    (kind,) = struct.unpack_from(">H", data, 12)
    if kind in (IPV6, IPV4):
        return _network(kind, data, 14)
    at = 14
    while kind in _VLAN:
        (kind,) = struct.unpack_from(">H", data, at + 2)
        at += 4
    if kind == HOMEPLUG:
        return HomePlugFrame(data[6:12], data[0:6], data[at:])
    return _network(kind, data, at)


def _by_version(data: bytes, at: int) -> Content:
    version = data[at] >> 4
    return _network({4: IPV4, 6: IPV6}.get(version, version), data, at)


def _network(kind: int, data: bytes, at: int) -> Content:
    if kind == IPV6:
        return _ipv6(data, at)
    if kind == IPV4:
        return _ipv4(data, at)
    if kind == HOMEPLUG:
        return HomePlugFrame(b"", b"", data[at:])
    if 46 <= kind < 0x0600:
        return Other("802.3 with LLC")
    return Other(_ETHERTYPES.get(kind, f"EtherType 0x{kind:04X}"))


def _ipv4(data: bytes, at: int) -> Content:
    first, _, total, _, flags, _, protocol = struct.unpack_from(">BBHHHBB", data, at)
    length = (first & 15) * 4
    if first >> 4 != 4 or length < 20 or len(data) < at + length:
        return Other("IPv4 with a header that contradicts itself")
    if flags & 0x3FFF:
        return Other("IPv4 fragment")
    # A length of zero is what a network card's segmentation offload leaves in a capture.
    end = at + total if total >= length else len(data)
    source, destination = data[at + 12 : at + 16], data[at + 16 : at + 20]
    return _transport(protocol, source, destination, data[at + length : end])


def _ipv6(data: bytes, at: int) -> Content:
    first, _, length, protocol = struct.unpack_from(">BxHHB", data, at)
    if first >> 4 != 6 or len(data) < at + 40:
        return Other("IPv6 with a header that contradicts itself")
    source, destination = data[at + 8 : at + 24], data[at + 24 : at + 40]
    at += 40
    end = at + length if length else len(data)
    for _ in range(_HEADERS_MAX):
        if protocol in _SKIPPED_HEADERS:
            protocol, at = data[at], at + 8 + data[at + 1] * 8
        elif protocol == _AUTHENTICATION:
            protocol, at = data[at], at + 8 + data[at + 1] * 4
        elif protocol == _FRAGMENT:
            if int.from_bytes(data[at + 2 : at + 4], "big") & 0xFFF9:
                return Other("IPv6 fragment")
            protocol, at = data[at], at + 8
        else:
            return _transport(protocol, source, destination, data[at:end])
    return Other("IPv6 with too many extension headers")


def _transport(protocol: int, source: bytes, destination: bytes, payload: bytes) -> Content:
    if protocol in (TCP, UDP):
        return Datagram(protocol, source, destination, payload)
    return Other(_IP_PROTOCOLS.get(protocol, f"IP protocol {protocol}"))
