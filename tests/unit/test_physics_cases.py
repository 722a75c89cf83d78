"""Published cases, each within the tolerance that its file states."""

from typing import Any

import numpy as np
import pytest

from silverpin.physics.arrhenius import ev_from_kj_per_mol, kj_per_mol_from_slope
from silverpin.physics.constants import COPPER_MELTS_C, SILVER_MELTS_C, SILVER_OHM_M
from silverpin.physics.contact import film_ohm, holm_ohm, spot_c, spot_drop_v
from silverpin.physics.fatigue import norris_landzberg
from silverpin.physics.film import sulphide_nm, sulphide_nm_per_h
from silverpin.physics.ntc import (
    ThermistorTable,
    beta_between,
    beta_c,
    steinhart_hart_c,
    steinhart_hart_of,
    steinhart_hart_ohm,
)
from silverpin.physics.polymer import compression_set_h, epdm_acceleration, pa66_life_h
from silverpin.physics.relaxation import force_share, strained_h

HOURS_PER_YEAR = 8766.0


def test_V08_life_of_glass_filled_polyamide(case: Any) -> None:
    inputs = case["inputs"]
    energy_ev = ev_from_kj_per_mol(inputs["Ea_kJ_mol"])
    assert energy_ev == pytest.approx(case["expected"]["Ea_eV"], rel=1e-3)
    for row in case["expected"]["life_years"]:
        answer = pa66_life_h.answer(row["C"], inputs["life_years_at_80C"], 80.0, energy_ev)
        assert answer.value == pytest.approx(row["years"], rel=1e-3)
        assert answer.extrapolated is (row["C"] < 80)


def test_V10_activation_energy_of_epdm_from_its_slopes(case: Any) -> None:
    energies = [kj_per_mol_from_slope(slope) for slope in case["inputs"]["slope_K"]]
    assert energies == pytest.approx(case["expected"]["Ea_kJ_mol"], rel=2e-3)


def test_V11_sulphide_grows_a_thousandfold_faster_in_a_test_gas(case: Any) -> None:
    expected, thickness_nm = case["expected"], case["inputs"]["thickness_nm"]
    office = thickness_nm / expected["time_h_office"]
    # the office's air is not stated; half a ppb at 50 % is usual, and makes the gas exponent 0.68
    gas = sulphide_nm_per_h(office, 3000.0, 90.0, 0.5, 50.0, 0.68, 2.7)
    assert gas / office == pytest.approx(expected["acceleration"], rel=0.3)
    grown_nm = sulphide_nm(gas, expected["time_h_3ppmH2S_40C_85_95RH"])
    assert grown_nm == pytest.approx(thickness_nm, rel=0.3)
    # a probe at rest, of some hundredths of a newton to some tenths
    low, high = expected["added_contact_resistance_ohm"]
    assert low <= film_ohm(1e-3, thickness_nm, 8e8, 0.1) <= high


def test_V12_resistance_of_a_silver_contact_at_five_newton(case: Any) -> None:
    expected = case["expected"]
    for hardness_mpa, milliohm in expected["Holm_single_spot_mOhm"].items():
        answer = holm_ohm.answer(SILVER_OHM_M, float(hardness_mpa) * 1e6, 5.0)
        assert answer.value * 1e3 == pytest.approx(milliohm, rel=1e-9)
        assert answer.value * 1e3 == pytest.approx(expected["R_mOhm_5N_matt"], rel=0.3)
        assert answer.value * 1e3 == pytest.approx(expected["R_mOhm_5N_bright"], rel=0.3)
        assert not answer.extrapolated


def test_V13_voltages_that_melt_a_contact(case: Any) -> None:
    expected = case["expected"]
    for melts_c, key, tabled_v in (
        (SILVER_MELTS_C, "U_melt_Ag", 0.37),
        (COPPER_MELTS_C, "U_melt_Cu", 0.43),
    ):
        assert spot_drop_v(20.0, melts_c) == pytest.approx(expected[key], rel=1e-4)
        assert spot_drop_v(20.0, melts_c) == pytest.approx(tabled_v, rel=0.05)
    assert spot_c(20.0, 0.37) + 273.15 == pytest.approx(expected["T_K_at_0p37V"], rel=1e-4)
    assert spot_c(20.0, 0.37) + 273.15 == pytest.approx(expected["rule3200_K"], rel=0.05)
    assert spot_c(20.0, 0.09) == pytest.approx(expected["T_C_at_0p09V"], abs=0.1)
    assert spot_c(20.0, 0.12) == pytest.approx(expected["T_C_at_0p12V"], abs=0.1)


