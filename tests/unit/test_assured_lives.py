"""Bounds that hold what they promise, in fleets whose lives follow none of the fitted laws."""

from dataclasses import dataclass

import numpy as np
import pytest

from silverpin.durability.survival.assured import FleetBounds
from silverpin.durability.survival.cohort import ALIVE, Cohort, Use
from tests.survival_fleets import DAYS_PER_YEAR, Fleet

YOUNG_DAYS, OLD_DAYS = 0.0, 2.0 * DAYS_PER_YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Share of connectors that outlived what was said, over fleets."""

    alive: float
    """Of the fleets that were learned from."""
    new: float
    used: float
    """Of connectors that had two years behind them."""
    fitted: float
    """Of new ones, by the quantile that the fitted law alone gives."""


def tried(fleets: int, size: int, first_seed: int = 0) -> Held:
    """Learn from *fleets*, then follow other connectors in them to their ends."""
    rows = []
    for seed in range(first_seed, first_seed + fleets):
        rng = np.random.default_rng(seed)
        fleet = Fleet.of(rng)
        cohort = fleet.watched(rng, fleet.connectors(rng, size))
        bounds = FleetBounds(cohort, rng)
        others = fleet.connectors(rng, 2000)
        ends = fleet.lives(rng, others).min(axis=0)
        old = ends > OLD_DAYS
        fitted = bounds.law.ages_at(np.array([0.1]), others, np.zeros(2000))[0]
        rows.append([
            1.0 - cohort.failed.mean(),
            np.mean(ends >= bounds.bounds(others, YOUNG_DAYS).days),
            np.mean(ends[old] >= bounds.bounds(others.only(old), OLD_DAYS).days),
            np.mean(ends >= fitted),
        ])  # fmt: skip
    alive, new, used, fitted = np.mean(rows, axis=0)
    return Held(alive=alive, new=new, used=used, fitted=fitted)


def test_nine_in_ten_outlive_their_bound_although_few_were_seen_to_fail() -> None:
    held = tried(fleets=8, size=600)
    assert 0.9 < held.alive < 0.94
    assert held.new > 0.88, "over eight fleets; the long test has a hundred"
    assert held.used > 0.88
    assert held.fitted < held.new, "the fitted law alone promises too much"


@pytest.mark.long
def test_it_is_so_over_thirty_fleets() -> None:
    held = tried(fleets=30, size=800, first_seed=1000)
    assert 0.91 < held.alive < 0.93
    assert held.new >= 0.89
    assert held.used >= 0.89
    assert held.fitted < 0.89


def a_fleet(size: int, lives_days: float, seed: int = 1) -> tuple[Cohort, Use]:
    """Return connectors of two parts with exponential lives, watched for up to 1000 days."""
    rng = np.random.default_rng(seed)
    use = Use(
        matings_per_day=np.ones(size), mated_h_per_day=np.full(size, 3.0),
        site=np.zeros(size, dtype=np.int64), part=np.arange(size) % 2,
    )  # fmt: skip
    lives = rng.exponential(lives_days, size)
    watched = rng.uniform(1.0, 1000.0, size)
    return Cohort(
        use=use, days=np.minimum(lives, watched), watched_days=watched,
        mode=np.where(lives < watched, 0, ALIVE),
    ), use  # fmt: skip


def test_a_bound_is_near_the_true_quantile_where_the_law_is_right() -> None:
    cohort, use = a_fleet(4000, 4000.0)
    told = FleetBounds(cohort, np.random.default_rng(2)).bounds(use)
    assert told.share == pytest.approx(0.1, abs=0.03)
    assert np.median(told.days) == pytest.approx(-4000.0 * np.log(0.9), rel=0.2)
    assert not told.capped.any()
    assert told.failures > 40


def test_no_bound_goes_beyond_what_the_fleet_was_watched_for() -> None:
    cohort, use = a_fleet(400, 100_000.0)
    told = FleetBounds(cohort, np.random.default_rng(2)).bounds(use)
    assert told.capped.all()
    assert told.days.max() < 1000.0


def test_too_small_a_fleet_leaves_the_answer_unknown() -> None:
    cohort, use = a_fleet(16, 300.0)
    told = FleetBounds(cohort, np.random.default_rng(2)).bounds(use, assurance=0.99)
    assert told.share is None
    assert not told.days.any()


def test_beyond_the_oldest_connector_of_the_fleet_the_answer_is_unknown() -> None:
    cohort, use = a_fleet(200, 2000.0)
    told = FleetBounds(cohort, np.random.default_rng(4)).bounds(use, alive_at_days=5000.0)
    assert told.share is None
    assert told.tried == 0


def test_one_seed_is_one_answer() -> None:
    cohort, use = a_fleet(200, 2000.0)
    first, again = (
        FleetBounds(cohort, np.random.default_rng(4)).bounds(use).days for _ in range(2)
    )
    assert np.array_equal(first, again)
