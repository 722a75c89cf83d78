"""What every test may ask for: the long ones by --all, the data folder, a real browser."""

import json
import os
import shutil
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tools.interop_env import NoPeer, their_python

ROOT = Path(__file__).resolve().parent.parent
ONLY_WITH_ALL = ("long", "browser")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Matrices here are small. Threads of theirs would wait for each other, and where every core is busy
# that wait takes twenty times as long as the work; numpy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# No random failures in other people's work: the same examples every day, more of them with --all.
settings.register_profile("everyday", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("all", derandomize=True, deadline=None, max_examples=120)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="also the long tests and the browser's")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("all" if config.getoption("--all") else "everyday")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # started in the background: programs under test would inherit that they hear no Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--all"):
        # Files that take long come first: at the end no core waits for another.
        long = {item.path for item in items if is_marked(item, ("long", "longer"))}
        items.sort(key=lambda item: item.path not in long)
        return
    waiting = [item for item in items if is_marked(item, ONLY_WITH_ALL)]
    config.hook.pytest_deselected(items=waiting)
    items[:] = [item for item in items if not is_marked(item, ONLY_WITH_ALL)]


def is_marked(item: pytest.Item, names: Iterable[str]) -> bool:
    return any(item.get_closest_marker(name) for name in names)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The public data sets that some tests replay; they are too large to ship."""
    folder = Path(os.environ.get("SILVERPIN_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data sets in {folder}; point SILVERPIN_DATA at them")
    return folder


@pytest.fixture
def case(data_dir: Path, request: pytest.FixtureRequest) -> Any:
    """The published case of durability that the test's name begins with, such as V08."""
    number = request.node.name.split("_")[1]
    found = sorted((data_dir / "durability").glob(f"{number}_*.json"))
    if not found:
        pytest.skip(f"no case {number} in {data_dir / 'durability'}")
    return json.loads(found[0].read_text())


@pytest.fixture(scope="session")
def their_package() -> Path:
    """The Python of an environment that has the package `iso15118`."""
    try:
        return their_python()
    except NoPeer as error:
        pytest.skip(f"no environment with the package iso15118: {error}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium, for playwright's `executable_path`."""
    found = os.environ.get("SILVERPIN_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), ""
    )
    if not found:
        pytest.skip("no Chromium on this machine: sudo apt-get install chromium")
    return found
