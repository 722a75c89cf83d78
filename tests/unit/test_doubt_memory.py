"""Sensors that were doubted are doubted after a restart, whoever reads the memory."""

import json
from typing import Any

import pytest

from silverpin.apps.daemon.memory import recall, remember, restore
from silverpin.apps.daemon.wall import Wall
from silverpin.apps.world import World, WorldSetup
from silverpin.domain.doubts import Doubt
from silverpin.safety.sensors import Accusation
from tests.stage import Stage, a_charger

WALL = Wall(1_800_000_000_000_000_000)
ROW = {"pin": 1, "doubt": "RESISTOR", "read_c": 25.0, "words": "stands still"}


def accused() -> Stage:
    charger = a_charger(connector="type2-32a", power_max_w=22_080.0, skip=True)
    charger.does("bypass-ntc", "L1").charge(kw=22.0).wait(1800)
    assert set(charger.charger.envelope.doubted) == {0}
    return charger


@pytest.mark.verifies("THM-2")
def test_a_doubted_sensor_stays_doubted_over_a_restart_and_bars_the_reset() -> None:
    before = accused()
    memory = remember(before.charger.envelope, WALL)
    again = Stage(World(2, WorldSetup(connector="type2-32a", skip=True), resumed=True))
    again.does("bypass-ntc", "L1")
    restore(again.charger, recall(memory, WALL), again.world.now_ns)
    again.wait(4 * 3600.0)
    assert again.charger.envelope.doubted == before.charger.envelope.doubted
    assert "the sensor of L1 cannot be believed" in again.charger.reset(None, "operator").refusal
    again.undoes("bypass-ntc", "L1").does("heat-pin", "L1=+8").wait(5)
    assert again.charger.envelope.doubted == {}
    assert again.charger.reset(None, "operator").refusal == ""


def blob(*doubted: Any) -> bytes:
    told = {"version": 1, "latched": [], "inspection_due": False, "doubted": list(doubted)}
    return json.dumps(told).encode()


def test_what_is_remembered_comes_back_as_it_was() -> None:
    memory = recall(blob(ROW), WALL)
    assert memory.whole
    assert memory.doubted == {1: Accusation(Doubt.RESISTOR, 25.0, "stands still")}


def test_a_memory_from_before_there_were_doubts_is_whole() -> None:
    memory = recall(b'{"version":1,"latched":[],"inspection_due":false}', WALL)
    assert memory.whole
    assert memory.doubted == {}


@pytest.mark.parametrize(
    "row",
    [7, {}, ROW | {"pin": "1"}, ROW | {"pin": True}, ROW | {"doubt": "BORED"},
     ROW | {"read_c": "25"}, ROW | {"words": 5}],
)  # fmt: skip
def test_a_doubt_that_cannot_be_read_is_the_worst_case_and_keeps_the_others(row: Any) -> None:
    memory = recall(blob(row, ROW), WALL)
    assert not memory.whole
    assert memory.inspection_due
    assert set(memory.doubted) == {1}


def test_doubts_that_are_no_list_are_the_worst_case() -> None:
    told = b'{"version":1,"latched":[],"inspection_due":false,"doubted":{}}'
    assert not recall(told, WALL).whole


def test_a_pin_that_the_connector_does_not_have_is_left_out() -> None:
    charger = a_charger().charger
    restore(charger, recall(blob(ROW, ROW | {"pin": 9}, ROW | {"pin": -1}), WALL), 0)
    assert set(charger.envelope.doubted) == {1}
