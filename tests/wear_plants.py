"""Connectors that wear by ways of their own, for predictions of what is left to be tried.

Nothing here is known to the estimator. Plating goes in gamma steps whose rate is the connector's
own and higher while it is run in; a resistance has a part that does not age beside the contact,
whose force falls with warm hours that come and go by season; a contactor loses what each opening
burns, some far more than others; a spring relaxes with the logarithm of time. Instruments err as
their data sheets say, and one reading in twenty-five never arrives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nuisances:
    """How connectors and instruments scatter; `sd` of a factor is that of its logarithm."""

    plating_um: float = 7.0
    plating_sd: float = 0.05
    """Of its thickness when new."""
    wear_um_per_mating: float = 0.0009
    wear_sd: float = 0.5
    wear_step_cv: float = 2.0
    run_in: float = 0.8
    """How much faster the first matings wear, and over how many."""
    run_in_matings: float = 300.0
    gauge_um: float = 0.3
    gauge_bias_sd: float = 0.02
    contact_share: tuple[float, float] = (0.75, 0.95)
    """Of the resistance when new, that ages."""
    force_exponent: tuple[float, float] = (0.48, 0.62)
    force_loss_per_kh: float = 0.03
    force_loss_sd: float = 0.4
    season: float = 0.25
    reading_sd: float = 0.02
    seating_sd: float = 0.015
    arc_sd: float = 0.8
    """From opening to opening."""
    arc_rate_sd: float = 0.4
    arc_worn_mm: float = 1.0
    arc_mm_per_opening: float = 8e-5
    overtravel_mm: float = 0.02
    relaxed_per_decade: float = 0.085
    relaxed_sd: float = 0.15
    relaxed_reading: float = 0.01
    missing_share: float = 0.04


USUAL = Nuisances()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One connector from new to its end, as its instrument read it."""

    clock: Floats
    read: Floats
    end_clock: float

    def until(self, share: float) -> "Course":
        """Return what was known at a share of its life."""
        rows = self.clock <= share * self.end_clock
        return Course(clock=self.clock[rows], read=self.read[rows], end_clock=self.end_clock)


def _course(
    rng: np.random.Generator, clock: Floats, state: Floats, read: Floats, end: float
) -> Course:
    place = int(np.argmax(state >= end))
    low, high = state[place - 1], state[place]
    reached = clock[place - 1] + (end - low) / (high - low) * (clock[place] - clock[place - 1])
    here = rng.uniform(size=len(clock)) >= USUAL.missing_share
    return Course(clock=clock[here], read=read[here], end_clock=float(reached))


def plating(rng: np.random.Generator, nature: Nuisances = USUAL) -> Course:
    """Plating left in micrometres by matings, gauged every hundred; ends at one micrometre."""
    every = 100.0
    rate = nature.wear_um_per_mating * np.exp(nature.wear_sd * rng.standard_normal())
    clock = every * np.arange(1, 2001)
    faster = 1.0 + nature.run_in * np.exp(-clock / nature.run_in_matings)
    shape = every / nature.wear_step_cv**2
    depth = np.cumsum(rng.gamma(shape, rate * every * faster / shape))
    gauge = np.exp(nature.gauge_bias_sd * rng.standard_normal())
    thick = nature.plating_um * np.exp(nature.plating_sd * rng.standard_normal())
    read = gauge * (thick - depth) + nature.gauge_um * rng.standard_normal(len(clock))
    return _course(rng, clock, depth - thick, read, -1.0)


def resistance(rng: np.random.Generator, nature: Nuisances = USUAL) -> Course:
    """Resistance against new by mated hours, read every forty; ends at twice the new one."""
    clock, ratio = contact(rng, nature)
    error = np.hypot(nature.reading_sd, nature.seating_sd)
    read = ratio * np.exp(error * rng.standard_normal(len(clock)))
    return _course(rng, clock, ratio, read, 2.0)


def contact(rng: np.random.Generator, nature: Nuisances = USUAL) -> tuple[Floats, Floats]:
    """Return mated hours, and a contact's true resistance against new at each."""
    clock = 40.0 * np.arange(1, 4001)
    rate = nature.force_loss_per_kh * np.exp(nature.force_loss_sd * rng.standard_normal()) / 1e3
    warm = 1.0 + nature.season * np.sin(2.0 * np.pi * (clock / 4000.0 + rng.uniform()))
    force = np.maximum(1.0 - np.cumsum(rate * 40.0 * warm), 0.02)
    ages, exponent = rng.uniform(*nature.contact_share), rng.uniform(*nature.force_exponent)
    return clock, 1.0 - ages + ages * force**-exponent


def contactor(rng: np.random.Generator, nature: Nuisances = USUAL) -> Course:
    """Overtravel lost in millimetres by openings, read every fifty."""
    rate = nature.arc_mm_per_opening * np.exp(nature.arc_rate_sd * rng.standard_normal())
    clock = 50.0 * np.arange(1, 2001)
    each = rng.lognormal(-0.5 * nature.arc_sd**2, nature.arc_sd, (len(clock), 50)).sum(axis=1)
    lost = np.cumsum(rate * each)
    read = lost + nature.overtravel_mm * rng.standard_normal(len(clock))
    return _course(rng, clock, lost, read, nature.arc_worn_mm)


def spring(rng: np.random.Generator, nature: Nuisances = USUAL) -> Course:
    """Share of the force lost by mated hours, read every two hundred; ends at 0.4."""
    rate = nature.relaxed_per_decade * np.exp(nature.relaxed_sd * rng.standard_normal())
    clock = np.unique(np.round(np.geomspace(200.0, 3e7, 3000)))
    lost = rate * np.log10(1.0 + clock)
    read = lost + nature.relaxed_reading * rng.standard_normal(len(clock))
    return _course(rng, clock, lost, read, 0.4)


OBSERVED: dict[str, Callable[[np.random.Generator], Course]] = {
    "plating": plating, "resistance": resistance, "contactor": contactor,
}  # fmt: skip
