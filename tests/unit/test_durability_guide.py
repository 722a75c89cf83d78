"""The guide to durability says what is so, and its programs run."""

import doctest
import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("numba", reason="lives are reckoned by numba: install the extra life")

ROOT = Path(__file__).resolve().parents[2]


def example(name: str) -> ModuleType:
    found = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("guide", "least"), [("durability.md", 10), ("resistance.md", 8)])
def test_the_guide_says_what_is_so(guide: str, least: int) -> None:
    failed, tried = doctest.testfile(str(ROOT / "docs" / guide), module_relative=False)
    assert tried > least
    assert failed == 0


def test_the_guide_to_remaining_life_says_what_is_so() -> None:
    guide = ROOT / "docs" / "remaining-life.md"
    failed, tried = doctest.testfile(str(guide), module_relative=False)
    assert tried > 15
    assert failed == 0


def test_the_cost_of_regulation_on_a_day_that_is_made_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SILVERPIN_DATA", raising=False)
    example("cost_of_regulation").main([])
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(" (")[0] for line in said] == ["vehicle to house", "regulation"]
    assert "synthetic:frequency" in said[1]


@pytest.mark.skipif("SILVERPIN_DATA" not in os.environ, reason="needs the recorded data")
def test_the_cost_of_regulation_on_a_real_day(capsys: pytest.CaptureFixture[str]) -> None:
    example("cost_of_regulation").main([])
    assert "ce_2022-09-17" in capsys.readouterr().out


def test_the_life_of_a_year_that_is_made_up(capsys: pytest.CaptureFixture[str]) -> None:
    example("life_of_a_record").main([])
    said = capsys.readouterr().out
    assert "connector: " in said
    assert "clean the pins" in said
    assert "spring relaxation" in said


def test_the_life_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "use.csv"
    rows = "\n".join(f"{1.7e9 + 60 * row},{20 if row % 1440 < 300 else 0}" for row in range(3000))
    path.write_text(f"time,current\n{rows}")
    example("life_of_a_record").main([str(path)])
    assert "lock: " in capsys.readouterr().out
