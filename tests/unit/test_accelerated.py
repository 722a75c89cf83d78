"""Fits of life tests: published estimates, an independent fit, and parameters that come back."""

from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import curve_fit

from silverpin.durability.accelerated import LifeTest, Scatter, fit, inverse_kt
from silverpin.physics.insulation import breakdown_kv


def test_V01_breakdown_of_insulation_by_least_squares(case: Any) -> None:
    kilovolt, weeks, temp_c = np.array(case["data"], dtype=float).T

    def log_kv(stress: Any, log_new: float, rate_at_250: float, slope: float) -> Any:
        rate = rate_at_250 * np.exp(250.0 * slope)  # far apart in size, so fitted where data lie
        return np.log(breakdown_kv(stress[0], stress[1], log_new, rate, slope))

    start = (2.5, 5e-9 * np.exp(12.5), -0.05)  # the second start of the reference set
    found, covariance = curve_fit(log_kv, (weeks, temp_c), np.log(kilovolt), p0=start)
    expected = case["expected"]
    assert found[0] == pytest.approx(expected["b1"], rel=1e-4)
    assert found[1] * np.exp(250.0 * found[2]) == pytest.approx(expected["b2"], rel=0.1)
    assert found[2] == pytest.approx(expected["b3"], rel=0.01)
    residuals = np.log(kilovolt) - log_kv((weeks, temp_c), *found)
    assert residuals @ residuals == pytest.approx(expected["RSS"], rel=1e-6)
    assert np.sqrt(covariance[0, 0]) == pytest.approx(expected["sd_b1"], rel=0.01)


def test_V02_arrhenius_with_most_specimens_alive(case: Any) -> None:
    hours, failed, count, temp_c = np.array(case["data"], dtype=float).T
    test = LifeTest(
        hours=hours, failed=failed > 0, count=count, stresses=inverse_kt(temp_c)[:, None]
    )
    found, expected = fit(test, Scatter.LOGNORMAL), case["expected"]
    assert found.intercept == pytest.approx(expected["b0"], rel=1e-3)
    assert found.slopes == pytest.approx([expected["Ea_eV"]], rel=1e-3)
    assert found.sigma == pytest.approx(expected["sigma"], rel=1e-3)
    assert found.log_likelihood == pytest.approx(expected["loglik"], rel=1e-6)
    assert found.hours(0.01, float(inverse_kt(10.0))) > found.hours(0.01, float(inverse_kt(40.0)))


@pytest.mark.parametrize(
    ("scatter", "law"), [(Scatter.LOGNORMAL, stats.lognorm), (Scatter.WEIBULL, stats.weibull_min)]
)
def test_without_stress_scipy_finds_the_same(scatter: Scatter, law: Any) -> None:
    rng = np.random.default_rng(7)
    lives = 1000.0 * rng.weibull(1.8, 80)
    hours, failed = np.minimum(lives, 900.0), lives < 900.0
    data = stats.CensoredData(uncensored=hours[failed], right=hours[~failed])
    shape, _, scale = law.fit(data, floc=0.0)
    found = fit(
        LifeTest(hours=hours, failed=failed, count=np.ones(80), stresses=np.zeros((80, 0))), scatter
    )
    sigma = shape if scatter is Scatter.LOGNORMAL else 1.0 / shape
    assert found.intercept == pytest.approx(np.log(scale), rel=1e-4)
    assert found.sigma == pytest.approx(sigma, rel=1e-3)


@pytest.mark.parametrize("scatter", list(Scatter))
def test_planted_parameters_come_back_within_their_own_uncertainty(scatter: Scatter) -> None:
    truth = np.array([-9.0, 0.65, -2.7, np.log(0.6)])
    inside = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        stresses = np.column_stack([inverse_kt(rng.choice([60.0, 85.0, 110.0], 120)),
                                    np.log(rng.choice([0.6, 0.85], 120))])  # fmt: skip
        share = rng.uniform(size=120)
        z = np.array([scatter.score(one) for one in share])
        lives = np.exp(truth[0] + stresses @ truth[1:3] + 0.6 * z)
        end = np.quantile(lives, 0.5)
        found = fit(
            LifeTest(hours=np.minimum(lives, end), failed=lives < end, count=np.ones(120),
                     stresses=stresses), scatter,
        )  # fmt: skip
        values = np.array([found.intercept, *found.slopes, np.log(found.sigma)])
        use = (float(inverse_kt(40.0)), float(np.log(0.5)))
        age = float(np.exp(truth[0] + np.dot(use, truth[1:3]) + 0.6 * scatter.score(0.1)))
        low, high = found.hours_band(0.1, *use)
        close = np.abs(values - truth) < 1.645 * np.sqrt(np.diag(found.covariance))
        inside.append([*close, low < age < high])
    # nine of ten, give or take what sixty tests allow, and a little for the small sample
    assert np.all(np.mean(inside, axis=0) > 0.75), np.mean(inside, axis=0)


def test_many_alike_may_share_a_row() -> None:
    one_by_one = LifeTest(
        hours=np.array([100.0, 200.0, 300.0, 300.0, 300.0]),
        failed=np.array([True, True, False, False, False]),
        count=np.ones(5), stresses=np.zeros((5, 0)),
    )  # fmt: skip
    together = LifeTest(
        hours=np.array([100.0, 200.0, 300.0]), failed=np.array([True, True, False]),
        count=np.array([1.0, 1.0, 3.0]), stresses=np.zeros((3, 0)),
    )  # fmt: skip
    found = [fit(test, Scatter.WEIBULL) for test in (one_by_one, together)]
    assert found[0].hours(0.1) == pytest.approx(found[1].hours(0.1))


@pytest.mark.parametrize(
    ("hours", "failed", "words"),
    [
        ([10.0, 0.0, 20.0], [True, True, True], "row 1: hours must be above 0"),
        ([10.0, 15.0, 20.0], [True, False, False], "1 failures cannot settle 3 numbers"),
        ([10.0, 15.0], [True, True, True], "in every row"),
    ],
)
def test_a_test_that_settles_nothing_is_refused(
    hours: list[float], failed: list[bool], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        LifeTest(hours=np.array(hours), failed=np.array(failed), count=np.ones(3),
                 stresses=np.ones((3, 1)))  # fmt: skip


def test_stresses_that_go_together_cannot_be_told_apart() -> None:
    stress = np.array([1.0, 1.0, 2.0, 2.0, 3.0, 3.0])
    test = LifeTest(
        hours=np.array([90.0, 80.0, 40.0, 50.0, 20.0, 30.0]), failed=np.ones(6, dtype=bool),
        count=np.ones(6), stresses=np.column_stack([stress, 2.0 * stress]),
    )  # fmt: skip
    with pytest.raises(ValueError, match="do not vary apart"):
        fit(test, Scatter.WEIBULL)
