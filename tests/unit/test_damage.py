"""Miner sums against lives reckoned by hand, and what flags an answer carries."""

import doctest
from dataclasses import replace
from math import log10, nan
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba", reason="exposures are compiled by numba: install the extra life")

from silverpin.durability.damage import Site, damage
from silverpin.durability.draws import (
    HEAT,
    MEDIAN,
    UNSURE_MATED,
    Draws,
    drawn,
    score_names,
)
from silverpin.durability.exposure import COLDEST_C, VARIANTS, Exposure, Mated, node_temps_c
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.meter import Meter
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.duties import CLIMATES
from silverpin.durability.record import Break, Chunk

SET = WEAR_SETS["ccs2-200a"]
YEAR_H = 8766.0


def unused() -> Exposure:
    """Return an exposure in which nothing happened, as a page to write on."""
    return Meter(SET, CLIMATES["indoor"]).exposure()


def hours_at(temp_c: float, hours: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    table = np.zeros((len(VARIANTS), len(node_temps_c())))
    table[:, round(temp_c) - COLDEST_C] = hours
    return table


def mated_at(temp_c: float, hours: float, mated: Mated = Mated.IN) -> Exposure:
    blank = unused()
    contact_h = blank.contact_h.copy()
    contact_h[mated] = hours_at(temp_c, hours)
    return replace(blank, contact_h=contact_h)


def taken(exposure: Exposure, mechanism: Mechanism, draws: Draws = MEDIAN) -> float:
    return float(damage(exposure, SET, draws)[mechanism].consumed[0])


def test_nothing_endured_takes_nothing() -> None:
    assert all(not row.consumed.any() for row in damage(unused(), SET, MEDIAN).values())


def test_a_housing_at_its_reference_lives_its_life() -> None:
    worn = replace(unused(), housing_h=hours_at(80.0, 25.0 * YEAR_H / 4.0))
    assert taken(worn, Mechanism.HOUSING) == pytest.approx(0.25)


def test_a_seal_at_its_reference_is_set_after_its_hours() -> None:
    hours = 322.0 * YEAR_H * np.log(2.0) ** (1.0 / 0.2856)
    assert taken(replace(unused(), housing_h=hours_at(25.0, hours)), Mechanism.SEAL) == (
        pytest.approx(1.0)
    )


def test_a_spring_relaxes_only_while_it_is_strained() -> None:
    hours = 10.0 ** ((1.0 - 0.6) / 0.04) - 1.0
    assert log10(hours) == pytest.approx(10.0)
    assert taken(mated_at(75.0, hours), Mechanism.SPRING_RELAXATION) == pytest.approx(1.0)
    assert taken(mated_at(75.0, hours, Mated.OPEN), Mechanism.SPRING_RELAXATION) == 0.0


def test_an_open_contact_corrodes_and_moisture_speeds_it_up() -> None:
    site = Site(climate=replace(CLIMATES["indoor"], humidity_pct=SET.film.reference_humidity_pct))
    dry = mated_at(20.0, 1.5 * YEAR_H, Mated.OPEN)
    found = damage(dry, SET, MEDIAN, site)[Mechanism.FILM].consumed[0]
    assert found == pytest.approx(0.1)
    wet = damage(replace(dry, moisture=True), SET, MEDIAN, site)[Mechanism.FILM].consumed[0]
    assert wet == pytest.approx(0.5)
    shut = mated_at(20.0, 1.5 * YEAR_H)
    assert taken(shut, Mechanism.FILM) == 0.0


def test_hours_that_nobody_watched_widen_both_ways() -> None:
    unsure = mated_at(20.0, YEAR_H, Mated.UNSURE)
    scores = Draws(size=3, scores={UNSURE_MATED: np.array([-3.0, 0.0, 3.0])})
    answers = damage(unsure, SET, scores)
    springs = answers[Mechanism.SPRING_RELAXATION].consumed
    films = answers[Mechanism.FILM].consumed
    assert springs[0] < 0.02 * springs[2]
    assert films[2] < 0.02 * films[0]
    assert springs[1] == pytest.approx(springs[2] / 2.0, rel=0.01)


def test_a_swing_slips_beyond_what_sticks_and_tires_the_crimp() -> None:
    blank = unused()
    count = blank.swings.count.copy()
    range_k = blank.swings.range_k.copy()
    count[Mated.IN, :, 30], range_k[Mated.IN, :, 30] = 1000.0, 30.0
    swung = replace(blank, swings=replace(blank.swings, count=count, range_k=range_k))
    assert taken(swung, Mechanism.FRETTING) == pytest.approx(1000.0 * (27.0 / 50.0) ** 2 / 3e5)
    assert taken(swung, Mechanism.THERMAL_FATIGUE) == pytest.approx(1000.0 * 0.5**2.5 / 1e5)
    small = range_k.copy()
    small[Mated.IN, :, 30] = 2.9  # 2.9 µm of travel stick
    stuck = replace(blank, swings=replace(blank.swings, count=count, range_k=small))
    assert taken(stuck, Mechanism.FRETTING) == 0.0


def test_matings_wear_the_plating() -> None:
    worn = replace(unused(), matings=1000)
    depth_um = 5e-5 * 40.0 * 0.05 / 400.0 * 1000.0
    assert taken(worn, Mechanism.MATING_WEAR) == pytest.approx(1000.0 * depth_um / 7.0)


def test_the_lock_is_driven_twice_a_mating_where_nobody_counted() -> None:
    median_life = 30_000.0 * (np.log(2.0) / np.log(10.0 / 9.0)) ** 0.5
    assumed = damage(replace(unused(), matings=50), SET, MEDIAN)[Mechanism.LOCK]
    assert assumed.consumed[0] == pytest.approx(100.0 / median_life)
    assert assumed.assumed == ("lock operations",)
    told = replace(unused(), matings=50, lock_operations=110, lock_retries=10)
    found = damage(told, SET, MEDIAN)[Mechanism.LOCK]
    assert found.consumed[0] == pytest.approx(120.0 / median_life)
    assert found.assumed == ()


def test_a_polar_contactor_dies_of_what_it_breaks_against_its_polarity() -> None:
    forward = replace(unused(), openings=(Break(0.0, 200.0, 400.0),) * 20)
    reverse = replace(unused(), openings=(Break(0.0, -200.0, 400.0),) * 20)
    empty = replace(unused(), openings=(Break(0.0, -2.0, 400.0),) * 20)
    assert taken(forward, Mechanism.CONTACTOR) == pytest.approx(20.0 / 5000.0)
    assert taken(reverse, Mechanism.CONTACTOR) == pytest.approx(1.0)
    assert taken(empty, Mechanism.CONTACTOR) == pytest.approx(20.0 / 200_000.0)


def test_a_break_that_nobody_measured_was_a_rated_one() -> None:
    known = replace(unused(), breaks=(Break(0.0, 200.0, 400.0),))
    unknown = replace(unused(), breaks=(Break(0.0, nan, nan),))
    assert taken(known, Mechanism.ARCS) == pytest.approx(1.0 / 3.0)
    assert taken(unknown, Mechanism.ARCS) == taken(known, Mechanism.ARCS)


@pytest.mark.verifies("DUR-3")
def test_answers_say_what_they_rest_on() -> None:
    cool = replace(mated_at(30.0, 100.0), housing_h=hours_at(30.0, 100.0))
    answers = damage(cool, SET, MEDIAN)
    assert answers[Mechanism.HOUSING].extrapolated
    assert "outside 80..210" in answers[Mechanism.HOUSING].beyond[0]
    assert not answers[Mechanism.HOUSING].unsourced
    assert answers[Mechanism.MATING_WEAR].unsourced
    hot = replace(unused(), housing_h=hours_at(90.0, 100.0))
    assert not damage(hot, SET, MEDIAN)[Mechanism.HOUSING].extrapolated
    assert not damage(hot, SET, MEDIAN)[Mechanism.CONTACTOR].unsourced
    assert damage(hot, WEAR_SETS["type2-32a"], MEDIAN)[Mechanism.CONTACTOR].unsourced


def test_warmer_connectors_age_sooner_in_every_draw() -> None:
    t_s = np.arange(0.0, 30 * 86_400.0, 60.0)
    current_a = np.where(t_s % 86_400.0 < 14_400.0, 180.0, 0.0)
    meter = Meter(SET, CLIMATES["indoor"])
    meter.take(Chunk(t_s=t_s, current_a=current_a, ambient_c=np.full(len(t_s), 20.0)))
    scores = Draws(size=9, scores={HEAT: np.linspace(-2.0, 2.0, 9)})
    for mechanism, row in damage(meter.exposure(), SET, scores).items():
        assert np.all(np.diff(row.consumed) >= 0.0), mechanism


@pytest.mark.verifies("DUR-3")
def test_draws_reach_every_mechanism() -> None:
    names = score_names(SET)
    normal = np.random.default_rng(4).standard_normal((len(names), 500))
    t_s = np.arange(0.0, 86_400.0, 60.0)
    meter = Meter(SET, CLIMATES["indoor"])
    meter.take(Chunk(t_s=t_s, current_a=np.where(t_s < 20_000.0, 150.0, 0.0)))
    for mechanism, row in damage(meter.exposure(), SET, drawn(SET, normal)).items():
        low, high = np.quantile(row.consumed, [0.05, 0.95])
        assert 0.0 <= low < high, mechanism
    with pytest.raises(ValueError, match="rows of scores"):
        drawn(SET, normal[1:])


def test_the_guide_s_example_runs() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "records.md"
    assert doctest.testfile(str(guide), module_relative=False).failed == 0
