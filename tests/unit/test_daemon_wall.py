"""Instants as people and machines read them."""

import time
from collections.abc import Iterator

import pytest

from silverpin.apps.daemon.wall import Wall

NOON_NS = 1_790_000_000_000_000_000


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "JST-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_east")
def test_sentences_tell_local_time_and_data_tells_utc() -> None:
    wall = Wall(NOON_NS, at_ns=5_000_000_000)
    utc = wall.iso(6_500_000_000)
    assert utc.endswith("21.500Z")
    hours = (int(utc[11:13]) + 9) % 24
    assert wall.clock(6_500_000_000) == f"{hours:02d}{utc[13:19]}"
