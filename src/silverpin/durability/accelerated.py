"""Fits of life tests: log-life linear in stresses, most specimens perhaps still alive at the end.

A specimen's log-life is b0 + b1 x1 + b2 x2 + ... + sigma e, with e normal (lognormal lives) or of
the smallest extreme value (Weibull lives). Arrhenius has one stress, 1/(k T); Peck adds the
logarithm of humidity, Coffin and Manson that of the range. Needs numpy and scipy (extra `life`).

References
----------
.. [1] W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data, Wiley, 1998, ch. 17.
.. [2] W. Nelson, Accelerated Testing, Wiley, 1990.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtri

from silverpin.physics.constants import BOLTZMANN_EV_PER_K, ZERO_CELSIUS_K

Floats = NDArray[np.float64]
GRADIENT_MAX = 1e-7
LOG_ROOT_2_PI = 0.9189385332046727


class Scatter(Enum):
    """How the lives of equal specimens under equal stress scatter."""

    LOGNORMAL = "lognormal"
    WEIBULL = "Weibull"

    def logs(self, z: Floats) -> tuple[Floats, Floats]:
        """Return the logarithms of density and survival at standard scores."""
        if self is Scatter.LOGNORMAL:
            return -0.5 * z * z - LOG_ROOT_2_PI, log_ndtr(-z)
        return z - np.exp(z), -np.exp(z)

    def slopes(self, z: Floats) -> tuple[Floats, Floats]:
        """Return how both logarithms change with the score."""
        if self is Scatter.LOGNORMAL:
            density, survival = self.logs(z)
            return -z, -np.exp(density - survival)
        return 1.0 - np.exp(z), -np.exp(z)

    def score(self, share: float) -> float:
        """Return the standard score below which a share of the specimens has failed."""
        if self is Scatter.LOGNORMAL:
            return float(ndtri(share))
        return float(np.log(-np.log1p(-share)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeTest:
    """A row a specimen, or a row for several alike; lives run to the failure or to the end."""

    hours: Floats
    failed: NDArray[np.bool_]
    count: Floats
    stresses: Floats
    """A column a stress."""

    def __post_init__(self) -> None:
        rows = len(self.hours)
        if self.stresses.ndim != 2 or {rows} != {
            len(column) for column in (self.failed, self.count, self.stresses)
        }:
            raise ValueError("a life test needs hours, failed, count and stresses in every row")
        if not (self.hours > 0.0).all():
            raise ValueError(f"row {int(np.argmin(self.hours > 0.0))}: hours must be above 0")
        failures = float(self.count[self.failed].sum())
        unknown = self.stresses.shape[1] + 2
        if failures < unknown:
            raise ValueError(
                f"{failures:g} failures cannot settle {unknown} numbers: test longer, or leave a "
                "stress out"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLife:
    """A fitted life model; natural logarithms of hours."""

    scatter: Scatter
    intercept: float
    slopes: tuple[float, ...]
    """One a stress; for `inverse_kt` it is the activation energy in eV."""
    sigma: float
    log_likelihood: float
    covariance: Floats
    """Of intercept, slopes and ln(sigma), by the observed information."""

    def hours(self, share_failed: float, *stresses: float) -> float:
        """Return the age at which a share has failed under given stresses."""
        location = self.intercept + sum(
            slope * stress for slope, stress in zip(self.slopes, stresses, strict=True)
        )
        return float(np.exp(location + self.sigma * self.scatter.score(share_failed)))

    def hours_band(
        self, share_failed: float, *stresses: float, level: float = 0.9
    ) -> tuple[float, float]:
        """Return the band of that age which the test leaves, by the spread of the estimates.

        It knows nothing of the law being wrong outside the stresses that were tested.
        """
        weights = np.array([1.0, *stresses, self.sigma * self.scatter.score(share_failed)])
        error = float(np.sqrt(weights @ self.covariance @ weights))
        reach = float(np.exp(ndtri((1.0 + level) / 2.0) * error))
        middle = self.hours(share_failed, *stresses)
        return middle / reach, middle * reach


def inverse_kt(temp_c: ArrayLike) -> Floats:
    """Return Arrhenius' stress, 1/(k T). [1/eV]"""
    kelvin = np.asarray(temp_c, dtype=np.float64) + ZERO_CELSIUS_K
    return 1.0 / (BOLTZMANN_EV_PER_K * kelvin)


def fit(test: LifeTest, scatter: Scatter) -> LogLife:
    """Fit by maximum likelihood; the stresses are scaled inside, so their units do not matter."""
    rows = len(test.hours)
    middle = test.stresses.mean(axis=0)
    width = np.where(np.ptp(test.stresses, axis=0) > 0.0, test.stresses.std(axis=0), 1.0)
    design = np.column_stack([np.ones(rows), (test.stresses - middle) / width])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("the stresses do not vary apart from each other: leave one out")
    found = minimize(
        _loss, _start(test, design), args=(test, design, scatter), jac=True,
        method="BFGS", options={"gtol": GRADIENT_MAX},
    )  # fmt: skip
    if not np.isfinite(found.fun) or np.abs(found.jac).max() > 1e-3:
        raise ValueError(f"the {scatter.value} fit did not settle: {found.message}")
    unscale = _unscale(middle, width)
    information = _information(found.x, test, design, scatter)
    values = unscale @ found.x
    return LogLife(
        scatter=scatter,
        intercept=float(values[0]),
        slopes=tuple(float(value) for value in values[1:-1]),
        sigma=float(np.exp(values[-1])),
        log_likelihood=-float(found.fun),
        covariance=unscale @ np.linalg.inv(information) @ unscale.T,
    )


def _start(test: LifeTest, design: Floats) -> Floats:
    """Begin with the line through what failed, as if the rest did not exist."""
    line, *_ = np.linalg.lstsq(design[test.failed], np.log(test.hours[test.failed]), rcond=None)
    return np.append(line, 0.0)


def _loss(values: Floats, test: LifeTest, design: Floats, scatter: Scatter) -> tuple[float, Floats]:
    """Return the negative log-likelihood and its gradient in the scaled terms and ln(sigma)."""
    sigma = np.exp(values[-1])
    logs = np.log(test.hours)
    z = (logs - design @ values[:-1]) / sigma
    density, survival = scatter.logs(z)
    density_slope, survival_slope = scatter.slopes(z)
    each = np.where(test.failed, density - values[-1] - logs, survival)
    slope = test.count * np.where(test.failed, density_slope, survival_slope)
    gradient = np.append(
        -(slope @ design) / sigma, -(slope @ z) - float(test.count[test.failed].sum())
    )
    return -float(test.count @ each), -gradient


def _information(values: Floats, test: LifeTest, design: Floats, scatter: Scatter) -> Floats:
    """Return the curvature of the loss, by central differences of its gradient."""
    step = 1e-5
    columns = []
    for place in range(len(values)):
        nudge = np.zeros(len(values))
        nudge[place] = step
        above: Any = _loss(values + nudge, test, design, scatter)[1]
        below: Any = _loss(values - nudge, test, design, scatter)[1]
        columns.append((above - below) / (2.0 * step))
    curvature: Floats = np.array(columns)
    return 0.5 * curvature + 0.5 * curvature.T


def _unscale(middle: Floats, width: Floats) -> Floats:
    """Return the linear map from scaled to plain terms; ln(sigma) passes unchanged."""
    size = len(middle) + 2
    matrix = np.eye(size)
    for place, (centre, scale) in enumerate(zip(middle, width, strict=True), start=1):
        matrix[place, place] = 1.0 / scale
        matrix[0, place] = -centre / scale
    return matrix
