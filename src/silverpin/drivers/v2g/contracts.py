"""Contracts of plug and charge, judged by the roots that an operator trusts.

A chain leads from the contract's certificate over authorities that the vehicle sent to a root of
ours. Each certificate has to be valid now, signed by the next, and on none of the lists of revoked
ones that are here.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from silverpin.protocols.iso15118.contract20 import ContractFault, Judgement, Signed

DEPTH_MAX = 4
"""ISO 15118-20 (second-hand): leaf, two authorities, root."""
HASHES: dict[str, hashes.HashAlgorithm] = {
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": hashes.SHA512(),
}
UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""All that a certificate of a stranger makes the package raise."""
ED448 = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448"


class RootedContracts:
    """Judges contracts by roots, and by lists of revoked certificates where there are any."""

    def __init__(
        self,
        roots: Sequence[x509.Certificate],
        crls: Sequence[x509.CertificateRevocationList] = (),
    ) -> None:
        self._roots = tuple(roots)
        self._crls = tuple(crls)

    def judge(self, signed: Signed, unix_s: float) -> Judgement:
        """Say whose contract it is, or why it is not taken."""
        try:
            chain = [x509.load_der_x509_certificate(der) for der in signed.chain[:DEPTH_MAX]]
            leaf = chain[0]
            if not _verifies(leaf, signed):
                return _refused(ContractFault.SIGNATURE, "the signature is not the contract's")
            return self._judge(leaf, chain[1:], dt.datetime.fromtimestamp(unix_s, dt.UTC))
        except UNREADABLE as error:
            return _refused(ContractFault.UNTRUSTED, f"a certificate cannot be read: {error}")

    def _judge(
        self, leaf: x509.Certificate, sent: list[x509.Certificate], now: dt.datetime
    ) -> Judgement:
        name, above = _name(leaf), leaf
        for depth, issuer in enumerate(self._way(leaf, sent)):
            if issuer is None:
                why = f"the issuer {_name(above, issuer=True)} of {_name(above)} is not trusted"
                return _refused(ContractFault.UNTRUSTED, why)
            if depth and not _authority(above):
                why = f"{_name(above)} is no authority and has signed another one"
                return _refused(ContractFault.UNTRUSTED, why)
            found = _out_of_time(above, now) or self._revoked(above, issuer)
            if found:
                return found
            above = issuer
        if _authority(leaf):
            return _refused(ContractFault.UNTRUSTED, f"{name} is an authority's")
        return _out_of_time(above, now) or Judgement(name)

    def _way(
        self, leaf: x509.Certificate, sent: list[x509.Certificate]
    ) -> Iterator[x509.Certificate | None]:
        """Give the issuer of each certificate up to a root; None where the way ends before."""
        child = leaf
        for _ in range(DEPTH_MAX):
            root = next((c for c in self._roots if _issued(child, c)), None)
            above = root or next((c for c in sent if _issued(child, c)), None)
            yield above
            if root is not None or above is None:
                return
            child = above
        yield None

    def _revoked(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Judgement | None:
        for crl in self._crls:
            if crl.issuer != issuer.subject:
                continue
            key = issuer.public_key()
            signed = crl.is_signature_valid(key)  # type: ignore[arg-type]
            if signed and crl.get_revoked_certificate_by_serial_number(certificate.serial_number):
                return _refused(ContractFault.REVOKED, f"{_name(certificate)} was revoked")
        return None


def _verifies(leaf: x509.Certificate, signed: Signed) -> bool:
    key, value = leaf.public_key(), signed.signature
    try:
        if isinstance(key, ed448.Ed448PublicKey) and signed.method == ED448:
            key.verify(value, signed.octets)
            return True
        if not isinstance(key, ec.EllipticCurvePublicKey) or signed.method not in HASHES:
            return False
        half = (key.curve.key_size + 7) // 8
        if len(value) != 2 * half:
            return False
        numbers = (int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))
        key.verify(encode_dss_signature(*numbers), signed.octets, ec.ECDSA(HASHES[signed.method]))
    except InvalidSignature:
        return False
    return True


def _issued(child: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return found.value.ca


def _out_of_time(certificate: x509.Certificate, now: dt.datetime) -> Judgement | None:
    name = _name(certificate)
    if now > certificate.not_valid_after_utc:
        after = certificate.not_valid_after_utc
        return _refused(ContractFault.EXPIRED, f"{name} expired on {after:%Y-%m-%d}")
    if now < certificate.not_valid_before_utc:
        before = certificate.not_valid_before_utc
        return _refused(
            ContractFault.NOT_YET_VALID, f"{name} is not valid before {before:%Y-%m-%d}"
        )
    return None


def _name(certificate: x509.Certificate, *, issuer: bool = False) -> str:
    name = certificate.issuer if issuer else certificate.subject
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    words = str(found[0].value) if found else name.rfc4514_string()
    return "".join(c if c.isprintable() else "?" for c in words)


def _refused(fault: ContractFault, why: str) -> Judgement:
    return Judgement(fault=fault, why=why)
