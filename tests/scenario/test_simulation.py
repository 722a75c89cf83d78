"""Nature keeps its books, skips without loss, and plays the same day for the same seed."""

import hashlib
import os
import subprocess
import sys
from itertools import pairwise

import pytest

from silverpin.apps.world import Sample, World, WorldSetup
from silverpin.apps.world_chance import FAULTS, PEOPLE
from silverpin.domain.quantities import NS_PER_S
from silverpin.plant.contactor import Contactor
from tests.stage import Stage, a_charger

CONNECTORS = ("ccs2-80a", "ccs2-200a", "type2-32a")


# The books balance


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("connector", CONNECTORS)
def test_energy_at_the_connector_is_what_the_battery_kept_and_what_became_heat(
    connector: str,
) -> None:
    charger = a_charger(connector=connector, tick_ns=100_000_000).plug_in()
    bay = charger.world.bay
    stored_before_ws = bay.vehicle.stored_ws
    for kw in (15.0, -18.0, 0.0, 4.0, -2.0, 20.0, -20.0):
        charger.asks(kw).wait(60)
    charger.stop().wait(5)
    charged_ws, discharged_ws = charger.charger.ports.meter.energy_ws()
    kept_ws = bay.vehicle.stored_ws - stored_before_ws
    heat_ws = bay.vehicle.loss_ws + bay.connector.loss_ws
    turned_over_ws = charged_ws + discharged_ws
    assert turned_over_ws > 1e6
    assert charged_ws - discharged_ws == pytest.approx(
        kept_ws + heat_ws, abs=0.001 * turned_over_ws
    )
    assert abs(bay.balance_ws()) < 1e-6 * turned_over_ws
    drawn_ws = charged_ws / bay.converter.efficiency - discharged_ws * bay.converter.efficiency
    assert bay.converter.grid_ws == pytest.approx(drawn_ws, rel=1e-9)
    assert bay.converter.loss_ws == pytest.approx(drawn_ws - charged_ws + discharged_ws, rel=1e-9)


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("connector", CONNECTORS)
def test_the_meter_agrees_with_current_times_voltage_read_beside_it(connector: str) -> None:
    charger = a_charger(connector=connector, tick_ns=100_000_000).plug_in()
    begun_ws = charger.charger.ports.meter.energy_ws()
    charger.asks(15.0)
    powers_w = [1e3 * charger.kw]
    for kw in (15.0, -18.0, 3.0, -20.0):
        charger.asks(kw)
        powers_w += [1e3 * now for now in charger.watch(lambda s: s.kw, seconds=90)]
    middles_w = [(before + after) / 2.0 for before, after in pairwise(powers_w)]
    charged_ws = sum(w for w in middles_w if w > 0.0) * 0.1
    discharged_ws = -sum(w for w in middles_w if w < 0.0) * 0.1
    measured_ws = charger.charger.ports.meter.energy_ws()
    assert measured_ws[0] - begun_ws[0] == pytest.approx(charged_ws, rel=0.001)
    assert measured_ws[1] - begun_ws[1] == pytest.approx(discharged_ws, rel=0.001)


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("connector", CONNECTORS)
def test_the_battery_s_charge_moved_as_the_current_says(connector: str) -> None:
    charger = a_charger(connector=connector).plug_in()
    vehicle = charger.world.bay.vehicle
    charger.asks(12.0).wait(5)
    before_ws, amps, volts = vehicle.stored_ws, charger.amps, vehicle.open_circuit_v()
    charger.wait(100)
    if charger.charger.connector.direct_current:
        expected_ws = volts * amps * 100.0
    else:
        expected_ws = 3.0 * charger.world.bay.grid.volts * amps * 100.0 * 0.95
    assert vehicle.stored_ws - before_ws == pytest.approx(expected_ws, rel=0.01)


