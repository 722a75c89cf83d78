"""`silverpin plot`: a run drawn again for a report, whole or in part, and what cannot be drawn."""

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from silverpin.apps.exits import Exit
from silverpin.apps.run import main as run
from silverpin.apps.terminal.silverpin_cli import main

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run whose emergency stop is pressed after twenty minutes."""
    out = tmp_path_factory.mktemp("plot") / "run"
    told = ["--signal", "synthetic:regd", "--hours", "0.6", "--fault", "00:20:estop"]
    assert run([*told, "--out", str(out)]) == Exit.DONE
    return out


def _words(file: Path) -> set[str]:
    return {element.text or "" for element in ET.parse(file).iter(f"{SVG}text")}


def _refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(["plot", *words]) == Exit.BAD_FILE
    told = capsys.readouterr()
    assert told.out == ""
    (sentence,) = told.err.splitlines()
    return sentence


def test_the_whole_run_drawn_again_is_the_same_picture(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again.svg"
    assert main(["plot", str(folder), "--out", str(again)]) == Exit.DONE
    assert again.read_bytes() == (folder / "plot.svg").read_bytes()
    assert main(["plot", str(folder)]) == Exit.DONE
    assert "already so" in capsys.readouterr().out


def test_a_part_shows_its_own_hours_and_what_fell_into_them(folder: Path, tmp_path: Path) -> None:
    early, late = tmp_path / "early.svg", tmp_path / "late.svg"
    assert main(["plot", str(folder), "--to", "10min", "--out", str(early)]) == Exit.DONE
    assert main(["plot", str(folder), "--from", "00:15", "--out", str(late)]) == Exit.DONE
    assert "plugged in 00:00" in _words(early)
    assert not any("ERR_EMERGENCY_STOP" in words for words in _words(early))
    assert {"ERR_EMERGENCY_STOP 00:20:00", "00:20", "00:30"} <= _words(late)
    assert "plugged in 00:00" not in _words(late)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "1h"), "01:00 to 00:36 is no part of a run of 00:36"),
        (("--from", "00:10", "--to", "00:10"), "give at least 10 s within it"),
    ],
)
def test_a_part_outside_the_run_is_refused(
    folder: Path, words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says in _refused(capsys, str(folder), *words)


def test_a_picture_that_has_no_folder_is_not_blamed_on_the_run(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere"
    said = _refused(capsys, str(folder), "--out", str(nowhere / "picture.svg"))
    assert said == f"silverpin plot: there is no folder {nowhere}: make it first"


DAMAGE = {
    "summary.json": (b"[]", "summary.json is cut off or damaged"),
    "events.jsonl": (b'{"t_s": 1.0', "events.jsonl is cut off or damaged"),
    "samples.parquet": (b"PAR1 and no more", "cut off or damaged"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_run_is_one_sentence(
    folder: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "run"
    shutil.copytree(folder, copy)
    data, says = DAMAGE[name]
    (copy / name).write_bytes(data)
    assert says in _refused(capsys, str(copy))
    (copy / name).unlink()
    assert "No such file" in _refused(capsys, str(copy))


def test_what_an_older_program_left_out_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "run"
    shutil.copytree(folder, copy)
    told = json.loads((copy / "summary.json").read_bytes())
    del told["temp_trip_c"]
    (copy / "summary.json").write_text(json.dumps(told))
    assert "lack 'temp_trip_c': run it again" in _refused(capsys, str(copy))
    (copy / "summary.json").write_text(json.dumps(told | {"temp_trip_c": 85.0, "power_w": "x"}))
    assert "run it again" in _refused(capsys, str(copy))
    (copy / "summary.json").write_text(json.dumps(told | {"temp_trip_c": 85.0, "power_w": 0.0}))
    assert "are damaged" in _refused(capsys, str(copy))
    (copy / "summary.json").write_text('{"schema": "silverpin.life/1"}')
    assert "is no summary of a run" in _refused(capsys, str(copy))
