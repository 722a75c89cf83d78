"""What a vehicle's handshake costs the charger, and how long the loop beside it is held up.

The arithmetic is counted as the process's time, of the charger's side alone. The way over loopback
is wall time: a connection, a handshake, a question and its answer. Meanwhile a task of the same
loop wants to run every 2 ms, as the tick does every 20; how late it comes is what holds it up. The
vehicle lives in that loop too and does its own arithmetic there.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks.figures import Better, Figure
from silverpin.drivers.v2g.connection import Connection
from silverpin.drivers.v2g.interface import Listen
from silverpin.drivers.v2g.listener import V2gListener
from silverpin.drivers.v2g.vehicle import meet
from silverpin.protocols.admission import Policy
from silverpin.protocols.tls_profiles import PROFILES

if TYPE_CHECKING:
    from silverpin.drivers.v2g.tls import TlsSide

_TIMES = 50
_PERIOD_S = 0.002
_TICK_MS = 20.0
_KINDS = (("iso20", "secp521r1"), ("iso20", "ed448"), ("iso2", "secp256r1"))
_SAID = b"\x01\xfe" + bytes(60)


def figures() -> Iterator[Figure]:
    """Yield the charger's arithmetic for each kind of key, the way over loopback, and the loop."""
    try:
        import OpenSSL  # noqa: F401
    except ImportError:
        yield Figure(name="TLS handshake", value=None, unit="ms", aim=_TICK_MS,
                     better=Better.LESS, note="silverpin[v2g] is not installed")  # fmt: skip
        return
    for profile, key in _KINDS:
        yield _figure(f"handshake, {profile} with {key}, charger", _arithmetic_ms(profile, key))
    ways_ms, late_ms = asyncio.run(_over_loopback())
    yield _figure("connection to first answer, TLS 1.3, median", statistics.median(ways_ms), 50.0)
    cuts = statistics.quantiles(late_ms, n=100, method="inclusive")
    yield _figure("loop beside handshakes is late, p99", cuts[98])


def _figure(name: str, value: float, aim: float = _TICK_MS) -> Figure:
    return Figure(name=name, value=value, unit="ms", aim=aim, better=Better.LESS,
                  note=f"{_TIMES} times")  # fmt: skip


def _sides(profile: str, key: str) -> tuple["TlsSide", "TlsSide"]:
    import datetime as dt

    from silverpin.drivers.v2g.pki import bench_pki
    from silverpin.drivers.v2g.tls import TlsSide
    from silverpin.drivers.v2g.verification import Role

    pki = bench_pki(PROFILES[profile], dt.datetime.now(dt.UTC), key)
    vehicle, charger = (
        TlsSide(pki.profile, role, pki.credentials(role)) for role in (Role.VEHICLE, Role.CHARGER)
    )
    return vehicle, charger


def _arithmetic_ms(profile: str, key: str) -> float:
    vehicle, charger = _sides(profile, key)
    spent_ns = []
    for _ in range(_TIMES):
        client, server = vehicle.session(), charger.session()
        spent, agreed, heard = 0, None, b""
        while agreed is None:
            client.shake(heard)
            said = client.outgoing()
            begun = time.process_time_ns()
            agreed = server.shake(said)
            heard = server.outgoing()
            spent += time.process_time_ns() - begun
        spent_ns.append(spent)
    return statistics.median(spent_ns) / 1e6


async def _over_loopback() -> tuple[list[float], list[float]]:
    vehicle, charger = _sides("iso20", "secp521r1")

    async def answer(connection: Connection) -> None:
        while said := await connection.read():
            await connection.write(said)

    listener = V2gListener(
        policy=Policy.TLS13_ONLY, sides=(charger,), on_connection=answer, on_turned=print
    )
    await listener.open(Listen(None, 0, "::1"))
    late_ms: list[float] = []
    ticking = asyncio.create_task(_tick(late_ms))
    ways_ms = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        connection = await meet("::1", listener.port, vehicle)
        await connection.write(_SAID)
        await connection.read()
        ways_ms.append((time.perf_counter() - begun) * 1e3)
        await connection.close()
    ticking.cancel()
    await listener.close()
    return ways_ms, late_ms


async def _tick(late_ms: list[float]) -> None:
    while True:
        due = time.perf_counter() + _PERIOD_S
        await asyncio.sleep(_PERIOD_S)
        late_ms.append((time.perf_counter() - due) * 1e3)
