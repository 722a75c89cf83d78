"""Meters fall silent, or the program forgets: what nobody watched counts as the worst."""

import pytest

from silverpin.apps.charger import Charger
from silverpin.apps.world import World
from silverpin.domain.observation import Reading
from silverpin.ports import GridReading


def discharging() -> World:
    world = World(1)
    world.act("plug")
    world.run(3)
    world.command_power(-10_000.0)
    world.run(10)
    assert world.sample().power_w < -9_000.0
    return world


def silence(
    world: World, patch: pytest.MonkeyPatch, port: str, method: str, seconds: float
) -> None:
    """Let one reading stay what it was for that long."""
    last = getattr(getattr(world.charger.ports, port), method)()
    with patch.context() as silent:
        silent.setattr(getattr(world.charger.ports, port), method, lambda: last)
        world.run(seconds)


def wait_for_the_grid(world: World) -> float:
    """Seconds until the fault of the grid is gone, at most two minutes."""
    for second in range(120):
        if "ERR_REV_FLOW_TRIP" not in world.charger.envelope.latched:
            return float(second)
        world.run(1)
    raise AssertionError("the grid never came back")


def test_a_grid_meter_that_was_silent_for_a_moment_waits_the_reconnect_delay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = discharging()
    silence(world, monkeypatch, "grid", "read", 0.1)
    assert world.sample().power_w < -9_000.0
    silence(world, monkeypatch, "grid", "read", 0.3)
    assert set(world.charger.envelope.latched) == {"ERR_REV_FLOW_TRIP", "ERR_INPUT_LOST"}
    assert world.charger.grid is None
    assert wait_for_the_grid(world) == pytest.approx(60.0, abs=1.0)


@pytest.mark.parametrize("power_w", [10_000.0, -10_000.0])
def test_a_grid_meter_that_says_no_number_is_a_lost_input_and_no_wrong_map(
    power_w: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = discharging()
    world.command_power(power_w)
    world.run(10)
    no_number = GridReading(world.bay.grid.hz, float("nan"), 500.0)
    meter = world.charger.ports.grid
    monkeypatch.setattr(meter, "read", lambda: Reading(no_number, world.now_ns))
    world.run(0.2)
    assert not world.sample().contactor_closed
    world.run(3.0)
    latched = world.charger.envelope.latched
    assert latched["ERR_INPUT_LOST"].detail == "grid meter, inverter figures silent"
    assert "ERR_INVERTER_MAP" not in latched


def test_a_restart_does_not_shorten_the_reconnect_delay() -> None:
    world = discharging()
    world.act("grid-push", "53Hz")
    world.run(1)
    latches = dict(world.charger.envelope.latched)
    assert set(latches) == {"ERR_REV_FLOW_TRIP"}
    world.act("grid-push", clear=True)
    old = world.charger
    world.charger = Charger(
        old.ports, old.connector, old.profile, old.power_max_w, old.limits, ledger=world.ledger
    )
    world.charger.restore(latches, False)
    assert wait_for_the_grid(world) == pytest.approx(60.0, abs=1.0)


@pytest.mark.verifies("LCK-5")
def test_a_voltage_that_is_no_longer_read_ends_power_and_keeps_the_bolt_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = discharging()
    last = Reading(0.0, world.now_ns)
    monkeypatch.setattr(world.charger.ports.meter, "voltage_v", lambda: last)
    world.run(5)
    latch = world.charger.envelope.latched["ERR_INPUT_LOST"]
    assert latch.detail == "voltage meter, inverter figures silent"
    assert not world.sample().contactor_closed
    world.stop()
    world.run(2)
    assert world.sample().lock_confirmed
    assert "the pin voltage is unread: restore the meter first" in world.charger.unlock_refusals()
