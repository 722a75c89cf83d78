"""Plug and charge in ISO 15118-2: contracts of recorded vehicles, signed by others."""

import base64
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("cryptography", reason="contracts need the package cryptography")

from cryptography import x509

from silverpin.drivers.v2g.contracts import RootedContracts
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.contract20 import Contracts
from silverpin.protocols.iso15118.dialects2 import ISO2
from silverpin.protocols.iso15118.machine import Ending, Reply
from silverpin.protocols.iso15118.session2 import Session2
from silverpin.protocols.iso15118.sides import ChargerSide, Consent
from tests.older_talk import READY, AnyContract, OlderTalk
from tests.recorded_sessions import Exchange, captured_sessions, content

SCHEMA = messages("iso2")
IN_TIME = replace(READY, unix_s=1.78e9)
"""May 2026: the recorded certificates are valid from October 2025 to October 2027."""
NAMES = ["PaymentServiceSelectionReq", "PaymentDetailsReq", "AuthorizationReq"]


class AsRecorded(random.Random):
    """Gives the numbers that the recorded charger made up: what was signed then is signed now."""

    def __init__(self, session_id: bytes, challenge: bytes) -> None:
        super().__init__(1)
        self._given = {8: session_id, 16: challenge}

    def randbytes(self, n: int) -> bytes:
        return self._given[n]


@cache
def recorded(data: Path, capture: str) -> tuple[Exchange, ...]:
    """Return the opening of a recorded session with a contract, and no other service chosen."""
    (session,) = captured_sessions(data / "v2g_captures/dsv2gshark" / capture).values()
    opening = ("SessionSetupReq", "ServiceDiscoveryReq", *NAMES)
    kept = [e for e in session if e.name in opening]
    for exchange in kept:
        chosen = content(exchange.asked).get("SelectedServiceList", {}).get("SelectedService", [])
        chosen[:] = [row for row in chosen if row["ServiceID"] == 1]
    return tuple(kept)


CAPTURES = pytest.mark.parametrize(
    "capture",
    [
        "ISO-2_AC_PnC_TLS_Contract_MeteringReceipt_DS5366_RiseV2G.pcapng.gz",
        "ISO-2_DC_PnC_TLS_Contract_DS5366_RiseV2G.pcapng.gz",
        "ISO-2_DC_PnC_TLS_CertInstallation_DS5366_RiseV2G.pcapng.gz",
        "ISO-2_DC_PnC_TLS_CertUpdate_DS5366_RiseV2G.pcapng.gz",
    ],
)


def answer_of(exchanges: Sequence[Exchange], name: str) -> dict[str, Any]:
    return content(next(e for e in exchanges if e.name == name).answered or {})


def authority(exchanges: Sequence[Exchange]) -> x509.Certificate:
    """Return the highest authority that the vehicle sent."""
    details = content(next(e for e in exchanges if e.name == "PaymentDetailsReq").asked)
    above = details["ContractSignatureCertChain"]["SubCertificates"]["Certificate"]
    found = [x509.load_der_x509_certificate(base64.b64decode(der)) for der in above]
    subjects = {each.subject for each in found}
    return next(each for each in found if each.issuer not in subjects)


def play(
    exchanges: Sequence[Exchange], contracts: Contracts, side: ChargerSide = IN_TIME
) -> tuple[Session2, list[Reply]]:
    """Let the recorded vehicle open its session at our charger, as far as it comes."""
    setup = next(e for e in exchanges if e.name == "SessionSetupReq").answered or {}
    session_id = bytes.fromhex(setup["V2G_Message"]["Header"]["SessionID"])
    challenge = base64.b64decode(answer_of(exchanges, "PaymentDetailsReq")["GenChallenge"])
    machine = Session2(ISO2, AsRecorded(session_id, challenge), contracts=contracts)
    replies = []
    for exchange in exchanges:
        reply = machine.answer(SCHEMA.from_json(exchange.asked), side, 0)
        assert reply is not None
        SCHEMA.encode(reply.message)
        replies.append(reply)
        if reply.ending:
            break
    return machine, replies


def code(reply: Reply) -> str:
    body = SCHEMA.to_json(reply.message)["V2G_Message"]["Body"]
    return str(next(iter(body.values()))["ResponseCode"])


@CAPTURES
def test_a_recorded_contract_is_taken_by_its_signature_and_its_chain(
    data_dir: Path, capture: str
) -> None:
    exchanges = recorded(data_dir, capture)
    machine, replies = play(exchanges, RootedContracts([authority(exchanges)]))
    assert code(replies[-1]) == "OK", replies[-1].why
    assert machine.told.contract == "DEABC123456789Y"


