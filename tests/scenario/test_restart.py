"""The program dies and starts again beside a plug that is in and live."""

import pytest

from silverpin.apps.charger import Charger
from silverpin.apps.world import World


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
