"""DIN 70121 and ISO 15118-2: any order and any content of messages, held against the tables."""

from contextlib import suppress
from functools import cache
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.exi import messages
from silverpin.protocols.exi.grammar import Complex, load
from silverpin.protocols.iso15118.car import Car, CarWish, Plan
from silverpin.protocols.iso15118.machine import Ending, Reply
from silverpin.protocols.iso15118.session2_order import (
    DIN,
    ISO2,
    STOP_REQUEST,
    Wait,
    admits,
)
from silverpin.protocols.iso15118.sides import Consent, Insulation, Service, Stage, Wanted
from silverpin.protocols.iso15118.vehicle2 import Vehicle2
from tests import v2g_values
from tests.older_talk import (
    OPENING,
    READY,
    READY_AC,
    TO_POWER,
    AnyContract,
    OlderTalk,
    request_names,
)

ORDERS = {"din": DIN, "iso2": ISO2}
TURNS = 12
seeds = st.integers(min_value=0, max_value=2**32)
protocols = st.sampled_from(sorted(ORDERS))


@cache
def type_numbers(protocol: str) -> dict[str, int]:
    """Return the number of the content's type for each element that a body may wrap, and Header."""
    named = {t.name: t for t in load(protocol).types if isinstance(t, Complex)}
    states = (*named["V2G_Message"].states, *named["BodyType"].states)
    return {p.name: p.type for state in states for p in state if p.name}


def any_message(protocol: str, name: str, session_id: bytes, chance: Random) -> Any:
    """Return a valid message of that name with any content, in the session."""
    while True:
        with suppress(v2g_values.DeadEnd):
            grammar, numbers = load(protocol), type_numbers(protocol)
            content = v2g_values.content(grammar, numbers[name], chance)
            header = v2g_values.content(grammar, numbers["Header"], chance)
            header["SessionID"] = session_id.hex().upper()
            message = {"V2G_Message": {"Header": header, "Body": {name: content}}}
            return messages(protocol).from_json(message)


def assert_sound(protocol: str, before: Wait, name: str, reply: Reply, talk: OlderTalk) -> None:
    """The reply can be sent, answers what was asked, and the table knows the way."""
    order, after = ORDERS[protocol], talk.machine.wait
    schema = messages(protocol)
    message = schema.decode(schema.encode(reply.message)).message
    content = getattr(message.Body, name.removesuffix("Req") + "Res")
    assert content is not None
    failed = content.ResponseCode.startswith("FAILED")
    assert failed == (reply.ending is Ending.REFUSED)
    if failed:
        assert reply.why
        assert after is Wait.ENDED
        assert talk.stage is Stage.FAILED
    else:
        assert admits(order, before, name)
        assert after in ((Wait.ENDED,) if name == STOP_REQUEST else order[before][name])


def assert_believable(talk: OlderTalk) -> None:
    told = talk.machine.told
    for name, most in {"charge_max_a": 1e3, "target_a": 1e3, "charge_max_w": 1e6,
                       "voltage_max_v": 1.5e3, "target_v": 1.5e3, "energy_max_wh": 1e6,
                       "energy_target_wh": 1e6, "state_of_charge": 1.0}.items():  # fmt: skip
        value = getattr(told, name)
        assert value is None or 0 <= value <= most, name
    assert (told.discharge_max_a, told.discharge_max_w) == (None, None)
    assert told.service in (None, Service.AC, Service.DC)


