"""Simulated fleets whose lives follow none of the laws that are fitted to them.

Four mechanisms compete: plating that is rubbed off in random steps (inverse Gaussian in matings),
springs that relax by mated hours (logarithm of time, each at its own temperature), rough hands
(exponential in the calendar, by site), and a few bad crimps that fail early (uniform). What is
recorded as the mode is the work order's word, and one in ten is wrong. All of it stands
here and nothing of it is known to the estimator. The scale of the lives was set so that 92 % of the
connectors live on the day on which a fleet is looked at; the rest was fixed before anything was
tried.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silverpin.durability.survival.cohort import ALIVE, Cohort, Use

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """How fleets scatter; `sd` of a factor is that of its logarithm."""

    sites: int = 30
    site_rate_sd: float = 0.35
    """How much busier one site is than another."""
    own_rate_sd: float = 0.35
    site_stay_sd: float = 0.5
    own_stay_sd: float = 0.3
    matings_per_day: float = 1.6
    h_per_mating: float = 4.0
    plating_matings: float = 5_300.0
    plating_part_factor: tuple[float, ...] = (1.0, 1.5, 0.8)
    plating_unit_sd: float = 0.25
    plating_step_cv: float = 0.15
    relaxed_h: float = 40_000.0
    relaxed_decade_sd: float = 0.22
    """Of the decades of time until a spring is too weak."""
    rough_per_year: float = 0.009
    rough_site_sd: float = 0.9
    bad_crimp_share: float = 0.015
    bad_crimp_h: float = 25_000.0
    mistaken_share: float = 0.1
    newest_part_since_years: float = 2.5
    """The third part is younger than the fleet."""
    watched_years: float = 6.0


USUAL = Nature()
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """One nature's sites; connectors are drawn from it as one likes."""

    nature: Nature
    site_rate: Floats
    site_stay: Floats
    site_rough: Floats

    @classmethod
    def of(cls, rng: np.random.Generator, nature: Nature = USUAL) -> "Fleet":
        rate, stay, rough = rng.standard_normal((3, nature.sites))
        return cls(
            nature=nature, site_rate=np.exp(nature.site_rate_sd * rate),
            site_stay=np.exp(nature.site_stay_sd * stay),
            site_rough=np.exp(nature.rough_site_sd * rough),
        )  # fmt: skip

    def connectors(self, rng: np.random.Generator, size: int) -> Use:
        """Return connectors that may stand in it."""
        nature = self.nature
        site = rng.integers(nature.sites, size=size)
        own_rate, own_stay = rng.standard_normal((2, size))
        matings = nature.matings_per_day * self.site_rate[site]
        matings = matings * np.exp(nature.own_rate_sd * own_rate)
        stay = nature.h_per_mating * self.site_stay[site] * np.exp(nature.own_stay_sd * own_stay)
        return Use(
            matings_per_day=matings, mated_h_per_day=np.minimum(matings * stay, 22.0),
            site=site, part=rng.integers(len(nature.plating_part_factor), size=size),
        )  # fmt: skip

    def lives(self, rng: np.random.Generator, use: Use) -> Floats:
        """Return the days to each of the four ends, a row each."""
        nature, size = self.nature, len(use)
        middle = nature.plating_matings * np.array(nature.plating_part_factor)[use.part]
        middle = middle * np.exp(nature.plating_unit_sd * rng.standard_normal(size))
        plating = rng.wald(middle, middle / nature.plating_step_cv**2) / use.matings_per_day
        decades = np.log10(nature.relaxed_h) + nature.relaxed_decade_sd * rng.standard_normal(size)
        relaxed = 10.0**decades / use.mated_h_per_day
        per_year = nature.rough_per_year * self.site_rough[use.site]
        rough = rng.exponential(DAYS_PER_YEAR / per_year)
        early_h = rng.uniform(0.0, nature.bad_crimp_h, size)
        early = np.where(
            rng.uniform(size=size) < nature.bad_crimp_share, early_h / use.mated_h_per_day, np.inf
        )
        return np.stack([plating, relaxed, rough, early])

    def watched(self, rng: np.random.Generator, use: Use) -> Cohort:
        """Return a fleet as an operator's books have it today."""
        return self.watched_with_ends(rng, use)[0]

    def watched_with_ends(self, rng: np.random.Generator, use: Use) -> tuple[Cohort, Floats]:
        """Return the same, and the age at which each of them truly ends."""
        nature, size = self.nature, len(use)
        lives = self.lives(rng, use)
        longest = np.where(use.part == 2, nature.newest_part_since_years, nature.watched_years)
        watched = DAYS_PER_YEAR * rng.uniform(0.05, longest)
        days = np.minimum(lives.min(axis=0), watched)
        mode = np.minimum(lives.argmin(axis=0), 2)  # a bad crimp is called rough hands
        mistaken = rng.uniform(size=size) < nature.mistaken_share
        mode = np.where(mistaken, rng.integers(3, size=size), mode)
        cohort = Cohort(
            use=use, days=np.maximum(days, 1e-3), watched_days=watched,
            mode=np.where(days < watched, mode, ALIVE),
        )  # fmt: skip
        return cohort, lives.min(axis=0)
