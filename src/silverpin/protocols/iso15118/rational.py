"""Floating point and the RationalNumber of ISO 15118-20: sixteen bits times a power of ten.

Exponents from -2 to 3 are sent, which every vehicle reads; any of an octet are understood. A limit
is rounded towards zero, so that what is told is never more than what is allowed. What is unknown
(no number) is told as nought, and what is unbounded as the largest.
"""

from functools import cache, lru_cache
from math import isnan
from typing import Any

from silverpin.protocols.exi import messages

EXPONENTS = range(-2, 4)
_TENS = {exponent: 10.0**exponent for exponent in range(-128, 128)}
_STEPS = tuple((exponent, 10**-exponent, 32767.49 * 10.0**exponent) for exponent in EXPONENTS)


def number(rational: Any) -> float:
    """Return what *rational* says."""
    value: float = rational.Value * _TENS[rational.Exponent]
    return value


def optional(rational: Any) -> float | None:
    """Return what *rational* says, None for what was left out."""
    return None if rational is None else number(rational)


def scaled(value: float) -> tuple[int, int]:
    """Return exponent and value closest to *value*; what is too large becomes the largest."""
    for exponent, step, largest in _STEPS:
        if -largest <= value <= largest:
            return exponent, round(value * step)
    return (0, 0) if isnan(value) else (EXPONENTS[-1], 32767 if value > 0 else -32767)


def limited(value: float) -> tuple[int, int]:
    """Return *value* likewise, rounded towards zero."""
    exponent, mantissa = scaled(value)
    if abs(mantissa * _TENS[exponent]) > abs(value) * (1 + 1e-12):
        mantissa -= 1 if mantissa > 0 else -1
    return exponent, mantissa


@cache
def _type(schema: str) -> Any:
    return messages(schema).RationalNumberType


@lru_cache(maxsize=4096)
def _made(schema: str, exponent: int, value: int) -> Any:
    return _type(schema)(Exponent=exponent, Value=value)


def rational(schema: str, value: float) -> Any:
    """Return *value* as a RationalNumber of *schema*."""
    return _made(schema, *scaled(value))


def rational_limit(schema: str, value: float) -> Any:
    """Return *value*, a limit, as a RationalNumber of *schema*."""
    return _made(schema, *limited(value))
