"""ISO 15118-20, charger's role: stop, pause and renegotiation."""

from dataclasses import replace

import pytest

from silverpin.domain.v2g_timers import V2G_TIMERS
from silverpin.protocols.iso15118.machine import Ending, PausedSession
from silverpin.protocols.iso15118.sides import (
    ControlMode,
    Insulation,
    Service,
    Stage,
    Wanted,
)
from silverpin.protocols.iso15118.states20 import State20
from tests.iso20_talk import EVCC, ON, Talk, amount, code

S = State20


def test_the_end_of_power_is_confirmed_once_no_current_flows() -> None:
    talk = Talk(side=replace(ON, current_a=-40.0)).reach(S.LOOP)
    assert talk.ask("PowerDeliveryReq", ChargeProgress="Stop") is None
    talk.change(current_a=-0.4)
    assert code(talk.say("PowerDeliveryReq", ChargeProgress="Stop")) == "OK"
    assert talk.machine.told.stage is Stage.STOPPING


def test_current_that_does_not_end_does_not_keep_the_vehicle_waiting() -> None:
    talk = Talk(side=replace(ON, current_a=40.0)).reach(S.LOOP)
    assert talk.ask("PowerDeliveryReq", ChargeProgress="Stop") is None
    talk.wait(V2G_TIMERS.hold_performance_ns / 1e6)
    assert code(talk.say("PowerDeliveryReq", ChargeProgress="Stop")) == "OK"


def test_welding_detection_tells_the_voltage() -> None:
    talk = Talk(side=replace(ON, voltage_v=23.4)).reach(S.STOPPED)
    volts = talk.say("DC_WeldingDetectionReq").message.EVSEPresentVoltage
    assert amount(volts) == pytest.approx(23.4)
    assert talk.say("DC_WeldingDetectionReq").ending is None


def test_who_stopped_is_told_apart() -> None:
    assert Talk().reach(S.STOPPED).say("SessionStopReq").ending is Ending.BY_VEHICLE
    talk = Talk().reach(S.LOOP)
    talk.change(wanted=Wanted.STOP)
    talk.say("DC_ChargeLoopReq")
    talk.reach(S.STOPPED)
    assert talk.say("SessionStopReq").ending is Ending.BY_CHARGER


def test_a_pause_keeps_what_was_agreed() -> None:
    talk = Talk(control=ControlMode.DYNAMIC).reach(S.STOPPED)
    assert talk.machine.paused() is None
    reply = talk.say("SessionStopReq", ChargingSession="Pause")
    assert reply.ending is Ending.PAUSED
    kept = talk.machine.paused()
    assert kept == PausedSession(
        session_id=talk.session_id,
        evcc_id=EVCC,
        protocol="iso20",
        service=Service.DC_BPT,
        control=ControlMode.DYNAMIC,
        paused_ns=talk.now_ns,
    )


def test_a_pause_before_anything_is_agreed_is_refused() -> None:
    talk = Talk().reach(S.DISCOVERY)
    reply = talk.say("SessionStopReq", ChargingSession="Pause")
    assert (code(reply), reply.ending) == ("FAILED_PauseNotAllowed", Ending.REFUSED)
    assert talk.machine.paused() is None


def test_a_service_can_be_chosen_again() -> None:
    talk = Talk().reach(S.STOPPED)
    reply = talk.say("SessionStopReq", ChargingSession="ServiceRenegotiation")
    assert (code(reply), reply.ending) == ("OK", None)
    talk.service = Service.DC
    talk.reach(S.CABLE_CHECK).change(insulation=Insulation.TESTING)
    talk.say("DC_CableCheckReq")
    talk.change(insulation=Insulation.SAFE)
    assert talk.reach(S.LOOP).machine.told.service is Service.DC


def test_what_a_vehicle_wanted_under_another_service_is_forgotten() -> None:
    talk = Talk().reach(S.LOOP)
    talk.say("DC_ChargeLoopReq")
    assert (talk.machine.told.target_a, talk.machine.told.target_v) == (50.0, 420.0)
    talk.say("PowerDeliveryReq", ChargeProgress="Stop")
    talk.say("SessionStopReq", ChargingSession="ServiceRenegotiation")
    talk.control = ControlMode.DYNAMIC
    for name in ("ServiceDiscoveryReq", "ServiceDetailReq", "ServiceSelectionReq"):
        talk.say(name)
    assert (talk.machine.told.target_a, talk.machine.told.target_v) == (None, None)


def test_renegotiation_without_a_service_is_refused() -> None:
    talk = Talk().reach(S.AUTHORIZATION)
    reply = talk.say("SessionStopReq", ChargingSession="ServiceRenegotiation")
    assert code(reply) == "FAILED_NoServiceRenegotiationSupported"


def test_a_request_of_another_session_is_refused() -> None:
    talk = Talk().reach(S.LOOP)
    own = talk.session_id
    talk.session_id = b"\7" * 8
    reply = talk.say("DC_ChargeLoopReq")
    assert (code(reply), reply.ending) == ("FAILED_UnknownSession", Ending.REFUSED)
    assert reply.message.Header.SessionID == own
    assert reply.why == "FAILED_UnknownSession: DC_ChargeLoopReq for session 0707070707070707"


def test_a_message_that_is_no_request_is_refused_like_a_stop() -> None:
    talk = Talk().reach(S.LOOP)
    request = talk.request("DC_ChargeLoopReq")
    reply = talk.machine.answer(request, talk.side, talk.now_ns, "MeteringConfirmation")
    assert reply is not None
    assert type(reply.message).__name__ == "SessionStopResType"
    assert code(reply) == "FAILED_SequenceError"


def test_a_vehicle_says_why_it_stops() -> None:
    talk = Talk().reach(S.STOPPED)
    why = {"EVTerminationCode": "E7", "EVTerminationExplanation": "battery\ntoo warm"}
    assert talk.say("SessionStopReq", **why).ending is Ending.BY_VEHICLE
    assert talk.machine.told.trouble == "E7: battery?too warm"
