"""The program dies and starts again beside a plug that is in and live."""

import pytest

from silverpin.apps.charger import Charger
from silverpin.apps.world import World
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S


def restart(world: World) -> None:
    """Replace the controller by one that knows nothing but the ledger."""
    old = world.charger
    world.charger = Charger(
        old.ports, old.connector, old.profile, old.power_max_w, old.limits, ledger=world.ledger
    )


def discharging() -> World:
    world = World(1)
    world.act("plug")
    world.run(3)
    assert world.command_power(-10_000.0).changed
    world.run(10)
    assert world.sample().power_w < -9_000.0
    return world


@pytest.mark.verifies("LCK-5")
def test_a_program_that_starts_beside_a_welded_contactor_keeps_the_bolt_in() -> None:
    world = discharging()
    world.act("weld")
    restart(world)
    world.run(10)
    assert world.sample().contactor_closed
    assert world.sample().lock_confirmed


@pytest.mark.verifies("LCK-5")
def test_a_program_that_starts_beside_a_dead_plug_lets_it_go() -> None:
    world = discharging()
    restart(world)
    world.run(10)
    assert not world.sample().contactor_closed
    assert not world.sample().lock_confirmed


def test_a_program_that_held_its_breath_starts_low_again() -> None:
    world = discharging()
    world.alive = False
    world.run(1.0)
    assert not world.sample().contactor_closed
    world.alive = True
    world.run(1.0)
    assert world.sample().contactor_closed
    assert -1_050.0 < world.sample().power_w < -500.0
    world.run(10.0)
    assert world.sample().power_w < -9_000.0


def test_a_shifted_map_is_not_forgotten_by_a_restart_and_a_reset() -> None:
    world = discharging()
    world.act("shift-modbus")
    world.run(2.0)
    assert set(world.charger.envelope.latched) == {"ERR_INVERTER_MAP"}
    latches = dict(world.charger.envelope.latched)
    restart(world)
    world.charger.restore(latches, inspection_due=False)
    world.run(0.1)
    assert "inverter figures silent" in world.charger.reset(None, "technician").refusal
    world.run(2.0)
    assert "not plausible" in world.charger.reset(None, "technician").refusal
    assert set(world.charger.envelope.latched) == {"ERR_INVERTER_MAP"}


def test_temperatures_that_are_no_numbers_stop_power_and_nothing_else() -> None:
    world = discharging()
    connector = world.bay.connector
    connector.ntc_c = [float("nan")] * len(connector.ntc_c)
    world.run(3.0)
    assert not world.sample().contactor_closed
    assert {"ERR_THERM_SENSOR", "ERR_THERM_OVERLOAD"} <= set(world.charger.envelope.latched)


def test_figures_of_the_inverter_that_come_from_the_future_are_not_believed() -> None:
    world = discharging()
    told = world.charger.ports.converter.report()
    assert told is not None
    early = Reading(told.value, world.now_ns + 3600 * NS_PER_S)
    world.charger.ports.converter.report = lambda: early  # type: ignore[method-assign]
    world.run(0.3)
    assert not world.sample().contactor_closed
    assert "inverter figures" in world.charger.envelope.latched["ERR_INPUT_LOST"].detail
