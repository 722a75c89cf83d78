"""SDP: a vehicle asks on UDP where the charger is, the charger answers address, port and security.

One datagram is one V2GTP frame. What is no such frame, or asks for what nobody has, stays without
an answer and is told as a reason: whoever speaks otherwise on that port is not our vehicle.
"""

import ipaddress
import struct
from enum import IntEnum
from typing import NamedTuple

from silverpin.protocols import v2gtp
from silverpin.protocols.admission import Carrier, Policy, admitted

PORT = 15118
"""UDP port that every charger listens on."""
GROUP = "ff02::1"
"""All nodes of a link: where a vehicle sends its question."""
ASK_TIMES = 50
"""A vehicle asks so often and then gives up (ISO 15118-2 and -20, second-hand)."""

_RESPONSE = struct.Struct(">16sHBB")


class Security(IntEnum):
    """What a connection is to be carried by."""

    TLS = 0x00
    NONE = 0x10


class Transport(IntEnum):
    """TCP; nobody serves the other one."""

    TCP = 0x00
    UDP = 0x10


class NoDiscovery(ValueError):
    """The datagram is nothing that can be answered; the text says why."""


class Request(NamedTuple):
    """What a vehicle would like."""

    security: Security
    transport: Transport = Transport.TCP


class Response(NamedTuple):
    """Where the charger is, and how it wants to be met."""

    address: bytes
    port: int
    security: Security
    transport: Transport = Transport.TCP


class Offer(NamedTuple):
    """What a charger can answer with."""

    address: str
    port: int
    policy: Policy
    has_certificate: bool


def request(wanted: Request) -> bytes:
    """Return the datagram of a vehicle."""
    return v2gtp.frame(v2gtp.SDP_REQUEST, bytes(wanted))


def response(told: Response) -> bytes:
    """Return the datagram of a charger."""
    return v2gtp.frame(v2gtp.SDP_RESPONSE, _RESPONSE.pack(*told))


def read_request(datagram: bytes) -> Request:
    """Return what a vehicle asks; raise NoDiscovery."""
    security, transport = _body(datagram, v2gtp.SDP_REQUEST, 2)
    return Request(*_wishes(security, transport))


def read_response(datagram: bytes) -> Response:
    """Return what a charger answers; raise NoDiscovery."""
    address, port, *wishes = _RESPONSE.unpack(_body(datagram, v2gtp.SDP_RESPONSE, _RESPONSE.size))
    if not port:
        raise NoDiscovery("the charger answers port 0, where nobody can listen")
    return Response(address, port, *_wishes(*wishes))


def answer(datagram: bytes, offer: Offer) -> bytes:
    """Return the charger's answer to a vehicle's datagram; raise NoDiscovery where none is due.

    What the charger can do is answered, not what was asked for: a vehicle that asks for no TLS
    where only TLS is served learns so, and decides for itself.
    """
    asked = read_request(datagram)
    if asked.transport is not Transport.TCP:
        raise NoDiscovery("the vehicle asks for UDP, and only TCP is served")
    security = _security(asked.security, offer)
    if security is None:
        raise NoDiscovery(
            f"no certificate is installed and policy {offer.policy.value} serves nothing in clear"
        )
    octets = ipaddress.IPv6Address(offer.address).packed
    return response(Response(octets, offer.port, security))


def _security(asked: Security, offer: Offer) -> Security | None:
    served = [Security.TLS] if offer.has_certificate else []
    if admitted(offer.policy, Carrier.PLAIN).charging:
        served.append(Security.NONE)
    return asked if asked in served else next(iter(served), None)


def _body(datagram: bytes, kind: int, length: int) -> bytes:
    found = next(v2gtp.FrameReader().feed(datagram), None)
    if isinstance(found, v2gtp.Lost):
        raise NoDiscovery(found.reason)
    if found is None or len(datagram) != 8 + len(found.body):
        raise NoDiscovery(f"{len(datagram)} octets are not one V2GTP frame")
    if found.payload_type != kind:
        raise NoDiscovery(f"payload type 0x{found.payload_type:04X} is not 0x{kind:04X}")
    if len(found.body) != length:
        raise NoDiscovery(f"its body has {len(found.body)} octets and should have {length}")
    return found.body


def _wishes(security: int, transport: int) -> tuple[Security, Transport]:
    try:
        return Security(security), Transport(transport)
    except ValueError as error:
        raise NoDiscovery(f"0x{security:02x} 0x{transport:02x}: {error}") from None
