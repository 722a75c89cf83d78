"""Files of a connector's use: units, clocks and values that cannot be are told row by row."""

import gzip
import sqlite3
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverpin.drivers import duty_csv
from silverpin.drivers.duty_columns import DutyError, map_of
from silverpin.drivers.duty_csv import CsvDuty
from silverpin.drivers.duty_record import DutyRecord, ReadAs, open_record
from silverpin.drivers.duty_time import zone_of
from silverpin.durability.record import Chunk, FloatArray, Problem

HOUR = "2026-03-01T{hour:02d}:{minute:02d}:00Z"


def written(folder: Path, text: str, name: str = "duty.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(*paths: Path, read_as: ReadAs | None = None) -> tuple[DutyRecord, Chunk, list[Problem]]:
    record = open_record(paths, read_as)
    chunks = list(record.chunks())
    problems = [problem for chunk in chunks for problem in chunk.problems]
    full = [chunk for chunk in chunks if len(chunk.t_s)]
    joined = Chunk(
        t_s=np.concatenate([chunk.t_s for chunk in full]),
        current_a=np.concatenate([chunk.current_a for chunk in full]),
        temp_ntc_c=_column([chunk.temp_ntc_c for chunk in full]),
        ambient_c=_column([chunk.ambient_c for chunk in full]),
        voltage_v=_column([chunk.voltage_v for chunk in full]),
    )
    return record, joined, problems


def _column(parts: list[FloatArray | None]) -> FloatArray | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if known else None


def told(problems: list[Problem]) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.column) for problem in problems]


