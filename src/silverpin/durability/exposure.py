"""What one connector was exposed to: a record added up until its length no longer matters.

Temperatures are known within the priors of `Heat`, so what depends on them is kept for a handful of
variants, each one a connector that warms more than the last. Everything else is counted once.
Exposures hold hours and counts, no lives: any law and any parameters may be applied afterwards.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from silverpin.durability.record import Break, FloatArray, Problem

VARIANTS = (-1.6448536269514722, -0.6744897501960817, 0.0, 0.6744897501960817, 1.6448536269514722)
"""Standard normal scores of the connectors that are reckoned: p05, p25, p50, p75 and p95."""
COLDEST_C, HOTTEST_C = -40, 200
"""Hours beyond stand at the end; at 200 °C every part of a connector is gone."""
RANGES = 160
"""Swings of temperature in steps of a kelvin; larger ones stand in the last."""


class Mated(IntEnum):
    """Whether a plug was in; nobody knows for an idle connector that only recorded its current."""

    OPEN = 0
    IN = 1
    UNSURE = 2


def node_temps_c() -> "FloatArray":
    """Return the temperatures at which hours stand."""
    return np.arange(COLDEST_C, HOTTEST_C + 1, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swings:
    """Cycles of a contact's temperature; axes are `Mated`, variant, kelvins of range."""

    count: "FloatArray"
    """Full cycles; a half one weighs 0.5. Mated as it was at the hotter end."""
    range_k: "FloatArray"
    """Mean range of those that stand together."""
    mean_c: "FloatArray"
    hold_h: "FloatArray"
    """Mean time from one end to the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One connector's use, added up."""

    span_h: float
    unknown_h: float
    """Of it: gaps and samples without a current."""
    mated_h: float
    open_h: float
    unsure_h: float
    """Of it: nobody knows whether a plug was in."""
    powered_h: float
    matings: int
    matings_assumed: bool
    """They were not recorded: each session counts as one."""
    sessions: int
    reversals: int
    breaks: tuple["Break", ...] | None
    openings: tuple["Break", ...] | None
    lock_operations: int | None
    lock_retries: int | None
    moisture: bool
    matings_since_cleaning: int | None = None
    """None where no cleaning is recorded."""
    since_inspection_h: float | None = None
    inspected_ohm: float | None = None
    """Of the worst power pin, by an inspection that found the pins in order."""
    charged_ah: float
    discharged_ah: float
    charged_kwh: float
    discharged_kwh: float
    charging_a: float
    """Mean current while it charged; 0 where it never did."""
    discharging_a: float
    """The same while it discharged, without a sign."""
    voltage_assumed: bool
    """No voltage was recorded for some of the energy: the nominal one stands in."""
    hottest_c: "FloatArray"
    """Of the contact, by variant."""
    contact_h: "FloatArray"
    """Hours at each contact temperature; axes are `Mated`, variant, `node_temps_c`."""
    housing_h: "FloatArray"
    """Hours at each temperature of the sensor's place; axes are variant, `node_temps_c`."""
    swings: Swings
    missing: tuple[str, ...]
    problems: tuple["Problem", ...]
