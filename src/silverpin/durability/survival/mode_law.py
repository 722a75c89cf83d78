"""The law of one failure mode: log-life linear in use, with sites and parts that share a spread.

ln(matings to the failure) = intercept - clock (ln(hours per mating) - 1) + site + part + sigma e.
A clock of 0 says that matings alone bring the mode, 1 that mated hours do. Connectors that
something else ended, or nothing, only say that this mode came later. What physics knows beforehand
comes in as priors, so a mode of which few failures were seen stays where physics puts it; sites and
parts come from normal laws around 0 whose spread the fleet itself tells (empirical Bayes by
Laplace's approximation). Needs the extra `life`.

References
----------
.. [1] W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data, Wiley, 1998, ch. 15.
.. [2] A. Gelman et al., Bayesian Data Analysis, 3rd ed., CRC Press, 2013, ch. 5 and 13.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import ndtri_exp

from silverpin.durability.accelerated import Scatter
from silverpin.durability.prior import SCORE_95

if TYPE_CHECKING:
    from silverpin.durability.prior import Prior
    from silverpin.durability.record import FloatArray
    from silverpin.durability.survival.cohort import Cohort, Use, Whole

SPREADS = (0.1, 0.3, 0.6)
"""How far sites and parts may differ: the fleet chooses."""
_BEGUN_DAYS = 1e-3
_FIXED = 3
"""Intercept, clock and ln(sigma) come before the groups."""
_SIGMA = (-3.0, 2.0)
"""Within which ln(sigma) is sought."""
_USUAL_LOG_H = 1.0
"""About three hours to a mating: where the intercept stands, so that it and the clock part."""


class Normal(NamedTuple):
    """What is believed of a number beforehand."""

    mean: float
    sd: float


_EITHER_CLOCK = Normal(0.5, 0.4)
_WEARS = Normal(-0.5, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What physics says of a mode before the fleet is asked."""

    intercept: Normal
    """Of ln(matings) at the middle."""
    clock: Normal = _EITHER_CLOCK
    log_sigma: Normal = _WEARS

    @classmethod
    def of(cls, life_matings: "Prior") -> "Belief":
        """Return what a prior of the middle life says."""
        spread = np.log(life_matings.p95 / life_matings.p05) / (2.0 * SCORE_95)
        return cls(intercept=Normal(float(np.log(life_matings.p50)), max(float(spread), 0.05)))


VAGUE = Belief(intercept=Normal(9.0, 5.0), clock=Normal(0.5, 1.0), log_sigma=Normal(-0.5, 1.0))
"""Nothing that would matter beside some failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeLaw:
    """A fitted law of one mode."""

    scatter: Scatter
    values: "FloatArray"
    sites: int
    spread: float
    """Of sites and of parts."""
    evidence: float
    """Logarithm of how well this spread and scatter foretold the fleet."""
    failures: int
    cov: "FloatArray | None" = None
    """Of `values`, as far as the fleet leaves them open; None takes them as known."""

    @property
    def sigma(self) -> float:
        """Return how lives of equal connectors scatter, in logarithms."""
        return float(np.exp(self.values[2]))

    @property
    def clock(self) -> float:
        """Return by which clock it comes: 0 by matings, 1 by mated hours."""
        return float(self.values[1])

    def log_days(self, use: "Use") -> "FloatArray":
        """Return the logarithm of the days at standard score 0."""
        sites, parts = np.split(self.values[_FIXED:], [self.sites])
        middle: FloatArray = (
            self.values[0]
            - self.clock * (use.log_h_per_mating - _USUAL_LOG_H)
            + _of_group(sites, use.site)
            + _of_group(parts, use.part)
            - np.log(use.matings_per_day)
        )
        return middle

    def left_days(
        self, use: "Use", alive_at_days: float, rng: np.random.Generator, size: int
    ) -> "FloatArray":
        """Draw what this mode leaves of connectors that have come so far; of one, *size* times."""
        slower = np.exp(self._unsure(use) * rng.standard_normal(size))
        already = self.log_survival(max(alive_at_days, _BEGUN_DAYS) / slower, use)
        ages = slower * self.ages(already + np.log(rng.uniform(size=size)), use)
        left: FloatArray = np.maximum(ages - alive_at_days, 0.0)
        return left

    def _unsure(self, use: "Use") -> "FloatArray":
        """Return the standard deviation of `log_days`, by what the fleet leaves open."""
        if self.cov is None:
            return np.zeros(len(use))
        design = _design(use, self.sites, len(self.values) - _FIXED - self.sites)
        known = np.einsum("ij,jk,ik->i", design, self.cov, design)
        foreign = 2.0 - design[:, _FIXED:].sum(axis=1)
        sd: FloatArray = np.sqrt(np.maximum(known, 0.0) + foreign * self.spread**2)
        return sd

    def log_survival(self, days: "FloatArray", use: "Use") -> "FloatArray":
        """Return the logarithm of the share that this mode leaves; days may be rows of ages."""
        return self.scatter.logs((np.log(days) - self.log_days(use)) / self.sigma)[1]

    def ages(self, log_share: "FloatArray", use: "Use") -> "FloatArray":
        """Return the days at which logarithms of shares are left by this mode."""
        days: FloatArray = np.exp(self.log_days(use) + self.sigma * self._score(log_share))
        return days

    def _score(self, log_share: "FloatArray") -> "FloatArray":
        """Return the standard score at which logarithms of shares are left."""
        weibull = self.scatter is Scatter.WEIBULL
        score: FloatArray = np.log(-log_share) if weibull else -ndtri_exp(log_share)
        return score


def _of_group(effects: "FloatArray", group: "Whole") -> "FloatArray":
    """Return each connector's effect, 0 where its group is new to the fleet."""
    known = (group >= 0) & (group < len(effects))
    effect: FloatArray = np.where(known, np.append(effects, 0.0)[np.where(known, group, -1)], 0.0)
    return effect


