"""Physical values as V2G messages carry them: a 16-bit number times a power of ten, exactly.

ISO 15118-20 allows any exponent of one octet, DIN 70121 and ISO 15118-2 only -3 to 3.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from silverpin.protocols.exi.errors import ExiError

VALUE_MIN, VALUE_MAX = -(2**15), 2**15 - 1
EXPONENTS_ISO20 = (-128, 127)
EXPONENTS_ISO2 = (-3, 3)


class Scaled(NamedTuple):
    """value x 10^exponent."""

    value: int
    exponent: int


def exact(number: Any) -> Decimal:
    """Return what a RationalNumber or PhysicalValue says, as dataclass or dictionary."""
    if isinstance(number, Mapping):
        value, exponent = number.get("Value"), number.get("Exponent", number.get("Multiplier"))
    else:
        value = getattr(number, "Value", None)
        exponent = getattr(number, "Exponent", getattr(number, "Multiplier", None))
    if value is None or exponent is None:
        raise ExiError(f"{number!r:.80} is no physical value")
    return Decimal(value).scaleb(exponent)


def scaled(number: Decimal | int, exponents: tuple[int, int] = EXPONENTS_ISO20) -> Scaled:
    """Return *number* without loss, with the exponent nearest to 0; ExiError if it has none."""
    found = rounded(number, exponents)
    if Decimal(found.value).scaleb(found.exponent) != number:
        raise ExiError(f"{number} does not fit 16 bits times ten to the {exponents} exactly")
    return found


def rounded(number: Decimal | float, exponents: tuple[int, int] = EXPONENTS_ISO20) -> Scaled:
    """Return the representable value closest to *number*, with the exponent nearest to 0."""
    wanted = Decimal(str(number)) if isinstance(number, float) else Decimal(number)
    if not wanted.is_finite():
        raise ExiError(f"{number} is no quantity")
    for exponent in sorted(range(exponents[0], exponents[1] + 1), key=lambda e: (e < 0, abs(e))):
        found = as_scaled(wanted, exponent)
        if found and Decimal(found.value).scaleb(exponent) == wanted:
            return found
    fits = (as_scaled(wanted, e) for e in range(exponents[0], exponents[1] + 1))
    for found in fits:
        if found:
            return found
    raise ExiError(f"{number} is beyond {VALUE_MAX} times ten to the {exponents[1]}")


def as_scaled(wanted: Decimal, exponent: int) -> Scaled | None:
    """Return *wanted* in units of ten to the *exponent*, None where 16 bits do not hold it."""
    if wanted.adjusted() - exponent > len(str(VALUE_MAX)):
        return None
    value = int(wanted.scaleb(-exponent).to_integral_value(ROUND_HALF_EVEN))
    return Scaled(value, exponent) if VALUE_MIN <= value <= VALUE_MAX else None
