"""Charging sessions over TCP and TLS 1.3: how long, how many succeed, what a car costs.

A session goes from the connection to SessionStop, with ten turns of the charge loop, both ends on
this machine. Beside ours stands the package `iso15118`, its vehicle at its charger: with our codec,
and with the Java codec that it comes with, where there is Java. The turnaround is of the daemon as
it always runs, with journal, page and simulated plant: from a request of the vehicle to the answer
in its hands, both sharing the daemon's loop.
"""

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import Better, Figure
from benchmarks.iso15118_daemon import turnarounds
from benchmarks.iso15118_load import share_of_a_core
from silverpin.drivers.v2g.trust import bench_sides
from silverpin.protocols.admission import Policy
from silverpin.protocols.iso15118.machine import Ending
from tests.bench_charger import BenchCharger
from tests.bench_vehicle import BenchVehicle
from tests.interop.flavours import FLAVOURS
from tests.interop.our_charger import our_charger
from tests.interop.our_vehicle import our_vehicle, plan
from tests.interop.peers import their_charger, their_vehicle
from tests.interop.rig import rig
from tools.interop_env import NoPeer

_SESSIONS = 100
_THEIR_SESSIONS = 20
_JAVA_SESSIONS = 3
_DC_BPT = FLAVOURS[0]
_DC_BPT_TLS = next(f for f in FLAVOURS if f.tls and f.service is _DC_BPT.service)


class _Held(NamedTuple):
    """Sessions that were held one after another."""

    took_s: list[float]
    """Of those that succeeded."""
    tried: int

    def __str__(self) -> str:
        if not self.took_s:
            return f"none of {self.tried} succeeded"
        middle = statistics.median(self.took_s)
        return f"{middle:.2f} s, {len(self.took_s)} of {self.tried} succeed"


def figures() -> Iterator[Figure]:
    """Yield session, turnaround in the daemon, and the load of a car."""
    ours = asyncio.run(_ours())
    theirs = "; ".join(_theirs())
    yield Figure(
        name="DC_BPT session, TLS 1.3, P-521", value=statistics.median(ours.took_s), unit="s",
        aim=0.2, better=Better.LESS, note=f"iso15118: {theirs}",
    )  # fmt: skip
    yield Figure(
        name="sessions that succeed of 100", value=len(ours.took_s), unit="", aim=_SESSIONS,
        better=Better.MORE,
    )  # fmt: skip
    for name, loaded in (("quiet", False), ("page and CLI busy", True)):
        yield from _turns(name, loaded)
    share, theirs_share = share_of_a_core()
    yield Figure(
        name="charger's CPU for a car at 100 ms", value=100 * share, unit="%", aim=2.0,
        better=Better.LESS, note=f"of one core; iso15118 with our codec: {theirs_share}",
    )  # fmt: skip


def _turns(name: str, loaded: bool) -> Iterator[Figure]:
    seen = turnarounds(loaded=loaded)
    wall, own = (
        statistics.quantiles(column, n=100, method="inclusive")
        for column in zip(*seen, strict=True)
    )
    for label, at in (("p50", 49), ("p99", 98)):
        yield Figure(
            name=f"charge loop in the daemon, {name}, {label}", value=wall[at], unit="ms", aim=5.0,
            better=Better.LESS, note=f"{len(seen)} turns; {own[at]:.2f} ms of it computed",
        )  # fmt: skip


async def _ours() -> _Held:
    chargers, vehicles = bench_sides(Policy.TLS13_ONLY)
    took_s = []
    bench = BenchCharger((_DC_BPT.service,))
    async with our_charger(bench, chargers, Policy.TLS13_ONLY) as charger:
        for _ in range(_SESSIONS):
            began = time.perf_counter()
            held = await our_vehicle(charger.port, vehicles[0], plan(_DC_BPT), BenchVehicle())
            if held.ending is Ending.BY_VEHICLE:
                took_s.append(time.perf_counter() - began)
    return _Held(took_s, _SESSIONS)


def _theirs() -> Iterator[str]:
    """Say what their vehicle takes at their charger."""
    with tempfile.TemporaryDirectory(prefix="pin-") as folder:
        try:
            with rig(Path(folder)) as theirs:
                sound = [
                    (time.perf_counter(), theirs.among_themselves(_DC_BPT_TLS)[0],
                     time.perf_counter())
                    for _ in range(_THEIR_SESSIONS)
                ]  # fmt: skip
        except NoPeer as error:
            yield f"not measured: {error}"
            return
        took_s = [ended - began for began, well, ended in sound if well]
        yield f"{_Held(took_s, _THEIR_SESSIONS)} with our codec (P-256)"
        if not shutil.which("java"):
            yield "its Java codec not measured, wants java"
            return
        yield f"{_with_java(Path(folder))} with its own, in clear"


def _with_java(folder: Path) -> _Held:
    took_s = []
    with (
        their_charger(folder, CODEC="java") as (charger, ports),
        their_vehicle(folder, CODEC="java") as vehicle,
    ):
        for _ in range(_JAVA_SESSIONS):
            began = time.perf_counter()
            vehicle.tell(_DC_BPT.order(ports["plain"]))
            with suppress(RuntimeError):
                if vehicle.hear()["successful"]:
                    took_s.append(time.perf_counter() - began)
                charger.hear()
    return _Held(took_s, _JAVA_SESSIONS)
