"""Inputs that fall silent: a reading that is missing, old, early or no number. None of them lies.

Which inputs there are is read from the Protocols of `ports`: whatever hands over a `Reading` can be
hushed. While an input is hushed, its port answers through a method of the instance.
"""

import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

from silverpin import ports as protocols
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S
from silverpin.ports import Ports

NAN = float("nan")
KINDS = ("missing", "old", "early", "no number")
_EARLY_NS = NS_PER_S


def _gives_readings(kind: Any) -> bool:
    """Return whether a return annotation holds a `Reading`."""
    if kind is Reading or typing.get_origin(kind) is Reading:
        return True
    unions = (typing.Union, types.UnionType, tuple)
    return typing.get_origin(kind) in unions and any(map(_gives_readings, typing.get_args(kind)))


def _inputs() -> Iterator[str]:
    for port, protocol in typing.get_type_hints(Ports).items():
        for name, method in vars(protocol).items():
            if callable(method) and not name.startswith("_"):
                hints = typing.get_type_hints(method, vars(protocols))
                if _gives_readings(hints.get("return")):
                    yield f"{port}.{name}"


INPUTS = tuple(_inputs())
"""Every input that can fall silent, as port and method."""


def hush(ports: Ports, name: str, kind: str) -> Callable[[], None]:
    """Silence an input in one of `KINDS`; return what gives it back."""
    port, _, method = name.partition(".")
    owner = getattr(ports, port)
    whole: Callable[[], Any] = getattr(type(owner), method).__get__(owner)
    last = whole()

    def told() -> Any:
        return last if kind == "old" else _spoilt(whole(), kind)

    def give_back() -> None:
        if vars(owner).get(method) is told:
            delattr(owner, method)

    setattr(owner, method, told)
    return give_back


def _spoilt(told: Any, kind: str) -> Any:
    if isinstance(told, tuple) and not isinstance(told, Reading):
        return tuple(_spoilt(each, kind) for each in told)
    if told is None or kind == "missing":
        return None
    if kind == "early":
        return Reading(told.value, told.taken_ns + _EARLY_NS)
    return _no_number(told)


def _no_number(told: Reading[Any]) -> Reading[Any] | None:
    """Return *told* with no number for every figure; a yes or no has none, and is missing."""
    value = told.value
    if isinstance(value, float):
        return Reading(NAN, told.taken_ns)
    if not isinstance(value, tuple):
        return None
    if not hasattr(value, "_fields"):
        return Reading(tuple(NAN for _ in value), told.taken_ns)
    fields = typing.cast(Any, value)
    figures = {name: NAN for name in fields._fields if isinstance(getattr(value, name), float)}
    return Reading(fields._replace(**figures), told.taken_ns)
