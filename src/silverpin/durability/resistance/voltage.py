"""The second channel: what the loop drops, regressed on the current that regulation asks for.

V_EVSE - V_EV is the loop's resistance times the current, plus the offsets of two meters that differ
by more than all of it. Only changes count: means of ten seconds (which hide how far the meters'
clocks are apart), their distance from the mean of the half hour around them (which hides offset
and slow drift), and of these the regression on the current's: a lock-in on what the grid asks for.
The vehicle's voltage must not be a regressor: it has its meter's error in it and follows the
current.

A gain that differs between the meters takes a share of the battery's own answer to the current: a
fixed error, the same every day, which is one more reason why this channel tells changes.
"""

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.resistance.evidence import Loop
from silverpin.physics.contact import ALPHA_COPPER_PER_K

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from silverpin.durability.record import FloatArray

BLOCK_S = 10.0
AROUND_S = 1800.0
"""What a mean is compared with: a frequency moves within it, a battery hardly."""
_COLD_C = 20.0
_CABLE_SD_K = 8.0
"""Where nobody measured the cable: what it may be warmer or colder than it is taken to be."""
_LEAST_BLOCKS = 30
_LEAST_SWING_A = 0.5
"""Root mean square of the current's changes, below which nothing is modulated."""
_STEPS_OF_METERS = 1.2
"""Rounding to whole steps follows the current and is no white noise: as trials show."""


def loop_of(
    t_s: "FloatArray",
    current_a: "FloatArray",
    drop_v: "FloatArray",
    cable_c: "FloatArray | None" = None,
) -> Loop | None:
    """Return the loop's resistance with the cable at 20 °C; None where it cannot be told.

    *drop_v* is V_EVSE - V_EV; *current_a* charges the vehicle where it is positive.
    """
    if len(t_s) < _LEAST_BLOCKS:
        return None
    block_s = max(BLOCK_S, float(np.median(np.diff(t_s))))
    amperes, volts, warm_c = _means(t_s, (current_a, drop_v, _filled(cable_c, len(t_s))), block_s)
    known = np.isfinite(amperes)
    if int(known.sum()) < _LEAST_BLOCKS:
        return None
    amperes, volts, warm_c = amperes[known], volts[known], warm_c[known]
    around = max(1, round(0.5 * AROUND_S / block_s))
    step_a, step_v = (_apart(row, np.flatnonzero(known), around) for row in (amperes, volts))
    square_a2 = float(step_a @ step_a)
    if square_a2 < len(step_a) * _LEAST_SWING_A**2:
        return None
    ohm = float(step_a @ step_v) / square_a2
    left_v = step_v - ohm * step_a
    sd_ohm = sqrt(_STEPS_OF_METERS * float(left_v @ left_v) / len(left_v) / square_a2)
    if cable_c is None or not np.isfinite(cable_c).any():
        sd_ohm = sqrt(sd_ohm**2 + (ohm * ALPHA_COPPER_PER_K * _CABLE_SD_K) ** 2)
    warm_k = float(step_a**2 @ warm_c) / square_a2 - _COLD_C
    warmer = 1.0 + ALPHA_COPPER_PER_K * warm_k
    return Loop(ohm / warmer, sd_ohm / warmer) if sd_ohm > 0.0 else None


def _filled(cable_c: "FloatArray | None", size: int) -> "FloatArray":
    """Return the cable's temperature with gaps at its mean; 20 °C where nobody knows it."""
    known = None if cable_c is None else cable_c[np.isfinite(cable_c)]
    if cable_c is None or known is None or not len(known):
        return np.full(size, _COLD_C)
    return np.where(np.isfinite(cable_c), cable_c, known.mean())


def _apart(values: "FloatArray", place: "NDArray[np.intp]", around: int) -> "FloatArray":
    """Return how far values lie from the mean of those up to *around* places before and behind."""
    sums = np.concatenate([[0.0], np.cumsum(values - values.mean())])
    first = np.searchsorted(place, place - around)
    past = np.searchsorted(place, place + around, side="right")
    apart: FloatArray = values - values.mean() - (sums[past] - sums[first]) / (past - first)
    return apart


def _means(t_s: "FloatArray", columns: "tuple[FloatArray, ...]", block_s: float) -> "FloatArray":
    """Return columns as means of blocks of the samples that have them all; NaN where none has."""
    place = ((t_s - t_s[0]) / block_s).astype(np.int64)
    size = int(place[-1]) + 1
    whole = np.isfinite(np.array(columns)).all(axis=0)
    count = np.bincount(place[whole], minlength=size).astype(np.float64)
    sums = [np.bincount(place[whole], weights=row[whole], minlength=size) for row in columns]
    means: FloatArray = np.where(count > 0.0, np.array(sums) / np.maximum(count, 1.0), np.nan)
    return means
