"""The leg of a walk: one seed, and the charger and nature that come from it.

The vehicle of one leg in some twenty talks. Their share is small because talking is slow; the
number is prime, so that they fall on every connector, grid and mood in turn.
"""

from dataclasses import replace
from random import Random
from typing import NamedTuple

from silverpin.apps.world import WorldSetup
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.grid_profiles import GRID_PROFILES

LEG_TICKS = 25_000
_TALKS_EVERY, _TALKS_AT = 19, 17


class Leg(NamedTuple):
    """One piece of a walk; its seed says everything but its length."""

    seed: int
    ticks: int
    setup: WorldSetup


def leg_of(seed: int, ticks: int = LEG_TICKS) -> Leg:
    """Return the leg of *seed*: connectors and grids in turn, warm and cold, full and empty."""
    rng = Random(f"setup of {seed}")
    connectors, profiles = tuple(CONNECTOR_SETS), tuple(GRID_PROFILES)
    setup = WorldSetup(
        connector=connectors[seed % len(connectors)],
        profile=profiles[seed // len(connectors) % len(profiles)],
        power_max_w=rng.choice((7_000.0, 22_000.0, 60_000.0)),
        ambient_c=rng.uniform(-20.0, 40.0),
        battery_kwh=rng.choice((2.0, 20.0, 80.0)),
        state_of_charge=rng.uniform(0.08, 0.98),
        slew_a_per_s=rng.choice((20.0, 50.0, 150.0)),
    )
    return Leg(seed, ticks, _talking(seed, setup) if talks(seed) else setup)


def talks(seed: int) -> bool:
    """Return whether the vehicle of this leg talks."""
    return seed % _TALKS_EVERY == _TALKS_AT


def _talking(seed: int, setup: WorldSetup) -> WorldSetup:
    """Return *setup* with a vehicle that talks; one without limits in its loop talks on DC alone.

    An AC vehicle of ISO 15118-2 tells its limits once and then keeps to them itself, which the
    simulated one leaves to its charger.
    """
    rng = Random(f"talk of {seed}")
    if CONNECTOR_SETS[setup.connector].direct_current:
        return replace(setup, talks=True, speaks=rng.choice(("iso20", "iso20", "iso2", "din")))
    return replace(setup, talks=True, vehicle_phases=rng.choice((1, 3, 3)))
