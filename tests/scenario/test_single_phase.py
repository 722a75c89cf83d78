"""A vehicle with one phase that talks: it gets its power, and its phase no more than its part."""

from typing import Any

import pytest

from silverpin.apps.daemon.readings import power_w
from tests.stage import Stage as Scene
from tests.stage import a_charger

RATING_W = 22_000.0
ITS_PART_KW = RATING_W / 3 / 1e3


def one_phase(**setup: Any) -> Scene:
    return a_charger(talks=True, connector="type2-32a", vehicle_phases=1, **setup)


@pytest.mark.parametrize("kw", [6.0, -6.0])
def test_all_of_an_order_flows_in_its_one_phase(kw: float) -> None:
    scene = one_phase().flow(kw)
    assert scene.amps == pytest.approx(kw * 1e3 / scene.world.bay.voltage_v(), rel=0.03)
    assert power_w(scene.charger) == pytest.approx(kw * 1e3, rel=0.03)
    assert scene.faults == set()
    scene.stop().wait(5)
    assert scene.faults == set()
    assert not scene.closed


@pytest.mark.parametrize("protocol", ["iso20", "iso2"])
def test_an_order_beyond_its_part_loads_its_phase_no_more_than_three_would(protocol: str) -> None:
    scene = one_phase(speaks=protocol).plug_in().asks(22)
    most_a = RATING_W / 3 / 230.0
    for amps in scene.watch(lambda s: s.amps, seconds=30):
        assert amps < most_a * 1.03 + 1.0
    assert scene.kw == pytest.approx(ITS_PART_KW, rel=0.04)
    assert scene.limits()["charger rating"][0] == pytest.approx(ITS_PART_KW * 1e3)
    assert scene.faults == set()


def test_a_vehicle_that_decides_is_told_the_amperes_of_its_one_phase() -> None:
    scene = one_phase(speaks="iso2").charge(5).wait(5)
    link = scene.world.ev
    assert link is not None
    assert link.car.endpoint is not None
    assert link.car.endpoint.told.charge_max_a == pytest.approx(5_000 / 230, abs=0.2)


def test_its_current_comes_back_through_the_neutral_and_warms_it() -> None:
    scene = one_phase(skip=True).charge(7).wait(1_200)
    first, second, third, neutral = scene.world.bay.connector.pin_c
    assert min(first, neutral) > max(second, third) + 3.0
    assert scene.faults == set()


def test_once_its_plug_is_out_the_next_vehicle_may_have_three() -> None:
    scene = one_phase().charge(3)
    assert scene.charger.supervisor.phases.used == 1
    scene.stop().wait(5).does("unplug").wait(2)
    assert scene.charger.supervisor.phases.used == 3
