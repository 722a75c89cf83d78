"""Vehicles that really come: found by SDP and met at the interface that `[v2g]` names.

The plant may be simulated all the same: its battery is then the vehicle's, and pilot and switches
do what the vehicle's words say. An interface that is not there yet, a port that is taken and
certificates that cannot be used are told once, in a sentence, and tried again: modems boot late.
"""

import asyncio
import datetime as dt
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from silverpin.apps.aloud import aloud
from silverpin.apps.config.sections import V2gSection
from silverpin.apps.daemon.beside import beside
from silverpin.apps.daemon.vehicle_service import CAPTURE_WRITTEN_S, captures_of
from silverpin.apps.ev_link.plc_line import PlcLine
from silverpin.apps.ev_link.rehearsal import rehearse
from silverpin.apps.ev_link.server import VehicleServer
from silverpin.apps.ev_link.talk import Talk
from silverpin.apps.ev_link.wall_pace import WallPace
from silverpin.apps.world import World
from silverpin.drivers.v2g.discovery import Discovery
from silverpin.drivers.v2g.interface import CannotListen, Listen
from silverpin.drivers.v2g.listener import V2gListener, met
from silverpin.plant.bay import Bay
from silverpin.protocols.admission import DIN, ISO2, ISO20, Policy
from silverpin.protocols.iso15118.sides import Stage

if TYPE_CHECKING:
    from silverpin.drivers.v2g.tls import TlsSide

_AGAIN_S = 5.0
_FOLLOW_S = 0.02
_IN_C = (Stage.CABLE_CHECK, Stage.PRE_CHARGE, Stage.STARTING, Stage.POWER)
_JOINED = (Stage.STARTING, Stage.POWER)


class _CannotMeet(Exception):
    """Vehicles cannot be met for now; the message says why and what to do."""


@asynccontextmanager
async def visiting_vehicles(
    world: World, asked: V2gSection, certificates: Path, kept_in: Path, line: PlcLine
) -> AsyncIterator[None]:
    """Let vehicles from outside talk in place of the World's, as long as this lasts."""
    talk, world.ev = world.talk, None
    if talk is None:
        yield
        return
    pace = WallPace()
    talk.clock = pace.now_ns
    door = _Door(
        talk, asked, certificates, kept_in, VehicleServer(talk, pace, line),
        direct_current=world.bay.kind.direct_current,
    )  # fmt: skip
    doing = [
        beside(door.keep_open(), "meeting vehicles", talk.unmet),
        beside(_follow(world.bay, talk), "the simulated pilot"),
    ]
    try:
        yield
    finally:
        talk.close()
        for task in doing:
            task.cancel()
        await asyncio.gather(*doing, return_exceptions=True)


def follow(bay: Bay, talk: Talk) -> None:
    """Move the simulated pilot and switches as the vehicle's words would move its own."""
    stage = talk.told.stage if talk.told else None
    bay.vehicle.control(bay.now_ns, stage in _IN_C, stage in _JOINED)


async def _follow(bay: Bay, talk: Talk) -> None:
    while True:
        follow(bay, talk)
        await asyncio.sleep(_FOLLOW_S)


class _Door:
    """Listener and discovery, while the interface is there."""

    def __init__(
        self, talk: Talk, asked: V2gSection, certificates: Path, kept_in: Path,
        server: VehicleServer, *, direct_current: bool,
    ) -> None:  # fmt: skip
        self._direct_current = direct_current
        self._talk = talk
        self._asked = asked
        self._certificates = certificates
        self._kept_in = kept_in
        self._server = server

    async def keep_open(self) -> None:
        """Meet vehicles until cancelled; what keeps it shut is told once."""
        await asyncio.to_thread(rehearse, (ISO20, ISO2, DIN), direct_current=self._direct_current)
        told = None
        while True:
            try:
                async with self._open():
                    told = None
                    await _while_there(self._asked.interface)
            except (CannotListen, _CannotMeet) as error:
                if str(error) != told:
                    told = str(error)
                    self._talk.unmet(told)
                    aloud(f"no vehicle can be met: {told}")
                await asyncio.sleep(_AGAIN_S)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        asked, policy = self._asked, Policy(self._asked.policy)
        sides = await asyncio.to_thread(_sides, self._certificates, policy, asked.profile)
        captures = captures_of(self._kept_in, asked, self._talk, asked.interface)
        listener = V2gListener(
            policy=policy, sides=sides, on_connection=self._server.serve,
            on_turned=self._server.turned,
            tape=None if captures is None else captures.tape, key_log=asked.key_log,
        )  # fmt: skip
        try:
            await listener.open(Listen(asked.interface, asked.port))
            finder = Discovery(
                asked.interface, tcp_port=listener.port, policy=policy,
                has_certificate=bool(sides),
                on_ignored=self._server.turned,
            )  # fmt: skip
            await finder.open()
            try:
                how = met(policy, listener.profiles, key_log=asked.key_log)
                self._talk.opened(f"on {asked.interface}, TCP {listener.port}, {how}")
                self._tell_of_ends(sides)
                yield
            finally:
                finder.close()
        finally:
            await listener.close()
            if captures is not None:
                captures.close(CAPTURE_WRITTEN_S)

    def _tell_of_ends(self, sides: Sequence["TlsSide"]) -> None:
        if sides:
            from silverpin.drivers.v2g.trust import expiring

            for sentence in expiring(sides, dt.datetime.fromtimestamp(time.time(), dt.UTC)):
                self._talk.expiring(sentence)


async def _while_there(interface: str) -> None:
    """Return once the interface has gone, or is another of the same name."""
    index = _index(interface)
    while index is not None and index == _index(interface):
        await asyncio.sleep(_AGAIN_S)


def _index(interface: str) -> int | None:
    try:
        return socket.if_nametoindex(interface)
    except OSError:
        return None


def _sides(folder: Path, policy: Policy, profile: str) -> Sequence["TlsSide"]:
    """Return what the certificates under *folder* serve; a bench that is open may have none."""
    if policy is Policy.OPEN and not folder.is_dir():
        return ()
    try:
        from silverpin.drivers.v2g.credentials import BadCredentials
        from silverpin.drivers.v2g.trust import charger_sides
    except ImportError as error:
        raise _CannotMeet("TLS needs more packages: pip install 'silverpin[v2g]'") from error
    try:
        return charger_sides(folder, policy, profile)
    except BadCredentials as error:
        raise _CannotMeet(str(error)) from error
