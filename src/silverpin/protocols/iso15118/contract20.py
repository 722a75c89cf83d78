"""Plug and charge in ISO 15118-20: is what the vehicle signed what it was asked to sign?

The vehicle signs the challenge of this session together with its contract's certificates. Here the
fragments are put together as they were signed; whether key and certificates are good is the port's
to say (`Contracts`), since it needs cryptography and the operator's roots.
"""

import hashlib
from enum import Enum
from hmac import compare_digest
from typing import Any, NamedTuple, Protocol

from silverpin.protocols.exi import ExiError, messages

COMMON = "iso20-common"
CANONICAL = "http://www.w3.org/TR/canonical-exi/"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashlib.sha384,
    SHA512: hashlib.sha512,
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


class Holder(Protocol):
    """A vehicle's contract and the key that nobody sees."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The contract's certificate and the authorities above it, DER."""

    @property
    def method(self) -> str:
        """The algorithm of its signatures, as xmldsig names it."""

    def sign(self, octets: bytes) -> bytes:
        """Return the signature of *octets* in the form of xmldsig."""


def show(holder: Holder, challenge: bytes) -> tuple[Any, Any]:
    """Return what an AuthorizationReq says of a contract, and the signature of its header."""
    common = messages(COMMON)
    leaf, *above = holder.chain
    chain = common.ContractCertificateChainType(
        Certificate=leaf, SubCertificates=common.SubCertificatesType(Certificate=tuple(above))
    )
    part = common.PnC_AReqAuthorizationModeType(
        Id="id1", GenChallenge=challenge, ContractCertificateChain=chain
    )
    digest = hashlib.sha512(_fragment(part)).digest()
    reference = common.ReferenceType(
        URI=f"#{part.Id}",
        Transforms=common.TransformsType(Transform=(common.TransformType(Algorithm=CANONICAL),)),
        DigestMethod=common.DigestMethodType(Algorithm=SHA512),
        DigestValue=digest,
    )
    info = common.SignedInfoType(
        CanonicalizationMethod=common.CanonicalizationMethodType(Algorithm=CANONICAL),
        SignatureMethod=common.SignatureMethodType(Algorithm=holder.method),
        Reference=(reference,),
    )
    value = common.SignatureValueType(value=holder.sign(_signed_info(info)))
    return part, common.SignatureType(SignedInfo=info, SignatureValue=value)


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
    info = request.Header.Signature.SignedInfo
    part = request.PnC_AReqAuthorizationMode
    (reference, *more) = info.Reference
    digest = DIGESTS.get(reference.DigestMethod.Algorithm)
    if more or digest is None or f"#{part.Id}" != reference.URI:
        return None
    if not compare_digest(digest(_fragment(part)).digest(), reference.DigestValue):
        return None
    chain = part.ContractCertificateChain
    return Signed(
        chain=(chain.Certificate, *chain.SubCertificates.Certificate),
        octets=_signed_info(info),
        signature=request.Header.Signature.SignatureValue.value,
        method=info.SignatureMethod.Algorithm,
    )


def _fragment(part: Any) -> bytes:
    """Return the octets whose digest is signed."""
    return messages(COMMON).encode_fragment(SIGNED, part)


def _signed_info(info: Any) -> bytes:
    """Return the octets that are signed: in the grammar of signatures, not of messages."""
    return messages("xmldsig").encode_fragment("SignedInfo", info)
