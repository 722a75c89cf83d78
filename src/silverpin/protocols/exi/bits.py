"""Values that are not of a fixed width, between Python and text of the digits 0 and 1.

A message is held as one string of its bits. That looks wasteful, eight octets for one, yet slices
and dictionaries of such strings are the quickest way through a bit stream that plain Python has,
and the time stays linear in the length, which one long integer would not allow.

A reader takes the bits and a position and returns the value and the position after it. It never
looks beyond the end: a slice that comes out short is the end of the data.
"""

from silverpin.protocols.exi.errors import ExiError

OCTETS = {format(n, "08b"): n for n in range(256)}
INTEGER_OCTETS_MAX = 74
"""Octets of seven bits that an integer without bounds may take: 512 bits, enough for any serial
number of a certificate."""
BOUNDED_OCTETS_MAX = 10
"""The same for integers of at most 64 bits."""


def bits_of(data: bytes) -> str:
    return format(int.from_bytes(data, "big"), f"0{8 * len(data)}b") if data else ""


def octets_of(bits: str) -> bytes:
    """Return *bits* as octets, filled up with zeros."""
    count = -(-len(bits) // 8)
    return int(bits.ljust(8 * count, "0") or "0", 2).to_bytes(count, "big")


def read_varint(s: str, p: int, octets_max: int) -> tuple[int, int]:
    start, value, shift = p, 0, 0
    while True:
        octet = OCTETS.get(s[p : p + 8])
        if octet is None:
            raise ExiError("the data end inside a number", p)
        p += 8
        value |= (octet & 127) << shift
        if octet < 128:
            return value, p
        shift += 7
        if shift >= 7 * octets_max:
            raise ExiError(f"a number of more than {octets_max} octets", start)


def within(value: int, low: int | None, high: int | None, bit: int | None) -> int:
    if (low is not None and value < low) or (high is not None and value > high):
        raise ExiError(f"{value} is out of range ({span(low, high)})", bit)
    return value


def span(low: int | None, high: int | None) -> str:
    """Return the words for a range that may be open at either end."""
    if low is None and high is None:
        return "any"
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def read_unsigned(s: str, p: int, low: int | None, high: int | None) -> tuple[int, int]:
    value, after = read_varint(s, p, INTEGER_OCTETS_MAX if high is None else BOUNDED_OCTETS_MAX)
    return within(value, low, high, p), after


def read_signed(s: str, p: int, low: int | None, high: int | None) -> tuple[int, int]:
    sign = s[p : p + 1]
    if not sign:
        raise ExiError("the data end inside a number", p)
    octets_max = INTEGER_OCTETS_MAX if high is None else BOUNDED_OCTETS_MAX
    value, after = read_varint(s, p + 1, octets_max)
    return within(-value - 1 if sign == "1" else value, low, high, p), after


def read_octets(s: str, p: int, low: int | None, high: int | None) -> tuple[bytes, int]:
    count, q = read_varint(s, p, BOUNDED_OCTETS_MAX)
    end = q + 8 * count
    if end > len(s):
        raise ExiError(f"the data end inside {count} octets of binary", p)
    check_length(count, low, high, "octets", p)
    return (int(s[q:end], 2).to_bytes(count, "big") if count else b""), end


def check_length(count: int, low: int | None, high: int | None, what: str, bit: int | None) -> None:
    if (low is not None and count < low) or (high is not None and count > high):
        raise ExiError(f"{count} {what}, allowed: {span(low, high)}", bit)


def read_text(s: str, p: int, low: int | None, high: int | None) -> tuple[str, int]:
    count, q = read_varint(s, p, BOUNDED_OCTETS_MAX)
    if count < 2:
        raise ExiError("a reference into a string table; V2G messages have none", p)
    count -= 2
    end = q + 8 * count
    if end > len(s):
        raise ExiError(f"the data end inside a text of {count} characters", p)
    check_length(count, low, high, "characters", p)
    raw = int(s[q:end], 2).to_bytes(count, "big") if count else b""
    if raw.isascii():
        return raw.decode("ascii"), end
    characters = []
    for _ in range(count):
        point, after = read_varint(s, q, BOUNDED_OCTETS_MAX)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise ExiError(f"{point:#x} is no character", q)
        characters.append(chr(point))
        q = after
    return "".join(characters), q


def varint(value: int) -> str:
    digits = ""
    while value > 127:
        digits += format(value & 127 | 128, "08b")
        value >>= 7
    return digits + format(value, "08b")


def whole(value: object, low: int | None, high: int | None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ExiError(f"{value!r} is no whole number")
    if low is None and high is None and value.bit_length() > 7 * INTEGER_OCTETS_MAX:
        raise ExiError("a number of more than 512 bits")
    return within(value, low, high, None)


def unsigned(value: object, low: int | None, high: int | None) -> str:
    return varint(whole(value, low, high))


def signed(value: object, low: int | None, high: int | None) -> str:
    number = whole(value, low, high)
    return f"1{varint(-number - 1)}" if number < 0 else f"0{varint(number)}"


def octets(value: object, low: int | None, high: int | None) -> str:
    if not isinstance(value, bytes):
        raise ExiError(f"{value!r} is no bytes")
    check_length(len(value), low, high, "octets", None)
    return varint(len(value)) + bits_of(value)


def text(value: object, low: int | None, high: int | None) -> str:
    if not isinstance(value, str):
        raise ExiError(f"{value!r} is no text")
    check_length(len(value), low, high, "characters", None)
    head = varint(len(value) + 2)
    if value.isascii():
        return head + bits_of(value.encode("ascii"))
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise ExiError("half of a surrogate pair is no character")
    return head + "".join(varint(ord(c)) for c in value)
