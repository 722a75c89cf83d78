"""V2GTP, the frame of every message between vehicle and charger (DIN 70121, ISO 15118-2, -20).

Eight octets stand before a body: version 01, its inverse FE, the payload type, the length. TCP
parts the octets as it likes; `FrameReader` takes them in any pieces. Octets that begin no frame are
skipped to the next that could, and told as `Lost`.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

BODY_MAX = 1 << 20
"""A certificate chain has some ten thousand octets; a header that claims more than this is none."""

EXI, COMMON, AC, DC, ACDP, WPT = range(0x8001, 0x8007)
SCHEDULE_RENEGOTIATION, METERING_CONFIRMATION, ACDP_STATUS, PARKING_STATUS = range(0x8101, 0x8105)
SDP_REQUEST, SDP_RESPONSE, SDP_REQUEST_WIRELESS, SDP_RESPONSE_WIRELESS = range(0x9000, 0x9004)

SCHEMAS = {
    COMMON: "iso20-common",
    AC: "iso20-ac",
    DC: "iso20-dc",
    ACDP: "iso20-acdp",
    WPT: "iso20-wpt",
    SCHEDULE_RENEGOTIATION: "iso20-common",
    METERING_CONFIRMATION: "iso20-common",
    ACDP_STATUS: "iso20-acdp",
    PARKING_STATUS: "iso20-common",
}
"""Schema of each payload type of ISO 15118-20; 0x8001 has the one that was negotiated."""

_START = b"\x01\xfe"
_HEADER = struct.Struct(">2sHI")
_KNOWN_PARTS = (0x80, 0x81, 0x90)


class Frame(NamedTuple):
    """A whole message, without its header."""

    payload_type: int
    body: bytes


class Lost(NamedTuple):
    """Octets of no message, and why."""

    octets: bytes
    reason: str


def frame(payload_type: int, body: bytes) -> bytes:
    """Return *body* with its header before it."""
    return _HEADER.pack(_START, payload_type, len(body)) + body


class FrameReader:
    """Takes the octets of one direction and gives frames; memory is bounded by one frame."""

    def __init__(self, body_max: int = BODY_MAX) -> None:
        self._rest = b""
        self._body_max = body_max

    def feed(self, data: bytes) -> Iterator[Frame | Lost]:
        """Give every frame that *data* completes."""
        if self._rest:
            data = self._rest + data
        at, end = 0, len(data)
        while at + 8 <= end:
            start, kind, length = _HEADER.unpack_from(data, at)
            if start != _START or length > self._body_max:
                skipped = _next_start(data, at + 1)
                yield Lost(data[at:skipped], _why_not(start, length))
                at = skipped
                continue
            if at + 8 + length > end:
                break
            yield Frame(kind, data[at + 8 : at + 8 + length])
            at += 8 + length
        self._rest = data[at:]

    def gap(self, length: int) -> Iterator[Frame | Lost]:
        """Octets are missing in the stream: what was begun cannot be completed."""
        yield from self._cut(f"the capture lacks {length} octets of this stream")

    def close(self) -> Iterator[Frame | Lost]:
        """The stream ends here."""
        yield from self._cut("the stream ends inside this message")

    def _cut(self, why: str) -> Iterator[Lost]:
        if self._rest:
            rest, self._rest = self._rest, b""
            if len(rest) >= 8:
                _, _, length = _HEADER.unpack_from(rest)
                why = f"{len(rest) - 8} of {length} octets were captured: {why}"
            yield Lost(rest, why)


def _next_start(data: bytes, at: int) -> int:
    """Where a frame could begin: there, or where too little is left to tell."""
    while True:
        found = data.find(_START, at)
        if found < 0:
            return len(data) - 1 if data.endswith(b"\x01") and len(data) > at else len(data)
        if found + 2 >= len(data) or data[found + 2] in _KNOWN_PARTS:
            return found
        at = found + 1


def _why_not(start: bytes, length: int) -> str:
    if start == _START:
        return f"a V2GTP header claims {length} octets, more than any message has"
    return f"no V2GTP header begins with {start.hex(' ')}"
