"""The benchmark's arithmetic; nothing here is timed."""

from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import _PARTS
from benchmarks.figures import Better, Figure


def _figure(value: float | None, better: Better) -> Figure:
    return Figure(name="a figure", value=value, unit="s", aim=5.0, better=better, note="why")


@pytest.mark.parametrize(
    ("value", "better", "ratio"),
    [
        (2.5, Better.LESS, 2.0),
        (10.0, Better.LESS, 0.5),
        (10.0, Better.MORE, 2.0),
        (2.5, Better.MORE, 0.5),
        (0.0, Better.LESS, float("inf")),
        (None, Better.LESS, None),
    ],
)
def test_a_ratio_of_one_or_more_meets_the_aim(
    value: float | None, better: Better, ratio: float | None
) -> None:
    assert _figure(value, better).ratio == ratio


def test_a_figure_that_was_not_measured_says_why() -> None:
    assert "not measured" in _figure(None, Better.LESS).line()
    assert _figure(None, Better.LESS).line().endswith("why")


def test_one_command_prints_every_part() -> None:
    folder = Path(benchmarks.__file__).parent
    measuring = {path.stem for path in folder.glob("*.py") if "def figures(" in path.read_text()}
    assert measuring == _PARTS.keys()
    assert list(_PARTS) == sorted(_PARTS)
