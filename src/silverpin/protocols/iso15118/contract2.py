"""Plug and charge in ISO 15118-2: is what the vehicle signed what it was asked to sign?

PaymentDetailsReq brings contract and certificates, its answer a challenge, and AuthorizationReq
gives the challenge back, signed. The fragment is put together here as it was signed; whether key
and certificates are good is the port's to say, as in ISO 15118-20.
"""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from silverpin.protocols.exi import ExiError, encode_fragment, messages
from silverpin.protocols.iso15118.contract20 import (
    DIGESTS,
    ContractFault,
    Contracts,
    Judgement,
    Signed,
)

CHALLENGE_OCTETS = 16
CODES: Mapping[ContractFault, str] = {
    ContractFault.SIGNATURE: "FAILED_SignatureError",
    ContractFault.CHALLENGE: "FAILED_ChallengeInvalid",
    ContractFault.EXPIRED: "FAILED_CertificateExpired",
    ContractFault.NOT_YET_VALID: "FAILED_CertificateExpired",
    ContractFault.REVOKED: "FAILED_CertificateRevoked",
    ContractFault.UNTRUSTED: "FAILED_CertChainError",
}
"""What this protocol calls each fault; it has no word for a certificate that is not valid yet."""


class Details:
    """What PaymentDetailsReq told, and the challenge that it was answered with."""

    def __init__(self, request: Any, challenge: bytes) -> None:
        chain = request.ContractSignatureCertChain
        above = chain.SubCertificates.Certificate if chain.SubCertificates else ()
        self.chain: tuple[bytes, ...] = (chain.Certificate, *above)
        self.emaid: str = request.eMAID
        self.challenge = challenge


def judge(message: Any, details: Details, contracts: Contracts, unix_s: float) -> Judgement:
    """Judge the contract of *message*, a whole V2G_Message with AuthorizationReq."""
    request, signature = message.Body.AuthorizationReq, message.Header.Signature
    if signature is None:
        return _refused(ContractFault.SIGNATURE, "the request is not signed")
    if not compare_digest(request.GenChallenge or b"", details.challenge):
        return _refused(ContractFault.CHALLENGE, "the challenge is not that of this session")
    try:
        signed = _signed(message, details.chain)
    except ExiError as error:
        return _refused(ContractFault.SIGNATURE, f"what is signed cannot be read: {error}")
    if signed is None:
        return _refused(ContractFault.SIGNATURE, "the digest is not that of this request")
    found = contracts.judge(signed, unix_s)
    if found.fault is None and _plain(found.name) != _plain(details.emaid):
        why = f"the certificate is of {found.name}, the contract said to be {details.emaid}"
        return _refused(ContractFault.UNTRUSTED, why)
    return found


def _refused(fault: ContractFault, why: str) -> Judgement:
    return Judgement(fault=fault, why=why)


def _plain(emaid: str) -> str:
    """Return an eMAID without what may stand between its parts."""
    return emaid.replace("-", "").upper()


def _signed(message: Any, chain: tuple[bytes, ...]) -> Signed | None:
    """Return what was signed; None where the digest in it is not that of the request."""
    told = messages("iso2").to_json(message)["V2G_Message"]
    info = message.Header.Signature.SignedInfo
    (reference, *more) = info.Reference
    digest = DIGESTS.get(reference.DigestMethod.Algorithm)
    if more or digest is None or f"#{message.Body.AuthorizationReq.Id}" != reference.URI:
        return None
    octets = encode_fragment("iso2", {"AuthorizationReq": told["Body"]["AuthorizationReq"]})
    if not compare_digest(digest(octets).digest(), reference.DigestValue):
        return None
    signed_info = {"SignedInfo": told["Header"]["Signature"]["SignedInfo"]}
    return Signed(
        chain=chain,
        octets=encode_fragment("xmldsig", signed_info),
        signature=message.Header.Signature.SignatureValue.value,
        method=info.SignatureMethod.Algorithm,
    )
