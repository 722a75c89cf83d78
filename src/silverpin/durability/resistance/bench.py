"""What runs on a bench, each with a contact of known resistance, tell of a type of connector.

Every run is taken as another unit in another seat. A unit's traits scatter about the type's; how
much, the runs tell themselves, leaning on what is usual while they are few (empirical Bayes).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.resistance.session import (
    CONTACT,
    OFFSET,
    OFFSET_SD_K,
    Belief,
    fresh,
    weigh,
)
from silverpin.durability.resistance.thermal_type import SEATED, TRAITS, ThermalType

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.blocks import Blocks
    from silverpin.durability.resistance.session import Weighed

_ROUNDS = 4
_KNOWN_SD = 1e-3
"""Of the logarithm of a resistance that a bench measured."""
_USUAL_RUNS = 4.0
"""What is usual of scatter weighs as much as so many runs."""
_ONE_SEAT = 1e-3
_FOLDS = 4
_LEAST_FOLDED = 6
"""Runs from which on some are foretold from the others."""
_DOUBT_RUNS, _BIAS_RUNS = 3.0, 8.0
_DOUBTS = (0.5, 2.0)
_DISCREPANCIES_K = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRun:
    """One run of a connector of the type, its contact known."""

    blocks: "Blocks"
    contact_ohm: float
    """At 20 °C."""


def learned(shipped: ThermalType, runs: Sequence[BenchRun]) -> ThermalType:
    """Return the type as the runs show it, as sure as runs foretell runs that it did not see."""
    kind = _fitted(shipped, runs)
    if len(runs) < _LEAST_FOLDED:
        return kind
    scores, apart = [], []
    for fold in range(_FOLDS):
        others = [run for place, run in enumerate(runs) if place % _FOLDS != fold]
        tried = _fitted(shipped, others, kind.discrepancy_k)
        for run in runs[fold::_FOLDS]:
            found = weigh(run.blocks, tried, fresh(tried)).belief
            apart.append(float(found.mean[CONTACT]) - np.log(run.contact_ohm))
            scores.append(apart[-1] / float(np.sqrt(found.cov[CONTACT, CONTACT])))
    doubt = np.sqrt((_DOUBT_RUNS + np.sum(np.square(scores))) / (_DOUBT_RUNS + len(runs)))
    return replace(
        kind,
        doubt=float(np.clip(doubt, *_DOUBTS)),
        bias=float(np.sum(apart) / (_BIAS_RUNS + len(runs))),
    )


def _fitted(
    shipped: ThermalType, runs: Sequence[BenchRun], discrepancy_k: float | None = None
) -> ThermalType:
    """Return the traits that the runs show."""
    if not runs:
        return shipped
    seats = _by_trait(shipped.session_sd)
    start = replace(
        shipped,
        contact=float(np.median([np.log(run.contact_ohm) for run in runs])),
        bench_runs=len(runs),
        # on a bench, unit and seat change together: they are told apart again below
        unit_sd=np.sqrt(shipped.unit_sd**2 + seats**2),
        session_sd=np.full(len(SEATED), _ONE_SEAT),
        discrepancy_k=discrepancy_k or shipped.discrepancy_k,
    )
    kind = start
    for turn in range(_ROUNDS):
        if discrepancy_k is None and turn % 2 == 0:
            kind = _fitting(kind, runs)
        kind = _round(start, kind, [_weigh(kind, run) for run in runs])
    return _parted(kind, shipped)


def _parted(kind: ThermalType, shipped: ThermalType) -> ThermalType:
    """Tell the scatter of units from that of their seats, in the usual proportion."""
    seats = _by_trait(shipped.session_sd)
    share = seats**2 / (shipped.unit_sd**2 + seats**2)
    session_sd = kind.unit_sd * np.sqrt(share)
    return replace(
        kind,
        unit_sd=kind.unit_sd * np.sqrt(1.0 - share),
        session_sd=np.array([session_sd[row] for row in SEATED]),
    )


def _by_trait(seat_sd: "FloatArray") -> "FloatArray":
    wide: FloatArray = np.zeros(TRAITS)
    wide[list(SEATED)] = seat_sd
    return wide


def _fitting(kind: ThermalType, runs: Sequence[BenchRun]) -> ThermalType:
    """Return the type with the discrepancy by which the runs are likeliest."""
    tried = [replace(kind, discrepancy_k=row) for row in _DISCREPANCIES_K]
    return max(tried, key=lambda row: sum(_weigh(row, run).log_likelihood for run in runs))


def _round(start: ThermalType, kind: ThermalType, weighed: "Sequence[Weighed]") -> ThermalType:
    """Renew what is believed of the type, and of how its units scatter."""
    scatter = np.diag(kind.unit_sd**2)
    precision = np.linalg.inv(start.cov)
    push = precision @ start.mean
    told = [_of_traits(row) for row in weighed]
    for own, own_push in told:
        shared = np.linalg.inv(np.eye(TRAITS) + own @ scatter)
        precision = precision + shared @ own
        push = push + shared @ own_push
    cov = np.linalg.inv(0.5 * (precision + precision.T))
    mean = cov @ push
    squares = start.unit_sd**2 * _USUAL_RUNS
    for own, own_push in told:
        doubt = np.linalg.inv(own + np.linalg.inv(scatter))
        found = doubt @ (own_push + mean / np.diag(scatter))
        squares = squares + (found - mean) ** 2 + np.diag(doubt)
    unit_sd = np.sqrt(squares / (_USUAL_RUNS + len(told)))
    return replace(kind, mean=mean, cov=0.5 * (cov + cov.T), unit_sd=unit_sd)


def _of_traits(row: "Weighed") -> "tuple[FloatArray, FloatArray]":
    """Return what a run says of the traits alone; its contact is known, its offset is not."""
    known = float(row.belief.mean[CONTACT])
    weight, push = row.evidence.weight, row.evidence.push
    push = push - weight[:, CONTACT] * known
    rest = weight[OFFSET, OFFSET] + 1.0 / OFFSET_SD_K**2
    across = weight[1:OFFSET, OFFSET]
    own = weight[1:OFFSET, 1:OFFSET] - np.outer(across, across) / rest
    return own, push[1:OFFSET] - across * push[OFFSET] / rest


def _weigh(kind: ThermalType, run: BenchRun) -> "Weighed":
    before = fresh(kind)
    mean, cov = before.mean.copy(), before.cov.copy()
    mean[CONTACT], cov[CONTACT, CONTACT] = np.log(run.contact_ohm), _KNOWN_SD**2
    return weigh(run.blocks, kind, Belief(mean, cov))
