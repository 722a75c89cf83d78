"""A real daemon records what heats its contacts, and what it has recorded survives its death."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.daemon_process import Home, a_home, discharge, running


@pytest.fixture
def home() -> Iterator[Home]:
    with a_home() as made:
        yield made


def blocks(home: Home) -> list[tuple[int, float, float]]:
    """Return mating, mean square of the current and hottest pin of each block on the disk."""
    with closing(sqlite3.connect(home.state)) as connection:
        query = "SELECT mating, square_a2, pin_c FROM contact_blocks ORDER BY id"
        return connection.execute(query).fetchall()


def test_blocks_survive_a_kill_and_go_on_after_it(home: Home) -> None:
    with running(home, "--speed", "50") as daemon:
        assert daemon.status()["resistance"]["now_mohm"]["p50"] is None
        discharge(daemon)
        daemon.until(lambda s: len(blocks(home)) >= 3, "three blocks on the disk")
        daemon.kill()
    before = blocks(home)
    assert {mating for mating, _, _ in before} == {1}
    assert before[-1][1] > 100.0, "5 kW are more than ten amperes"
    assert 20.0 < before[-1][2] < 60.0
    with running(home, "--speed", "50") as daemon:
        daemon.until(lambda s: s["state"] == "plugged")
        discharge(daemon)
        daemon.until(lambda s: len(blocks(home)) > len(before), "one more")
        daemon.kill()
    assert blocks(home)[: len(before)] == before
    assert {mating for mating, _, _ in blocks(home)} == {1}, "the plug never left"
