"""Laws of failure modes from a fleet, held against an independent fit, known answers and nature."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from silverpin.durability.accelerated import LifeTest, Scatter, fit, inverse_kt
from silverpin.durability.prior import about
from silverpin.durability.survival.cohort import ALIVE, Cohort, Use
from silverpin.durability.survival.competing import FleetLaw, fit_fleet
from silverpin.durability.survival.mode_law import VAGUE, Belief, ModeLaw, Normal, fit_mode

OPEN = Belief(intercept=Normal(9.0, 1e3), clock=Normal(0.5, 1e3), log_sigma=Normal(0.0, 1e3))


def alike(size: int, **columns: Any) -> Use:
    """Return connectors at one site, mated once a day for e hours, but for what is given."""
    plain = Use(
        matings_per_day=np.ones(size), mated_h_per_day=np.full(size, np.e),
        site=np.zeros(size, dtype=np.int64), part=np.zeros(size, dtype=np.int64),
    )  # fmt: skip
    return replace(plain, **columns)


def watched(use: Use, lives: Any, end_days: Any, mode: Any = 0) -> Cohort:
    end = np.broadcast_to(np.asarray(end_days, dtype=float), lives.shape)
    return Cohort(
        use=use, days=np.minimum(lives, end), watched_days=end,
        mode=np.where(lives < end, mode, ALIVE),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scatter", "law"), [(Scatter.LOGNORMAL, stats.lognorm), (Scatter.WEIBULL, stats.weibull_min)]
)
def test_without_use_groups_or_belief_scipy_finds_the_same(scatter: Scatter, law: Any) -> None:
    rng = np.random.default_rng(3)
    lives = 2000.0 * rng.weibull(1.7, 400)
    cohort = watched(alike(400), lives, rng.uniform(100.0, 900.0, 400))
    data = stats.CensoredData(
        uncensored=cohort.days[cohort.failed], right=cohort.days[~cohort.failed]
    )
    shape, _, scale = law.fit(data, floc=0.0)
    found = fit_mode(cohort, 0, OPEN, 1e-4, (scatter,))
    assert found.values[0] == pytest.approx(np.log(scale), rel=1e-3)
    assert found.sigma == pytest.approx(shape if scatter is Scatter.LOGNORMAL else 1.0 / shape,
                                        rel=5e-3)  # fmt: skip


def test_V02_a_published_life_test_in_the_words_of_a_fleet(case: Any) -> None:
    hours, failed, count, temp_c = np.array(case["data"], dtype=float).T
    rows = np.repeat(np.arange(len(hours)), count.astype(int))
    # the stress takes the place of the logarithm of hours to a mating
    stress = 1.0 - (inverse_kt(temp_c[rows]) - 34.0)
    use = alike(len(rows), mated_h_per_day=np.exp(stress))
    cohort = Cohort(use=use, days=hours[rows], watched_days=np.maximum(hours[rows], 5000.0),
                    mode=np.where(failed[rows] > 0, 0, ALIVE))  # fmt: skip
    found, expected = fit_mode(cohort, 0, OPEN, 1e-4, (Scatter.LOGNORMAL,)), case["expected"]
    assert found.clock == pytest.approx(expected["Ea_eV"], rel=2e-3)
    assert found.values[0] - 34.0 * found.clock == pytest.approx(expected["b0"], rel=2e-3)
    assert found.sigma == pytest.approx(expected["sigma"], rel=2e-3)
    direct = fit(
        LifeTest(hours=hours, failed=failed > 0, count=count,
                 stresses=inverse_kt(temp_c)[:, None]), Scatter.LOGNORMAL,
    )  # fmt: skip
    assert found.sigma == pytest.approx(direct.sigma, rel=2e-3)


def test_exponential_lives_have_the_known_rate() -> None:
    """The rate of an exponential law is failures by time watched; a Weibull of shape 1 is one."""
    rng = np.random.default_rng(5)
    cohort = watched(alike(3000), rng.exponential(5000.0, 3000), rng.uniform(10.0, 900.0, 3000))
    shape_one = replace(OPEN, log_sigma=Normal(0.0, 1e-4))
    found = fit_mode(cohort, 0, shape_one, 1e-4, (Scatter.WEIBULL,))
    mean_days = cohort.days.sum() / cohort.failed.sum()
    assert np.exp(found.values[0]) == pytest.approx(mean_days, rel=2e-3)


@pytest.mark.parametrize("clock", [0.0, 1.0])
def test_the_clock_by_which_a_mode_comes_is_found(clock: float) -> None:
    rng = np.random.default_rng(11)
    use = alike(3000, matings_per_day=rng.lognormal(0.5, 0.5, 3000),
                mated_h_per_day=rng.lognormal(1.5, 0.6, 3000))  # fmt: skip
    rate = use.matings_per_day if clock == 0.0 else use.mated_h_per_day
    lives = 6000.0 * rng.weibull(2.0, 3000) / rate
    found = fit_mode(watched(use, lives, rng.uniform(50.0, 1500.0, 3000)), 0, VAGUE)
    assert found.clock == pytest.approx(clock, abs=0.15)


def test_a_mode_that_was_hardly_seen_stays_where_physics_puts_it() -> None:
    few = watched(alike(50), np.full(50, 1e6), 300.0)
    few = replace(few, days=np.where(np.arange(50) == 0, 250.0, few.days),
                  mode=np.where(np.arange(50) == 0, 0, ALIVE))  # fmt: skip
    physics = Belief.of(about(3000.0, 1.3))
    assert np.exp(fit_mode(few, 0, physics).values[0]) == pytest.approx(3000.0, rel=0.4)


def test_a_worse_site_is_seen_and_pulled_towards_the_others() -> None:
    rng = np.random.default_rng(8)
    site = np.arange(4000) % 20
    lives = np.where(site == 0, 0.4, 1.0) * 3000.0 * rng.weibull(2.0, 4000)
    cohort = watched(alike(4000, site=site), lives, rng.uniform(50.0, 1200.0, 4000))
    found = fit_mode(cohort, 0, VAGUE)
    effects = found.values[3 : 3 + 20]
    assert effects.argmin() == 0
    assert np.log(0.4) < effects[0] < 0.5 * np.log(0.4)
    newcomer = alike(1, site=np.array([77]))
    assert found.log_days(newcomer)[0] == pytest.approx(found.values[0] + found.values[-1])


def law_of(sigma: float, *log_days: float) -> FleetLaw:
    modes = {
        mode: ModeLaw(
            scatter=Scatter.WEIBULL, values=np.array([each, 0.0, np.log(sigma), 0.0, 0.0]),
            sites=1, spread=0.1, evidence=0.0, failures=9,
        )
        for mode, each in enumerate(log_days)
    }  # fmt: skip
    return FleetLaw(modes=modes)


def test_two_exponential_modes_end_by_the_sum_of_their_rates() -> None:
    law = law_of(1.0, np.log(1000.0), np.log(3000.0))
    rate = 1.0 / 1000.0 + 1.0 / 3000.0
    shares = np.array([0.1, 0.5])
    for alive_at in (0.0, 400.0):  # what is exponential does not age
        ages = law.ages_at(shares, alike(1), np.array([alive_at]))[:, 0]
        assert ages - alive_at == pytest.approx(-np.log1p(-shares) / rate, rel=5e-3)
    ended = law.first_by(np.linspace(1.0, 30_000.0, 4000), alike(1))
    assert ended[0][-1, 0] == pytest.approx(0.75, abs=0.01)
    assert ended[1][-1, 0] == pytest.approx(0.25, abs=0.01)


def test_a_fleet_without_failures_and_beliefs_says_what_it_needs() -> None:
    alive = watched(alike(5), np.full(5, 1e6), 100.0)
    with pytest.raises(ValueError, match="give a belief for each mode"):
        fit_fleet(alive)
    assert fit_fleet(alive, {2: Belief.of(about(1e4, 2.0))}).modes[2].failures == 0


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("days", [0.0, 5.0], "must be above 0"),
        ("days", [9.0, 5.0], "no more than were watched"),
        ("mode", [ALIVE, ALIVE], "as old as it was watched"),
        ("mode", [0], "a row for each connector"),
    ],
)
def test_books_that_cannot_be_are_refused(column: str, value: Any, words: str) -> None:
    books: dict[str, Any] = {
        "days": np.array([2.0, 5.0]), "watched_days": np.array([5.0, 5.0]),
        "mode": np.array([0, ALIVE]),
    }  # fmt: skip
    with pytest.raises(ValueError, match=words):
        Cohort(use=alike(2), **{**books, column: np.array(value)})
