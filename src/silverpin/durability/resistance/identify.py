"""What a use of a connector can tell at all, before anybody looks at a reading (Cramér and Rao).

The bound rests on the current over time alone: how the readings would follow each unknown. What is
believed beforehand counts as information too, so a bound that equals the belief says that this use
tells nothing of that unknown.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.resistance.blocks import USUAL_NOISE_K
from silverpin.durability.resistance.session import CONTACT, Evidence, fresh, weigh
from silverpin.durability.resistance.thermal_type import CONTACT_SD, Trait

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.blocks import Blocks
    from silverpin.durability.resistance.thermal_type import ThermalType

TELLING_SD = 0.35
"""Above it a session says too little of its contact to be called an estimate."""
_AIR_C = 20.0


class Bound(NamedTuple):
    """Standard deviations of one unknown: of a logarithm, or of kelvins for the offset."""

    name: str
    before: float
    after: float

    @property
    def learned(self) -> float:
        """Share of the doubt that one such use takes away."""
        return 1.0 - self.after / self.before


class Identifiability(NamedTuple):
    """What a use, one session or many, can tell of a connector of a type."""

    contact: Bound
    """Its resistance, with all that is not known of the type and the unit."""
    contact_sd: float
    """Its resistance against the same connector's other sessions: traits held."""
    traits: tuple[Bound, ...]

    @property
    def telling(self) -> bool:
        """Whether such a session tells the contact at all."""
        return self.contact_sd <= TELLING_SD


def identifiability(duty: "Blocks", kind: "ThermalType") -> Identifiability:
    """Return what a session under this current can tell; its readings are not looked at."""
    return told_by(_expected(duty, kind).weight, kind)


def told_by(weight: "FloatArray", kind: "ThermalType") -> Identifiability:
    """Return what evidence of this weight, of one session or of many, tells of a connector."""
    before = fresh(kind)
    after = np.linalg.inv(weight + np.linalg.inv(before.cov))
    was, now = np.sqrt(np.diag(before.cov)), np.sqrt(np.diag(after))
    names = ("contact", *(trait.name.lower() for trait in Trait), "offset_k")
    bounds = tuple(map(Bound, names, map(float, was), map(float, now)))
    return Identifiability(bounds[CONTACT], alone_sd(weight), bounds[1:])


def alone_sd(weight: "FloatArray") -> float:
    """Return how well evidence tells the contact if the connector's traits were known."""
    return float(1.0 / np.sqrt(weight[CONTACT, CONTACT] + CONTACT_SD**-2.0))


def _expected(duty: "Blocks", kind: "ThermalType") -> Evidence:
    """Return the evidence of readings that are as foretold."""
    count = len(duty.square_a2)
    steady_c = np.full(count, _AIR_C)
    silent = replace(
        duty,
        air_c=None if duty.air_c is None else steady_c,
        ntc_c=steady_c,
        samples=np.ones(count),
        noise_k=USUAL_NOISE_K,
    )
    return weigh(silent, kind, fresh(kind), rounds=0).evidence
