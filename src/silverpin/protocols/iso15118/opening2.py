"""DIN 70121 and ISO 15118-2 from the first message to consent, charger's role."""

from typing import Any

from silverpin.protocols.iso15118.answers2 import CHARGING_ID, energy_modes
from silverpin.protocols.iso15118.contract2 import CHALLENGE_OCTETS, CODES, Details, judge
from silverpin.protocols.iso15118.contract20 import Contracts
from silverpin.protocols.iso15118.conversation2 import Conversation2, Refused, Said
from silverpin.protocols.iso15118.session2_order import Wait
from silverpin.protocols.iso15118.sides import ChargerSide, Consent


def session_setup(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Begin a session; the vehicle that paused one gets it back, DIN 70121 knows no pause."""
    evcc = request.EVCCID.hex().upper()
    asked, paused = talk.asked_id, talk.resume
    mine = paused is not None and (paused.protocol, paused.session_id, paused.evcc_id)
    joined = mine == ("iso2", asked, evcc) and talk.dialect.schema == "iso2"
    talk.session_id = asked if joined else _new_id(talk)
    talk.says(evcc_id=evcc, session_id=talk.session_id.hex().upper(), resumed=joined)
    code = "OK_OldSessionJoined" if joined else "OK_NewSessionEstablished"
    return Said(Wait.SERVICE_DISCOVERY, code)


def _new_id(talk: Conversation2) -> bytes:
    """Return eight octets of chance, neither nought nor those that were asked for."""
    while True:
        made = talk.chance.randbytes(8)
        if made not in (bytes(8), talk.asked_id):
            return made


def service_discovery(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Name charging, whatever scope or category the vehicle filters by."""
    if not energy_modes(talk, side):
        raise Refused("FAILED", "the charger has no service that this protocol knows")
    return Said(Wait.SERVICE_SELECTION)


def service_detail(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Charging has no parameters, and no other service is offered."""
    if request.ServiceID != CHARGING_ID:
        raise Refused("FAILED_ServiceIDInvalid", f"service {request.ServiceID} is not offered")
    return Said(Wait.SERVICE_SELECTION)


def selection(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Take the choice of charging, and of how it is paid for."""
    by_contract = request.SelectedPaymentOption == "Contract"
    if by_contract and talk.contracts is None:
        why = f"payment by {request.SelectedPaymentOption} is not offered"
        raise Refused("FAILED_PaymentSelectionInvalid", why)
    chosen = [service.ServiceID for service in request.SelectedServiceList.SelectedService]
    if CHARGING_ID not in chosen:
        raise Refused(talk.dialect.no_charge_service, "the vehicle did not choose charging")
    other = next((number for number in chosen if number != CHARGING_ID), None)
    if other is not None:
        raise Refused("FAILED_ServiceSelectionInvalid", f"service {other} is not offered")
    return Said(Wait.PAYMENT_DETAILS if by_contract else Wait.AUTHORIZATION)


def payment_details(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Take the contract, and give a challenge to be signed with its key."""
    talk.contract = Details(request, talk.chance.randbytes(CHALLENGE_OCTETS))
    return Said(Wait.AUTHORIZATION)


def authorization(talk: Conversation2, request: Any, side: ChargerSide, now_ns: int) -> Said:
    """Say whether the driver may have energy; as long as nobody has said so, the vehicle asks."""
    if talk.contracts is not None and talk.contract is not None:
        _judge(talk, talk.contract, talk.contracts, side)
    if side.consent is Consent.REFUSED:
        raise Refused("FAILED", "the driver may not have energy here")
    if side.consent is Consent.PENDING:
        waits = "Ongoing" if talk.contract is not None else talk.dialect.awaiting_driver
        return Said(Wait.AUTHORIZATION, processing=waits)
    return Said(Wait.CHARGE_PARAMETERS)


def _judge(talk: Conversation2, details: Details, contracts: Contracts, side: ChargerSide) -> None:
    """Refuse a contract that is not good; one that is good is named once, for consent to go by."""
    if talk.told.contract is not None:
        return
    found = judge(talk.asked, details, contracts, side.unix_s)
    if found.fault is not None:
        raise Refused(CODES[found.fault], found.why)
    talk.says(contract=found.name)
