"""The least content that a type allows: what a message carries where there is nothing to say."""

from functools import cache
from typing import Any

from silverpin.protocols.exi.automaton import targets
from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.grammar import Complex, Production, Simple, load
from silverpin.protocols.exi.messages import messages

_EMPTY: dict[str, Any] = {"bool": False, "hex": b"", "base64": b"", "string": ""}


@cache
def least(protocol: str, name: str) -> Any:
    """Return a dataclass of the type *name* with as few fields as may be, each the lowest.

    Of fields that exclude each other it has the first.
    """
    types = load(protocol).types
    type_ = next((t for t in types if isinstance(t, Complex) and t.name == name), None)
    if type_ is None:
        raise ExiError(f"{protocol} has no type {name!r}")
    content: dict[str, Any] = {}
    for production in _shortest(type_):
        held = types[production.type]
        value = least(protocol, held.name) if isinstance(held, Complex) else _lowest(held)
        content[production.name] = (value,) if production.many else value
    return getattr(messages(protocol), name)(**content)


def _shortest(type_: Complex) -> list[Production]:
    """Return the events with names on the shortest way to the end."""
    end = len(type_.states)
    ways: dict[int, list[Production]] = {0: []}
    for number in (queue := [0]):  # grows while it is walked
        for production in type_.states[number]:
            for target in targets(production, end):
                if target not in ways:
                    ways[target] = ways[number] + ([production] if production.name else [])
                    if target == end:
                        return ways[end]
                    queue.append(target)
    raise ExiError(f"{type_.name} has no end")


def _lowest(kind: Simple) -> Any:
    if kind.kind == "enum":
        return kind.words[0]
    if kind.kind == "int":
        return max(kind.low or 0, min(0, kind.high or 0))
    empty = _EMPTY[kind.kind]
    return ("0" if isinstance(empty, str) else b"\0") * kind.low if kind.low else empty
