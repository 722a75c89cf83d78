"""Peers that vanish, stall or talk nonsense: each is told in a sentence; nothing is left over."""

import asyncio
import gc
import resource
import threading
from pathlib import Path
from typing import Any

import pytest

from silverpin.drivers.v2g import listener as listener_module
from silverpin.drivers.v2g import turning
from silverpin.drivers.v2g.capture_writer import CaptureFolder
from silverpin.drivers.v2g.vehicle import meet
from silverpin.protocols.admission import Policy
from tests.v2g_bay import ANSWER, QUESTION, Bay, asked

trust = pytest.importorskip("silverpin.drivers.v2g.trust", exc_type=ImportError)
SIDES = trust.bench_sides(Policy.TLS13_ONLY)


def folder_of(place: Path, told: list[str]) -> CaptureFolder:
    return CaptureFolder(
        place, keep=3, interface="eth1", utc_ns=iter(range(1, 1 << 62, 1000)).__next__,
        on_trouble=told.append,
    )  # fmt: skip


async def flights(side: Any, port: int) -> list[bytes]:
    """What a vehicle sends in a whole handshake, flight by flight."""
    reader, writer = await asyncio.open_connection("::1", port)
    session, data, sent = side.session(), b"", []
    while session.shake(data) is None:
        sent.append(session.outgoing())
        writer.write(sent[-1])
        data = await reader.read(1 << 16)
    sent.append(session.outgoing())
    writer.write(sent[-1])
    writer.close()
    return sent


async def vanish(vehicle: Any, port: int, octets: int, *, abruptly: bool) -> None:
    """Say the first octets of a handshake and go."""
    reader, writer = await asyncio.open_connection("::1", port)
    session, data, left = vehicle.session(), b"", octets
    while left > 0 and session.shake(data) is None:
        flight = session.outgoing()
        writer.write(flight[:left])
        left -= len(flight)
        if left > 0:
            data = await reader.read(1 << 16)
    if abruptly:
        writer.transport.abort()
    writer.close()


def test_a_vehicle_that_vanishes_anywhere_in_its_handshake_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (charger,), (vehicle,) = SIDES
    monkeypatch.setattr(turning, "TOLD_AGAIN_S", 0.0)

    async def play() -> None:
        bay = Bay()
        told: list[str] = []
        folder = folder_of(tmp_path, told)
        async with bay.open(Policy.TLS13_ONLY, (charger,), tape=folder.tape) as found:
            whole = sum(map(len, await flights(vehicle, found.port)))
            cuts = sorted({*range(1, 60, 7), *range(60, whole - 60, 211)})
            for octets in cuts:
                await vanish(vehicle, found.port, octets, abruptly=octets % 2 == 0)
            assert await asked(found.port, vehicle) == ANSWER
        assert len(bay.turned) == len(cuts)
        assert {each.why.partition(":")[0] for each in bay.turned} <= {
            "the vehicle hung up in its first words",
            "the connection broke in its first words",
        }
        # The handshake whose octets were counted, and the vehicle that was served.
        assert len(bay.came) == 2
        assert folder.close(10.0)
        assert told == []

    asyncio.run(play())
    for thread in threading.enumerate():
        if "v2g" in thread.name:
            thread.join(10.0)
            assert not thread.is_alive()


def test_a_vehicle_that_stalls_in_its_handshake_is_turned_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (charger,), (vehicle,) = SIDES
    monkeypatch.setattr(listener_module, "OPENING_MAX_S", 0.05)

    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.TLS13_ONLY, (charger,)) as found:
            reader, writer = await asyncio.open_connection("::1", found.port)
            session = vehicle.session()
            session.shake(b"")
            writer.write(session.outgoing())
            while await reader.read(1 << 16):
                pass
            writer.close()
        assert [each.why.partition(" after")[0] for each in bay.turned] == [
            "the vehicle was not through its first words"
        ]

    asyncio.run(play())


def test_a_vehicle_that_does_not_read_is_cut_off_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (charger,), (vehicle,) = SIDES
    monkeypatch.setattr("silverpin.drivers.v2g.connection.LINGER_S", 0.05)

    async def play() -> None:
        ended = asyncio.Event()

        class Flood(Bay):
            async def serve(self, connection: Any) -> None:
                await connection.read()
                writing = asyncio.ensure_future(connection.write(bytes(1 << 24)))
                await asyncio.wait({writing}, timeout=0.05)
                assert not writing.done()
                writing.cancel()
                await connection.close()
                ended.set()

        async with Flood().open(Policy.TLS13_ONLY, (charger,)) as found:
            connection = await meet("::1", found.port, vehicle)
            await connection.write(QUESTION)
            await ended.wait()
            await connection.close()

    asyncio.run(play())


def memory_kib() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024


@pytest.mark.long
def test_ten_thousand_connections_leave_nothing_behind(tmp_path: Path) -> None:
    # What may leak does not hang on the curve, and this one costs a fifth.
    (charger,), (vehicle,) = trust.bench_sides(Policy.TLS13_ONLY, "interop-p256")

    async def play() -> None:
        bay = Bay()
        told: list[str] = []
        folder = folder_of(tmp_path, told)
        async with bay.open(Policy.TLS13_ONLY, (charger,), tape=folder.tape) as found:

            async def sessions(count: int) -> None:
                for number in range(count):
                    if number % 10:
                        assert await asked(found.port, vehicle) == ANSWER
                    else:
                        _, writer = await asyncio.open_connection("::1", found.port)
                        writer.write(b"\x16\x03\x01\x00\x10nonsense")
                        writer.close()
                    bay.came.clear()
                    bay.turned.clear()

            await sessions(500)
            before = memory_kib()
            files = len(list(Path("/proc/self/fd").iterdir()))
            await sessions(10_000)
            grown = memory_kib() - before
            assert grown < 8 * 1024, f"{grown} KiB"
            assert len(list(Path("/proc/self/fd").iterdir())) <= files + 2
        assert folder.close(30.0)
        # A busy disk may fall behind so many sessions in a row, and says so once.
        assert len(told) <= 1

    asyncio.run(play())
    assert len(list(tmp_path.iterdir())) <= 6
