"""Every request at every wait of DIN 70121 and ISO 15118-2, held against the tables."""

import pytest

from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.session2_order import (
    DIN,
    ISO2,
    STOP_REQUEST,
    Order,
    Wait,
    admits,
    due,
)
from silverpin.protocols.iso15118.sides import ChargerSide, Stage
from tests.older_talk import OPENING, READY, READY_AC, AnyContract, OlderTalk, request_names

ORDERS: dict[str, Order] = {"din": DIN, "iso2": ISO2}


def way_to(protocol: str, wait: Wait) -> tuple[ChargerSide, tuple[str, ...]]:
    """Return the charger and the requests that lead to *wait*."""
    opening = OPENING[protocol]
    dc = (*opening, "CableCheckReq", "PreChargeReq", "PowerDeliveryReq")
    places = list(ORDERS["din"])
    ways = {
        Wait.SESSION_SETUP: (READY, ()),
        Wait.SERVICE_DISCOVERY: (READY, opening[:1]),
        Wait.SERVICE_SELECTION: (READY, opening[:2]),
        Wait.PAYMENT_DETAILS: (READY, opening[:3]),
        Wait.AUTHORIZATION: (READY, opening[:3]),
        Wait.CHARGE_PARAMETERS: (READY, opening[:4]),
        Wait.CABLE_CHECK: (READY, opening),
        Wait.PRE_CHARGE: (READY, dc[:6]),
        Wait.PRE_CHARGED: (READY, dc[:7]),
        Wait.CURRENT_DEMAND: (READY, dc),
        Wait.WELDING: (READY, (*dc, "PowerDeliveryReq")),
        Wait.POWER_DELIVERY: (READY_AC, opening),
        Wait.CHARGING_STATUS: (READY_AC, (*opening, "PowerDeliveryReq")),
        Wait.SESSION_STOP: (READY_AC, (*opening, "PowerDeliveryReq", "PowerDeliveryReq")),
        Wait.ENDED: (READY, (*opening, STOP_REQUEST)),
    }
    assert set(ways) >= set(places)
    return ways[wait]


def at(protocol: str, wait: Wait) -> OlderTalk:
    """Return a session that waits for *wait*."""
    side, names = way_to(protocol, wait)
    by_contract = wait is Wait.PAYMENT_DETAILS
    talk = OlderTalk(protocol, side, contracts=AnyContract() if by_contract else None)
    talk.reach(*names)
    assert talk.machine.wait is wait
    return talk


PLACES = [(protocol, wait) for protocol, order in ORDERS.items() for wait in order]
EVERYWHERE = pytest.mark.parametrize(("protocol", "wait"), PLACES)


@EVERYWHERE
def test_every_request_is_taken_where_the_table_has_it_and_nowhere_else(
    protocol: str, wait: Wait
) -> None:
    order = ORDERS[protocol]
    for name in request_names(protocol):
        talk = at(protocol, wait)
        answer = talk.ask(name)
        assert type(answer).__name__.startswith(name.removesuffix("Req") + "Res")
        assert talk.last is not None
        if admits(order, wait, name):
            assert answer.ResponseCode.startswith("OK"), name
            following = (Wait.ENDED,) if name == STOP_REQUEST else order[wait][name]
            assert talk.machine.wait in following, name
        else:
            assert answer.ResponseCode == "FAILED_SequenceError", name
            assert talk.last.ending is Ending.REFUSED
            assert name in str(talk.last.why)
            assert talk.stage is Stage.FAILED


@EVERYWHERE
def test_a_request_of_another_session_is_refused(protocol: str, wait: Wait) -> None:
    if wait is Wait.SESSION_SETUP:
        return
    talk = at(protocol, wait)
    name = due(ORDERS[protocol], wait)
    answer = talk.tell(name, talk.content(name), session_id=b"\xee" * 8)
    assert answer.ResponseCode == "FAILED_UnknownSession"
    assert talk.last is not None
    assert talk.last.ending is Ending.REFUSED


@EVERYWHERE
def test_an_answer_in_place_of_a_request_is_out_of_sequence(protocol: str, wait: Wait) -> None:
    talk = at(protocol, wait)
    own = talk.schema.SessionStopResType(ResponseCode="OK")
    answer = talk.tell("SessionStopRes", own)
    assert answer.ResponseCode == "FAILED_SequenceError"
    due_answer = due(ORDERS[protocol], wait).removesuffix("Req") + "Res"
    assert type(answer).__name__.startswith(due_answer)


@EVERYWHERE
def test_nothing_is_taken_after_a_refusal(protocol: str, wait: Wait) -> None:
    talk = at(protocol, wait)
    talk.tell("SessionStopRes", talk.schema.SessionStopResType(ResponseCode="OK"))
    for name in (due(ORDERS[protocol], wait), STOP_REQUEST):
        assert talk.ask(name).ResponseCode == "FAILED_SequenceError"


@EVERYWHERE
def test_a_vehicle_that_leaves_is_let_go(protocol: str, wait: Wait) -> None:
    if wait in (Wait.SESSION_SETUP, Wait.ENDED):
        return
    talk = at(protocol, wait)
    assert talk.ask(STOP_REQUEST).ResponseCode == "OK"
    assert talk.last is not None
    assert talk.last.ending is Ending.BY_VEHICLE
    assert talk.stage is Stage.ENDED


def test_the_tables_are_closed() -> None:
    for order in ORDERS.values():
        for step in order.values():
            for following in step.values():
                assert set(following) <= set(order)
