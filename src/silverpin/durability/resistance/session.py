"""One session weighed: the likeliest connector behind its readings, and how sure that is.

The unknowns are the contact and the traits of this unit, which outlive the session (the state), and
what only this session has: seating, air, temperatures at the beginning. Gauss-Newton finds the
likeliest; curvature there is the certainty (Laplace). What the session alone says of the state, all
else averaged away, is its `Evidence`; evidence of many sessions adds up.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular

from silverpin.durability.resistance import warming as w
from silverpin.durability.resistance.thermal_type import CONTACT_SD, SEATED, TRAITS, ThermalType

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.blocks import Blocks

CONTACT = 0
OFFSET = 1 + TRAITS
STATE = 2 + TRAITS
"""Logarithm of the contact's ohms, traits, and what the sensor shows above the air at rest."""
_SEAT = STATE
_AIR, _DRIFT, _PIN, _AROUND = range(STATE + len(SEATED), STATE + len(SEATED) + 4)
UNKNOWNS = _AROUND + 1
OFFSET_SD_K = 0.8
_AIR_SD_K, _AIR_UNKNOWN_SD_K = 0.4, 4.0
_DRIFT_SD_K_PER_H, _DRIFT_UNKNOWN_SD_K_PER_H = 0.7, 2.0
_START_K, _START_SD_K, _TOGETHER = 0.7, 0.8, 0.3
"""How much warmer than the air a rested connector begins, and how alike pin and surroundings."""
_LEFT_K, _COOLS_S = 10.0, 1500.0
"""And how much of the session before may be left after a rest."""
_WANDER_S, _GROWS_S = 900.0, 600.0
_FAST_K, _FAST_S = 0.3, (30.0, 120.0)
"""What parts that warm faster than the two lumps make of the beginning."""
_ROUNDS = 12
_STILL = 1e-3
_NUDGE = 1e-4
_HALVINGS = 6
_LARGEST = 2.5
"""Step of a round, in standard deviations of what was believed before."""


class Belief(NamedTuple):
    """What is believed of a connector's state."""

    mean: "FloatArray"
    cov: "FloatArray"


class Evidence(NamedTuple):
    """What a session says of the state: exp(-x' weight x / 2 + push' x)."""

    weight: "FloatArray"
    push: "FloatArray"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One session."""

    belief: Belief
    """With what was believed before."""
    evidence: Evidence
    """Without it; weighs less where the readings fit worse than they should."""
    unknowns: "FloatArray"
    """The likeliest, this session's own among them."""
    log_likelihood: float
    """Of the readings under what was believed before, but for a constant."""


def fresh(kind: ThermalType) -> Belief:
    """Return what is believed of a unit of a type before its first session."""
    mean = np.concatenate([[kind.contact], kind.mean, [0.0]])
    cov = np.zeros((STATE, STATE))
    cov[CONTACT, CONTACT] = CONTACT_SD**2
    cov[1:OFFSET, 1:OFFSET] = kind.unit_cov
    cov[OFFSET, OFFSET] = (kind.doubt * OFFSET_SD_K) ** 2
    return Belief(mean, cov)


def weigh(
    blocks: "Blocks",
    kind: ThermalType,
    before: Belief,
    rounds: int = _ROUNDS,
    loosened_sd: float = 0.0,
) -> Weighed:
    """Return what a session says, beginning from what was believed *before*.

    With no rounds it stays there: what the session could say, whatever it reads. The contact may
    have changed by *loosened_sd* since then.
    """
    loosened = before.cov.copy()
    loosened[CONTACT, CONTACT] += loosened_sd**2
    middle, root = _prior(blocks, kind, Belief(before.mean, loosened))
    seen = _Seen(blocks, kind)
    score = _likeliest(seen, middle, root, rounds)
    at = middle + root @ score
    slopes, left = seen.linear(at)
    bent = slopes @ root
    curved = bent.T @ bent + np.eye(UNKNOWNS)
    cov = root @ np.linalg.inv(curved) @ root.T
    loose = max(1.0, float(left @ left) / len(left)) if rounds else 1.0
    evidence = _evidence(slopes, left, at, middle, root)
    return Weighed(
        belief=Belief(at[:STATE], cov[:STATE, :STATE]),
        evidence=Evidence(evidence.weight / loose, evidence.push / loose),
        unknowns=at,
        log_likelihood=-0.5 * float(left @ left + score @ score)
        - float(np.log(np.diag(seen.noise)).sum())
        - 0.5 * float(np.linalg.slogdet(curved)[1]),
    )


class _Seen:
    """The readings of a session, and how they are weighed."""

    def __init__(self, blocks: "Blocks", kind: ThermalType) -> None:
        self.blocks = blocks
        self.there = blocks.samples > 0.0
        missed = discrepancy_k2(blocks, kind)[np.ix_(self.there, self.there)]
        own = blocks.noise_k**2 * np.eye(len(missed))
        self.noise: FloatArray = cholesky(missed + own, lower=True)

    def left_k(self, at: "FloatArray") -> "FloatArray":
        """Return what the unknowns leave unexplained."""
        left: FloatArray = (self.blocks.ntc_c - readings_c(self.blocks, at)[0])[self.there]
        return left

    def cost(self, at: "FloatArray", score: "FloatArray") -> float:
        """Return what is to be made small."""
        left = solve_triangular(self.noise, self.left_k(at), lower=True)
        return float(left @ left + score @ score)

    def linear(self, at: "FloatArray") -> "tuple[FloatArray, FloatArray]":
        """Return how the weighed readings follow the unknowns, and what is left of them."""
        nudged = at + _NUDGE * np.eye(UNKNOWNS)
        told = readings_c(self.blocks, at, *nudged)[:, self.there]
        left = self.blocks.ntc_c[self.there] - told[0]
        rows = np.concatenate([(told[1:] - told[0]) / _NUDGE, left[None]])
        whole = solve_triangular(self.noise, rows.T, lower=True)
        return whole[:, :-1], whole[:, -1]


