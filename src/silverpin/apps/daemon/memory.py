"""What the safety core must still know after a restart, as bytes for the store.

Latched faults and a discharge that waits for an inspection survive the program. The bytes are JSON
of our own; a memory that cannot be read is the worst case: the charger starts with an inspection
due and a lost input latched.
"""

import json
from collections.abc import Mapping

from silverpin.apps.daemon.wall import Wall
from silverpin.domain.faults import FAULTS
from silverpin.safety.envelope import Envelope, Latch

_VERSION = 1


def remember(envelope: Envelope, wall: Wall) -> bytes:
    """Return what must survive."""
    rows = [
        {"code": row.code, "since_utc_ns": wall.utc_of(row.since_ns), "detail": row.detail}
        for row in envelope.latched.values()
    ]
    memory = {"version": _VERSION, "latched": rows, "inspection_due": envelope.inspection_due}
    return json.dumps(memory, ensure_ascii=False, sort_keys=True).encode()


def recall(memory: bytes | None, wall: Wall) -> tuple[dict[str, Latch], bool]:
    """Return latched faults and whether an inspection is due, from `remember`'s bytes."""
    if memory is None:
        return {}, False
    try:
        told = json.loads(memory)
        latches = dict(_latch(row, wall) for row in told["latched"])
        return latches, bool(told["inspection_due"])
    except (ValueError, KeyError, TypeError):
        lost = Latch("ERR_INPUT_LOST", wall.at_ns, "the safety memory could not be read")
        return {lost.code: lost}, True


def _latch(row: Mapping[str, object], wall: Wall) -> tuple[str, Latch]:
    code, since, detail = str(row["code"]), row["since_utc_ns"], str(row["detail"])
    if code not in FAULTS or not isinstance(since, int):
        raise ValueError(f"no such latch: {code}")
    return code, Latch(code, wall.at_ns + since - wall.utc_ns, detail)
