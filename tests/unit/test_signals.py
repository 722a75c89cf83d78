"""Signals from files: the real ones as they are, and every way in which a file can be wrong."""

import gzip
import random
import statistics
import sys
from array import array
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from silverpin.drivers.signal_demand import Droop, wanted_power_w
from silverpin.drivers.signal_synthetic import synthetic_regd
from silverpin.drivers.signal_tables import SignalError, Table, open_table
from silverpin.drivers.signals import Asked, Signal, SignalKind, read_signal

WATTS_10K = 10_000.0
PJM = "market/pjm_regd_2s_exact_3days_2020-07.parquet"
ELEXON = "HDR,SYSTEM FREQUENCY DATA\nFREQ,20190809000000,50.039\nFREQ,20190809000015,49.5\n"


def _kwh(power_w: "array[float]", step_s: float) -> tuple[float, float]:
    charged = sum(watts for watts in power_w if watts > 0.0) * step_s / 3.6e6
    discharged = -sum(watts for watts in power_w if watts < 0.0) * step_s / 3.6e6
    return charged, discharged


def _text(folder: Path, text: str, name: str = "signal.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def _parquet(folder: Path, columns: dict[str, Any], metadata: dict[str, str] | None = None) -> Path:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    path = folder / "signal.parquet"
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata or {}), path)
    return path


def _regd(values: list[float]) -> str:
    return "\n".join(["regd", *map(str, values), ""])


# The real files


def test_the_pjm_day_asks_for_what_its_integral_says(data_dir: Path) -> None:
    pytest.importorskip("pyarrow")
    signal = read_signal(data_dir / PJM, Asked(column="2020-07-16"))
    charged, discharged = _kwh(wanted_power_w(signal, WATTS_10K, Droop()), signal.step_s)
    assert (signal.kind, signal.rows, signal.step_s) == (SignalKind.REGD, 43_200, 2.0)
    assert charged == pytest.approx(66.668, abs=0.001)
    assert discharged == pytest.approx(54.590, abs=0.001)


def test_the_gb_blackout_asks_for_discharge_in_its_deepest_minute(data_dir: Path) -> None:
    signal = read_signal(data_dir / "frequency/gb_2019-08-09_elexon_15s.csv.gz", Asked())
    wanted = wanted_power_w(signal, WATTS_10K, Droop())
    deepest = min(range(signal.rows), key=lambda row: signal.values[row])
    assert (signal.kind, signal.rows, signal.step_s) == (SignalKind.FREQUENCY, 5757, 15.0)
    assert signal.nominal_hz == 50.0
    assert signal.values[deepest] == 48.889
    assert deepest * signal.step_s == (15 * 60 + 53) * 60 + 45
    assert wanted[deepest] == min(wanted) == pytest.approx(-WATTS_10K * (1.111 - 0.036) / 2.5)


def test_the_continental_day_has_a_row_a_second(data_dir: Path) -> None:
    signal = read_signal(data_dir / "frequency/ce_2022-09-17_1s.csv.gz", Asked())
    assert (signal.kind, signal.rows, signal.step_s) == (SignalKind.FREQUENCY, 86_400, 1.0)
    assert signal.nominal_hz == 50.0


def test_the_us_month_is_a_deviation_with_its_step_beside_it(data_dir: Path) -> None:
    pytest.importorskip("pyarrow")
    signal = read_signal(data_dir / "frequency/us_eastern_2s_2022-10.parquet", Asked())
    assert (signal.kind, signal.rows, signal.step_s) == (SignalKind.FREQUENCY, 1_339_200, 2.0)
    assert signal.values[0] == pytest.approx(60.01279)


# What a kind means


def test_regd_plus_one_is_full_discharge(tmp_path: Path) -> None:
    signal = read_signal(_text(tmp_path, _regd([1, -0.5, 0])), Asked())
    assert list(wanted_power_w(signal, WATTS_10K, Droop())) == [-10_000.0, 5_000.0, 0.0]
    assert signal.step_s == 2.0


def test_power_keeps_the_house_sign_and_the_most_that_was_asked(tmp_path: Path) -> None:
    text = "time,power_kw\n2022-01-01T00:00:00Z,3\n2022-01-01T00:00:01Z,-99\n"
    signal = read_signal(_text(tmp_path, text, "power.csv.gz"), Asked())
    assert (signal.kind, signal.step_s) == (SignalKind.POWER, 1.0)
    assert list(wanted_power_w(signal, WATTS_10K, Droop())) == [3_000.0, -10_000.0]


