"""`silverpin run` refuses with one sentence, and its folder appears whole or not at all."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from silverpin.apps.exits import Exit
from silverpin.apps.run import folder as run_folder
from silverpin.apps.run import main
from silverpin.apps.run.folder import FILES

SHORT = ("--signal", "synthetic:regd", "--hours", "0.2")


def _run(out: Path, *options: str) -> dict[str, Any]:
    assert main([*options, "--out", str(out)]) == Exit.DONE
    told: dict[str, Any] = json.loads((out / "summary.json").read_bytes())
    return told


# What is refused, with the folder untouched


def _refused(capsys: pytest.CaptureFixture[str], code: int, out: Path, *options: str) -> str:
    before = sorted(out.parent.rglob("*"))
    assert main([*options, "--out", str(out)]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert sorted(out.parent.rglob("*")) == before
    (sentence,) = told.err.splitlines()
    return sentence


BAD_FILES = {
    "missing": (None, "does not exist"),
    "empty": ("", "is empty"),
    "cut off": ("time,regd\n0,0.5\n2", "cut off or malformed"),
    "malformed": ("regd\n0.5\nhalf\n", "'half' in row 2, column 'regd', is no number"),
    "not a number": ("regd\n0.5\nnan\n", "row 2, column 'regd', is no finite number"),
    "beyond one": ("regd\n0.5\n1.5\n", "1.5 in row 2, column 'regd', is beyond ±1"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_signal_is_one_sentence_and_leaves_no_trace(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, words = BAD_FILES[case]
    file = tmp_path / "signal.csv"
    if text is not None:
        file.write_text(text)
    sentence = _refused(capsys, Exit.BAD_FILE, tmp_path / "out", "--signal", str(file))
    assert words in sentence


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--signal", "synthetic:waves"), "synthetic:regd"),
        (("--signal", "signal.csv", "--column", "x"), "has no column 'x': it has regd"),
        (("--signal", "signal.csv", "--hours", "1"), "lasts 00:00 h, --hours 1 is longer"),
    ],
)
def test_an_unknown_signal_or_column_is_a_bad_file(
    options: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "signal.csv").write_text("regd\n0.5\n0.4\n")
    assert words in _refused(capsys, Exit.BAD_FILE, tmp_path / "out", *options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--fault", "10s:explode"), "unknown act 'explode': one of plug, unplug"),
        (("--fault", "10s:worn-pin=DC+=much"), "write it like"),
        (("--fault", "23:00:weld"), "is not before the end, 00:12"),
        (("--plug-in", "2h"), "--plug-in is not before the end"),
    ],
)
def test_a_plan_that_cannot_be_is_a_usage_error(
    options: tuple[str, ...],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert words in _refused(capsys, Exit.USAGE, tmp_path / "out", *SHORT, *options)


@pytest.mark.parametrize(
    "options",
    [
        ("--power", "10 apples"),
        ("--power", "-5kW"),
        ("--soc", "150%"),
        ("--hours", "0"),
        ("--seed", "one"),
        ("--connector", "schuko"),
        ("--fault", "jam-lock"),
        ("--fault", "soon:jam-lock"),
        ("--plug-in", "10min", "--plug-out", "5min"),
    ],
)
def test_a_wrong_option_is_a_usage_error_in_one_sentence(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*SHORT, *options, "--out", str(tmp_path / "out")])
    assert caught.value.code == Exit.USAGE
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


# The folder


def test_an_existing_folder_is_left_alone_unless_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    first = _run(out, *SHORT)
    capsys.readouterr()
    assert "add --force" in _refused(capsys, Exit.REFUSED, out, *SHORT, "--seed", "2")
    second = _run(out, *SHORT, "--seed", "2", "--force")
    assert first["digest"] != second["digest"]
    assert sorted(file.name for file in out.iterdir()) == sorted(FILES)
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_force_replaces_nothing_but_a_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    _run(out, *SHORT)
    capsys.readouterr()
    (out / "thesis.tex").write_text("years of work")
    assert "is no run of ours" in _refused(capsys, Exit.REFUSED, out, *SHORT, "--force")
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    (stranger / "summary.json").write_text('{"schema": "other/1"}')
    assert "is no run of ours" in _refused(capsys, Exit.REFUSED, stranger, *SHORT, "--force")
    file = tmp_path / "file"
    file.write_text("x")
    assert "is no run of ours" in _refused(capsys, Exit.REFUSED, file, *SHORT, "--force")


def test_force_also_works_where_the_kernel_cannot_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "_exchanged", lambda one, other: False)
    out = tmp_path / "out"
    _run(out, *SHORT)
    _run(out, *SHORT, "--force")
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_a_place_that_is_not_there_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = _refused(capsys, Exit.BAD_FILE, tmp_path / "nowhere" / "out", *SHORT)
    assert "there is no folder" in sentence


def test_an_error_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(day: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("silverpin.apps.run.day_svg", full)
    assert main([*SHORT, "--out", str(tmp_path / "out")]) == Exit.BAD_FILE
    assert "No space left on device" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    code = "import sys; from silverpin.apps.run import main; sys.exit(main(sys.argv[1:]))"
    words = ["--signal", "synthetic:regd", "--hours", "24", "--out", str(tmp_path / "out")]
    running = subprocess.Popen([sys.executable, "-c", code, *words], stderr=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, text=True)  # fmt: skip
    assert running.stderr is not None
    first = running.stderr.readline()
    during = [file.name for file in tmp_path.iterdir()]
    running.send_signal(number)
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait(timeout=20) == 128 + number
    assert "10 %" in first
    assert len(during) == 1
    assert during[0].startswith(".out.")
    assert "interrupted" in said
    assert list(tmp_path.iterdir()) == []


# What is said


def test_people_get_a_table_and_programs_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SHORT, "--out", str(tmp_path / "a")]) == Exit.DONE
    told = capsys.readouterr()
    assert told.out.splitlines()[1].startswith("delivered")
    assert "No fault." in told.out
    assert told.err.splitlines()[-1].startswith("100 %")
    assert main([*SHORT, "--out", str(tmp_path / "b"), "--json"]) == Exit.DONE
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == json.loads((tmp_path / "b/summary.json").read_bytes())
    assert json.loads(line)["schema"] == "silverpin.run/1"
