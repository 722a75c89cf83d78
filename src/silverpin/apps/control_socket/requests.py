"""What may be asked over the control socket: one class a command, its fields and their bounds.

A request is one JSON object on a line, `{"command": NAME, ...}`; an answer is one object on a line,
made by `answer`. A request that reaches the daemon's handler has been read here, so that every
field is there, of its type and within its bounds.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from silverpin.apps.control_socket.connector_requests import CONNECTOR_REQUESTS
from silverpin.apps.control_socket.malformed import wrong_field
from silverpin.apps.control_socket.pilot_requests import PILOT_REQUESTS
from silverpin.apps.control_socket.request_base import Named, Number, Power, Request, Text
from silverpin.apps.control_socket.technician_requests import TECHNICIAN_REQUESTS
from silverpin.apps.exits import Exit


class RequestError(Exception):
    """A line that is no request; the message says why, `command` what it seemed to ask."""

    def __init__(self, command: str, text: str) -> None:
        super().__init__(text)
        self.command = command


class Status(Request, frozen=True):
    """Everything known now."""

    reads = True


class Watch(Request, frozen=True):
    """The status again and again until the client goes."""

    reads = True
    every_s: Annotated[float, msgspec.Meta(ge=0.1, le=60.0)] = 1.0


class Faults(Request, frozen=True):
    """The latched faults."""

    reads = True


class Config(Request, frozen=True):
    """The configuration in force."""

    reads = True


class Events(Request, frozen=True):
    """The latest events of the journal, newest first."""

    reads = True
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50


class Grid(Request, frozen=True):
    """The grid against its profile, stage by stage."""

    reads = True


class Announce(Request, frozen=True):
    """A start at some power that is to come, so that pins are cooled ahead; or none any more."""

    power_w: Power | None = None
    in_s: Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)] | None = None
    cancel: bool = False


class Set(Request, frozen=True):
    """A standing wish for power, signed at the connector: positive charges the vehicle."""

    mode: Literal["charge", "V2G", "V2H", "V2X"]
    power_w: Power


class Stop(Request, frozen=True):
    """The end of the session."""


class Reset(Request, frozen=True):
    """Clear the thermal latch, one fault, or every fault whose cause is gone."""

    thermal: bool = False
    code: Named | None = None


class Lock(Request, frozen=True):
    """Drive the bolt home."""


class Unlock(Request, frozen=True):
    """Draw the bolt back."""


class Gpio(Request, frozen=True):
    """Set an output line of the controller."""

    line: int
    level: Literal[0, 1]


class Act(Request, frozen=True):
    """Something that happens in the simulated world."""

    act: Named
    value: Number | Text | None = None
    clear: bool = False

    def sentence(self) -> str:
        """Return the act as `silverpin act` is typed."""
        value = f"{self.value:g}" if isinstance(self.value, float) else self.value
        words = (self.command, self.act, value, "--clear" if self.clear else None)
        return " ".join(word for word in words if word)


_HERE = [row for row in Request.__subclasses__() if row.__module__ == __name__]
REQUESTS: Mapping[str, type[Request]] = MappingProxyType(
    {
        str(row.__struct_config__.tag): row
        for row in (*_HERE, *CONNECTOR_REQUESTS, *TECHNICIAN_REQUESTS, *PILOT_REQUESTS)
    }
)


def read_request(line: bytes) -> Request:
    """Return the request of one line; raise `RequestError` with one sentence otherwise."""
    try:
        asked = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        raise RequestError(
            "unreadable", 'A request is one JSON object on a line, such as {"command":"status"}'
        ) from None
    kind = REQUESTS.get(str(asked.get("command")))
    if kind is None:
        raise RequestError("unknown", f"The command is unknown: use one of {', '.join(REQUESTS)}")
    name = str(kind.__struct_config__.tag)
    try:
        return msgspec.convert(asked, kind)
    except msgspec.ValidationError as error:
        raise RequestError(name, f"{name}: {wrong_field(str(error))}") from None


def answer(
    code: Exit,
    text: str,
    *,
    changed: bool = False,
    blocked_by: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an answer: exit code, one clear sentence, and what goes with it."""
    return {
        "exit": int(code),
        "text": text,
        "changed": changed,
        "blocked_by": list(blocked_by),
        "data": data,
    }
