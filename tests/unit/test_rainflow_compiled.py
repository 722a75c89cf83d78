"""The compiled rainflow counter counts what the plain one counts, wherever the signal is cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.durability.rainflow import Cycle, Rainflow

pytest.importorskip("numba", reason="the compiled counter needs numba: install the extra life")

from silverpin.durability.rainflow_compiled import CompiledRainflow

values = st.lists(
    st.one_of(st.integers(-6, 6).map(float), st.just(float("nan")), st.floats(-9.0, 9.0)),
    max_size=80,
)


def _plain(signal: list[float], gate: float) -> tuple[list[Cycle], list[Cycle]]:
    counter = Rainflow(gate)
    return list(counter.push(signal)), counter.rest()


@given(signal=values, gate=st.sampled_from([0.0, 1.0, 2.5]), cuts=st.sets(st.integers(0, 80)))
def test_it_counts_what_the_plain_counter_counts_wherever_it_is_cut(
    signal: list[float], gate: float, cuts: set[int]
) -> None:
    counter = CompiledRainflow(gate)
    found: list[Cycle] = []
    for part in np.split(np.array(signal), sorted(cuts)):
        found += [Cycle(*map(float, row)) for row in counter.push(part)]
    told, open_told = _plain(signal, gate)
    assert found == told
    assert counter.rest() == open_told
    assert counter.rest() == open_told  # asking changes nothing


def test_swings_that_nest_deeper_than_the_first_room_are_all_kept() -> None:
    growing = np.array([(-1.0) ** n * (1000.0 - n) for n in range(900)])
    counter = CompiledRainflow()
    assert len(counter.push(growing)) == 0
    assert len(counter.rest()) == 899
    closing = counter.push(np.array([2000.0, -2000.0]))
    assert closing[:, 2].sum() + sum(row.weight for row in counter.rest()) == pytest.approx(450.5)
