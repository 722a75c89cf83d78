"""The laws where their values are known, and the ways in which they must lean."""

import copy
import doctest
import importlib
import pickle
import pkgutil
import subprocess
import sys
from math import inf, pi
from pathlib import Path

import numpy as np
import pytest

from silverpin import physics
from silverpin.physics import arc, contact, fretting, lock, ntc, polymer, relaxation, wear
from silverpin.physics.arrhenius import activation_ev, arrhenius
from silverpin.physics.fatigue import coffin_manson_cycles, coffin_manson_damage, norris_landzberg
from silverpin.physics.film import peck
from silverpin.physics.law import Law, law
from silverpin.physics.laws import LAWS
from silverpin.physics.thermal import joule_rise_k, step_rise_k
from tests.physics_samples import SAMPLES

MODULES = [
    importlib.import_module(f"silverpin.physics.{row.name}")
    for row in pkgutil.iter_modules(physics.__path__)
]
# law -> arguments with which it rises (+) or falls (-) all over its samples
LEANS = {
    "holm_ohm": "+resistivity_ohm_m +hardness_pa -force_n -spots",
    "cluster_ohm": "+resistivity_ohm_m -radius_m -spots -cluster_radius_m",
    "constriction_ohm": "+cold_ohm +temp_c",
    "bulk_ohm": "+cold_ohm +temp_c",
    "film_ohm": "+film_ohm_m +thickness_nm +hardness_pa -force_n",
    "force_ohm": "+new_ohm -force_share +exponent",
    "exposed_ohm": "+exposed_share +plated_ohm +bare_ohm",
    "spot_c": "+bulk_c +drop_v -lorenz_v2_per_k2",
    "spot_drop_v": "-bulk_c +hottest_c",
    "joule_rise_k": "+current_a +ambient_c -rated_a +rise_at_rated_k",
    "step_rise_k": "+settled_k +elapsed_s -tau_s",
    "archard_um": "+wear_mm3_per_n_m +force_n +slide_m -track_mm2",
    "exposed_share": "+depth_um -plating_um",
    "slip_um": "+mismatch_per_k +length_mm +range_k",
    "fretting_damage": "+travel_um -stick_um -reference_um -cycles_at_reference",
    "coffin_manson_damage": "+range_k -reference_k -cycles_at_reference",
    "coffin_manson_cycles": "-range_k +reference_k +cycles_at_reference",
    "norris_landzberg": "+test_range_k -use_range_k -test_per_day +use_per_day +test_max_c "
    "-use_max_c",
    "arrhenius": "+temp_c -reference_c",
    "activation_ev": "+acceleration +cooler_c -hotter_c",
    "peck": "+humidity_pct +temp_c -reference_humidity_pct -reference_c",
    "sulphide_nm_per_h": "+reference_nm_per_h +h2s_ppb +humidity_pct -reference_h2s_ppb",
    "sulphide_nm": "+growth_nm_per_h +open_h",
    "force_share": "-strained_h -loss_per_decade +onset_h",
    "strained_h": "-share -loss_per_decade +onset_h",
    "larson_miller_h": "+hours +temp_c -at_c",
    "pa66_life_h": "-temp_c +life_at_reference_h +reference_c",
    "epdm_acceleration": "+temp_c -reference_c",
    "compression_set": "+equivalent_h -tau_h",
    "compression_set_h": "+set_share +tau_h",
    "breakdown_kv": "-weeks -temp_c +log_new -rate_per_week",
    "coil_life_h": "-temp_c +life_at_reference_h +reference_c",
    "eroded_mm3": "+mm3_per_as +charge_as",
    "load_break_damage": "+current_a -rated_a -breaks_at_rated",
    "failed_share": "+operations -b10_operations",
    "operations_until": "+share +b10_operations",
    "coil_c": "+ambient_c +rise_per_pulse_k -every_min +cooling_min",
    "beta_ohm": "-temp_c +ohm_25",
    "beta_c": "-ohm +ohm_25",
    "steinhart_hart_ohm": "-temp_c",
    "steinhart_hart_c": "-ohm",
}


def test_the_table_has_every_law() -> None:
    laws = {row.name for module in MODULES for row in vars(module).values() if isinstance(row, Law)}
    assert laws == set(LAWS)


def test_every_law_says_what_it_is_in_what_unit_and_from_where() -> None:
    assert [
        row.name
        for row in LAWS.values()
        if not (row.summary.endswith(".") and row.unit and row.sources and "=" in row.equation)
    ] == []
    assert [row.name for row in LAWS.values() if not row.valid] == []


