"""What is left of a contact by its own resistance, as the sessions of its record told it.

Resistance stands for what raises it: springs that weaken, rubbing, films. The contact ends at twice
its first resistance, where it makes twice the heat; or at the limit of an inspection if it gets
there sooner, where bench runs say how many ohms there are. Sessions are read by their own evidence,
against the first ones. What physics says of the life weighs in, and a record that says no more than
physics does is not called a state.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.endings import Foretold, RestsOn
from silverpin.durability.life import HORIZON_H, ends_h
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.prior import SCORE_95, Prior
from silverpin.durability.prognosis import observed
from silverpin.durability.prognosis.track import LEAST_READINGS, remaining_clock

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.follow import Own
    from silverpin.durability.study import Assessment

SHOWN_BY_RESISTANCE = frozenset({
    Mechanism.SPRING_RELAXATION, Mechanism.FRETTING, Mechanism.FILM,
})  # fmt: skip
WORN_OUT = 2.0
"""Against the first resistance."""
_LEAST_END = 1.05
_SCORES = (-1.463, -0.599, 0.0, 0.599, 1.463)
"""Five equally likely places that together scatter as a normal law does."""
_NEW_SHARE = 0.1
"""Of the readings, the first ones, that count as new."""
_WIDEST, _NARROWEST = 20.0 * HORIZON_H, 3.0
_TELLING = 0.7
_H_S = 3600.0


def contact_left(
    own: "Own", found: "Assessment", limit_ohm: float | None, rng: np.random.Generator
) -> Foretold | None:
    """Return how far away the end of the contact is; None where its record does not tell.

    *limit_ohm* is None where nobody knows how many ohms there are.
    """
    if len(own.values) < LEAST_READINGS:
        return None
    life_h = _believed(found)
    read = _against_new(own)
    ends = _ends(read, own.scale_sd, limit_ohm)
    left_h = remaining_clock(
        observed.resistance(read.clock_h, read.ratio, read.sd, found.wear_set, ends, life_h), rng
    )
    now_h = float(read.clock_h[-1])
    if not _tells(now_h + left_h, life_h):
        return None
    since_h = found.exposure.span_h - now_h
    left_h = np.maximum(rng.choice(left_h, found.draws.size) - since_h, 0.0)
    return Foretold(
        left_h=left_h / np.maximum(found.use, 1e-9), rests_on=RestsOn.STATE,
        covers=SHOWN_BY_RESISTANCE,
    )  # fmt: skip


def _believed(found: "Assessment") -> Prior:
    """Return what physics says of the whole life, in hours of a use like the record's."""
    known = replace(found, known={})
    left_by = ends_h(known.damage, known.exposure, known.use)
    first_h = np.min([left_by[row] for row in SHOWN_BY_RESISTANCE], axis=0)
    whole_h = np.minimum(first_h * found.use + found.exposure.span_h, _WIDEST)
    low, half, high = (float(row) for row in np.quantile(whole_h, (0.05, 0.5, 0.95)))
    return Prior(min(low, half / _NARROWEST), half, max(high, half * _NARROWEST))


class _Seen(NamedTuple):
    """Readings against the first ones."""

    clock_h: "FloatArray"
    ratio: "FloatArray"
    sd: "FloatArray"
    first: float
    """Logarithm of the first ones' ohms."""


def _against_new(own: "Own") -> _Seen:
    values = own.values
    logs = np.array([row.log_ohm for row in values])
    sd = np.array([row.sd for row in values])
    count = max(LEAST_READINGS - 1, round(_NEW_SHARE * len(values)))
    first = float(np.average(logs[:count], weights=sd[:count] ** -2.0))
    clock_h = np.array([row.end_s for row in values]) / _H_S
    return _Seen(clock_h, np.exp(logs - first), sd, first - own.bias)


def _ends(seen: _Seen, scale_sd: float, limit_ohm: float | None) -> list[float]:
    """Return at which reading the contact may have ended, equally likely each.

    If the first ones were too low by a factor, what was added since is by that much less of them.
    """
    too_low = np.exp(scale_sd * np.array(_SCORES))
    added = (WORN_OUT - 1.0) * too_low
    if limit_ohm is not None:
        added = np.minimum(added, limit_ohm / np.exp(seen.first) - too_low)
    return sorted(float(end) for end in np.maximum(1.0 + added, _LEAST_END))


def _tells(whole_h: "FloatArray", life_h: Prior) -> bool:
    """Return whether readings say more of the life than physics does."""
    low, high = np.quantile(whole_h, (0.05, 0.95))
    spread = np.log(high / low) / (2.0 * SCORE_95)
    return bool(spread < _TELLING * np.log(life_h.p95 / life_h.p05) / (2.0 * SCORE_95))
