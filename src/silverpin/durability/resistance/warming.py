"""The two lumps and their sensor, solved exactly from block to block, for many candidates at once.

Within a block of time the current's square and the air stand still; what warming adds to the
resistances is taken from the middle of the block, foreseen from the one before.
"""

from typing import Any

import numpy as np

from silverpin.durability.compiled import compiled
from silverpin.physics.contact import ALPHA_COPPER_PER_K

ALPHA_SPOT_PER_K = ALPHA_COPPER_PER_K * 2.0 / 3.0
COLD_C = 20.0
(CONTACT_OHM, PIN_OHM, AROUND_OHM, PIN_J, AROUND_J, PIN_AROUND_W, PIN_AIR_W, AROUND_AIR_W, LAG_S,
 PIN_C, AROUND_C, OFFSET_K, AIR_K, AIR_K_PER_S) = range(14)  # fmt: skip
CANDIDATE = 14
"""Columns of a candidate: plain figures, temperatures at the beginning, offsets of the readings."""
_TERMS = 12


@compiled
def _exponential(rates: Any, dt_s: float) -> Any:
    """Return exp(rates dt) by scaling and squaring."""
    size = rates.shape[0]
    most = 0.0
    for row in range(size):
        total = 0.0
        for column in range(size):
            total += abs(rates[row, column])
        most = max(most, total * dt_s)
    halvings = 0
    while most > 0.5:
        most *= 0.5
        halvings += 1
    scaled = rates * (dt_s / 2.0**halvings)
    whole = np.eye(size)
    term = np.eye(size)
    for order in range(1, _TERMS):
        term = term @ scaled / order
        whole = whole + term
    for _ in range(halvings):
        whole = whole @ whole
    return whole


@compiled
def read_c(candidates: Any, dt_s: float, square_a2: Any, air_c: Any) -> Any:
    """Return the mean reading in each block, a row for each candidate."""
    told = np.empty((candidates.shape[0], len(square_a2)))
    for lane in range(candidates.shape[0]):
        _follow(candidates[lane], dt_s, square_a2, air_c, told[lane])
    return told


@compiled
def _follow(one: Any, dt_s: float, square_a2: Any, air_c: Any, told: Any) -> None:
    rates = np.zeros((3, 3))
    rates[0, 0] = -(one[PIN_AROUND_W] + one[PIN_AIR_W]) / one[PIN_J]
    rates[0, 1] = one[PIN_AROUND_W] / one[PIN_J]
    rates[1, 0] = one[PIN_AROUND_W] / one[AROUND_J]
    rates[1, 1] = -(one[PIN_AROUND_W] + one[AROUND_AIR_W]) / one[AROUND_J]
    rates[2, 0] = 1.0 / one[LAG_S]
    rates[2, 2] = -1.0 / one[LAG_S]
    kept = _exponential(rates, dt_s)
    gained = np.linalg.solve(rates, kept - np.eye(3))
    mean = gained / dt_s
    mean_gained = np.linalg.solve(rates, mean - np.eye(3))
    before = np.array([one[PIN_C], one[AROUND_C], one[PIN_C]])
    pin, around, sensor = before[0], before[1], before[2]
    past_pin, past_around = pin, around
    for block in range(len(square_a2)):
        air = air_c[block] + one[AIR_K] + one[AIR_K_PER_S] * (block + 0.5) * dt_s
        mid_pin = 1.5 * pin - 0.5 * past_pin - COLD_C
        mid_around = 1.5 * around - 0.5 * past_around - COLD_C
        contact_w = one[CONTACT_OHM] * (1.0 + ALPHA_SPOT_PER_K * mid_pin)
        pin_w = square_a2[block] * (
            contact_w + one[PIN_OHM] * (1.0 + ALPHA_COPPER_PER_K * mid_pin)
        ) + one[PIN_AIR_W] * air  # fmt: skip
        around_w = (
            square_a2[block] * one[AROUND_OHM] * (1.0 + ALPHA_COPPER_PER_K * mid_around)
            + one[AROUND_AIR_W] * air
        )
        pin_k, around_k = pin_w / one[PIN_J], around_w / one[AROUND_J]
        told[block] = (
            mean[2, 0] * pin + mean[2, 1] * around + mean[2, 2] * sensor
            + mean_gained[2, 0] * pin_k + mean_gained[2, 1] * around_k + one[OFFSET_K]
        )  # fmt: skip
        past_pin, past_around = pin, around
        pin, around, sensor = (
            kept[0, 0] * pin + kept[0, 1] * around + gained[0, 0] * pin_k + gained[0, 1] * around_k,
            kept[1, 0] * pin + kept[1, 1] * around + gained[1, 0] * pin_k + gained[1, 1] * around_k,
            kept[2, 0] * pin + kept[2, 1] * around + kept[2, 2] * sensor
            + gained[2, 0] * pin_k + gained[2, 1] * around_k,
        )  # fmt: skip
