"""Requests as they are said, with other values: what the schema allows and no vehicle means."""

from random import Random
from typing import Any

from silverpin.protocols import v2gtp
from silverpin.protocols.exi import ExiError, decode, encode

EXTREMES = (0, 1, -1, 3, -3, 100, 127, 32_767, -32_768, (1 << 31) - 1, (1 << 32) - 1)
LEFT_OUT = 0.1
TRIES = 20


def altered(request: bytes, protocol: str, chance: Random) -> bytes:
    """Return *request* with values by chance, as far as its schema can say them."""
    kind, body = int.from_bytes(request[2:4], "big"), request[8:]
    schema = v2gtp.SCHEMAS.get(kind, protocol)
    message = decode(schema, body).message
    for _ in range(TRIES):
        try:
            return v2gtp.frame(kind, encode(schema, _altered(message, chance)))
        except ExiError:
            continue
    return request


def _altered(value: Any, chance: Random) -> Any:
    if isinstance(value, dict):
        changed = {
            name: item if name in ("Header", "SessionID") else _altered(item, chance)
            for name, item in value.items()
        }
        if len(changed) > 1 and chance.random() < LEFT_OUT:
            del changed[chance.choice(sorted(changed))]
        return changed
    if isinstance(value, list):
        return [_altered(item, chance) for item in value]
    if isinstance(value, bool):
        return chance.random() < 0.5
    if isinstance(value, int):
        return chance.choice((value, chance.choice(EXTREMES)))
    return value
