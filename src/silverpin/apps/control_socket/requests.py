"""What may be asked over the control socket: one class a command, its fields and their bounds.

A request is one JSON object on a line, `{"command": NAME, ...}`; an answer is one object on a line,
made by `answer`. A request that reaches the daemon's handler has been read here, so that every
field is there, of its type and within its bounds.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from silverpin.apps.exits import Exit

_ODD = r"\x00-\x1f\x7f-\x9f\u2028\u2029"  # no control character or line break reaches a log
_Text = Annotated[str, msgspec.Meta(pattern=rf"\A[^{_ODD}]*\Z", max_length=200)]
_Named = Annotated[
    str, msgspec.Meta(pattern=rf"\A[^{_ODD}]*[^\s{_ODD}][^{_ODD}]*\Z", max_length=200)
]
_Power = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
_Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
_Ohm = Annotated[float, msgspec.Meta(ge=0.0, le=1e6)]


class RequestError(Exception):
    """A line that is no request; the message says why, `command` what it seemed to ask."""

    def __init__(self, command: str, text: str) -> None:
        super().__init__(text)
        self.command = command


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True,
              tag_field="command", tag=str.lower):  # fmt: skip
    """One command with its fields."""

    reads: ClassVar[bool] = False
    """It changes nothing; everybody who may connect as an admitted peer may ask it unrecorded."""

    @property
    def command(self) -> str:
        """The command's name on the wire."""
        return str(self.__struct_config__.tag)

    def as_dict(self) -> dict[str, Any]:
        """Return the request as the handler takes it, every field present."""
        return {"command": self.command} | {
            name: getattr(self, name) for name in self.__struct_fields__
        }

    def sentence(self) -> str:
        """Return the request as the journal keeps it: the command and what was given."""
        given = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return " ".join([self.command, *(f"{n}={v}" for n, v in given if v not in (None, False))])


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


class Connector(Request, frozen=True):
    """The connector and its ledger."""

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


class Set(Request, frozen=True):
    """A standing wish for power, signed at the connector: positive charges the vehicle."""

    mode: Literal["charge", "V2G", "V2H", "V2X"]
    power_w: _Power


class Stop(Request, frozen=True):
    """The end of the session."""


class Reset(Request, frozen=True):
    """Clear the thermal latch, one fault, or every fault whose cause is gone."""

    thermal: bool = False
    code: _Named | None = None


class Lock(Request, frozen=True):
    """Drive the bolt home."""


class Unlock(Request, frozen=True):
    """Draw the bolt back."""


class Gpio(Request, frozen=True):
    """Set an output line of the controller."""

    line: int
    level: Literal[0, 1]


class Inspect(Request, frozen=True):
    """Pin resistances that a technician measured. [ohm]"""

    pins: Annotated[dict[_Named, _Ohm], msgspec.Meta(min_length=1, max_length=16)]
    instrument: _Named
    technician: _Named
    certificate: _Named


class Act(Request, frozen=True):
    """Something that happens in the simulated world."""

    act: _Named
    value: _Number | _Text | None = None
    clear: bool = False

    def sentence(self) -> str:
        """Return the act as `silverpin act` is typed."""
        value = f"{self.value:g}" if isinstance(self.value, float) else self.value
        words = (self.command, self.act, value, "--clear" if self.clear else None)
        return " ".join(word for word in words if word)


REQUESTS: Mapping[str, type[Request]] = MappingProxyType(
    {str(row.__struct_config__.tag): row for row in Request.__subclasses__()}
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
        raise RequestError(name, f"{name} is malformed: {error}") from None


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
