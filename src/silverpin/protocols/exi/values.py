"""Values of a fixed or usually short width, as dictionaries between bits and Python.

Most of a message is event codes of one to three bits around small values. The dictionaries take
the codes before and after a value into their keys, so that one look-up reads, or writes, a whole
simple element; bits that the schema does not allow are simply no key.
"""

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from functools import cache
from typing import Any

from silverpin.protocols.exi.bits import OCTETS, signed, span, unsigned, whole
from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.grammar import Simple

NARROW = 4096
"""An integer with at most so many values is written in as many bits as these need."""
REMEMBERED = 65536
"""The bits of integers with at most so many values are remembered once they were asked for."""


def choices(simple: Simple) -> int:
    """Return how many values a type of fixed width has; 0 for any other type."""
    if simple.kind == "bool":
        return 2
    if simple.kind == "enum":
        return len(simple.words)
    return count if simple.kind == "int" and (count := range_size(simple)) <= NARROW else 0


def range_size(simple: Simple) -> int:
    """Return how many values an integer has; more than any limit of this module when unbounded."""
    if simple.low is None or simple.high is None:
        return 1 << 64
    return simple.high - simple.low + 1


def value_at(simple: Simple, code: int) -> Any:
    if simple.kind == "bool":
        return code == 1
    return simple.words[code] if simple.kind == "enum" else (simple.low or 0) + code


def describe(simple: Simple) -> str:
    if simple.kind == "int":
        return f"a whole number ({span(simple.low, simple.high)})"
    return "true or false" if simple.kind == "bool" else f"one of {', '.join(simple.words)}"


@cache
def fixed_reads(simple: Simple, before: str, after: str) -> dict[str, Any]:
    """Return every legal run of bits of an element of fixed width, with the value it tells."""
    count = choices(simple)
    width = (count - 1).bit_length()
    code = f"0{width}b" if width else ""
    return {
        f"{before}{format(n, code) if width else ''}{after}": value_at(simple, n)
        for n in range(count)
    }


class FixedBits(dict[Any, str]):
    """Value -> bits of an element of fixed width."""

    def __init__(self, simple: Simple, before: str, after: str) -> None:
        reads = fixed_reads(simple, before, after)
        super().__init__({value: bits for bits, value in reads.items()})
        self.simple = simple

    def __missing__(self, value: object) -> str:
        raise ExiError(f"{value!r} is not {describe(self.simple)}")

    def strictly(self, value: Any) -> str:
        """Return the bits of a number in a class of its own; what only equals it is refused."""
        if self.simple.kind == "bool":
            return self.__missing__(value)
        return self[int(whole(value, None, None))]


@cache
def fixed_bits(simple: Simple, before: str, after: str) -> FixedBits:
    return FixedBits(simple, before, after)


@cache
def short_reads(simple: Simple, before: str, after: str) -> dict[str, int]:
    """Return the one-octet forms of an integer that may take more, with the value they tell."""
    low, high = simple.low, simple.high
    found: dict[str, int] = {}
    for bits, octet in OCTETS.items():
        if octet < 128 and is_unsigned(simple):
            found[f"{before}{bits}{after}"] = octet
        elif octet < 128:
            found[f"{before}0{bits}{after}"] = octet
            found[f"{before}1{bits}{after}"] = -octet - 1
    return {
        bits: n
        for bits, n in found.items()
        if (low is None or n >= low) and (high is None or n <= high)
    }


@cache
def longer_reads(simple: Simple, before: str, after: str) -> dict[str, int]:
    """Return the two-octet forms that were read so far: readers add to it, at most 32,768."""
    del simple, before, after  # each combination has a dictionary of its own
    return {}


def is_unsigned(simple: Simple) -> bool:
    return simple.low is not None and simple.low >= 0


class IntegerBits(dict[int, str]):
    """Value -> bits of an integer of varying width, remembered."""

    def __init__(self, simple: Simple, before: str) -> None:
        super().__init__()
        self.simple = simple
        self.before = before

    def __missing__(self, value: object) -> str:
        write = unsigned if is_unsigned(self.simple) else signed
        bits = self.before + write(value, self.simple.low, self.simple.high)
        self[whole(value, None, None)] = bits
        return bits

    def strictly(self, value: Any) -> str:
        """Return the bits of a number in a class of its own; what only equals it is refused."""
        return self[int(whole(value, None, None))]


@cache
def integer_bits(simple: Simple, before: str) -> IntegerBits:
    return IntegerBits(simple, before)


def hex_text(value: bytes) -> str:
    return value.hex().upper()


def base64_text(value: bytes) -> str:
    return b2a_base64(value, newline=False).decode("ascii")


def from_hex(value: object) -> bytes:
    try:
        return bytes.fromhex(value)  # type: ignore[arg-type]  # anything but text ends below
    except (TypeError, ValueError):
        raise ExiError(f"{value!r} is no text of hexadecimal digits") from None


def from_base64(value: object) -> bytes:
    try:
        return a2b_base64(value, strict_mode=True)  # type: ignore[arg-type]
    except (TypeError, ValueError, Base64Error):
        raise ExiError(f"{value!r} is no base64 text") from None
