"""RationalNumber of ISO 15118-20: what is told of a limit is never more than it is."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.rational import (
    EXPONENTS,
    limited,
    number,
    optional,
    rational,
    rational_limit,
    scaled,
)

LARGEST = 32_767e3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, (-2, 0)),
        (400.0, (-1, 4000)),
        (12.34, (-2, 1234)),
        (32_767.0, (0, 32_767)),
        (32_768.0, (1, 3277)),
        (-50_000.0, (1, -5000)),
        (1e12, (3, 32_767)),
        (-inf, (3, -32_767)),
        (nan, (0, 0)),
    ],
)
def test_the_finest_exponent_that_holds_it_is_taken(
    value: float, expected: tuple[int, int]
) -> None:
    assert scaled(value) == expected


@given(st.floats(-LARGEST, LARGEST))
def test_a_figure_comes_back_within_the_last_of_sixteen_bits(value: float) -> None:
    told = number(rational("iso20-dc", value))
    assert abs(told - value) <= max(0.005, abs(value) / 6550)


@given(st.floats(allow_nan=False))
def test_a_limit_is_never_told_higher(value: float) -> None:
    exponent, mantissa = limited(value)
    assert exponent in EXPONENTS
    assert abs(mantissa) <= 32_767
    told = abs(mantissa * 10.0**exponent)
    assert told <= abs(value) * (1 + 1e-9)
    assert told >= min(abs(value), LARGEST) * 0.999 - 0.01


@given(st.integers(-128, 127), st.integers(-32_768, 32_767))
def test_any_exponent_is_read(exponent: int, value: int) -> None:
    made = messages("iso20-ac").RationalNumberType(Exponent=exponent, Value=value)
    assert number(made) == pytest.approx(value * 10.0**exponent)


def test_what_was_left_out_is_unknown() -> None:
    assert optional(None) is None
    assert optional(rational_limit("iso20-dc", 99.9)) == pytest.approx(99.9)
