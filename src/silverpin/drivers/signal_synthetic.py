"""A regulation signal for machines without the real one.

PJM's RegD looks like white noise through two low-passes, clipped: a mean-reverting walk whose
speed is itself smooth. Four numbers (two time constants, gain, offset) were fitted by random search
to three real days at 2 s (2020-07-16, -17 and -22); means of the real days and of ours:

    ==============================  =====  =====
    standard deviation               0.62   0.63
    share of rows beyond ±0.98       0.21   0.19
    zero crossings a day              451    450
    median time between them, s        93    105
    step from row to row, std        0.022  0.022
    autocorrelation after 60 s       0.77   0.77
    autocorrelation after 300 s      0.23   0.15
    step autocorrelation after 20 s  0.37   0.31
    15-minute means, std             0.36   0.35
    1-hour means, std                0.15   0.19
    ==============================  =====  =====

What it lacks: the real steps swing back after a minute (autocorrelation -0.19, ours -0.03), and the
real signal is steered towards energy neutrality, so that ours drifts a little more in an hour.
"""

import math
import random
from array import array

from silverpin.drivers.signals import REGD_STEP_S, Signal, SignalKind

SYNTHETIC_REGD = "synthetic:regd"
_SPEED_TAU_S = 22.0
_REVERT_TAU_S = 174.0
_GAIN = 10.4
_OFFSET = -0.09
_SETTLE_ROWS = 400
"""Rows thrown away so that the first one is a row like any other."""


def synthetic_regd(rng: random.Random, duration_s: float) -> Signal:
    """Return a RegD-like signal that lasts *duration_s* at least."""
    speed_share = -math.expm1(-REGD_STEP_S / _SPEED_TAU_S)
    revert_share = -math.expm1(-REGD_STEP_S / _REVERT_TAU_S)
    speed = level = 0.0
    values = array("d")
    for _ in range(_SETTLE_ROWS + math.ceil(duration_s / REGD_STEP_S)):
        speed += speed_share * (rng.gauss(0.0, 1.0) - speed)
        level += revert_share * (speed - level)
        values.append(min(1.0, max(-1.0, _OFFSET + _GAIN * level)))
    return Signal(
        kind=SignalKind.REGD,
        name=SYNTHETIC_REGD,
        values=values[_SETTLE_ROWS:],
        step_s=REGD_STEP_S,
    )
