"""What both our ends of a blocking socket share: waiting, and the record of what was held."""

import socket
import time
from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import Stage
from silverpin.protocols.iso15118.turn import Happening, What

_CHUNK = 1 << 16
_TICK_S = 0.001


class Held(NamedTuple):
    """A conversation that is over."""

    ending: Ending
    happenings: tuple[Happening, ...]
    took_s: float
    """From the first octet to the last."""

    @property
    def stages(self) -> list[Stage]:
        """The stages that were reached, in their order."""
        return [Stage(h.words) for h in self.happenings if h.what is What.STAGE]

    @property
    def words(self) -> str:
        """What is said of the end."""
        return next(h.words for h in reversed(self.happenings) if h.what is What.ENDED)


def received(connection: socket.socket, deadline_ns: int | None) -> bytes | None:
    """Return octets, none of them when the other side has closed, or None when time is up."""
    left_s = ((deadline_ns or 0) - time.monotonic_ns()) / NS_PER_S
    connection.settimeout(max(left_s, _TICK_S))
    try:
        return connection.recv(_CHUNK)
    except TimeoutError:
        return None
    except ConnectionError:
        return b""
