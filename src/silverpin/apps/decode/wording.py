"""A message in one line of words, for people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from silverpin.apps.decode.physical import physical, unit_of
from silverpin.domain.quantities import NS_PER_S

_LONG_HEX = 40
_HEX = set("0123456789abcdefABCDEF")
_SILENT = {"Header", "SessionID", "Source", "Destination"}
# Of the power line's messages what is always the same, and the key, which is for programs alone.
_SILENT |= {
    "application", "security", "reserved", "reserved_2", "source_id", "resp_id", "vehicle_id",
    "charger_id", "length", "groups_db", "key_type", "select", "protocol", "run", "number",
    "capability", "my_nonce", "your_nonce", "sender_id", "random", "sound_target", "resp_type",
    "nmk", "oui", "signal",
}  # fmt: skip


def utc(t_ns: int | None) -> str | None:
    """Write a time in UTC with as many digits as it has; None where it is none."""
    if t_ns is None:
        return None
    seconds, rest = divmod(t_ns, NS_PER_S)
    start = _second(seconds)
    if start is None:
        return None
    digits = f"{rest // 1000:06}" if rest % 1000 == 0 else f"{rest:09}"
    return f"{start}.{digits}Z"


@lru_cache(maxsize=16)
def _second(seconds: int) -> str | None:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return None


def content(message: dict[str, Any]) -> str:
    """Write what a message says: values with their units, long octets by their number."""
    return ", ".join(_phrases(_inner(message), ""))


def _inner(message: dict[str, Any]) -> Any:
    """Step over the names that the line already tells."""
    body = message.get("V2G_Message")
    if isinstance(body, dict) and isinstance(body.get("Body"), dict):
        return next(iter(body["Body"].values()), {})
    values = list(message.values())
    return values[0] if len(values) == 1 and isinstance(values[0], dict) else message


def _phrases(node: Any, name: str) -> Iterator[str]:
    value = physical(node)
    if value is not None:
        yield f"{name} {value:g} {unit_of(name, node)}".rstrip()
    elif isinstance(node, dict):
        for key, inside in node.items():
            if key not in _SILENT:
                yield from _phrases(inside, key)
    elif isinstance(node, list):
        for inside in node:
            yield from _phrases(inside, name)
    else:
        yield f"{name} {_plain(node)}"


def _plain(node: Any) -> str:
    if isinstance(node, bool):
        return "yes" if node else "no"
    text = str(node)
    if len(text) > _LONG_HEX and set(text) <= _HEX:
        return f"{text[:16]}... ({len(text) // 2} octets)"
    # A car may send sixty-four NULs for a text; a terminal must not be steered by a message.
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
