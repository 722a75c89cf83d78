"""What the history of sensors is held against, to the bound: spells, windows, neighbours."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.safety.following import Following, Short
from silverpin.safety.neighbours import Apart, Neighbours
from silverpin.safety.stillness import Stillness, Travel, _Spell
from silverpin.safety.warming import Warming
from tests.observations import AC, DC

L = LIMITS


def warmed(least_k: float, most_k: float, *, sure: bool = True) -> Warming:
    """Bounds of a healthy pin's warming, as a test wants them."""
    return cast(Warming, SimpleNamespace(least_k=least_k, most_k=most_k, sure=sure))


# Warming


def test_a_fresh_warming_knows_nothing_and_forgets_to_the_same() -> None:
    warming = Warming(DC)
    fresh = (warming.least_k, warming.most_k, warming.any_k)
    assert fresh == (0.0, 0.0, DC.rise_at_rating_max_k)
    assert not warming.sure
    warming.step(3600.0, DC.rating_a**2)
    assert warming.least_k > 1.0
    warming.forget()
    assert (warming.least_k, warming.most_k, warming.any_k) == fresh


def test_a_warming_is_sure_from_two_hundredths_on() -> None:
    warming = Warming(DC)
    warming._unknown = 0.02
    assert warming.sure


# Travel and spells


@pytest.mark.parametrize(
    ("begins_k", "goes_k", "swings_k"),
    [
        (0.0, (5.0, 1.0, 6.0), (4.0, 5.0, 5.0)),
        (0.0, (5.0, 1.0, 4.0), (4.0, 5.0, 3.0)),
        (0.0, (5.0, 1.0, 0.5), (5.0, 4.5)),
        (1.0, (5.0, 0.5), (4.0, 4.5)),
        (5.0, (6.0, 3.0), (3.0,)),
        (0.0, (2.0,), (2.0,)),
        (5.0, (3.0,), (2.0,)),
        (0.0, (1.9,), ()),
        (5.0, (3.1,), ()),
    ],
)
def test_swings_are_told_from_end_to_end(
    begins_k: float, goes_k: tuple[float, ...], swings_k: tuple[float, ...]
) -> None:
    travel = Travel(2.0, begins_k, begins_k)
    for k in goes_k:
        travel.step(k, k)
    assert travel.swings_k() == swings_k


def test_of_many_swings_the_eight_largest_are_kept_and_the_one_under_way() -> None:
    travel = Travel(2.0, 0.0, 0.0)
    for turn in range(24):
        travel.step(3.0 * (turn % 2 == 0), 3.0 * (turn % 2 == 0))
    assert travel.swings_k() == (3.0,) * 9


def test_a_spell_begins_without_a_wait_and_without_a_witness() -> None:
    spell = _Spell([20.0], Travel(2.0, 0.0, 0.0))
    assert (spell.waited_s, spell.seen_k(0)) == (0.0, 0.0)


ENOUGH = (L.sensor_swing_k,) * L.sensor_swings_n
SHORTFALL_K = L.sensor_often_k - sum(ENOUGH)
OFTEN = (*ENOUGH[1:], ENOUGH[0] + SHORTFALL_K)
JUST = 1e-9


@pytest.mark.parametrize(
    ("swings_k", "seen_k", "sure", "waited_s", "convicted"),
    [
        ((L.sensor_once_k,), L.sensor_once_k, False, 0.0, True),
        ((0.0, L.sensor_once_k), L.sensor_once_k, False, 0.0, True),
        ((L.sensor_once_k,), L.sensor_once_k - JUST, False, 0.0, False),
        ((L.sensor_once_k - JUST,), 99.0, False, 0.0, False),
        (OFTEN, L.sensor_swing_k, True, 0.0, True),
        (OFTEN, L.sensor_swing_k - JUST, True, 0.0, False),
        ((L.sensor_often_k + 0.5,), L.sensor_swing_k, True, 0.0, False),
        ((0.1,) * L.sensor_swings_n, 99.0, True, 0.0, False),
        ((L.sensor_alone_k,), 0.0, True, 0.0, True),
        ((L.sensor_alone_k - JUST,), 0.0, True, 0.0, False),
        ((L.sensor_once_k,), L.sensor_witness_k, True, 0.0, True),
        ((L.sensor_once_k - JUST,), L.sensor_witness_k, True, 0.0, False),
        ((0.0, L.sensor_once_k), L.sensor_witness_k, True, 0.0, True),
        ((1.0,), L.sensor_witness_k, True, L.sensor_long_s, True),
        ((1.0,), L.sensor_witness_k, True, L.sensor_long_s - JUST * 1e6, False),
    ],
)  # fmt: skip
def test_what_convicts_a_sensor_that_stands_still(
    swings_k: tuple[float, ...], seen_k: float, sure: bool, waited_s: float, convicted: bool
) -> None:
    spell: Any = SimpleNamespace(waited_s=waited_s)
    assert Stillness(DC, L)._convicts(spell, swings_k, seen_k, sure) is convicted


