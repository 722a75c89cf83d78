"""The power line modem beside the daemon's ticks, where the configuration names one.

The pilot is handed on as the charger sees it while it offers power, for matching begins with an
offer; what matching wishes of it is handed back. An interface that fails is told once and tried
again, for modems boot late and cables are pulled.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from silverpin.apps.aloud import aloud
from silverpin.apps.config.sections import SLAC_MODEM, V2gSection
from silverpin.apps.daemon.beside import beside
from silverpin.apps.ev_link.plc_line import PlcLine
from silverpin.domain.observation import CpState
from silverpin.drivers.plc.interface import PlcError, PlcInterface
from silverpin.drivers.plc.pump import PlcPump
from silverpin.protocols.slac.desk import SlacDesk
from silverpin.protocols.slac.states import PilotWish

_LOOK_S = 0.05
_AGAIN_S = 5.0

PilotLook = Callable[[], CpState | None]
PilotHand = Callable[[PilotWish | None], None]


@asynccontextmanager
async def plc_modem(
    line: PlcLine, asked: V2gSection, pilot: PilotLook, wishes: PilotHand
) -> AsyncIterator[None]:
    """Match on the vehicles' interface as long as this lasts; nothing where no modem is named."""
    if asked.modem != SLAC_MODEM:
        yield
        return

    def ended(why: str) -> None:
        line.trouble = why

    work = _keep_serving(line, asked.interface, pilot, wishes)
    serving = beside(work, "matching on the power line", ended)
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def _keep_serving(line: PlcLine, name: str, pilot: PilotLook, wishes: PilotHand) -> None:
    while True:
        try:
            with PlcInterface(name) as interface:
                await _serve(line, interface, pilot, wishes)
        except PlcError as error:
            if line.trouble != str(error):
                aloud(f"no matching with vehicles: {error}")
            line.trouble = str(error)
        finally:
            line.desk = None
            wishes(None)
        await asyncio.sleep(_AGAIN_S)


async def _serve(
    line: PlcLine, interface: PlcInterface, pilot: PilotLook, wishes: PilotHand
) -> None:
    """Serve until the interface fails, which is raised."""
    failures: list[PlcError] = []
    desk = SlacDesk(interface.mac, random.SystemRandom(), time.monotonic_ns())
    line.desk, line.trouble = desk, None
    pump = PlcPump(interface, desk, lambda: None, failures.append)
    seen: CpState | None = None
    try:
        while not failures:
            state = pilot()
            if state is not None and state is not seen:
                seen = state
                desk.pilot_is(state, time.monotonic_ns())
                pump.turn()
            wishes(desk.wish)
            await asyncio.sleep(_LOOK_S)
        raise failures[0]
    finally:
        pump.close()
