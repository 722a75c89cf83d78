"""Exposures: a record added up, the same wherever it is cut, and what cannot be known widens."""

from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba", reason="exposures are compiled by numba: install the extra life")

from silverpin.durability.exposure import Exposure, Mated, Swings, node_temps_c
from silverpin.durability.meter import Meter
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.duties import CLIMATES
from silverpin.durability.record import Chunk, Happenings

SET = WEAR_SETS["type2-32a"]
CLIMATE = CLIMATES["temperate-outdoor"]


def exposure_of(*chunks: Chunk) -> Exposure:
    meter = Meter(SET, CLIMATE)
    for chunk in chunks:
        meter.take(chunk)
    return meter.exposure()


def uneven_record(seed: int, rows: int = 400) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    step_s = rng.choice([1.0, 10.0, 60.0, 240.0, 2400.0], rows, p=[0.3, 0.3, 0.3, 0.09, 0.01])
    current_a = np.repeat(rng.choice([0.0, 16.0, 32.0, -20.0], rows // 20), 20)
    return {
        "t_s": np.cumsum(step_s),
        "current_a": np.where(rng.random(rows) < 0.02, np.nan, current_a),
        "ambient_c": np.where(rng.random(rows) < 0.5, np.nan, 15.0 + rng.normal(size=rows)),
        "temp_ntc_c": np.where(rng.random(rows) < 0.7, np.nan, 25.0 + rng.normal(size=rows)),
        "voltage_v": np.where(rng.random(rows) < 0.5, np.nan, 231.0),
    }


def same(one: Any, other: Any) -> bool:
    if isinstance(one, Swings | Exposure):
        return all(same(getattr(one, row.name), getattr(other, row.name)) for row in fields(one))
    return bool(np.array_equal(one, other))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cuts=st.sets(st.integers(0, 400), max_size=6))
def test_where_a_record_is_cut_makes_no_difference(seed: int, cuts: set[int]) -> None:
    whole = uneven_record(seed)
    ends = [0, *sorted(cuts), 400]
    parts = [
        Chunk(**{name: column[begin:end] for name, column in whole.items()})
        for begin, end in pairwise(ends)
    ]
    assert same(exposure_of(*parts), exposure_of(Chunk(**whole)))


def test_every_hour_stands_somewhere() -> None:
    found = exposure_of(Chunk(**uneven_record(3)))
    assert found.contact_h.sum(axis=(0, 2)) == pytest.approx(found.span_h)
    assert found.housing_h.sum(axis=1) == pytest.approx(found.span_h)
    assert found.mated_h + found.open_h + found.unsure_h == pytest.approx(found.span_h)


def test_a_steady_current_is_as_warm_as_its_rise_says() -> None:
    t_s = np.arange(0.0, 48 * 3600.0, 60.0)
    found = exposure_of(
        Chunk(t_s=t_s, current_a=np.full(len(t_s), 32.0), ambient_c=np.full(len(t_s), 20.0))
    )
    heat = SET.heat
    expected_c = 20.0 + heat.rise_at_rated_k.p50 + heat.contact_over_sensor_k.p50
    median = found.contact_h[Mated.IN, 2]
    mean_c = median @ node_temps_c() / median.sum()
    assert found.hottest_c[2] == pytest.approx(expected_c + heat.idle_offset_k.p50, abs=0.2)
    assert mean_c == pytest.approx(found.hottest_c[2], abs=0.5)
    assert np.all(np.diff(found.hottest_c) > 1.0)  # bad seats are warmer ones


def test_a_measured_sensor_narrows_the_warmth() -> None:
    t_s = np.arange(0.0, 4 * 3600.0, 60.0)
    current_a = np.full(len(t_s), 32.0)
    guessed = exposure_of(Chunk(t_s=t_s, current_a=current_a))
    measured = exposure_of(
        Chunk(t_s=t_s, current_a=current_a, temp_ntc_c=np.full(len(t_s), 38.0))
    )  # fmt: skip
    assert np.ptp(measured.hottest_c) < 0.5 * np.ptp(guessed.hottest_c)
    assert "temp" in guessed.missing
    assert "temp" not in measured.missing


def test_a_plug_that_nobody_watched_is_unsure_once_the_current_rests() -> None:
    t_s = np.arange(0.0, 6 * 3600.0, 60.0)
    current_a = np.where(t_s < 3600.0, 16.0, 0.0)
    found = exposure_of(Chunk(t_s=t_s, current_a=current_a))
    assert found.mated_h == pytest.approx(1.5)
    assert found.unsure_h == pytest.approx(found.span_h - 1.5)
    assert found.open_h == 0.0
    assert (found.matings, found.matings_assumed) == (1, True)
    watched = exposure_of(Chunk(t_s=t_s, current_a=current_a, mated=t_s < 7200.0))
    assert watched.mated_h == pytest.approx(2.0)
    assert watched.unsure_h == 0.0
    assert (watched.matings, watched.matings_assumed) == (1, False)


def test_reversals_and_energy_are_counted_by_direction() -> None:
    t_s = np.arange(0.0, 4001.0, 1000.0)
    found = exposure_of(
        Chunk(
            t_s=t_s,
            current_a=np.array([10.0, -20.0, 0.0, 10.0, 0.0]),
            voltage_v=np.full(5, 360.0),
        )
    )
    assert found.reversals == 2
    assert found.charged_kwh == pytest.approx(2.0)
    assert found.discharged_kwh == pytest.approx(2.0)
    assert (found.charging_a, found.discharging_a) == pytest.approx((10.0, 20.0))
    assert not found.voltage_assumed


def test_swings_to_both_sides_of_where_a_record_begins_are_counted() -> None:
    sensor_c = np.array([20.0, *[21.8, 18.2] * 10, 18.2])
    t_s = 600.0 * np.arange(float(len(sensor_c)))
    found = exposure_of(Chunk(t_s=t_s, current_a=np.zeros(len(t_s)), temp_ntc_c=sensor_c))
    assert found.swings.count.sum(axis=(0, 2)) == pytest.approx(9.5)
    swung = found.swings.count > 0.0
    assert found.swings.range_k[swung] == pytest.approx(3.6, abs=0.01)


def test_energy_goes_where_the_current_goes_by_whichever_voltage_was_read() -> None:
    t_s, current_a = np.arange(0.0, 4001.0, 1000.0), np.array([10.0, -20.0, 0.0, 10.0, 0.0])
    backwards_v = np.array([-360.0, -360.0, -360.0, np.nan, np.nan])
    found = exposure_of(
        Chunk(t_s=t_s, current_a=current_a, voltage_v=backwards_v, v_evse_v=np.full(5, 720.0))
    )
    assert found.charged_kwh == pytest.approx(3.0)
    assert found.discharged_kwh == pytest.approx(2.0)
    assert not found.voltage_assumed


def test_noise_around_zero_reverses_nothing() -> None:
    t_s = np.arange(0.0, 360.0, 60.0)
    noisy_a = np.array([-10.0, 0.7, -0.7, 0.7, -10.0, 0.0])
    assert exposure_of(Chunk(t_s=t_s, current_a=noisy_a)).reversals == 0
    told = Happenings(reversals=7)
    assert exposure_of(Chunk(t_s=t_s, current_a=noisy_a, happenings=told)).reversals == 7


def test_a_gap_is_unknown_and_parts_sessions() -> None:
    found = exposure_of(
        Chunk(t_s=np.array([0.0, 60.0, 120.0, 1920.0, 1980.0]), current_a=np.full(5, 10.0))
    )
    assert found.unknown_h == pytest.approx(0.5)
    assert found.sessions == 2
