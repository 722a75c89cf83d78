"""Physical values as DIN 70121 and ISO 15118-2 carry them: 16 bits times ten to the -3 to 3.

What is told of a limit is rounded to the safe side, never beyond what holds. Voltages and currents
go in tenths, as the chargers of the captures send them; real vehicles read those.
"""

import math
from collections.abc import Callable
from typing import Any

from silverpin.protocols.exi.physical import VALUE_MAX, VALUE_MIN

_COARSER = {"V": (-1, 0, 1, 2, 3), "A": (-1, 0, 1, 2, 3)}
_WHOLE = (0, 1, 2, 3)
_NOISE = 1e-6
"""A tenth of a volt that a float cannot hold is no reason to tell a tenth less."""


def _down(value: float) -> int:
    return math.floor(value + _NOISE)


def _up(value: float) -> int:
    return math.ceil(value - _NOISE)


def at_most(schema: Any, value: float, unit: str) -> Any:
    """Return *value* as an upper limit: nothing above it is told."""
    return _told(schema, value, unit, _down)


def at_least(schema: Any, value: float, unit: str) -> Any:
    """Return *value* as a lower limit: nothing below it is told."""
    return _told(schema, value, unit, _up)


def measured(schema: Any, value: float, unit: str) -> Any:
    """Return *value* as a reading, to the nearest."""
    return _told(schema, value, unit, round)


def read(value: Any) -> float:
    """Return what a PhysicalValueType of either schema says, in its unit."""
    exponent: int = value.Multiplier
    number: int = value.Value
    # Divided, not multiplied by 0.1: 3785 tenths are 378.5 then, and not a hair more.
    return float(number * 10**exponent if exponent >= 0 else number / 10**-exponent)


def _told(schema: Any, value: float, unit: str, whole: Callable[[float], int]) -> Any:
    for exponent in _COARSER.get(unit, _WHOLE):
        scaled = value / 10**exponent if exponent >= 0 else value * 10**-exponent
        if abs(scaled) <= VALUE_MAX:
            number = whole(scaled)
            break
    else:
        exponent, number = 3, VALUE_MAX if value > 0 else VALUE_MIN
    return schema.PhysicalValueType(Multiplier=exponent, Unit=unit, Value=number)