def test_physics_and_parameters_do_without_numpy() -> None:
    names = [module.__name__ for module in MODULES]
    names += ["silverpin.durability.rainflow", "silverpin.durability.parameters.connectors"]
    program = f"import sys, {', '.join(names)}; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_examples_of_the_package_and_of_the_guide_run() -> None:
    assert doctest.testmod(physics).failed == 0
    guide = Path(__file__).resolve().parents[2] / "docs" / "laws.md"
    assert doctest.testfile(str(guide), module_relative=False).failed == 0


@pytest.mark.parametrize(
    ("name", "lean"), [(name, lean) for name, row in LEANS.items() for lean in row.split()]
)
def test_laws_lean_the_way_they_must(name: str, lean: str) -> None:
    argument, ends = lean[1:], SAMPLES[name][lean[1:]]
    row = {other: np.full(50, sum(SAMPLES[name][other]) / 2.0) for other in SAMPLES[name]}
    values = LAWS[name](**{**row, argument: np.linspace(*ends, 50)})
    steps = np.diff(values) * (1.0 if lean[0] == "+" else -1.0)
    assert (steps > 0.0).all(), values


def test_a_law_refuses_a_range_for_an_argument_that_it_lacks() -> None:
    with pytest.raises(TypeError, match="has no argument temp_c"):

        @law(equation="y = x", unit="1", sources=(), valid={"temp_c": (0.0, 1.0)})
        def identity(x: float) -> float:
            return x


def test_a_law_can_be_sent_to_another_process_and_copied() -> None:
    assert pickle.loads(pickle.dumps(contact.spot_c)) is contact.spot_c
    assert copy.deepcopy(contact.spot_c) is contact.spot_c


def test_defaults_count_in_the_judgement_of_a_range() -> None:
    assert contact.holm_ohm.answer(1.6e-8, 8e8, 5.0).extrapolated is False
    assert contact.holm_ohm.beyond(1.6e-8, 8e8, 5.0, 1000.0) == ("spots outside 1..30",)
    assert contact.holm_ohm.beyond(1.6e-8, 8e8, np.array([5.0, 2000.0])) == (
        "force_n outside 0.1..1000",
    )


@pytest.mark.parametrize(
    ("value", "by_hand"),
    [
        (contact.bulk_ohm(1e-3, 120.0), 1.39e-3),
        (contact.bulk_ohm(1e-3, 20.0), 1e-3),
        (contact.constriction_ohm(1e-3, 120.0, 3.9e-3), 1.26e-3),
        (contact.constriction_ohm(1e-3, 20.0, 3.9e-3), 1e-3),
        # ten spots of 10 µm in a cluster of 100 µm: 1/(2*10*10 µm) and 1/(2*100 µm) alike
        (contact.cluster_ohm(1.6e-8, 1e-5, 10.0, 1e-4), 1.6e-4),
        # 50 nm of 1e-3 ohm m on 0.1 N / 800 MPa = 125 µm²
        (contact.film_ohm(1e-3, 50.0, 8e8, 0.1), 0.4),
        # 5e-5 mm³/(N m) under 10 N over 40 mm, spread over 100 mm²
        (wear.archard_um(5e-5, 10.0, 0.04, 100.0), 2e-4),
        (wear.exposed_share(9.6, 8.0, 0.8), 0.8807970780),
        (arc.eroded_mm3(2e-3, arc.arc_charge_as(-200.0, 0.01)), 4e-3),
        (lock.coil_c(20.0, 5.0, 10.0, 10.0), 20.0 + 5.0 / 0.6321205588),
    ],
)
def test_values_reckoned_by_hand(value: float, by_hand: float) -> None:
    assert value == pytest.approx(by_hand, rel=1e-9)


def test_one_spot_obeys_its_radius() -> None:
    radius_m = contact.spot_radius_m(8e8, 5.0)
    assert pi * radius_m**2 * 8e8 == pytest.approx(5.0)
    assert contact.holm_ohm(1.59e-8, 8e8, 5.0) == pytest.approx(1.59e-8 / (2.0 * radius_m))


def test_a_crowd_of_spots_tends_to_one_spot_of_its_size() -> None:
    alone = 1.59e-8 / (2.0 * 1e-4)
    assert contact.cluster_ohm(1.59e-8, 1e-6, 1e6, 1e-4) == pytest.approx(alone, rel=1e-3)


