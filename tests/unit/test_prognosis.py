"""What is left of a connector by its own state, tried on plants that wear by ways of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from silverpin.durability.accelerated import Scatter
from silverpin.durability.endings import RestsOn
from silverpin.durability.life import band
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.prior import about, exactly
from silverpin.durability.prognosis import observed
from silverpin.durability.prognosis.answer import foretell
from silverpin.durability.prognosis.track import Growth, Readings, Seen, remaining_clock
from silverpin.durability.survival.cohort import Use
from silverpin.durability.survival.competing import FleetLaw
from silverpin.durability.survival.mode_law import ModeLaw
from tests import wear_plants
from tests.wear_plants import Course, Floats

SET = WEAR_SETS["ccs2-200a"]


def by_plating(known: Course, rng: np.random.Generator) -> Floats:
    life = about(7_000.0, 4.0)
    return remaining_clock(observed.plating(known.clock, known.read, 0.3, SET, life), rng)


def by_resistance(known: Course, rng: np.random.Generator) -> Floats:
    life = about(25_000.0, 4.0)
    seen = observed.resistance(known.clock, known.read, 0.025, SET, 2.0, life)
    return remaining_clock(seen, rng)


def by_overtravel(known: Course, rng: np.random.Generator) -> Floats:
    life = about(12_000.0, 4.0)
    return remaining_clock(observed.overtravel(known.clock, known.read, 0.02, 1.0, life), rng)


def by_spring(known: Course, rng: np.random.Generator) -> Floats:
    life_h = about(50_000.0, 10.0)
    return observed.spring_left_h(known.clock, known.read, 0.01, SET, life_h, rng)


READ: dict[str, tuple[Callable[..., Course], Callable[..., Floats]]] = {
    "plating": (wear_plants.plating, by_plating),
    "resistance": (wear_plants.resistance, by_resistance),
    "overtravel": (wear_plants.contactor, by_overtravel),
    "spring": (wear_plants.spring, by_spring),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Errors at half life against what was truly left."""

    mape: float
    by_age: float
    """Of the predictor that knows the lives of 300 others and the age, and no state."""
    inside: float
    """Share of the lives within the 90 % band."""
    outlived: float
    """Share beyond its lower end."""


def judged(name: str, connectors: int) -> Judged:
    plant, foretold = READ[name]
    others = np.array([plant(np.random.default_rng(90_000 + row)).end_clock for row in range(300)])
    rows = []
    for seed in range(connectors):
        rng = np.random.default_rng(seed)
        course = plant(rng)
        known = course.until(0.5)
        now = known.clock[-1]
        true = course.end_clock - now
        low, middle, high = band(foretold(known, rng))
        older = others[others > now]
        by_age = float(np.median(older)) - now if len(older) else 0.0
        rows.append([abs(middle - true) / true, abs(by_age - true) / true,
                     low <= true <= high, low <= true])  # fmt: skip
    mape, by_age, inside, outlived = np.mean(rows, axis=0)
    return Judged(mape=mape, by_age=by_age, inside=inside, outlived=outlived)


@pytest.mark.parametrize("name", READ)
def test_at_half_life_what_is_left_is_known_within_a_tenth(name: str) -> None:
    found = judged(name, 25)
    assert found.mape <= 0.11, "over 25; the long test has 300"
    assert found.mape < 0.3 * found.by_age
    assert found.inside >= 0.8


@pytest.mark.long
@pytest.mark.parametrize("name", READ)
def test_it_is_so_over_three_hundred_connectors(name: str) -> None:
    found = judged(name, 300)
    assert found.mape <= 0.10, found
    assert found.mape < 0.3 * found.by_age
    assert found.inside >= 0.88, found
    assert found.outlived >= 0.93, found


def test_few_readings_leave_what_physics_says() -> None:
    growth = Growth(start=0.0, start_sd=0.1, end=10.0, life=about(1000.0, 3.0))
    blurred = Readings(clock=np.array([1.0, 2.0, 3.0, 4.0]), state=np.array([0.1, -0.1, 0.2, 0.0]),
                       sd=np.full(4, 1.0))  # fmt: skip
    left = band(remaining_clock([Seen(blurred, growth)], np.random.default_rng(1)))
    clear = Readings(clock=np.linspace(10.0, 500.0, 50), state=np.linspace(0.1, 5.0, 50),
                     sd=np.full(50, 0.05))  # fmt: skip
    sure = band(remaining_clock([Seen(clear, growth)], np.random.default_rng(1)))
    assert left.p95 / left.p05 > 5.0
    assert sure.p95 / sure.p05 < 1.6
    assert sure.p50 == pytest.approx(500.0, rel=0.05)


def test_what_is_left_counts_from_the_last_reading_however_many_there_were() -> None:
    growth = Growth(start=0.0, start_sd=0.1, end=10.0, life=about(1000.0, 3.0))
    clock = np.linspace(1.0, 800.0, 500)
    many = Readings(clock=clock, state=clock / 100.0, sd=np.full(500, 0.02))
    left = band(remaining_clock([Seen(many.thinned(), growth)], np.random.default_rng(1)))
    assert len(many.thinned()) == 48
    assert left.p50 == pytest.approx(200.0, rel=0.02)


