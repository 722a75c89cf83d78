"""Everything that can be played on the simulated world: what it takes, refuses and says."""

import json
from dataclasses import replace

import pytest

from silverpin.apps.terminal.command_words import ACTS, HEAT_RISE_MAX_K
from silverpin.apps.world import World, WorldSetup
from silverpin.apps.world_acts import ActError, ActRefused, Value
from silverpin.apps.world_nature import FIGURES, SENSOR_FAULTS, SWITCHES
from tests.stage import a_charger

BENCH = ("plug", "unplug", "set-power", "heat-pin", "jam-lock", "pilot-noise", "bypass-ntc", "weld",
         "shift-modbus", "grid-push")  # fmt: skip
WANTS_A_VALUE = {"set-power": "5kW"}
ONE_WAY = {"plug", "unplug", "pull", "stop", "heat-pin", "healthy"}


def nature(world: World) -> dict[str, object]:
    """What an act may change, in figures."""
    bay = world.bay
    return {
        "plugged": bay.vehicle.plugged,
        "pins": tuple(bay.connector.pin_c),
        "contacts": bay.connector.resistance_ohm,
        "air": bay.connector.ambient_c,
        "sensors": dict(bay.ntc_faults),
        "bolt": (
            bay.lock.debris,
            bay.lock.misaligned,
            bay.lock.gasket,
            bay.lock.dryness,
            bay.lock.switch_broken,
        ),
        "pilot": (replace(bay.pilot), bay.proximity_broken, tuple(bay.supply_v)),
        "contactor": (
            bay.contactor.welded,
            bay.contactor.stuck_open,
            bay.contactor.chatters,
            bay.contactor.mirror_fault,
            bay.contactor.open_delay_ns,
        ),
        "inputs": (bay.estop_pressed, bay.earth_ohm, bay.residual_tripped, bay.insulation_ohm),
        "converter": (bay.converter.map_shifted, bay.converter.runaway_a),
        "controller": bay.vehicle.silent,
        "grid": (bay.grid.pushed_hz, bay.grid.pushed_v),
        "order": world.charger.supervisor.wish,
    }


@pytest.mark.verifies("UX-1")
def test_the_words_and_the_world_know_the_same_acts() -> None:
    assert set(World(1).acts.names) == set(ACTS)
    assert set(BENCH) <= set(ACTS)
    assert all(word.does and word.name == name for name, word in ACTS.items())


@pytest.mark.verifies("UX-1")
@pytest.mark.parametrize("connector", ["ccs2-80a", "type2-32a"])
@pytest.mark.parametrize("act", ACTS)
def test_every_act_does_something_and_says_so(act: str, connector: str) -> None:
    charger = a_charger(connector=connector)
    if act in ("unplug", "pull", "stop", "set-power"):
        charger.plug_in()
    if act == "stop":
        charger.asks(kw=5)
    if act == "healthy":
        charger.does("jam-lock")
    before = nature(charger.world)
    text = charger.world.act(act, WANTS_A_VALUE.get(act))
    assert text.endswith((".", "reset."))
    assert nature(charger.world) != before
    assert charger.wait(0.1).events("act")[-1].fields["text"] == text


@pytest.mark.verifies("UX-1")
@pytest.mark.parametrize("act", sorted(set(ACTS) - ONE_WAY - {"set-power"}))
def test_what_fate_did_can_be_taken_back(act: str) -> None:
    world = World(1)
    before = nature(world)
    world.act(act)
    world.act(act, clear=True)
    assert nature(world) == before


@pytest.mark.parametrize("act", sorted(ONE_WAY))
def test_what_cannot_be_taken_back_says_what_to_do_instead(act: str) -> None:
    world = World(1)
    with pytest.raises(ActError, match=r"cannot be taken back: .+"):
        world.act(act, clear=True)


def test_taking_back_an_order_holds_at_zero() -> None:
    charger = a_charger().discharge(kw=5)
    assert charger.world.act("set-power", clear=True) == "Holding at 0 kW."
    assert charger.wait(2).kw == 0.0
    assert charger.closed


@pytest.mark.verifies("UX-1")
def test_back_to_a_healthy_world_mends_everything_but_the_latches() -> None:
    charger = a_charger().plug_in()
    before = nature(charger.world)
    for act in (*SWITCHES, *FIGURES, *SENSOR_FAULTS, "worn-pin"):
        charger.does(act)
    charger.wait(3).does("healthy")
    assert nature(charger.world) | {"pins": before["pins"]} == before
    assert charger.wait(1).faults


