"""What varies from lock to lock and from day to day, for trials of the diagnosis of a bolt.

These are nature's figures. The diagnosis has its own idea of them and may read none of these.
"""

from collections.abc import Callable
from random import Random

from silverpin.domain.causes import LockCause
from silverpin.domain.quantities import NS_PER_MS
from silverpin.plant.bolt_way import Debris, Gasket, Misalignment
from silverpin.plant.lock import Lock
from silverpin.ports import Stroke

COLD_C, HOT_C = -30.0, 60.0
"""Where a lock works; its winding and its grease follow."""


def a_lock(rng: Random) -> Lock:
    """A specimen on some day: winding, motor, supply, friction, spring and length of way vary."""
    lock = Lock(rng)
    lock.temp_c = rng.uniform(COLD_C, HOT_C)
    lock.dryness = rng.uniform(0.8, 1.6)
    return lock


def shunt(rng: Random) -> Callable[[Lock, float | None], Stroke]:
    """A charger's measurement of the drive: gain, noise, and a supply read at another place."""
    gain, drop_v = rng.uniform(0.97, 1.03), rng.uniform(-0.3, 0.3)

    def read(lock: Lock, rest_mm: float | None) -> Stroke:
        amps = tuple(gain * amp + rng.gauss(0.0, 0.025) for amp in lock.amps()[::2])
        supply_v = lock.drive_unit.supply_v + drop_v + rng.gauss(0.0, 0.1)
        told_mm = None if rest_mm is None else rest_mm + rng.gauss(0.0, 0.2)
        return Stroke(round(supply_v, 1), 2 * NS_PER_MS, amps, told_mm)

    return read


def debris(lock: Lock, rng: Random) -> None:
    """Grit, ice, a bit of rubber: anywhere in the hole, hard or soft, pushed on a little or not."""
    lock.debris = Debris(
        at_mm=rng.uniform(4.0, 9.8), n_per_mm=rng.choice((None, rng.uniform(30.0, 200.0))),
        moved_mm=rng.choice((0.0, rng.uniform(0.0, 0.5))), gone=rng.uniform(0.0, 0.2),
    )  # fmt: skip


def misaligned(lock: Lock, rng: Random) -> None:
    """A hole beside the bolt by up to two millimetres, and a plug with some play."""
    lock.misaligned = Misalignment(
        offset_mm=rng.choice((-1, 1)) * rng.uniform(0.8, 2.0), play_mm=rng.uniform(0.1, 0.8),
        entry_mm=rng.uniform(3.1, 4.1), edge_n_per_mm=rng.uniform(80.0, 300.0),
    )  # fmt: skip


def gasket(lock: Lock, rng: Random) -> None:
    """A gasket that clamps the bolt in its hole, the more the deeper, and pushes the plug out."""
    lock.gasket = Gasket(
        clamp_n=rng.uniform(20.0, 50.0), clamp_n_per_mm=rng.uniform(8.0, 18.0),
        push_share=rng.uniform(0.2, 0.85), entry_mm=rng.uniform(3.1, 4.1),
    )  # fmt: skip


def broken_switch(lock: Lock, rng: Random) -> None:
    """A switch that does not close, on a bolt that may be anything but stuck."""
    lock.switch_broken = True


def dry(lock: Lock, rng: Random) -> None:
    """A bolt without grease, or with old and stiff one."""
    lock.dryness = rng.uniform(3.5, 10.0)


CAUSES: dict[LockCause, Callable[[Lock, Random], None]] = {
    LockCause.DEBRIS: debris,
    LockCause.MISALIGNED: misaligned,
    LockCause.GASKET: gasket,
    LockCause.SWITCH: broken_switch,
    LockCause.DRY: dry,
}
