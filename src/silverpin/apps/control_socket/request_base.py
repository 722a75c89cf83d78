"""What every request of the control socket is, and the types of its fields with their bounds."""

from typing import Annotated, Any, ClassVar

import msgspec

_ODD = r"\x00-\x1f\x7f-\x9f\u2028\u2029"  # no control character or line break reaches a log
_TEXT = rf"\A[^{_ODD}]*\Z"
_NAMED = rf"\A[^{_ODD}]*[^\s{_ODD}][^{_ODD}]*\Z"
_SERIAL = r"\A[!-.0-~]{1,64}\Z"
Text = Annotated[str, msgspec.Meta(pattern=_TEXT, max_length=200)]
Named = Annotated[str, msgspec.Meta(pattern=_NAMED, max_length=200)]
Serial = Annotated[str, msgspec.Meta(pattern=_SERIAL)]
Power = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
PATTERNS = {
    _TEXT: "a text on one line",
    _NAMED: "a text on one line, and not empty",
    _SERIAL: "1 to 64 plain letters, digits and signs, without spaces or /",
}
"""What a text has to be, in words."""
Ohm = Annotated[float, msgspec.Meta(ge=0.0, le=1e6)]


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
        told = (f"{name}={value}" for name, value in given if not _left_out(value))
        return " ".join([self.command, *told])


def _left_out(value: Any) -> bool:
    """Return whether a field was not given; a nought was: it is a level, or a power."""
    return value is None or value is False or value in ({}, ())
