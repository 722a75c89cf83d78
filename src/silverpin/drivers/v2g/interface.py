"""The network interface that faces the vehicle, as Linux has it.

Sockets are bound to the interface and to no address: whatever address it gets or changes, nothing
is heard on any other one, and the page and SSH of the machine stay on theirs.
"""

import errno
import ipaddress
import socket
from pathlib import Path
from typing import Any, NamedTuple

INTERFACE, PORT = "eth1", 8042
"""Of the manual; the configuration may name others."""
_ADDRESSES = Path("/proc/net/if_inet6")
_LINK_LOCAL = ipaddress.IPv6Network("fe80::/10")


class CannotListen(Exception):
    """Nothing can be heard; the message says why and what to do."""


class Listen(NamedTuple):
    """Where to listen: an interface by name, or one address where there is no vehicle."""

    interface: str | None = INTERFACE
    port: int = PORT
    """0 takes any that is free."""
    host: str = "::"


def bound_socket(listen: Listen, kind: socket.SocketKind, port: int) -> socket.socket:
    """Return a bound socket of IPv6. Raises CannotListen."""
    # asyncio sends small segments at once only on a socket that names its protocol; without that,
    # an answer may wait 40 ms for the acknowledgement of the one before.
    protocol = socket.IPPROTO_TCP if kind is socket.SOCK_STREAM else socket.IPPROTO_UDP
    found = socket.socket(socket.AF_INET6, kind, protocol)
    try:
        found.setblocking(False)
        found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind is socket.SOCK_STREAM:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if listen.interface is not None:
            name = listen.interface.encode()
            found.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name)
        found.bind((listen.host, port))
    except OSError as error:
        found.close()
        raise CannotListen(why_not(error, listen, kind, port)) from error
    return found


def link_local(interface: str) -> str | None:
    """Return the address at which vehicles reach this interface; None while it has none."""
    for line in _ADDRESSES.read_text("ascii").splitlines():
        octets, _, _, _, flags, name = line.split()
        address = ipaddress.IPv6Address(bytes.fromhex(octets))
        # A tentative address (flag 0x40) may turn out to be somebody else's.
        ready = name == interface and not int(flags, 16) & 0x40
        if ready and (address in _LINK_LOCAL or address.is_loopback):
            return str(address)
    return None


def spoken_address(name: Any) -> str:
    """Write a socket's name as people do: address, interface, port."""
    if not isinstance(name, tuple):
        return "an unknown address"
    host, port, *_ = name
    return f"[{host}]:{port}"


def why_not(error: OSError, listen: Listen, kind: socket.SocketKind, port: int) -> str:
    """Say in one sentence why nothing can be heard there, and what to do."""
    what = f"{'TCP' if kind is socket.SOCK_STREAM else 'UDP'} port {port}"
    if error.errno == errno.ENODEV:
        there = ", ".join(name for _, name in socket.if_nameindex())
        return (
            f"there is no network interface {listen.interface} for vehicles (there are {there}): "
            "connect the PLC modem, or name its interface in v2g.interface"
        )
    if error.errno == errno.EADDRINUSE:
        return f"{what} is taken: another charger or program listens there, see ss -lnp"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{what} on {listen.interface or listen.host} is not allowed to this user"
    return f"{what} on {listen.interface or listen.host}: {error.strerror or error}"