def test_booked_energy_adds_up_to_the_meter() -> None:
    charger = a_charger(skip=True).plug_in()
    for kw in (10.0, -10.0, 7.0):
        charger.asks(kw).wait(400)
    charger.stop().wait(3).does("unplug").wait(3)
    charged_ws, discharged_ws = charger.charger.ports.meter.energy_ws()
    assert charger.counts.charged_kwh == pytest.approx(charged_ws / 3.6e6, rel=1e-9)
    assert charger.counts.discharged_kwh == pytest.approx(discharged_ws / 3.6e6, rel=1e-9)
    assert charger.counts.mated_s == pytest.approx(1204, abs=2.1)


# Skipping and stepping agree


ORDERS_W = {
    5: 12e3, 300: -12e3, 640: 3e3, 900: -20e3, 1500: 20e3, 2010: -9e3, 2150: -9e3, 2400: 11e3,
    2700: -11e3, 3110: 8e3,
}  # fmt: skip
"""Orders by the second; two come while the grid is out, one while a fault stands."""
RESET_S, END_S = 2320, 3600


def eventful(world: World) -> list[Sample]:
    """An hour with a cut by heat, a grid out of bounds, a lock lost, a stop; and time between."""
    samples: list[Sample] = []
    world.schedule(0.2, "plug")
    world.schedule(1000.0, "worn-pin", "DC+=2.2mOhm")
    world.schedule(1400.0, "worn-pin", "DC+", clear=True)
    world.schedule(2000.5, "grid-push", "47.0")
    world.schedule(2030.25, "grid-push", clear=True)
    world.schedule(2300.125, "break-lock-switch")
    world.schedule(2310.0, "break-lock-switch", clear=True)
    world.schedule(3000.0, "stop")
    world.schedule(3010.0, "unplug")
    world.schedule(3100.0, "plug")
    for second in sorted({*ORDERS_W, RESET_S, END_S}):
        world.advance(second * NS_PER_S, samples.append)
        if second == RESET_S:
            world.charger.reset(None, "technician")
        if second in ORDERS_W:
            world.command_power(ORDERS_W[second])
    return samples


@pytest.mark.long
@pytest.mark.verifies("SIM-1")
def test_skipping_and_stepping_agree_over_an_eventful_hour() -> None:
    stepped, skipped = (
        World(5, WorldSetup(ambient_c=30.0, tick_ns=50_000_000, skip=skip))
        for skip in (False, True)
    )
    slow, fast = eventful(stepped), eventful(skipped)
    assert skipped.ticks < stepped.ticks / 15
    for way in ("charged_ws", "discharged_ws"):
        assert getattr(skipped.bay, way) == pytest.approx(getattr(stepped.bay, way), rel=0.001)
    apart_k = max(abs(a.temp_hot_c - b.temp_hot_c) for a, b in zip(slow, fast, strict=True))
    assert apart_k < 0.2
    assert told(skipped) == told(stepped)
    for counter in ("matings", "load_breaks", "reversals", "contactor_operations",
                    "lock_operations", "lock_retries", "emergency_stops",
                    "thermal_events"):  # fmt: skip
        assert getattr(skipped.ledger, counter) == getattr(stepped.ledger, counter), counter
    assert {"ERR_REV_FLOW_TRIP", "ERR_LOCK_FAIL", "derated", "recovered"} <= set(told(stepped))
    assert stepped.ledger.reversals >= 4


def told(world: World) -> list[str]:
    """Faults and cuts in their order."""
    return [
        event.fields.get("code", event.kind)
        for event in world.journal
        if event.kind in ("fault_raised", "derated", "recovered")
    ]


@pytest.mark.verifies("SIM-1")
def test_an_act_comes_at_its_instant_however_coarse_the_ticks() -> None:
    for skip in (False, True):
        charger = a_charger(skip=skip, tick_ns=100_000_000)
        charger.world.schedule(30.123, "plug")
        charger.wait(60)
        assert [event.t_ns for event in charger.events("act")] == [30_123_000_000]


# One seed is one run


