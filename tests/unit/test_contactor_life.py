"""Lives of contactors: through the published points, and never too kind beyond them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.contactors import CONTACTORS, REVERSE_PENALTY
from silverpin.physics.contactor import LifeTable, Switching

EVC250 = CONTACTORS["te-evc250"]
EPIC = CONTACTORS["gigavac-epic-350a"]
WAYS = {
    "make": Switching.MAKE,
    "break_forward": Switching.BREAK_FORWARD,
    "break_reverse": Switching.BREAK_REVERSE,
}


def test_V06_a_polar_contactor_against_its_polarity(case: Any) -> None:
    for point in (row for row in case["points"] if row["dir"] in WAYS):
        voltage_v = float(point.get("V", 400.0))
        life = EVC250.life(WAYS[point["dir"]], float(point["I"]), voltage_v)
        assert life.value == pytest.approx(point["cycles"], rel=1e-9)
        assert not life.extrapolated
    assert EVC250.life(Switching.BREAK_FORWARD, 2000.0, 400.0).value <= 1.0 + 1e-9
    expected = case["expected"]
    for current_a, key in ((100.0, "reverse_penalty_at_100A"), (200.0, "reverse_penalty_at_200A")):
        penalty = (
            EVC250.life(Switching.BREAK_FORWARD, current_a, 400.0).value
            / EVC250.life(Switching.BREAK_REVERSE, current_a, 400.0).value
        )
        assert penalty == pytest.approx(expected[key])


@pytest.mark.parametrize(
    ("switching", "low_a", "high_a", "key"),
    [
        (Switching.BREAK_FORWARD, 100.0, 200.0, "forward_exponent_100_200"),
        (Switching.BREAK_FORWARD, 200.0, 2000.0, "forward_exponent_200_2000"),
        (Switching.BREAK_REVERSE, 100.0, 200.0, "reverse_exponent_100_200"),
    ],
)
def test_V06_slopes_between_the_points(
    case: Any, switching: Switching, low_a: float, high_a: float, key: str
) -> None:
    low, middle, high = (
        np.log(EVC250.life(switching, current_a, 400.0).value)
        for current_a in (low_a, (low_a * high_a) ** 0.5, high_a)
    )
    assert (low - high) / np.log(high_a / low_a) == pytest.approx(case["expected"][key], rel=1e-6)
    assert middle == pytest.approx((low + high) / 2.0)


def test_V07_life_over_voltage_and_current(case: Any) -> None:
    for current, lives in case["cycles"].items():
        for voltage, cycles in zip(case["voltages"], lives, strict=True):
            life = EPIC.life(Switching.MAKE_AND_BREAK, float(current), float(voltage))
            assert life.value == pytest.approx(cycles, rel=1e-9)
            assert not life.extrapolated
    # the row for 150 A is cut off in the source after "120,00": 120,000 or more at 24 V
    below = EPIC.life(Switching.MAKE_AND_BREAK, 150.0, 24.0)
    assert below.value == pytest.approx(120_000, rel=0.25)
    assert below.extrapolated
    fall = EPIC.life(Switching.MAKE_AND_BREAK, 350.0, np.array([120.0, 350.0])).value
    exponent = np.log(fall[0] / fall[1]) / np.log(350.0 / 120.0)
    assert exponent == pytest.approx(case["expected"]["exponent_voltage_120_350"])


def test_beyond_its_points_a_part_is_not_flattered() -> None:
    # the slope of 0.65 between 225 and 350 A would promise 2,700 at 700 A and 24 V
    twice = EPIC.life(Switching.MAKE_AND_BREAK, 700.0, 24.0)
    assert twice.extrapolated
    assert twice.value < 75_000 / 2.0**3.6
    double_volts = EVC250.life(Switching.BREAK_FORWARD, 200.0, 800.0)
    assert double_volts.extrapolated
    assert double_volts.value == pytest.approx(5_000 / 2.0**1.5)
    # nor does a voltage below all points earn anything
    low = EVC250.life(Switching.BREAK_FORWARD, 200.0, 48.0)
    assert low.value == pytest.approx(5_000)
    assert low.extrapolated


def test_without_current_the_mechanics_decide() -> None:
    for part in CONTACTORS.values():
        idle = part.life(Switching.BREAK_FORWARD, 0.0, 0.0)
        assert idle.value == pytest.approx(part.mechanical)


def test_where_the_maker_is_silent_on_reverse_current_it_is_assumed_to_hurt() -> None:
    forward = EPIC.life(Switching.BREAK_FORWARD, 225.0, 350.0)
    reverse = EPIC.life(Switching.BREAK_REVERSE, 225.0, 350.0)
    assert forward.value / reverse.value == pytest.approx(REVERSE_PENALTY.p50)
    assert reverse.extrapolated
    assert not forward.extrapolated


def test_a_part_without_polarity_breaks_both_ways_alike() -> None:
    part = CONTACTORS["generic-dc-500a"]
    ways = (Switching.BREAK_FORWARD, Switching.BREAK_REVERSE)
    assert len({part.life(way, 300.0, 900.0) for way in ways}) == 1


@given(
    name=st.sampled_from(sorted(CONTACTORS)),
    switching=st.sampled_from(Switching),
    current_a=st.floats(0.0, 3000.0),
    voltage_v=st.floats(0.0, 1500.0),
)
def test_more_current_or_voltage_never_lengthens_a_life(
    name: str, switching: Switching, current_a: float, voltage_v: float
) -> None:
    part = CONTACTORS[name]
    life = part.life(switching, current_a, voltage_v).value
    worst = part.mechanical * (1.0 + 1e-9)
    assert 1.0 / REVERSE_PENALTY.p50 <= life <= worst
    for more_a, more_v in ((current_a * 1.1 + 1.0, voltage_v), (current_a, voltage_v * 1.1 + 1.0)):
        assert part.life(switching, more_a, more_v).value <= life * (1.0 + 1e-9)
    assert part.life(switching, -current_a, -voltage_v).value == life
    assert part.life(Switching.BREAK_REVERSE, current_a, voltage_v).value <= (
        part.life(Switching.BREAK_FORWARD, current_a, voltage_v).value * (1.0 + 1e-9)
    )


@pytest.mark.parametrize("name", sorted(CONTACTORS))
def test_arrays_and_floats_agree(name: str) -> None:
    part = CONTACTORS[name]
    currents_a, voltages_v = np.meshgrid([0.0, 30.0, 150.0, 900.0], [12.0, 60.0, 400.0, 950.0])
    for switching in Switching:
        value, extrapolated = part.life(switching, currents_a, voltages_v)
        one_by_one = [
            part.life(switching, float(current_a), float(voltage_v))
            for current_a, voltage_v in zip(currents_a.flat, voltages_v.flat, strict=True)
        ]
        assert value.ravel() == pytest.approx([life.value for life in one_by_one])
        assert extrapolated.ravel().tolist() == [life.extrapolated for life in one_by_one]


def test_a_table_with_a_hole_or_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match=r"currents .* do not rise"):
        LifeTable(voltages_v=(400.0,), currents_a=(200.0, 100.0), operations=((1.0, 2.0),),
                  mechanical=9.0)  # fmt: skip
    with pytest.raises(ValueError, match=r"voltages .* do not rise"):
        LifeTable(voltages_v=(400.0, 400.0), currents_a=(1.0,), operations=((1.0,), (1.0,)),
                  mechanical=9.0)  # fmt: skip
    with pytest.raises(ValueError, match="a row a voltage"):
        LifeTable(voltages_v=(400.0,), currents_a=(1.0, 2.0), operations=((1.0,),), mechanical=9.0)


def test_every_connector_s_contactor_is_known() -> None:
    assert {row.contactor for row in WEAR_SETS.values()} <= set(CONTACTORS)
