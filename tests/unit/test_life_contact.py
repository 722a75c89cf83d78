"""`silverpin life` on contact resistance: sessions, bench runs, alarms, and what it refuses."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="lives are reckoned by numba: install the extra life")

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.silverpin_cli import main
from tests.ageing_contacts import Aged, aged
from tests.resistance_nuisances import BENCH
from tests.resistance_plant import DC_200, Fleet, Seen, steady

START = datetime(2025, 3, 1, tzinfo=UTC)
SESSIONS, STEPPED, RUNS = 22, 13, 10


def rows(seen: Seen, place: int, begin: datetime) -> list[str]:
    """Return one session as rows of a file, with a sample at rest behind it."""
    lines = [
        f"{begin + timedelta(seconds=t_s):%Y-%m-%dT%H:%M:%SZ},{a:.2f},{ntc:.1f},{air:.1f}"
        for t_s, a, ntc, air in zip(
            seen.t_s, seen.current_a[place], seen.ntc_c[place], seen.ambient_c[place], strict=True
        )
    ]
    return [*lines, f"{begin + timedelta(seconds=3610):%Y-%m-%dT%H:%M:%SZ},0,,"]


@pytest.fixture(scope="module")
def truth() -> list[Seen]:
    fleet = Fleet(DC_200, 1, np.random.default_rng(11))
    seen = []
    for session in range(SESSIONS):
        if session == STEPPED:
            fleet.contact_ohm = fleet.contact_ohm * 1.3
        seen.append(fleet.session(steady(DC_200)))
    return seen


@pytest.fixture(scope="module")
def record(truth: Sequence[Seen], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("use") / "depot.csv"
    lines = ["time,current,temp,ambient"]
    for day, seen in enumerate(truth):
        lines += rows(seen, 0, START + timedelta(days=day, hours=9))
    path.write_text("\n".join(lines).replace("nan", ""))
    return path


@pytest.fixture(scope="module")
def type_tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    seen = Fleet(DC_200, RUNS, np.random.default_rng(12), BENCH).session(steady(DC_200))
    for place in range(RUNS):
        known = f",{1e3 * seen.contact_ohm[place]:.4f}"
        lines = [row + known for row in rows(seen, place, START)]
        text = "\n".join(["time,current,temp,ambient,r_contact_mohm", *lines])
        (folder / f"run{place:02d}.csv").write_text(text.replace("nan", ""))
    return folder


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["life", *words, "--connector", "ccs2-200a", "--json"]) == Exit.DONE
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.long
def test_a_step_is_told_with_its_day_and_its_size(
    record: Path, type_tests: Path, truth: Sequence[Seen], capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, str(record), "--type-tests", str(type_tests))
    contact = found["resistance_mohm"]
    assert contact["p05"] < contact["p50"] < contact["p95"]
    assert contact["p50"] == pytest.approx(1e3 * truth[-1].contact_ohm[0], rel=0.25)
    assert contact["type_test_runs"] == RUNS
    assert len(found["sessions"]) == SESSIONS
    assert {row["channel"] for row in found["sessions"]} == {"temperature"}
    middle = [row["p50"] for row in found["sessions"]]
    assert np.mean(middle[STEPPED + 2 :]) / np.mean(middle[: STEPPED - 2]) == pytest.approx(
        1.3, abs=0.1
    )
    (alarm,) = (row for row in found["upkeep"] if "contact resistance" in row["what"])
    assert alarm["due"] == "2025-03-22"
    assert "% of the rated current" in alarm["reason"]
    assert any(f"{RUNS} bench runs" in line for line in found["rests_on"])
    bounds = {row["name"]: row for row in found["identifiability"]}
    assert bounds["contact"]["told"]
    assert bounds["contact"]["sd_after"] < 0.15 < bounds["contact"]["sd_before"]
    assert all(0.0 < row["sd_after"] <= row["sd_before"] for row in bounds.values())
    (line,) = (line for line in found["rests_on"] if "this record can tell" in line)
    assert "the contact to" in line


def test_without_bench_runs_the_interval_is_wide_and_says_why(
    record: Path, type_tests: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = told(capsys, str(record))
    narrow = told(capsys, str(record), "--type-tests", str(type_tests))
    ratios = [row["resistance_mohm"]["p95"] / row["resistance_mohm"]["p05"]
              for row in (wide, narrow)]  # fmt: skip
    assert ratios[0] > 3.0 > ratios[1]
    assert any("shipped priors" in line for line in wide["rests_on"])


def test_a_small_current_leaves_the_contact_unknown_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trickle.csv"
    lines = [f"2025-03-01T{t // 60:02d}:{t % 60:02d}:00Z,10,20.5,20" for t in range(180)]
    path.write_text("\n".join(["time,current,temp,ambient", *lines]))
    found = told(capsys, str(path))
    assert found["resistance_mohm"]["p50"] is None
    assert found["sessions"][0]["channel"] is None
    assert "too low" in found["resistance_mohm"]["reason"]
    assert found["identifiability"] is None
    assert any("Contact resistance is unknown" in line for line in found["rests_on"])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("notes.md", "hello", "has no bench run"),
        ("run.csv", "time,current,temp\n1,2,3\n", "r_contact_mohm"),
        ("run.csv", "time,current,r_contact_mohm\n1,2,0.3\n", "no column 'temp'"),
        ("run.csv", "time,current,temp,r_contact_mohm\n1,2,3,0.3\n2,2,3,0.6\n", "goes from 0.3"),
        ("run.csv", "time,current,temp,r_contact_mohm\n1,2,3,900\n", "no contact has that many"),
        ("run.csv", "time,current,temp,r_contact_mohm\n1,2,3,x\n", "has no number"),
    ],
)
def test_a_bench_folder_that_cannot_be_one_is_refused(
    record: Path, tmp_path: Path, name: str, text: str, said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / name).write_text(text)
    words = ["life", str(record), "--type-tests", str(tmp_path), "--connector", "ccs2-200a"]
    assert main(words) == Exit.BAD_FILE
    assert said in capsys.readouterr().err


def test_the_report_shows_the_trend(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.html"
    words = ["life", str(record), "--connector", "ccs2-200a", "--report", str(out)]
    assert main(words) == Exit.DONE
    capsys.readouterr()
    page = out.read_text(encoding="utf-8")
    assert page.count("<svg") == 7, "the trend is drawn for desks, for paper and for phones"
    assert page.count(f"contact resistance over {SESSIONS} sessions: from ") == 3


def test_a_drift_raises_an_alarm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fleet = Fleet(DC_200, 1, np.random.default_rng(14))
    lines = ["time,current,temp,ambient"]
    for day in range(SESSIONS):
        lines += rows(fleet.session(steady(DC_200)), 0, START + timedelta(days=day, hours=9))
        fleet.contact_ohm = fleet.contact_ohm * 1.03
    path = tmp_path / "drifting.csv"
    path.write_text("\n".join(lines).replace("nan", ""))
    found = told(capsys, str(path))
    (work,) = (row for row in found["upkeep"] if "contact resistance" in row["what"])
    assert work["due"] >= "2025-03-22"
    assert found["resistance_mohm"]["rise"]["p05"] > 0.05


def file_of(connector: Aged, path: Path) -> Path:
    """Write the record of an aged connector."""
    lines = ["time,current,temp,ambient"]
    for chunk in connector.chunks:
        assert chunk.temp_ntc_c is not None
        assert chunk.ambient_c is not None
        columns = (chunk.t_s, chunk.current_a, chunk.temp_ntc_c, chunk.ambient_c)
        for t_s, a, ntc, air in zip(*columns, strict=True):
            at = START + timedelta(seconds=round(float(t_s)))
            lines.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{a:.2f},{ntc:.1f},{air:.1f}")
    path.write_text("\n".join(lines).replace("nan", ""))
    return path


def test_what_is_left_goes_by_the_contacts_own_resistance(
    type_tests: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (connector,) = aged(DC_200, 1, 80, 5)
    path = file_of(connector, tmp_path / "aged.csv")
    out = tmp_path / "out.html"
    words = [str(path), "--type-tests", str(type_tests), "--report", str(out)]
    found = told(capsys, *words)
    (row,) = (row for row in found["remaining"]["modes"] if row["rests_on"] == "its own state")
    assert row["name"] == "contact resistance"
    assert row["covers"] == ["film and corrosion", "fretting", "spring relaxation"]
    assert not set(row["covers"]) & {each["name"] for each in found["remaining"]["modes"]}
    left = connector.left_days / 365.25
    assert row["years"]["p05"] < left < row["years"]["p95"]
    assert 0.5 < row["years"]["p50"] / left < 2.0
    shown = {each["name"]: each["ends_first"] for each in found["mechanisms"]}
    assert shown["spring relaxation"] is None, "the resistance stands for it"
    assert any("goes by its own resistance, read in 80 sessions" in line
               for line in found["rests_on"])  # fmt: skip
    assert "By its own state: contact resistance (for " in out.read_text(encoding="utf-8")


def test_few_sessions_leave_what_is_left_to_the_kind(
    truth: Sequence[Seen], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.csv"
    lines = ["time,current,temp,ambient"]
    for day, seen in enumerate(truth[:3]):
        lines += rows(seen, 0, START + timedelta(days=day, hours=9))
    path.write_text("\n".join(lines).replace("nan", ""))
    found = told(capsys, str(path))
    rests_on = {row["rests_on"] for row in found["remaining"]["modes"]}
    assert rests_on == {"parameters of its kind"}
    assert any("goes by its kind until 4 did" in line for line in found["rests_on"])
