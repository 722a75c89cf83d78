"""A vehicle that talks ISO 15118-20, from the plug to power and back, in virtual time."""

from collections.abc import Callable
from typing import Any

import pytest

from silverpin.apps.world_ev import IN_MEMORY
from silverpin.domain.limits import LIMITS
from silverpin.domain.session import Mode, SessionState
from silverpin.protocols.iso15118.car import CarWish
from silverpin.protocols.iso15118.sides import Stage
from tests.stage import Stage as Scene
from tests.stage import a_charger

HANDSHAKE = "ERR_ISO_HANDSHAKE"
WIRE_CODE = "0xDEADC0DE"


def a_talking_charger(**setup: Any) -> Scene:
    return a_charger(talks=True, **setup)


def reached(stage: Stage) -> Callable[[Scene], bool]:
    def there(scene: Scene) -> bool:
        talk = scene.world.talk
        return talk is not None and talk.told is not None and talk.told.stage is stage

    return there


def in_state(state: SessionState) -> Callable[[Scene], bool]:
    return lambda scene: scene.charger.supervisor.session.state is state


def state(scene: Scene) -> SessionState:
    return scene.charger.supervisor.session.state


def battery_joined(scene: Scene) -> bool:
    return scene.world.bay.vehicle.ready


def test_from_the_plug_to_power_the_vehicle_asks_for_every_step() -> None:
    scene = a_talking_charger().discharge(10)
    assert scene.faults == set()
    assert scene.story("v2g_connected", "mated", "contactor_closed", "running", "reversed") == [
        "mated", "v2g_connected", "contactor_closed", "running",
    ]  # fmt: skip
    stages = [event.fields["stage"] for event in scene.events("v2g_stage")]
    assert stages == ["authorizing", "agreeing", "cable_check", "pre_charge", "starting", "power"]
    assert "DC_BPT, dynamic" in [event.fields["words"] for event in scene.events("v2g_agreed")]
    assert scene.counts.load_breaks == 0


@pytest.mark.verifies("CP-5")
def test_insulation_is_proved_before_the_battery_is_joined_and_the_pins_match_it_then() -> None:
    scene = a_talking_charger().plug_in().asks(10)
    scene.until(in_state(SessionState.TESTING), within_s=5)
    seen = list(
        scene.watch(lambda s: (state(s), s.world.bay.voltage_v(), battery_joined(s)), seconds=4)
    )
    tested = [volts for now, volts, _ in seen if now is SessionState.TESTING]
    assert max(tested) == pytest.approx(LIMITS.insulation_test_v, rel=0.01)
    assert min(tested[tested.index(max(tested)) :]) < 1.1 * LIMITS.voltage_touch_max_v
    open_v = scene.world.bay.vehicle.open_circuit_v()
    joined = next(index for index, row in enumerate(seen) if row[2])
    assert seen[joined - 1][0] is SessionState.PRECHARGING
    assert abs(seen[joined - 1][1] - open_v) < LIMITS.precharge_near_v
    assert not any(row[2] for row in seen[:joined])


@pytest.mark.verifies("CP-5")
def test_poor_insulation_ends_the_cable_check_before_any_battery_is_joined() -> None:
    scene = a_talking_charger().plug_in().asks(10)
    scene.until(in_state(SessionState.TESTING), within_s=5)
    scene.does("insulation", "50kohm")
    for joined in scene.watch(battery_joined, seconds=10):
        assert not joined
    assert scene.faults == {"ERR_INSULATION"}
    assert not scene.closed


@pytest.mark.verifies("CP-5")
def test_insulation_that_is_lost_under_power_opens_at_once() -> None:
    scene = a_talking_charger().charge(10).does("insulation", "50kohm").wait(0.2)
    assert scene.faults == {"ERR_INSULATION"}
    assert not scene.closed
    scene.wait(5)
    assert scene.faults == {"ERR_INSULATION"}, "the conversation that ends with it is no fault more"
    assert not battery_joined(scene)


def test_a_stop_takes_the_current_to_zero_then_the_vehicle_opens_then_we_do() -> None:
    scene = a_talking_charger().charge(10).stop()
    order: list[tuple[bool, bool, bool]] = []
    for look in scene.watch(
        lambda s: (abs(s.amps) < 1.0, s.world.bay.vehicle.in_c, s.closed), seconds=5
    ):
        if not order or order[-1] != look:
            order.append(look)
    assert order == [
        (False, True, True), (True, True, True), (True, False, False),
    ]  # fmt: skip
    assert scene.faults == set()
    assert not scene.bolt_home
    assert scene.story("v2g_ended", "unlocked") == ["v2g_ended", "unlocked"]