def test_what_is_past_its_end_has_nothing_left() -> None:
    growth = Growth(start=0.0, start_sd=0.1, end=4.0, life=about(1000.0, 3.0))
    worn = Readings(clock=np.linspace(10.0, 500.0, 50), state=np.linspace(0.1, 5.0, 50),
                    sd=np.full(50, 0.05))  # fmt: skip
    assert band(remaining_clock([Seen(worn, growth)], np.random.default_rng(1))).p95 == 0.0


@pytest.mark.parametrize(
    ("clock", "state", "sd", "words"),
    [
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0] * 3, "3 readings tell no trend: at least 4"),
        ([1.0, 2.0, 2.0, 3.0], [1.0] * 4, [1.0] * 4, "starts at 0 or later and rises"),
        ([1.0, 2.0, 3.0, 4.0], [1.0] * 3, [1.0] * 4, "a value for each reading"),
        ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, np.nan, 3.0], [1.0] * 4, "leave out what is not"),
        ([1.0, 2.0, 3.0, 4.0], [1.0] * 4, [1.0, 1.0, 1.0, 0.0], "sd above 0"),
    ],
)
def test_readings_that_cannot_be_are_refused(clock: Any, state: Any, sd: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Readings(clock=np.array(clock), state=np.array(state), sd=np.array(sd))


def test_a_belief_that_readings_belie_leaves_an_answer() -> None:
    growth = Growth(start=0.0, start_sd=0.1, end=10.0, life=about(40.0, 1.1))
    clear = Readings(clock=np.linspace(10.0, 500.0, 50), state=np.linspace(0.1, 5.0, 50),
                     sd=np.full(50, 0.05))  # fmt: skip
    left = band(remaining_clock([Seen(clear, growth)], np.random.default_rng(1)))
    assert 0.0 < left.p05 < 500.0


def test_a_life_is_never_known_beforehand() -> None:
    with pytest.raises(ValueError, match="no life is known to be 1000: give a prior with a spread"):
        Growth(start=0.0, start_sd=0.1, end=10.0, life=exactly(1000.0, "a wish"))


def test_a_state_must_end_above_its_start() -> None:
    with pytest.raises(ValueError, match="a state ends above its start"):
        Growth(start=1.0, start_sd=0.1, end=1.0, life=about(1000.0, 3.0))


# Until the first mode

ONE = Use(
    matings_per_day=np.ones(1), mated_h_per_day=np.full(1, np.e),
    site=np.zeros(1, dtype=np.int64), part=np.zeros(1, dtype=np.int64),
)  # fmt: skip


def mode(days: float, failures: int, scatter: Scatter = Scatter.WEIBULL) -> ModeLaw:
    return ModeLaw(
        scatter=scatter, values=np.array([np.log(days), 0.0, np.log(0.4), 0.0, 0.0]),
        sites=1, spread=0.1, evidence=0.0, failures=failures,
    )  # fmt: skip


@pytest.mark.parametrize("scatter", list(Scatter))
def test_without_a_state_the_fleet_answers_for_this_age(scatter: Scatter) -> None:
    law = FleetLaw(modes={0: mode(3000.0, 20, scatter)})
    told = foretell(ONE, 1500.0, law, {}, np.random.default_rng(1))
    ages = law.ages_at(np.array([0.05, 0.5, 0.95]), ONE, np.array([1500.0]))[:, 0]
    assert told.rests_on == {0: RestsOn.FLEET}
    assert told.days is not None
    assert told.days == pytest.approx(ages - 1500.0, rel=0.15)


def test_a_mode_that_was_read_goes_by_its_state_and_the_others_by_the_fleet() -> None:
    law = FleetLaw(modes={0: mode(3000.0, 20), 1: mode(40_000.0, 2)})
    read = {0: np.random.default_rng(3).normal(700.0, 20.0, 500)}
    told = foretell(ONE, 1500.0, law, read, np.random.default_rng(1))
    assert told.rests_on == {0: RestsOn.STATE, 1: RestsOn.BELIEF}
    assert told.days is not None
    assert told.days.p50 == pytest.approx(700.0, rel=0.02)
    assert told.dominant == 0
    assert sum(told.first.values()) == pytest.approx(1.0)


def test_where_nothing_tells_the_answer_is_unknown_and_says_what_would_help() -> None:
    nothing = foretell(ONE, 10.0, None, {}, np.random.default_rng(1))
    assert nothing.days is None
    assert nothing.dominant is None
    assert "read a state" in nothing.unknown
    vague = {0: np.geomspace(1.0, 20_000.0, 500)}
    wide = foretell(ONE, 10.0, None, vague, np.random.default_rng(1))
    assert wide.days is None
    assert wide.unknown.startswith("anything from ")


def test_one_connector_is_foretold_at_a_time() -> None:
    two = ONE.only(np.array([True])), ONE.only(np.array([False]))
    with pytest.raises(ValueError, match="one connector is foretold at a time, not 0"):
        foretell(two[1], 1.0, None, {}, np.random.default_rng(1))