def one(data: Path) -> tuple[Exchange, ...]:
    return recorded(data, "ISO-2_DC_PnC_TLS_Contract_DS5366_RiseV2G.pcapng.gz")


@pytest.mark.parametrize(
    ("unix_s", "wanted"),
    [(1.9e9, "FAILED_CertificateExpired"), (1.5e9, "FAILED_CertificateExpired")],
)
def test_a_contract_out_of_its_time_is_refused(data_dir: Path, unix_s: float, wanted: str) -> None:
    exchanges = one(data_dir)
    contracts = RootedContracts([authority(exchanges)])
    _, replies = play(exchanges, contracts, replace(IN_TIME, unix_s=unix_s))
    assert code(replies[-1]) == wanted
    assert replies[-1].ending is Ending.REFUSED


def test_a_contract_of_an_authority_that_is_not_trusted_is_refused(data_dir: Path) -> None:
    _, replies = play(one(data_dir), RootedContracts([]))
    assert code(replies[-1]) == "FAILED_CertChainError"
    assert "is not trusted" in str(replies[-1].why)


def test_a_contract_under_another_name_is_refused(data_dir: Path) -> None:
    exchanges = [
        e._replace(asked=renamed(e.asked)) if e.name == "PaymentDetailsReq" else e
        for e in one(data_dir)
    ]
    _, replies = play(exchanges, RootedContracts([authority(exchanges)]))
    assert code(replies[-1]) == "FAILED_CertChainError"
    assert "the contract said to be DEXYZ" in str(replies[-1].why)


def renamed(asked: dict[str, Any]) -> dict[str, Any]:
    message = asked["V2G_Message"]
    details = message["Body"]["PaymentDetailsReq"] | {"eMAID": "DEXYZ123456789Z"}
    return {"V2G_Message": {**message, "Body": {"PaymentDetailsReq": details}}}


def changed(asked: dict[str, Any], *, header: dict[str, Any] | None, **body: Any) -> dict[str, Any]:
    message = asked["V2G_Message"]
    request = message["Body"]["AuthorizationReq"] | body
    kept = message["Header"] if header is None else header
    return {"V2G_Message": {"Header": kept, "Body": {"AuthorizationReq": request}}}


def test_what_was_not_signed_or_not_so_is_refused(data_dir: Path) -> None:
    *before, last = one(data_dir)
    header = last.asked["V2G_Message"]["Header"]
    unsigned = {"SessionID": header["SessionID"]}
    other = base64.b64encode(bytes(16)).decode()
    for asked, wanted in (
        (changed(last.asked, header=unsigned), "FAILED_SignatureError"),
        (changed(last.asked, header=None, GenChallenge=other), "FAILED_ChallengeInvalid"),
        (changed(last.asked, header=None, Id="ID2"), "FAILED_SignatureError"),
        (changed(last.asked, header=forged(header)), "FAILED_SignatureError"),
    ):
        exchanges = [*before, last._replace(asked=asked)]
        _, replies = play(exchanges, RootedContracts([authority(exchanges)]))
        assert code(replies[-1]) == wanted


def forged(header: dict[str, Any]) -> dict[str, Any]:
    """Return the header with a signature of another key."""
    value = base64.b64encode(b"\x01" * 64).decode()
    return header | {"Signature": header["Signature"] | {"SignatureValue": {"value": value}}}


def test_a_good_contract_still_waits_for_consent(data_dir: Path) -> None:
    exchanges = one(data_dir)
    contracts = RootedContracts([authority(exchanges)])
    machine, replies = play(exchanges, contracts, replace(IN_TIME, consent=Consent.PENDING))
    assert replies[-1].message.Body.AuthorizationRes.EVSEProcessing == "Ongoing"
    request = SCHEMA.from_json(exchanges[-1].asked)
    granted = machine.answer(request, IN_TIME, 0)
    assert granted is not None
    assert granted.message.Body.AuthorizationRes.EVSEProcessing == "Finished"


def test_contracts_are_offered_where_somebody_judges_them_and_never_in_din() -> None:
    talk = OlderTalk("iso2", contracts=AnyContract())
    answer = talk.reach("SessionSetupReq", "ServiceDiscoveryReq")
    assert answer.PaymentOptionList.PaymentOption == ("Contract", "ExternalPayment")
    talk.ask("PaymentServiceSelectionReq", SelectedPaymentOption="ExternalPayment")
    talk.reach("AuthorizationReq")
    din = OlderTalk("din", contracts=AnyContract())
    answer = din.reach("SessionSetupReq", "ServiceDiscoveryReq")
    assert answer.PaymentOptions.PaymentOption == ("ExternalPayment",)