def _design(use: "Use", sites: int, parts: int) -> "FloatArray":
    """Return a column for each number that is sought; that of ln(sigma) is empty."""
    design: FloatArray = np.zeros((len(use), _FIXED + sites + parts))
    design[:, 0] = 1.0
    design[:, 1] = _USUAL_LOG_H - use.log_h_per_mating
    for first, size, group in ((_FIXED, sites, use.site), (_FIXED + sites, parts, use.part)):
        known = np.flatnonzero((group >= 0) & (group < size))
        design[known, first + group[known]] = 1.0
    return design


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What one fit goes through again and again."""

    design: "FloatArray"
    logs: "FloatArray"
    failed: "NDArray[np.bool_]"
    middle: "FloatArray"
    sd: "FloatArray"
    scatter: Scatter

    def loss(self, values: "FloatArray") -> tuple[float, "FloatArray"]:
        """Return what is minimised, and its slope: likelihood and beliefs together."""
        log_sigma, sigma = values[2], np.exp(values[2])
        z = (self.logs - self.design @ values) / sigma
        density, survival = self.scatter.logs(z)
        density_slope, survival_slope = self.scatter.slopes(z)
        slope = np.where(self.failed, density_slope, survival_slope)
        each = np.where(self.failed, density - log_sigma, survival)
        away = (values - self.middle) / self.sd
        gradient = (slope @ self.design) / sigma
        gradient[2] = slope @ z + self.failed.sum()
        return float(0.5 * away @ away - each.sum()), gradient + away / self.sd

    def curvature(self, values: "FloatArray") -> "FloatArray":
        """Return how the slope changes, by central differences."""
        step = 1e-4
        rows = [
            (self.loss(values + nudge)[1] - self.loss(values - nudge)[1]) / (2.0 * step)
            for nudge in step * np.eye(len(values))
        ]
        return 0.5 * (np.array(rows) + np.array(rows).T)

    def best(self) -> tuple["FloatArray", "FloatArray", float]:
        """Return the likeliest numbers, their covariance, and the logarithm of the evidence."""
        within = [_SIGMA if place == 2 else (None, None) for place in range(len(self.middle))]
        found = minimize(self.loss, self.middle, jac=True, method="L-BFGS-B", bounds=within)
        curvature = self.curvature(found.x)
        _, log_size = np.linalg.slogdet(curvature)
        evidence = -float(found.fun) - float(np.log(self.sd).sum()) - 0.5 * float(log_size)
        cov = np.linalg.inv(curvature).astype(np.float64)
        return found.x, cov, evidence


def fit_mode(
    cohort: "Cohort",
    mode: int,
    belief: Belief,
    spread: float | None = None,
    scatters: tuple[Scatter, ...] = tuple(Scatter),
) -> ModeLaw:
    """Fit one mode; the fleet chooses the scatter, and the spread of groups where none is given."""
    spreads = SPREADS if spread is None else (spread,)
    laws = [_fit(cohort, mode, belief, scatter, each) for scatter in scatters for each in spreads]
    return max(laws, key=lambda law: law.evidence)


def _fit(cohort: "Cohort", mode: int, belief: Belief, scatter: Scatter, spread: float) -> ModeLaw:
    use = cohort.use
    sites, parts = int(use.site.max()) + 1, int(use.part.max()) + 1
    if min(use.site.min(), use.part.min()) < 0:
        raise ValueError("sites and parts of a fleet that is learned from are numbered from 0")
    fixed = (belief.intercept, belief.clock, belief.log_sigma)
    task = _Task(
        design=_design(use, sites, parts),
        logs=np.log(cohort.days * use.matings_per_day),
        failed=cohort.mode == mode,
        middle=np.array([row.mean for row in fixed] + [0.0] * (sites + parts)),
        sd=np.array([row.sd for row in fixed] + [spread] * (sites + parts)),
        scatter=scatter,
    )
    values, cov, evidence = task.best()
    return ModeLaw(
        scatter=scatter, values=values, sites=sites, spread=spread, evidence=evidence,
        failures=int(task.failed.sum()), cov=cov,
    )  # fmt: skip
