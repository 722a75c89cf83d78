"""A simulated charger whose vehicle talks over real sockets, with its World on a hurried clock."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from silverpin.apps.config.sections import V2gSection
from silverpin.apps.daemon.vehicle_service import LOOPBACK, simulated_vehicles
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_MS
from tests.stage import Stage, a_charger

_STEP_NS, _STEP_S = 100 * NS_PER_MS, 0.02
"""Five times as fast as the wall: the network is quick enough for it, and tests are short."""


class NetworkStage:
    """The stage of a charger whose time goes on while its network is waited for."""

    def __init__(self, stage: Stage, port: int) -> None:
        self.stage = stage
        self.port = port
        """Where the charger listens, on the loopback."""

    async def wait(self, seconds: float) -> "NetworkStage":
        end_ns = self.stage.world.now_ns + round(seconds * 1e9)
        while self.stage.world.now_ns < end_ns:
            self.stage.world.advance(self.stage.world.now_ns + _STEP_NS)
            await asyncio.sleep(_STEP_S)
        return self

    async def until(self, done: Callable[[Stage], bool], within_s: float) -> "NetworkStage":
        end_ns = self.stage.world.now_ns + round(within_s * 1e9)
        while not done(self.stage):
            assert self.stage.world.now_ns < end_ns, f"not within {within_s} s: {self.story()}"
            await self.wait(0.1)
        return self

    def story(self) -> list[str]:
        return [row.sentence() for row in self.stage.world.journal if row.kind.startswith("v2g")]

    async def flow(self, kw: float, **how: Any) -> "NetworkStage":
        """Plug in, start, and wait until the power is there."""
        self.stage.does("plug")
        await self.wait(2)
        self.stage.asks(kw, **how)
        return await self.until(lambda s: abs(s.kw - kw) < 0.05 * abs(kw), within_s=60)


@asynccontextmanager
async def a_networked_charger(
    folder: Path, limits: Limits = LIMITS, **v2g: Any
) -> AsyncIterator[NetworkStage]:
    """Raise the curtain with any key of the configuration's [v2g]."""
    stage, port = a_charger(talks=True, limits=limits), _free_port()
    asked = V2gSection(port=port, **v2g)
    async with simulated_vehicles(stage.world, asked, 5.0, folder):
        yield NetworkStage(stage, port)


def _free_port() -> int:
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
