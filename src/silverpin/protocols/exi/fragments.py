"""Single elements as ISO 15118 signs them: EXI fragments.

A fragment may open with any element name of the schema set, not only a message. Two traps:
 - `SignedInfo` is signed in the grammar of the signature schema alone (protocol "xmldsig"), the
   signed elements in the grammar of their own message;
 - a name that the schema declares with different types (`eMAID` of ISO 15118-2) has no type of
   its own in a fragment. It is written by the relaxed grammar of EXI 1.0, section 8.5.4.4.4, in
   which any attribute and element of the schema set may occur and every value is text.
"""

from functools import cache
from typing import Any

from silverpin.protocols.exi.bits import octets_of, read_text, text
from silverpin.protocols.exi.codec import HEADER, Decoded, only_item, opened
from silverpin.protocols.exi.coder import Coder, json_coder
from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.grammar import Fragment, code_width, load

LONGEST = 1 << 16


@cache
def codes(protocol: str) -> dict[str, tuple[str, Fragment]]:
    """Return the bits of every element; of names in two namespaces the first."""
    width = width_of(protocol)
    found: dict[str, tuple[str, Fragment]] = {}
    for code, fragment in enumerate(load(protocol).fragments):
        found.setdefault(fragment.name, (f"{code:0{width}b}", fragment))
    return found


def width_of(protocol: str) -> int:
    """Return the bits of a code that tells every element, any other element, and the end."""
    return (len(load(protocol).fragments) + 1).bit_length()


def end_code(protocol: str) -> str:
    return f"{len(load(protocol).fragments) + 1:0{width_of(protocol)}b}"


def encode_fragment(protocol: str, element: dict[str, Any]) -> bytes:
    """Return the octets of one element, {name: content}, as they are digested for a signature."""
    name, content = only_item(element)
    return write_fragment(protocol, name, content, json_coder(protocol))


def write_fragment(protocol: str, name: str, content: Any, coder: Coder) -> bytes:
    found = codes(protocol).get(name)
    if found is None:
        raise ExiError(f"{name!r} is no element of {protocol}")
    code, fragment = found
    if fragment.type is None:
        body = relaxed(Relaxed(protocol, fragment), content)
    else:
        body = coder.writer(fragment.type)(content)
    return octets_of(f"{HEADER}{code}{body}{end_code(protocol)}")


def decode_fragment(protocol: str, data: bytes) -> Decoded:
    """Read the element that *data* starts with."""
    width = width_of(protocol)
    s, code = opened(data, width)
    fragments = load(protocol).fragments
    place = int(code, 2) if len(code) == width else len(fragments)
    if place >= len(fragments):
        raise ExiError(f"no element of {protocol} has the code {code}", 8)
    name, number, _ = fragment = fragments[place]
    if number is None:
        content, p = read_relaxed(Relaxed(protocol, fragment), s, 8 + width)
    else:
        content, p = json_coder(protocol).reader(number)(s, 8 + width)
    if s[p : p + width] != end_code(protocol):
        raise ExiError("a fragment that does not end after its first element", p)
    return Decoded(name, {name: content}, data[(p + width + 7) // 8 :])


class Relaxed:
    """Codes of the relaxed grammar: Id, characters after it, end after these."""

    def __init__(self, protocol: str, fragment: Fragment) -> None:
        grammar = load(protocol)
        attributes, elements = grammar.attributes, len(grammar.fragments)
        # any attribute, any element, the end and characters stand beside the names
        at_start = code_width(attributes + 1 + elements + 3)
        later = code_width(elements + 3)
        self.id = f"{fragment.id_code:0{at_start}b}"
        self.value = f"{attributes + 1 + elements + 2:0{at_start}b}"
        self.end = f"{elements + 1:0{later}b}"


def relaxed(codes: Relaxed, content: Any) -> str:
    if not isinstance(content, dict) or set(content) != {"Id", "value"}:
        raise ExiError("this element is signed with an Id and a value, and nothing else")
    identity, value = (text(content[name], None, LONGEST) for name in ("Id", "value"))
    return f"{codes.id}{identity}{codes.value}{value}{codes.end}"


def read_relaxed(codes: Relaxed, s: str, p: int) -> tuple[dict[str, str], int]:
    identity, p = read_text(s, expect(s, p, codes.id), None, LONGEST)
    value, p = read_text(s, expect(s, p, codes.value), None, LONGEST)
    return {"Id": identity, "value": value}, expect(s, p, codes.end)


def expect(s: str, p: int, code: str) -> int:
    """Return the place behind *code*, which must stand at *p*."""
    if s[p : p + len(code)] != code:
        raise ExiError("only an Id and a value are read in this element", p)
    return p + len(code)