def test_power_can_be_asked_for_again_after_a_stop() -> None:
    scene = a_talking_charger().charge(10).stop().wait(5)
    scene.discharge(8).stop().wait(5)
    assert scene.faults == set()
    assert len(scene.events("v2g_connected")) == 2


@pytest.mark.verifies("CP-5")
def test_a_service_that_is_chosen_again_wants_its_insulation_proved_again() -> None:
    scene = a_talking_charger().charge(10)
    car = scene.world.car
    assert car is not None
    car.wish = CarWish.RENEGOTIATE
    scene.until(reached(Stage.AGREEING), within_s=5)
    car.wish = CarWish.GO_ON
    scene.until(in_state(SessionState.TESTING), within_s=10)
    scene.until(lambda s: s.kw > 9.5, within_s=15)
    assert scene.faults == set()
    assert len(scene.events("v2g_connected")) == 1
    assert scene.counts.load_breaks == 0


STAGES = [Stage.AGREEING, Stage.CABLE_CHECK, Stage.PRE_CHARGE, Stage.STARTING, Stage.POWER]


@pytest.mark.verifies("OPS-2", "COM-3")
@pytest.mark.parametrize("how", ["vanishes", "falls silent"])
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.value)
def test_a_vehicle_that_is_gone_is_a_handshake_that_failed(stage: Stage, how: str) -> None:
    scene = a_talking_charger().plug_in().asks(10).until(reached(stage), within_s=10)
    if stage is Stage.POWER:
        scene.wait(5)
    link = scene.world.ev
    assert link is not None
    if how == "vanishes":
        link.hang_up()
        scene.wait(0.3)
    else:
        scene.does("vehicle-silent")
        scene.wait(1.2 if stage is Stage.POWER else 62)
    assert scene.faults == {HANDSHAKE}
    detail = scene.charger.envelope.latched[HANDSHAKE].detail
    assert detail.endswith(f"({WIRE_CODE})")
    assert not scene.closed
    assert scene.counts.load_breaks == 0
    scene.until(lambda s: not s.bolt_home or s.stop().wait(1).bolt_home is False, within_s=5)
    scene.does("unplug").wait(2)
    assert scene.faults == set(), "it clears once the plug is out"


@pytest.mark.verifies("COM-3")
@pytest.mark.parametrize("connector", ["ccs2-80a", "type2-32a"])
def test_a_vehicle_that_talks_before_its_plug_counts_as_in_is_served(connector: str) -> None:
    scene = a_talking_charger(connector=connector)
    car = scene.world.car
    assert car is not None
    car.eager = True
    scene.does("plug").wait(0.3)
    assert not scene.charger.supervisor.session.plugged, "it is debounced for a second"
    assert reached(Stage.AUTHORIZING)(scene)
    scene.wait(5).charge(10)
    assert len(scene.events("v2g_connected")) == 1
    assert scene.events("v2g_ended") == []
    assert scene.faults == set()


def test_who_talks_without_a_plug_is_let_go() -> None:
    scene = a_talking_charger().wait(1)
    talk = scene.world.talk
    assert talk is not None
    talk.begin(IN_MEMORY, scene.world.now_ns)
    scene.wait(0.1)
    assert not talk.busy
    assert scene.faults == set()


def test_who_knocks_and_goes_leaves_a_paused_session_to_its_vehicle() -> None:
    scene = a_talking_charger().charge(5)
    link, talk = scene.world.ev, scene.world.talk
    assert link is not None
    assert talk is not None
    link.car.wish = CarWish.PAUSE
    scene.until(lambda _: not talk.busy, within_s=10)
    scene.world.ev = None
    for octets in (b"", b"GET / HTTP/1.1"):
        number = talk.begin(IN_MEMORY, scene.world.now_ns)
        talk.receive(octets, scene.world.now_ns)
        talk.lost(number)
    assert talk.keeps is not None
    assert talk.keeps.evcc_id


