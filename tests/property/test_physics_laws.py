"""What holds for every law: floats and arrays agree, and a range is kept to its last digit."""

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.physics.law import Law
from silverpin.physics.laws import LAWS
from tests.physics_samples import SAMPLES

NAMES = sorted(SAMPLES)


def drawn(name: str, rng: random.Random) -> dict[str, float]:
    return {argument: rng.uniform(*ends) for argument, ends in SAMPLES[name].items()}


def middle(name: str) -> dict[str, float]:
    return {argument: (low + high) / 2.0 for argument, (low, high) in SAMPLES[name].items()}


def test_every_law_has_samples_for_every_argument() -> None:
    assert {name: set(rows) for name, rows in SAMPLES.items()} == {
        name: set(law.arguments) for name, law in LAWS.items()
    }


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 2**32))
def test_arrays_and_floats_agree(name: str, seed: int) -> None:
    law, rng = LAWS[name], random.Random(seed)
    rows = [drawn(name, rng) for _ in range(4)]
    one_by_one = [law.answer(**row) for row in rows]
    columns = {argument: np.array([row[argument] for row in rows]) for argument in rows[0]}
    value, extrapolated = law.answer(**columns)
    assert value == pytest.approx([answer.value for answer in one_by_one], rel=1e-12)
    assert list(np.broadcast_to(extrapolated, 4)) == [row.extrapolated for row in one_by_one]


@pytest.mark.parametrize("name", NAMES)
def test_an_array_for_one_argument_is_enough(name: str) -> None:
    law, row = LAWS[name], middle(name)
    for argument, ends in SAMPLES[name].items():
        several: dict[str, Any] = {**row, argument: np.array(ends)}
        expected = [law(**{**row, argument: end}) for end in ends]
        assert law(**several) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_samples_lie_within_the_range_of_validity(name: str) -> None:
    answer = LAWS[name].answer(**middle(name))
    assert math.isfinite(answer.value)
    assert answer.extrapolated is False


@pytest.mark.parametrize("name", NAMES)
def test_outside_its_range_a_law_says_so(name: str) -> None:
    law, row = LAWS[name], middle(name)
    for argument, (low, high) in law.valid.items():
        for end in (low, high):
            assert not beyond(law, row, argument, end)
        for outside in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf), math.nan):
            assert beyond(law, row, argument, outside), argument


@pytest.mark.parametrize("name", NAMES)
def test_a_law_answers_with_a_number_up_to_the_ends_of_its_range(name: str) -> None:
    law, row = LAWS[name], middle(name)
    for argument, ends in law.valid.items():
        for end in ends:
            assert math.isfinite(law(**{**row, argument: end})), (argument, end)


def beyond(law: Law[...], row: dict[str, float], argument: str, value: float) -> bool:
    """Whether a law names this argument as one outside its range."""
    return any(words.startswith(f"{argument} ") for words in law.beyond(**{**row, argument: value}))
