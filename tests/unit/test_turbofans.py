"""Survival laws on data that we had no part in: engines that were run to failure (C-MAPSS FD001).

What is left at a look is a life whose law depends on what was seen; looks from which nothing shows
yet are censored at 125 cycles. A boosted tree on the same features stands beside it.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from silverpin.durability.accelerated import LifeTest, LogLife, Scatter, fit
from tests.turbofans import NEW_CYCLES, Floats, Looks, training, unseen

RIDGE = 10.0


@pytest.fixture
def looks(data_dir: Path) -> tuple[Looks, Looks]:
    folder = data_dir / "prognostics"
    if not folder.is_dir():
        pytest.skip(f"no run-to-failure data in {folder}")
    return training(folder, 12, np.random.default_rng(1)), unseen(folder)


def stresses(known: Looks) -> Callable[[Floats], Floats]:
    """Return how features become stresses: one measure of health, its square, and the age."""
    middle, spread = known.features.mean(axis=0), known.features.std(axis=0)

    def terms(features: Floats) -> Floats:
        return np.column_stack([np.ones(len(features)), (features - middle) / spread])

    design = terms(known.features)
    normal = design.T @ design + RIDGE * np.eye(design.shape[1])
    weights = np.linalg.solve(normal, design.T @ np.minimum(known.left, NEW_CYCLES))

    def stress(features: Floats) -> Floats:
        health = terms(features) @ weights / 50.0
        return np.column_stack([health, health**2, np.log(features[:, -1])])

    return stress


def law_of(known: Looks, stress: Callable[[Floats], Floats]) -> LogLife:
    test = LifeTest(
        hours=np.minimum(known.left, NEW_CYCLES), failed=known.left <= NEW_CYCLES,
        count=np.ones(len(known.left)), stresses=stress(known.features),
    )  # fmt: skip
    return max((fit(test, scatter) for scatter in Scatter), key=lambda law: law.log_likelihood)


def ages(law: LogLife, share: float, stress: Floats) -> Floats:
    return np.array([law.hours(share, *row) for row in stress])


def error(foretold: Floats, true: Floats) -> float:
    """Return the root of the mean square, both capped as is usual."""
    apart = np.minimum(foretold, NEW_CYCLES) - np.minimum(true, NEW_CYCLES)
    return float(np.sqrt(np.mean(apart**2)))


def test_the_ends_of_unseen_engines_are_foretold_with_bands_that_hold(
    looks: tuple[Looks, Looks],
) -> None:
    known, other = looks
    stress = stresses(known)
    law = law_of(known, stress)
    seen = stress(other.features)
    assert error(ages(law, 0.5, seen), other.left) < 17.0
    low, high = ages(law, 0.05, seen), ages(law, 0.95, seen)
    assert 0.86 <= np.mean((low <= other.left) & (other.left <= high)) <= 0.98
    assert np.mean(low <= other.left) >= 0.93
    by_age = float(np.median(np.minimum(known.left, NEW_CYCLES)))
    assert error(np.full(100, by_age), other.left) > 2.0 * error(ages(law, 0.5, seen), other.left)


@pytest.mark.long
def test_a_boosted_tree_is_better_by_less_than_three_cycles(looks: tuple[Looks, Looks]) -> None:
    ensemble = pytest.importorskip("sklearn.ensemble", reason="scikit-learn is in the oracles")
    known, other = looks
    stress = stresses(known)
    ours = error(ages(law_of(known, stress), 0.5, stress(other.features)), other.left)
    tree = ensemble.HistGradientBoostingRegressor(max_iter=150, learning_rate=0.05, random_state=1)
    tree.fit(known.features, np.minimum(known.left, NEW_CYCLES))
    theirs = error(tree.predict(other.features), other.left)
    print(f"root mean square error in cycles: ours {ours:.1f}, boosted tree {theirs:.1f}")
    assert theirs - 1.0 <= ours <= theirs + 3.0
