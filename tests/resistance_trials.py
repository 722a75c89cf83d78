"""Estimates of contact resistance tried on the plant of `resistance_plant`, and what they miss."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.resistance.bench import BenchRun, learned
from silverpin.durability.resistance.blocks import Blocks, blocks_of
from silverpin.durability.resistance.thermal_type import ThermalType, shipped_type
from tests.resistance_nuisances import BENCH
from tests.resistance_plant import Fleet, Make, Seen, steady

Floats = NDArray[np.float64]


def blocks(seen: Seen, place: int) -> Blocks:
    return blocks_of(seen.t_s, seen.current_a[place], seen.ntc_c[place], seen.ambient_c[place])


def shipped(make: Make) -> ThermalType:
    return shipped_type(WEAR_SETS[make.wear_set])


@cache
def benched(make: Make, runs: int = 16, seed: int = 7) -> ThermalType:
    """Return the type as bench runs of other units, with contacts from good to bad, show it."""
    fleet = Fleet(make, runs, np.random.default_rng(seed), BENCH)
    seen = fleet.session(steady(make, 90))
    return learned(
        shipped(make),
        [
            BenchRun(blocks=blocks(seen, place), contact_ohm=float(seen.contact_ohm[place]))
            for place in range(runs)
        ],
    )


@dataclass(frozen=True, slots=True)
class Missed:
    """Logarithms of estimate over truth, a value a connector, and whether intervals held it."""

    apart: Floats
    held: NDArray[np.bool_]

    @property
    def median(self) -> float:
        return float(np.median(np.abs(self.apart)))

    @property
    def median_but_one_factor(self) -> float:
        return float(np.median(np.abs(self.apart - np.median(self.apart))))

    @property
    def covered(self) -> float:
        return float(np.mean(self.held))
