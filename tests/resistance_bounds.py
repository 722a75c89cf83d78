"""What can be told of a contact after one hour by whoever knows the plant: a trained regression."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tests.resistance_nuisances import USUAL
from tests.resistance_plant import Fleet, Floats, Make, Seen, steady

_BLOCK, _PARTS, _BENT = 10, 24, 10
_RIDGE = 3.0


def one_hour_sd(make: Make, contact_sd: float, trained: int, judged: int) -> float:
    """Return the standard error of the contact's logarithm, its scatter being known beforehand."""
    scattered = replace(USUAL, contact_sd=contact_sd)
    seen, other = (
        Fleet(make, count, np.random.default_rng(seed), scattered).session(steady(make))
        for count, seed in ((trained, 5001), (judged, 5002))
    )
    told = _trained(_features(seen), np.log(seen.contact_ohm))
    return float(np.std(told(_features(other)) - np.log(other.contact_ohm)))


def not_known_before(sd: float, contact_sd: float) -> float:
    """Return what is left of a standard error without what was known beforehand."""
    return float(1.0 / np.sqrt(sd**-2 - contact_sd**-2))


def _features(seen: Seen) -> Floats:
    ntc_c, air_c = _means(seen.ntc_c), _means(seen.ambient_c)
    mean_c = air_c.mean(axis=1, keepdims=True)
    return np.hstack([ntc_c - mean_c, (air_c - mean_c)[:, ::6], mean_c - 20.0])


def _means(values: Floats) -> Floats:
    place = np.arange(values.shape[1])
    whole = np.array([
        np.interp(place, place[np.isfinite(row)], row[np.isfinite(row)]) for row in values
    ])  # fmt: skip
    means: Floats = whole.reshape(len(whole), -1, _BLOCK).mean(axis=2)
    return means


def _trained(features: Floats, truth: Floats) -> Callable[[Floats], Floats]:
    """Return a ridge regression on principal parts, and on products of the first of them."""
    middle = features.mean(axis=0)
    _, size, parts = np.linalg.svd(features - middle, full_matrices=False)
    scale = parts[:_PARTS].T / (size[:_PARTS] / np.sqrt(len(features)))

    def design(rows: Floats) -> Floats:
        scores = (rows - middle) @ scale
        first, second = np.triu_indices(_BENT)
        return np.hstack([np.ones((len(rows), 1)), scores, scores[:, first] * scores[:, second]])

    known = design(features)
    ridge = _RIDGE * np.eye(known.shape[1])
    ridge[0, 0] = 0.0
    weights = np.linalg.solve(known.T @ known + ridge, known.T @ truth)
    return lambda rows: design(rows) @ weights
