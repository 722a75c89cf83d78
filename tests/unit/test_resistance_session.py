"""Contact resistance from one session, on connectors that the estimator does not know."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("numba", reason="heat is followed by numba: install the extra life")

from silverpin.durability.resistance.blocks import blocks_of
from silverpin.durability.resistance.history import History
from silverpin.durability.resistance.identify import identifiability
from silverpin.durability.resistance.session import fresh, weigh
from silverpin.durability.resistance.thermal_type import ThermalType
from tests.resistance_plant import AC_32, DC_200, Fleet, Make, Seen, steady
from tests.resistance_trials import Missed, benched, blocks, shipped


def one_session(make: Make, kind: ThermalType, count: int, seed: int) -> Missed:
    """Use so many connectors of a type once, for an hour at the rated current."""
    seen = Fleet(make, count, np.random.default_rng(seed)).session(steady(make))
    return missed(kind, seen)


def missed(kind: ThermalType, seen: Seen) -> Missed:
    apart, held = [], []
    for place, ohm in enumerate(seen.contact_ohm):
        history = History(kind)
        history.take(weigh(blocks(seen, place), kind, fresh(kind)).evidence)
        band = history.now()
        apart.append(np.log(band.p50 / ohm))
        held.append(band.p05 < ohm < band.p95)
    return Missed(np.array(apart), np.array(held))


@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_an_hour_at_the_rated_current_tells_the_contact(make: Make) -> None:
    found = one_session(make, benched(make), 40, seed=1)
    assert found.median < 0.10
    assert found.covered > 0.8


@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_without_bench_tests_the_interval_says_so(make: Make) -> None:
    kind = shipped(make)
    found = one_session(make, kind, 40, seed=2)
    assert found.median_but_one_factor < 0.14
    assert found.covered > 0.85
    assert kind.bench_runs == 0
    seen = Fleet(make, 1, np.random.default_rng(3)).session(steady(make))
    wide, narrow = History(kind), History(benched(make))
    wide.take(weigh(blocks(seen, 0), kind, fresh(kind)).evidence)
    narrow.take(weigh(blocks(seen, 0), benched(make), fresh(benched(make))).evidence)
    ratio = np.log(wide.now().p95 / wide.now().p05) / np.log(narrow.now().p95 / narrow.now().p05)
    assert ratio > 3.0


@pytest.mark.parametrize("make", [AC_32, DC_200], ids=lambda make: make.wear_set)
def test_a_small_current_tells_nothing_and_that_is_known_beforehand(make: Make) -> None:
    t_s = np.arange(0.0, 3600.0, 10.0)
    bounds = []
    for share in (1.0, 0.5, 0.25, 0.0):
        duty = blocks_of(t_s, np.full(360, share * make.rated_a), np.full(360, 20.0), t_s * 0.0)
        bounds.append(identifiability(duty, shipped(make)))
    assert [row.telling for row in bounds] == [True, True, False, False]
    assert [row.contact_sd for row in bounds] == sorted(row.contact_sd for row in bounds)
    for row in (*bounds[0].traits, bounds[0].contact):
        assert 0.0 <= row.learned <= 1.0
    assert bounds[3].contact.learned == pytest.approx(0.0, abs=1e-6)


def test_missing_readings_and_an_unknown_ambient_widen_the_answer() -> None:
    seen = Fleet(AC_32, 1, np.random.default_rng(5)).session(steady(AC_32))
    kind = benched(AC_32)
    holed = replace(seen, ntc_c=np.where(np.arange(360) % 3, np.nan, seen.ntc_c))
    no_air = replace(seen, ambient_c=np.full_like(seen.ambient_c, np.nan))
    whole, thin, blind = (
        weigh(blocks(row, 0), kind, fresh(kind)).belief.cov[0, 0] for row in (seen, holed, no_air)
    )
    assert whole < thin
    assert whole < blind


def test_samples_may_come_at_any_pace() -> None:
    seen = Fleet(DC_200, 1, np.random.default_rng(6)).session(steady(DC_200))
    kind = benched(DC_200)
    rows = np.delete(np.arange(360), np.arange(7, 360, 5))
    each = weigh(blocks(seen, 0), kind, fresh(kind)).belief
    some = weigh(
        blocks_of(seen.t_s[rows], seen.current_a[0, rows], seen.ntc_c[0, rows],
                  seen.ambient_c[0, rows]),
        kind, fresh(kind),
    ).belief  # fmt: skip
    assert some.mean[0] == pytest.approx(each.mean[0], abs=0.05)
