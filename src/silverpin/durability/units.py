"""Units that people mistake: milliamperes, degrees Fahrenheit, kelvins, kilovolts.

A conversion is certain where the values can mean nothing else for a charging connector. What is
merely likely is said and left alone.
"""

from typing import NamedTuple

import numpy as np

from silverpin.domain.contact_trace import IDLE_A
from silverpin.durability.record import FloatArray

_ENOUGH = 5
"""One wild value must not rescale a column."""
_MOST_A = 1000.0
_MOST_MA = 1e6
_HOT_CLIMATE_C = 45.0
_FAHRENHEIT_PER_K = 5.0 / 9.0
_FAHRENHEIT_ZERO_C = -32.0 * _FAHRENHEIT_PER_K
_KELVIN = (235.0, 420.0)
_LEAST_V = 2.0


class Unit(NamedTuple):
    """How a column's values become ours."""

    factor: float = 1.0
    offset: float = 0.0
    said: str = ""
    """What a person is told; empty where there is nothing to say."""

    @property
    def as_is(self) -> bool:
        """Whether nothing changes."""
        return self.factor == 1.0 and self.offset == 0.0


PLAIN = Unit()


def unit_of(name: str, values: FloatArray) -> Unit | None:
    """Judge the first values of a column; None until there are enough of them."""
    known = values[np.isfinite(values)]
    if len(known) < _ENOUGH:
        return None
    if name == "current":
        return _current(known)
    if name in ("temp", "ambient", "cable"):
        return _temperature(name, known)
    return _voltage(known)


def _current(known: FloatArray) -> Unit | None:
    flowing = np.abs(known[np.abs(known) > IDLE_A])
    if len(flowing) < _ENOUGH:
        return None
    most, usual = float(flowing.max()), float(np.median(flowing))
    if usual > _MOST_A and most < _MOST_MA:
        return Unit(1e-3, 0.0, f"values up to {most:g} can only be milliamperes: divided by 1000")
    if most < _LEAST_V:
        return Unit(said=f"at most {most:g} A ever flows: check that these are amperes")
    return PLAIN


def _temperature(name: str, known: FloatArray) -> Unit:
    low, usual = float(np.quantile(known, 0.1)), float(np.median(known))
    if _KELVIN[0] < low and usual < _KELVIN[1]:
        return Unit(1.0, -273.15, f"values around {usual:g} can only be kelvins: converted to °C")
    if name == "ambient" and usual > _HOT_CLIMATE_C:
        return Unit(
            _FAHRENHEIT_PER_K, _FAHRENHEIT_ZERO_C,
            f"no climate is {usual:g} °C: taken as degrees Fahrenheit and converted",
        )  # fmt: skip
    if low > _HOT_CLIMATE_C:
        return Unit(
            said=f"nine in ten values are above {low:.0f}: if these are degrees Fahrenheit, name "
            f"the column {name}_f"
        )
    return PLAIN


def _voltage(known: FloatArray) -> Unit:
    most = float(np.abs(known).max())
    if 0.0 < most < _LEAST_V:
        return Unit(1e3, 0.0, f"at most {most:g}: taken as kilovolts and multiplied by 1000")
    if float(np.median(np.abs(known))) > _MOST_A * 2.0:
        return Unit(1e-3, 0.0, f"values up to {most:g} can only be millivolts: divided by 1000")
    return PLAIN