def test_a_fresh_stillness_begins_at_no_warming() -> None:
    assert Stillness(DC, L)._before_k == (0.0, 0.0)


def test_a_sensor_that_was_unread_begins_a_new_spell() -> None:
    stillness = Stillness(DC, L)
    assert list(stillness.step(30.0, (40.0, 40.0), warmed(0.0, 0.0))) == []
    first = stillness._spells[0]
    assert list(stillness.step(30.0, (None, 40.0), warmed(0.0, 0.0))) == []
    assert list(stillness.step(30.0, (40.0, 40.0), warmed(0.0, 0.0))) == []
    assert stillness._spells[0] is not first


def test_a_sensor_at_the_edge_of_its_band_has_not_left_it() -> None:
    stillness = Stillness(DC, L)
    for mean_c in (0.0, L.sensor_still_k):
        assert list(stillness.step(30.0, (mean_c, 0.0), warmed(0.0, 0.0))) == []
    assert stillness._spells[0].moved_k(0) == L.sensor_still_k


def test_a_wait_begins_with_a_swing_that_witnesses_and_the_largest_counts() -> None:
    stillness = Stillness(DC, L)
    least_k = L.sensor_witness_k
    assert list(stillness.step(30.0, (40.0, 40.0), warmed(least_k, least_k))) == []
    assert stillness._spells[0].waited_s == 30.0
    falls_k = least_k - L.sensor_swing_k
    if falls_k >= 0.0:
        list(stillness.step(30.0, (40.0, 40.0), warmed(falls_k, falls_k)))
        assert stillness._spells[0].waited_s == 60.0


@pytest.mark.parametrize(("witness_k", "judged"), [(L.sensor_witness_k, True), (1.1, False)])
def test_a_pin_that_may_idle_is_judged_once_those_beside_it_witness(
    witness_k: float, judged: bool
) -> None:
    stillness = Stillness(AC, L)
    idles = [AC.power_pins.index(pin) for pin, _ in AC.loaded_with]
    assert idles
    still = (0.0,) * len(AC.power_pins)
    for idle in idles:
        moved = tuple(0.0 if index == idle else witness_k for index in range(len(still)))
        stillness.begin(warmed(0.0, 0.0))
        assert list(stillness.step(30.0, still, warmed(0.0, 0.0))) == []
        found = [index for index, _ in stillness.step(30.0, moved, warmed(10.0, 10.0))]
        assert (idle in found) is judged


# Following


def followed(
    *moments: tuple[float, float, float, float | None], window_s: float = 60.0
) -> list[Short]:
    """Show the first pin's reading, the warming and the air at even pauses over the window."""
    following = Following(DC, L)
    told: list[Short] = []
    for index, (read_c, least_k, most_k, air_c) in enumerate(moments):
        at_ns = seconds_to_ns(index * window_s)
        told = list(following.step(at_ns, (read_c, 99.0 * index), warmed(least_k, most_k), air_c))
    return [row for row in told if row.pin == 0]


A, STILL = L.sensor_air_k, L.sensor_still_k


