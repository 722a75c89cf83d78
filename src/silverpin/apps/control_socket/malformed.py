"""What is wrong with a field of a request, said to whoever typed the command behind it."""

import re

from silverpin.apps.control_socket.request_base import PATTERNS

_WHERE = re.compile(r" - at (?:`key` in )?`\$\.?(?P<path>[^`]*)`$")
_FIELD = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>[^`]+)`")
_BOUND = re.compile(
    r"Expected `(?P<kind>\w+)`(?P<long> of length)? (?P<how>[<>]=?) (?P<bound>[-+.\de]+)"
)
_KINDS = {"int": "a whole number", "float": "a number", "str": "a text", "array": "a list",
          "object": "a table"}  # fmt: skip
_HOW = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


def wrong_field(told: str) -> str:
    """Return in words what msgspec told of a request: which field, and what it must be."""
    where = _WHERE.search(told)
    path = where["path"] if where else ""
    what = told[: where.start()] if where else told
    each = "each of " if "[" in path else ""
    name = each + re.sub(r"\[[^]]*\]", "", path).replace(".", ", ")
    field = _FIELD.match(what)
    if field:
        inside = f" in {name}" if name else ""
        return f"{field['name']} {_absent(field['what'])}{inside}"
    if what.startswith("Expected ") and name:
        return f"{name} must be {_wanted(what)}"
    said = what[:1].lower() + what[1:]
    return f"{name}: {said}" if name else said


def _absent(what: str) -> str:
    return "is missing" if what.startswith("missing") else "is unknown"


def _wanted(what: str) -> str:
    bound = _BOUND.match(what)
    if bound:
        kind = _KINDS.get(bound["kind"], bound["kind"])
        unit = "" if not bound["long"] else " characters" if bound["kind"] == "str" else " entries"
        return f"{kind} of {_HOW[bound['how']]} {float(bound['bound']):,.10g}{unit}"
    for pattern, words in PATTERNS.items():
        if repr(pattern)[1:-1] in what or pattern in what:
            return words
    return what.removeprefix("Expected ").replace("`", "")
