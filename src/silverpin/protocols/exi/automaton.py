"""The order in which the states of a type can be written down as one straight piece of code.

Content models of V2G messages only ever run forward; the one way back is from a state to itself,
where an element repeats. So states sorted topologically need no jumps: a variable says which state
comes next, and states that every path passes do not even ask.
"""

from collections.abc import Iterator
from typing import NamedTuple

from silverpin.protocols.exi.errors import ExiError
from silverpin.protocols.exi.grammar import Complex, Production


class Step(NamedTuple):
    """One state in its place; `next` is the state that follows it in the written order."""

    number: int
    productions: tuple[Production, ...]
    loops: bool
    always: bool
    next: int
    next_is_plain: bool


def targets(production: Production, end: int) -> tuple[int, ...]:
    if production.kind == "X":
        return (end,)
    if production.kind in "WM":
        return ()
    return (production.next, production.exit) if production.limit else (production.next,)


def ordered(type_: Complex) -> list[int]:
    """Return the numbers of the states so that every way leads forward or to the state itself."""
    end = len(type_.states)
    order: list[int] = []
    open_states: set[int] = set()

    def visit(number: int) -> None:
        if number in order or number == end:
            return
        if number in open_states:
            raise ExiError(f"{type_.name}: its states run in a circle")
        open_states.add(number)
        for production in type_.states[number]:
            for target in targets(production, end):
                if target != number:
                    visit(target)
        order.append(number)

    visit(0)
    return order[::-1]


def steps(type_: Complex) -> Iterator[Step]:
    """Yield the states in written order."""
    order = ordered(type_)
    end = len(type_.states)
    place = {number: index for index, number in enumerate([*order, end])}
    loops = {n for n in order if any(n in targets(p, end) for p in type_.states[n])}
    reach, always = 0, {end}
    for index, number in enumerate(order):
        if reach <= index:
            always.add(number)
        for production in type_.states[number]:
            reach = max(reach, *(place[t] for t in targets(production, end)), 0)
    for index, number in enumerate(order):
        following = order[index + 1] if index + 1 < len(order) else end
        yield Step(
            number=number,
            productions=type_.states[number],
            loops=number in loops,
            always=number in always,
            next=following,
            next_is_plain=following in always and following not in loops,
        )


def unconditional(type_: Complex) -> frozenset[str]:
    """Return the names of the single elements that every value of *type_* has."""
    return frozenset(
        step.productions[0].name
        for step in steps(type_)
        if step.always and not step.loops and len(step.productions) == 1
        if step.productions[0].name and not step.productions[0].many
    )


def required(type_: Complex) -> frozenset[str]:
    """Return the names without which no way leads to the end."""
    return frozenset(name for name in type_.fields() if not ends_without(type_, name))


def ends_without(type_: Complex, name: str) -> bool:
    end = len(type_.states)
    reached = [0]
    for number in reached:  # grows while it is walked
        for production in type_.states[number] if number != end else ():
            if production.name != name:
                reached += [t for t in targets(production, end) if t not in reached]
    return end in reached


def is_sequence(type_: Complex) -> bool:
    """Return whether all fields may be there at once; if not, some exclude each other."""
    seen: set[str] = set()
    number, end = 0, len(type_.states)
    while number != end:
        for production in type_.states[number]:
            if production.name:
                seen.add(production.name)
            way_on = [t for t in targets(production, end) if t != number]
            if way_on:
                number = way_on[0]
                break
        else:
            break
    return seen == set(type_.fields())
