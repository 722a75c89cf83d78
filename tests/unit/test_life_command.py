"""`silverpin life`: its keys, its words, its exit codes."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

pytest.importorskip("numba", reason="lives are reckoned by numba: install the extra life")

from silverpin.apps.exits import Exit
from silverpin.apps.life.gathered import Gathered
from silverpin.apps.terminal.silverpin_cli import main
from silverpin.durability.record import Chunk

START = datetime(2025, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=10)


def evenings(days: int, discharge_a: float) -> Iterator[str]:
    """Rows of a vehicle that discharges from 18 to 21 and charges from 23 to 4."""
    yield "time,current,ambient,voltage"
    for step in range(days * 144):
        at = START + step * STEP
        current_a = 25.0 if at.hour >= 23 or at.hour < 4 else 0.0
        current_a = -discharge_a if 18 <= at.hour < 21 else current_a
        yield f"{at:%Y-%m-%dT%H:%M:%SZ},{current_a},12,230"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "home.csv"
    path.write_text("\n".join(evenings(40, 20.0)))
    return path


def exit_of(words: list[str]) -> Any:
    try:
        return main(words)
    except SystemExit as ended:
        return ended.code


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["life", *words, "--json"]) == Exit.DONE
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_the_object_has_every_key_that_programs_rely_on(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, str(record), "--connector", "type2-32a")
    assert found["schema"] == "silverpin.life/1"
    assert found["connector"] == "type2-32a"
    assert found["span"]["start"] == "2025-03-01T00:00:00Z"
    assert found["span"]["end"] == "2025-04-09T23:50:00Z"
    assert found["input"]["rows"] == 40 * 144
    assert found["input"]["missing"] == ["temp", "cable", "v_evse", "v_ev", "mated"]
    assert found["input"]["problems"] == []
    assert {"matings", "load_breaks", "reversals", "mated_hours"} <= found["counts"].keys()
    assert found["counts"]["load_breaks"] is None  # nobody recorded any: unknown is never 0
    assert len(found["mechanisms"]) == 10
    for row in found["mechanisms"]:
        assert row["consumed"]["p05"] <= row["consumed"]["p50"] <= row["consumed"]["p95"]
        assert {"name", "extrapolated", "unsourced"} <= row.keys()
    assert found["dominant"] in {row["name"] for row in found["mechanisms"]}
    for clock in ("matings", "mated_hours", "date"):
        low, middle, high = (found["remaining"][clock][name] for name in ("p05", "p50", "p95"))
        assert low < middle < high
    price = found["wear_cost_eur_per_kwh_discharged"]
    assert 0.0 < price["p05"] < price["p50"] < price["p95"] < 0.05
    assert all({"what", "due", "reason"} <= row.keys() for row in found["upkeep"])
    assert [row["due"] for row in found["upkeep"]] == sorted(row["due"] for row in found["upkeep"])


def test_what_is_not_estimated_is_null_with_its_reason(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, str(record))
    assert found["resistance_mohm"]["p50"] is None
    assert "neither the sensor" in found["resistance_mohm"]["reason"]
    # an evening's discharge and the night's charge are two uses of the same plug
    assert len(found["sessions"]) == 81
    assert {row["p50"] for row in found["sessions"]} == {None}
    assert any("does not name the connector" in line for line in found["rests_on"])


def test_a_use_without_discharge_has_no_price(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "charging.csv"
    path.write_text("\n".join(evenings(20, 0.0)))
    price = told(capsys, str(path))["wear_cost_eur_per_kwh_discharged"]
    assert price["p50"] is None
    assert price["reason"] == "nothing was discharged"


def test_one_seed_is_one_answer(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, str(record)) == told(capsys, str(record))
    other = told(capsys, str(record), "--seed", "2")["remaining"]["years"]["p50"]
    assert other == pytest.approx(told(capsys, str(record))["remaining"]["years"]["p50"], rel=0.1)


def test_the_table_says_it_in_words(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["life", str(record), "--connector", "type2-32a"]) == Exit.DONE
    said = capsys.readouterr().out
    assert "Remaining: " in said
    assert "Wear cost of a kilowatt-hour discharged: " in said
    assert "inspect the pins" in said
    assert "taken as new where the record begins" in said


def test_the_report_is_one_page_that_fetches_nothing(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.html"
    assert main(["life", str(record), "--report", str(out)]) == Exit.DONE
    page = out.read_text(encoding="utf-8")
    assert "<script" not in page
    assert not re.search(r"""(src|href)=|url\((?!#)|https?://""", page)
    assert page.count("<svg") == 4
    svgs = re.findall(r"<svg.*?</svg>", page)
    assert all(ElementTree.fromstring(svg).get("aria-label") for svg in svgs)
    assert "nan" not in " ".join(svgs)
    assert "years are left" in page
    assert "No lower bound is promised: no fleet was named" in page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home.csv", "out.html"]
    before = page
    assert main(["life", str(record), "--report", str(out)]) == Exit.DONE
    assert out.read_text(encoding="utf-8") == before


def test_a_report_that_has_no_folder_is_said_before_anything_is_read(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nowhere" / "out.html"
    assert main(["life", str(record), "--report", str(out)]) == Exit.BAD_FILE
    assert "there is no such folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["missing.csv"], Exit.BAD_FILE, "missing.csv does not exist"),
        (["{record}", "--tz", "Mars/Olympus"], Exit.USAGE, "there is no time zone 'Mars/Olympus'"),
        (["{record}", "--map", "amps"], Exit.USAGE, "is not NAME=COLUMN"),
        (["{record}", "--map", "current=nothing"], Exit.BAD_FILE, "nothing"),
        (["{record}", "--connector", "schuko"], Exit.USAGE, "invalid choice: 'schuko'"),
        (["{record}", "--type-tests", "{record}"], Exit.USAGE, "is no folder"),
        (["{record}", "--report", "{record}"], Exit.USAGE, "is an input"),
        (["{record}", "--seed", "-1"], Exit.USAGE, "'-1' is no seed"),
        ([], Exit.USAGE, "required: FILE"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    words: list[str], code: Exit, sentence: str, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word.replace("{record}", str(record)) for word in words]
    assert exit_of(["life", *words]) == code
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_a_record_of_one_instant_is_refused_and_one_of_a_minute_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "short.csv"
    path.write_text("time,current\n2025-01-01T00:00:00Z,10\n")
    assert main(["life", str(path)]) == Exit.BAD_FILE
    assert "one instant long" in capsys.readouterr().err
    path.write_text("time,current\n2025-01-01T00:00:00Z,-10\n2025-01-01T00:01:00Z,0\n")
    found = told(capsys, str(path))
    assert found["wear_cost_eur_per_kwh_discharged"]["p50"] > 0.0
    assert "NaN" not in json.dumps(found)


def test_a_plot_keeps_every_peak_however_long_the_record() -> None:
    gathered = Gathered(64)
    t_s = np.arange(0.0, 9 * 86_400.0, 30.0)
    current_a = np.zeros(len(t_s))
    current_a[12_345] = -77.0
    for rows in (slice(0, 5000), slice(5000, None)):
        gathered.take(Chunk(t_s=t_s[rows], current_a=current_a[rows]))
    bands = gathered.bands("current_a", 30)
    assert min(band.low for band in bands) == -77.0
    assert [column for column, band in enumerate(bands) if band.low < 0.0] == [14]
    assert all(band.low != band.low for band in gathered.bands("temp_ntc_c", 30))
