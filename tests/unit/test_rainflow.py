"""Rainflow counting against the standard's example, the usual package, and itself in pieces."""

from collections import Counter, defaultdict
from math import nan
from typing import Any

import numpy as np
import pytest
import rainflow as peer
from hypothesis import given
from hypothesis import strategies as st

from silverpin.durability.rainflow import Cycle, Rainflow

SIGNALS = st.lists(st.integers(-20, 20).map(float), min_size=3, max_size=120)


def counted(values: list[float], gate: float = 0.0) -> list[Cycle]:
    counter = Rainflow(gate)
    return [*counter.push(values), *counter.rest()]


def by_range(cycles: list[Cycle]) -> dict[float, float]:
    sums: defaultdict[float, float] = defaultdict(float)
    for cycle in cycles:
        sums[cycle.range] += cycle.weight
    return dict(sums)


def test_V18_the_standard_s_series(case: Any) -> None:
    expected = {float(size): count for size, count in case["expected"].items()}
    assert by_range(counted([float(value) for value in case["series"]])) == expected


@given(SIGNALS)
def test_the_usual_package_counts_the_same(values: list[float]) -> None:
    theirs = sorted((size, mean, count) for size, mean, count, *_ in peer.extract_cycles(values))
    assert sorted(counted(values)) == [row for row in theirs if row[0] > 0.0]


@given(SIGNALS, st.lists(st.integers(0, 120), max_size=5))
def test_pieces_make_no_difference(values: list[float], cuts: list[int]) -> None:
    counter, ends = Rainflow(), [*sorted(cuts), len(values)]
    closed: list[Cycle] = []
    begin = 0
    for end in ends:
        closed += counter.push(values[begin:end])
        counter.rest()  # looking changes nothing
        begin = max(begin, end)
    assert closed + counter.rest() == counted(values)


@given(SIGNALS, st.floats(0.5, 10.0))
def test_no_swing_within_the_gate_is_counted(values: list[float], gate: float) -> None:
    cycles = counted(values, gate)
    assert all(cycle.range > gate for cycle in cycles)
    largest = max(values) - min(values)
    assert max((cycle.range for cycle in cycles), default=0.0) == (
        largest if largest > gate else 0.0
    )


def test_a_signal_that_swings_to_both_sides_of_where_it_began_is_counted() -> None:
    assert by_range(counted([0.0, *[1.9, -1.9] * 10], gate=2.0)) == {3.8: 9.5}


def test_memory_is_the_depth_of_nesting() -> None:
    counter = Rainflow()
    closed = sum(1 for _ in counter.push(float(step % 7) for step in range(100_000)))
    assert closed > 14_000
    assert len(counter.rest()) < 5


def test_what_is_not_a_number_is_passed_over() -> None:
    assert counted([nan, 1.0, nan, 5.0, nan, 2.0]) == counted([1.0, 5.0, 2.0])


@pytest.mark.parametrize("values", [[], [3.0], [3.0, 3.0, 3.0]])
def test_a_signal_that_never_moves_has_no_cycles(values: list[float]) -> None:
    assert counted(values) == []


def test_pylife_closes_the_same_cycles() -> None:
    pylife = pytest.importorskip("pylife.stress.rainflow", reason="comes with ./test --all")
    signal = np.cumsum(np.random.default_rng(3).normal(size=5000))
    recorder = pylife.FullRecorder()
    pylife.FourPointDetector(recorder=recorder).process(signal)
    theirs = np.abs(np.subtract(recorder.values_from, recorder.values_to)).round(9).tolist()
    counter = Rainflow()
    ours = [round(row.range, 9) for row in counter.push(signal.tolist()) if row.weight == 1.0]
    assert len(ours) > 1000
    # pylife also closes within what the standard counts as halves
    assert not Counter(ours) - Counter(theirs)
    assert len(theirs) - len(ours) <= len(counter.rest())
