"""Sessions as the current tells them, and swings as the plain counter counts them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba", reason="sessions are cut by numba: install the extra life")

from silverpin.durability.exposure import VARIANTS
from silverpin.durability.heat import heat_model, heat_step, warmed
from silverpin.durability.meter import GATE_K, Meter
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.duties import CLIMATES
from silverpin.durability.rainflow import Rainflow
from silverpin.durability.record import Chunk
from silverpin.durability.sessions import Session

SET = WEAR_SETS["type2-32a"]
CLIMATE = CLIMATES["indoor"]


def sessions_of(t_s: list[float], current_a: list[float], *cuts: int) -> list[Session]:
    meter = Meter(SET, CLIMATE)
    for begin, end in pairwise([0, *cuts, len(t_s)]):
        meter.take(Chunk(t_s=np.array(t_s[begin:end]), current_a=np.array(current_a[begin:end])))
    return meter.sessions()


def test_a_session_has_its_charge_in_both_directions() -> None:
    found = sessions_of([0.0, 600.0, 1200.0, 1800.0, 2400.0], [0.0, 12.0, -6.0, 0.0, 0.0])
    assert found == [Session(600.0, 1800.0, 2.0, 1.0, 12.0)]


@pytest.mark.parametrize(
    ("pause", "sessions"),
    [
        ([1700.0], 1),  # seen at both ends: half an hour has not passed
        ([1800.0], 2),  # nobody looked for half an hour
        ([900.0, 900.0], 1),  # a pause of just half an hour
        ([900.0, 901.0], 2),
    ],
)
def test_half_an_hour_parts_sessions(pause: list[float], sessions: int) -> None:
    steps = [60.0, *pause, 60.0, 60.0]
    t_s = [0.0, *np.cumsum(steps).tolist()]
    current_a = [10.0, *[0.0] * len(pause), 10.0, 10.0, 0.0]
    assert len(sessions_of(t_s, current_a)) == sessions
    assert sessions_of(t_s, current_a, 2) == sessions_of(t_s, current_a)


def test_a_session_that_still_runs_is_told_as_far_as_it_came() -> None:
    assert sessions_of([0.0, 60.0], [10.0, 10.0])[0].end_s == 60.0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_swings_are_those_of_the_plain_counter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t_s = np.arange(0.0, 36_000.0, 60.0)
    current_a = np.repeat(rng.choice([0.0, 16.0, 32.0, -32.0], 60), 10)
    meter = Meter(SET, CLIMATE)
    meter.take(
        Chunk(t_s=t_s, current_a=current_a, ambient_c=np.full(600, 20.0), mated=np.full(600, True))
    )
    middle = len(VARIANTS) // 2
    swings = meter.exposure().swings
    counted = swings.count[:, middle].sum()

    model, sensor_c, gap_k = heat_model(SET), 20.0, 0.0
    temps_c = [20.0]
    for amperes in current_a[:-1].tolist():
        sensor_c, gap_k = warmed(heat_step(model, 60.0, amperes), sensor_c, gap_k, 20.0, False)
        temps_c.append(sensor_c + gap_k)
    plain = Rainflow(GATE_K)
    cycles = [*plain.push(temps_c), *plain.rest()]
    assert counted == pytest.approx(sum(cycle.weight for cycle in cycles))
    ours = (swings.count * swings.range_k)[:, middle].sum()
    assert ours == pytest.approx(sum(cycle.weight * cycle.range for cycle in cycles))
    means = (swings.count * swings.mean_c)[:, middle].sum()
    assert means == pytest.approx(sum(cycle.weight * cycle.mean for cycle in cycles))
    assert (swings.hold_h[swings.count > 0.0] > 0.0).all()
