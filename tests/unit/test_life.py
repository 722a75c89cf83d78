"""Remaining life, the price of a discharge and the work ahead, on uses whose answer is plain."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="exposures are compiled by numba: install the extra life")

from silverpin.domain.upkeep import CONTACT_WORK
from silverpin.durability.coarse import Coarse
from silverpin.durability.cost import cost_curve
from silverpin.durability.damage import Site, damage
from silverpin.durability.draws import MEDIAN
from silverpin.durability.life import HORIZON_H, HOURS_PER_YEAR, Part, band, remaining
from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.meter import Meter
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.prior import exactly
from silverpin.durability.record import Break, Chunk, Happenings
from silverpin.durability.study import Assessment, Study
from silverpin.durability.undischarged import Undischarged
from silverpin.durability.upkeep import Standing, Work, by_visit, upkeep

SET = WEAR_SETS["ccs2-200a"]
DAY_S = 86_400.0
STEP_S = 300.0


def evenings(days: int, discharge_a: float = 0.0, **changes: Any) -> Chunk:
    """A vehicle that comes at 17:30, discharges from 18 to 21 and charges from 23 to 4."""
    t_s = np.arange(0.0, days * DAY_S, STEP_S)
    hour = t_s / 3600.0 % 24.0
    current_a = np.where((hour >= 23.0) | (hour < 4.0), 40.0, 0.0)
    current_a = np.where((hour >= 18.0) & (hour < 21.0), -discharge_a, current_a)
    mated = (hour >= 17.5) | (hour < 7.5)
    ambient_c = np.full(len(t_s), 15.0)
    return replace(Chunk(t_s=t_s, current_a=current_a, ambient_c=ambient_c, mated=mated), **changes)


def found_of(*chunks: Chunk, **changes: Any) -> Assessment:
    study = Study(replace(SET, **changes))
    for chunk in chunks:
        study.take(chunk)
    return study.assess(np.random.default_rng(1))


@pytest.mark.verifies("DUR-3")
def test_every_mechanism_is_reckoned_and_the_leading_one_named() -> None:
    found = found_of(evenings(60))
    medians = {row: float(np.median(took.consumed)) for row, took in found.damage.items()}
    assert set(medians) == set(Mechanism)
    assert all(value >= 0.0 for value in medians.values())
    assert found.dominant is max(medians, key=lambda row: medians[row])
    assert found.damage[Mechanism.HOUSING].extrapolated  # polyamide was tested from 80 °C up


def test_a_life_ends_when_the_first_mechanism_does() -> None:
    found = found_of(evenings(60))
    parts = np.minimum.reduce([left.hours for left in found.parts.values()])
    assert found.remaining.hours == pytest.approx(parts)
    shares = sum(found.remaining.first.values())
    assert shares == pytest.approx(1.0)
    low, middle, high = band(found.remaining.hours)
    assert 0.0 < low < middle < high <= HORIZON_H


def test_a_known_wear_and_a_long_record_give_the_life_that_one_reckons_by_hand() -> None:
    wear = replace(
        SET.mating_wear,
        wear_mm3_per_n_m=exactly(2e-3, "test"), slide_m=exactly(0.05, "test"),
        track_mm2=exactly(400.0, "test"), plating_um=exactly(9.0, "test"),
    )  # fmt: skip
    force = replace(SET.contact, force_n=exactly(40.0, "test"))
    found = found_of(evenings(365), mating_wear=wear, contact=force)
    # 2e-3 mm³/Nm · 40 N · 0.05 m / 400 mm² is 0.01 µm a mating: 800 wear off 8 µm
    only = {Mechanism.MATING_WEAR: found.damage[Mechanism.MATING_WEAR]}
    left = remaining(only, found.exposure, found.draws, found.use)
    assert left.matings == pytest.approx(800 - found.exposure.matings, rel=1e-6)
    years = band(left.hours / HOURS_PER_YEAR)
    assert years.p50 == pytest.approx((800 - 366) / 365.0, rel=0.05)
    assert years.p95 / years.p05 < 1.3  # a year of days leaves little doubt about the use


def test_a_day_says_little_about_the_years_ahead() -> None:
    day, year = (band(found_of(evenings(days)).use) for days in (1, 365))
    assert day.p95 / day.p05 > 2.5
    assert year.p95 / year.p05 < 1.3


def test_nobody_is_plugged_in_for_more_than_all_day() -> None:
    t_s = np.arange(0.0, 4 * DAY_S, STEP_S)
    always = Chunk(t_s=t_s, current_a=np.full(len(t_s), 10.0), mated=np.ones(len(t_s), np.bool_))
    found = found_of(always)
    assert found.remaining.mated_h is not None
    assert np.all(found.remaining.mated_h <= found.remaining.hours * (1 + 1e-9))


def test_an_idle_record_tells_no_matings_and_ages_by_the_calendar_alone() -> None:
    t_s = np.arange(0.0, 4 * DAY_S, STEP_S)
    found = found_of(
        Chunk(t_s=t_s, current_a=np.zeros(len(t_s)), mated=np.zeros(len(t_s), np.bool_))
    )
    assert found.remaining.matings is None
    assert found.remaining.dominant in {Mechanism.FILM, Mechanism.SEAL, Mechanism.HOUSING}
    assert found.cost is None


@pytest.mark.verifies("CON-5")
def test_moisture_that_an_inspection_found_shortens_the_life_by_corrosion() -> None:
    dry = found_of(evenings(60))
    moist = found_of(evenings(60, happenings=Happenings(moisture=True)))
    ratio = moist.damage[Mechanism.FILM].consumed / dry.damage[Mechanism.FILM].consumed
    assert float(np.median(ratio)) == pytest.approx(SET.film.moisture_factor.p50, rel=0.1)
    assert band(moist.remaining.hours).p50 < 0.8 * band(dry.remaining.hours).p50
    assert moist.remaining.dominant is Mechanism.FILM
    assert "dry the connector and replace its seal" in {row.what for row in upkeep(moist)}


@pytest.mark.verifies("CON-5")
def test_a_warm_seal_ages_faster() -> None:
    cool = found_of(evenings(60)).damage[Mechanism.SEAL].consumed
    warm_c = np.full(int(60 * DAY_S / STEP_S), 35.0)
    warm = found_of(evenings(60, ambient_c=warm_c)).damage[Mechanism.SEAL].consumed
    assert 5.0 < float(np.median(warm / cool)) < 12.0  # about 75 kJ/mol over 20 K


def test_a_discharge_has_a_price_and_a_stronger_one_a_higher() -> None:
    weak, strong = found_of(evenings(60, 50.0)), found_of(evenings(60, 150.0))
    assert weak.cost is not None
    assert strong.cost is not None
    for found in (weak.cost, strong.cost):
        low, middle, high = band(found.eur_per_kwh)
        assert 0.0 < low < middle < high < 0.1
    assert band(strong.cost.eur_per_kwh).p50 > 2.0 * band(weak.cost.eur_per_kwh).p50


def test_charging_alone_has_no_price() -> None:
    assert found_of(evenings(30)).cost is None


def test_a_contactor_opened_under_discharge_is_paid_by_the_discharge() -> None:
    opened = tuple(Break(day * DAY_S + 21 * 3600.0, -150.0, 400.0) for day in range(30))
    plain = found_of(evenings(30, 150.0, happenings=Happenings(openings=())))
    broken = found_of(evenings(30, 150.0, happenings=Happenings(openings=opened)))
    assert plain.cost is not None
    assert broken.cost is not None
    assert broken.cost.dominant is Mechanism.CONTACTOR
    # 30 openings at 150 A against the polarity cost far more than the heat of the energy
    assert band(broken.cost.eur_per_kwh).p50 > 10.0 * band(plain.cost.eur_per_kwh).p50


def test_without_its_discharge_a_use_keeps_the_charge_for_the_road() -> None:
    chunk = evenings(10, 50.0)
    without = Undischarged()
    kept_as = float(np.sum(without.take(chunk).current_a) * STEP_S)
    net_as = float(np.sum(chunk.current_a[:-1]) * STEP_S)
    assert np.all(without.take(replace(chunk, t_s=chunk.t_s + 11 * DAY_S)).current_a >= 0.0)
    # the last evening was not charged again within the record
    assert kept_as - net_as == pytest.approx(50.0 * 3 * 3600.0 - 40.0 * (3600.0 - STEP_S))


def test_nothing_is_given_while_nobody_looks() -> None:
    t_s = np.array([0.0, 60.0, 120.0, 3 * DAY_S, 3 * DAY_S + 60.0, 3 * DAY_S + 120.0])
    current_a = np.array([-20.0, -20.0, -20.0, 40.0, 40.0, 0.0])  # the record is silent for days
    without = Undischarged()
    kept_a = without.take(Chunk(t_s=t_s, current_a=current_a)).current_a
    assert kept_a.tolist() == [0.0, 0.0, 0.0, 0.0, 40.0]  # two minutes at 20 A are one at 40
    assert without.owed_ah == 0.0


@pytest.mark.parametrize("cut", [1, 100, 217, 2000])
def test_where_a_record_is_cut_makes_no_difference_to_price_and_life(cut: int) -> None:
    whole = evenings(10, 50.0)
    parts = [
        Chunk(t_s=whole.t_s[rows], current_a=whole.current_a[rows],
              ambient_c=np.full(len(whole.t_s[rows]), 15.0), mated=whole.mated[rows])
        for rows in (slice(0, cut), slice(cut, None))
        if whole.mated is not None
    ]  # fmt: skip
    one, two = found_of(whole), found_of(*parts)
    assert one.cost is not None
    assert two.cost is not None
    assert two.remaining.hours == pytest.approx(one.remaining.hours)
    assert two.cost.eur_per_kwh == pytest.approx(one.cost.eur_per_kwh, rel=1e-6)


def test_the_curve_of_cost_climbs_towards_the_rated_power() -> None:
    found = found_of(evenings(30, 50.0))
    curve = cost_curve(SET, Site.of(SET), found.draws, [20e3, 40e3, 80e3])
    medians = [row.eur_per_kwh.p50 for row in curve]
    assert medians == sorted(medians)
    assert medians[-1] > 5.0 * medians[0]


def of(rows: list[Work], what: str) -> Work:
    return next(row for row in rows if row.what == what)


def test_the_cleaning_comes_on_the_day_of_the_500th_mating() -> None:
    work = upkeep(found_of(evenings(100)))
    cleaning = of(work, "clean the pins")
    assert cleaning.in_days == pytest.approx(400.0, rel=0.05)
    assert "500 matings" in cleaning.reason
    assert of(upkeep(found_of(evenings(100)), Standing(matings_since_cleaning=600)),
              "clean the pins").in_days == 0.0  # fmt: skip


def test_the_inspection_comes_a_year_after_the_last() -> None:
    found = found_of(evenings(100))
    assert of(upkeep(found), "inspect the pins").in_days == pytest.approx(265.0, abs=0.1)
    later = upkeep(found, Standing(inspected_days_ago=30.0))
    assert of(later, "inspect the pins").in_days == pytest.approx(335.0, abs=0.1)


def test_what_the_record_tells_of_visits_counts_from_there() -> None:
    visited = Happenings(matings_since_cleaning=40, since_inspection_h=48.0)
    work = upkeep(found_of(evenings(100, happenings=visited)))
    assert of(work, "clean the pins").in_days == pytest.approx(460.0, rel=0.05)
    assert of(work, "inspect the pins").in_days == pytest.approx(363.0, abs=0.1)


def test_one_inspection_serves_every_reason_and_a_drift_keeps_its_day() -> None:
    def rows(*told: tuple[str, float, str]) -> list[tuple[str, float, str]]:
        found = by_visit(Work(what=what, in_days=days, reason=why) for what, days, why in told)
        return [(row.what, row.in_days, row.reason) for row in found]

    yearly, worn = "inspect the pins", ("replace the seal", 9.0, "it is worn out")
    assert rows((CONTACT_WORK, 0.0, "it rose"), (yearly, 100.0, "a year"), worn) == [
        (CONTACT_WORK, 0.0, "it rose"), worn,
    ]  # fmt: skip
    assert rows((CONTACT_WORK, 0.0, "it rose"), (yearly, 0.0, "a year ago")) == [
        (CONTACT_WORK, 0.0, "it rose; also a year ago")
    ]
    drifts = [(yearly, 100.0, "a year"), (CONTACT_WORK, 300.0, "it drifts")]
    assert rows(*drifts) == drifts


def test_work_is_ranked_by_its_day_and_a_replacement_names_what_wears() -> None:
    work = upkeep(found_of(evenings(100)))
    assert [row.in_days for row in work] == sorted(row.in_days for row in work)
    found = found_of(evenings(100))
    replaced = of(work, "replace the connector")
    assert replaced.in_days == pytest.approx(band(found.parts[Part.CONNECTOR].hours).p50 / 24.0)
    assert found.parts[Part.CONNECTOR].dominant.value in replaced.reason


def test_minutes_keep_the_heat_of_seconds() -> None:
    rng = np.random.default_rng(4)
    t_s = np.arange(0.0, 6 * 3600.0, 2.0)
    current_a = 120.0 * np.repeat(rng.standard_normal(len(t_s) // 10), 10).clip(-1.0, 1.0)
    whole = Chunk(t_s=t_s, current_a=current_a)
    coarse = Coarse()
    minutes = coarse.take(whole)
    assert len(minutes.t_s) == 359  # the last may go on
    fine, thin = Meter(SET, Site().climate), Meter(SET, Site().climate)
    fine.take(whole)
    thin.take(minutes)
    for mechanism in (Mechanism.SEAL, Mechanism.HOUSING, Mechanism.SPRING_RELAXATION):
        one, other = (
            damage(row.exposure(), SET, MEDIAN)[mechanism].consumed for row in (fine, thin)
        )
        assert other == pytest.approx(one, rel=0.02)


def test_minutes_keep_the_heat_of_samples_that_come_when_something_changes() -> None:
    rng = np.random.default_rng(5)
    t_s = np.cumsum(rng.choice([1.0, 7.0, 45.0, 400.0], 3000))
    current_a = rng.choice([0.0, 32.0, -20.0], len(t_s))
    minutes = Coarse().take(Chunk(t_s=t_s, current_a=current_a))
    assert len(minutes.t_s) < 0.7 * len(t_s)
    last = int(np.searchsorted(t_s, minutes.t_s[-1]))
    told = np.sum(minutes.current_a[:-1] ** 2 * np.diff(minutes.t_s))
    assert told == pytest.approx(np.sum(current_a[:last] ** 2 * np.diff(t_s)[:last]))


@pytest.mark.parametrize("cut", [1, 29, 30, 31, 1000])
def test_minutes_do_not_depend_on_where_a_record_is_cut(cut: int) -> None:
    t_s = np.arange(0.0, 3600.0, 2.0)
    current_a = np.where(np.arange(len(t_s)) % 7 == 0, np.nan, t_s)
    one, two = Coarse(), Coarse()
    whole = one.take(Chunk(t_s=t_s, current_a=current_a))
    parts = [
        two.take(Chunk(t_s=t_s[rows], current_a=current_a[rows]))
        for rows in (slice(0, cut), slice(cut, None))
    ]
    joined = np.concatenate([row.current_a for row in parts])
    np.testing.assert_array_equal(joined, whole.current_a)


def test_steps_of_20_minutes_are_priced_as_their_minutes_are() -> None:
    steps_s = np.arange(0.0, 4 * DAY_S + 1.0, 1200.0)
    current_a = np.where(steps_s % DAY_S < 6 * 3600.0, -80.0, 0.0)
    minutes = np.arange(0.0, 4 * DAY_S + 1.0, 60.0)
    held_a = current_a[(minutes // 1200.0).astype(np.int64)]
    by_step = found_of(Chunk(t_s=steps_s, current_a=current_a)).cost
    by_minute = found_of(Chunk(t_s=minutes, current_a=held_a)).cost
    assert by_step is not None
    assert by_minute is not None
    assert band(by_step.eur_per_kwh) == pytest.approx(band(by_minute.eur_per_kwh), rel=0.03)
