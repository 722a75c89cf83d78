"""What a sensor will read in the rest of a session, by what earlier sessions told of the connector.

A session's own seat, wind and temperatures at the beginning are found from its first readings;
current and air are taken as announced. What two lumps missed so far fades as it wanders.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.resistance.session import Belief, discrepancy_k2, readings_c, weigh

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.blocks import Blocks
    from silverpin.durability.resistance.thermal_type import ThermalType


def foretold_c(duty: "Blocks", known: int, kind: "ThermalType", before: Belief) -> "FloatArray":
    """Return every block's reading as the first *known* of them foretell it.

    *before* is what was believed of the connector when the session began.
    """
    early = np.arange(len(duty.square_a2)) < known
    seen = replace(duty, samples=np.where(early, duty.samples, 0.0))
    told_c = readings_c(duty, weigh(seen, kind, before).unknowns)[0]
    there = seen.samples > 0.0
    missed = discrepancy_k2(duty, kind)
    own = duty.noise_k**2 * np.eye(int(there.sum()))
    left = duty.ntc_c[there] - told_c[there]
    sure = np.linalg.solve(missed[np.ix_(there, there)] + own, left)
    foretold: FloatArray = told_c + missed[:, there] @ sure
    return foretold