@pytest.mark.parametrize(
    ("hertz", "watts"),
    [
        (60.0, 0.0),
        (60.036, 0.0),
        (59.964, 0.0),
        (59.936, -10_000.0 * 0.028 / 3.0),
        (60.066, 10_000.0 * 0.03 / 3.0),
        (55.0, -10_000.0),
    ],
)
def test_droop_answers_beyond_the_deadband(hertz: float, watts: float) -> None:
    signal = Signal(
        kind=SignalKind.FREQUENCY, name="f", values=array("d", [hertz]), step_s=1.0, nominal_hz=60.0
    )
    assert wanted_power_w(signal, WATTS_10K, Droop())[0] == pytest.approx(watts, abs=1e-6)


def test_semicolons_a_byte_order_mark_and_seconds_are_read(tmp_path: Path) -> None:
    text = "\ufefft_s;power_w;note\n0;1500;a\n4;-2500;b\n"
    signal = read_signal(_text(tmp_path, text), Asked(step_s=4.0))
    assert list(signal.values) == [1500.0, -2500.0]
    assert signal.step_s == 4.0


def test_parquet_times_and_our_own_samples_are_read(tmp_path: Path) -> None:
    signal = read_signal(
        _parquet(tmp_path, {"t_s": [0.0, 1.0, 2.0], "power_w": [1.0, 2.0, 3.0]}), Asked()
    )
    assert (list(signal.values), signal.step_s) == ([1.0, 2.0, 3.0], 1.0)


def test_parquet_time_stamps_give_the_step(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    times = [datetime(2022, 1, 1, 0, 0, second, tzinfo=UTC) for second in (0, 15, 30)]
    signal = read_signal(_parquet(tmp_path, {"time": times, "hz": [50.0, 49.9, 50.1]}), Asked())
    assert (signal.kind, signal.step_s) == (SignalKind.FREQUENCY, 15.0)


# Files that cannot be followed


def _refusal(path: Path, asked: Asked | None = None) -> str:
    with pytest.raises(SignalError) as caught:
        read_signal(path, asked or Asked())
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert path.name in sentence
    return sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("regd\n", "no rows"),
        ("0.5\n0.6\n", "has no header"),
        ("regd\n0.5\nnan\n", "row 2, column 'regd', is no finite number"),
        ("regd\n0.5\ninf\n", "row 2, column 'regd', is no finite number"),
        ("regd\n0.5\n-1.25\n", "-1.25 in row 2, column 'regd', is beyond ±1"),
        ("regd\n0.5\nabc\n", "'abc' in row 2, column 'regd', is no number"),
        ("regd\n0.5\n\n0.5\n", "row 2 has 0 fields and the header 1"),
        ("time,regd\n0,0.5\n2\n", "row 2 has 1 fields and the header 2"),
        ("time,regd\n0,0.5\n2,0.5\n6,0.5\n", "time steps by 4 s at row 3 and by 2 s before"),
        ("time,regd\n0,0.5\n0,0.5\n", "time does not move on"),
        ("time,regd\n0,0.5\nnoon,0.5\n", "'noon' in row 2, column 'time', is no time"),
        ("time,regd\n0,0.5\n0.01,0.5\n", "steps by 0.01 s: 0.1 s is the least"),
        ("time,power_w\n0,0.5\nnan,0.5\n", "time does not move on"),
        ('regd\n"0.5\n', "no well-formed CSV"),
        ("a,b\n1,2\n", "add --kind, one of regd, frequency, power"),
        ("2020-07-16,2020-07-17\n0,0\n", "add --column, one of 2020-07-16, 2020-07-17"),
        ("hz\n50\n", "no time axis: add its step"),
        ("time,hz\n0,50\n1,5\n", "5 in row 2, column 'hz', is no grid's frequency"),
        (ELEXON, "without its FTR record"),
        (ELEXON + "FTR,3\n", "row 3 is no FREQ record"),
        (ELEXON.replace("000015", "999999") + "FTR,2\n", "is no time"),
    ],
)
def test_a_bad_table_is_refused_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    assert words in _refusal(_text(tmp_path, text))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in _refusal(tmp_path / "none.csv")
    assert "is a directory" in _refusal(tmp_path)
    assert "no regular file" in _refusal(Path("/dev/null"))


def test_an_unknown_column_lists_some_that_are_known(tmp_path: Path) -> None:
    text = ",".join(f"2020-07-{day:02d}" for day in range(1, 10)) + "\n" + ",".join("0" * 9)
    sentence = _refusal(_text(tmp_path, text), Asked(column="2020-08-01"))
    assert "no column '2020-08-01': it has 2020-07-01, 2020-07-02" in sentence
    assert sentence.endswith("2020-07-06 and 3 more")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = _text(tmp_path, "regd,regd\n0,0\n")
    assert "more than one column 'regd'" in _refusal(path, Asked(column="regd"))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(step_s=4.0), "steps by 1 s, not by the 4 s of --step"),
        (Asked(nominal_hz=60.0), "is of a 50 Hz grid, not of 60 Hz"),
        (Asked(kind=SignalKind.REGD, column="hz"), "is beyond ±1"),
    ],
)
def test_options_that_contradict_the_file_are_refused(
    tmp_path: Path, asked: Asked, words: str
) -> None:
    assert words in _refusal(_text(tmp_path, "time,hz\n0,50\n1,49.9\n"), asked)


