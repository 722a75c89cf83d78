"""How long a connector lasts: many connectors that may be, each used on as its record was.

Every draw is one connector: its parameters, how warm it gets, and how often it will be used from
now on. The first mechanism to reach 1 ends it, so risks compete within a draw and no quantile is
added to another. How often comes from the record and, where that is short, from the prior of its
duty: sessions are taken as a Poisson count whose rate has a gamma prior. What ages by use follows
the sessions; film, housing and seal follow the calendar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import log
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.draws import UNSURE_MATED, Draws, drawn, score_names
from silverpin.durability.endings import End, Foretold
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.prior import SCORE_95

if TYPE_CHECKING:
    from silverpin.durability.damage import Damage
    from silverpin.durability.exposure import Exposure
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.prior import Prior
    from silverpin.durability.record import FloatArray

DRAWS = 4000
HOURS_PER_YEAR = 8766.0
HORIZON_H = 60.0 * HOURS_PER_YEAR
"""Nobody has used a connector for longer; a life that seems to reach further ends here."""
_BY_CALENDAR = frozenset({Mechanism.FILM, Mechanism.HOUSING, Mechanism.SEAL})


class Part(Enum):
    """What is replaced as a whole."""

    CONNECTOR = "connector"
    LOCK = "lock"
    CONTACTOR = "contactor"


PART_OF: Mapping[End, Part] = {
    mechanism: {Mechanism.LOCK: Part.LOCK, Mechanism.CONTACTOR: Part.CONTACTOR}.get(
        mechanism, Part.CONNECTOR
    )
    for mechanism in Mechanism
}


class Band(NamedTuple):
    """Percentiles over the connectors that may be."""

    p05: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What is left until the first of some mechanisms ends it; one value a draw."""

    hours: "FloatArray"
    """Of the calendar, at most `HORIZON_H`."""
    matings: "FloatArray | None"
    """None where the record has none to tell their rate by."""
    mated_h: "FloatArray | None"
    first: Mapping[End, float]
    """Share of the connectors that each of them ends first."""

    @property
    def dominant(self) -> End:
        """What most often comes first."""
        return max(self.first, key=lambda end: self.first[end])

    @property
    def beyond_horizon(self) -> float:
        """Share of the connectors that would outlive `HORIZON_H`."""
        return float(np.mean(self.hours >= HORIZON_H))


def band(values: "FloatArray") -> Band:
    """Return the percentiles of draws."""
    return Band(*(float(value) for value in np.quantile(values, (0.05, 0.5, 0.95))))


def sampled(wear_set: "WearSet", rng: np.random.Generator, size: int = DRAWS) -> Draws:
    """Return connectors that may be."""
    return drawn(wear_set, rng.standard_normal((len(score_names(wear_set)), size)))


def use_factor(
    exposure: "Exposure", matings_per_day: "Prior", draws: Draws, rng: np.random.Generator
) -> "FloatArray":
    """Return, for each draw, how often it is used from now on, against its record.

    Nobody is plugged in for more than all day: a factor stops there.
    """
    days = exposure.span_h / 24.0
    if not exposure.sessions or days <= 0.0:
        return np.ones(draws.size)
    spread = log(matings_per_day.p95 / matings_per_day.p05) / (2.0 * SCORE_95)
    known = 1.0 / spread**2
    sessions = rng.gamma(known + exposure.sessions, size=draws.size)
    per_day = sessions / (known / matings_per_day.p50 + days)
    all_day = exposure.span_h / np.maximum(mated_hours(exposure, draws), 1e-9)
    factor: FloatArray = np.minimum(per_day * days / exposure.sessions, np.maximum(all_day, 1.0))
    return factor


def mated_hours(exposure: "Exposure", draws: Draws) -> "FloatArray":
    """Return the hours in which a plug was in, with the unsure ones as each draw shares them."""
    return exposure.mated_h + draws.share(UNSURE_MATED) * exposure.unsure_h


def remaining(
    damage: "Mapping[Mechanism, Damage]",
    exposure: "Exposure",
    draws: Draws,
    factor: "FloatArray",
    part: Part | None = None,
    known: Mapping[End, Foretold] = MappingProxyType({}),
) -> Remaining:
    """Return what is left of one part, or of the first of all parts for None.

    What is *known* better than by the damage stands in its place.
    """
    left_by = ends_h(damage, exposure, factor, known)
    rows = [row for row in left_by if part in (None, PART_OF.get(row, Part.CONNECTOR))]
    left_h = np.stack([left_by[row] for row in rows])
    hours = np.minimum(left_h.min(axis=0), HORIZON_H)
    ends = left_h.argmin(axis=0)
    in_time = left_h.min(axis=0) < np.inf
    per_h = factor / exposure.span_h if exposure.span_h > 0.0 else factor * 0.0
    mated_h = mated_hours(exposure, draws)
    return Remaining(
        hours=hours,
        matings=hours * per_h * exposure.matings if exposure.matings else None,
        mated_h=hours * np.minimum(per_h * mated_h, 1.0) if mated_h.any() else None,
        first={row: float(np.mean((ends == place) & in_time)) for place, row in enumerate(rows)},
    )


def ends_h(
    damage: "Mapping[Mechanism, Damage]",
    exposure: "Exposure",
    factor: "FloatArray",
    known: Mapping[End, Foretold] = MappingProxyType({}),
) -> "dict[End, FloatArray]":
    """Return hours of the calendar until each end, by what is known best of it."""
    covered = {row for each in known.values() for row in each.covers} | known.keys()
    by_damage: dict[End, FloatArray] = {
        row: _left_h(row, took.consumed, exposure, factor)
        for row, took in damage.items()
        if row not in covered
    }
    return by_damage | {row: each.left_h for row, each in known.items()}


def furthest(
    damage: "Mapping[Mechanism, Damage]",
    exposure: "Exposure",
    factor: "FloatArray",
    hours: "FloatArray",
) -> "FloatArray":
    """Return the life consumed by the mechanism furthest on, a row for each time from now."""
    worst = np.zeros((len(hours), len(factor)))
    for mechanism, took in damage.items():
        per_h = _per_h(mechanism, took.consumed, exposure, factor)
        np.maximum(worst, took.consumed + hours[:, None] * per_h, out=worst)
    return worst


def _left_h(
    mechanism: Mechanism, consumed: "FloatArray", exposure: "Exposure", factor: "FloatArray"
) -> "FloatArray":
    """Return hours of the calendar until one mechanism reaches 1, infinite where nothing ages."""
    per_h = _per_h(mechanism, consumed, exposure, factor)
    left = np.maximum(1.0 - consumed, 0.0)
    hours: FloatArray = np.divide(left, per_h, out=np.full(left.shape, np.inf), where=per_h > 0.0)
    return hours


def _per_h(
    mechanism: Mechanism, consumed: "FloatArray", exposure: "Exposure", factor: "FloatArray"
) -> "FloatArray":
    """Return what one mechanism takes in an hour of the calendar from now on."""
    sped = 1.0 if mechanism in _BY_CALENDAR else factor
    return consumed * sped / max(exposure.span_h, 1e-9)
