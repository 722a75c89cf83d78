"""One connector among its fleet: what each mode leaves of it, from its own age and its own use.

Where a fleet saw few failures of a mechanism, physics says what its life is like and the fleet, in
which it did not come, how late it must be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.endings import End, Foretold, RestsOn
from silverpin.durability.life import HORIZON_H, ends_h, mated_hours
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.prior import Prior
from silverpin.durability.prognosis.answer import LEAST_FAILURES
from silverpin.durability.survival.cohort import Use
from silverpin.durability.survival.mode_law import Belief

if TYPE_CHECKING:
    from silverpin.durability.study import Assessment
    from silverpin.durability.survival.assured import Assured, FleetBounds

_H_PER_DAY = 24.0
_FURTHEST = 20.0
"""Horizons after which one life is as good as another."""
_LEAST_PER_DAY = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Where a connector stands in its fleet."""

    site: int
    """-1 where the fleet does not have it."""
    part: int
    days: float
    """Its age."""


def use_of(found: "Assessment", stands: Stands) -> Use | None:
    """Return how each draw of a record is used from now on; None where nothing was used."""
    exposure, days = found.exposure, found.exposure.span_h / _H_PER_DAY
    mated_h = mated_hours(exposure, found.draws)
    if not exposure.matings or days <= 0.0 or not mated_h.all():
        return None
    size = found.draws.size
    return Use(
        matings_per_day=np.maximum(exposure.matings / days * found.use, _LEAST_PER_DAY),
        mated_h_per_day=(mated_h / days * found.use).clip(_LEAST_PER_DAY, _H_PER_DAY),
        site=np.full(size, stands.site), part=np.full(size, stands.part),
    )  # fmt: skip


def middle(use: Use) -> Use:
    """Return the median of many draws of one use."""
    return Use(
        matings_per_day=np.median(use.matings_per_day, keepdims=True),
        mated_h_per_day=np.median(use.mated_h_per_day, keepdims=True),
        site=use.site[:1], part=use.part[:1],
    )  # fmt: skip


def believed(found: "Assessment", modes: Sequence[End], use: Use) -> dict[int, Belief]:
    """Return what physics says of the mechanisms among a fleet's modes, by their places."""
    left_h = ends_h(found.damage, found.exposure, found.use)
    beliefs = {}
    for place, mode in enumerate(modes):
        if mode not in left_h:
            continue
        whole_h = np.minimum(left_h[mode] + found.exposure.span_h, _FURTHEST * HORIZON_H)
        matings = whole_h / _H_PER_DAY * use.matings_per_day
        low, half, high = (float(row) for row in np.quantile(matings, (0.05, 0.5, 0.95)))
        beliefs[place] = Belief.of(Prior(low, half, high))
    return beliefs


def every_mode(seen: Sequence[End]) -> tuple[End, ...]:
    """Return the modes of a fleet, and behind them the mechanisms of which it saw no failure."""
    return (*seen, *(row for row in Mechanism if row not in seen))


def foretold(
    bounds: "FleetBounds", modes: Sequence[End], use: Use, days: float, rng: np.random.Generator
) -> Mapping[End, Foretold]:
    """Return what each mode leaves of a connector that lives after so many days."""
    return {
        modes[place]: Foretold(
            left_h=_H_PER_DAY * law.left_days(use, days, rng, len(use)),
            rests_on=RestsOn.FLEET if law.failures >= LEAST_FAILURES else RestsOn.BELIEF,
        )
        for place, law in bounds.law.modes.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is left at the least, as the fleet bears it out."""

    assurance: float
    left_days: float | None
    """None where the fleet is too small to promise anything."""
    capped: bool
    """The fleet was not watched for longer; the life may be far more."""
    failures: int
    tried: int


def promise(assured: "Assured", place: int, days: float, assurance: float) -> Promise:
    """Return what is promised of one of the connectors that were asked about."""
    known = assured.share is not None
    return Promise(
        assurance=assurance,
        left_days=max(float(assured.days[place]) - days, 0.0) if known else None,
        capped=bool(assured.capped[place]),
        failures=assured.failures,
        tried=assured.tried,
    )
