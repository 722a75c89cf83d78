"""Read XML Schema files as far as the V2G schemas use the language.

Not read, because absent there: patterns, lists, unions, defaults, nillable, groups, redefinition.
DIN's files import the signature schema from their own folder, where it is missing: the folder
above is tried too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

XS = "{http://www.w3.org/2001/XMLSchema}"
UNBOUNDED = 1 << 30
INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "byte": (-(2**7), 2**7 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "short": (-(2**15), 2**15 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "int": (-(2**31), 2**31 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "long": (-(2**63), 2**63 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "integer": (None, None),
}
KINDS = {"boolean": "bool", "base64Binary": "base64", "hexBinary": "hex"}
STRINGS = {"string", "anyURI", "ID", "IDREF", "token"}

Name = tuple[str, str]
"""Namespace and local name."""
Simple = tuple[Any, ...]
"""A value type: (kind, lowest, highest) or ("enum", value, ...); bounds of binaries and strings
are those of their length."""
Particle = tuple[Any, ...]
"""A piece of a content model: ("element", e) ("reference", name, many) ("any",) ("attribute", a)
("characters", type) ("sequence", parts) ("choice", parts) ("repeat", particle, low, high)."""


@dataclass(eq=False, slots=True)
class Element:
    name: str
    many: bool
    node: ElementTree.Element
    file: "File"


@dataclass(eq=False, slots=True)
class Attribute:
    name: str
    namespace: str
    type: Simple
    required: bool


@dataclass(eq=False, slots=True)
class Complex:
    name: str
    attributes: list[Attribute] = field(default_factory=list)
    content: Particle | None = None
    value: Simple | None = None
    mixed: bool = False
    anything: bool = False


@dataclass(eq=False, slots=True)
class File:
    root: ElementTree.Element
    prefixes: dict[str, str]

    @property
    def namespace(self) -> str:
        return self.root.get("targetNamespace", "")

    def qualified(self, kind: str) -> bool:
        return self.root.get(f"{kind}FormDefault") == "qualified"

    def name(self, text: str) -> Name:
        prefix, _, local = text.rpartition(":")
        return self.prefixes.get(prefix, ""), local


class Schema:
    """One schema set: a file and everything that it imports."""

    def __init__(self, path: Path) -> None:
        self.files: dict[Path, File] = {}
        self.elements: dict[Name, Element] = {}
        self.type_nodes: dict[Name, tuple[ElementTree.Element, File]] = {}
        self.attribute_nodes: dict[Name, tuple[ElementTree.Element, File]] = {}
        self.members: dict[Name, list[Name]] = {}
        self._types: dict[Name, Complex | Simple] = {}
        self._element_types: dict[int, Complex | Simple] = {}
        self._members_many: dict[Name, Element] = {}
        self._load(path)

    def _load(self, path: Path) -> None:
        if not path.exists():
            path = path.parent.parent / path.name
        path = path.resolve()
        if path in self.files:
            return
        prefixes = dict(
            pair for _, pair in ElementTree.iterparse(path, ("start-ns",)) if pair is not None
        )
        file = self.files[path] = File(ElementTree.parse(path).getroot(), prefixes)
        for node in file.root:
            self._declare(node, file, path)

    def _declare(self, node: ElementTree.Element, file: File, path: Path) -> None:
        name = (file.namespace, node.get("name", ""))
        match node.tag.removeprefix(XS):
            case "element":
                self.elements[name] = Element(name[1], False, node, file)
                if head := node.get("substitutionGroup"):
                    self.members.setdefault(file.name(head), []).append(name)
            case "complexType" | "simpleType":
                self.type_nodes[name] = (node, file)
            case "attribute":
                self.attribute_nodes[name] = (node, file)
            case "import" | "include":
                self._load(path.parent / node.get("schemaLocation", ""))

    def roots(self) -> list[Element]:
        """Every global element, in the order of its document event code."""
        return [self.elements[n] for n in sorted(self.elements, key=lambda n: (n[1], n[0]))]

    def substitutes(self, head: Name, *, many: bool) -> list[Element]:
        names, waiting = [head], list(self.members.get(head, ()))
        while waiting:
            name = waiting.pop()
            names.append(name)
            waiting += self.members.get(name, ())
        names.sort(key=lambda n: (n[1], n[0]))
        if not many:
            return [self.elements[n] for n in names]
        return [self._many(n) for n in names]

    def _many(self, name: Name) -> Element:
        one = self.elements[name]
        return self._members_many.setdefault(name, Element(one.name, True, one.node, one.file))

    def type_of(self, element: Element) -> Complex | Simple:
        key = id(element.node)
        if key not in self._element_types:
            self._element_types[key] = self._type_of(element)
        return self._element_types[key]

    def _type_of(self, element: Element) -> Complex | Simple:
        node, file = element.node, element.file
        if named := node.get("type"):
            return self.named_type(file.name(named))
        inner = node.find(f"{XS}complexType")
        if inner is not None:
            return self._complex(inner, file, element.name)
        inner = node.find(f"{XS}simpleType")
        if inner is not None:
            return self._simple(inner, file)
        if head := node.get("substitutionGroup"):
            return self.type_of(self.elements[file.name(head)])
        return Complex(element.name, anything=True)

    def named_type(self, name: Name) -> Complex | Simple:
        if name not in self._types:
            self._types[name] = self._named_type(name)
        return self._types[name]

    def _named_type(self, name: Name) -> Complex | Simple:
        if name[0] == XS[1:-1]:
            return builtin(name[1])
        node, file = self.type_nodes[name]
        if node.tag == f"{XS}simpleType":
            return self._simple(node, file)
        return self._complex(node, file, name[1])

    def _simple_type(self, name: Name) -> Simple:
        found = self.named_type(name)
        if isinstance(found, Complex):
            raise ValueError(f"{name[1]} should be a simple type")
        return found

    def _simple(self, node: ElementTree.Element, file: File) -> Simple:
        restriction = node.find(f"{XS}restriction")
        if restriction is None:
            raise ValueError(f"{node.get('name')}: only restrictions are read")
        base = self._simple_type(file.name(restriction.get("base", "")))
        values = [n.get("value", "") for n in restriction.findall(f"{XS}enumeration")]
        if values:
            return ("enum", *values)
        kind, low, high = base
        for facet in restriction:
            value = int(facet.get("value", "0"))
            match facet.tag.removeprefix(XS):
                case "minInclusive" | "minLength":
                    low = value
                case "maxInclusive" | "maxLength":
                    high = value
                case "length":
                    low = high = value
                case other:
                    raise ValueError(f"facet {other} is not read")
        return (kind, low, high)

    def _complex(self, node: ElementTree.Element, file: File, name: str) -> Complex:
        made = Complex(name, mixed=node.get("mixed") == "true")
        body = node
        for wrapper in ("complexContent", "simpleContent"):
            inner = node.find(f"{XS}{wrapper}")
            if inner is not None:
                body = inner[0]
                self._extend(made, self.named_type(file.name(body.get("base", ""))))
        for child in body:
            if child.tag in (f"{XS}sequence", f"{XS}choice"):
                part = self._particle(child, file)
                made.content = part if made.content is None else ("sequence", (made.content, part))
            elif child.tag == f"{XS}attribute":
                made.attributes.append(self._attribute(child, file))
        made.attributes.sort(key=lambda a: (a.name, a.namespace))
        return made

    @staticmethod
    def _extend(made: Complex, base: Complex | Simple) -> None:
        if isinstance(base, Complex):
            made.attributes = list(base.attributes)
            made.content, made.value = base.content, base.value
            made.mixed = made.mixed or base.mixed
        else:
            made.value = base

    def _attribute(self, node: ElementTree.Element, file: File) -> Attribute:
        namespace = file.namespace if file.qualified("attribute") else ""
        required = node.get("use") == "required"
        if reference := node.get("ref"):
            namespace, _ = file.name(reference)
            node, file = self.attribute_nodes[file.name(reference)]
        inner = node.find(f"{XS}simpleType")
        type_ = (
            self._simple_type(file.name(node.get("type", "")))
            if inner is None
            else self._simple(inner, file)
        )
        return Attribute(node.get("name", ""), namespace, type_, required)

    def _particle(self, node: ElementTree.Element, file: File) -> Particle:
        low = int(node.get("minOccurs", "1"))
        most = node.get("maxOccurs", "1")
        high = UNBOUNDED if most == "unbounded" else int(most)
        return repeated(self._once(node, file, high > 1), low, high)

    def _once(self, node: ElementTree.Element, file: File, many: bool) -> Particle:
        match node.tag.removeprefix(XS):
            case "element":
                if reference := node.get("ref"):
                    return self._reference(file.name(reference), many)
                return ("element", Element(node.get("name", ""), many, node, file))
            case "any":
                return ("any",)
            case "sequence" | "choice" as kind:
                parts = [self._particle(c, file) for c in node if c.tag != f"{XS}annotation"]
                return (kind, tuple(in_repeated(p) for p in parts) if many else tuple(parts))
            case other:
                raise ValueError(f"{other} is not read")

    def _reference(self, name: Name, many: bool) -> Particle:
        if name in self.members:
            return ("reference", name, many)
        return ("element", self._many(name) if many else self.elements[name])

    def fragment_elements(self) -> list[tuple[str, list[Element]]]:
        """Every element name in the order of its fragment code, with all its declarations."""
        found: dict[Name, list[Element]] = {}
        for file in self.files.values():
            for node, is_global in walk_elements(file.root):
                namespace = file.namespace if is_global or file.qualified("element") else ""
                name = (node.get("name", ""), namespace)
                found.setdefault(name, []).append(Element(name[0], False, node, file))
        return [(name[0], found[name]) for name in sorted(found)]

    def agree(self, elements: list[Element]) -> bool:
        """Return whether all declarations of one name have the same type."""
        types = [self.type_of(e) for e in elements]
        names = {e.file.name(e.node.get("type", "")) for e in elements}
        return len(names) == 1 and all(t is types[0] or t == types[0] for t in types)

    def attribute_names(self) -> list[Name]:
        """Local name and namespace of every attribute, in the order of relaxed fragments."""
        names = set()
        for file in self.files.values():
            for node in file.root.iter(f"{XS}attribute"):
                if local := node.get("name"):
                    qualified = file.qualified("attribute") or node in list(file.root)
                    names.add((local, file.namespace if qualified else ""))
        return sorted(names)


def builtin(name: str) -> Simple:
    if name in INTEGERS:
        return ("int", *INTEGERS[name])
    if name in KINDS:
        return (KINDS[name], None, None)
    if name in STRINGS:
        return ("string", None, None)
    raise ValueError(f"type {name} is not read")


def repeated(particle: Particle, low: int, high: int) -> Particle:
    return particle if (low, high) == (1, 1) else ("repeat", particle, low, high)


def in_repeated(particle: Particle) -> Particle:
    """Return *particle* with its elements marked as occurring more than once."""
    match particle:
        case ("element", Element() as e):
            return ("element", Element(e.name, True, e.node, e.file))
        case ("reference", name, _):
            return ("reference", name, True)
        case ("repeat", inner, low, high):
            return ("repeat", in_repeated(inner), low, high)
        case ("sequence" | "choice" as kind, parts):
            return (kind, tuple(in_repeated(p) for p in parts))
        case _:
            return particle


def walk_elements(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, bool]]:
    top = set(root)
    for node in root.iter(f"{XS}element"):
        if node.get("name"):
            yield node, node in top
