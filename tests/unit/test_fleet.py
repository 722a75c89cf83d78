"""Connectors side by side warm, swing and age as one connector that is followed alone."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="fleets are compiled by numba: install the extra life")

from silverpin.durability.damage import damage
from silverpin.durability.draws import MEDIAN
from silverpin.durability.exposure import VARIANTS, node_temps_c
from silverpin.durability.fleet import AMPERES_PER_COUNT, FleetBlock
from silverpin.durability.fleet_kernel import LANES
from silverpin.durability.heat import heat_model
from silverpin.durability.meter import Meter
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.duties import CLIMATES
from silverpin.durability.record import Chunk

STEPS = 20_000
MEDIAN_VARIANT = len(VARIANTS) // 2
AGEING = ("spring relaxation", "fretting", "thermal fatigue")


@pytest.mark.parametrize("name", ["type2-32a", "ccs2-200a", "ccs2-500a-cooled"])
def test_each_lane_is_a_connector_followed_alone(name: str) -> None:
    wear_set = WEAR_SETS[name]
    rng = np.random.default_rng(6)
    loads = rng.choice([0.0, 0.4, 1.0, -0.8], (STEPS // 40, LANES)).repeat(40, axis=0)
    counts = (loads * wear_set.rated_a / AMPERES_PER_COUNT).astype(np.int16)
    ambient_c = (15.0 + 10.0 * np.sin(np.arange(STEPS) / 229.0)).astype(np.float32)
    block = FleetBlock(heat_model(wear_set), 60.0, 15.0)
    for part in np.array_split(np.arange(STEPS), 3):
        block.take(counts[part], ambient_c[part])
    for lane in (0, 17):
        meter = Meter(wear_set, CLIMATES["indoor"])
        meter.take(
            Chunk(
                t_s=np.arange(0.0, (STEPS + 1) * 60.0, 60.0),
                current_a=np.append(counts[:, lane] * AMPERES_PER_COUNT, 0.0),
                ambient_c=np.append(ambient_c, 15.0).astype(np.float64),
                mated=np.full(STEPS + 1, True),
            )
        )
        alone = meter.exposure()
        assert block.hottest_c[lane] == pytest.approx(alone.hottest_c[MEDIAN_VARIANT], rel=1e-3)
        ours_c = block.contact_h[lane] @ node_temps_c() / block.contact_h[lane].sum()
        theirs = alone.contact_h[:, MEDIAN_VARIANT].sum(axis=0)
        assert ours_c == pytest.approx(theirs @ node_temps_c() / theirs.sum(), abs=0.05)
        assert block.swings[lane].sum() == pytest.approx(
            alone.swings.count[:, MEDIAN_VARIANT].sum(), rel=0.01
        )
        reckoned = {row.value: taken for row, taken in block.damage(wear_set).items()}
        told = {row.value: taken for row, taken in damage(alone, wear_set, MEDIAN).items()}
        for mechanism in AGEING:
            assert reckoned[mechanism][lane] == pytest.approx(
                told[mechanism].consumed[0], rel=0.03, abs=1e-12
            ), mechanism


def test_steps_that_are_too_long_are_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        FleetBlock(heat_model(WEAR_SETS["type2-32a"]), 3600.0, 20.0)


def test_swings_nested_deeper_than_there_is_room_are_counted_as_halves() -> None:
    wear_set = WEAR_SETS["type2-32a"]
    block = FleetBlock(heat_model(wear_set), 60.0, 20.0, gate_k=0.01)
    for load in np.linspace(1.2, 0.1, 150):
        counts = np.full((400, LANES), load * wear_set.rated_a / AMPERES_PER_COUNT)
        counts[200:] = 0.0
        block.take(counts.astype(np.int16), np.full(400, 20.0, np.float32))
    assert block.swings[0].sum() == pytest.approx(149.0, abs=3.0)


def test_swings_end_as_the_standard_ends_them() -> None:
    wear_set = WEAR_SETS["type2-32a"]
    loads, ambient_c = np.array([1.0, 0.3, 0.9, 0.5, 1.2]), np.full(1500, 20.0, np.float32)
    counts = (loads.repeat(300) * wear_set.rated_a / AMPERES_PER_COUNT).astype(np.int16)
    block = FleetBlock(heat_model(wear_set), 60.0, 20.0)
    block.take(np.repeat(counts[:, None], LANES, axis=1), ambient_c)
    # up, down, up, down, up: the two that lie within the last are whole, the first is a half
    found = {int(size): float(block.swings[0, size]) for size in np.flatnonzero(block.swings[0])}
    assert sorted(found.values()) == [0.5, 1.0, 1.0]
