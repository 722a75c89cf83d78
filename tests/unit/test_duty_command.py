"""`silverpin duty`: uses side by side, on signals that are made up and on one from a file."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="lives are reckoned by numba: install the extra life")

from silverpin.apps.duty.days import STEP_S, Vehicle, charging, following, house, record
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.silverpin_cli import main
from silverpin.drivers.signal_synthetic import synthetic_frequency

VEHICLE = Vehicle(power_w=7360.0, road_kwh=10.0, days=2)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, dict[str, Any]]:
    assert main(["duty", "--days", "2", "--json", *words]) == Exit.DONE
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {row["use"]: row for row in rows}


def test_each_use_leaves_the_vehicle_with_what_the_road_needs() -> None:
    wanted = [-7360.0, 7360.0, 0.0]
    for use in (charging(VEHICLE), house(VEHICLE), following("x", "y", VEHICLE, wanted, 60.0)):
        daily_kwh = use.power_w.reshape(2, -1).sum(axis=1) * STEP_S / 3.6e6
        assert daily_kwh == pytest.approx(10.0, rel=0.02)
        chunk = record(use, 230.0)
        assert chunk.mated is not None
        assert not np.any(chunk.current_a[~chunk.mated])
        assert chunk.happenings.matings_s == (5.5 * 3600.0, 29.5 * 3600.0)


def test_uses_are_told_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    rows = told(capsys)
    assert list(rows) == ["charging", "vehicle to house", "frequency droop", "RegD"]
    assert rows["charging"]["wear_cost_eur_per_kwh_discharged"] is None
    assert rows["charging"]["reversals_per_day"] == 0
    assert rows["RegD"]["source"] == "synthetic:regd"
    assert rows["RegD"]["reversals_per_day"] > 100
    for use in ("vehicle to house", "frequency droop", "RegD"):
        price = rows[use]["wear_cost_eur_per_kwh_discharged"]
        assert 0.0 < price["p05"] < price["p50"] < price["p95"]
    seal = {use: row["mechanisms"][7]["consumed_per_year"]["p50"] for use, row in rows.items()}
    # heat ages a seal, reversals do not: the droop reverses most often and costs it next to nothing
    assert seal["frequency droop"] == pytest.approx(seal["charging"], rel=0.05)
    assert seal["vehicle to house"] > 1.2 * seal["charging"]


def test_a_file_takes_the_place_of_what_is_made_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "grid.csv"
    lines = (f"2024-01-01T00:{t // 60:02d}:{t % 60:02d}Z,{49.9 + 0.2 * (t % 2)}" for t in range(60))
    path.write_text("\n".join(["time,frequency_hz", *lines]))
    rows = told(capsys, "--frequency", str(path))
    assert rows["frequency droop"]["source"].startswith("grid.csv")
    assert rows["RegD"]["source"] == "synthetic:regd"


def test_the_report_shows_every_use_and_fetches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "uses.html"
    told(capsys, "--report", str(out))
    page = out.read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "A kilowatt-hour given costs most in " in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_table_has_a_column_for_each_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["duty", "--days", "1"]) == Exit.DONE
    shown = capsys.readouterr()
    assert "vehicle to house" in shown.out
    assert "wear cost a kWh" in shown.out
    assert "synthetic:frequency" in shown.err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--days", "0"], Exit.USAGE, "--days 0 is outside 1 to 366"),
        (["--frequency", "missing.csv"], Exit.BAD_FILE, "missing.csv"),
        (["--power", "5W"], Exit.USAGE, "5W is outside 100 to 1e+06 W"),
        (["--seed", "-1"], Exit.USAGE, "'-1' is no seed"),
        (["--full-hz", "0"], Exit.USAGE, "0 is outside 0.001 to 5 Hz"),
        (["--deadband", "-1"], Exit.USAGE, "-1 is outside 0 to 5 Hz"),
        (["--road", "-5kWh"], Exit.USAGE, "-5kWh is outside 0 to 1000 kWh"),
    ],
)
def test_what_cannot_be_compared_is_said(
    words: list[str], code: Exit, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        ended: object = main(["duty", *words])
    except SystemExit as left:
        ended = left.code
    assert ended == code
    assert sentence in capsys.readouterr().err.splitlines()[-1]


def test_a_made_up_frequency_moves_as_the_real_one_does() -> None:
    found = np.array(synthetic_frequency(random.Random(7), 86_400.0).values) - 60.0
    assert 0.012 < float(np.std(found)) < 0.020
    crossings = int(np.count_nonzero(np.diff(np.sign(found))))
    assert 1000 < crossings < 1800


FIRST_NUMPY = """
import os, sys
class Watch:
    def find_spec(self, name, *others):
        if name == "numpy":
            print(os.environ.get("OPENBLAS_NUM_THREADS"))
            sys.exit()
sys.meta_path.insert(0, Watch())
from silverpin.apps.{program} import main
main({words})
"""


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("duty", ["--help"]),
        ("life", ["--help"]),
        ("life.contact_worker", ["state.sqlite", "--connector", "type2-32a"]),
    ],
)
def test_whatever_reckons_has_one_thread_a_matrix_before_numpy_comes(
    program: str, words: list[str]
) -> None:
    code = FIRST_NUMPY.replace("{program}", program).replace("{words}", repr(words))
    bare = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=bare, input="", capture_output=True, text=True, check=True
    )
    assert told.stdout == "1\n"
