"""Whatever happens to a charger and a vehicle that talks, people can bring both back to power."""

from contextlib import suppress
from random import Random

import pytest

from silverpin.apps.world_acts import ActRefused
from silverpin.domain.session import Mode
from tests.stage import Stage, a_charger

HOUR_S = 3600.0
ACTS_AN_HOUR = 40.0


def after_an_hour_of_chance(seed: int, connector: str) -> Stage:
    """A charger to which things happened, and whose vehicle fell silent now and then."""
    scene = a_charger(seed, talks=True, skip=True, connector=connector, battery_kwh=200.0)
    scene.world.chance(ACTS_AN_HOUR, HOUR_S / 3600.0)
    rng = Random(seed)
    for _ in range(3):
        t_s = rng.uniform(0.0, HOUR_S)
        scene.world.schedule(t_s, "vehicle-silent")
        scene.world.schedule(t_s + rng.uniform(1.0, 120.0), "vehicle-silent", clear=True)
    return scene.wait(HOUR_S + 130.0)


def mended(scene: Stage) -> Stage:
    """Nature is healthy, the plug is out, everything has cooled and every latch is reset."""
    scene.does("healthy").undoes("ambient").stop().wait(300)
    if scene.plugged:
        with suppress(ActRefused):
            scene.does("unplug")
        scene.charger.lock(False)
        scene.wait(5).does("unplug")
    for _ in range(40):
        if not scene.faults:
            break
        scene.technician_resets().wait(60)
    assert scene.faults == set()
    assert not scene.plugged
    return scene


def brought_back(seed: int, connector: str) -> None:
    scene = mended(after_an_hour_of_chance(seed, connector)).plug_in()
    scene.asks(5, Mode.CHARGE).until(lambda s: abs(s.kw - 5) < 0.3, within_s=60)
    assert scene.faults == set()
    talk = scene.world.talk
    assert talk is not None
    assert talk.busy


@pytest.mark.parametrize("connector", ["ccs2-80a", "type2-32a"])
@pytest.mark.parametrize("seed", range(2))
def test_it_comes_back(seed: int, connector: str) -> None:
    brought_back(seed, connector)


@pytest.mark.long
@pytest.mark.parametrize("connector", ["ccs2-80a", "type2-32a"])
@pytest.mark.parametrize("seed", range(100, 108))
def test_it_comes_back_over_many_seeds(seed: int, connector: str) -> None:
    brought_back(seed, connector)
