"""The tables of one schema set as the code writer reads them: types, states, productions.

`tables/*.json` is made by `tools/exi_tables.py`. A state's productions are numbered by their event
code; one code more always exists, the way to deviations from the schema, so that a state with n
productions needs as many bits as n tells.
"""

import json
import pkgutil
from functools import cache
from typing import Any, NamedTuple

from silverpin.protocols.exi.errors import ExiError

PROTOCOLS = (
    "sap",
    "din",
    "iso2",
    "iso20-common",
    "iso20-ac",
    "iso20-dc",
    "iso20-acdp",
    "iso20-wpt",
    "xmldsig",
)
"""Names of the schema sets: handshake, DIN 70121, ISO 15118-2, the parts of -20, signatures."""


class Production(NamedTuple):
    """One event that a state allows.

    kind: A attribute, E element, C characters, X end of element, W wildcard, M mixed characters.
    After `limit` occurrences the state that follows is `exit`, not `next`.
    """

    kind: str
    next: int = -1
    name: str = ""
    type: int = -1
    many: bool = False
    limit: int = 0
    exit: int = -1


class Simple(NamedTuple):
    """A value's kind and its facets: bounds of a number or of a length, or the words allowed."""

    kind: str
    low: int | None = None
    high: int | None = None
    words: tuple[str, ...] = ()


class Complex(NamedTuple):
    """A type with attributes or elements: its automaton starts in state 0."""

    name: str
    states: tuple[tuple[Production, ...], ...]

    def fields(self) -> tuple[str, ...]:
        """Return every name that a value of this type may carry, in the schema's order."""
        return tuple(dict.fromkeys(p.name for state in self.states for p in state if p.name))


class Fragment(NamedTuple):
    """An element name and its type; without one its declarations differ, and Id has a code."""

    name: str
    type: int | None
    id_code: int = -1


class Grammar(NamedTuple):
    """Messages and fragments in the order of their codes; how many attribute names there are."""

    roots: tuple[tuple[str, int], ...]
    fragments: tuple[Fragment, ...]
    attributes: int
    types: tuple[Simple | Complex, ...]


def code_width(productions: int) -> int:
    """Return the bits of an event code where *productions* events and the escape exist."""
    return productions.bit_length()


@cache
def load(protocol: str) -> Grammar:
    """Return the grammar of *protocol*, one of PROTOCOLS."""
    if protocol not in PROTOCOLS:
        raise ExiError(f"{protocol!r} is no protocol; these are: {', '.join(PROTOCOLS)}")
    text = pkgutil.get_data(__package__, f"tables/{protocol}.json")
    table = json.loads(text or b"")
    return Grammar(
        tuple((name, number) for name, number in table["roots"]),
        tuple(Fragment(*row) for row in table["fragments"]),
        table["attributes"],
        tuple(map(read_type, table["types"])),
    )


def read_type(row: Any) -> Simple | Complex:
    if isinstance(row, dict):
        states = tuple(tuple(map(read_production, state)) for state in row["states"])
        return Complex(row["name"], states)
    if row[0] == "enum":
        return Simple("enum", words=tuple(row[1:]))
    return Simple(*row)


def read_production(row: Any) -> Production:
    return Production(row) if isinstance(row, str) else Production(*row)
