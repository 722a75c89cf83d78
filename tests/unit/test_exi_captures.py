"""Real messages: every one reads, and writes again to the octets that were sent."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from silverpin.protocols.exi import (
    Decoded,
    decode,
    decode_fragment,
    encode,
    encode_fragment,
    messages,
)
from tests.v2g_data import BY_PAYLOAD, CAPTURED, captured, pairs

URN = bytes.fromhex("ab9371")
"""The letters `urn`, five bits off the octets, as every handshake's first namespace has them."""


def session(bodies: list[tuple[int, bytes]]) -> Iterator[tuple[str, bytes, Decoded]]:
    """Read a capture's messages, the ones of type 1 by what the handshake agreed on."""
    agreed, offered = "", {}
    for payload, body in bodies:
        protocol = BY_PAYLOAD.get(payload, agreed)
        if payload == 1 and is_handshake(body):
            protocol = "sap"
            message = decode("sap", body).message
            if "supportedAppProtocolReq" in message:
                rows = message["supportedAppProtocolReq"]["AppProtocol"]
                offered = {row["SchemaID"]: row["ProtocolNamespace"] for row in rows}
            else:
                chosen = offered.get(message["supportedAppProtocolRes"].get("SchemaID"), "")
                agreed = "din" if "din" in chosen else "iso2"
        yield protocol, body, decode(protocol, body)


def is_handshake(body: bytes) -> bool:
    """Only a handshake's answer is so short, and only its request opens with a namespace."""
    return len(body) <= 4 or body[3:6] == URN


def test_every_captured_message_survives(data_dir: Path) -> None:
    seen: Counter[str] = Counter()
    for name, bodies in captured(data_dir):
        for protocol, body, decoded in session(bodies):
            written = encode(protocol, decoded.message)
            assert written + decoded.trailing == body, (name, body.hex())
            seen[protocol] += 1
            seen["trailing"] += bool(decoded.trailing)
            assert decoded.trailing in (b"", b"\x00"), name
    trailing = seen.pop("trailing")
    assert seen.total() >= CAPTURED
    assert {"din", "iso2", "iso20-ac", "iso20-common", "sap"} <= set(seen)
    assert trailing >= 8, "some Teslas append an octet; it is told, not hidden"


def test_every_pair_agrees_both_ways(data_dir: Path) -> None:
    count = 0
    for pair in pairs(data_dir):
        read, write = (decode_fragment, encode_fragment) if pair.is_fragment else (decode, encode)
        decoded = read(pair.protocol, pair.exi)
        assert decoded.message == pair.message
        assert decoded.trailing == b""
        assert write(pair.protocol, pair.message) == pair.exi
        count += 1
    assert count > 300


def test_every_pair_agrees_through_dataclasses(data_dir: Path) -> None:
    for pair in pairs(data_dir):
        if pair.is_fragment:
            continue
        schema = messages(pair.protocol)
        typed = schema.decode(pair.exi)
        assert schema.encode(typed.message, typed.name) == pair.exi
        assert schema.to_json(typed.message, typed.name) == pair.message
        assert schema.from_json(pair.message) == typed.message
