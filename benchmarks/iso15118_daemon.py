"""How long the running daemon takes to answer in the charge loop."""

import os
import signal
import time
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.running_daemon import run_daemon
from silverpin.apps.world import World
from silverpin.apps.world_acts import ActRefused
from silverpin.apps.world_ev import SimulatedCar
from silverpin.protocols.iso15118.sides import Stage

_TURNS = 300


class Turnaround(NamedTuple):
    """From a request to its answer."""

    wall_ms: float
    own_ms: float
    """Of it, what the daemon's loop computed: the rest, other programs had the processor."""


def turnarounds(*, loaded: bool) -> list[Turnaround]:
    """Return what each answer of the charge loop took."""
    watches: list[_Watch] = []

    def driver(world: World) -> Callable[[], None]:
        watches.append(_Watch(world))
        return watches[0].each_tick

    run_daemon("iso15118", driver, loaded=loaded)
    return watches[0].seen


class _Watch:
    """Stands between the simulated vehicle and its connection, with a clock."""

    def __init__(self, world: World) -> None:
        self.seen: list[Turnaround] = []
        self._world = world
        self._asked: tuple[int, int] | None = None
        if world.car is None:
            raise RuntimeError("this World's vehicle does not talk")
        self._car: SimulatedCar = world.car
        self._receive, self._tick = world.car.receive, world.car.tick
        world.car.receive = self._received  # type: ignore[method-assign]
        world.car.tick = self._ticked  # type: ignore[method-assign]
        world.act("plug", None, False)

    def each_tick(self) -> None:
        """Ask for power until it flows, and end when enough was seen."""
        if len(self.seen) >= _TURNS:
            os.kill(os.getpid(), signal.SIGTERM)
        elif not self._world.charger.supervisor.session.wanted:
            try:
                self._world.act("set-power", "10kW", False)
            except ActRefused:
                return

    def _received(self, octets: bytes, now_ns: int) -> bytes:
        wall_ns, own_ns = _clocks()
        endpoint = self._car.endpoint
        if endpoint and endpoint.told.stage is Stage.POWER and self._asked is not None:
            asked_ns, spent_ns = self._asked
            self.seen.append(Turnaround((wall_ns - asked_ns) / 1e6, (own_ns - spent_ns) / 1e6))
        return self._say(self._receive(octets, now_ns))

    def _ticked(self, now_ns: int) -> bytes:
        return self._say(self._tick(now_ns))

    def _say(self, said: bytes) -> bytes:
        self._asked = _clocks() if said else None
        return said


def _clocks() -> tuple[int, int]:
    return time.perf_counter_ns(), time.thread_time_ns()