@given(seed=seeds, protocol=protocols, ac=st.booleans())
def test_whatever_a_vehicle_says_the_machine_answers_and_keeps_to_its_table(
    seed: int, protocol: str, ac: bool
) -> None:
    chance = Random(seed)
    ac = ac and protocol == "iso2"
    contracts = AnyContract() if chance.random() < 0.3 else None
    talk = OlderTalk(protocol, READY_AC if ac else READY, seed=seed, contracts=contracts)
    talk.pays = "ExternalPayment"
    way = (*OPENING[protocol], *(TO_POWER[-1:] if ac else TO_POWER))
    talk.reach(*way[: chance.randrange(len(way) + 1)])
    talk.pays = "ExternalPayment" if contracts is None or protocol == "din" else "Contract"
    for _ in range(TURNS):
        before = talk.machine.wait
        likely = [*ORDERS[protocol][before], STOP_REQUEST]
        names = likely if chance.random() < 0.8 else request_names(protocol)
        name = chance.choice(names)
        if chance.random() < 0.5:
            message = any_message(protocol, name, talk.session_id, chance)
            reply = None
            while reply is None:
                reply = talk.machine.answer(message, talk.side, talk.now_ns)
                talk.now_ns += 500_000_000
            talk.session_id = reply.message.Header.SessionID
        else:
            talk.ask(name)
            assert talk.last is not None
            reply = talk.last
        assert_sound(protocol, before, name, reply, talk)
        assert_believable(talk)
        if reply.ending:
            break


@given(seed=seeds, protocol=protocols, ac=st.booleans())
def test_whatever_the_charger_is_like_its_answers_can_be_sent(
    seed: int, protocol: str, ac: bool
) -> None:
    chance = Random(seed)
    ac = ac and protocol == "iso2"
    talk = OlderTalk(protocol, READY_AC if ac else READY, seed=seed)
    way = (*OPENING[protocol], *(TO_POWER[-1:] if ac else TO_POWER), "SessionStopReq")
    any_amount = (-5.0, 0.0, 0.04, 16.0, 400.0, 1e5, 1e9)
    for name in way:
        amounts = {
            field: chance.choice(any_amount)
            for field in ("voltage_v", "current_a", "voltage_min_v", "voltage_max_v",
                          "charge_max_a", "charge_max_w", "energy_wh", "notice_max_s")
        }  # fmt: skip
        wish = {
            "insulation": chance.choice((*Insulation, Insulation.SAFE, Insulation.SAFE)),
            "consent": chance.choice((*Consent, Consent.GRANTED)),
            "wanted": chance.choice((*Wanted, Wanted.GO_ON, Wanted.GO_ON)),
            "fault": chance.choice((None, None, None, "ERR_LOCK_FAIL")),
            "emergency": chance.random() < 0.1,
            "grid_out": chance.random() < 0.1,
            "evse_id": chance.choice(("", "ZZ00000", "DE*é*" + "1" * 60)),
        }
        talk.change(**amounts, **wish)
        before = talk.machine.wait
        talk.ask(name)
        assert talk.last is not None
        assert_sound(protocol, before, name, talk.last, talk)
        if talk.last.ending:
            break


@given(seed=seeds, protocol=protocols, ac=st.booleans())
def test_whatever_a_charger_says_the_vehicle_hears_it(seed: int, protocol: str, ac: bool) -> None:
    chance = Random(seed)
    services = (Service.AC,) if ac and protocol == "iso2" else (Service.DC,)
    machine = Vehicle2(protocol, Plan(services=services))
    talk = OlderTalk(protocol, READY_AC if services[0] is Service.AC else READY, seed=seed)
    car = Car(battery_v=400.0, contactor_closed=True, wish=CarWish.GO_ON)
    absurd_from = chance.randrange(30)
    for turn in range(40):
        ask = machine.ask(car, talk.now_ns)
        assert ask is not None
        schema = messages(protocol)
        request = schema.decode(schema.encode(ask.message)).message
        name = next(n for n in request_names(protocol) if getattr(request.Body, n) is not None)
        talk.tell(name, getattr(request.Body, name))
        assert talk.last is not None
        answer = talk.last.message
        if turn >= absurd_from:
            expected = name.removesuffix("Req") + "Res"
            answer = any_message(protocol, expected, answer.Header.SessionID, chance)
        heard = machine.heard(answer, car, talk.now_ns, "V2G_Message")
        if heard.ending:
            break
