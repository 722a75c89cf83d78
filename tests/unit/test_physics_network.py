"""The thermal network against a general solver of differential equations."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from silverpin.physics.matrix import exponential, solved
from silverpin.physics.network import Network

ALPHA_PER_K = 3.9e-3
# a contact, the insert with the sensor, the housing with the cable's end
NETWORK = Network(
    capacity_j_per_k=(22.0, 45.0, 260.0),
    links=((0, 1, 0.4), (0, 2, 0.5), (1, 2, 0.05)),
    ambient_w_per_k=(0.0, 0.04, 0.6),
)
COLD_OHM = (1.1e-3, 0.0, 6e-4)


def oracle(
    temps_c: Sequence[float], current_a: float, ambient_c: float, dt_s: float
) -> Sequence[float]:
    """Integrate the same network by an adaptive method of high order."""

    def slope(_: float, now: NDArray[np.float64]) -> NDArray[np.float64]:
        power = np.array(COLD_OHM) * current_a**2 * (1.0 + ALPHA_PER_K * (now - 20.0))
        gain = power + np.array(NETWORK.ambient_w_per_k) * (ambient_c - now)
        for one, other, conductance in NETWORK.links:
            gain[one] += conductance * (now[other] - now[one])
            gain[other] += conductance * (now[one] - now[other])
        return np.asarray(gain / np.array(NETWORK.capacity_j_per_k))

    found = solve_ivp(slope, (0.0, dt_s), temps_c, method="DOP853", rtol=1e-10, atol=1e-10)
    return [float(temp_c) for temp_c in found.y[:, -1]]


def test_a_changing_load_is_followed_to_the_millikelvin() -> None:
    rng = Random(4)
    temps_c: tuple[float, ...] = (25.0, 25.0, 25.0)
    expected: Sequence[float] = temps_c
    hottest_c = 0.0
    for _ in range(40):
        current_a, ambient_c = rng.uniform(-60.0, 60.0), rng.uniform(-10.0, 35.0)
        dt_s = rng.choice((1.0, 60.0, 900.0))
        loaded, power_w = NETWORK.warming(COLD_OHM, current_a**2, ALPHA_PER_K)
        temps_c = loaded.step(dt_s).after(temps_c, power_w, ambient_c)
        expected = oracle(expected, current_a, ambient_c, dt_s)
        assert temps_c == pytest.approx(expected, abs=1e-3)
        hottest_c = max(hottest_c, *temps_c)
    assert hottest_c > 35.0


@given(dt_s=st.floats(0.1, 7200.0), parts=st.integers(2, 6))
def test_one_long_step_is_many_short_ones(dt_s: float, parts: int) -> None:
    power_w, start = (3.0, 0.0, 1.5), [60.0, 20.0, 30.0]
    whole = NETWORK.step(dt_s).after(start, power_w, 15.0)
    short, temps_c = NETWORK.step(dt_s / parts), tuple(start)
    for _ in range(parts):
        temps_c = short.after(temps_c, power_w, 15.0)
    assert temps_c == pytest.approx(whole, abs=1e-9)


def test_a_long_time_ends_in_the_steady_state() -> None:
    loaded, power_w = NETWORK.warming(COLD_OHM, 48.0**2, ALPHA_PER_K)
    steady_c = loaded.steady_c(power_w, 22.0)
    assert loaded.step(1e6).after((0.0, 0.0, 0.0), power_w, 22.0) == pytest.approx(steady_c)
    made_w = sum(
        watts + slope * temp_c
        for watts, slope, temp_c in zip(power_w, loaded.warming_w_per_k, steady_c, strict=True)
    )
    lost_w = sum(
        tie * (temp_c - 22.0) for tie, temp_c in zip(NETWORK.ambient_w_per_k, steady_c, strict=True)
    )
    assert made_w == pytest.approx(lost_w)


def test_without_power_everything_ends_at_the_ambient() -> None:
    assert NETWORK.steady_c((0.0, 0.0, 0.0), -12.0) == pytest.approx((-12.0, -12.0, -12.0))


def test_a_contact_that_gains_more_than_it_loses_has_no_steady_state() -> None:
    loaded, power_w = NETWORK.warming(COLD_OHM, 900.0**2, ALPHA_PER_K)
    with pytest.raises(ValueError, match="no temperature is steady"):
        loaded.steady_c(power_w, 22.0)


@given(seed=st.integers(0, 2**32), size=st.integers(1, 6), scale=st.floats(1e-3, 30.0))
def test_the_exponential_is_scipy_s(seed: int, size: int, scale: float) -> None:
    matrix = np.random.default_rng(seed).uniform(-scale, scale, (size, size))
    expected = expm(matrix)
    found = np.array(exponential(matrix.tolist()))
    assert np.abs(found - expected).max() <= 1e-8 * max(np.abs(expected).max(), 1.0)


@given(seed=st.integers(0, 2**32), size=st.integers(1, 6))
def test_equations_are_solved_as_numpy_solves_them(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = rng.normal(size=(size, size)), rng.normal(size=size)
    found = solved(np.column_stack([left, right]).tolist())
    assert left @ found == pytest.approx(right, abs=1e-6)
