"""Quantities as people write them."""

from contextlib import suppress
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.domain.quantities import QuantityError, Unit, parse, parse_time_of_run_s


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("5kW", Unit.POWER, 5_000.0),
        ("-5 kW", Unit.POWER, -5_000.0),
        ("\u22125kW", Unit.POWER, -5_000.0),
        ("1.5MW", Unit.POWER, 1.5e6),
        ("60kWh", Unit.ENERGY, 60.0),
        ("0.31mOhm", Unit.RESISTANCE, 0.31e-3),
        ("3 m\u03a9", Unit.RESISTANCE, 3e-3),
        ("2MOhm", Unit.RESISTANCE, 2e6),
        ("32A", Unit.CURRENT, 32.0),
        ("5%", Unit.SHARE, 0.05),
        ("40\u00b0C", Unit.TEMPERATURE, 40.0),
        ("36 mHz", Unit.FREQUENCY, 0.036),
        ("15min", Unit.DURATION, 900.0),
        ("500kHz", Unit.FREQUENCY, 5e5),
        ("1MHz", Unit.FREQUENCY, 1e6),
    ],
)
def test_a_quantity_is_read_in_its_unit(text: str, unit: Unit, value: float) -> None:
    assert parse(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5mW", Unit.POWER),
        ("5", Unit.ENERGY),
        ("MHz", Unit.FREQUENCY),
        ("50GHz", Unit.FREQUENCY),
        ("five", Unit.POWER),
        ("1e999", Unit.POWER),
        ("nan", Unit.POWER),
        ("inf", Unit.POWER),
        ("", Unit.POWER),
        ("5 kWh", Unit.POWER),
        ("1,5kW", Unit.POWER),
    ],
)
def test_anything_else_is_refused_with_an_example(text: str, unit: Unit) -> None:
    with pytest.raises(QuantityError):
        parse(text, unit)


@given(st.text(max_size=12), st.sampled_from(list(Unit)))
def test_no_text_gives_anything_but_a_finite_number_or_a_sentence(text: str, unit: Unit) -> None:
    with suppress(QuantityError):
        assert isfinite(parse(text, unit))


@pytest.mark.parametrize(
    ("text", "seconds"), [("01:30", 5_400.0), ("00:00:05", 5.0), ("90s", 90.0), ("2h", 7_200.0)]
)
def test_a_time_of_a_run_is_a_clock_or_a_duration(text: str, seconds: float) -> None:
    assert parse_time_of_run_s(text) == seconds
