"""How long the running daemon takes to answer in the charge loop."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from silverpin.apps.config import load_config
from silverpin.apps.daemon.launch import Launch, launch
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
    with tempfile.TemporaryDirectory(prefix="pin-") as kept:
        folder = Path(kept)
        config = replace(load_config(None, True), state=folder / "s.sqlite", log=folder / "log")
        plan = Launch(name="iso15118", config=config, control=folder / "run" / "control.sock",
                      host="127.0.0.1", ports=(0,), seed=1, speed=1.0)  # fmt: skip
        watches: list[_Watch] = []
        load: list[subprocess.Popen[bytes]] = []

        def driver(world: World) -> Callable[[], None]:
            watches.append(_Watch(world))
            return watches[0].each_tick

        def ready(address: str) -> None:
            if loaded:
                load.append(subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.reaction_load", address, str(plan.control)]
                ))  # fmt: skip

        try:
            launch(plan, ready, driver)
        finally:
            for process in load:
                process.kill()
                process.wait()
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
