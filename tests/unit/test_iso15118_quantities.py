"""Physical values of the older protocols, and values that no vehicle has."""

import random

import pytest

from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.plausible import Doubts
from silverpin.protocols.iso15118.plausible2 import AC_SPANS, DC_SPANS
from silverpin.protocols.iso15118.quantities2 import at_least, at_most, measured, read

ISO2 = messages("iso2")


@pytest.mark.parametrize("schema", [messages("din"), ISO2])
def test_a_reading_comes_back_to_a_tenth(schema: object) -> None:
    for value in (0.0, 378.5, -12.3, 999.9, 3276.7):
        assert read(measured(schema, value, "V")) == pytest.approx(value, abs=0.05)


def test_a_tenth_is_told_as_chargers_of_the_field_tell_it() -> None:
    told = measured(ISO2, 378.5, "V")
    assert (told.Multiplier, told.Value, told.Unit) == (-1, 3785, "V")


@pytest.mark.parametrize("unit", ["V", "A", "W", "Wh"])
def test_a_limit_is_never_told_beyond_itself(unit: str) -> None:
    chance = random.Random(7)
    for _ in range(2000):
        value = 10 ** chance.uniform(-1, 6.5)
        assert read(at_most(ISO2, value, unit)) <= value + 1e-5
        assert read(at_least(ISO2, value, unit)) >= value - 1e-5


def test_what_a_float_cannot_hold_costs_no_tenth() -> None:
    for tenths in range(5000):
        assert at_most(ISO2, tenths * 0.1, "A").Value == tenths


def test_large_powers_take_a_coarser_step_and_what_fits_nowhere_the_largest() -> None:
    assert (at_most(ISO2, 150_000.0, "W").Multiplier, at_most(ISO2, 150_000.0, "W").Value) == (
        1,
        15_000,
    )
    assert read(at_most(ISO2, 1e9, "W")) == 32_767_000.0
    assert read(measured(ISO2, -1e9, "W")) == -32_768_000.0


def test_a_scale_fault_is_named_once_and_clamped() -> None:
    doubts = Doubts()
    assert doubts.within(DC_SPANS["charge_max_a"], 1400.0) == 1000.0
    assert doubts.within(DC_SPANS["charge_max_a"], 1401.0) == 1000.0
    assert list(doubts.sentences) == ["highest current of 1400 A is taken as 1000 A"]
    assert doubts.within(DC_SPANS["target_a"], -32.0) == 0.0
    assert doubts.within(AC_SPANS["charge_max_a"], 350.0) == 80.0
    assert len(doubts.sentences) == 3


def test_what_can_be_is_believed_without_a_word() -> None:
    doubts = Doubts()
    assert doubts.within(DC_SPANS["charge_max_a"], 799.0) == 799.0
    assert doubts.sentences == ()
