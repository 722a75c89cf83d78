"""Levels of the control pilot and what they mean."""

import pytest

from silverpin.domain.observation import CpState
from silverpin.domain.pilot import BANDS_V, LEVEL_V
from silverpin.protocols.pilot.levels import classify
from silverpin.protocols.pilot.offer import duty_for


@pytest.mark.verifies("CP-2")
@pytest.mark.parametrize(("state", "level_v"), LEVEL_V.items())
def test_a_nominal_level_is_its_state(state: CpState, level_v: float) -> None:
    assert classify(level_v, -12.0) is state


@pytest.mark.verifies("CP-2")
@pytest.mark.parametrize(("state", "low_v", "high_v"), BANDS_V)
def test_a_band_includes_its_edges_and_nothing_beyond(
    state: CpState, low_v: float, high_v: float
) -> None:
    assert classify(low_v, -12.0) is classify(high_v, -12.0) is state
    assert classify(low_v - 0.01, -12.0) is classify(high_v + 0.01, -12.0) is CpState.E


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize("high_v", [0.0, 1.0, 4.5, 7.5, 10.5, 13.0, 400.0, float("nan"), -5.0])
def test_between_the_bands_no_vehicle_is_guessed(high_v: float) -> None:
    assert classify(high_v, -12.0) is CpState.E


@pytest.mark.verifies("CP-2")
def test_steady_minus_twelve_is_a_charger_out_of_service() -> None:
    assert classify(-12.0, -12.0) is CpState.F


@pytest.mark.parametrize(
    ("current_a", "duty"),
    [(5.9, 1.0), (6.0, 0.10), (16.0, 0.2667), (32.0, 0.5333), (51.0, 0.85), (52.0, 0.848),
     (80.0, 0.96), (200.0, 0.96)],
)  # fmt: skip
def test_the_duty_offers_the_current(current_a: float, duty: float) -> None:
    assert duty_for(current_a) == pytest.approx(duty, abs=1e-4)
