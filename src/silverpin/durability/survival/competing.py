"""Several modes at once: the first to come ends a connector, and each has its own clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.survival.mode_law import VAGUE, Belief, ModeLaw, fit_mode

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.survival.cohort import Cohort, Use

_AGES_DAYS = np.geomspace(0.1, 100_000.0, 240)
"""Where the survival of each connector is reckoned; between them it is interpolated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetLaw:
    """What a fleet's lives follow, as far as they were seen."""

    modes: Mapping[int, ModeLaw]

    def log_survival(self, days: "FloatArray", use: "Use") -> "FloatArray":
        """Return the logarithm of the share that still lives, a row for each age."""
        total: FloatArray = np.zeros((len(days), len(use)))
        for law in self.modes.values():
            total += law.log_survival(days[:, None], use)
        return total

    def ages_at(
        self, shares: "FloatArray", use: "Use", alive_at_days: "FloatArray"
    ) -> "FloatArray":
        """Return by which age a share of those alive at theirs has failed: a row for each share."""
        gone = -self.log_survival(_AGES_DAYS, use)
        logs = np.log(_AGES_DAYS)
        now = np.log(np.maximum(alive_at_days, _AGES_DAYS[0]))
        found = np.empty((len(shares), len(use)))
        for place in range(len(use)):
            already = np.interp(now[place], logs, gone[:, place])
            found[:, place] = np.interp(already - np.log1p(-shares), gone[:, place], logs)
        ages: FloatArray = np.maximum(np.exp(found), alive_at_days)
        return ages

    def first_by(self, days: "FloatArray", use: "Use") -> "Mapping[int, FloatArray]":
        """Return the share that each mode has ended by rising ages (cumulative incidence)."""
        ages = np.concatenate([[days[0] * 1e-6], days])
        alive = np.exp(self.log_survival(ages, use))
        alive = 0.5 * (alive[1:] + alive[:-1])
        return {
            mode: np.cumsum(-np.diff(law.log_survival(ages[:, None], use), axis=0) * alive, axis=0)
            for mode, law in self.modes.items()
        }


def fit_fleet(
    cohort: "Cohort", beliefs: Mapping[int, Belief] | None = None, like: FleetLaw | None = None
) -> FleetLaw:
    """Fit every mode that was seen or is believed in; *like* lends its scatters and spreads."""
    beliefs = beliefs or {}
    modes = sorted({*beliefs, *cohort.modes, *(like.modes if like else ())})
    if not modes:
        raise ValueError("nothing failed and nothing is believed: give a belief for each mode")
    return FleetLaw(
        modes={
            mode: fit_mode(cohort, mode, beliefs.get(mode, VAGUE))
            if like is None
            else fit_mode(
                cohort, mode, beliefs.get(mode, VAGUE), like.modes[mode].spread,
                (like.modes[mode].scatter,),
            )
            for mode in modes
        }
    )  # fmt: skip
