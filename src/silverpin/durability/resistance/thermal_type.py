"""A type of connector as heat sees it: a pin, what lies around it, and the sensor on the pin.

Pin and surroundings are two lumps that warm by I squared and lose heat to each other and to the
air; the sensor follows the pin. Real connectors have many more lumps: these are the two that a
sensor can tell apart. All of it is logarithms of positive figures, with what is not known of the
type itself, of one unit of it, and of one session of a unit.
"""

from dataclasses import dataclass
from enum import IntEnum
from math import log
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.prior import SCORE_95, Prior

if TYPE_CHECKING:
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import FloatArray


class Trait(IntEnum):
    """What a type of connector has, each as a logarithm."""

    PIN_OHM = 0
    """What heats the pin beside the contact: crimp and conductor."""
    AROUND_OHM = 1
    """What heats the surroundings: the cable near the pin."""
    PIN_J_PER_K = 2
    AROUND_J_PER_K = 3
    PIN_AROUND_W_PER_K = 4
    PIN_AIR_W_PER_K = 5
    """Along the inlet and out of it."""
    AROUND_AIR_W_PER_K = 6
    SENSOR_LAG_S = 7


TRAITS = len(Trait)
SEATED = (Trait.PIN_AROUND_W_PER_K, Trait.PIN_AIR_W_PER_K, Trait.AROUND_AIR_W_PER_K)
"""What each plugging in, cable lay and wind change for a session."""
CONTACT_SD = 0.9
"""Of the logarithm of a contact's resistance before anything is known of it: new to ruined."""
_UNIT_SD = (0.08, 0.10, 0.05, 0.06, 0.05, 0.05, 0.05, 0.2)
_SESSION_SD = (0.05, 0.08, 0.09)
_SHAPE_SD = (0.5, 0.7, 0.4, 0.5, 0.5, 0.4, 0.5, 0.5)
_DISCREPANCY_K = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalType:
    """What is known of a type, and how its units and their sessions scatter."""

    contact: float
    """Logarithm of a usual contact's ohms at 20 °C."""
    mean: "FloatArray"
    """By `Trait`."""
    cov: "FloatArray"
    """Of that mean: what is not known of the type. The next two come on top."""
    unit_sd: "FloatArray"
    session_sd: "FloatArray"
    """By `SEATED`."""
    discrepancy_k: float
    """How far two lumps stay from the real thing, slowly wandering."""
    doubt: float = 1.0
    """What all that is believed beforehand is wider than it says: runs foretold by others told."""
    bias: float = 0.0
    """By how much the logarithm of a contact comes out too high."""
    bench_runs: int = 0
    """Runs with known resistance that it rests on; 0 is the shipped guess."""

    @property
    def unit_cov(self) -> "FloatArray":
        """What is not known of one unit of the type."""
        cov: FloatArray = self.doubt**2 * (self.cov + np.diag(self.unit_sd**2))
        return cov


def shipped_type(wear_set: "WearSet") -> ThermalType:
    """Return what the priors of a kind of connector say: usually within a factor of two."""
    heat, contact = wear_set.heat, wear_set.contact.resistance_ohm
    contact_w = contact.p50 * wear_set.rated_a**2
    share = heat.contact_share.p50
    loss_w_per_k = contact_w / share / heat.rise_at_rated_k.p50
    capacity_j_per_k = loss_w_per_k * heat.tau_s.p50
    mean = np.log(
        [
            0.5 * contact.p50 * (1.0 - share) / share,
            0.8 * contact.p50 * (1.0 - share) / share,
            0.3 * capacity_j_per_k,
            0.9 * capacity_j_per_k,
            0.7 * loss_w_per_k,
            0.5 * loss_w_per_k,
            1.2 * loss_w_per_k,
            20.0,
        ]
    )
    ohms = np.array([1, 1, 0, 0, 0, 0, 0, 0])
    capacities = np.array([0, 0, 1, 1, 0, 0, 0, 0])
    losses = np.array([0, 0, 0, 0, 1, 1, 1, 0])
    cov = np.diag(np.square(_SHAPE_SD))
    # more heat from a contact of the same temperatures means more of everything
    for together, prior in (
        (ohms + capacities + losses, contact),
        (losses + capacities, heat.rise_at_rated_k),
        (capacities, heat.tau_s),
        (ohms, heat.contact_share),
    ):
        cov = cov + np.outer(together, together) * log_sd(prior) ** 2
    return ThermalType(
        contact=log(contact.p50),
        mean=mean,
        cov=cov,
        unit_sd=np.array(_UNIT_SD),
        session_sd=np.array(_SESSION_SD),
        discrepancy_k=_DISCREPANCY_K,
    )


def log_sd(prior: Prior) -> float:
    """Return the standard deviation of a prior's logarithm."""
    return log(prior.p95 / prior.p05) / (2.0 * SCORE_95)
