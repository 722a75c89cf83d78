"""Contact resistance judged on many connectors that the estimator does not know, seeds fixed.

The figures in docs/resistance.md come from these runs, at full size (`resistance_judging`).
"""

import numpy as np
import pytest

pytest.importorskip("numba", reason="heat is followed by numba: install the extra life")

from tests.resistance_bounds import not_known_before, one_hour_sd
from tests.resistance_floor import floor_k
from tests.resistance_judging import (
    EVERYDAY,
    HOWS,
    JUDGING,
    alarms,
    but_one_factor,
    delays,
    foretold_apart_k,
    judge,
    risen,
    steered_apart_k,
    unbenched,
)
from tests.resistance_plant import AC_32, DC_200, Make, steady

FALSE_ALARM_SESSIONS = 7300
"""Ten connector-years at two sessions a day."""


@pytest.mark.parametrize("how", HOWS)
def test_a_few_connectors_are_followed(how: str) -> None:
    found = judge(DC_200, how, count=10, sessions=12)
    assert found.last.median < 0.12
    assert found.covered > 0.75


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_many_connectors_after_one_session(make: Make) -> None:
    found = judge(make, "constant", count=300, sessions=1)
    assert found.last.median < 0.085
    assert 0.86 < found.covered < 0.98


@pytest.mark.long
@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_many_connectors_after_twenty_sessions(make: Make, how: str) -> None:
    found = judge(make, how, count=25, sessions=20)
    assert found.last.median < 0.065
    assert found.covered > 0.85
    if how == "constant":
        assert found.relative < 0.02


def test_a_slow_drift_is_told_as_large_as_it_is() -> None:
    told = risen(DC_200, 0.25, count=8, sessions=50, minutes=40)
    assert 0.15 < np.median(told[:, 1]) < 0.33
    assert np.mean((told[:, 0] < 0.25) & (told[:, 2] > 0.25)) >= 0.6


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_a_drift_over_a_hundred_and_twenty_sessions_is_told_as_large_as_it_is(make: Make) -> None:
    told = risen(make, 0.25, count=12, sessions=120)
    assert 0.16 < np.median(told[:, 1]) < 0.32
    assert np.mean((told[:, 0] < 0.25) & (told[:, 2] > 0.25)) >= 0.6


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_false_alarms_are_rarer_than_one_in_ten_connector_years(make: Make) -> None:
    told = alarms(make, count=110, sessions=200, step_at=None)
    assert sum(map(len, told)) <= 110 * 200 / FALSE_ALARM_SESSIONS


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_a_step_of_a_fifth_is_told_within_sessions(make: Make) -> None:
    found = delays(alarms(make, count=30, sessions=60, step_at=30), 30, 60)
    assert np.median(found) <= 10


def test_an_unseen_session_is_foretold_from_its_first_minutes() -> None:
    found = foretold_apart_k(DC_200, 6, known_s=300.0, bench=EVERYDAY[0])
    assert np.mean(found) < 0.5


@pytest.mark.parametrize(
    ("make", "known_s", "floor"),
    [(AC_32, 60.0, 0.28), (AC_32, 300.0, 0.17), (DC_200, 60.0, 0.23), (DC_200, 300.0, 0.17)],
    ids=["type2-32a-1min", "type2-32a-5min", "ccs2-200a-1min", "ccs2-200a-5min"],
)
def test_the_floor_of_a_forecast_is_what_the_guide_says(
    make: Make, known_s: float, floor: float
) -> None:
    found = floor_k(make, steady(make), 100, known_s, seed=1)
    assert found.noise_k == pytest.approx(0.05, abs=0.005)
    assert found.noise_k < found.wandering_k < found.air_sensor_k
    assert found.air_sensor_k == pytest.approx(floor, abs=0.01)


def test_what_cooling_is_steered_by_foretells_five_minutes() -> None:
    assert np.mean(steered_apart_k(DC_200, 3, seed=53)) < 0.5


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_many_unseen_sessions_are_foretold(make: Make) -> None:
    found = np.concatenate([foretold_apart_k(make, 10, 300.0, bench) for bench in JUDGING[:4]])
    assert np.mean(found) < 0.5


@pytest.mark.long
@pytest.mark.parametrize(("make", "most"), [(AC_32, 0.09), (DC_200, 0.08)],
                         ids=["type2-32a", "ccs2-200a"])  # fmt: skip
def test_the_bound_of_one_hour_is_what_the_guide_says(make: Make, most: float) -> None:
    sd = one_hour_sd(make, 0.2, trained=16_000, judged=4_000)
    assert 0.06 < sd < most
    assert not_known_before(sd, 0.2) > sd


@pytest.mark.long
@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_types_without_bench_runs_miss_by_one_factor_and_say_so(make: Make) -> None:
    apart, held = unbenched(make, types=30, count=20)
    assert but_one_factor(apart) < 0.14
    assert held > 0.85
