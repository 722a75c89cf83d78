"""How fast the contactor opens, and at what price: the figures of SAFETY.md."""

import pytest

from silverpin.apps.world import World
from silverpin.domain.quantities import NS_PER_MS

STEP_NS = NS_PER_MS
GIVE_UP_NS = 2_000 * NS_PER_MS


def discharging() -> World:
    world = World(1)
    world.act("plug")
    world.run(3)
    assert world.command_power(-20_000.0).changed
    world.run(15)
    assert world.sample().power_w < -19_000.0
    return world


def opened_after_ms(world: World) -> float:
    """Let time pass by milliseconds, ticking every 20; return when the contact is open."""
    began_ns = world.now_ns
    while world.bay.contactor.closed(world.now_ns):
        assert world.now_ns - began_ns < GIVE_UP_NS, "it does not open"
        if (world.now_ns - began_ns) % world.setup.tick_ns == 0:
            world.tick()
        world.bay.step(STEP_NS)
    return (world.now_ns - began_ns) / NS_PER_MS


def just_after_a_tick(world: World) -> None:
    """The worst moment: the next look is a whole tick away."""
    world.tick()
    world.bay.step(STEP_NS)


@pytest.mark.verifies("CP-3", "CP-5")
@pytest.mark.parametrize("act", ["pilot-loss", "pilot-noise", "estop", "earth-loss"])
def test_an_emergency_opens_within_two_ticks_and_is_counted(act: str) -> None:
    world = discharging()
    just_after_a_tick(world)
    world.act(act)
    assert opened_after_ms(world) <= 40
    assert world.ledger.load_breaks == 1
    assert world.ledger.emergency_stops == 1


@pytest.mark.verifies("LCK-2")
def test_a_lost_lock_takes_the_current_to_zero_first() -> None:
    world = discharging()
    just_after_a_tick(world)
    world.act("break-lock-switch")
    assert opened_after_ms(world) <= 60
    assert world.ledger.load_breaks == world.bay.contactor.load_breaks == 0


def test_a_dead_controller_opens_half_a_second_later_without_an_arc() -> None:
    world = discharging()
    just_after_a_tick(world)
    world.alive = False
    assert 400 <= opened_after_ms(world) <= 550
    assert world.bay.contactor.load_breaks == 0
