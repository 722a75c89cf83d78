"""Values of an event as a file can keep them."""

import math
from collections.abc import Mapping
from enum import Enum
from typing import Any


def plain(value: Any, *, strict: bool) -> Any:
    """Return *value* in the types of JSON; *strict* JSON has no NaN or infinity and gets null."""
    if isinstance(value, Enum):
        return plain(value.value, strict=strict)
    if isinstance(value, Mapping):
        return {_text(key): plain(item, strict=strict) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, strict=strict) for item in value]
    if isinstance(value, float) and strict and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, int | float) else _text(value)


def _text(value: Any) -> str:
    # A word pasted in another encoding holds halves of characters, which no file can keep.
    return str(value).encode("utf-8", "replace").decode()
