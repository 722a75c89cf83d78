"""The shipped parameters: each with a source or marked as a guess, and guesses are wide."""

from collections.abc import Mapping

import numpy as np
import pytest

from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.duties import CLIMATES, DUTIES, Climate, Duty
from silverpin.durability.parameters.groups import GROUP_OF
from silverpin.durability.prior import Prior, about, exactly, priors_of
from silverpin.physics.polymer import compression_set_h
from silverpin.physics.wear import archard_um

ROWS = [
    pytest.param(name, parameter, prior, id=f"{name} {parameter}")
    for name, row in WEAR_SETS.items()
    for parameter, prior in row.priors().items()
]


def test_every_connector_that_a_charger_may_have_has_its_parameters() -> None:
    assert set(CONNECTOR_SETS) <= set(WEAR_SETS)
    for name, kind in CONNECTOR_SETS.items():
        assert WEAR_SETS[name].rated_a == kind.rating_a


def test_names_are_those_of_the_rows() -> None:
    assert all(name == row.name for name, row in WEAR_SETS.items())


def test_every_mechanism_but_the_contactor_has_its_group() -> None:
    assert set(Mechanism) - set(GROUP_OF) == {Mechanism.CONTACTOR}
    assert all(hasattr(WEAR_SETS["ccs2-200a"], group) for group in GROUP_OF.values())


@pytest.mark.parametrize(("name", "parameter", "prior"), ROWS)
def test_a_guess_is_never_narrow(name: str, parameter: str, prior: Prior) -> None:
    if prior.exact:
        assert not prior.unsourced, f"{name}: {parameter} has no spread and no source"
    if prior.unsourced:
        assert prior.p95 / prior.p05 >= 1.8, f"{name}: {parameter} is a guess, and narrow"


def test_a_mechanism_that_leans_on_a_guess_says_so() -> None:
    row = WEAR_SETS["type2-32a"]
    assert row.unsourced(Mechanism.MATING_WEAR)
    assert row.unsourced(Mechanism.LOCK)
    assert not row.unsourced(Mechanism.HOUSING)
    assert not row.unsourced(Mechanism.SEAL)


def test_scores_hit_the_percentiles() -> None:
    prior = Prior(1.0, 3.0, 20.0)
    assert prior.at(0.0) == 3.0
    assert [prior.at(score) for score in (-1.6448536, 1.6448536)] == pytest.approx([1.0, 20.0])
    assert prior.at(np.array([-1.6448536, 0.0, 1.6448536])) == pytest.approx([1.0, 3.0, 20.0])
    assert exactly(50.0, "a definition").at(1.3) == 50.0


def test_draws_have_the_percentiles_that_the_prior_states() -> None:
    draws = about(10.0, 4.0).at(np.random.default_rng(1).standard_normal(200_000))
    assert np.quantile(draws, [0.05, 0.5, 0.95]) == pytest.approx([2.5, 10.0, 40.0], rel=0.02)


def test_duties_hold_what_was_counted_in_the_field() -> None:
    # pooled over six wall chargers, and over a year of two public plugs
    assert DUTIES["home-ac"].contactor_per_mating.p50 == pytest.approx(4.09, rel=0.05)
    assert DUTIES["public-dc"].matings_per_day.p50 == pytest.approx(2.096, rel=0.01)
    stay_h = DUTIES["public-dc"].mated_h_per_day.p50 / DUTIES["public-dc"].matings_per_day.p50
    assert stay_h * 60.0 == pytest.approx(32.9, rel=0.01)


@pytest.mark.parametrize("table", [CLIMATES, DUTIES])
def test_climates_and_duties_are_found_by_their_names(table: Mapping[str, Climate | Duty]) -> None:
    assert all(name == row.name for name, row in table.items())
    assert all(priors_of(row) for row in table.values())


@pytest.mark.parametrize(
    "percentiles", [(0.0, 1.0, 2.0), (2.0, 1.0, 3.0), (1.0, 2.0, float("inf"))]
)
def test_percentiles_out_of_order_are_refused(percentiles: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="a prior needs 0 < p05 <= p50 <= p95"):
        Prior(*percentiles)


@pytest.mark.parametrize("name", sorted(WEAR_SETS))
def test_the_rated_matings_lie_within_what_is_thought_possible(name: str) -> None:
    # a type test of IEC 62196 wears no healthy connector through in its 10,000 matings
    wear, contact = WEAR_SETS[name].mating_wear, WEAR_SETS[name].contact
    matings = [
        (wear.plating_um.p50 - wear.reserve_um.p50)
        / archard_um(wear.wear_mm3_per_n_m.at(score), contact.force_n.p50, wear.slide_m.p50,
                     wear.track_mm2.p50)
        for score in (1.6448536, 0.0)
    ]  # fmt: skip
    assert matings[0] < 10_000 < matings[1]


def test_the_median_seal_ages_as_its_source_says() -> None:
    seal = WEAR_SETS["ccs2-200a"].seal
    years = compression_set_h(seal.end_set.p50, seal.tau_h.p50, seal.stretching.p50) / 8766.0
    assert years == pytest.approx(89.1, rel=2e-3)
