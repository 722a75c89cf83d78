"""Signatures of captured plug-and-charge sessions: made by others, verified by our fragments."""

import base64
import gzip
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.key_log import KeyLog
from silverpin.protocols.capture.records import RecordReader
from silverpin.protocols.exi import encode_fragment

pytest.importorskip("cryptography", reason="signatures need the package cryptography")

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import load_der_x509_certificate

SIGNED = 18
RESOLVABLE = 16


@cache
def sessions(data: Path) -> tuple[tuple[dict[str, Any], ...], ...]:
    """The messages of every capture with signatures, opened with its key log."""
    folder = data / "v2g_captures/dsv2gshark"
    return tuple(tuple(messages_of(path)) for path in sorted(folder.glob("*PnC*.gz")))


def messages_of(path: Path) -> Iterator[dict[str, Any]]:
    keys = KeyLog()
    keys.add(path.with_suffix(".keylog").read_bytes())
    decoder = CaptureDecoder(keys)
    for record in RecordReader().feed(gzip.decompress(path.read_bytes())):
        for event in decoder.take(record):
            if isinstance(event, V2gMessage) and event.message and event.protocol == "iso2":
                yield event.message["V2G_Message"]


def signature(message: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = message["Header"].get("Signature")
    return found


def walk(name: str, item: Any) -> Iterator[tuple[str, Any]]:
    """Every named value below *item*."""
    yield name, item
    if isinstance(item, dict):
        for key, inner in item.items():
            yield from walk(key, inner)
    elif isinstance(item, list):
        for inner in item:
            yield from walk(name, inner)


def public_keys(session: tuple[dict[str, Any], ...]) -> list[ec.EllipticCurvePublicKey]:
    certificates = {
        item
        for message in session
        for name, item in walk("Body", message["Body"])
        if isinstance(item, str) and name in ("Certificate", "OEMProvisioningCert")
    }
    found = [load_der_x509_certificate(base64.b64decode(c)).public_key() for c in certificates]
    return [key for key in found if isinstance(key, ec.EllipticCurvePublicKey)]


def verifies(key: ec.EllipticCurvePublicKey, value: bytes, signed: bytes) -> bool:
    half = len(value) // 2
    numbers = (int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))
    try:
        key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def test_every_captured_signature_verifies(data_dir: Path) -> None:
    count = 0
    for session in sessions(data_dir):
        keys = public_keys(session)
        for found in filter(None, map(signature, session)):
            signed = encode_fragment("xmldsig", {"SignedInfo": found["SignedInfo"]})
            value = base64.b64decode(found["SignatureValue"]["value"])
            assert any(verifies(key, value, signed) for key in keys)
            count += 1
    assert count >= SIGNED


def test_every_reference_that_resolves_has_its_digest(data_dir: Path) -> None:
    names = []
    for session in sessions(data_dir):
        for message in session:
            found = signature(message)
            references = found["SignedInfo"]["Reference"] if found else []
            by_id = {
                item["Id"]: (name, item)
                for name, item in walk("Body", message["Body"])
                if isinstance(item, dict) and "Id" in item
            }
            for reference in references:
                if named := by_id.get(reference["URI"].removeprefix("#")):
                    octets = encode_fragment("iso2", {named[0]: named[1]})
                    digest = base64.b64encode(hashlib.sha256(octets).digest()).decode()
                    assert reference["DigestValue"] == digest, named[0]
                    names.append(named[0])
    assert len(names) >= RESOLVABLE
    assert {"AuthorizationReq", "ContractSignatureCertChain", "eMAID"} <= set(names)
