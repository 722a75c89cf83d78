"""SDP on the wire: hears the questions of vehicles on one interface and answers them."""

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

from silverpin.drivers.v2g.interface import (
    CannotListen,
    Listen,
    bound_socket,
    link_local,
    spoken_address,
    why_not,
)
from silverpin.drivers.v2g.turning import Turned, Turning
from silverpin.protocols.admission import Policy
from silverpin.protocols.sdp import GROUP, PORT, NoDiscovery, Offer, answer


class Discovery(asyncio.DatagramProtocol):
    """Answers with the address that the interface has at that moment.

    *on_ignored* is told who asked and why there was no answer, as sparingly as of connections: a
    stranger who floods the port does not flood the log.
    """

    def __init__(
        self,
        interface: str,
        *,
        tcp_port: int,
        policy: Policy,
        has_certificate: bool,
        on_ignored: Callable[[Turned], None],
    ) -> None:
        self._interface = interface
        self._tcp_port = tcp_port
        self._policy = policy
        self._has_certificate = has_certificate
        self._ignore = Turning(on_ignored)
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def port(self) -> int:
        """UDP port that is listened on."""
        if self._transport is None:
            raise RuntimeError("discovery was not opened")
        return int(self._transport.get_extra_info("sockname")[1])

    async def open(self, port: int = PORT) -> None:
        """Begin to listen. Raises CannotListen."""
        listen = Listen(self._interface, port)
        hearing = bound_socket(listen, socket.SOCK_DGRAM, port)
        try:
            _join(hearing, self._interface)
        except OSError as error:
            hearing.close()
            raise CannotListen(why_not(error, listen, socket.SOCK_DGRAM, port)) from error
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=hearing)

    def close(self) -> None:
        """Answer nobody any more."""
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Answer one question."""
        try:
            told = answer(data, self._offer())
        except NoDiscovery as error:
            self._ignore(spoken_address(addr), str(error))
            return
        if self._transport is not None:
            self._transport.sendto(told, addr)

    def error_received(self, exc: Exception) -> None:
        """An answer did not arrive: the vehicle asks again."""

    def _offer(self) -> Offer:
        address = link_local(self._interface)
        if address is None:
            raise NoDiscovery(f"{self._interface} has no link-local address yet: is its link up?")
        return Offer(address, self._tcp_port, self._policy, self._has_certificate)


def _join(hearing: socket.socket, interface: str) -> None:
    """Every interface is in the group of all nodes already; switches that snoop want to be told."""
    group = socket.inet_pton(socket.AF_INET6, GROUP)
    index = socket.if_nametoindex(interface).to_bytes(4, sys.byteorder)
    hearing.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group + index)
