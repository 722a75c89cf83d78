"""Raw frames of the power line's EtherType on one Ethernet interface (AF_PACKET, see packet(7)).

The kernel hands over only what carries that EtherType. It needs CAP_NET_RAW; an interface that is
down, or goes, is told as `PlcError` in one sentence with the next step.
"""

import errno
import socket
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from silverpin.protocols.slac.frames import ETHERTYPE, FRAME_MAX

_EVERYTHING = 0x0003
"""The kernel shows a socket of one EtherType only what arrives; this one what is sent too."""
_ON_THE_WIRE = ETHERTYPE.to_bytes(2, "big")
_BATCH = 64
"""Frames taken at once: a flood may not keep the loop from anything else."""
_NEXT_STEPS = {
    errno.EPERM: "the program may not open raw sockets: give it CAP_NET_RAW (setcap, or "
    "AmbientCapabilities in its systemd unit)",
    errno.ENODEV: "there is no such interface: `ip link` names those that are there",
    errno.ENETDOWN: "the interface is down: `ip link set {name} up`",
    errno.ENXIO: "the interface is gone: `ip link` names those that are there",
}


class PlcError(OSError):
    """The interface cannot be used; the text says which, why, and what to do."""

    def __init__(self, name: str, error: OSError) -> None:
        number = error.errno or 0
        why = _NEXT_STEPS.get(number, error.strerror or str(error)).format(name=name)
        super().__init__(number, f"power line on {name}: {why}")

    @property
    def forbidden(self) -> bool:
        """Whether the program may not, rather than cannot."""
        return self.errno == errno.EPERM

    def __str__(self) -> str:
        """Return the sentence without the number."""
        return str(self.args[1])


class PlcInterface:
    """An open interface; `receive` and `send` never wait.

    *both_ways* hears what other programs of this machine send as well, to watch them.
    """

    def __init__(self, name: str, *, both_ways: bool = False) -> None:
        self.name = name
        kind = _EVERYTHING if both_ways else ETHERTYPE
        try:
            self._socket = socket.socket(
                socket.AF_PACKET,
                socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC,
                socket.htons(kind),
            )
        except OSError as error:
            raise PlcError(name, error) from error
        try:
            self._socket.bind((name, kind))
            self.mac: bytes = self._socket.getsockname()[4]
        except OSError as error:
            self._socket.close()
            raise PlcError(name, error) from error

    def fileno(self) -> int:
        """Return the descriptor, for the event loop to watch."""
        return self._socket.fileno()

    def receive(self) -> Iterator[bytes]:
        """Give the frames that are waiting, at most a batch."""
        for _ in range(_BATCH):
            try:
                octets = self._socket.recv(FRAME_MAX)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                raise PlcError(self.name, error) from error
            if octets[12:14] == _ON_THE_WIRE:
                yield octets

    def send(self, octets: bytes) -> None:
        """Send a frame; a full queue loses it, as the line would, and matching sends it again."""
        try:
            self._socket.send(octets)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise PlcError(self.name, error) from error

    def close(self) -> None:
        """Give the interface back."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
