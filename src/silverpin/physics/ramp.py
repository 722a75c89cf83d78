"""A quantity that moves toward its target at a bounded rate, and its exact integrals over a step.

Piecewise linear motion has closed integrals, so a step of a second loses nothing against ten of a
tenth: that is what lets virtual time skip.
"""

from typing import NamedTuple


class Ramped(NamedTuple):
    """The end of a step and the integrals over it."""

    value: float
    integral: float
    """Integral of x dt."""
    square: float
    """Integral of x^2 dt."""


def ramp(value: float, target: float, rate_per_s: float, dt_s: float) -> Ramped:
    """Move *value* toward *target* at no more than *rate_per_s* for *dt_s*."""
    gap = target - value
    moving_s = abs(gap) / rate_per_s
    if moving_s >= dt_s:
        end = value + (rate_per_s if gap > 0.0 else -rate_per_s) * dt_s
        moving_s = dt_s
    else:
        end = target
    resting_s = dt_s - moving_s
    square = moving_s * (value * value + value * end + end * end) / 3.0 + resting_s * end * end
    return Ramped(end, moving_s * (value + end) / 2.0 + resting_s * end, square)