def test_a_vehicle_that_never_begins_to_talk_is_told_of() -> None:
    scene = a_talking_charger()
    car = scene.world.car
    assert car is not None
    scene.world.ev = None
    scene.plug_in().asks(10).wait(LIMITS.vehicle_begins_s - 1)
    assert scene.faults == set()
    scene.wait(2)
    assert scene.faults == {HANDSHAKE}
    assert "no vehicle began to talk within 60 s" in str(scene.charger.envelope.latched[HANDSHAKE])
    assert not scene.closed


def test_limits_reach_the_vehicle_within_one_loop() -> None:
    scene = a_talking_charger().charge(10)
    car = scene.world.car
    assert car is not None
    assert car.endpoint is not None
    before_w = car.endpoint.told.charge_max_w
    assert before_w == pytest.approx(22_000.0, rel=0.01)
    scene.charger.supervisor.derating.allowed_a = 20.0
    scene.wait(0.16)
    told = car.endpoint.told
    assert told.charge_max_a == pytest.approx(20.0, rel=0.02)
    assert told.charge_max_w == pytest.approx(20.0 * scene.world.bay.voltage_v(), rel=0.02)


def test_the_vehicle_s_own_limits_bound_power_by_name() -> None:
    scene = a_talking_charger(state_of_charge=0.97).plug_in().asks(20).wait(20)
    charge_w, _ = scene.limits()["vehicle"]
    assert charge_w < 12_000.0
    assert scene.kw * 1e3 == pytest.approx(charge_w, rel=0.03)


@pytest.mark.parametrize("connector", ["ccs2-80a", "type2-32a"])
def test_an_empty_battery_gives_nothing_from_the_first_instant(connector: str) -> None:
    scene = a_talking_charger(connector=connector, state_of_charge=0.05).plug_in().asks(-8)
    for amps in scene.watch(lambda s: s.amps, seconds=15):
        assert amps > -1.0
    assert scene.charger.supervisor.session.state is SessionState.RUNNING
    assert scene.limits()["vehicle"][1] == 0.0


def test_a_mode_that_only_charges_lets_nothing_back() -> None:
    scene = a_talking_charger().plug_in().asks(10, Mode.CHARGE).wait(15)
    car = scene.world.car
    assert car is not None
    assert car.endpoint is not None
    assert car.endpoint.told.discharge_max_w == 0.0


def test_a_program_that_begins_again_leaves_the_vehicle_to_begin_again_too() -> None:
    scene = a_talking_charger().charge(10)
    scene.world.restart()
    scene.wait(3)
    assert not scene.closed
    assert not battery_joined(scene)
    scene.asks(8, Mode.CHARGE).wait(20)
    assert scene.kw == pytest.approx(8, rel=0.05)


def test_an_ac_vehicle_charges_and_discharges_too() -> None:
    scene = a_talking_charger(connector="type2-32a").discharge(8)
    assert scene.faults == set()
    stages = [event.fields["stage"] for event in scene.events("v2g_stage")]
    assert stages == ["authorizing", "agreeing", "starting", "power"]
    scene.stop().wait(5)
    assert scene.faults == set()
    assert not scene.closed


@pytest.mark.parametrize("connector", ["ccs2-80a", "type2-32a"])
def test_skipped_time_and_close_ticks_tell_the_same(connector: str) -> None:
    close = a_talking_charger(connector=connector).charge(10).wait(180)
    skipping = a_talking_charger(connector=connector, skip=True).charge(10).wait(180)
    assert skipping.world.ticks < 0.2 * close.world.ticks
    assert skipping.faults == close.faults == set()
    assert skipping.world.bay.charged_ws == pytest.approx(close.world.bay.charged_ws, rel=2e-3)
    assert skipping.story("v2g_stage") == close.story("v2g_stage")


def test_a_service_chosen_again_has_the_cable_tested_again_before_there_is_power() -> None:
    scene = a_talking_charger().charge(5).wait(5)
    link = scene.world.ev
    assert link is not None
    seen = len(scene.events("v2g_stage"))
    link.car.wish = CarWish.RENEGOTIATE
    scene.wait(0.5)
    link.car.wish = CarWish.GO_ON
    scene.until(in_state(SessionState.TESTING), within_s=5)
    scene.until(lambda s: s.amps > 5.0, within_s=20)
    stages = [event.fields["stage"] for event in scene.events("v2g_stage")[seen:]]
    assert stages == ["stopping", "agreeing", "cable_check", "pre_charge", "starting", "power"]
    assert scene.counts.load_breaks == 0
    assert scene.faults == set()
