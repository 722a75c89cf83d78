"""ISO 15118-20, charger's role: any order and any content of requests, held against the table."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.exi import messages
from silverpin.protocols.exi.grammar import load
from silverpin.protocols.iso15118.machine import Ending, Reply
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage
from silverpin.protocols.iso15118.states20 import ALLOWED, STAGES, STEPS, State20
from tests import v2g_values
from tests.iso20_talk import Talk, code

SCHEMAS = ("iso20-common", "iso20-dc", "iso20-ac")
REQUESTS = sorted({step.request for steps in STEPS.values() for step in steps})
OTHERS = ["CertificateInstallationReq", "MeteringConfirmationReq", "VehicleCheckInReq"]
OTHERS += ["VehicleCheckOutReq"]
FIGURES = (
    *("voltage_v", "current_a", "power_w", "voltage_min_v", "voltage_max_v", "nominal_hz"),
    *("charge_max_a", "discharge_max_a", "charge_max_w", "discharge_max_w", "set_w"),
)
seeds = st.integers(min_value=0, max_value=2**32)


def schema_of(name: str) -> str:
    return {"DC": "iso20-dc", "AC": "iso20-ac"}.get(name[:2], "iso20-common")


def some_request(name: str, talk: Talk, chance: Random) -> Any:
    """A valid message of that name with any content, in the session of *talk*."""
    schema = schema_of(name)
    grammar = load(schema)
    made = v2g_values.some(grammar, {name: dict(grammar.roots)[name]}, chance)
    number = talk.session_id.hex().upper()
    made[name]["Header"] = {"SessionID": number, "TimeStamp": chance.randrange(2**40)}
    return messages(schema).from_json(made)


def assert_sound(talk: Talk, before: State20, name: str, reply: Reply | None) -> None:
    """The reply can be sent, has the type that was asked for, and the table knows the way."""
    after = talk.machine.state
    if reply is None:
        assert after is before
        return
    schema = messages(reply.schema)
    data = schema.encode(reply.message, reply.name)
    assert schema.decode(data).name == name.replace("Req", "Res")
    failed = code(reply).startswith("FAILED")
    assert failed == (reply.ending is Ending.REFUSED)
    if failed:
        assert after is before
        assert reply.why
        assert talk.machine.told.stage is Stage.FAILED
    else:
        assert after in ALLOWED[before][name]
        if reply.ending:
            assert after in (State20.ENDED, State20.PAUSED)


@pytest.mark.parametrize("state", State20)
@pytest.mark.parametrize("service", [Service.DC_BPT, Service.AC_BPT])
def test_what_a_state_does_not_take_is_a_sequence_error(service: Service, state: State20) -> None:
    chance = Random(1)
    for name in (*REQUESTS, *OTHERS):
        wrong_current = name.startswith("AC_" if service.direct_current else "DC_")
        if (name in ALLOWED[state] and not wrong_current) or not reachable(service, state):
            continue
        talk = Talk(service).reach(state) if state is not State20.REJOINED else rejoined()
        request = talk.request(name) if name in REQUESTS else some_request(name, talk, chance)
        reply = talk.machine.answer(request, talk.side, talk.now_ns, name)
        assert reply is not None
        assert code(reply) == "FAILED_SequenceError"
        assert reply.why == f"FAILED_SequenceError: {name} while waiting for {state.value}"
        assert_sound(talk, state, name, reply)


def reachable(service: Service, state: State20) -> bool:
    only_dc = (State20.CABLE_CHECK, State20.PRE_CHARGE)
    return service.direct_current or state not in (*only_dc, State20.REJOINED)


def rejoined() -> Talk:
    first = Talk().reach(State20.PAUSED)
    talk = Talk(resume=first.machine.paused())
    talk.say("SessionSetupReq")
    assert talk.machine.state is State20.REJOINED
    return talk


@pytest.mark.parametrize("control", ControlMode)
@pytest.mark.parametrize("service", Service)
def test_every_step_of_the_table_can_be_gone(service: Service, control: ControlMode) -> None:
    """What the table promises is what the machine does; nothing in it is for show."""
    for state, steps in STEPS.items():
        if not reachable(service, state) or state is State20.REJOINED:
            continue
        for step in steps:
            if step.request.startswith("AC_" if service.direct_current else "DC_"):
                continue
            talk = Talk(service, control).reach(state)
            reply = talk.ask(step.request)
            assert reply is None or not code(reply).startswith("FAILED"), step
            assert_sound(talk, state, step.request, reply)


@given(seed=seeds, service=st.sampled_from(Service), control=st.sampled_from(ControlMode))
def test_whatever_a_vehicle_says_the_machine_answers_and_keeps_to_its_table(
    seed: int, service: Service, control: ControlMode
) -> None:
    chance = Random(seed)
    talk = Talk(service, control)
    state = chance.choice([s for s in State20 if reachable(service, s)])
    if state is State20.REJOINED:
        talk = rejoined()
    else:
        talk.reach(state)
    for _ in range(6):
        before = talk.machine.state
        likely = [step.request for step in STEPS[before]]
        name = chance.choice(likely if likely and chance.random() < 0.8 else REQUESTS)
        ask = some_request(name, talk, chance) if chance.random() < 0.5 else talk.request(name)
        talk.wait(chance.choice((1, 300, 5000)))
        reply = talk.machine.answer(ask, talk.side, talk.now_ns, name)
        assert_sound(talk, before, name, reply)
        assert_believable(talk)
        if reply and reply.ending:
            break
        if reply and name == "SessionSetupReq":
            talk.session_id = reply.message.Header.SessionID


def assert_believable(talk: Talk) -> None:
    """Nothing that no vehicle has is passed on."""
    told = talk.machine.told
    for amps in (told.charge_max_a, told.discharge_max_a):
        assert amps is None or 0 <= amps <= 1000
    assert told.target_a is None or abs(told.target_a) <= 1000
    for volts in (told.voltage_max_v, told.voltage_min_v, told.target_v, told.present_v):
        assert volts is None or 0 <= volts <= 1500
    for watts in (told.charge_max_w, told.discharge_max_w):
        assert watts is None or 0 <= watts <= 1e6


def test_every_state_has_a_stage_and_every_way_an_end() -> None:
    assert set(STAGES) == set(State20) == set(STEPS)
    reached = {State20.SETUP}
    while True:
        onward = {to for state in reached for step in STEPS[state] for to in step.to}
        if onward <= reached:
            break
        reached |= onward
    assert reached == set(State20)
    assert not STEPS[State20.ENDED]
    assert not STEPS[State20.PAUSED]


@given(
    service=st.sampled_from(Service),
    control=st.sampled_from(ControlMode),
    floats=st.lists(st.floats(width=32), min_size=12, max_size=12),
)
def test_whatever_a_charger_measures_can_be_told(
    service: Service, control: ControlMode, floats: list[float]
) -> None:
    talk = Talk(service, control)
    talk.change(**dict(zip(FIGURES, floats, strict=False)))
    talk.change(current_a=0.0, voltage_min_v=150.0, voltage_max_v=500.0)
    talk.reach(State20.LOOP)
    talk.change(**dict(zip(FIGURES, reversed(floats), strict=False)))
    kind = "DC" if service.direct_current else "AC"
    assert code(talk.say(f"{kind}_ChargeLoopReq")) == "OK"
