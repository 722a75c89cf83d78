"""The pilot as matching wants it: words first, anew if need be, then those without words."""

import pytest

from silverpin.control.pilot_offer import OUT_OF_SERVICE, STEADY
from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.slac import SLAC
from silverpin.plant.vehicle import Vehicle
from silverpin.protocols.iso15118.car import CarWish
from silverpin.protocols.pilot.offer import HIGH_LEVEL_DUTY, duty_for
from silverpin.protocols.slac.states import PilotWish
from tests.stage import Stage, a_charger

STEP_S = SLAC.step_ns / NS_PER_S
STEADY_S = SLAC.steady_ns / NS_PER_S


def told(scene: Stage, wish: PilotWish | None) -> Stage:
    scene.charger.supervisor.offer.line = wish
    return scene


def duty(scene: Stage) -> float:
    return scene.world.bay.duty


def test_a_vehicle_without_words_is_charged_once_matching_has_given_up() -> None:
    scene = told(a_charger(connector="type2-32a"), PilotWish.DIGITAL).plug_in().asks(5)
    scene.wait(SLAC.init_ns / NS_PER_S)
    assert duty(scene) == HIGH_LEVEL_DUTY
    assert not scene.closed, "5 % tells no current, so none may flow"
    told(scene, PilotWish.STATE_E).wait(0.1)
    assert duty(scene) == OUT_OF_SERVICE
    assert scene.charger.obs.pilot is not None
    assert scene.charger.obs.pilot.value.state is CpState.F
    told(scene.wait(STEP_S), PilotWish.NOMINAL).wait(0.1)
    assert duty(scene) == STEADY
    scene.wait(STEADY_S)
    assert duty(scene) == duty_for(32.0)
    scene.until(lambda s: s.kw > 4.8, within_s=15)
    assert scene.faults == set()
    assert scene.counts.matings == 1


@pytest.mark.parametrize("connector", ["ccs2-80a", "type2-32a"])
def test_a_vehicle_that_talks_is_charged_at_five_per_cent(connector: str) -> None:
    scene = told(a_charger(connector=connector, talks=True), PilotWish.DIGITAL).charge(5)
    assert duty(scene) == HIGH_LEVEL_DUTY
    told(scene, PilotWish.NOMINAL).wait(5)
    assert duty(scene) == HIGH_LEVEL_DUTY, "under power nothing changes"
    assert scene.kw == pytest.approx(5.0, rel=0.05)
    assert scene.faults == set()


def test_a_pilot_out_of_service_wakes_a_vehicle_and_harms_nothing() -> None:
    scene = told(a_charger(talks=True), PilotWish.STATE_E).plug_in().asks(5).wait(STEP_S)
    assert duty(scene) == OUT_OF_SERVICE
    assert scene.events("v2g_connected") == []
    told(scene, PilotWish.DIGITAL).until(lambda s: s.kw > 4.8, within_s=20)
    assert scene.faults == set()


def test_a_plug_that_is_pulled_in_state_f_is_seen() -> None:
    scene = told(a_charger(talks=True), PilotWish.STATE_E).plug_in().asks(5).wait(1)
    scene.does("jam-lock").world.bay.vehicle.unplug()
    scene.wait(3)
    assert not scene.charger.supervisor.session.plugged
    assert duty(scene) == STEADY


def test_matching_in_progress_is_no_vehicle_that_does_not_begin() -> None:
    scene = told(a_charger(talks=True), PilotWish.DIGITAL)
    talk = scene.world.talk
    assert talk is not None
    scene.world.ev = None
    talk.matches = lambda: True
    scene.plug_in().asks(5).wait(100)
    assert scene.faults == set()
    talk.matches = lambda: False
    scene.wait(scene.charger.limits.vehicle_begins_s + 1)
    assert scene.faults == {"ERR_ISO_HANDSHAKE"}


def test_a_vehicle_that_has_ended_its_session_owes_no_second_one_when_its_modem_leaves() -> None:
    scene = told(a_charger(talks=True), PilotWish.DIGITAL).charge(5)
    talk, car = scene.world.talk, scene.world.car
    assert talk is not None
    assert car is not None
    car.wish = CarWish.STOP
    scene.until(lambda s: not s.closed and not talk.busy, within_s=30)
    talk.matches = lambda: True
    scene.wait(10)
    talk.matches = lambda: False
    scene.wait(scene.charger.limits.vehicle_begins_s + 1)
    assert scene.charger.supervisor.session.wanted, "the standing order is as it was"
    assert scene.faults == set()


def by_its_pilot(line: PilotWish | None) -> Stage:
    """An AC charger beside a vehicle that never talks."""
    scene = told(a_charger(talks=True, connector="type2-32a"), line)
    scene.world.ev, scene.world.bay.vehicle.talks = None, False
    return scene


def test_a_permit_that_lapsed_comes_back_to_the_offer_under_which_it_was_given() -> None:
    scene = by_its_pilot(None).charge(5)
    told(scene, PilotWish.DIGITAL).world.alive = False
    scene.wait(1)
    assert not scene.closed
    scene.world.alive = True
    for offered in scene.watch(duty, seconds=5):
        assert offered == duty_for(32.0)
    assert scene.kw == pytest.approx(5.0, rel=0.05)
    assert scene.faults == set()


def test_nothing_closes_while_the_pilot_turns_from_words_to_a_nominal_duty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = by_its_pilot(PilotWish.DIGITAL).plug_in().asks(5).wait(2)
    assert scene.charger.obs.pilot is not None
    assert scene.charger.obs.pilot.value.state is CpState.C, "this one asks though 5 % offers none"
    told(scene, PilotWish.NOMINAL)
    monkeypatch.setattr(Vehicle, "react", lambda *_: None)  # nor does it heed the pilot later
    for closed in scene.watch(lambda s: s.closed, seconds=STEADY_S):
        assert not closed
    scene.until(lambda s: s.kw > 4.8, within_s=15)
    assert duty(scene) == duty_for(32.0)
    assert scene.faults == set()


def test_an_ac_vehicle_that_is_matched_and_never_talks_is_charged_by_its_pilot() -> None:
    scene = by_its_pilot(PilotWish.DIGITAL)
    scene.plug_in().asks(5).wait(scene.charger.limits.vehicle_begins_s - 1)
    assert not scene.closed
    scene.until(lambda s: s.kw > 4.8, within_s=20)
    assert duty(scene) == duty_for(32.0)
    assert scene.faults == set()
    (row,) = scene.events("v2g_refused")
    assert row.fields["words"].endswith("power is offered by the pilot alone")
