"""Whole messages between octets and plain dictionaries.

A stream is the octet 0x80 (the header of EXI 1.0 without options), the code of the root element,
its content, and zeros up to the next octet.
"""

from functools import cache
from typing import Any, NamedTuple

from silverpin.protocols.exi.bits import bits_of, octets_of
from silverpin.protocols.exi.coder import Coder, json_coder
from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.grammar import code_width, load

HEADER = "10000000"
MESSAGE_OCTETS_MAX = 1 << 20
"""Longer streams are refused unread; the longest V2G message, full of certificates, has 60 kB."""


class Decoded(NamedTuple):
    """A message: its name, what it says under that name, and the octets that follow it."""

    name: str
    message: dict[str, Any]
    trailing: bytes


@cache
def root_codes(protocol: str) -> dict[str, tuple[str, int]]:
    """Return the bits and the type of every root element."""
    roots = load(protocol).roots
    width = code_width(len(roots))
    return {name: (f"{code:0{width}b}", number) for code, (name, number) in enumerate(roots)}


@cache
def roots_by_code(protocol: str) -> dict[str, tuple[str, int]]:
    return {code: (name, number) for name, (code, number) in root_codes(protocol).items()}


def opened(data: bytes, width: int) -> tuple[str, str]:
    """Return all bits of *data* and the code of *width* bits behind the header."""
    if len(data) > MESSAGE_OCTETS_MAX:
        raise ExiError(f"{len(data)} octets; a message has at most {MESSAGE_OCTETS_MAX}", 0)
    s = bits_of(data)
    if s[:8] != HEADER:
        raise ExiError("no EXI header: the first octet of a message is 80", 0)
    return s, s[8 : 8 + width]


def read_root(protocol: str, data: bytes, coder: Coder) -> tuple[str, Any, bytes]:
    """Return name, content and trailing octets of the message in *data*."""
    roots = roots_by_code(protocol)
    width = code_width(len(roots))
    s, code = opened(data, width)
    root = roots.get(code)
    if root is None:
        raise ExiError(f"no message of {protocol} has the code {code}", 8)
    name, number = root
    content, p = coder.reader(number)(s, 8 + width)
    return name, content, data[(p + 7) // 8 :]


def write_root(protocol: str, name: str, content: Any, coder: Coder) -> bytes:
    root = root_codes(protocol).get(name)
    if root is None:
        raise ExiError(f"{name!r} is no message of {protocol}")
    return octets_of(HEADER + root[0] + coder.writer(root[1])(content))


def decode(protocol: str, data: bytes) -> Decoded:
    """Read the message of *protocol* that *data* starts with.

    The message nests as the schema does: {"DC_ChargeLoopReq": {"Header": {"SessionID": …}}}.
    Binary values are text, base64 or hexadecimal as the schema names them.
    """
    name, content, trailing = read_root(protocol, data, json_coder(protocol))
    return Decoded(name, {name: content}, trailing)


def encode(protocol: str, message: dict[str, Any]) -> bytes:
    """Return the octets of *message*, which nests as `decode` gives it."""
    name, content = only_item(message)
    return write_root(protocol, name, content, json_coder(protocol))


def only_item(message: Any) -> tuple[str, Any]:
    if not isinstance(message, dict) or len(message) != 1:
        raise ExiError("a message is a dictionary with one key, its name")
    return next(iter(message.items()))
