"""How fast the core thinks: judgements of the envelope and ticks of the whole world."""

import time
from collections.abc import Iterator

from benchmarks.figures import Better, Figure
from silverpin.apps.world import World, WorldSetup
from silverpin.domain.observation import Observation, Request
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.envelope import Envelope

_ROUNDS = 3
_TICKS = 20_000
_SWING_NS = 5 * NS_PER_S


def figures() -> Iterator[Figure]:
    """Yield judgements and ticks a second, the best of three rounds each."""
    seen = _observations()
    yield Figure(
        name="envelope judgements",
        value=max(_judgements(seen) for _ in range(_ROUNDS)),
        unit="/s",
        aim=300_000,
        better=Better.MORE,
        note="observations of a running session, one core",
    )
    yield Figure(
        name="whole-world ticks",
        value=max(_ticks() for _ in range(_ROUNDS)),
        unit="/s",
        aim=15_000,
        better=Better.MORE,
        note="nature, control, safety and journal, none skipped",
    )


def _running() -> World:
    """Return a world whose session delivers power."""
    world = World(1, WorldSetup(connector="ccs2-200a"))
    world.act("plug")
    world.run(3.0)
    world.command_power(5_000.0)
    return world.run(12.0)


def _observations() -> list[Observation]:
    world = _running()
    seen = []
    for _ in range(_TICKS):
        world.run(0.02)
        seen.append(world.charger.obs)
    return seen


def _judgements(seen: list[Observation]) -> float:
    envelope = Envelope(_running().charger.connector)
    request = Request(power_on=True, reverse=True)
    judge = envelope.judge
    began = time.perf_counter()
    for obs in seen:
        judge(obs, request)
    took = time.perf_counter() - began
    if envelope.latched:
        raise RuntimeError(f"a healthy session was accused: {list(envelope.latched)}")
    return len(seen) / took


def _ticks() -> float:
    world = _running()
    before = world.ticks
    began = time.perf_counter()
    while world.ticks - before < _TICKS:
        half = world.now_ns // _SWING_NS % 2
        world.command_power(9_000.0 if half else -9_000.0)
        world.run(1.0)
    return (world.ticks - before) / (time.perf_counter() - began)
