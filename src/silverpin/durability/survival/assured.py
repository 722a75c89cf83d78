"""Lower bounds on lives that hold although the law is wrong and most connectors still live.

A quantile of a fitted law holds what the law holds. Here the fleet itself says how far down to go:
a candidate quantile is tried on connectors that were watched for at least that long, each by a law
that was fitted without it, and weighted by how seldom one is watched so long; the highest quantile
at which no more of them failed before than is allowed becomes the bound. The day on which a fleet
is looked at censors it, so for how long each was watched is known even of those that failed.

It rests on this: for how long a connector was watched has nothing to do with its life, given its
part. No bound goes beyond an age at which fewer than one in ten of its part are watched.

References
----------
.. [1] E. Candes, L. Lei, Z. Ren, Conformalized survival analysis, J. R. Stat. Soc. B 85, 24 (2023).
.. [2] Y. Gui, R. Hore, Z. Ren, R. F. Barber, Conformalized survival analysis with adaptive
   cut-offs, Biometrika 111, 459 (2024).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silverpin.durability.survival.competing import FleetLaw, fit_fleet

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.survival.cohort import Cohort, Use, Whole
    from silverpin.durability.survival.mode_law import Belief

FOLDS = 5
LEAST_WATCHED = 0.1
SHARES: "FloatArray" = np.concatenate([np.geomspace(0.001, 0.02, 12), np.linspace(0.025, 0.5, 40)])
"""Quantiles that are tried, from safe to bold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assured:
    """Ages that connectors reach with the asked assurance, and what stands behind them."""

    days: "FloatArray"
    """Age, not what is left; 0 where nothing can be said."""
    capped: NDArray[np.bool_]
    """The fleet was not watched for longer: the bound stands there and the life may be far more."""
    share: float | None
    """Quantile of the fitted law that the fleet bore out; None for unknown."""
    failures: int
    """Of connectors that were tried at this quantile."""
    tried: int


@dataclass(frozen=True, slots=True)
class _Watch:
    """How long connectors of each part are watched."""

    parts: "Whole"
    days: "FloatArray"

    def share(self, part: int, days: "FloatArray") -> "FloatArray":
        """Return which share of a part's connectors is watched for at least so long."""
        rows = np.sort(self.days[self.parts == part])
        if not len(rows):
            rows = np.sort(self.days)
        reach: FloatArray = 1.0 - np.searchsorted(rows, days, side="left") / len(rows)
        return reach

    def longest(self, part: int, alive_at_days: float) -> float:
        """Return the age beyond which too few of those alive at theirs are watched."""
        rows = self.days[self.parts == part]
        rows = rows if len(rows) else self.days
        rows = rows[rows >= alive_at_days]
        return float(np.quantile(rows, 1.0 - LEAST_WATCHED)) if len(rows) else alive_at_days


class FleetBounds:
    """A fleet's law and the fits without each of its fifths; asked for bounds."""

    def __init__(
        self, cohort: "Cohort", rng: np.random.Generator,
        beliefs: "Mapping[int, Belief] | None" = None,
    ) -> None:  # fmt: skip
        self.law: FleetLaw = fit_fleet(cohort, beliefs)
        self._cohort = cohort
        self._fold = rng.permutation(len(cohort.use)) % FOLDS
        self._without = [
            fit_fleet(cohort.only(self._fold != fold), beliefs, self.law) for fold in range(FOLDS)
        ]
        self._watch = _Watch(cohort.use.part, cohort.watched_days)

    def bounds(self, use: "Use", alive_at_days: float = 0.0, assurance: float = 0.9) -> Assured:
        """Return ages that connectors alive at one reach with an assurance."""
        share, failures, tried = self._boldest(alive_at_days, 1.0 - assurance)
        rows = len(use)
        if share is None:
            nothing = np.zeros(rows)
            return Assured(
                days=nothing, capped=nothing > 0.0, share=None, failures=failures, tried=tried
            )
        ages = self.law.ages_at(np.array([share]), use, np.full(rows, alive_at_days))[0]
        longest = self._longest(use.part, alive_at_days)
        return Assured(
            days=np.minimum(ages, longest), capped=ages > longest, share=share,
            failures=failures, tried=tried,
        )  # fmt: skip

    def _boldest(self, alive_at_days: float, allowed: float) -> tuple[float | None, int, int]:
        """Return the highest share below which every one failed no more often than allowed."""
        at_risk = self._cohort.days > alive_at_days
        if not at_risk.any():
            return None, 0, 0
        cohort = self._cohort.only(at_risk)
        ages = self._foreign_ages(cohort, self._fold[at_risk], alive_at_days)
        ages = np.minimum(ages, self._longest(cohort.use.part, alive_at_days))
        weight = self._weights(cohort.use.part, ages, alive_at_days)
        tried = cohort.watched_days >= ages
        early = tried & (cohort.days < ages) & cohort.failed
        best: tuple[float | None, int, int] = (None, 0, int(tried[0].sum()))
        for place, share in enumerate(SHARES):
            one = float(weight[place].mean())
            missed = float(weight[place] @ early[place]) + one
            if missed > allowed * (float(weight[place] @ tried[place]) + one):
                break
            best = float(share), int(early[place].sum()), int(tried[place].sum())
        return best

    def _foreign_ages(self, cohort: "Cohort", fold: "Whole", alive_at_days: float) -> "FloatArray":
        """Return each candidate age of each connector by the law that has not seen it."""
        ages = np.empty((len(SHARES), len(fold)))
        for number, law in enumerate(self._without):
            held_out = fold == number
            use = cohort.use.only(held_out)
            ages[:, held_out] = law.ages_at(SHARES, use, np.full(len(use), alive_at_days))
        return ages

    def _longest(self, part: "Whole", alive_at_days: float) -> "FloatArray":
        longest = np.empty(len(part))
        for each in np.unique(part):
            longest[part == each] = self._watch.longest(int(each), alive_at_days)
        return longest

    def _weights(self, part: "Whole", ages: "FloatArray", alive_at_days: float) -> "FloatArray":
        weight = np.empty_like(ages)
        for each in np.unique(part):
            rows = part == each
            weight[:, rows] = self._watch.share(int(each), np.array(alive_at_days)) / np.maximum(
                self._watch.share(int(each), ages[:, rows]), 1e-9
            )
        return weight