def minutes(rows: list[str], header: str = "time,current") -> str:
    lines = [HOUR.format(hour=at // 60, minute=at % 60) + f",{row}" for at, row in enumerate(rows)]
    return "\n".join([header, *lines, ""])


def test_a_plain_file_has_an_axis_from_its_first_row(tmp_path: Path) -> None:
    record, chunk, problems = read(written(tmp_path, minutes(["0", "16.5", "-8"])))
    assert chunk.t_s.tolist() == [0.0, 60.0, 120.0]
    assert chunk.current_a.tolist() == [0.0, 16.5, -8.0]
    assert record.start_utc_ns == 1_772_323_200_000_000_000
    assert problems == []
    assert record.missing == ("temp", "ambient", "cable", "voltage", "v_evse", "v_ev", "mated")


def test_gzip_semicolons_and_decimal_commas_are_read(tmp_path: Path) -> None:
    path = tmp_path / "duty.csv.gz"
    path.write_bytes(gzip.compress(b"time;current;temp\n0;16,5;31,25\n1;16,4;\n"))
    _, chunk, problems = read(path)
    assert chunk.current_a.tolist() == [16.5, 16.4]
    assert chunk.temp_ntc_c is not None
    assert np.isnan(chunk.temp_ntc_c[1])
    assert problems == []


@pytest.mark.parametrize(
    ("rows", "kept", "problem"),
    [
        ([0, 60, 60, 120], [0, 60, 120], (3, "same time")),
        ([0, 60, 30, 40, 120], [0, 60, 120], (3, "steps back by 30 s: 2 rows")),
        ([0, 60, 999_999, 120], [0, 60, 120], (3, "leaps ahead")),
        ([0, 60, 7260, 7320], [0, 60, 7260, 7320], (3, "a gap of 2.0 h")),
    ],
)
def test_a_clock_that_errs_is_told_by_its_row(
    tmp_path: Path, rows: list[int], kept: list[int], problem: tuple[int, str]
) -> None:
    text = "\n".join(["time,current", *(f"{at},10" for at in rows)])
    _, chunk, problems = read(written(tmp_path, text))
    assert chunk.t_s.tolist() == kept
    assert [row.row for row in problems] == [problem[0]]
    assert problem[1] in problems[0].what


def test_a_clock_that_nobody_set_is_left_out(tmp_path: Path) -> None:
    text = "time,current\n1970-01-01T00:00:10Z,5\n2026-03-01T00:00:00Z,6\n2026-03-01T00:00:10Z,7\n"
    record, chunk, problems = read(written(tmp_path, text))
    assert chunk.current_a.tolist() == [6.0, 7.0]
    assert told(problems) == [(1, "time")]
    assert record.start_utc_ns == 1_772_323_200_000_000_000


def test_what_cannot_be_is_unknown_and_told(tmp_path: Path) -> None:
    rows = ["10,20", "9999,21", "ten,22", "10,-300", "10,n/a", "10"]
    _, chunk, problems = read(written(tmp_path, minutes(rows, "time,current,temp")))
    assert told(problems) == [(6, "row"), (3, "current"), (6, "time"), (2, "current"), (4, "temp")]
    assert np.isnan(chunk.current_a).tolist() == [False, True, True, False, False]
    assert chunk.temp_ntc_c is not None
    assert np.isnan(chunk.temp_ntc_c).tolist() == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("header", "rows", "field", "expected"),
    [
        ("time,current", ["16000"] * 8, "current_a", 16.0),
        ("time,current_mA", ["9000"] * 8, "current_a", 9.0),
        ("time,current,ambient", ["16,68"] * 8, "ambient_c", 20.0),
        ("time,current,ambient_F", ["16,50"] * 8, "ambient_c", 10.0),
        ("time,current,temp", ["16,300"] * 8, "temp_ntc_c", 26.85),
        ("time,current,voltage", ["16,0.4"] * 8, "voltage_v", 400.0),
    ],
)
def test_a_unit_is_converted_where_it_is_certain(
    tmp_path: Path, header: str, rows: list[str], field: str, expected: float
) -> None:
    _, chunk, problems = read(written(tmp_path, minutes(rows, header)))
    assert getattr(chunk, field) == pytest.approx(expected)
    said_by_header = header.rpartition("_")[2] in ("mA", "F")
    assert len(problems) == (0 if said_by_header else 1)
    assert all(problem.row is None for problem in problems)


def test_a_unit_that_is_only_likely_is_said_and_left(tmp_path: Path) -> None:
    _, chunk, problems = read(written(tmp_path, minutes(["16,80"] * 9, "time,current,temp")))
    assert chunk.temp_ntc_c == pytest.approx(80.0)
    assert "temp_f" in problems[0].what


def test_local_time_repeats_an_hour_without_a_step_back(tmp_path: Path) -> None:
    clocks = ("01:30", "02:00", "02:30", "02:00", "02:30", "03:00")
    text = "time,current\n" + "".join(f"2026-10-25 {clock}:00,10\n" for clock in clocks)
    _, chunk, problems = read(
        written(tmp_path, text), read_as=ReadAs(zone=ZoneInfo("Europe/Berlin"))
    )
    assert np.diff(chunk.t_s).tolist() == [1800.0] * 5
    assert len(problems) == 5  # half an hour between rows is a gap each time


def test_the_repeated_hour_is_known_wherever_a_file_is_read_in_blocks(tmp_path: Path) -> None:
    begin_s = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    clocks = (datetime.fromtimestamp(begin_s + 5.0 * row, ZoneInfo("Europe/Berlin"))
              for row in range(2000))  # fmt: skip
    rows = "".join(f"{clock:%Y-%m-%d %H:%M:%S},10\n" for clock in clocks)
    duty = CsvDuty(written(tmp_path, "time,current\n" + rows), ZoneInfo("Europe/Berlin"))
    blocks = [raw.t_s for raw in duty.peek()]
    assert len(blocks) > 2
    assert np.concatenate(blocks) == pytest.approx(begin_s + 5.0 * np.arange(2000.0))


def test_files_are_joined_in_the_order_of_their_times(tmp_path: Path) -> None:
    late = written(tmp_path, "time,current\n2026-03-01T02:00:00Z,7\n", "a.csv")
    early = written(tmp_path, "t,amps\n2026-03-01T01:59:00Z,5\n", "b.csv")
    _, chunk, problems = read(late, early)
    assert chunk.current_a.tolist() == [5.0, 7.0]
    assert problems == []


def test_problems_of_one_kind_are_counted_once_there_are_many(tmp_path: Path) -> None:
    _, _, problems = read(written(tmp_path, minutes(["x"] * 200 + ["5"])))
    assert len(problems) == 51
    assert "150 more rows" in problems[-1].what


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.csv", "", "a.csv is empty"),
        ("a.csv", "hello\nworld\n", "has no column 'time'"),
        ("a.csv", "\x1b[2J" + 99 * "x", r"it has '\\x1b\[2Jx{32}\)$"),
        ("a.csv", "time,volts\n0,1\n", "has no column 'current'"),
        ("a.csv", "time,current\n", "has no row with a time"),
        ("a.csv", "time,current\nx,1\n", "has no row with a time"),
        ("a.parquet", "PAR1 and then nothing", "is cut off or damaged"),
        ("state.sqlite", "SQLite format 3\x00 and then nothing", "is no journal"),
    ],
)
def test_a_wrong_file_gets_one_sentence(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    with pytest.raises(DutyError, match=sentence):
        read(written(tmp_path, text, name))


def test_wrong_places_get_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DutyError, match="does not exist"):
        open_record([tmp_path / "none.csv"])
    with pytest.raises(DutyError, match="is no run"):
        open_record([tmp_path])
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(DutyError, match="is no journal"):
        open_record([tmp_path / "other.sqlite"])
    with pytest.raises(DutyError, match="no time zone"):
        zone_of("Mars/Olympus")
    loose = written(tmp_path, "time,current\n0,1\n", "loose.csv")
    with pytest.raises(DutyError, match="without a date"):
        open_record([loose, loose])


