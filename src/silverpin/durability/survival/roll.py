"""Every connector of a fleet that lives: what its law leaves of it, and what is promised.

Bounds depend on the age that a connector has reached. Ages are taken in classes, each by its
youngest: one that has come further holds a bound at least as often.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.prognosis.answer import Prognosis, foretell
from silverpin.durability.survival.own import Promise, promise

if TYPE_CHECKING:
    from silverpin.durability.survival.assured import FleetBounds
    from silverpin.durability.survival.cohort import Cohort

CLASSES = 120
ASSURANCE = 0.9


class OnRoll(NamedTuple):
    """One connector of the fleet."""

    row: int
    left: Prognosis
    promise: Promise


def roll(
    bounds: "FleetBounds", cohort: "Cohort", rng: np.random.Generator,
    assurance: float = ASSURANCE,
) -> Iterator[OnRoll]:  # fmt: skip
    """Yield those that live, from young to old."""
    lives = np.flatnonzero(~cohort.failed)
    if not len(lives):
        return
    lives = lives[np.argsort(cohort.days[lives], kind="stable")]
    for rows in np.array_split(lives, min(CLASSES, len(lives))):
        among = np.zeros(len(cohort.days), dtype=np.bool_)
        among[rows] = True
        in_order = np.flatnonzero(among)
        assured = bounds.bounds(cohort.use.only(among), float(cohort.days[rows[0]]), assurance)
        for place, row in enumerate(in_order):
            one = np.arange(len(cohort.days)) == row
            days = float(cohort.days[row])
            left = foretell(cohort.use.only(one), days, bounds.law, {}, rng)
            yield OnRoll(int(row), left, promise(assured, place, days, assurance))
