"""Miner sums: how much of each life an exposure has taken, for many connectors that may be.

A life of 1 is consumed when the group of the mechanism says that it ends. Every sum is linear in
what was endured, so differences of two exposures and rates per hour mean something. Draws come as
standard normal scores by the name of the parameter; this room rolls no dice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from silverpin.durability import ageing, counted
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.parameters.contactors import CONTACTORS
from silverpin.durability.parameters.duties import CLIMATES, DUTIES, Climate, Duty

if TYPE_CHECKING:
    from silverpin.durability.draws import Draws
    from silverpin.durability.exposure import Exposure
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is assumed where a record is silent."""

    climate: Climate = CLIMATES["temperate-outdoor"]
    duty: Duty = field(default=DUTIES["home-ac"])

    @classmethod
    def of(cls, wear_set: "WearSet") -> "Site":
        """Return what is likeliest for a kind: public for direct current, else a home."""
        return cls(duty=DUTIES["public-dc" if wear_set.direct_current else "home-ac"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What one mechanism took."""

    consumed: "FloatArray"
    """Life consumed in each draw; 1 is the end."""
    beyond: tuple[str, ...]
    """What lies outside the sources of its laws, at the medians."""
    unsourced: bool
    """It leans on a parameter that nobody is cited for."""
    assumed: tuple[str, ...] = ()
    """Counts that the record does not tell and a prior of use replaces."""

    @property
    def extrapolated(self) -> bool:
        """Whether it reaches beyond what was tested."""
        return bool(self.beyond)


def damage(
    exposure: "Exposure", wear_set: "WearSet", draws: "Draws", site: Site | None = None
) -> Mapping[Mechanism, Damage]:
    """Return what each mechanism took, in the order of `Mechanism`."""
    site = site or Site()
    consumed = _consumed(exposure, wear_set, draws, site)
    beyond = _beyond(exposure, wear_set, site)
    contactor = CONTACTORS[wear_set.contactor]
    return {
        mechanism: Damage(
            consumed=consumed[mechanism],
            beyond=beyond[mechanism],
            unsourced=wear_set.unsourced(mechanism)
            or (mechanism is Mechanism.CONTACTOR and contactor.unsourced),
            assumed=_assumed(exposure, mechanism),
        )
        for mechanism in Mechanism
    }


def _consumed(
    exposure: "Exposure", wear_set: "WearSet", draws: "Draws", site: Site
) -> dict[Mechanism, "FloatArray"]:
    part = CONTACTORS[wear_set.contactor]
    return {
        Mechanism.MATING_WEAR: counted.mating_wear(exposure, wear_set, draws),
        Mechanism.FRETTING: ageing.fretting(exposure, wear_set, draws),
        Mechanism.FILM: ageing.film(exposure, wear_set, site.climate, draws),
        Mechanism.SPRING_RELAXATION: ageing.spring_relaxation(exposure, wear_set, draws),
        Mechanism.ARCS: counted.arcs(exposure, wear_set, draws),
        Mechanism.THERMAL_FATIGUE: ageing.thermal_fatigue(exposure, wear_set, draws),
        Mechanism.HOUSING: ageing.housing(exposure, wear_set, draws),
        Mechanism.SEAL: ageing.seal(exposure, wear_set, draws),
        Mechanism.LOCK: counted.lock(exposure, wear_set, draws),
        Mechanism.CONTACTOR: counted.contactor(exposure, wear_set, part, site.duty, draws),
    }


def _beyond(
    exposure: "Exposure", wear_set: "WearSet", site: Site
) -> dict[Mechanism, tuple[str, ...]]:
    part = CONTACTORS[wear_set.contactor]
    return {
        Mechanism.MATING_WEAR: counted.mating_wear_beyond(wear_set),
        Mechanism.FRETTING: ageing.fretting_beyond(exposure, wear_set),
        Mechanism.FILM: ageing.film_beyond(exposure, wear_set, site.climate),
        Mechanism.SPRING_RELAXATION: ageing.spring_relaxation_beyond(exposure, wear_set),
        Mechanism.ARCS: counted.arcs_beyond(exposure, wear_set),
        Mechanism.THERMAL_FATIGUE: ageing.thermal_fatigue_beyond(exposure, wear_set),
        Mechanism.HOUSING: ageing.housing_beyond(exposure, wear_set),
        Mechanism.SEAL: ageing.seal_beyond(exposure, wear_set),
        Mechanism.LOCK: (),
        Mechanism.CONTACTOR: counted.contactor_beyond(exposure, wear_set, part),
    }


def _assumed(exposure: "Exposure", mechanism: Mechanism) -> tuple[str, ...]:
    """Name the counts that nobody recorded and that this mechanism rests on."""
    silent = {
        Mechanism.MATING_WEAR: ("matings", exposure.matings_assumed),
        Mechanism.ARCS: ("load breaks", exposure.breaks is None),
        Mechanism.LOCK: ("lock operations", exposure.lock_operations is None),
        Mechanism.CONTACTOR: ("contactor openings", exposure.openings is None),
        Mechanism.SPRING_RELAXATION: ("mated hours", exposure.unsure_h > 0.0),
        Mechanism.FRETTING: ("mated hours", exposure.unsure_h > 0.0),
        Mechanism.FILM: ("mated hours", exposure.unsure_h > 0.0),
    }
    name, missing = silent.get(mechanism, ("", False))
    return (name,) if missing else ()
