"""A vehicle and its limits: how long it may take to follow, and what comes then."""

from collections.abc import Iterator

import pytest

from silverpin.control.obedience import ASKS, TAKES, Disobeyed, Obedience, Told
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S

TICK_NS = 100 * NS_PER_MS
TOLD = Told(40.0, 20.0)


def seen(seconds: float, current_a: float | None, asked_a: float | None) -> Iterator[Disobeyed]:
    watch = Obedience()
    for tick in range(round(seconds * NS_PER_S / TICK_NS)):
        found = watch.step(tick * TICK_NS, TOLD, current_a, asked_a)
        if found is not None:
            yield found


@pytest.mark.parametrize("amps", [46.9, 40.0, 0.0, -20.0, -24.9])
def test_a_vehicle_within_its_limits_is_let_alone(amps: float) -> None:
    assert list(seen(60, amps, amps)) == []


@pytest.mark.parametrize("amps", [47.1, -25.1])
def test_one_that_takes_more_is_stopped_once_it_had_time_to_follow(amps: float) -> None:
    assert list(seen(LIMITS.vehicle_follows_s - 0.1, amps, None)) == []
    found = next(seen(LIMITS.vehicle_follows_s + 0.2, amps, None))
    assert found.code == TAKES
    assert "told 40.0 A in and 20.0 A out at most" in found.detail


@pytest.mark.parametrize("amps", [1400.0, -25.1])
def test_one_that_insists_on_more_is_stopped_though_it_gets_no_more(amps: float) -> None:
    assert list(seen(LIMITS.vehicle_insists_s - 0.1, 40.0, amps)) == []
    found = next(seen(LIMITS.vehicle_insists_s + 0.2, 40.0, amps))
    assert found.code == ASKS
    assert f"insists on {amps:+.1f} A" in found.detail


def test_what_is_unread_is_for_safety_to_judge() -> None:
    assert list(seen(60, None, None)) == []
