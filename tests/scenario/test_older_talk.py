"""A vehicle that talks ISO 15118-2 or DIN 70121 at a whole charger, in virtual time."""

from dataclasses import replace
from typing import Any

import pytest

from silverpin.domain.session import SessionState
from silverpin.protocols import v2gtp
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.car import CarWish
from tests.stage import Stage as Scene
from tests.stage import a_charger

BOTH = pytest.mark.parametrize("protocol", ["din", "iso2"])


def a_charger_of_before(protocol: str, **setup: Any) -> Scene:
    """A talking charger, and a vehicle that speaks *protocol* alone."""
    scene = a_charger(talks=True, **setup)
    link = scene.world.ev
    assert link is not None
    link.car.plan = replace(link.car.plan, protocols=(protocol,))
    return scene


@BOTH
def test_an_older_vehicle_charges_and_is_stopped(protocol: str) -> None:
    scene = a_charger_of_before(protocol).charge(10)
    assert scene.faults == set()
    stages = [event.fields["stage"] for event in scene.events("v2g_stage")]
    assert stages == ["authorizing", "agreeing", "cable_check", "pre_charge", "power"]
    scene.wait(5)
    assert 20 < scene.amps < 30, "10 kW at the battery's voltage"
    scene.stop().wait(5)
    assert scene.faults == set()
    assert not scene.closed
    assert not scene.bolt_home
    assert scene.counts.load_breaks == 0


@BOTH
def test_an_older_vehicle_does_not_discharge(protocol: str) -> None:
    scene = a_charger_of_before(protocol).plug_in().asks(-10)
    for amps in scene.watch(lambda s: s.amps, seconds=20):
        assert amps > -1.0
    assert scene.faults == set()


@BOTH
def test_less_is_given_within_a_loop_and_the_vehicle_follows(protocol: str) -> None:
    scene = a_charger_of_before(protocol).charge(10).wait(5)
    scene.asks(4).wait(3)
    talk = scene.world.talk
    assert talk is not None
    assert talk.told is not None
    assert 8 < scene.amps < 12
    assert talk.told.target_a == pytest.approx(scene.amps, abs=0.5)


def test_an_older_ac_vehicle_charges_within_the_standing_order() -> None:
    scene = a_charger_of_before("iso2", connector="type2-32a").charge(5).wait(5)
    link = scene.world.ev
    assert link is not None
    assert link.car.endpoint is not None
    told_a = link.car.endpoint.told.charge_max_a
    assert told_a == pytest.approx(5_000 / 690, abs=0.1), "three phases share 5 kW"
    assert scene.faults == set()
    scene.stop().wait(5)
    assert scene.faults == set()
    assert not scene.closed


@BOTH
def test_a_vehicle_that_ends_power_is_not_a_fault(protocol: str) -> None:
    scene = a_charger_of_before(protocol).charge(10).wait(5)
    link = scene.world.ev
    assert link is not None
    link.car.wish = CarWish.STOP
    scene.wait(5)
    assert scene.faults == set()
    assert not scene.closed
    assert scene.charger.supervisor.session.state is not SessionState.FAULTED


def test_limits_agreed_on_again_have_the_cable_tested_again_before_there_is_power() -> None:
    scene = a_charger_of_before("iso2").charge(5).wait(5)
    link = scene.world.ev
    assert link is not None
    seen = len(scene.events("v2g_stage"))
    link.car.wish = CarWish.RENEGOTIATE
    scene.wait(1)
    link.car.wish = CarWish.GO_ON
    scene.until(lambda s: s.amps > 5.0, within_s=20)
    stages = [event.fields["stage"] for event in scene.events("v2g_stage")[seen:]]
    assert stages == ["stopping", "agreeing", "cable_check", "pre_charge", "power"]
    assert scene.counts.load_breaks == 0
    assert scene.faults == set()


def test_on_ac_limits_are_agreed_on_again_without_an_operation_of_the_contactor() -> None:
    scene = a_charger_of_before("iso2", connector="type2-32a").charge(5).wait(5)
    link = scene.world.ev
    assert link is not None
    assert link.car.endpoint is not None
    before = scene.counts.contactor_operations
    link.car.wish = CarWish.RENEGOTIATE
    for amps in scene.watch(lambda s: s.amps, seconds=5):
        assert amps > 5.0
    assert scene.counts.contactor_operations == before
    assert scene.faults == set()


@BOTH
def test_a_vehicle_that_leaves_in_the_loop_is_let_go_without_a_fault(protocol: str) -> None:
    """Decision 23: SessionStopReq while power flows."""
    scene = a_charger_of_before(protocol).charge(5).wait(5)
    talk, link = scene.world.talk, scene.world.ev
    assert talk is not None
    assert link is not None
    assert talk.told is not None
    scene.does("vehicle-silent")
    talk.receive(leaving(protocol, talk.told.session_id or ""), talk.deadline_ns or 0)
    scene.wait(8)
    assert [event.fields["words"] for event in scene.events("v2g_ended")] == ["the vehicle stopped"]
    assert abs(scene.amps) < 1.0
    assert not scene.closed
    assert scene.faults == set()
    assert scene.counts.load_breaks == 0


def leaving(protocol: str, session_id: str) -> bytes:
    """The octets of a SessionStopReq."""
    schema = messages(protocol)
    stop = {
        "din": lambda: schema.SessionStopType(),
        "iso2": lambda: schema.SessionStopReqType(ChargingSession="Terminate"),
    }[protocol]()
    header = schema.MessageHeaderType(SessionID=bytes.fromhex(session_id))
    message = schema.V2G_Message(Header=header, Body=schema.BodyType(SessionStopReq=stop))
    return v2gtp.frame(v2gtp.EXI, schema.encode(message))


@BOTH
def test_poor_insulation_ends_the_cable_check(protocol: str) -> None:
    scene = a_charger_of_before(protocol).plug_in().does("insulation", "50kohm").asks(10).wait(20)
    assert scene.faults == {"ERR_INSULATION"}
    assert not scene.closed


@BOTH
@pytest.mark.verifies("OPS-2")
def test_an_older_vehicle_that_falls_silent_is_a_handshake_that_failed(protocol: str) -> None:
    scene = a_charger_of_before(protocol).charge(10).wait(5)
    link = scene.world.ev
    assert link is not None
    scene.does("vehicle-silent")
    scene.wait(62)
    assert scene.faults == {"ERR_ISO_HANDSHAKE"}
    assert not scene.closed
    assert scene.counts.load_breaks == 0
