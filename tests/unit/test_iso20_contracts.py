"""Plug and charge in ISO 15118-20: contracts that others signed, and contracts that are no good."""

import base64
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("cryptography", reason="contracts need the package cryptography")

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.drivers.v2g.contracts import ED448, RootedContracts
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.car import Plan
from silverpin.protocols.iso15118.contract20 import ContractFault, Contracts, Signed, judge
from silverpin.protocols.iso15118.machine import Ending, Reply
from silverpin.protocols.iso15118.sides import Consent
from silverpin.protocols.iso15118.states20 import State20
from silverpin.protocols.iso15118.turn import What
from tests.contract_signer import NOW, Contract, Holder, issue, revocations, signed_request
from tests.iso20_talk import ON, Talk, code
from tests.v2g_pair import Pair

ROOT = issue("root", authority=True)
UPPER = issue("operator 1", ROOT, authority=True)
LOWER = issue("operator 2", UPPER, authority=True)
CONTRACT = issue("DEABCC12345678", LOWER)
CHAIN = [LOWER, UPPER]
TRUST = RootedContracts([ROOT.certificate])
UNTRUSTED = "WARNING_CertificateValidationError"
ECDSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
SIDE = replace(ON, unix_s=NOW.timestamp())


def talk(contracts: Contracts | None = TRUST) -> Talk:
    made = Talk(side=SIDE, contracts=contracts)
    return made.reach(State20.AUTHORIZATION_SETUP)


def show(talk: Talk, leaf: Holder = CONTRACT, chain: list[Holder] = CHAIN, **more: Any) -> Reply:
    """Ask for consent with a contract."""
    setup = talk.say("AuthorizationSetupReq").message
    challenge = more.pop("challenge", setup.PnC_ASResAuthorizationMode.GenChallenge)
    fields = signed_request(leaf, chain, challenge, more.pop("key", None)) | more
    return say(talk, fields)


def say(talk: Talk, fields: dict[str, Any]) -> Reply:
    content = dict(fields)
    number = talk.session_id.hex().upper()
    header = {"SessionID": number, "TimeStamp": 1, "Signature": content.pop("Signature", None)}
    header = {name: value for name, value in header.items() if value is not None}
    return talk.say("AuthorizationReq", EIM_AReqAuthorizationMode=None, Header=header, **content)