def test_a_deviation_wants_its_nominal_frequency(tmp_path: Path) -> None:
    path = _text(tmp_path, "time,f_dev_mhz\n0,10\n1,-20\n")
    assert "add --nominal-hz" in _refusal(path)
    signal = read_signal(path, Asked(nominal_hz=50.0))
    assert list(signal.values) == pytest.approx([50.01, 49.98])


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 0xFF for byte in data[middle : middle + 40]) + data[-20:]


@pytest.mark.parametrize(("harm", "words"), [(_cut, "cut off"), (_flipped, "inside its gzip")])
def test_a_harmed_gzip_is_refused(
    tmp_path: Path, harm: Callable[[bytes], bytes], words: str
) -> None:
    rng = random.Random(1)
    path = _text(tmp_path, _regd([rng.uniform(-1, 1) for _ in range(2000)]), "s.csv.gz")
    path.write_bytes(harm(path.read_bytes()))
    assert words in _refusal(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(b"regd\n\xff\xfe\x00\n")
    assert "neither text nor Parquet" in _refusal(path)


def test_text_under_a_parquet_name_is_refused(tmp_path: Path) -> None:
    path = _text(tmp_path, "<html>not found</html>", "signal.parquet")
    assert "is no Parquet file though its name says so" in _refusal(path)


@pytest.mark.parametrize("harm", [_cut, _flipped])
def test_a_harmed_parquet_is_refused(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    path = _parquet(tmp_path, {"regd": [row / 2000 for row in range(2000)]})
    path.write_bytes(harm(path.read_bytes()))
    assert "cut off or damaged" in _refusal(path)


def test_nulls_text_and_a_false_step_in_parquet_are_refused(tmp_path: Path) -> None:
    path = _parquet(tmp_path, {"regd": [0.1, None, 0.2]})
    assert "no value in row 2, column 'regd'" in _refusal(path)
    path = _parquet(tmp_path, {"regd": ["a", "b"]})
    assert "column 'regd' holds string, not numbers" in _refusal(path)
    path = _parquet(tmp_path, {"regd": [0.1]}, {"step_s": "soon"})
    assert "says step_s = 'soon' of itself" in _refusal(path)


def test_without_pyarrow_the_sentence_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _parquet(tmp_path, {"regd": [0.1]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert 'pip install "silverpin[data]"' in _refusal(path)


def test_csv_needs_no_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    table: Table = open_table(_text(tmp_path, _regd([0.1])))
    assert list(table.series("regd").values) == [0.1]


# The synthetic signal


def _crossings(values: "array[float]") -> int:
    signs = [value > 0.0 for value in values if value != 0.0]
    return sum(before != after for before, after in pairwise(signs))


def test_the_synthetic_signal_is_one_signal_per_seed() -> None:
    first = synthetic_regd(random.Random("regd/1"), 3600.0)
    assert first == synthetic_regd(random.Random("regd/1"), 3600.0)
    assert first != synthetic_regd(random.Random("regd/2"), 3600.0)
    assert (first.rows, first.duration_s) == (1800, 3600.0)


def test_the_synthetic_signal_moves_like_the_real_days() -> None:
    days = [synthetic_regd(random.Random(f"regd/{day}"), 86_400.0).values for day in range(3)]
    assert all(-1.0 <= value <= 1.0 for day in days for value in day)
    assert 350 < statistics.mean(_crossings(day) for day in days) < 550
    assert 0.55 < statistics.mean(statistics.pstdev(day) for day in days) < 0.70
    saturated = statistics.mean(sum(abs(v) > 0.98 for v in day) / len(day) for day in days)
    assert 0.13 < saturated < 0.28


def test_the_real_days_lie_in_the_same_bands(data_dir: Path) -> None:
    pytest.importorskip("pyarrow")
    for column in ("2020-07-16", "2020-07-17", "2020-07-22"):
        values = read_signal(data_dir / PJM, Asked(column=column)).values
        assert 350 < _crossings(values) < 550
        assert 0.55 < statistics.pstdev(values) < 0.70
        assert 0.13 < sum(abs(v) > 0.98 for v in values) / len(values) < 0.28
