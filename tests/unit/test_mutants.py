"""The mutation run itself: what it changes, and that its list of survivors is complete."""

import subprocess
import sys
from pathlib import Path

import pytest

from silverpin.apps.walk.tally import sources
from tools.mutants import mutants
from tools.mutate import SAFETY, listed

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = 60


def changes(source: str, tmp_path: Path) -> set[tuple[str, str]]:
    path = tmp_path / "module.py"
    path.write_text(source)
    return {(row.was, row.becomes) for row in mutants("module", path)}


@pytest.mark.parametrize(
    ("source", "change"),
    [
        ("def f(a):\n    return a < 3\n", ("a < 3", "a <= 3")),
        ("def f(a):\n    return a is None\n", ("a is None", "a is not None")),
        ("def f(a, b):\n    return a and b\n", ("a and b", "a or b")),
        ("def f(a, b):\n    return a and b\n", ("a and b", "a and True")),
        ("def f(a, b):\n    return a or b\n", ("a or b", "False or b")),
        ("def f(a):\n    return a + 1\n", ("a + 1", "a - 1")),
        ("def f(a):\n    return not a\n", ("not a", "not not a")),
        ("def f(a):\n    return min(a)\n", ("min(a)", "max(a)")),
        ("def f(a):\n    if a:\n        return 1\n", ("a", "not a")),
        ("def f(a):\n    a.b = 1\n", ("a.b = 1", "pass")),
        ("def f(a):\n    a.clear()\n", ("a.clear()", "pass")),
        ("def f():\n    return 'ERR_A'\n", ("'ERR_A'", "'ERR_ISO_HANDSHAKE'")),
        ("A = 5\n", ("5", "6")),
        ("class C:\n    def f(self):\n        return True\n", ("True", "False")),
    ],
)
def test_a_mutant_changes_one_thing(source: str, change: tuple[str, str], tmp_path: Path) -> None:
    assert change in changes(source, tmp_path)


def test_words_for_people_and_types_are_left_alone(tmp_path: Path) -> None:
    source = '"""W."""\ndef f(a: "int | None" = None) -> str:\n    """W."""\n    return "words"\n'
    assert changes(source, tmp_path) == set()


@pytest.mark.parametrize("path", sorted(SAFETY.glob("*.py")), ids=lambda path: path.stem)
def test_the_source_is_whole_again_after_each_mutant(path: Path) -> None:
    keys = [mutant.key for mutant in mutants(path.stem, path)]
    assert len(set(keys)) == len(keys)
    assert keys == [mutant.key for mutant in mutants(path.stem, path)]


def test_what_is_listed_exists_and_says_why() -> None:
    known = {mutant.key for path in SAFETY.glob("*.py") for mutant in mutants(path.stem, path)}
    why = listed()
    assert why.keys() <= known
    assert all(len(words.split()) > 3 and words.endswith(".") for words in why.values())


@pytest.mark.long
def test_of_a_sample_no_mutant_survives_that_is_not_listed() -> None:
    seed = str(int(sources(), 16))  # another sample of every version
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutate", "--sample", str(SAMPLE), "--seed", seed],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
