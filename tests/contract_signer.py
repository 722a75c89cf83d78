"""Vehicles with contracts: certificates made here, and AuthorizationReqs signed with them."""

import base64
import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from silverpin.protocols.exi import encode_fragment

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
XML = "http://www.w3.org/2001/04/"
CANONICAL = "http://www.w3.org/TR/canonical-exi/"


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def issue(
    name: str,
    by: Holder | None = None,
    *,
    authority: bool = False,
    begins: dt.datetime = NOW - dt.timedelta(days=30),
    days: int = 60,
    curve: ec.EllipticCurve | None = None,
) -> Holder:
    """Make a certificate, signed by another one or by itself."""
    key = ec.generate_private_key(curve or ec.SECP521R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(by.key if by else key, hashes.SHA512())
    )
    return Holder(made, key)


def revocations(authority: Holder, *revoked: Holder) -> x509.CertificateRevocationList:
    """Make the authority's list."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(NOW)
        .next_update(NOW + dt.timedelta(days=7))
    )
    for each in revoked:
        row = x509.RevokedCertificateBuilder()
        row = row.serial_number(each.certificate.serial_number).revocation_date(NOW)
        builder = builder.add_revoked_certificate(row.build())
    return builder.sign(authority.key, hashes.SHA512())


def signed_request(
    leaf: Holder,
    above: list[Holder],
    challenge: bytes,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> dict[str, Any]:
    """Return the fields of an AuthorizationReq, Signature to be put into its header."""
    mode = {
        "Id": "id1",
        "GenChallenge": text(challenge),
        "ContractCertificateChain": {
            "Certificate": text(leaf.der),
            "SubCertificates": {"Certificate": [text(each.der) for each in above]},
        },
    }
    fragment = encode_fragment("iso20-common", {"PnC_AReqAuthorizationMode": mode})
    reference = {
        "URI": "#id1",
        "Transforms": {"Transform": [{"Algorithm": CANONICAL}]},
        "DigestMethod": {"Algorithm": f"{XML}xmlenc#sha512"},
        "DigestValue": text(hashlib.sha512(fragment).digest()),
    }
    info = {
        "CanonicalizationMethod": {"Algorithm": CANONICAL},
        "SignatureMethod": {"Algorithm": f"{XML}xmldsig-more#ecdsa-sha512"},
        "Reference": [reference],
    }
    octets = encode_fragment("xmldsig", {"SignedInfo": info})
    value = raw(key or leaf.key, octets)
    return {
        "SelectedAuthorizationService": "PnC",
        "PnC_AReqAuthorizationMode": mode,
        "Signature": {"SignedInfo": info, "SignatureValue": {"value": text(value)}},
    }


def raw(key: ec.EllipticCurvePrivateKey, octets: bytes) -> bytes:
    """Sign as xmldsig has it: both numbers, one behind the other."""
    half = (key.curve.key_size + 7) // 8
    numbers = decode_dss_signature(key.sign(octets, ec.ECDSA(hashes.SHA512())))
    return b"".join(number.to_bytes(half, "big") for number in numbers)


def text(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


@dataclass(frozen=True)
class Contract:
    """A vehicle's contract, as its plan has it."""

    leaf: Holder
    above: tuple[Holder, ...]
    method: str = f"{XML}xmldsig-more#ecdsa-sha512"

    @property
    def chain(self) -> tuple[bytes, ...]:
        return (self.leaf.der, *(each.der for each in self.above))

    def sign(self, octets: bytes) -> bytes:
        return raw(self.leaf.key, octets)
