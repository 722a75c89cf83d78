"""A vehicle and its limits: how long it may insist on more, and what comes then."""

from collections.abc import Iterator

import pytest

from silverpin.control.obedience import Obedience, Told
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S

TICK_NS = 100 * NS_PER_MS
TOLD = Told(40.0, 20.0)


def found(seconds: float, asked_a: float | None) -> Iterator[str]:
    watch = Obedience()
    for tick in range(round(seconds * NS_PER_S / TICK_NS)):
        words = watch.step(tick * TICK_NS, TOLD, asked_a)
        if words is not None:
            yield words


@pytest.mark.parametrize("amps", [46.9, 40.0, 0.0, -20.0, -24.9, None])
def test_a_vehicle_within_its_limits_is_let_alone(amps: float | None) -> None:
    assert list(found(60, amps)) == []


@pytest.mark.parametrize("amps", [1400.0, 47.1, -25.1])
def test_one_that_insists_on_more_is_stopped_though_it_gets_no_more(amps: float) -> None:
    assert list(found(LIMITS.vehicle_insists_s - 0.1, amps)) == []
    words = next(found(LIMITS.vehicle_insists_s + 0.2, amps))
    assert words.startswith(f"the vehicle insists on {amps:+.1f} A")
    assert words.endswith("told 40.0 A in and 20.0 A out at most")


def test_a_vehicle_that_gives_in_has_its_time_anew() -> None:
    watch, now_ns = Obedience(), 0
    for _ in range(3):
        for asked_a in (100.0,) * 90 + (40.0,) * 110:
            now_ns += TICK_NS
            assert watch.step(now_ns, TOLD, asked_a) is None