def recorded(data: Path) -> Iterator[Any]:
    """Signed AuthorizationReqs that another vehicle made."""
    for path in sorted((data / "v2g_captures/exi_pairs").glob("*_20_*.evcc.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            message = json.loads(row.get("json", "{}"))
            if "PnC_AReqAuthorizationMode" in message.get("AuthorizationReq", {}):
                yield messages("iso20-common").from_json(message)


def test_recorded_contracts_are_judged_as_they_were_signed(data_dir: Path) -> None:
    found = list(recorded(data_dir))
    assert len(found) >= 3
    for request in found:
        part = request.PnC_AReqAuthorizationMode
        above = part.ContractCertificateChain.SubCertificates.Certificate
        roots = [x509.load_der_x509_certificate(der) for der in above]
        trust = RootedContracts([c for c in roots if is_top(c, roots)])
        judgement = judge(request, part.GenChallenge, trust, request.Header.TimeStamp)
        assert (judgement.name, judgement.fault) == ("UKSWI123456791A", None)
        other = judge(request, bytes(16), trust, request.Header.TimeStamp)
        assert other.fault is ContractFault.CHALLENGE


def is_top(certificate: x509.Certificate, others: list[x509.Certificate]) -> bool:
    return certificate.issuer not in {other.subject for other in others}


def test_a_good_contract_is_named_and_charges_if_the_charger_consents() -> None:
    conversation = talk()
    conversation.change(consent=Consent.PENDING)
    reply = show(conversation)
    assert (code(reply), reply.message.EVSEProcessing) == ("OK", "Ongoing")
    assert conversation.machine.told.contract == "DEABCC12345678"
    conversation.change(consent=Consent.GRANTED)
    assert show(conversation).message.EVSEProcessing == "Finished"
    assert conversation.machine.state is State20.DISCOVERY


def test_a_contract_that_may_not_charge_here_is_declined() -> None:
    conversation = talk()
    conversation.change(consent=Consent.REFUSED)
    assert code(show(conversation)) == "WARNING_GeneralPnCAuthorizationError"
    assert conversation.machine.state is State20.AUTHORIZATION


def test_a_contract_about_which_nobody_decides_is_declined_before_the_vehicle_gives_up() -> None:
    conversation = talk()
    conversation.change(consent=Consent.PENDING)
    setup = conversation.say("AuthorizationSetupReq").message
    fields = signed_request(CONTRACT, CHAIN, setup.PnC_ASResAuthorizationMode.GenChallenge)
    assert code(say(conversation, fields)) == "OK"
    conversation.wait(V2G_TIMERS.ongoing_performance_ns / 1e6)
    assert code(say(conversation, fields)) == "WARNING_GeneralPnCAuthorizationError"


def test_a_contract_for_another_session_is_declined() -> None:
    reply = show(talk(), challenge=bytes(16))
    assert (code(reply), reply.ending) == ("WARNING_ChallengeInvalid", None)


def test_each_question_gets_a_challenge_of_its_own() -> None:
    conversation = talk()
    asked = [conversation.say("AuthorizationSetupReq").message for _ in range(3)]
    assert len({m.PnC_ASResAuthorizationMode.GenChallenge for m in asked}) == 3


@pytest.mark.parametrize(
    ("leaf", "chain", "expected"),
    [
        (issue("old", LOWER, days=10), CHAIN, "WARNING_CertificateExpired"),
        (
            issue("new", LOWER, begins=NOW + dt.timedelta(days=1)),
            CHAIN,
            "WARNING_CertificateNotYetValid",
        ),
        (
            issue("stray", issue("nobody", authority=True)),
            CHAIN,
            UNTRUSTED,
        ),
        (CONTRACT, [UPPER], UNTRUSTED),
        (issue("under a leaf", CONTRACT), [CONTRACT, LOWER], UNTRUSTED),
        (LOWER, [UPPER], UNTRUSTED),
        (issue("own root"), CHAIN, UNTRUSTED),
    ],
)
def test_a_contract_that_is_no_good_is_declined_with_its_reason(
    leaf: Holder, chain: list[Holder], expected: str
) -> None:
    conversation = talk()
    reply = show(conversation, leaf, chain)
    assert (code(reply), reply.ending) == (expected, None)
    assert reply.why
    assert conversation.machine.told.contract is None
    assert code(conversation.say("AuthorizationReq")) == "OK"


def test_a_revoked_contract_is_declined() -> None:
    trust = RootedContracts([ROOT.certificate], [revocations(LOWER, CONTRACT)])
    reply = show(talk(trust))
    assert reply.why == "WARNING_CertificateRevoked: DEABCC12345678 was revoked"
    forged = revocations(Holder(LOWER.certificate, ROOT.key), CONTRACT)
    assert code(show(talk(RootedContracts([ROOT.certificate], [forged])))) == "OK"


def test_a_signature_of_another_key_ends_the_session() -> None:
    reply = show(talk(), key=ec.generate_private_key(ec.SECP521R1()))
    assert (code(reply), reply.ending) == ("FAILED_SignatureError", Ending.REFUSED)


def test_what_was_changed_after_signing_ends_the_session() -> None:
    conversation = talk()
    setup = conversation.say("AuthorizationSetupReq").message
    fields = signed_request(CONTRACT, CHAIN, setup.PnC_ASResAuthorizationMode.GenChallenge)
    chain = fields["PnC_AReqAuthorizationMode"]["ContractCertificateChain"]
    chain["Certificate"] = base64.b64encode(LOWER.der).decode()
    reply = say(conversation, fields)
    assert reply.why == "FAILED_SignatureError: the digest is not that of this request"


def test_a_contract_without_a_signature_ends_the_session() -> None:
    assert code(show(talk(), Signature=None)) == "FAILED_SignatureError"


def test_certificates_that_cannot_be_read_are_declined() -> None:
    for octets in (b"", b"\0", CONTRACT.der[:-7], bytes(800)):
        signed = Signed((octets, LOWER.der), b"", b"", "")
        found = TRUST.judge(signed, NOW.timestamp())
        assert found.fault is ContractFault.UNTRUSTED
        assert found.why.startswith("a certificate cannot be read")


def test_contracts_are_offered_only_to_a_vehicle_that_proved_who_it_is() -> None:
    def services(identity: bytes | None) -> Any:
        pair = Pair(Plan(), identity=identity, contracts=TRUST)
        pair.run(lambda pair: "AuthorizationSetupRes" in pair.names)
        return pair.answers("AuthorizationSetupRes")[0].AuthorizationServices

    assert services(None) == ("EIM",)
    assert services(b"digest") == ("PnC", "EIM")


def test_a_vehicle_without_a_contract_is_not_troubled_by_the_offer() -> None:
    pair = Pair(Plan(), identity=b"digest", contracts=TRUST).until_power()
    assert pair.charger.told.contract is None


def test_a_contract_of_the_other_curve_is_taken() -> None:
    key = ed448.Ed448PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "on X448")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(LOWER.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + dt.timedelta(days=1))
        .sign(LOWER.key, hashes.SHA512())
    )
    der = (certificate.public_bytes(Encoding.DER), LOWER.der, UPPER.der)
    good = Signed(der, b"signed info", key.sign(b"signed info"), ED448)
    assert TRUST.judge(good, NOW.timestamp()).name == "on X448"
    for wrong in (
        good._replace(octets=b"other"),
        good._replace(method=ECDSA_SHA512),
        good._replace(signature=b"short"),
    ):
        assert TRUST.judge(wrong, NOW.timestamp()).fault is ContractFault.SIGNATURE


