"""./demo and ./test on any machine: when they install, what they repair, and how they refuse."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment whose Python exists and in which nothing has been installed yet."""
    for name in ("STAMP", "MARK", "PYTHON"):
        path = tmp_path / getattr(bootstrap, name).name
        monkeypatch.setattr(bootstrap, name, path)
    bootstrap.PYTHON.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("installed", "wanted", "is_enough"),
    [
        ("core", "core", True),
        ("dev", "core", True),
        ("dev", "dev", True),
        ("core", "dev", False),
        ("oracles", "core", True),
        ("oracles", "dev", True),
        ("dev", "oracles", False),
    ],
)
def test_what_is_installed_serves_what_needs_no_more(
    venv: Path, installed: str, wanted: str, is_enough: bool
) -> None:
    bootstrap.STAMP.write_text(bootstrap.key(installed))
    assert bootstrap.is_current(wanted) is is_enough


def test_nothing_is_current_before_the_first_installation(venv: Path) -> None:
    assert not bootstrap.is_current("core")


def test_an_installation_that_was_interrupted_is_no_installation(venv: Path) -> None:
    bootstrap.STAMP.write_text(bootstrap.key("dev"))
    bootstrap.MARK.touch()
    assert not bootstrap.is_current("dev")
    assert not bootstrap.is_sound()


def test_another_lock_or_another_python_wants_another_installation(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.STAMP.write_text(bootstrap.key("dev"))
    with monkeypatch.context() as changed:
        changed.setattr(bootstrap, "lock_file", lambda level: ROOT / "LICENSE")
        assert not bootstrap.is_current("dev")
    with monkeypatch.context() as changed:
        changed.setattr(sys, "base_prefix", "/opt/other")
        assert not bootstrap.is_current("dev")
    assert bootstrap.is_current("dev")


def test_an_environment_whose_python_cannot_run_is_built_again(venv: Path) -> None:
    assert not bootstrap.is_sound()


def test_what_only_the_administrator_can_install_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for way in ("has_pip", "seed_pip", "install_ensurepip"):
        monkeypatch.setattr(bootstrap, way, lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SystemExit, match=r"^3$"):
        bootstrap.installer()
    words = capsys.readouterr().err
    assert words.count("\n") == 1
    assert "sudo apt-get install python3" in words


@pytest.mark.parametrize("script", ["demo", "test", "tools/need_python.py"])
def test_an_old_python_can_read_what_it_must_refuse(script: str) -> None:
    ast.parse((ROOT / script).read_text(), feature_version=(3, 5))


def test_an_old_python_is_refused_in_one_line() -> None:
    pretend = (
        "import sys; sys.version_info = (3, 9, 2)\n"
        "from tools import need_python; need_python.NEWER = ()\n"
        "need_python.need_python()"
    )
    done = subprocess.run(
        [sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr.startswith("silverpin: needs Python 3.11 or newer, and this is 3.9: ")
    assert done.stderr.count("\n") == 1