@pytest.mark.parametrize(
    ("moments", "accused"),
    [
        (((0.0, 0.0, 0.0, None), (1.0, A + 2.0, A + 2.0, None)), True),
        (((0.0, 0.0, 0.0, None), (2.0, A + 2.0, A + 2.0, None)), False),
        (((0.0, 0.0, 0.0, None), (STILL, A + 2.0, A + 2.0, None)), False),
        (((0.0, 0.0, 0.0, 20.0), (1.0, A + 4.0, A + 4.0, 18.0)), True),
        (((0.0, 0.0, 0.0, 20.0), (2.0, A + 4.0, A + 4.0, 18.0)), False),
        (((0.0, 0.0, 0.0, 20.0), (3.0, A + 4.0, A + 4.0, 22.0)), True),
        (((0.0, A + 4.0, A + 4.0, 18.0), (1.0, 0.0, 0.0, 20.0)), True),
        (((0.0, A + 4.0, A + 4.0, 18.0), (2.0, 0.0, 0.0, 20.0)), False),
        (((0.0, A + 4.0, A + 4.0, 20.0), (3.0, 0.0, 0.0, 18.0)), True),
    ],
)
def test_a_sensor_must_show_what_the_air_cannot_hide(
    moments: tuple[tuple[float, float, float, float | None], ...], accused: bool
) -> None:
    assert bool(followed(*moments)) is accused


def test_the_window_keeps_what_is_just_as_old_and_forgets_on_demand() -> None:
    first, last = (0.0, 0.0, 0.0, None), (1.0, A + 2.0, A + 2.0, None)
    assert followed(first, last, window_s=L.sensor_follow_s)
    assert not followed(first, last, window_s=L.sensor_follow_s + 1e-9)
    following = Following(DC, L)
    list(following.step(0, (0.0, 0.0), warmed(0.0, 0.0), None))
    following.forget()
    assert list(following.step(1, (1.0, 9.0), warmed(A + 2.0, A + 2.0), None)) == []


# Neighbours

PATIENCE_NS = seconds_to_ns(L.sensor_apart_s)
APART = (20.0, 20.0 + L.sensor_apart_k + 1.0)
ALIKE = (0.0, L.sensor_apart_k)


def test_sensors_may_differ_for_as_long_as_heat_from_outside_lasts() -> None:
    neighbours = Neighbours(DC, L)
    assert neighbours.step(0, APART, 0.0) == ()
    assert neighbours.step(PATIENCE_NS - 1, APART, 0.0) == ()
    assert {row.pin for row in neighbours.step(PATIENCE_NS, APART, 0.0)} == {0, 1}


def test_sensors_that_agree_again_begin_anew() -> None:
    for between in ("alike", "forget"):
        neighbours = Neighbours(DC, L)
        assert neighbours.step(0, APART, 0.0) == ()
        if between == "alike":
            assert neighbours.step(NS_PER_S, ALIKE, 0.0) == ()
        else:
            neighbours.forget()
        assert neighbours.step(PATIENCE_NS, APART, 0.0) == ()


def test_sensors_on_the_bound_agree() -> None:
    neighbours = Neighbours(DC, L)
    assert neighbours.agree(ALIKE)
    for at_ns in (0, PATIENCE_NS):
        assert neighbours.step(at_ns, ALIKE, 0.0) == ()


@pytest.mark.parametrize(("off_k", "judged"), [(0.0, True), (-0.001, False)])
def test_a_connector_that_cannot_get_as_hot_as_sensors_differ_is_not_judged(
    off_k: float, judged: bool
) -> None:
    mild = replace(DC, rise_at_rating_max_k=L.sensor_apart_k + off_k)
    neighbours = Neighbours(mild, L)
    neighbours.step(0, APART, 0.0)
    assert bool(neighbours.step(PATIENCE_NS, APART, 0.0)) is judged


def test_one_that_stands_apart_by_twice_as_much_as_the_next_is_it() -> None:
    neighbours = Neighbours(DC, L)
    three = (20.0, 20.0, 20.0 + 2.0 * L.sensor_apart_k)
    neighbours.step(0, three, 0.0)
    told = neighbours.step(PATIENCE_NS, three, 0.0)
    assert told == (Apart(2, three[2], 2.0 * L.sensor_apart_k),)
