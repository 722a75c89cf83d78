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


SYNTHETIC_FREQUENCY = "synthetic:frequency"
_FREQUENCY_STEP_S = 2.0
_FAST_HZ, _FAST_TAUS_S = 0.013, (6.0, 45.0)
_SLOW_HZ, _SLOW_TAU_S = 0.010, 1200.0


def synthetic_frequency(rng: random.Random, duration_s: float, nominal_hz: float = 60.0) -> Signal:
    """Return a frequency that moves as the eastern United States' did on days of 2022.

    Means of three real days at 2 s, and of ours: standard deviation 16.4 and 15.8 mHz; crossings of
    the nominal a day 1262 and 1420; autocorrelation after 10 s, 60 s and 300 s 0.93, 0.53 and 0.28
    against 0.92, 0.51 and 0.23. What it lacks: hours in which the whole grid runs fast or slow.
    """
    kept = [math.exp(-_FREQUENCY_STEP_S / tau_s) for tau_s in (*_FAST_TAUS_S, _SLOW_TAU_S)]
    smooth, fast_kept, slow_kept = kept
    # the variance of white noise after two low-passes in a row
    passed = (
        (1.0 - smooth) ** 2 * (1.0 - fast_kept) ** 2 * (1.0 + smooth * fast_kept)
        / ((1.0 - smooth**2) * (1.0 - fast_kept**2) * (1.0 - smooth * fast_kept))
    )  # fmt: skip
    gain_hz = _FAST_HZ / math.sqrt(passed)
    push_hz = _SLOW_HZ * math.sqrt(1.0 - slow_kept**2)
    speed = fast = slow_hz = 0.0
    values = array("d")
    for _ in range(_SETTLE_ROWS + math.ceil(duration_s / _FREQUENCY_STEP_S)):
        speed += (1.0 - smooth) * (rng.gauss(0.0, 1.0) - speed)
        fast += (1.0 - fast_kept) * (speed - fast)
        slow_hz = slow_kept * slow_hz + push_hz * rng.gauss(0.0, 1.0)
        values.append(nominal_hz + gain_hz * fast + slow_hz)
    return Signal(
        kind=SignalKind.FREQUENCY,
        name=SYNTHETIC_FREQUENCY,
        values=values[_SETTLE_ROWS:],
        step_s=_FREQUENCY_STEP_S,
        nominal_hz=nominal_hz,
    )
