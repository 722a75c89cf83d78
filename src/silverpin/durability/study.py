"""A record of one connector, from its first sample to what is left of it and what it cost.

>>> study = Study(WEAR_SETS["ccs2-200a"])
>>> for chunk in record.chunks():
...     study.take(chunk)
>>> found = study.assess(numpy.random.default_rng(1))
>>> found.remaining.dominant, band(found.cost.eur_per_kwh)

Memory does not grow with the record, chunks may be cut anywhere, and one seed is one answer. Needs
the extra `life`.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.coarse import Coarse
from silverpin.durability.cost import LEAST_KWH, WearCost, wear_cost
from silverpin.durability.damage import Damage, Site, damage
from silverpin.durability.life import DRAWS, Part, Remaining, remaining, sampled, use_factor
from silverpin.durability.meter import Meter
from silverpin.durability.undischarged import Undischarged

if TYPE_CHECKING:
    from silverpin.durability.draws import Draws
    from silverpin.durability.endings import End, Foretold
    from silverpin.durability.exposure import Exposure
    from silverpin.durability.mechanisms import Mechanism
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import Chunk, FloatArray, Record
    from silverpin.durability.sessions import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All that a record tells of its connector."""

    wear_set: "WearSet"
    site: Site
    draws: "Draws"
    exposure: "Exposure"
    sessions: "list[Session]"
    damage: "Mapping[Mechanism, Damage]"
    remaining: Remaining
    """Until the first of connector, lock and contactor ends."""
    parts: "Mapping[Part, Remaining]"
    use: "FloatArray"
    """How often it is used from now on in each draw, against the record."""
    cost: WearCost | None
    """None where nothing was discharged."""
    known: "Mapping[End, Foretold]" = field(default_factory=dict)
    """What goes by more than the damage, in what is left."""

    def knowing(self, known: "Mapping[End, Foretold]") -> "Assessment":
        """Return the same with what is *known* better of some ends than their damage tells."""
        every = (self.damage, self.exposure, self.draws, self.use)
        return replace(
            self,
            known=known,
            remaining=remaining(*every, known=known),
            parts={part: remaining(*every, part, known) for part in Part},
        )

    @property
    def dominant(self) -> "Mechanism":
        """The mechanism that took most, at the median."""
        medians = {row: float(np.median(found.consumed)) for row, found in self.damage.items()}
        return max(medians, key=lambda row: medians[row])


class Study:
    """Takes the chunks of one record; may be asked at any time, as if the record ended there."""

    def __init__(self, wear_set: "WearSet", site: Site | None = None) -> None:
        self._set = wear_set
        self._site = site or Site.of(wear_set)
        self._meter = Meter(wear_set, self._site.climate)
        # a sensor felt the discharge: the use without it is reckoned from the current alone, and so
        # is the one that it is compared with; both by the minute, for their difference is all heat
        self._reckoned = Meter(wear_set, self._site.climate)
        self._spared = Meter(wear_set, self._site.climate, may_leave=True)
        self._without = Undischarged()
        self._minutes, self._spared_minutes = Coarse(), Coarse()

    def take(self, chunk: "Chunk") -> None:
        """Add a chunk."""
        self._meter.take(chunk)
        self._reckoned.take(self._minutes.take(replace(chunk, temp_ntc_c=None)))
        self._spared.take(self._spared_minutes.take(self._without.take(chunk)))

    def assess(self, rng: np.random.Generator, size: int = DRAWS) -> Assessment:
        """Return what the record so far tells, over *size* connectors that may be."""
        exposure, draws = self._meter.exposure(), sampled(self._set, rng, size)
        took = damage(exposure, self._set, draws, self._site)
        factor = use_factor(exposure, self._site.duty.matings_per_day, draws, rng)
        return Assessment(
            wear_set=self._set,
            site=self._site,
            draws=draws,
            exposure=exposure,
            sessions=self._meter.sessions(),
            damage=took,
            remaining=remaining(took, exposure, draws, factor),
            parts={part: remaining(took, exposure, draws, factor, part) for part in Part},
            use=factor,
            cost=self._cost(exposure, draws),
        )

    def _cost(self, exposure: "Exposure", draws: "Draws") -> WearCost | None:
        if exposure.discharged_kwh < LEAST_KWH:
            return None
        with_it = _ended(self._reckoned, self._minutes.last())
        without_it = _ended(self._spared, self._spared_minutes.last(), self._without.last())
        # the vehicle would have come all the same
        without_it = replace(without_it, matings=with_it.matings)
        return wear_cost(
            damage(with_it, self._set, draws, self._site),
            damage(without_it, self._set, draws, self._site),
            self._set,
            draws,
            exposure.discharged_kwh,
            self._without.owed_ah,
        )


def _ended(meter: Meter, *waiting: "Chunk | None") -> "Exposure":
    """Return the exposure with what still waits behind the meter, and leave the meter as it is."""
    meter = deepcopy(meter)
    for chunk in waiting:
        if chunk is not None:
            meter.take(chunk)
    return meter.exposure()


def assess(
    record: "Record", wear_set: "WearSet", rng: np.random.Generator, site: Site | None = None
) -> Assessment:
    """Return what a record tells of a connector of a kind."""
    study = Study(wear_set, site)
    for chunk in record.chunks():
        study.take(chunk)
    return study.assess(rng)
