"""Moves a matching machine on an event loop: frames in, frames out, and the time when it is due."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from silverpin.domain.quantities import NS_PER_S
from silverpin.drivers.plc.interface import PlcError, PlcInterface


class Machine(Protocol):
    """Either side of matching."""

    @property
    def next_ns(self) -> int | None:
        """When `tick` has something to do."""

    def receive(self, octets: bytes, now_ns: int) -> None:
        """Take a frame."""

    def tick(self, now_ns: int) -> None:
        """Do what is due."""

    def output(self) -> list[bytes]:
        """Take the frames that are to be sent."""


class PlcPump:
    """Serves one machine on one interface until `close`; `moved` is called whenever it moved on."""

    def __init__(
        self,
        interface: PlcInterface,
        machine: Machine,
        moved: Callable[[], None],
        failed: Callable[[PlcError], None],
    ) -> None:
        self._interface = interface
        self._machine = machine
        self._moved = moved
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._open = True
        self._loop.add_reader(interface.fileno(), self._readable)
        self.turn()

    def turn(self) -> None:
        """Give the machine the time, send what it says, and set the clock for its next turn."""
        if not self._open:
            return
        self._machine.tick(time.monotonic_ns())
        try:
            for octets in self._machine.output():
                self._interface.send(octets)
        except PlcError as error:
            self._fail(error)
            return
        self._moved()
        self._wind()

    def close(self) -> None:
        """Stop serving; the interface stays its owner's."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._interface.fileno())
            if self._timer is not None:
                self._timer.cancel()

    def _readable(self) -> None:
        try:
            for octets in self._interface.receive():
                self._machine.receive(octets, time.monotonic_ns())
        except PlcError as error:
            self._fail(error)
            return
        self.turn()

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due_ns = self._machine.next_ns
        if due_ns is not None and self._open:
            wait_s = max(0.0, (due_ns - time.monotonic_ns()) / NS_PER_S)
            self._timer = self._loop.call_later(wait_s, self.turn)

    def _fail(self, error: PlcError) -> None:
        self.close()
        self._failed(error)
