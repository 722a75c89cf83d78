"""What the safety core must still know after a restart, as bytes for the store.

Latched faults and a discharge that waits for an inspection survive the program. The bytes are JSON
of our own. A memory that cannot be read, in whole or in part, is the worst case: the charger starts
with an inspection due and accuses a lost input, beside every latch that could be read.
"""

import json
from typing import Any, NamedTuple

from silverpin.apps.charger import Charger
from silverpin.apps.daemon.wall import Wall
from silverpin.domain.faults import FAULTS
from silverpin.safety.envelope import Envelope, Latch

_VERSION = 1
_LOST = "the safety memory of the last run could not be read"


class Memory(NamedTuple):
    """What was remembered; `whole` says whether everything could be read."""

    latches: dict[str, Latch]
    inspection_due: bool
    whole: bool


def remember(envelope: Envelope, wall: Wall) -> bytes:
    """Return what must survive."""
    rows = [
        {"code": row.code, "since_utc_ns": wall.utc_of(row.since_ns), "detail": row.detail}
        for row in envelope.latched.values()
    ]
    memory = {"version": _VERSION, "latched": rows, "inspection_due": envelope.inspection_due}
    return json.dumps(memory, ensure_ascii=False, sort_keys=True).encode()


def recall(memory: bytes | None, wall: Wall) -> Memory:
    """Return what `remember` put into *memory*; a charger that never ran remembers nothing."""
    if memory is None:
        return Memory({}, False, True)
    try:
        told = json.loads(memory)
        rows, due = told["latched"], told["inspection_due"]
        whole = told["version"] == _VERSION and isinstance(rows, list) and isinstance(due, bool)
    except (ValueError, KeyError, TypeError):
        return Memory({}, True, False)
    latches = [_latch(row, wall) for row in rows] if whole else [None]
    known = {row.code: row for row in latches if row is not None}
    whole = None not in latches
    return Memory(known, due if whole else True, whole)


def restore(charger: Charger, memory: Memory, now_ns: int) -> None:
    """Give *charger* what was remembered, before its first tick."""
    charger.restore(memory.latches, memory.inspection_due)
    if not memory.whole:
        charger.envelope.accuse("ERR_INPUT_LOST", now_ns, _LOST)


def _latch(row: Any, wall: Wall) -> Latch | None:
    try:
        code, since_utc_ns, detail = row["code"], row["since_utc_ns"], row["detail"]
    except (KeyError, TypeError):
        return None
    if not (code in FAULTS and type(since_utc_ns) is int and isinstance(detail, str)):
        return None
    return Latch(code, wall.instant_of(since_utc_ns), detail)
