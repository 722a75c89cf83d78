"""SDP as a capture holds it: read leniently, to show what was wrong as well.

`protocols.sdp` is what a charger obeys; it answers nothing that it does not understand.
"""

from typing import Any, NamedTuple

from silverpin.protocols.sdp import NoDiscovery, Security, Transport
from silverpin.protocols.v2gtp import (
    SDP_REQUEST,
    SDP_REQUEST_WIRELESS,
    SDP_RESPONSE,
    SDP_RESPONSE_WIRELESS,
    Frame,
)

_NAMES = {
    SDP_REQUEST: "SECCDiscoveryReq",
    SDP_RESPONSE: "SECCDiscoveryRes",
    SDP_REQUEST_WIRELESS: "SECCDiscoveryReqWireless",
    SDP_RESPONSE_WIRELESS: "SECCDiscoveryResWireless",
}
_SECURITY = {Security.TLS.value: "TLS", Security.NONE.value: "none"}
_TRANSPORT = {kind.value: kind.name for kind in Transport}


class Discovery(NamedTuple):
    """A request or a response."""

    name: str
    sender: str
    message: dict[str, Any]


def read_discovery(frame: Frame) -> Discovery:
    """Return what the frame says; raise NoDiscovery."""
    kind, body = frame
    name = _NAMES.get(kind)
    if name is None:
        raise NoDiscovery(f"payload type 0x{kind:04X} does not belong on UDP")
    if kind == SDP_REQUEST and len(body) == 2:
        return Discovery(name, "ev", _wishes(body))
    if kind == SDP_RESPONSE and len(body) == 20:
        port = int.from_bytes(body[16:18], "big")
        message = {"SECCAddress": address(body[:16]), "SECCPort": port, **_wishes(body[18:])}
        return Discovery(name, "evse", message)
    if kind in (SDP_REQUEST_WIRELESS, SDP_RESPONSE_WIRELESS):
        return Discovery(name, "ev" if "Req" in name else "evse", {"Body": body.hex()})
    raise NoDiscovery(f"{name} has {len(body)} octets, which is not its length")


def announced(frame: Frame) -> bytes | None:
    """Return the octets of address and port, where the frame is the charger's answer."""
    return frame.body[:18] if frame.payload_type == SDP_RESPONSE and frame.body[18:] else None


def address(octets: bytes) -> str:
    """Write an address of 4 or 16 octets as people do, the longest run of zeros left out."""
    if len(octets) == 4:
        return ".".join(map(str, octets))
    groups = [int.from_bytes(octets[at : at + 2], "big") for at in range(0, 16, 2)]
    best_at, best = 0, 0
    for at in range(8):
        run = next((n for n in range(8 - at) if groups[at + n]), 8 - at)
        if run > best:
            best_at, best = at, run
    words = [f"{group:x}" for group in groups]
    if best < 2:
        return ":".join(words)
    return ":".join(words[:best_at]) + "::" + ":".join(words[best_at + best :])


def _wishes(octets: bytes) -> dict[str, str]:
    security, transport = octets
    return {
        "Security": _SECURITY.get(security, f"0x{security:02x}"),
        "TransportProtocol": _TRANSPORT.get(transport, f"0x{transport:02x}"),
    }
