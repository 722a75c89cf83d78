"""A grid watch to the instant and to the digit: gaps, means in pieces, what ran out first."""

from dataclasses import replace

import pytest

from silverpin.domain.grid_profiles import GRID_PROFILES, GridProfile, Stage
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.grid import GridWatch
from tests.observations import INFINITE

EU = GRID_PROFILES["eu-50hz"]
MEAN = next(row for row in EU.stages if row.mean_s)
TEN_MIN_S = 600
FED_NS = -3600 * NS_PER_S


def watched(profile: GridProfile = EU) -> GridWatch:
    """A watch that has fed this grid for long."""
    watch = GridWatch(profile, FED_NS)
    assert watch.step(0, 50.0, 230.0)
    return watch


def shown(watch: GridWatch, first_s: int, last_s: int, volts: float) -> bool:
    """Show it a voltage once a second, both ends included."""
    for second in range(first_s, last_s + 1):
        ok = watch.step(second * NS_PER_S, 50.0, volts)
    return ok


def mean_v(watch: GridWatch, stage: Stage = MEAN) -> float | None:
    return watch.seen(stage, 50.0, 230.0)


def test_a_fresh_watch_has_seen_nothing() -> None:
    watch = GridWatch(EU)
    assert (watch.ok, watch.since_ns, watch.tripped, watch.timing) == (False, None, None, False)
    watch.step(7, 50.0, 230.0)
    assert watch.since_ns == 7


@pytest.mark.parametrize(("pause_ns", "fed"), [(5 * NS_PER_S, True), (5 * NS_PER_S + 1, False)])
def test_a_pause_of_more_than_five_seconds_ends_feeding(pause_ns: int, fed: bool) -> None:
    assert watched().step(pause_ns, 50.0, 230.0) is fed


def test_a_watch_that_lost_the_grid_begins_the_delay_anew() -> None:
    watch = GridWatch(EU)
    shown(watch, 0, 40, 230.0)
    watch.lose()
    assert not shown(watch, 41, 100, 230.0)
    assert shown(watch, 101, 101, 230.0)


def test_a_mean_is_exact_and_forgets_what_is_older_than_its_time() -> None:
    watch = watched()
    shown(watch, 1, TEN_MIN_S - 1, 230.0)
    assert mean_v(watch) is None
    shown(watch, TEN_MIN_S, TEN_MIN_S, 230.0)
    assert mean_v(watch) == 230.0
    shown(watch, TEN_MIN_S + 1, 2 * TEN_MIN_S + 3, 240.0)
    assert mean_v(watch) == 240.0


def test_a_mean_is_renewed_every_three_seconds_and_kept_in_pieces_of_that_length() -> None:
    watch = watched()
    shown(watch, 1, TEN_MIN_S, 230.0)
    shown(watch, TEN_MIN_S + 1, TEN_MIN_S + 2, 250.0)
    assert mean_v(watch) == 230.0
    shown(watch, TEN_MIN_S + 3, TEN_MIN_S + 3, 250.0)
    assert mean_v(watch) == pytest.approx(230.0 + 20.0 * 2 / TEN_MIN_S, abs=1e-6)
    assert len(watch._means[MEAN]._bins) == TEN_MIN_S // 3


@pytest.mark.parametrize("volts", [INFINITE, -INFINITE])
def test_a_mean_with_what_is_no_number_in_it_is_none(volts: float) -> None:
    watch = watched()
    shown(watch, 1, TEN_MIN_S, 230.0)
    shown(watch, TEN_MIN_S + 1, TEN_MIN_S + 1, volts)
    assert mean_v(watch) is None


def test_a_mean_beyond_its_threshold_ends_feeding_whatever_other_means_say() -> None:
    high = replace(MEAN, name="OV0", threshold=500.0)
    watch = watched(replace(EU, stages=(*EU.stages, high)))
    assert not shown(watch, 1, TEN_MIN_S + 3, 254.0)
    assert watch.tripped is MEAN


def test_a_stage_runs_out_two_judgements_before_its_clearing_time_and_no_later() -> None:
    stage = next(row for row in EU.stages if row.name == "UV1")
    watch = watched()
    watch.step(NS_PER_S, 50.0, 183.0)
    runs_out_ns = NS_PER_S + int(stage.clearing_s * NS_PER_S) - 2 * LIMITS.judge_period_ns
    assert watch.step(runs_out_ns - 1, 50.0, 183.0)
    assert not watch.step(runs_out_ns, 50.0, 183.0)


def test_of_stages_that_ran_out_together_the_profile_s_first_is_named() -> None:
    watch = watched()
    for tick in range(1, 200):
        watch.step(tick * 20 * NS_PER_MS, 50.0, 50.0)
    assert watch.tripped is next(row for row in EU.stages if row.name == "UV1")


def test_an_excursion_that_is_over_counts_no_more() -> None:
    watch = watched()
    counts = [watch.timing]
    for tick, volts in ((1, 183.0), (2, 230.0)):
        watch.step(tick * 20 * NS_PER_MS, 50.0, volts)
        counts.append(watch.timing)
    assert counts == [False, True, False]


def test_a_mean_that_is_known_at_last_counts_though_the_voltage_came_back() -> None:
    watch = watched()
    assert shown(watch, 1, 500, 260.0)
    assert shown(watch, 501, TEN_MIN_S - 1, 240.0)
    assert not shown(watch, TEN_MIN_S, TEN_MIN_S + 1, 240.0)
    assert watch.tripped is MEAN
    assert watch.back_ns is None