@pytest.mark.verifies("UX-1")
@pytest.mark.parametrize(
    ("value", "pin", "rises_to"),
    [
        (None, 0, 35.0),
        ("DC-", 1, 35.0),
        ("DC-=10", 1, 35.0),
        ("DC+=+15", 0, 40.0),
        ("DC+=-5", 0, 20.0),
        ("DC+=−5", 0, 20.0),
        (f"DC+={HEAT_RISE_MAX_K}", 0, 25.0 + HEAT_RISE_MAX_K),
        ("DC+=41", 0, 41.0),
        ("DC-=90", 1, 90.0),
        ("DC-=90 °C", 1, 90.0),
        ("DC+=trip", 0, 88.0),
        ("trip", 0, 88.0),
        (12, 0, 37.0),
    ],
)
def test_heat_is_a_rise_or_a_temperature(value: Value, pin: int, rises_to: float) -> None:
    charger = a_charger().does("heat-pin", value)
    assert charger.world.bay.connector.pin_c[pin] == pytest.approx(rises_to)
    assert charger.world.bay.connector.pin_c[1 - pin] == 25.0


@pytest.mark.verifies("UX-1")
@pytest.mark.parametrize("value", ["-5kW", "−5 kW", "-5000", -5000, -5e3])
def test_power_comes_as_words_or_as_a_plain_number_of_watts(value: Value) -> None:
    charger = a_charger().plug_in().does("set-power", value)
    assert charger.charger.supervisor.wish.power_w == -5000.0


@pytest.mark.verifies("UX-1")
def test_values_of_the_page_arrive_as_json() -> None:
    charger = a_charger().plug_in()
    for told in ('["grid-push", 49.5]', '["set-power", 3000.0]', '["pilot-noise", 0]'):
        charger.does(*json.loads(told))
    assert charger.world.bay.grid.pushed_hz == 49.5


@pytest.mark.parametrize(
    ("act", "value", "why"),
    [
        ("explode", None, "unknown act 'explode': one of plug, "),
        ("plug", "5", "plug takes no value"),
        ("jam-lock", "off", "jam-lock takes no value"),
        ("set-power", None, "set-power wants a power"),
        ("set-power", "much", "write it like 5kW"),
        ("set-power", "nan", "write it like 5kW"),
        ("set-power", True, "write it like 5kW"),
        ("heat-pin", "L7=90", "names no power pin: one of DC\\+, DC-"),
        ("heat-pin", "DC+=900", "nothing a pin survives"),
        ("heat-pin", "DC+=hot", "write it like 40"),
        ("worn-pin", "DC+=0", "no contact resistance"),
        ("worn-pin", "DC+=2V", "no unit of resistance"),
        ("bypass-ntc", "DC+=3", "takes a pin and nothing else"),
        ("bypass-ntc", "XX", "names no power pin"),
        ("grid-push", "5", "outside 40 to 70 Hz"),
        ("pilot-noise", "-1", "outside 0 to 12 V"),
        ("ambient", "300", "outside -50 to 85"),
        ("insulation", "-1", "outside 0 to"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_before_anything_changes(
    act: str, value: Value, why: str
) -> None:
    charger = a_charger().plug_in()
    before = nature(charger.world)
    with pytest.raises(ActError, match=why):
        charger.world.act(act, value)
    with pytest.raises(ActError, match=why):
        charger.world.schedule(60.0, act, value)
    assert nature(charger.world) == before


@pytest.mark.verifies("UX-1")
def test_what_cannot_be_now_is_refused_with_its_reason() -> None:
    charger = a_charger().discharge(kw=5)
    with pytest.raises(ActRefused, match="The bolt holds the plug: stop the session first"):
        charger.does("unplug")
    charger.does("estop").wait(1)
    with pytest.raises(ActRefused, match="Refused, a fault is latched") as refused:
        charger.does("set-power", "5kW")
    assert refused.value.conditions


@pytest.mark.verifies("SIM-1", "UX-1")
def test_a_scheduled_act_that_cannot_be_then_is_noted_and_time_goes_on() -> None:
    charger = a_charger().discharge(kw=5)
    charger.world.schedule(60.0, "unplug")
    charger.wait(70)
    assert charger.events("act")[-1].fields["text"].startswith("Not done: The bolt holds the plug")
    assert charger.plugged


def test_a_bare_pin_wears_to_three_milliohms_and_heals_to_its_own() -> None:
    world = World(3, WorldSetup(connector="type2-32a"))
    own = world.bay.connector.resistance_ohm
    world.act("worn-pin", "L2")
    assert world.bay.connector.resistance_ohm == (own[0], 3e-3, own[2], own[3])
    world.act("worn-pin", "L2", clear=True)
    assert world.bay.connector.resistance_ohm == own


def test_what_stands_is_told_by_one_name_and_one_fault_of_a_part_at_a_time() -> None:
    world = World(1)
    for act in ("debris", "weld", "weld-one", "mirror-open", "mirror-stuck"):
        world.act(act)
    assert [act for act, _ in world.acts.standing] == ["jam-lock", "weld-one", "mirror-stuck"]
    world.act("jam-lock", clear=True)
    assert [act for act, _ in world.acts.standing] == ["weld-one", "mirror-stuck"]
    assert world.bay.lock.debris is None
