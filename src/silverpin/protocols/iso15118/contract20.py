"""Plug and charge in ISO 15118-20: is what the vehicle signed what it was asked to sign?

The vehicle signs the challenge of this session together with its contract's certificates. Here the
fragments are put together as they were signed; whether key and certificates are good is the port's
to say (`Contracts`), since it needs cryptography and the operator's roots.
"""

import hashlib
from enum import Enum
from hmac import compare_digest
from typing import Any, NamedTuple, Protocol

from silverpin.protocols.exi import ExiError, encode_fragment, messages

COMMON = "iso20-common"
DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
SIGNED = "PnC_AReqAuthorizationMode"


class ContractFault(Enum):
    """Why a contract is not taken, by the response code that says so."""

    SIGNATURE = "FAILED_SignatureError"
    CHALLENGE = "WARNING_ChallengeInvalid"
    EXPIRED = "WARNING_CertificateExpired"
    NOT_YET_VALID = "WARNING_CertificateNotYetValid"
    REVOKED = "WARNING_CertificateRevoked"
    UNTRUSTED = "WARNING_CertificateValidationError"


class Signed(NamedTuple):
    """What a vehicle signed, with what and how."""

    chain: tuple[bytes, ...]
    """The contract's certificate and those above it, DER."""
    octets: bytes
    """SignedInfo as it was signed."""
    signature: bytes
    method: str
    """Its algorithm, as xmldsig names it."""


class Judgement(NamedTuple):
    """What is held of a contract."""

    name: str = ""
    """Whose it is, from its certificate."""
    fault: ContractFault | None = None
    why: str = ""


class Contracts(Protocol):
    """Judges certificates and signatures of contracts."""

    def judge(self, signed: Signed, unix_s: float) -> Judgement:
        """Say whose contract it is, or why it is not taken. Never raises for any octets."""


def judge(request: Any, challenge: bytes, contracts: Contracts, unix_s: float) -> Judgement:
    """Judge the contract in *request*, an AuthorizationReq that chose plug and charge."""
    chosen = request.PnC_AReqAuthorizationMode
    if chosen is None or request.Header.Signature is None:
        return _refused(ContractFault.SIGNATURE, "the request is not signed")
    if not compare_digest(chosen.GenChallenge, challenge):
        return _refused(ContractFault.CHALLENGE, "the challenge is not that of this session")
    try:
        signed = _signed(request)
    except ExiError as error:
        return _refused(ContractFault.SIGNATURE, f"what is signed cannot be read: {error}")
    if signed is None:
        return _refused(ContractFault.SIGNATURE, "the digest is not that of this request")
    return contracts.judge(signed, unix_s)


def _refused(fault: ContractFault, why: str) -> Judgement:
    return Judgement(fault=fault, why=why)


def _signed(request: Any) -> Signed | None:
    """Return what was signed; None where the digest in it is not that of the request."""
    told = messages(COMMON).to_json(request, "AuthorizationReq")["AuthorizationReq"]
    info = request.Header.Signature.SignedInfo
    part = request.PnC_AReqAuthorizationMode
    (reference, *more) = info.Reference
    digest = DIGESTS.get(reference.DigestMethod.Algorithm)
    if more or digest is None or f"#{part.Id}" != reference.URI:
        return None
    octets = encode_fragment(COMMON, {SIGNED: told[SIGNED]})
    if not compare_digest(digest(octets).digest(), reference.DigestValue):
        return None
    chain = part.ContractCertificateChain
    signed_info = {"SignedInfo": told["Header"]["Signature"]["SignedInfo"]}
    return Signed(
        chain=(chain.Certificate, *chain.SubCertificates.Certificate),
        octets=encode_fragment("xmldsig", signed_info),
        signature=request.Header.Signature.SignatureValue.value,
        method=info.SignatureMethod.Algorithm,
    )
