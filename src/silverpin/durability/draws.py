"""Many connectors that may be: one standard normal score for each parameter and each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.exposure import VARIANTS

if TYPE_CHECKING:
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.prior import Prior
    from silverpin.durability.record import FloatArray

HEAT = "heat"
"""How much the connector warms, among `exposure.VARIANTS`."""
UNSURE_MATED = "use.unsure_mated"
"""Share of the unsure hours in which a plug was in."""
HUMIDITY = "climate.humidity_pct"
CONTACTOR = "contactor.scatter"
LOCK = "lock.this_one"
"""Where this lock stands among those of its kind."""
HOT_UNPLUGS = "use.hot_unplugs"
OPENINGS = "use.contactor_per_mating"
LOADED = "use.loaded_share"
_OTHERS = (HEAT, UNSURE_MATED, HUMIDITY, CONTACTOR, LOCK, HOT_UNPLUGS, OPENINGS, LOADED)
_LOGISTIC = 1.702
_VERY_GOOD, _VERY_BAD = 1e-3, 1.0 - 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Scores by name; a name without scores stands at its median in every draw."""

    size: int
    scores: Mapping[str, "FloatArray"]

    def score(self, name: str) -> "FloatArray":
        """Return the scores of a name."""
        found = self.scores.get(name)
        return np.zeros(self.size) if found is None else found

    def of(self, name: str, prior: "Prior") -> "FloatArray":
        """Return a parameter's value in each draw."""
        return prior.at(self.score(name))

    def fewer(self, size: int) -> "Draws":
        """Return the first of them, where less will do."""
        size = min(size, self.size)
        return Draws(size=size, scores={name: row[:size] for name, row in self.scores.items()})

    def share(self, name: str) -> "FloatArray":
        """Return a share between 0 and 1 in each draw, all about equally likely; 0.5 at median."""
        shares: FloatArray = 1.0 / (1.0 + np.exp(-_LOGISTIC * self.score(name)))
        return shares.clip(_VERY_GOOD, _VERY_BAD)

    def blend(self, by_variant: "FloatArray") -> "FloatArray":
        """Return what each draw's warmth makes of values by variant and draw."""
        place = np.interp(self.score(HEAT), VARIANTS, np.arange(len(VARIANTS)))
        below = np.minimum(place.astype(np.int64), len(VARIANTS) - 2)
        above, each = place - below, np.arange(self.size)
        blended: FloatArray = (1.0 - above) * by_variant[below, each] + above * by_variant[
            below + 1, each
        ]
        return blended


MEDIAN = Draws(size=1, scores={})


def score_names(wear_set: "WearSet") -> tuple[str, ...]:
    """Return every name that draws may give scores to; what is exact has none."""
    priors = wear_set.priors().items()
    named = (name for name, prior in priors if not prior.exact and not name.startswith("heat."))
    return (*named, *_OTHERS)


def drawn(wear_set: "WearSet", normal: "FloatArray") -> Draws:
    """Return draws from independent scores, a row for each of `score_names`."""
    names = score_names(wear_set)
    if normal.shape[0] != len(names):
        raise ValueError(f"{len(names)} names need as many rows of scores, not {normal.shape[0]}")
    return Draws(size=normal.shape[1], scores=dict(zip(names, normal, strict=True)))
