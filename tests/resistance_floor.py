"""What no forecast of a session can get below: what is yet to come, and what no sensor tells.

The forecaster here knows the connector, its seat and its vehicle, every temperature at the instant
from which it foretells, and the current to come. It does not know how wind and air at the plug will
wander from then on, nor the noise of the readings that it is held against, nor the true air: that
it has from its sensor, whose error of this session it may learn from the readings until then. What
that sensor always shows wrong, it knows.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tests.resistance_plant import SAMPLE_S, Fleet, Floats, Make
from tests.resistance_trials import blocks

_EXACT_K = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Mean absolute error of the best forecast, in kelvins, one reason after another."""

    noise_k: float
    """By the readings' own noise and steps."""
    wandering_k: float
    """And by wind and air that wander."""
    air_sensor_k: float
    """And by the error of the air's sensor."""


class _Calm:
    """A generator that goes on as it would have, and from some second on lets nothing happen."""

    def __init__(self, rng: np.random.Generator, until_s: float, warmer_k: float) -> None:
        self._rng, self._left = rng, round(until_s)
        self._cooler = warmer_k
        self._over = False

    def standard_normal(self, size: Any = None) -> Any:
        drawn = self._rng.standard_normal(size)
        if isinstance(size, tuple) and size[0] == 2:
            self._left -= 1
            self._over = self._left < 0
        return np.zeros_like(drawn) if self._over else drawn

    def random(self, size: Any) -> Any:
        """Let nothing be missing, and the start be as warm as it was in other air."""
        drawn = self._rng.random(size)
        return np.ones_like(drawn) if self._over else drawn - self._cooler


def floor_k(make: Make, current_a: Floats, count: int, known_s: float, seed: int) -> Floor:
    """Return the floor of forecasts of a session from its first *known_s* on."""
    fleet = Fleet(make, count, np.random.default_rng(seed))
    foretold_c = _foretold_c(fleet, current_a, known_s, 0.0)
    by_air = _foretold_c(fleet, current_a, known_s, 1.0) - foretold_c
    n, rng = fleet.nuisances, np.random.default_rng(seed + 1)
    seen = fleet.session(current_a)
    told = [blocks(seen, place) for place in range(count)]
    read_c = np.array([row.ntc_c for row in told])
    known = round(known_s / told[0].dt_s)
    wander_k = read_c - foretold_c
    block_var = (n.ntc_noise_k**2 + n.resolution_k**2 / 12.0) / (told[0].dt_s / SAMPLE_S)
    early = np.square(by_air[:, :known]).sum(axis=1)
    left_k = (n.ambient_session_k**-2 + early / block_var) ** -0.5 * rng.standard_normal(count)
    noise_k = np.sqrt(block_var) * rng.standard_normal(read_c.shape)
    return Floor(
        noise_k=_mean(noise_k[:, known:]),
        wandering_k=_mean(wander_k[:, known:]),
        air_sensor_k=_mean((wander_k + left_k[:, None] * by_air)[:, known:]),
    )


def _foretold_c(fleet: Fleet, current_a: Floats, known_s: float, warmer_k: float) -> Floats:
    """Return the readings as they are to be expected, of air so much warmer than it is."""
    calm = deepcopy(fleet)
    chance = _Calm(calm.rng, known_s, warmer_k / fleet.nuisances.warm_start_k)
    calm.rng = chance  # type: ignore[assignment]
    calm.nuisances = replace(fleet.nuisances, resolution_k=_EXACT_K)
    seen = calm.session(current_a, 20.0 + warmer_k)
    return np.array([blocks(seen, place).ntc_c for place in range(fleet.count)])


def _mean(apart_k: Floats) -> float:
    return float(np.nanmean(np.abs(apart_k)))
