"""Compile the schema files of the PyPI package `iso15118` into the tables of `protocols/exi`.

    python tools/exi_tables.py SCHEMA_FOLDER [--check]

SCHEMA_FOLDER is `iso15118/shared/schemas` inside the unpacked wheel. The schemas themselves are
never shipped: a table holds names, event codes and value ranges, no more. For every complex type
the content model is unrolled into an automaton, state by state, as EXI 1.0 (section 8.5.4) orders
it. Three rules are easy to get wrong:
 - a reference to the head of a substitution group stands for every member *and* the head, even an
   abstract one, sorted by local name and then namespace;
 - a bounded repetition would need a state for every occurrence. They differ in the last one only,
   so a production carries its limit and the state that follows it there;
 - mixed content adds a production for characters in every state but those of attributes.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.exi_schema import UNBOUNDED, Attribute, Complex, Element, Name, Particle, Schema, Simple

TABLES = Path(__file__).resolve().parent.parent / "src/silverpin/protocols/exi/tables"
SOURCES = {
    "sap": "V2G_CI_AppProtocol.xsd",
    "din": "din_spec/V2G_CI_MsgDef.xsd",
    "iso2": "iso15118_2/V2G_CI_MsgDef.xsd",
    "iso20-common": "iso15118_20/V2G_CI_CommonMessages.xsd",
    "iso20-ac": "iso15118_20/V2G_CI_AC.xsd",
    "iso20-dc": "iso15118_20/V2G_CI_DC.xsd",
    "iso20-acdp": "iso15118_20/V2G_CI_ACDP.xsd",
    "iso20-wpt": "iso15118_20/V2G_CI_WPT.xsd",
    "xmldsig": "xmldsig-core-schema.xsd",
}

Rest = tuple[Particle, "Rest"] | None
"""What remains to be matched in a content model: the next particle, and the rest after it."""

RANK = {"A": 0, "E": 1, "W": 2, "X": 4, "C": 5, "M": 6}
"""Attributes, elements, wildcards, end of element, characters, characters of mixed content."""
KINDS = {"element": "E", "attribute": "A", "characters": "C"}


class Production:
    """One event that a state allows: its code is its place in the state."""

    def __init__(self, kind: str, item: Element | Attribute | Simple | None, rest: Rest) -> None:
        self.kind, self.item, self.rest = kind, item, rest
        self.limit = 0
        self.after_limit: Rest = None


def first(schema: Schema, rest: Rest) -> tuple[list[Production], bool]:
    """Return the productions that can come first, in order, and whether nothing at all may."""
    if rest is None:
        return [], True
    particle, after = rest
    match particle[0]:
        case "sequence":
            for part in reversed(particle[1]):
                after = (part, after)
            return first(schema, after)
        case "choice":
            return first_of_choice(schema, particle[1], after)
        case "repeat":
            return first_of_repeat(schema, particle, after)
        case _:
            return list(first_of_one(schema, particle, after)), False


def first_of_one(schema: Schema, particle: Particle, after: Rest) -> Iterator[Production]:
    match particle[0]:
        case "reference":
            for member in schema.substitutes(particle[1], many=particle[2]):
                yield Production("E", member, after)
        case "any":
            yield Production("W", None, after)
        case kind:
            yield Production(KINDS[kind], particle[1], after)


def first_of_choice(
    schema: Schema, parts: Iterable[Particle], after: Rest
) -> tuple[list[Production], bool]:
    found: list[Production] = []
    optional = False
    for part in parts:
        more, empty = first(schema, (part, after))
        found += more
        optional = optional or empty
    return found, optional


def first_of_repeat(
    schema: Schema, particle: Particle, after: Rest
) -> tuple[list[Production], bool]:
    _, inner, low, high = particle
    if high == 1:
        found, optional = first(schema, (inner, after))
    else:
        again: Rest = (("repeat", inner, max(low - 1, 0), high), after)
        found, optional = first(schema, (inner, again))
        if high != UNBOUNDED:
            if inner[0] != "element":
                raise ValueError(f"a bounded repetition of {inner[0]} needs counting of groups")
            found[0].limit, found[0].after_limit = high, after
    if low > 0:
        return found, optional
    seen = {(p.kind, id(p.item)) for p in found}
    more, empty = first(schema, after)
    return found + [p for p in more if (p.kind, id(p.item)) not in seen], empty


class TableBuilder:
    """Numbers the types of one schema set, and unrolls each complex one into its states."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.types: list[object] = []
        self.numbers: dict[object, int] = {}

    def type_number(self, type_: Complex | Simple) -> int:
        key = id(type_) if isinstance(type_, Complex) else type_
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.types)
            self.types.append(None)
            self.types[number] = self.complex(type_) if isinstance(type_, Complex) else list(type_)
        return number

    def complex(self, type_: Complex) -> dict[str, object]:
        if type_.anything:
            return {"name": type_.name, "states": [["W"]]}
        parts: list[Particle] = [
            ("attribute", a) if a.required else ("repeat", ("attribute", a), 0, 1)
            for a in type_.attributes
        ]
        if type_.value is not None:
            parts.append(("characters", type_.value))
        if type_.content is not None:
            parts.append(type_.content)
        rests: list[Rest] = [(("sequence", tuple(parts)), None)]
        states = []
        for rest in rests:  # grows while it is walked: a state's productions name further states
            productions = self.state(rest, type_.mixed)
            states.append([self.production(p, rests) for p in productions])
        return {"name": type_.name, "states": states}

    def state(self, rest: Rest, mixed: bool) -> list[Production]:
        found, may_end = first(self.schema, rest)
        if may_end:
            found.append(Production("X", None, None))
        if mixed and (may_end or any(p.kind != "A" for p in found)):
            found.append(Production("M", None, rest))
        return sorted(found, key=lambda p: RANK[p.kind])

    def production(self, production: Production, rests: list[Rest]) -> list[object]:
        kind, item = production.kind, production.item
        if kind in "WXM":
            return [kind]
        row: list[object] = [kind, number_of(production.rest, rests)]
        if isinstance(item, Element):
            row += [item.name, self.type_number(self.schema.type_of(item)), int(item.many)]
            if production.limit:
                row += [production.limit, number_of(production.after_limit, rests)]
        elif isinstance(item, Attribute):
            row += [item.name, self.type_number(item.type)]
        elif item is not None:
            row += ["value", self.type_number(item)]
        return row