def trace(seed: int, connector: str = "ccs2-80a") -> str:
    """Everything that a chanceful hour said, as one digest."""
    world = World(seed, WorldSetup(connector=connector, skip=True, tick_ns=100_000_000))
    world.chance(60.0, 0.5, PEOPLE)
    world.chance(10.0, 0.5, FAULTS)
    samples: list[Sample] = []
    world.advance(1_800_000_000_000, samples.append)
    said = [(event.t_ns, event.kind, sorted(event.fields.items())) for event in world.journal]
    return hashlib.sha256(repr((said, samples, world.ledger)).encode()).hexdigest()


@pytest.mark.verifies("SIM-1")
def test_one_seed_is_one_run_in_every_process() -> None:
    code = "from tests.scenario.test_simulation import trace; print(trace(7))"
    digests = {trace(7)}
    for hash_seed in ("0", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        done = subprocess.run([sys.executable, "-c", code], env=environment, check=True,
                              capture_output=True, text=True, timeout=60)  # fmt: skip
        digests.add(done.stdout.strip())
    assert len(digests) == 1
    assert trace(8) not in digests


# Faults and people by chance


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_nature_and_ledger_count_the_same_arcs(seed: int) -> None:
    charger = by_chance(seed, hours=1.0)
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks
    assert abs(charger.world.bay.balance_ws()) < 1.0


def by_chance(seed: int, hours: float) -> Stage:
    """People at work all day and faults among them; a technician who resets what can be reset."""
    charger = a_charger(
        seed, connector=CONNECTORS[seed % 3], skip=True, tick_ns=50_000_000, battery_kwh=200.0
    )
    guard(charger)
    charger.world.chance(240.0, hours, PEOPLE)
    charger.world.chance(15.0, hours, FAULTS)
    for _ in range(round(hours * 120)):
        charger.wait(30.0).technician_resets()
        charger.charger.envelope.inspected()
    return charger


class GuardedContactor(Contactor):
    """Closes only on what nature knows of bolt and faults."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage

    def energise(self, now_ns: int, coil: bool) -> None:
        if coil:
            assert self._stage.world.bay.lock.switch(now_ns), "closed without LOCK_STATUS"
            assert not self._stage.faults - {"ERR_REV_FLOW_TRIP"}, "closed under a fault"
        super().energise(now_ns, coil)


def guard(stage: Stage) -> None:
    """Let every move of the bolt and the coil be held against what nature knows."""
    bay, lock = stage.world.bay, stage.charger.ports.lock
    release = lock.release

    def guarded_release() -> None:
        if bay.lock.target_mm > 0.0:
            assert not bay.contactor.coil
            assert not bay.contactor.closed(bay.now_ns)
            assert abs(bay.converter.current_a) < 1.0, "unlocked under load"
            assert bay.voltage_v() < 60.0, "unlocked beside live pins"
        release()

    lock.release = guarded_release  # type: ignore[method-assign]
    bay.contactor = GuardedContactor(stage)


@pytest.mark.long
@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("seed", range(100, 101))
def test_whatever_happens_in_a_whole_day(seed: int) -> None:
    charger = by_chance(seed, hours=24.0)
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks
    assert charger.counts.matings > 50


# The controller dies


@pytest.mark.verifies("SIM-1")
@pytest.mark.parametrize("kw", [15.0, -15.0])
def test_a_dead_controller_opens_within_the_lease_with_the_current_at_zero_first(
    kw: float,
) -> None:
    charger = a_charger().flow(kw).dies()
    died_ns = charger.world.now_ns
    course = list(charger.watch(lambda s: (s.amps, s.closed), seconds=1.0))
    opened = next(index for index, (_, closed) in enumerate(course) if not closed)
    assert opened * 0.02 <= 0.6
    assert abs(course[opened - 1][0]) < 5.0
    assert charger.world.bay.contactor.load_breaks == 0
    assert charger.world.now_ns > died_ns
