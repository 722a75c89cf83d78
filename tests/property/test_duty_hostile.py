"""Files that mean harm or are broken get one sentence, never a traceback."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pyarrow", reason="these files are also Parquet: install the extra data")
import pyarrow
import pyarrow.parquet

from silverpin.drivers import duty_csv
from silverpin.drivers.duty_columns import DutyError
from silverpin.drivers.duty_record import ReadAs, open_record
from silverpin.drivers.duty_time import zone_of
from silverpin.durability.record import Problem

PLAIN = b"time,current,temp\n" + b"".join(
    b"2026-03-01T00:00:%02dZ,%d,21.5\n" % (at, at) for at in range(50)
)


def outcome(path: Path, read_as: ReadAs | None = None) -> list[Problem] | str:
    """Read a file to its end; return its problems, or the sentence that refuses it."""
    try:
        chunks = list(open_record([path], read_as).chunks())
    except DutyError as error:
        return str(error)
    times = np.concatenate([chunk.t_s for chunk in chunks])
    assert np.all(np.diff(times) > 0.0)
    return [problem for chunk in chunks for problem in chunk.problems]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "file"


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    told = outcome(place)
    assert isinstance(told, list) or "\n" not in told


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, len(PLAIN) - 1),
    patch=st.binary(min_size=1, max_size=12),
    cut=st.integers(0, 40),
    fast=st.booleans(),
)
def test_a_text_file_that_was_damaged(
    place: Path, at: int, patch: bytes, cut: int, fast: bool
) -> None:
    place.write_bytes(PLAIN[:at] + patch + PLAIN[at + cut :])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(duty_csv, "WORTH_BYTES", 0 if fast else 1 << 30)
        outcome(place)


@settings(max_examples=100, deadline=None)
@given(share=st.floats(0.0, 1.0), patch=st.binary(min_size=1, max_size=4))
def test_a_parquet_file_that_was_damaged(place: Path, share: float, patch: bytes) -> None:
    table = pyarrow.table({"time": np.arange(500.0), "current": np.full(500, 16.0)})
    pyarrow.parquet.write_table(table, place)
    data = bytearray(place.read_bytes())
    at = int(share * (len(data) - len(patch)))
    data[at : at + len(patch)] = patch
    place.write_bytes(bytes(data))
    outcome(place)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"time": [1.0, 2.0], "current": ["a", "b"]}, "holds string, not numbers"),
        ({"time": [True, False], "current": [1.0, 2.0]}, "holds bool, not numbers"),
        ({"time": [[1.0], [2.0]], "current": [1.0, 2.0]}, "not numbers"),
        ({"time": ["x", "y"], "current": [1.0, 2.0]}, "has no row with a time"),
        ({"current": [1.0]}, "no column 'time'"),
    ],
)
def test_a_parquet_file_without_a_record_in_it(
    tmp_path: Path, columns: dict[str, list[object]], told: str
) -> None:
    path = tmp_path / "duty.parquet"
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    found = outcome(path)
    assert isinstance(found, str)
    assert told in found


def test_a_parquet_file_has_times_of_every_kind(tmp_path: Path) -> None:
    path = tmp_path / "duty.parquet"
    local = ["2026-03-01 00:00:00", "2026-03-01 00:00:30"]
    berlin = ReadAs(zone=zone_of("Europe/Berlin"))
    times = {
        "text": (pyarrow.array(local), berlin),
        "naive": (pyarrow.array(np.array(local, dtype="datetime64[us]")), berlin),
        "zoned": (
            pyarrow.array(
                np.array(["2026-02-28T23:00:00", "2026-02-28T23:00:30"], dtype="datetime64[ms]"),
                pyarrow.timestamp("ms", "Europe/Berlin"),
            ),
            ReadAs(),
        ),
        "number": (pyarrow.array([1_772_319_600_000, 1_772_319_630_000]), ReadAs()),
    }
    for column, read_as in times.values():
        table = pyarrow.table({"time": column, "current": pyarrow.array([1.5, None])})
        pyarrow.parquet.write_table(table, path)
        record = open_record([path], read_as)
        (chunk,) = record.chunks()
        assert record.start_utc_ns == 1_772_319_600_000_000_000
        assert chunk.t_s.tolist() == [0.0, 30.0]
        assert np.isnan(chunk.current_a).tolist() == [False, True]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(-(2**62), 2**62),
            st.sampled_from(["energy", "mated", "unmated", "started", "stopped", "load_break"]),
            st.sampled_from([
                "{}", "[]", "null", "x", '{"charged_kwh": "a"}',
                '{"charged_kwh": 1.0, "discharged_kwh": 0.0, "mated_s": 60.0}',
                '{"charged_kwh": null, "discharged_kwh": 0.0, "mated_s": -60.0}',
            ]),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_a_journal_that_was_tampered_with(place: Path, rows: list[tuple[int, str, str]]) -> None:
    place.unlink(missing_ok=True)
    connection = sqlite3.connect(place)
    connection.execute(
        "CREATE TABLE journal (id INTEGER PRIMARY KEY, utc_ns INTEGER, boot TEXT, t_ns INTEGER,"
        " serial TEXT, kind TEXT, fields TEXT)"
    )
    connection.executemany(
        "INSERT INTO journal (utc_ns, serial, kind, fields) VALUES (?, 'C', ?, ?)", rows
    )
    connection.commit()
    connection.close()
    outcome(place)
