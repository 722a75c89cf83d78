"""Readers and writers of every type of a protocol, each made when it is first asked for."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, Literal

from silverpin.protocols.exi import bits, values
from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.grammar import Complex, Grammar, load
from silverpin.protocols.exi.reading import Reader
from silverpin.protocols.exi.writing import Writer

Read = Callable[[str, int], tuple[Any, int]]
Write = Callable[[Any], str]
Makes = Callable[[int], Any]
"""From the number of a type to the class of its values."""


class Coder:
    """The functions of one protocol in one shape, as the generated source finds them by name."""

    def __init__(self, grammar: Grammar, makes: Makes | None) -> None:
        self.grammar = grammar
        self.makes = makes
        self.names: dict[str, Any] = {
            "ExiError": ExiError,
            "unread": unread,
            "too_many": too_many,
            "surplus": surplus,
            "check_surplus": check_surplus,
            "new": object.__new__,
            **{name: getattr(bits, name) for name in ("read_text", "read_octets")},
            **{name: getattr(bits, name) for name in ("read_unsigned", "read_signed")},
            **{name: getattr(bits, name) for name in ("unsigned", "signed", "text", "octets")},
            **{name: getattr(values, name) for name in ("hex_text", "base64_text")},
            **{name: getattr(values, name) for name in ("from_hex", "from_base64")},
        }

    def reader(self, number: int) -> Read:
        found: Read = self.function("r", number)
        return found

    def writer(self, number: int) -> Write:
        found: Write = self.function("w", number)
        return found

    def function(self, letter: Literal["r", "w"], number: int) -> Any:
        return self.names.get(f"{letter}{number}") or self._promise(letter, number)

    def _promise(self, letter: Literal["r", "w"], number: int) -> Any:
        """Put a stand-in under the function's name that makes the function when called."""
        promise = partial(self._make_and_call, letter, number)
        self.names[f"{letter}{number}"] = promise
        return promise

    def _make_and_call(self, letter: Literal["r", "w"], number: int, *arguments: Any) -> Any:
        return self._make(letter, number)(*arguments)

    def _make(self, letter: Literal["r", "w"], number: int) -> Any:
        type_ = self.grammar.types[number]
        kind = Reader if letter == "r" else Writer
        source = kind(self.grammar, type_, typed=self.makes is not None)
        name = f"{letter}{number}"
        label = type_.name if isinstance(type_, Complex) else "value"
        text = source.text(name, label)
        head = f"def made({', '.join([*source.constants, 'make', 'twin'])}):\n"
        code = head + "\n".join(f"    {line}" for line in text.split("\n")) + f"\n    return {name}"
        scope: dict[str, Any] = {}
        # Written from our own tables alone; a closure keeps the dictionaries quick to reach.
        exec(compile(code, f"<exi {label}>", "exec"), self.names, scope)  # noqa: S102
        make = self.makes(number) if self.makes and isinstance(type_, Complex) else None
        twin = make and type(make.__name__, (), {"__slots__": make.__slots__})
        made = scope["made"](*source.constants.values(), make, twin)
        for child in source.children:
            self.function(letter, child)
        self.names[name] = made
        return made


@cache
def json_coder(protocol: str) -> Coder:
    """Return the functions of *protocol* between bits and plain dictionaries."""
    return Coder(load(protocol), None)


def unread(s: str, p: int, name: str) -> ExiError:
    """Return the error for bits at *p* that are no event or value there."""
    if len(s) - p < 8:
        return ExiError("the data end early or hold no allowed event", min(p, len(s))).inside(name)
    return ExiError("no event or value that the schema allows", p).inside(name)


def too_many(name: str, allowed: int) -> ExiError:
    return ExiError(f"{name}: at most {allowed} fit here" if allowed else f"{name} does not fit")


def surplus(value: Any, fields: Sequence[str], taken: int) -> ExiError:
    """Return the error for fields that exclude each other or are out of place."""
    given = value if isinstance(value, dict) else {f: getattr(value, f) for f in fields}
    unknown = [str(name) for name in given if name not in fields]
    if unknown:
        return ExiError(f"unknown: {', '.join(unknown)}; known: {', '.join(fields) or 'nothing'}")
    there = [name for name, content in given.items() if is_there(content)]
    return ExiError(f"only {taken} of these go together: {', '.join(there)}")


def check_surplus(value: dict[str, Any], fields: Sequence[str], taken: int) -> None:
    """Refuse names beyond the *taken* ones, unless they hold nothing."""
    there = sum(is_there(content) for content in value.values())
    if there != taken or any(name not in fields for name in value):
        raise surplus(value, fields, taken)


def is_there(content: object) -> bool:
    return content is not None and content not in ([], ())
