"""Tables of samples as oscilloscopes write them, and what is said of those that are none."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.ports import Waveform
from silverpin.protocols.pilot import samples
from silverpin.protocols.pilot.samples import read_samples
from silverpin.protocols.pilot.waveform import SamplesError


@pytest.mark.parametrize(
    "lines",
    [
        ["6.0", "-12.0", "6.5"],
        ["volts", "", "6.0", "-12.0", "", "6.5"],
        ["6,0;", "-12,0;", "6,5;"],
        ["\ufeff6.0", "-12.0", "6.5\r\n"],
    ],
)
def test_one_column_is_volts_at_the_rate_that_was_told(lines: list[str]) -> None:
    assert read_samples(lines, "scope.csv", 1e6) == ([6.0, -12.0, 6.5], 1e6)


@pytest.mark.parametrize(
    "lines",
    [
        ["Model,MSO5\n", "TIME,CH1\n", "0,6\n", "1e-6,-12\n", "2e-6,6.5\n"],
        ["s;V", "0,0;6,0", "0,000001;-12,0", "0,000002;6,5"],
        ["0\t6\t1", "1e-6\t-12\t2", "2e-6\t6.5\t3"],
        ["-1e-6 6", "0 -12", "1e-6 6.5"],
        ["0, 6,", "1e-6, -12,", "2e-6, 6.5,"],
    ],
)
def test_the_first_of_two_columns_is_time(lines: list[str]) -> None:
    volts, rate_hz = read_samples(lines, "scope.csv")
    assert volts == [6.0, -12.0, 6.5]
    assert rate_hz == pytest.approx(1e6)


@pytest.mark.parametrize(
    ("lines", "rate_hz", "words"),
    [
        ([], None, "scope.csv has no numbers: export one column of volts"),
        (["volts"], None, "scope.csv has no numbers"),
        (["6", "-12"], None, "scope.csv has one column: say at which --rate"),
        (["0,6", "1,-12"], 1e6, "scope.csv tells its own times: leave --rate out"),
        (["6", "-12", "end"], 1e6, "scope.csv, line 3 is no row of numbers: 'end'"),
        (["6", "nan"], 1e6, "scope.csv, line 2 is no row of numbers"),
        (["6", "1,2"], 1e6, "scope.csv, line 2 has 2 columns, not 1"),
        (["0,6", "0,6"], None, "its times do not go on"),
        (["1,6", "0,6"], None, "its times do not go on"),
        (["0,6"], None, "its times do not go on"),
        (["0,6", "1,6", "5,6"], None, "its times are not even after sample 1"),
        (["x"] * 101, 1e6, "scope.csv, line 101 is no row of numbers"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_sentence(
    lines: Sequence[str], rate_hz: float | None, words: str
) -> None:
    with pytest.raises(SamplesError) as told:
        read_samples(lines, "scope.csv", rate_hz)
    assert words in str(told.value)


def test_a_table_of_too_many_samples_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "SAMPLES_MAX", 3)
    with pytest.raises(SamplesError, match="more than 3 samples"):
        read_samples(["6"] * 4, "scope.csv", 1e6)


@given(st.lists(st.text(max_size=30), max_size=30), st.none() | st.floats(1.0, 1e9))
def test_any_text_is_samples_or_one_sentence(lines: list[str], rate_hz: float | None) -> None:
    try:
        told: Waveform | SamplesError = read_samples(lines, "scope.csv", rate_hz)
    except SamplesError as error:
        told = error
    if isinstance(told, SamplesError):
        assert "scope.csv" in str(told)
        assert "\n" not in str(told)
    else:
        assert told.volts
        assert told.rate_hz > 0.0
