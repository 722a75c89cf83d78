"""What a turn of an endpoint gives: octets to send, what is to be told, and perhaps the end."""

from enum import Enum
from typing import NamedTuple

from silverpin.protocols.iso15118.machine import Ending


class What(Enum):
    """What a happening is about."""

    AGREED = "protocol agreed"
    MISMATCH = "no protocol in common"
    SESSION = "session opened"
    RESUMED = "session resumed"
    SERVICE = "service chosen"
    STAGE = "stage reached"
    REFUSED = "request refused"
    DOUBT = "value not believed"
    SKIPPED = "octets skipped"
    TROUBLE = "trouble of the vehicle"
    ENDED = "conversation ended"


class Happening(NamedTuple):
    """Something that log, journal or page may tell."""

    what: What
    words: str
    """One sentence, or for a stage its name."""


class Turn(NamedTuple):
    """The outcome of one call of an endpoint."""

    send: bytes = b""
    happenings: tuple[Happening, ...] = ()
    ending: Ending | None = None
    """The connection is to be closed once `send` is out."""
