"""Valid messages by chance: a walk through the automata of the grammar, values at their bounds."""

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Any

from silverpin.protocols.exi.grammar import Complex, Grammar, Production, Simple, load

MANY = 3
LONGEST = 40
LETTERS = "aZ09 :-\x00\x7fäß€漢🚗"


class DeadEnd(LookupError):
    """The type needs content of another vocabulary, which no V2G message has."""


def message(protocol: str, chance: Random) -> dict[str, Any]:
    """A message of *protocol* as the codec's dictionary."""
    grammar = load(protocol)
    return some(grammar, dict(grammar.roots), chance)


def element(protocol: str, chance: Random) -> dict[str, Any]:
    """An element that may be signed, as the codec's dictionary."""
    grammar = load(protocol)
    return some(grammar, {f.name: f.type for f in reversed(grammar.fragments)}, chance)


def some(grammar: Grammar, types: Mapping[str, int | None], chance: Random) -> dict[str, Any]:
    while True:
        name = chance.choice(sorted(types))
        number = types[name]
        if number is None:
            return {name: {"Id": "id1", "value": words(chance, 0, 20)}}
        with suppress(DeadEnd):
            return {name: content(grammar, number, chance)}


def content(grammar: Grammar, number: int, chance: Random) -> Any:
    type_ = grammar.types[number]
    if isinstance(type_, Simple):
        return value(type_, chance)
    made: dict[str, Any] = {}
    state = 0
    while state < len(type_.states):
        event = choose(type_, state, made, chance)
        if event.kind == "X":
            break
        item = content(grammar, event.type, chance)
        if event.many:
            made.setdefault(event.name, []).append(item)
        else:
            made[event.name] = item
        full = event.limit and len(made[event.name]) >= event.limit
        state = event.exit if full else event.next
    return made


def choose(type_: Complex, state: int, made: dict[str, Any], chance: Random) -> Production:
    events = [p for p in type_.states[state] if p.kind not in "WM"]
    fresh = [p for p in events if len(made.get(p.name, ())) < MANY or not p.many]
    if not events:
        raise DeadEnd(type_.name)
    return chance.choice(fresh or events)


def value(simple: Simple, chance: Random) -> Any:
    match simple.kind:
        case "bool":
            return chance.random() < 0.5
        case "enum":
            return chance.choice(simple.words)
        case "int":
            low = -(2**200) if simple.low is None else simple.low
            high = 2**200 if simple.high is None else simple.high
            near = min(high, max(low, chance.randint(-300, 300)))
            return chance.choice((low, high, near, chance.randint(low, high)))
        case "string":
            return words(chance, *lengths(simple))
    data = chance.randbytes(chance.randint(*lengths(simple)))
    if simple.kind == "hex":
        return data.hex().upper()
    return b64encode(data).decode("ascii")


def lengths(simple: Simple) -> tuple[int, int]:
    low = simple.low or 0
    return low, max(low, min(simple.high or LONGEST, LONGEST))


def words(chance: Random, low: int, high: int) -> str:
    letters = LETTERS if chance.random() < 0.3 else LETTERS[:9]
    return "".join(chance.choices(letters, k=chance.randint(low, high)))
