"""What a vehicle that talks may not have: other protocols, energy back, more than it was told."""

from dataclasses import replace

import pytest

from silverpin.apps.config.sections import V2gSection
from silverpin.apps.ev_link.talk import Arrival
from silverpin.domain.limits import LIMITS
from silverpin.protocols.admission import Admitted, Carrier, Policy, admitted
from silverpin.protocols.iso15118.sides import ControlMode
from tests.stage import Stage as Scene
from tests.stage import a_charger

HANDSHAKE = "ERR_ISO_HANDSHAKE"


def a_vehicle(*protocols: str, let_in: Admitted | None = None) -> Scene:
    """A talking charger whose vehicle speaks *protocols*, *let_in* for what the policy says."""
    scene = a_charger(talks=True)
    link = scene.world.ev
    assert link is not None
    link.car.plan = replace(link.car.plan, protocols=protocols)
    if let_in is not None:
        link.arrival = Arrival(let_in, "by the test's policy")
    return scene


def detail(scene: Scene, code: str = HANDSHAKE) -> str:
    return scene.charger.envelope.latched[code].detail


@pytest.mark.verifies("COM-3")
def test_protocols_that_do_not_match_are_named_on_both_sides() -> None:
    mutual = admitted(Policy.TLS13_ONLY, Carrier.TLS13_MUTUAL)
    scene = a_vehicle("din", let_in=mutual).plug_in().asks(10).wait(2)
    assert scene.faults == {HANDSHAKE}
    told = detail(scene)
    assert "the vehicle speaks DIN 70121" in told
    assert "this connection takes ISO 15118-2, ISO 15118-20 DC" in told
    assert told.endswith("(0xDEADC0DE)")
    assert not scene.closed
    assert scene.events("v2g_refused")


@pytest.mark.verifies("COM-3")
def test_the_vehicle_is_looked_for_on_eth1_unless_configured() -> None:
    assert V2gSection().interface == "eth1"


def test_where_the_policy_lets_nothing_back_no_service_offers_it() -> None:
    scene = a_vehicle("iso20", let_in=Admitted(("iso20",), ())).plug_in().asks(-10)
    for amps in scene.watch(lambda s: s.amps, seconds=20):
        assert amps > -1.0
    assert "DC, dynamic" in [row.fields["words"] for row in scene.events("v2g_agreed")]
    assert scene.faults == set()
    assert scene.limits()["vehicle"][1] == 0.0


def test_where_it_does_the_same_vehicle_gives_back() -> None:
    scene = a_vehicle("iso20", let_in=Admitted(("iso20",), ("iso20",))).discharge(10)
    assert "DC_BPT, dynamic" in [row.fields["words"] for row in scene.events("v2g_agreed")]


def greedy(wanted_a: float) -> Scene:
    """A vehicle that decides about its current, and wants this much whatever it is told."""
    scene = a_vehicle("iso20")
    car = scene.world.car
    assert car is not None
    car.plan = replace(car.plan, controls=(ControlMode.SCHEDULED,))
    car.wanted_a = wanted_a
    return scene


def test_a_vehicle_that_insists_on_more_gets_what_it_was_told_and_is_then_stopped() -> None:
    scene = greedy(200.0).charge(10)
    assert scene.faults == set()
    scene.wait(LIMITS.vehicle_insists_s)
    assert scene.faults == {HANDSHAKE}
    assert "the vehicle insists on +200.0 A" in detail(scene)
    assert not scene.closed
    assert scene.counts.load_breaks == 0


def test_a_vehicle_that_decides_gets_what_it_asks_for_within_its_limits() -> None:
    scene = greedy(15.0).plug_in().asks(10).wait(20)
    assert scene.faults == set()
    assert scene.amps == pytest.approx(15.0, rel=0.02)
    charge_w, discharge_w = scene.limits()["vehicle's set-point"]
    assert charge_w == pytest.approx(scene.kw * 1e3, rel=0.02)
    assert discharge_w == 0.0


def test_a_vehicle_that_takes_more_than_it_was_told_is_stopped() -> None:
    scene = a_vehicle("iso20").charge(10)
    scene.charger.supervisor.derating.allowed_a = 10.0
    scene.wait(1)
    scene.does("ignore-limit", "40A").wait(2)
    assert scene.faults == {"ERR_OVERCURRENT"}
    assert "+40.0 A flow where +10.0 A were asked for" in detail(scene, "ERR_OVERCURRENT")
    assert not scene.closed
