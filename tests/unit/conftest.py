"""A state of its own for each test."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path, "SN-1", boot="boot-1")
    yield opened
    with suppress(StateError, sqlite3.ProgrammingError):
        opened.close()
