"""One observed state of one connector, followed to the level at which it ends.

The state starts somewhere, grows as a power of a clock that is told (matings, mated hours,
ampere-seconds broken), wanders about that as a random walk, and is read with an error:

    y(n) = start + gain (n / now)^p + W(n) + e

Power, wander and the size of the errors are weighed over a grid by how well they foretell the
readings; start and gain are solved for in closed form. What physics says of the life weighs in, so
few readings leave a band that is wide, and no readings leave the prior.

References
----------
.. [1] C. J. Lu, W. Q. Meeker, Using degradation measures to estimate a time-to-failure
   distribution, Technometrics 35, 161 (1993).
.. [2] C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning, MIT Press, 2006,
   ch. 2.7.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.prior import SCORE_95

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from silverpin.durability.prior import Prior
    from silverpin.durability.record import FloatArray

LEAST_READINGS = 4
MOST_READINGS = 48
"""More are averaged in blocks, which lose nothing that grows slowly."""
DRAWS = 3000
_WANDERS = (0.0, 0.1, 0.5, 2.5)
"""Variance of the random walk until now, against that of a reading."""
_SIZE = 2.0
"""Weight, in halves of a reading, of the error that the instrument is said to have."""
_SOON, _NEAR = 0.3, 3.0
"""So many present ages are walked in small and in even steps, the rest in growing ones."""
_FALLS = -9.0 * np.log(10.0)
"""How much less a way that does not rise is believed than the most that any is, in logarithms."""
_FAR_LIVES = 5.0
"""How far the way ahead goes, in lives at the prior's 95th percentile; what goes on ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What was read of one state, by a clock that rises."""

    clock: "FloatArray"
    state: "FloatArray"
    sd: "FloatArray"
    """Of each reading, as the instrument is said to err; how large it is all in all is learned."""

    def __post_init__(self) -> None:
        if not len(self.clock) == len(self.state) == len(self.sd):
            raise ValueError("clock, state and sd need a value for each reading")
        if len(self) and not (self.clock[0] >= 0.0 and (np.diff(self.clock) > 0.0).all()):
            raise ValueError("the clock of readings starts at 0 or later and rises")
        if len(self.clock) < LEAST_READINGS:
            raise ValueError(f"{len(self)} readings tell no trend: at least {LEAST_READINGS}")
        if not (np.isfinite(self.state).all() and (self.sd > 0.0).all()):
            raise ValueError("states must be numbers and their sd above 0: leave out what is not")

    def __len__(self) -> int:
        return len(self.clock)

    def thinned(self) -> "Readings":
        """Return at most `MOST_READINGS`, each the mean of as many neighbours.

        The last stays alone: what is left counts from it.
        """
        if len(self) <= MOST_READINGS:
            return self
        rows = np.arange(len(self))
        blocks = [*np.array_split(rows[:-1], MOST_READINGS - 1), rows[-1:]]
        return Readings(
            clock=np.array([self.clock[rows].mean() for rows in blocks]),
            state=np.array([self.state[rows].mean() for rows in blocks]),
            sd=np.array([np.sqrt((self.sd[rows] ** 2).sum()) / len(rows) for rows in blocks]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What is known of a state before it is read."""

    start: float
    start_sd: float
    end: float
    """The level at which the connector is worn out; above the start."""
    life: "Prior"
    """Of the clock."""
    power: float = 1.0
    power_sd: float = 0.15
    """How the law of the mechanism may be bent."""

    def __post_init__(self) -> None:
        if not self.end > self.start:
            raise ValueError(f"a state ends above its start, {self.end:g} not above {self.start:g}")
        if self.life.exact:
            raise ValueError(
                f"no life is known to be {self.life.p50:g}: give a prior with a spread"
            )


class _Way(NamedTuple):
    """One power and one wander, with all that follows from them in closed form."""

    log_evidence: float
    power: float
    wander: float
    """Variance of the walk until now, against that of a reading of size 1."""
    middle: "FloatArray"
    """Of start and gain."""
    factor: "FloatArray"
    """Cholesky factor of their covariance, for errors of size 1."""
    shape: float
    rate: float
    """Gamma law of the inverse square of the size of the errors."""
    pull: "FloatArray"
    """What the walk is now, for each reading's distance from the smooth way."""
    walk_sd: float
    """What that leaves open, for errors of size 1."""


class Seen(NamedTuple):
    """Readings in the measure in which they grow, and what is known of that."""

    readings: Readings
    growth: Growth


def remaining_clock(seen: "Sequence[Seen]", rng: np.random.Generator) -> "FloatArray":
    """Return draws of what is left of the clock after the last reading.

    The same readings may be seen in several ways, where a parameter of their law is not known; each
    then counts as far as it foretells them.
    """
    ways = [(each, way) for each, found in _ways(seen) for way in found]
    logs = np.array([way.log_evidence for _, way in ways])
    weight = np.exp(logs - logs.max())
    counts = rng.multinomial(DRAWS, weight / weight.sum())
    drawn = [
        _drawn(way, int(count), each, rng)
        for (each, way), count in zip(ways, counts, strict=True)
        if count
    ]
    left, log_believed = (np.concatenate(part) for part in zip(*drawn, strict=True))
    believed = np.exp(log_believed - log_believed.max())
    chosen: FloatArray = rng.choice(left, DRAWS, p=believed / believed.sum())
    return chosen


def _ways(seen: "Sequence[Seen]") -> "Iterator[tuple[Seen, list[_Way]]]":
    """Yield each with its powers and wanders; neighbours that differ in their end share them."""
    before: Seen | None = None
    found: list[_Way] = []
    for each in seen:
        if before is None or not _alike(each, before):
            found = [
                _way(each.readings, each.growth, power, wander)
                for power in _powers(each.growth)
                for wander in _WANDERS
            ]
        before = each
        yield each, found


def _alike(one: Seen, other: Seen) -> bool:
    return one.readings is other.readings and replace(one.growth, end=other.growth.end) == (
        other.growth
    )


def _powers(growth: Growth) -> "FloatArray":
    powers: FloatArray = growth.power * np.exp(growth.power_sd * np.linspace(-2.5, 2.5, 11))
    return powers


def _way(readings: Readings, growth: Growth, power: float, wander: float) -> _Way:
    """Solve for start and gain, given the rest (conjugate normal and gamma)."""
    share = readings.clock / readings.clock[-1]
    variance = float(np.mean(readings.sd**2)) * wander
    walk = variance * np.minimum(share[:, None], share)
    design = np.column_stack([np.ones(len(share)), share**power])
    covariance = walk + np.diag(readings.sd**2)
    inverse = np.linalg.inv(covariance)
    believed = np.diag([growth.start_sd**-2, 1e-12])
    precision = design.T @ inverse @ design + believed
    aim = design.T @ inverse @ readings.state + believed @ np.array([growth.start, 0.0])
    middle = np.linalg.solve(precision, aim)
    away = readings.state - design @ middle
    misfit = away @ inverse @ away + (middle[0] - growth.start) ** 2 / growth.start_sd**2
    shape, rate = 0.5 * (_SIZE + len(share)), 0.5 * (_SIZE + misfit)
    bend = np.log(power / growth.power) / growth.power_sd
    in_errors = np.log(readings.sd).sum()  # so that several measures of one state compare
    log_evidence = (
        in_errors - 0.5 * np.linalg.slogdet(covariance)[1] - 0.5 * np.linalg.slogdet(precision)[1]
        - shape * np.log(rate) - 0.5 * bend**2
    )  # fmt: skip
    pull = (variance * share) @ inverse
    return _Way(
        float(log_evidence), power, variance, middle,
        np.linalg.cholesky(np.linalg.inv(precision)), shape, float(rate), pull,
        float(np.sqrt(max(variance - pull @ (variance * share), 0.0))),
    )  # fmt: skip


def _drawn(
    way: _Way, count: int, seen: Seen, rng: np.random.Generator
) -> "tuple[FloatArray, FloatArray]":
    """Return what is left of the clock in draws, and as logarithms how far physics believes it."""
    readings, growth = seen
    size = 1.0 / np.sqrt(rng.gamma(way.shape, 1.0 / way.rate, count))
    start, gain = way.middle[:, None] + size * (way.factor @ rng.standard_normal((2, count)))
    last = float(readings.clock[-1])
    share = readings.clock / last
    smooth = start[:, None] + gain[:, None] * share**way.power
    walk = (readings.state - smooth) @ way.pull + size * way.walk_sd * rng.standard_normal(count)
    way_ahead = _way_ahead(growth, last)
    steps = np.diff(way_ahead, prepend=0.0)
    walked = np.cumsum(np.sqrt(steps * way.wander) * rng.standard_normal((count, len(steps))), 1)
    ahead = start[:, None] + gain[:, None] * (1.0 + way_ahead) ** way.power
    ahead += walk[:, None] + size[:, None] * walked
    left = _crossing(start + gain + walk, ahead, way_ahead, growth.end)
    prior_sd = np.log(growth.life.p95 / growth.life.p05) / (2.0 * SCORE_95)
    apart = np.log((1.0 + left) * last / growth.life.p50) / prior_sd
    log_believed = way.power * np.log1p(left) - 0.5 * apart**2
    return left * last, np.where(gain > 0.0, log_believed, _FALLS + log_believed.max())


def _way_ahead(growth: Growth, last: float) -> "FloatArray":
    """Return where the way ahead is walked, in present ages from now."""
    furthest = max(_FAR_LIVES * growth.life.p95 / last, 10.0 * _NEAR)
    soon = np.linspace(0.0, _SOON, 60)[1:]
    near, far = np.linspace(_SOON, _NEAR, 60)[1:], np.geomspace(_NEAR, furthest, 50)[1:]
    return np.concatenate([soon, near, far])


def _crossing(
    now: "FloatArray", ahead: "FloatArray", way_ahead: "FloatArray", end: float
) -> "FloatArray":
    """Return when each way first reaches its end, in present ages from now."""
    path = np.column_stack([now, ahead])
    clock = np.concatenate([[0.0], way_ahead])
    reached = path >= end
    first = reached.argmax(axis=1)
    rows, before = np.arange(len(path)), np.maximum(first - 1, 0)
    low, high = path[rows, before], path[rows, first]
    part = np.divide(end - low, high - low, out=np.zeros(len(path)), where=high > low)
    crossing = clock[before] + part.clip(0.0, 1.0) * (clock[first] - clock[before])
    crossing = np.where(first == 0, 0.0, crossing)
    left: FloatArray = np.where(reached.any(axis=1), crossing, clock[-1])
    return left
