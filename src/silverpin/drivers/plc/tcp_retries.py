"""How often TCP had to send again on one connection, as Linux counts it (TCP_INFO, tcp(7))."""

import socket
import struct
from typing import Protocol

_TOTAL_RETRANS_AT = 100
"""Offset of `tcpi_total_retrans` in `struct tcp_info`: 8 octets, then 23 numbers before it."""
_TCP_INFO = 11
_ENOUGH = _TOTAL_RETRANS_AT + 4


class Options(Protocol):
    """A socket, or what an event loop shows of one."""

    def getsockopt(self, level: int, option: int, length: int, /) -> bytes:
        """Return an option's octets."""


def segments_sent_again(connection: Options) -> int | None:
    """Return the count since the connection began; None where the kernel does not tell."""
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _ENOUGH)
    except OSError:
        return None
    if len(told) < _ENOUGH:
        return None
    (count,) = struct.unpack_from("=I", told, _TOTAL_RETRANS_AT)
    return int(count)
