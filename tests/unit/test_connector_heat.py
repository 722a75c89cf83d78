"""The two modes of a warming contact against an integrator that knows nothing of our solution."""

from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from silverpin.durability.heat import HeatModel, heat_model, heat_step, warmed
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.physics.contact import ALPHA_COPPER_PER_K

SPOT = ALPHA_COPPER_PER_K * 2.0 / 3.0


def integrated(
    model: HeatModel, start: tuple[float, float], dt_s: float, current_a: float, ambient_c: float
) -> tuple[float, float]:
    """Solve the equations as they stand in the text books."""
    square = (current_a / model.rated_a) ** 2

    def flow(_: float, state: tuple[float, float]) -> list[float]:
        sensor_c, gap_k = state
        warm = 1.0 + ALPHA_COPPER_PER_K * (sensor_c - 20.0)
        rise_k = model.sensor_cold_k * square * warm + model.idle_offset_k
        hot = 1.0 + SPOT * (sensor_c + gap_k - 20.0)
        return [
            (ambient_c + rise_k - sensor_c) / model.sensor_tau_s,
            (model.contact_cold_k * square * hot - gap_k) / model.contact_tau_s,
        ]

    found = solve_ivp(flow, (0.0, dt_s), start, method="LSODA", rtol=1e-10, atol=1e-10)
    return float(found.y[0, -1]), float(found.y[1, -1])


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(WEAR_SETS)),
    score=st.floats(-2.0, 2.0),
    load=st.floats(-1.2, 1.2),
    dt_s=st.floats(0.1, 7200.0),
    start=st.tuples(st.floats(-20.0, 90.0), st.floats(0.0, 30.0)),
    ambient_c=st.floats(-25.0, 45.0),
)
def test_a_step_of_any_length_is_exact(
    name: str, score: float, load: float, dt_s: float, start: tuple[float, float], ambient_c: float
) -> None:
    model = heat_model(WEAR_SETS[name], score)
    current_a = load * model.rated_a
    ours = warmed(heat_step(model, dt_s, current_a), *start, ambient_c, False)
    theirs = integrated(model, start, dt_s, current_a, ambient_c)
    assert ours == pytest.approx(theirs, rel=1e-3, abs=1e-3)


def test_equal_time_constants_are_no_special_case() -> None:
    model = heat_model(WEAR_SETS["type2-32a"])._replace(contact_tau_s=720.0, contact_cold_k=1e-9)
    model = model._replace(sensor_cold_k=1e-9)
    ours = warmed(heat_step(model, 500.0, 32.0), 60.0, 5.0, 10.0, False)
    assert ours == pytest.approx(integrated(model, (60.0, 5.0), 500.0, 32.0, 10.0), abs=1e-3)


def test_the_rated_rises_are_those_of_the_parameters() -> None:
    for wear_set in WEAR_SETS.values():
        model = heat_model(wear_set)._replace(idle_offset_k=0.0)
        sensor_c, gap_k = warmed(
            heat_step(model, 1e6, wear_set.rated_a), 20.0, 0.0, 20.0, False
        )  # fmt: skip
        assert sensor_c - 20.0 == pytest.approx(wear_set.heat.rise_at_rated_k.p50)
        assert gap_k == pytest.approx(wear_set.heat.contact_over_sensor_k.p50)


def test_a_measured_sensor_stays_where_it_was_measured() -> None:
    model = heat_model(WEAR_SETS["type2-32a"])
    sensor_c, gap_k = warmed(heat_step(model, 1e5, 32.0), 55.0, 0.0, nan, True)
    assert sensor_c == 55.0
    warm = 1.0 + SPOT * (55.0 + gap_k - 20.0)
    assert gap_k == pytest.approx(model.contact_cold_k * warm)


def test_a_current_that_no_copper_bears_is_hotter_than_anything() -> None:
    model = heat_model(WEAR_SETS["ccs2-200a"])
    sensor_c, gap_k = warmed(heat_step(model, 3600.0, 2000.0), 20.0, 0.0, 20.0, False)
    assert np.isfinite(sensor_c)
    assert np.isfinite(gap_k)
    assert sensor_c > 1000.0
