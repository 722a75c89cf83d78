"""How fast a random walk goes: ticks of a charger under all that can happen, every rule held."""

import time
from collections.abc import Iterator

from benchmarks.figures import Better, Figure
from silverpin.apps.walk.crowd import cores, legs, timed
from silverpin.apps.walk.setup import LEG_TICKS
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S

_SEEDS = range(1, 4)
_HOURS_A_TICK = LIMITS.judge_period_ns / NS_PER_S / 3600.0


def figures() -> Iterator[Figure]:
    """Yield ticks a second on one core, and charger-hours a second on all of them."""
    one = max(LEG_TICKS / timed(seed).took_s for seed in _SEEDS)
    yield Figure(
        name="random walk, one core", value=one, unit="ticks/s", aim=15_000, better=Better.MORE,
        note="faults, commands and restarts every 20 ticks, eight onlookers",
    )  # fmt: skip
    jobs, count = cores(), 4 * cores()
    began_s = time.perf_counter()
    walked = sum(leg.walked.ticks for leg in legs(0, jobs, lambda begun: begun < count))
    yield Figure(
        name="random walk, all cores", unit="charger-hours/s", aim=0.1, better=Better.MORE,
        value=walked * _HOURS_A_TICK / (time.perf_counter() - began_s),
        note=f"{jobs} processes",
    )  # fmt: skip
