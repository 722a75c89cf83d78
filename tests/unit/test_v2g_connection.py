"""How a connection ends when the other side does not help: nothing waits for ever."""

import asyncio
from typing import Any

import pytest

from silverpin.apps.ev_link.server import VehicleServer
from silverpin.drivers.v2g import vehicle
from silverpin.drivers.v2g.connection import Connection, Terms
from silverpin.drivers.v2g.vehicle import NoCharger, meet
from silverpin.protocols.admission import Carrier, Policy, admitted
from tests.stage import a_charger

IN_CLEAR = Terms("[::1]:1", Carrier.PLAIN, None, admitted(Policy.OPEN, Carrier.PLAIN))


class Wire:
    """Both streams of a connection whose other side says *words* and fetches nothing."""

    def __init__(self, *words: bytes) -> None:
        self.words = list(words)
        self.closed = asyncio.get_running_loop().create_future()
        self.asked = asyncio.Event()
        self.aborted = False
        self.transport = self

    def connection(self) -> Connection:
        streams: Any = (self, self)
        return Connection(streams, IN_CLEAR, None, None)

    async def read(self, most: int) -> bytes:
        if self.words:
            return self.words.pop(0)
        await asyncio.Event().wait()
        return b""

    def write(self, data: bytes) -> None:
        """Take it into a buffer that is full."""

    async def drain(self) -> None:
        await asyncio.Event().wait()

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Begin to end."""

    async def wait_closed(self) -> None:
        self.asked.set()
        await self.closed

    def abort(self) -> None:
        self.aborted = True


def test_a_cancellation_is_not_lost_that_comes_with_the_end_of_the_connection() -> None:
    async def play() -> None:
        wire = Wire()
        closing = asyncio.create_task(wire.connection().close())
        await wire.asked.wait()
        wire.closed.set_result(None)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert wire.aborted

    asyncio.run(play())


def test_who_does_not_fetch_what_it_is_told_is_gone() -> None:
    async def play() -> None:
        connection = Wire(b"word").connection()
        await connection.write(b"answer", within_s=0.0)
        assert connection.broken == "the other side does not fetch what it is told"
        assert await connection.read() == b""

    asyncio.run(play())


class Hurried:
    """A clock on which every deadline has come."""

    def now_ns(self) -> int:
        return 0

    def until_s(self, deadline_ns: int | None) -> float:
        return 0.0


def test_a_charger_does_not_wait_for_a_vehicle_that_fetches_no_answer() -> None:
    scene = a_charger(talks=True).plug_in()
    talk, car = scene.world.talk, scene.world.car
    assert talk is not None
    assert car is not None

    async def play() -> None:
        wire = Wire(car.begin(0))
        await VehicleServer(talk, Hurried()).serve(wire.connection())

    asyncio.run(play())
    assert not talk.busy
    words = [row.fields["words"] for row in scene.wait(0.1).events("v2g_ended")]
    assert words == ["the connection broke: nothing came after the negotiation"]


def test_a_charger_that_never_answers_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "open_connection", nobody)
    monkeypatch.setattr(vehicle, "OPENING_MAX_S", 0.0)
    with pytest.raises(NoCharger, match=r"no charger at \[::1\]:9: no answer within 0 s"):
        asyncio.run(meet("::1", 9, None))
