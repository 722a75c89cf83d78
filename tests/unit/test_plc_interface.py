"""The raw interface and the pump, where they fail without a network."""

import asyncio
import errno
import os
import socket
from collections.abc import Iterator
from typing import Any, cast

import pytest

from silverpin.drivers.plc.interface import PlcError, PlcInterface
from silverpin.drivers.plc.pump import PlcPump
from silverpin.protocols.slac.frames import ETHERTYPE


def test_a_program_that_may_not_is_told_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", forbidden)
    with pytest.raises(PlcError, match="power line on eth1: the program may not open raw sockets"):
        PlcInterface("eth1")


class Pipe:
    """An interface whose other end is in the test's hands."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        self.sent: list[bytes] = []
        self.broken: PlcError | None = None

    def fileno(self) -> int:
        return self.reading

    def receive(self) -> Iterator[bytes]:
        octets = os.read(self.reading, 100)
        if self.broken:
            raise self.broken
        yield octets

    def send(self, octets: bytes) -> None:
        if self.broken:
            raise self.broken
        self.sent.append(octets)


class Echo:
    """A machine that says what it hears."""

    next_ns = None

    def __init__(self) -> None:
        self._out: list[bytes] = []

    def receive(self, octets: bytes, now_ns: int) -> None:
        assert now_ns > 0
        self._out.append(octets)

    def tick(self, now_ns: int) -> None:
        """Nothing is ever due."""

    def output(self) -> list[bytes]:
        out, self._out = self._out, []
        return out


def pumped(spoil: bool) -> tuple[Pipe, list[PlcError]]:
    pipe, failures = Pipe(), list[PlcError]()

    async def serve() -> None:
        over = asyncio.Event()

        def fail(error: PlcError) -> None:
            failures.append(error)
            over.set()

        pump = PlcPump(cast("Any", pipe), Echo(), lambda: over.set() if pipe.sent else None, fail)
        if spoil:
            pipe.broken = PlcError("eth1", OSError(errno.ENETDOWN, "Network is down"))
        os.write(pipe.writing, b"a frame")
        await over.wait()
        pump.close()
        pump.close()
        pump.turn()

    asyncio.run(serve())
    os.close(pipe.reading)
    os.close(pipe.writing)
    return pipe, failures


def test_a_pump_carries_frames_both_ways() -> None:
    pipe, failures = pumped(spoil=False)
    assert pipe.sent == [b"a frame"]
    assert not failures


def test_an_interface_that_fails_under_way_is_told_once() -> None:
    _, failures = pumped(spoil=True)
    assert [str(error) for error in failures] == [
        "power line on eth1: the interface is down: `ip link set eth1 up`"
    ]


def test_only_the_power_lines_frames_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    class Socket:
        def bind(self, address: tuple[str, int]) -> None:
            asked.append(address)

        def getsockname(self) -> tuple[object, ...]:
            return ("eth1", ETHERTYPE, 0, 1, bytes(range(6)))

        def close(self) -> None:
            asked.append(("closed",))

    monkeypatch.setattr(socket, "socket", lambda *_: Socket())
    with PlcInterface("eth1") as interface:
        assert interface.mac == bytes(range(6))
    assert asked == [("eth1", ETHERTYPE), ("closed",)]