@pytest.mark.parametrize(
    "times",
    [
        [f"{1_772_323_200 + at}" for at in range(8)],
        [f"{1_772_323_200_000 + at * 500}" for at in range(8)],
        [f"2026-03-01T00:00:0{at}Z" for at in range(8)],
        [f"2026-03-01 00:00:0{at}.250" for at in range(8)],
        [f"2026-03-01T02:00:0{at}+02:00" for at in range(8)],
    ],
)
@pytest.mark.parametrize("odd", ["", "n/a", "x", '"3,5"', "1e3", "31,30"])
def test_the_fast_way_reads_what_the_slow_one_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: list[str], odd: str
) -> None:
    pytest.importorskip("pyarrow")
    temps = ["20.5", "-3", "21", odd, "22.25", "", "19", "18"]
    rows = [
        f"{at},{16.1 * row},{temp}" for row, (at, temp) in enumerate(zip(times, temps, strict=True))
    ]
    path = written(tmp_path, "\n".join(["time,current,temp", *rows, ""]))
    _, slow, slow_problems = read(path)
    monkeypatch.setattr(duty_csv, "WORTH_BYTES", 0)
    _, fast, fast_problems = read(path)
    assert fast.t_s == pytest.approx(slow.t_s, abs=1e-6)
    assert np.array_equal(fast.current_a, slow.current_a)
    assert fast.temp_ntc_c is not None
    assert slow.temp_ntc_c is not None
    assert np.array_equal(fast.temp_ntc_c, slow.temp_ntc_c, equal_nan=True)
    assert fast_problems == slow_problems


def test_a_file_of_many_blocks_keeps_its_row_numbers(tmp_path: Path) -> None:
    lines = [f"{at},{at % 7},20.125\n" for at in range(700_000)]
    lines[650_000] = "650000,x,20.125\n"
    _, chunk, problems = read(written(tmp_path, "time,current,ambient\n" + "".join(lines)))
    assert len(chunk.t_s) == 700_000
    assert told(problems) == [(650_001, "current")]


def test_a_map_names_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "when,I,current\n0,5,9\n1,6,9\n")
    mapped = map_of("time=when,current=I")
    assert read(path, read_as=ReadAs(mapped=mapped))[1].current_a.tolist() == [5.0, 6.0]
    for wrong, sentence in (
        ("current", "is not NAME=COLUMN"),
        ("speed=a", "there is no 'speed'"),
        ("current=a,current=b", "named twice"),
    ):
        with pytest.raises(DutyError, match=sentence):
            map_of(wrong)
    with pytest.raises(DutyError, match="no column 'amperes' for current"):
        open_record([path], ReadAs(mapped={"current": "amperes"}))


_FIELD = st.one_of(
    st.floats(-50.0, 50.0).map(str), st.sampled_from(["", "nan", "inf", "x", "1e9", "-", '"']),
    st.integers(-10, 200_000).map(str),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(_FIELD, min_size=1, max_size=4), min_size=1, max_size=40))
def test_whatever_a_file_holds_time_rises_and_values_are_possible(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = "\n".join(["time,current,temp", *(",".join(row) for row in rows)])
    path = written(tmp_path_factory.mktemp("fuzz"), text)
    try:
        _, chunk, problems = read(path)
    except DutyError:
        return
    assert np.all(np.diff(chunk.t_s) > 0.0)
    known = chunk.current_a[np.isfinite(chunk.current_a)]
    assert np.all(np.abs(known) <= 1000.0)
    assert not np.isinf(chunk.current_a).any()
    assert len(chunk.t_s) == len(rows) or problems