def _likeliest(seen: _Seen, middle: "FloatArray", root: "FloatArray", rounds: int) -> "FloatArray":
    """Return how far the likeliest unknowns lie from what was believed, by Gauss and Newton."""
    score: FloatArray = np.zeros(UNKNOWNS)
    for _ in range(rounds):
        slopes, left = seen.linear(middle + root @ score)
        bent = slopes @ root
        step = np.linalg.solve(bent.T @ bent + np.eye(UNKNOWNS), bent.T @ left - score)
        step *= min(1.0, _LARGEST / float(np.abs(step).max()))
        now = float(left @ left + score @ score)
        for _ in range(_HALVINGS):
            if seen.cost(middle + root @ (score + step), score + step) <= now:
                break
            step = 0.5 * step
        score = score + step
        if float(np.abs(step).max()) < _STILL:
            break
    return score


def _prior(blocks: "Blocks", kind: ThermalType, before: Belief) -> "tuple[FloatArray, FloatArray]":
    """Return mean and root of the covariance of all unknowns before the session."""
    known = blocks.air_c is not None
    middle: FloatArray = np.zeros(UNKNOWNS)
    middle[:STATE] = before.mean
    cov: FloatArray = np.zeros((UNKNOWNS, UNKNOWNS))
    cov[:STATE, :STATE] = before.cov
    start_sd_k = _START_SD_K + _LEFT_K * np.exp(-blocks.rest_s / _COOLS_S)
    places = np.arange(_SEAT, UNKNOWNS)
    cov[places, places] = np.square([
        *kind.session_sd,
        _AIR_SD_K if known else _AIR_UNKNOWN_SD_K,
        _DRIFT_SD_K_PER_H if known else _DRIFT_UNKNOWN_SD_K_PER_H,
        start_sd_k,
        start_sd_k,
    ])  # fmt: skip
    cov[_PIN, _AROUND] = cov[_AROUND, _PIN] = _TOGETHER * start_sd_k**2
    cov[_SEAT:, _SEAT:] *= kind.doubt**2
    middle[[_PIN, _AROUND]] = _START_K
    return middle, cholesky(cov, lower=True)


def discrepancy_k2(blocks: "Blocks", kind: ThermalType) -> "FloatArray":
    """Return the covariance of what two lumps miss of each block, beside the readings' noise."""
    at_s = np.arange(len(blocks.square_a2)) * blocks.dt_s
    wander = np.exp(-np.abs(at_s[:, None] - at_s[None, :]) / _WANDER_S)
    grown = 1.0 - np.exp(-(at_s + blocks.dt_s) / _GROWS_S)
    whole: FloatArray = kind.discrepancy_k**2 * grown[:, None] * wander * grown[None, :]
    for fast_s in _FAST_S:
        fading = _FAST_K * np.exp(-(at_s + 0.5 * blocks.dt_s) / fast_s)
        whole = whole + np.outer(fading, fading)
    return kind.doubt**2 * whole


def readings_c(blocks: "Blocks", *unknowns: "FloatArray") -> "FloatArray":
    """Return what the sensor would read if the unknowns were these."""
    z = np.stack(unknowns)
    first_c = blocks.first_c
    air_c = np.full(len(blocks.square_a2), first_c) if blocks.air_c is None else blocks.air_c
    one = np.empty((len(z), w.CANDIDATE))
    logs = z[:, : 1 + TRAITS].copy()
    for place, trait in enumerate(SEATED):
        logs[:, 1 + trait] += z[:, _SEAT + place]
    one[:, : 1 + TRAITS] = np.exp(np.clip(logs, -30.0, 30.0))
    one[:, w.PIN_C] = air_c[0] + z[:, _AIR] + z[:, _PIN]
    one[:, w.AROUND_C] = air_c[0] + z[:, _AIR] + z[:, _AROUND]
    one[:, w.OFFSET_K] = z[:, OFFSET]
    one[:, w.AIR_K] = z[:, _AIR]
    one[:, w.AIR_K_PER_S] = z[:, _DRIFT] / 3600.0
    told: FloatArray = w.read_c(one, blocks.dt_s, blocks.square_a2, air_c)
    return told


def _evidence(
    slopes: "FloatArray", left: "FloatArray", at: "FloatArray", middle: "FloatArray",
    root: "FloatArray",
) -> Evidence:  # fmt: skip
    """Average what only this session has away; what is left speaks of the state."""
    own = root[STATE:, STATE:]
    weight = slopes.T @ slopes
    push = slopes.T @ (left + slopes @ at)
    inner = weight[STATE:, STATE:] + cho_solve((own, True), np.eye(UNKNOWNS - STATE))
    push_own = push[STATE:] + cho_solve((own, True), middle[STATE:])
    across = np.linalg.solve(inner, weight[STATE:, :STATE])
    return Evidence(
        weight[:STATE, :STATE] - weight[:STATE, STATE:] @ across,
        push[:STATE] - across.T @ push_own,
    )