def test_a_signature_of_the_wrong_length_is_none() -> None:
    reply = Signed((CONTRACT.der, LOWER.der, UPPER.der), b"x", bytes(64), ECDSA_SHA512)
    assert TRUST.judge(reply, NOW.timestamp()).fault is ContractFault.SIGNATURE


def test_a_vehicle_with_a_contract_charges_without_a_card() -> None:
    shows = Plan(contract=Contract(CONTRACT, (LOWER, UPPER)))
    pair = Pair(shows, side=SIDE, identity=b"digest", contracts=TRUST).until_power()
    assert pair.charger.told.contract == "DEABCC12345678"
    asked = pair.answers("AuthorizationReq")
    assert [m.SelectedAuthorizationService for m in asked] == ["PnC"]


def test_a_vehicle_whose_contract_is_declined_falls_back_to_a_card() -> None:
    shows = Plan(contract=Contract(CONTRACT, (UPPER,)))
    pair = Pair(shows, side=SIDE, identity=b"digest", contracts=TRUST).until_power()
    assert pair.charger.told.contract is None
    asked = pair.answers("AuthorizationReq")
    assert [m.SelectedAuthorizationService for m in asked] == ["PnC", "EIM"]
    (why,) = pair.told(What.REFUSED)
    assert why.startswith("WARNING_CertificateValidationError: the issuer operator 2")


def test_a_vehicle_keeps_its_contract_where_none_is_taken() -> None:
    shows = Plan(contract=Contract(CONTRACT, (LOWER, UPPER)))
    pair = Pair(shows, side=SIDE).until_power()
    asked = pair.answers("AuthorizationReq")
    assert [m.SelectedAuthorizationService for m in asked] == ["EIM"]
