"""The simulated bolt keeps to physics: its current tells what it meets, each cause in its way."""

from random import Random

import pytest

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.plant.bolt import Drive, Way, stroke
from silverpin.plant.bolt_way import Debris, Gasket, Misalignment
from silverpin.plant.lock import Lock

HOME_MM, SWITCH_MM = 11.0, 10.0
SPECIMENS = range(12)


def driven(lock: Lock, at_s: float = 0.0) -> Lock:
    lock.drive(round(at_s * NS_PER_S), engaged=True)
    return lock


def stands_ms(lock: Lock) -> int:
    """When the bolt came to where it rests."""
    rest_mm = lock.position_mm(590 * NS_PER_MS)
    return next(ms for ms in range(600) if lock.position_mm(ms * NS_PER_MS) == rest_mm)


def plateau_a(lock: Lock) -> float:
    return lock.amps()[-1]


@pytest.mark.parametrize("seed", SPECIMENS)
def test_a_healthy_bolt_comes_home_and_draws_its_stall_current_there(seed: int) -> None:
    lock = driven(Lock(Random(seed)))
    unit = lock.drive_unit
    assert 60 < stands_ms(lock) < 250
    assert plateau_a(lock) == pytest.approx(unit.supply_v / unit.hot_ohm(20.0), rel=0.01)
    amps = lock.amps()
    inrush_a, running_a = max(amps[:15]), min(amps[20 : stands_ms(lock)])
    assert inrush_a > 3.0 * running_a
    assert lock.switch(NS_PER_S)
    assert lock.holds(NS_PER_S)


def test_the_energy_that_goes_in_is_heat_work_and_what_still_moves() -> None:
    """Electrical energy less copper loss is force times way plus what the mass took up."""
    unit = Drive.specimen(Random(3))
    way = Way(lambda at_m: 12.0, lambda at_m: 5.0, 1.0)
    done = stroke(unit, way, 0.0, 20.0)
    copper_ws = sum(unit.ohm * amp**2 for amp in done.amps[1:]) * 1e-3
    drawn_ws = sum(unit.supply_v * amp for amp in done.amps[1:]) * 1e-3
    speed = (done.metres[-1] - done.metres[-2]) / 1e-3
    stored_ws = 0.5 * unit.mass_kg * speed**2 + 0.5 * unit.henry * done.amps[-1] ** 2
    assert drawn_ws - copper_ws - stored_ws == pytest.approx(17.0 * done.metres[-1], rel=0.03)


def test_a_cold_winding_draws_more_and_cold_grease_drags() -> None:
    cold, warm = Lock(Random(1)), Lock(Random(1))
    cold.temp_c, warm.temp_c = -30.0, 50.0
    driven(cold), driven(warm)
    assert plateau_a(cold) > 1.2 * plateau_a(warm)
    assert min(cold.amps()[20:80]) > min(warm.amps()[20:80])


@pytest.mark.parametrize("seed", SPECIMENS)
def test_hard_debris_stops_at_once_and_soft_debris_gives(seed: int) -> None:
    hard, soft = Lock(Random(seed)), Lock(Random(seed))
    hard.debris, soft.debris = Debris(at_mm=6.0), Debris(at_mm=6.0, n_per_mm=60.0)
    assert driven(hard).position_mm(590 * NS_PER_MS) == pytest.approx(6.0)
    assert 7.0 < driven(soft).position_mm(590 * NS_PER_MS) < SWITCH_MM
    assert stands_ms(soft) > stands_ms(hard)
    assert not hard.switch(NS_PER_S)


def test_a_try_pushes_debris_on_and_may_clear_it() -> None:
    lock = Lock(Random(4))
    lock.debris = Debris(at_mm=5.0, moved_mm=0.5, gone=0.2)
    rests = []
    for at_s in range(0, 60, 3):
        driven(lock, at_s)
        rests.append(lock.position_mm(round((at_s + 0.59) * NS_PER_S)))
        lock.drive(round((at_s + 1.5) * NS_PER_S), engaged=False)
    assert rests[-1] == pytest.approx(lock.drive_unit.home_m * 1e3)
    short = [at_mm for at_mm in rests if at_mm < SWITCH_MM]
    assert len(short) > 1
    assert short == sorted(short)


def test_a_misaligned_inlet_stops_the_bolt_at_its_edge_never_twice_alike() -> None:
    lock = Lock(Random(5))
    lock.misaligned = Misalignment(offset_mm=1.4, play_mm=0.6, entry_mm=3.6)
    rests = set()
    for at_s in range(0, 30, 3):
        driven(lock, at_s)
        rests.add(round(lock.position_mm(round((at_s + 0.59) * NS_PER_S)), 3))
        lock.drive(round((at_s + 1.5) * NS_PER_S), engaged=False)
    assert len(rests) == 10
    assert all(3.6 < at_mm < 6.0 for at_mm in rests)


def test_a_plug_that_moves_far_enough_lets_the_bolt_in() -> None:
    lock = Lock(Random(6))
    lock.misaligned = Misalignment(offset_mm=0.8, play_mm=0.8, entry_mm=3.6)
    held = 0
    for at_s in range(0, 60, 3):
        held += driven(lock, at_s).holds(round((at_s + 0.59) * NS_PER_S))
        lock.drive(round((at_s + 1.5) * NS_PER_S), engaged=False)
    assert 0 < held < 20


def test_a_deformed_gasket_makes_the_bolt_late_or_pushes_it_back_when_the_drive_lets_go() -> None:
    healthy, late, pushed = (Lock(Random(2)) for _ in range(3))
    late.gasket = Gasket(clamp_n=30.0, clamp_n_per_mm=8.0, push_share=0.3, entry_mm=3.6)
    pushed.gasket = Gasket(clamp_n=30.0, clamp_n_per_mm=9.0, push_share=0.95, entry_mm=3.6)
    for lock in (healthy, late, pushed):
        driven(lock)
    assert late.holds(2 * NS_PER_S)
    assert stands_ms(late) > 1.5 * stands_ms(healthy)
    assert pushed.switch(590 * NS_PER_MS)
    assert pushed.moving(620 * NS_PER_MS)
    assert not pushed.switch(NS_PER_S)
    assert not pushed.moving(NS_PER_S)


def test_a_dry_bolt_drags_from_the_start() -> None:
    lock = Lock(Random(2))
    lock.dryness = 5.0
    healthy = driven(Lock(Random(2)))
    free = slice(25, 45)
    assert min(driven(lock).amps()[free]) > 2.0 * max(healthy.amps()[free])


def test_a_broken_switch_looks_like_a_healthy_stroke() -> None:
    lock = Lock(Random(2))
    lock.switch_broken = True
    assert driven(lock).amps() == driven(Lock(Random(2))).amps()
    assert lock.holds(NS_PER_S)
    assert not lock.switch(NS_PER_S)


def test_a_bolt_driven_back_half_way_goes_home_from_there() -> None:
    lock = driven(Lock(Random(1)))
    lock.drive(NS_PER_S, engaged=False)
    half_ns = NS_PER_S + 60 * NS_PER_MS
    half_mm = lock.position_mm(half_ns)
    assert 2.0 < half_mm < 9.0
    lock.drive(half_ns, engaged=True)
    assert lock.position_mm(half_ns) == pytest.approx(half_mm)
    assert lock.position_mm(half_ns + NS_PER_S) == pytest.approx(lock.drive_unit.home_m * 1e3)
    lock.drive(3 * NS_PER_S, engaged=False)
    assert lock.position_mm(4 * NS_PER_S) == 0.0
