"""What the watch over the sensors remembers, and when it lets a sensor go, to the bound."""

from types import SimpleNamespace
from typing import Any

import pytest

from silverpin.domain.doubts import Doubt
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.sensors import Accusation, Sensors
from silverpin.safety.thermal import Believed
from tests.observations import DC

L = LIMITS
FLOWS_A = L.current_unlock_max_a


def shown(
    sensors: Sensors, first_s: int, last_s: int, temps_c: Believed, amps: float = 0.0,
    every_s: int = 1,
) -> Sensors:  # fmt: skip
    """Show it the same at even pauses, both ends included."""
    for second in range(first_s, last_s + 1, every_s):
        sensors.step(second * NS_PER_S, amps, temps_c)
    return sensors


def doubting(doubt: Doubt, read_c: float = 40.0) -> Sensors:
    sensors = Sensors(DC, L)
    sensors.restore({0: Accusation(doubt, read_c, "words")})
    return sensors


def test_after_a_gap_nothing_is_known() -> None:
    sensors: Any = shown(Sensors(DC, L), 0, 7200, (20.0, 150.0), DC.rating_a, every_s=10)
    assert sensors._warming.least_k > 1.0
    assert sensors._stillness._spells
    assert sensors._following._moments
    sensors._neighbours._since_ns = 0
    sensors.step(7211 * NS_PER_S, 0.0, (30.0, 30.0))
    assert sensors._warming.least_k == 0.0
    assert not sensors._stillness._spells
    assert not sensors._following._moments
    assert sensors._neighbours._since_ns is None
    assert (sensors._sure, sensors._minute) == (False, False)


def test_a_block_without_current_warms_nothing_at_all() -> None:
    sensors: Any = shown(Sensors(DC, L), 0, 61, (30.0, 30.0))
    assert sensors._warming.least_k == sensors._warming.most_k == 0.0


@pytest.mark.parametrize(
    ("amps", "pause_s", "fall_k", "doubted"),
    [
        (FLOWS_A, 1, 6.01, True),
        (-FLOWS_A, 1, 6.01, True),
        (FLOWS_A - 0.01, 1, 6.01, False),
        (FLOWS_A, 1, 6.0, False),
        (FLOWS_A, 2, 8.9, False),
        (FLOWS_A, 2, 9.1, True),
    ],
)
def test_a_fall_is_doubted_when_it_is_faster_than_metal(
    amps: float, pause_s: int, fall_k: float, doubted: bool
) -> None:
    sensors = Sensors(DC, L)
    sensors.step(0, amps, (64.0, 64.0))
    sensors.step(pause_s * NS_PER_S, amps, (64.0 - fall_k, 64.0))
    assert (0 in sensors.doubted) is doubted


@pytest.mark.parametrize(
    ("doubt", "reads_c", "whole"),
    [
        (Doubt.FROZEN, 41.5, True),
        (Doubt.RESISTOR, 38.5, True),
        (Doubt.FROZEN, 41.4, False),
        (Doubt.SHORT_OF, 44.0, True),
        (Doubt.SHORT_OF, 43.9, False),
        (Doubt.APART, 50.0, False),
    ],
)
def test_a_sensor_is_believed_again_once_it_has_shown_itself(
    doubt: Doubt, reads_c: float, whole: bool
) -> None:
    sensors = shown(doubting(doubt), 0, 0, (reads_c, 60.0))
    assert (0 in sensors.doubted) is not whole


@pytest.mark.parametrize(
    ("reads_c", "kept_c"), [(39.0, 39.0), (39.7, 39.7), (39.9, 40.0), (40.2, 40.0)]
)
def test_a_sensor_that_fell_short_must_rise_from_the_lowest_it_read(
    reads_c: float, kept_c: float
) -> None:
    sensors = shown(doubting(Doubt.SHORT_OF), 0, 0, (reads_c, 40.0))
    assert sensors.doubted[0].read_c == kept_c


def test_a_sensor_that_fell_is_believed_half_a_minute_after_its_last_fall() -> None:
    sensors = Sensors(DC, L)
    sensors.step(0, 20.0, (64.0, 64.0))
    shown(sensors, 1, 30, (40.0, 64.0), 20.0)
    assert 0 in sensors.doubted
    shown(sensors, 31, 31, (40.0, 64.0), 20.0)
    assert 0 not in sensors.doubted


def test_who_is_believed_again_begins_anew() -> None:
    sensors: Any = shown(Sensors(DC, L), 0, 7200, (40.0, 40.0), DC.rating_a, every_s=10)
    sensors._doubted.clear()
    sensors.restore({0: Accusation(Doubt.FROZEN, 20.0, "words")})
    assert sensors._stillness._spells
    assert sensors._following._moments
    sensors.step(7205 * NS_PER_S, 0.0, (40.0, 40.0))
    assert 0 not in sensors.doubted
    assert not sensors._stillness._spells
    assert not sensors._following._moments


def found(*rows: Any) -> Any:
    """A part of the watch that finds the same at every step, and counts how often it is asked."""
    asked: list[int] = []

    def step(*_: Any) -> list[Any]:
        asked.append(1)
        return list(rows)

    return SimpleNamespace(step=step, begin=lambda _: None, forget=lambda: None, asked=asked)


def test_a_sensor_is_accused_with_what_it_read_and_be_it_nought() -> None:
    for part, row in (
        ("_stillness", (0, 5.0)),
        ("_following", SimpleNamespace(pin=0, shown_k=1.0, least_k=9.0)),
    ):
        sensors: Any = Sensors(DC, L)
        sensors.step(0, 0.0, (0.0, 0.0))
        setattr(sensors, part, found(row))
        sensors._warming._unknown = 0.0
        shown(sensors, 1, 30, (0.0, 0.0))
        assert sensors.doubted[0].read_c == 0.0


def test_sensors_are_followed_once_a_minute() -> None:
    sensors: Any = Sensors(DC, L)
    sensors.step(0, 0.0, (20.0, 20.0))
    sensors._following = found()
    sensors._warming._unknown = 0.0
    shown(sensors, 1, 120, (20.0, 20.0))
    assert len(sensors._following.asked) == 2


@pytest.mark.parametrize(
    ("read_c", "doubt"), [(26.5, Doubt.RESISTOR), (23.5, Doubt.RESISTOR), (26.6, Doubt.FROZEN)]
)
def test_what_stands_still_where_a_resistor_reads_is_taken_for_one(
    read_c: float, doubt: Doubt
) -> None:
    sensors = Sensors(DC, L)
    sensors._accuse_still(0, read_c, 5.0)
    assert sensors.doubted[0].doubt is doubt