def test_force_and_holm_agree_on_what_a_weaker_spring_does() -> None:
    weak, strong = (contact.holm_ohm(1.59e-8, 8e8, force_n) for force_n in (3.5, 5.0))
    assert contact.force_ohm(strong, 0.7) == pytest.approx(weak)


def test_exposure_leads_from_plated_to_bare() -> None:
    assert contact.exposed_ohm(0.0, 1e-4, 1e-2) == pytest.approx(1e-4)
    assert contact.exposed_ohm(1.0, 1e-4, 1e-2) == pytest.approx(1e-2)
    assert wear.exposed_share(8.0, 8.0, 1.0) == pytest.approx(0.5)


def test_voltage_and_spot_temperature_are_inverse() -> None:
    assert contact.spot_drop_v(35.0, contact.spot_c(35.0, 0.08)) == pytest.approx(0.08)
    assert contact.spot_c(35.0, 0.0) == pytest.approx(35.0)
    assert contact.spot_c(35.0, -0.08) == contact.spot_c(35.0, 0.08)


def test_a_contact_sticks_below_its_elastic_travel() -> None:
    assert fretting.fretting_damage(3.0, 3.0, 50.0, 1e5, 2.0) == 0.0
    assert fretting.fretting_damage(53.0, 3.0, 50.0, 1e5, 2.0) == pytest.approx(1e-5)
    assert fretting.slip_um(60e-6, 20.0, 10.0) == pytest.approx(12.0)


def test_no_arc_no_damage() -> None:
    assert arc.load_break_damage(32.0, 11.0, 32.0, 50.0) == 0.0
    assert arc.load_break_damage(0.3, 400.0, 32.0, 50.0) == 0.0
    assert arc.load_break_damage(-32.0, 400.0, 32.0, 50.0) == pytest.approx(1.0 / 50.0)


def test_inverses_undo_their_laws() -> None:
    share = relaxation.force_share(5000.0, 0.07, 10.0)
    assert relaxation.strained_h(share, 0.07, 10.0) == pytest.approx(5000.0)
    assert relaxation.force_share(inf, 0.07, 10.0) == 0.0
    hours = relaxation.larson_miller_h(100.0, 150.0, 75.0)
    assert relaxation.larson_miller_h(hours, 75.0, 150.0) == pytest.approx(100.0)
    assert polymer.compression_set(polymer.compression_set_h(0.4, 1e5), 1e5) == pytest.approx(0.4)
    operations = lock.operations_until(0.25, 30_000.0, 2.0)
    assert lock.failed_share(operations, 30_000.0, 2.0) == pytest.approx(0.25)
    assert lock.failed_share(30_000.0, 30_000.0, 2.0) == pytest.approx(0.1)
    assert activation_ev(arrhenius(80.0, 40.0, 0.7), 40.0, 80.0) == pytest.approx(0.7)
    assert ntc.beta_c(ntc.beta_ohm(85.0)) == pytest.approx(85.0)
    cycles = coffin_manson_cycles(20.0, 30.0, 1e5, 2.0)
    assert coffin_manson_damage(20.0, 30.0, 1e5, 2.0) == pytest.approx(1.0 / cycles)


def test_equal_conditions_accelerate_nothing() -> None:
    assert arrhenius(40.0, 40.0, 0.9) == 1.0
    assert peck(60.0, 40.0, 60.0, 40.0) == 1.0
    assert norris_landzberg(60.0, 60.0, 24.0, 24.0, 80.0, 80.0) == 1.0


def test_warm_copper_adds_to_its_own_heat() -> None:
    assert joule_rise_k(32.0, 20.0, 32.0, 40.0, 3.9e-3) == pytest.approx(40.0)
    assert joule_rise_k(16.0, 20.0, 32.0, 40.0) == pytest.approx(10.0)
    assert joule_rise_k(16.0, 20.0, 32.0, 40.0, 3.9e-3) < 10.0
    assert joule_rise_k(500.0, 20.0, 32.0, 40.0, 3.9e-3) > 1e5
    assert step_rise_k(36.0, 720.0, 720.0) == pytest.approx(36.0 * 0.6321205588)


def test_three_constants_need_three_points() -> None:
    with pytest.raises(ValueError, match="three points of the table, not 2"):
        ntc.steinhart_hart_of([(25.0, 10_000.0), (85.0, 1454.0)])