def number_of(rest: Rest, rests: list[Rest]) -> int:
    if rest not in rests:
        rests.append(rest)
    return rests.index(rest)


def compile_table(path: Path) -> dict[str, object]:
    """Return the table of the schema set that *path* opens."""
    schema = Schema(path)
    builder = TableBuilder(schema)
    roots = [
        [element.name, builder.type_number(schema.type_of(element))] for element in schema.roots()
    ]
    attributes = schema.attribute_names()
    fragments = [
        [name, builder.type_number(schema.type_of(elements[0]))]
        if schema.agree(elements)
        else [name, None, id_code(schema, elements, attributes)]
        for name, elements in schema.fragment_elements()
    ]
    return {
        "roots": roots,
        "fragments": fragments,
        "attributes": len(attributes),
        "types": builder.types,
    }


def id_code(schema: Schema, elements: list[Element], attributes: list[Name]) -> int:
    """Return the code of the Id that one of the *elements* is referred to by."""
    types = [schema.type_of(element) for element in elements]
    found = {
        (attribute.name, attribute.namespace)
        for type_ in types
        if isinstance(type_, Complex)
        for attribute in type_.attributes
        if attribute.name == "Id"
    }
    if len(found) != 1:
        raise ValueError(f"{elements[0].name}: {len(found)} kinds of Id")
    return attributes.index(found.pop())


def text_of(table: dict[str, object]) -> str:
    """Return *table* as JSON with one type a line, so that a change reads well."""
    lines = []
    for key, value in table.items():
        if key == "types" and isinstance(value, list):
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            lines.append(f'"types":[\n{rows}\n]')
        else:
            lines.append(f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="compile schemas into tables of protocols/exi")
    parser.add_argument("schemas", type=Path, help="folder iso15118/shared/schemas of the wheel")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    given = parser.parse_args(arguments)
    stale = []
    for protocol, source in SOURCES.items():
        path = given.schemas / source
        if not path.is_file():
            sys.stderr.write(f"{path} is missing: name iso15118/shared/schemas of the wheel\n")
            return 3
        text = text_of(compile_table(path))
        target = TABLES / f"{protocol}.json"
        if given.check:
            if not target.is_file() or target.read_text(encoding="utf-8") != text:
                stale.append(protocol)
        else:
            target.write_text(text, encoding="utf-8")
    if stale:
        sys.stderr.write(f"tables differ from the schemas: {', '.join(stale)}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