@pytest.mark.parametrize("maker", ["xh103", "b57330v2103"])
def test_V14_three_constants_follow_a_maker_s_table(case: Any, maker: str) -> None:
    table = [(float(temp_c), float(ohm)) for temp_c, ohm in case["tables"][maker]]
    constants = steinhart_hart_of(table)
    for temp_c, ohm in table:
        assert steinhart_hart_c(ohm, *constants) == pytest.approx(temp_c, abs=0.1)
        back = steinhart_hart_ohm(steinhart_hart_c(ohm, *constants), *constants)
        assert back == pytest.approx(ohm, rel=1e-9)


@pytest.mark.parametrize("maker", ["xh103", "b57330v2103"])
def test_V14_a_table_is_read_between_its_points(case: Any, maker: str) -> None:
    points = [(float(temp_c), float(ohm)) for temp_c, ohm in case["tables"][maker]]
    table = ThermistorTable(points)
    ohms = np.array([ohm for _, ohm in points])
    assert table.celsius(ohms).value == pytest.approx([temp_c for temp_c, _ in points], abs=1e-9)
    assert table.celsius(1454.0) == (table.celsius(np.array([1454.0])).value[0], False)
    assert table.celsius(ohms[0] * 1.01).extrapolated
    assert table.ohm(126.0).extrapolated
    for temp_c in (-30.0, 12.5, 82.0, 110.0):
        assert table.celsius(table.ohm(temp_c).value).value == pytest.approx(temp_c)
    # each point left out in turn, its neighbours up to 35 K apart, is hit within a kelvin
    for place in range(1, len(points) - 1):
        without = ThermistorTable([*points[:place], *points[place + 1 :]])
        assert without.celsius(points[place][1]).value == pytest.approx(points[place][0], abs=1.0)


def test_a_thermistor_s_table_must_fall() -> None:
    with pytest.raises(ValueError, match="two or more temperatures that rise"):
        ThermistorTable([(25.0, 10_000.0)])
    with pytest.raises(ValueError, match="must fall from point to point"):
        ThermistorTable([(25.0, 10_000.0), (85.0, 12_000.0)])


def test_V14_one_constant_is_right_at_its_two_points_only(case: Any) -> None:
    tables = {maker: dict(map(tuple, rows)) for maker, rows in case["tables"].items()}
    expected = case["expected"]["B25_85"]
    errors_k = {}
    for maker, key in (("xh103", "murata"), ("b57330v2103", "epcos")):
        table = tables[maker]
        beta_k = beta_between((25.0, table[25]), (85.0, table[85]))
        assert beta_k == pytest.approx(expected[key], rel=1e-6)
        errors_k[maker] = max(abs(beta_c(ohm, 10_000.0, beta_k) - c) for c, ohm in table.items())
    assert errors_k["xh103"] < 0.1
    assert 4.0 < errors_k["b57330v2103"] < 5.0


def test_seal_set_reproduces_the_lives_that_its_source_predicts() -> None:
    # Xie 2024: 40, 45 and 50 % after 30.6, 53.1 and 89.1 years at 25 °C
    tau_h = 322.0 * HOURS_PER_YEAR
    years = [compression_set_h(share, tau_h) / HOURS_PER_YEAR for share in (0.40, 0.45, 0.50)]
    assert years == pytest.approx([30.6, 53.1, 89.1], rel=2e-3)
    assert not epdm_acceleration.answer(80.0, 25.0).extrapolated


def test_tin_lead_solder_from_a_chamber_to_the_field() -> None:
    # a maker's worked example: -55..125 °C twice an hour against 25..75 °C once a day
    ranges = norris_landzberg(180.0, 50.0, 1.0, 1.0, 125.0, 125.0)
    frequency = norris_landzberg(50.0, 50.0, 48.0, 1.0, 125.0, 125.0)
    assert ranges == pytest.approx(11.4, rel=5e-3)
    assert 1.0 / frequency == pytest.approx(3.6, rel=1e-2)
    both = norris_landzberg(180.0, 50.0, 48.0, 1.0, 125.0, 125.0)
    assert both == pytest.approx(ranges * frequency)


def test_a_spring_rests_while_it_is_not_mated() -> None:
    # Copper Development Association: 30 % in five years of strain is 30 % in fifteen at a third
    onset_h, five_years = 10.0, 5.0 * HOURS_PER_YEAR
    per_decade = 0.3 / (1.0 - force_share(five_years, 1.0 / 10.0, onset_h)) / 10.0
    assert force_share(five_years, per_decade, onset_h) == pytest.approx(0.7)
    assert strained_h(0.7, per_decade, onset_h) * 3.0 == pytest.approx(15.0 * HOURS_PER_YEAR)
