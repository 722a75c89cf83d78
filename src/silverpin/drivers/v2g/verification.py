"""Why a peer's certificate is not accepted, in one sentence: which one, what, and what to do.

OpenSSL walks the chain and judges it; what is added here is the role, and words. A certificate
that is refused ends the handshake with an alert, so that the peer's own log names the same cause.
"""

import hashlib
from enum import Enum
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from silverpin.protocols.tls_profiles import TlsProfile

OK, NO_CRL = 0, 3
"""OpenSSL's codes for nothing wrong, and for an issuer of which no revocation list is here."""
# code -> what is wrong, what to do
_WORDS = {
    7: ("does not carry its issuer's signature", "have it issued again"),
    8: ("stands under a revocation list that {issuer} did not sign", "take the list out"),
    9: ("is not valid before {before}", "check the clock of this charger"),
    10: ("expired on {after}", "have it renewed, or check the clock of this charger"),
    11: ("stands under a revocation list that is not valid yet", "check this charger's clock"),
    12: ("stands under a revocation list that is out of date", "fetch the list of {issuer} anew"),
    18: ("is self-signed and no root of ours", "have it issued by an authority of roots.pem"),
    19: ("is a root that is not trusted", "add it to roots.pem if its owner is to be trusted"),
    20: ("has an issuer that is not here: {issuer}", "send the whole chain, or add its root"),
    21: ("has an issuer that is not here: {issuer}", "send the whole chain, or add its root"),
    23: ("was revoked by {issuer}", "do not use it any more"),
    24: ("is no authority and has signed another one", "have the chain issued again"),
    25: ("stands deeper than its chain allows", "have the chain issued again"),
    26: ("is not made for this role", "have it issued for {role}"),
    79: ("is no authority and has signed another one", "have the chain issued again"),
}


class Role(Enum):
    """Whom a certificate is for."""

    VEHICLE = "vehicle"
    CHARGER = "charger"


class PeerCertificate(NamedTuple):
    """The verified certificate of the other side."""

    subject: str
    issuer: str
    serial: str
    valid_until: str
    sha512: bytes
    """Of its DER; what a paused session of ISO 15118-20 is bound to ([V2G20-2545])."""


def describe(certificate: x509.Certificate) -> PeerCertificate:
    """Return what log and page say of a certificate."""
    return PeerCertificate(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        f"{certificate.serial_number:x}",
        certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        hashlib.sha512(certificate.public_bytes(Encoding.DER)).digest(),
    )


def refused(certificate: x509.Certificate, code: int, depth: int, role: Role) -> str:
    """Put OpenSSL's judgement of one certificate of a chain into a sentence."""
    fallback = (f"fails with code {code} of OpenSSL", "see openssl-verification-options(1)")
    what, step = _WORDS.get(code, fallback)
    where = f"the {role.value}'s certificate" if depth == 0 else "an authority of its chain"
    words = {
        "before": f"{certificate.not_valid_before_utc:%Y-%m-%d}",
        "after": f"{certificate.not_valid_after_utc:%Y-%m-%d}",
        "issuer": shown_name(certificate.issuer),
        "role": f"a {role.value}",
    }
    return (
        f"{where} {shown_name(certificate.subject)} {what.format(**words)}: {step.format(**words)}"
    )


def wrong_role(certificate: x509.Certificate, role: Role, profile: TlsProfile) -> str | None:
    """Return why a leaf is not made for *role*; None if it is.

    A vehicle's says so by its purpose, client authentication (ISO 15118-20 Annex B.8); a charger's
    by the domain component of its subject, CPO in -2 and CSO in -20. Second-hand both.
    """
    wrong = _wrong_key(certificate, profile) or _wrong_usage(certificate)
    if wrong is None:
        wrong = (
            _not_for_vehicle(certificate, profile)
            if role is Role.VEHICLE
            else _not_for_charger(certificate, profile)
        )
    if wrong is None:
        return None
    subject = shown_name(certificate.subject)
    return f"the {role.value}'s certificate {subject} {wrong}: have it issued for a {role.value}"


def key_name(certificate: x509.Certificate) -> str:
    """Return the kind of key as profiles name it."""
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name
    return "ed448" if isinstance(key, ed448.Ed448PublicKey) else type(key).__name__


def _wrong_key(certificate: x509.Certificate, profile: TlsProfile) -> str | None:
    if key_name(certificate) in profile.keys:
        return None
    return f"has a key of {key_name(certificate)} and {profile.title} wants {profile.keys[0]}"


def _wrong_usage(certificate: x509.Certificate) -> str | None:
    extensions = certificate.extensions
    try:
        if extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return "is an authority's"
    except x509.ExtensionNotFound:
        pass
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return "does not say that its key may sign"
    return None if usage.digital_signature else "says that its key may not sign"


def _not_for_vehicle(certificate: x509.Certificate, profile: TlsProfile) -> str | None:
    purposes = _purposes(certificate)
    if ExtendedKeyUsageOID.CLIENT_AUTH in purposes:
        return None
    if purposes:
        return "is not made for client authentication"
    if profile.vehicle_purpose:
        return "does not say that it is made for client authentication"
    return "belongs to a charger" if _domains(certificate) & {"CPO", "CSO"} else None


def _not_for_charger(certificate: x509.Certificate, profile: TlsProfile) -> str | None:
    if _domains(certificate) & {"CPO", "CSO"}:
        return None
    return f"has no domain component {profile.charger_domain}"


def _purposes(certificate: x509.Certificate) -> set[x509.ObjectIdentifier]:
    try:
        return set(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return set()


def _domains(certificate: x509.Certificate) -> set[str]:
    found = certificate.subject.get_attributes_for_oid(NameOID.DOMAIN_COMPONENT)
    return {str(each.value) for each in found}


def shown_name(name: x509.Name) -> str:
    """Return the common name, fit to be shown: it comes from outside, of any length and letters."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(found[0].value) if found else name.rfc4514_string()
    return "".join(c if c.isprintable() else "?" for c in text)[:64]
