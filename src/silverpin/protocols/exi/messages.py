"""Messages as dataclasses: names, order and nesting of the schema, values of Python.

    dc = messages("iso20-dc")
    limit = dc.RationalNumberType(Exponent=-1, Value=29900)

A class is made when its name is first asked for, so that importing costs nothing; static checkers
see `Any`. What may be left out is None, what may repeat is a tuple. Binary values are bytes,
words of an enumeration are text as the schema spells them. The members of a substitution group,
such as the control modes of a charge loop, are fields of their own, all but one None.
"""

from functools import cache
from typing import Any, NamedTuple

from silverpin.protocols.exi.automaton import required
from silverpin.protocols.exi.codec import only_item, read_root, write_root
from silverpin.protocols.exi.coder import Coder, json_coder
from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.fragments import write_fragment
from silverpin.protocols.exi.grammar import Complex, Production, load

PYTHON_TYPES = {"bool": "bool", "int": "int", "hex": "bytes", "base64": "bytes"}


class Typed(NamedTuple):
    """A message: its name, its content as a dataclass, and the octets that follow it."""

    name: str
    message: Any
    trailing: bytes


class Messages:
    """The message classes of one protocol, as attributes, and the codec into and from them."""

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        self._grammar = load(protocol)
        self._numbers = {
            t.name: n for n, t in enumerate(self._grammar.types) if isinstance(t, Complex)
        }
        self._coder = Coder(self._grammar, self._class_of)
        self._roots: dict[type, list[str]] = {}

    def __getattr__(self, name: str) -> Any:
        number = self._numbers.get(name) if not name.startswith("_") else None
        if number is None:
            raise AttributeError(f"{self.protocol} has no type {name!r}")
        made = self._make(number)
        setattr(self, name, made)
        return made

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *self._numbers])

    def decode(self, data: bytes) -> Typed:
        """Read the message that *data* starts with."""
        return Typed(*read_root(self.protocol, data, self._coder))

    def encode(self, message: Any, name: str | None = None) -> bytes:
        """Return the octets of *message*; *name* is needed where its type serves several."""
        return write_root(self.protocol, name or self.name_of(message), message, self._coder)

    def encode_fragment(self, name: str, content: Any) -> bytes:
        """Return the octets of one element, as they are digested for a signature.

        *content* may be of another protocol whose type has the same fields, as `SignedInfo` of a
        message is written in the grammar of "xmldsig".
        """
        return write_fragment(self.protocol, name, content, self._coder)

    def to_json(self, message: Any, name: str | None = None) -> dict[str, Any]:
        """Return *message* as the dictionary that `decode` of the codec gives."""
        name = name or self.name_of(message)
        data = self.encode(message, name)
        return {name: read_root(self.protocol, data, json_coder(self.protocol))[1]}

    def from_json(self, message: dict[str, Any]) -> Any:
        """Return the content of *message*, a dictionary with one key, as a dataclass."""
        name, content = only_item(message)
        data = write_root(self.protocol, name, content, json_coder(self.protocol))
        return read_root(self.protocol, data, self._coder)[1]

    def name_of(self, message: Any) -> str:
        """Return the name of the only message whose content is of this type."""
        names = self._roots.get(type(message)) or self._look_up(type(message))
        if len(names) != 1:
            several = f"is the content of {', '.join(names)}: name one" if names else "is none"
            raise ExiError(f"{type(message).__name__} as a message of {self.protocol} {several}")
        return names[0]

    def _look_up(self, type_: type) -> list[str]:
        number = self._numbers.get(type_.__name__)
        if number is None or getattr(self, type_.__name__) is not type_:
            return []
        found = self._roots[type_] = [n for n, root in self._grammar.roots if root == number]
        return found

    def _class_of(self, number: int) -> Any:
        type_ = self._grammar.types[number]
        return getattr(self, type_.name) if isinstance(type_, Complex) else None

    def _make(self, number: int) -> type:
        from dataclasses import field, make_dataclass  # slow to import, and wanted here alone

        type_ = self._grammar.types[number]
        if not isinstance(type_, Complex):
            raise TypeError(f"type {number} is a value")
        needed = required(type_)
        fields: list[Any] = []
        first = {p.name: p for state in reversed(type_.states) for p in reversed(state) if p.name}
        for name in type_.fields():
            kind = self._annotation(first[name])
            if first[name].many:
                kind = f"tuple[{kind}, ...]"
            if name in needed:
                fields.append((name, kind))
            elif first[name].many:
                fields.append((name, kind, field(default=())))
            else:
                fields.append((name, f"{kind} | None", field(default=None)))
        made = make_dataclass(type_.name, fields, frozen=True, slots=True, kw_only=True)
        made.__doc__ = f"{type_.name} of {self.protocol}."
        made.__module__ = __name__
        return made

    def _annotation(self, production: Production) -> str:
        type_ = self._grammar.types[production.type]
        return type_.name if isinstance(type_, Complex) else PYTHON_TYPES.get(type_.kind, "str")


@cache
def messages(protocol: str) -> Messages:
    """Return the message classes of *protocol*, one of PROTOCOLS."""
    return Messages(protocol)
