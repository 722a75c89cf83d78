"""What is wrong with a configuration, in one sentence: the key and what would be right."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from msgspec import Struct, ValidationError, inspect

from silverpin.domain.limits import LIMITS, limit_fields
from silverpin.domain.tightening import is_number

_WHERE = re.compile(r" - at `\$\.?(?P<key>[^`]*)`$")
_MISSING = re.compile(r"missing required field `(?P<key>[^`]+)`")


def keys_of(section: type[Struct]) -> dict[str, inspect.Field]:
    """Return the keys of a section with their types, bounds and defaults."""
    described = cast(inspect.StructType, inspect.type_info(section))
    return {field.name: field for field in described.fields}


def sections_of(file: type[Struct]) -> dict[str, type[Struct] | None]:
    """Return the sections of a file; None for one whose keys are not a struct's."""
    return {name: _struct_in(field.type) for name, field in keys_of(file).items()}


def unknown_key(content: Mapping[str, Any], file: type[Struct]) -> str | None:
    """Return a sentence about the first key that nobody reads, with the nearest that is read."""
    sections = sections_of(file)
    for name, table in content.items():
        if name not in sections:
            return _unknown_section(name, table, sections)
        keys = limit_fields() if name == "limits" else keys_of(sections[name] or file)
        for key in table if isinstance(table, Mapping) else ():
            if key not in keys:
                return f"{name}.{key} is unknown{_nearest(key, keys, name + '.{}')}"
    return None


def _unknown_section(name: str, value: object, sections: Mapping[str, type[Struct] | None]) -> str:
    homes = [home for home, keys in sections.items() if keys and name in keys_of(keys)]
    if homes and not isinstance(value, Mapping):
        return f"{name} stands outside of its section: put it under [{homes[0]}]"
    return f"section [{name}] is unknown{_nearest(name, sections, '[{}]')}"


def wrong_limit(limits: Mapping[str, Any]) -> str | None:
    """Return a sentence about the first limit that is no number of its kind."""
    for name, value in limits.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"limits.{name} must be a number, not {value!r}"
        if not is_number(value):
            return f"limits.{name} must be a finite number, not {_short(value)}"
        if isinstance(getattr(LIMITS, name), int) and not isinstance(value, int):
            return f"limits.{name} must be a whole number, not {value!r}"
    return None


def wrong_value(error: ValidationError, content: Mapping[str, Any], file: type[Struct]) -> str:
    """Return a sentence about a key that is missing or has a value that is not allowed."""
    found = _WHERE.search(str(error))
    where = found["key"] if found else ""
    missing = _MISSING.search(str(error))
    if missing:
        name = f"{where}.{missing['key']}" if where else f"[{missing['key']}]"
        return f"{name} is missing: {_wanted(name, file)}"
    section, _, key = where.partition(".")
    value = content.get(section)
    if not key:
        return f"[{section}] must be a section with keys, not {_short(value)}"
    given = value.get(key) if isinstance(value, Mapping) else value
    return f"{where} must be {_wanted(where, file)}, not {_short(given)}"


def allowed(described: inspect.Type) -> str:
    """Return in words what a key may be."""
    if isinstance(described, inspect.Metadata):
        extra: dict[str, str] = described.extra or {}
        return extra.get("allowed") or allowed(described.type)
    if isinstance(described, inspect.IntType | inspect.FloatType):
        kind = "whole number" if isinstance(described, inspect.IntType) else "number"
        if described.gt is not None:
            return f"a {kind} above {described.gt:_.0f} and up to {described.le:_.0f}"
        return f"a {kind} from {described.ge:_.0f} to {described.le:_.0f}"
    if isinstance(described, inspect.BoolType):
        return "true or false"
    return "a text"


def _wanted(name: str, file: type[Struct]) -> str:
    section, _, key = name.strip("[]").partition(".")
    struct = sections_of(file).get(section)
    if struct is None or not key:
        return "add it as the example configuration shows"
    return allowed(keys_of(struct)[key].type)


def _nearest(name: str, known: Iterable[str], form: str) -> str:
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f": did you mean {form.format(close[0])}?"
    if len(names) > 10:
        return ": see the example configuration"
    return f": known are {', '.join(form.format(each) for each in names)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _struct_in(described: inspect.Type) -> type[Struct] | None:
    if isinstance(described, inspect.UnionType):
        return next(filter(None, map(_struct_in, described.types)), None)
    return described.cls if isinstance(described, inspect.StructType) else None
