"""What counted events take of a connector's lives: matings, breaks, openings, turns of the lock.

Where the record does not tell a count, a prior of use stands in and the answer names it.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.draws import CONTACTOR, HOT_UNPLUGS, LOADED, LOCK, OPENINGS, Draws
from silverpin.durability.prior import Prior
from silverpin.physics.arc import load_break_damage
from silverpin.physics.contactor import Switching
from silverpin.physics.law import Answer
from silverpin.physics.lock import operations_until
from silverpin.physics.wear import archard_um

if TYPE_CHECKING:
    from silverpin.durability.exposure import Exposure
    from silverpin.durability.parameters.contactors import Contactor
    from silverpin.durability.parameters.duties import Duty
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import BoolArray, Break, FloatArray

HOT_UNPLUGS_PER_MATING = Prior(1e-6, 2e-5, 5e-4)
"""Plugs pulled under current where nobody recorded them: rare behind a lock."""
UNLOADED_SHARE = 0.05
"""An opening below this share of the rated current wears the mechanics alone."""
_LEAST_UM = 0.1


class Loads(NamedTuple):
    """Interruptions, each as often as `times` says."""

    times: "FloatArray"
    current_a: "FloatArray"
    voltage_v: "FloatArray"


def mating_wear(exposure: "Exposure", wear_set: "WearSet", draws: Draws) -> "FloatArray":
    """Depth worn off over the plating that may be."""
    row = wear_set.mating_wear
    depth_um = archard_um(
        draws.of("mating_wear.wear_mm3_per_n_m", row.wear_mm3_per_n_m),
        draws.of("contact.force_n", wear_set.contact.force_n),
        draws.of("mating_wear.slide_m", row.slide_m),
        draws.of("mating_wear.track_mm2", row.track_mm2),
    )
    plating_um = draws.of("mating_wear.plating_um", row.plating_um) - row.reserve_um.p50
    return exposure.matings * depth_um / np.maximum(plating_um, _LEAST_UM)


def mating_wear_beyond(wear_set: "WearSet") -> tuple[str, ...]:
    """Name what is beyond Archard's law."""
    row = wear_set.mating_wear
    return archard_um.beyond(row.wear_mm3_per_n_m.p50, wear_set.contact.force_n.p50,
                             row.slide_m.p50, row.track_mm2.p50)  # fmt: skip


def arcs(exposure: "Exposure", wear_set: "WearSet", draws: Draws) -> "FloatArray":
    """Endurance against hot unplugging that breaks took."""
    row = wear_set.arcs
    loads = _loads(exposure.breaks, wear_set)
    exponent = draws.of("arcs.exponent", row.exponent)
    endured = draws.of("arcs.breaks_at_rated", row.breaks_at_rated)
    taken = load_break_damage(loads.current_a, loads.voltage_v, wear_set.rated_a,
                              endured[:, None], exponent[:, None])  # fmt: skip
    if exposure.breaks is not None:
        return taken @ loads.times
    unplugged = exposure.matings * draws.of(HOT_UNPLUGS, HOT_UNPLUGS_PER_MATING)
    typical_a = max(exposure.charging_a, exposure.discharging_a)
    return unplugged * load_break_damage(
        np.full(draws.size, typical_a), wear_set.nominal_v, wear_set.rated_a, endured, exponent
    )


def arcs_beyond(exposure: "Exposure", wear_set: "WearSet") -> tuple[str, ...]:
    """Name what is beyond the law of arcs."""
    row, loads = wear_set.arcs, _loads(exposure.breaks, wear_set)
    return load_break_damage.beyond(loads.current_a, loads.voltage_v, wear_set.rated_a,
                                    row.breaks_at_rated.p50, row.exponent.p50)  # fmt: skip


def lock(exposure: "Exposure", wear_set: "WearSet", draws: Draws) -> "FloatArray":
    """Operations over those at which this lock fails; it is driven twice a mating."""
    row = wear_set.lock
    told = exposure.lock_operations
    operations = 2 * exposure.matings if told is None else told
    extra = np.maximum(draws.of("lock.retry_factor", row.retry_factor) - 1.0, 0.0)
    endured = operations_until(
        draws.share(LOCK),
        draws.of("lock.b10_operations", row.b10_operations),
        draws.of("lock.shape", row.shape),
    )
    return (operations + (exposure.lock_retries or 0) * extra) / endured


def contactor(
    exposure: "Exposure", wear_set: "WearSet", part: "Contactor", duty: "Duty", draws: Draws
) -> "FloatArray":
    """Openings over the part's life at each current, voltage and direction."""
    scatter = draws.of(CONTACTOR, part.scatter)
    if exposure.openings is not None:
        loads = _loads(exposure.openings, wear_set)
        lives = switched(part, wear_set, loads).value
        return float(loads.times @ (1.0 / lives)) / scatter
    openings = exposure.matings * draws.of(OPENINGS, duty.contactor_per_mating)
    loaded = np.minimum(draws.of(LOADED, duty.loaded_share), 1.0)
    loads = typical_loads(exposure, wear_set)
    under_load = float(loads.times @ (1.0 / switched(part, wear_set, loads).value))
    return openings * (loaded * under_load + (1.0 - loaded) / part.mechanical) / scatter


def contactor_beyond(
    exposure: "Exposure", wear_set: "WearSet", part: "Contactor"
) -> tuple[str, ...]:
    """Name that loads are beyond what the maker publishes."""
    told = exposure.openings
    loads = typical_loads(exposure, wear_set) if told is None else _loads(told, wear_set)
    if np.any(switched(part, wear_set, loads).extrapolated):
        return (f"loads outside what is published of {part.title}",)
    return ()


def switched(
    part: "Contactor", wear_set: "WearSet", loads: Loads
) -> "Answer[FloatArray, BoolArray]":
    """Return the life of each opening; a discharging current flows against the polarity."""
    lives = np.full(len(loads.times), part.mechanical)
    beyond = np.zeros(len(loads.times), dtype=np.bool_)
    loaded = np.abs(loads.current_a) >= UNLOADED_SHARE * wear_set.rated_a
    for way, flows in (
        (Switching.BREAK_FORWARD, loads.current_a > 0.0),
        (Switching.BREAK_REVERSE, loads.current_a < 0.0),
    ):
        these = loaded & flows
        if these.any():
            answer = part.life(way, np.abs(loads.current_a[these]), loads.voltage_v[these])
            lives[these], beyond[these] = answer.value, answer.extrapolated
    return Answer(lives, beyond)


def typical_loads(exposure: "Exposure", wear_set: "WearSet") -> Loads:
    """Return one opening, shared between the directions as their ampere-hours are."""
    total_ah = exposure.charged_ah + exposure.discharged_ah
    back = exposure.discharged_ah / total_ah if total_ah > 0.0 else 0.0
    return Loads(
        np.array([1.0 - back, back]),
        np.array([exposure.charging_a, -exposure.discharging_a]),
        np.full(2, wear_set.nominal_v),
    )


def _loads(breaks: "tuple[Break, ...] | None", wear_set: "WearSet") -> Loads:
    """Return what was told; a current or a voltage that nobody measured is the rated one."""
    rows = np.array(breaks or np.empty((0, 3)), dtype=np.float64).reshape(-1, 3)
    return Loads(
        np.ones(len(rows)),
        np.where(np.isnan(rows[:, 1]), wear_set.rated_a, rows[:, 1]),
        np.where(np.isnan(rows[:, 2]), wear_set.nominal_v, rows[:, 2]),
    )
