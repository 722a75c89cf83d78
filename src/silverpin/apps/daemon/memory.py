"""What the safety core must still know after a restart, as bytes for the store.

Latched faults, a discharge that waits for an inspection and sensors that are doubted survive the
program. The bytes are JSON of our own. A memory that cannot be read, in whole or in part, is the
worst case: the charger starts with an inspection due and accuses a lost input, beside every latch
that could be read. So is a memory that knows nothing of a damaged state beside its own: what was
latched after it was written, in the state that was put aside, nobody can say.
"""

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from silverpin.apps.charger import Charger
from silverpin.apps.daemon.wall import Wall
from silverpin.domain.doubts import Doubt
from silverpin.domain.faults import FAULTS
from silverpin.safety.envelope import Envelope, Latch
from silverpin.safety.sensors import Accusation

_VERSION = 1
_LOST = "the safety memory of the last run could not be read"


class Memory(NamedTuple):
    """What was remembered; `whole` says whether everything could be read."""

    latches: dict[str, Latch]
    inspection_due: bool
    whole: bool
    doubted: Mapping[int, Accusation] = MappingProxyType({})


def remember(envelope: Envelope, wall: Wall, set_aside: Collection[str] = ()) -> bytes:
    """Return what must survive; *set_aside* are damaged states that were answered for by then."""
    rows = [
        {"code": row.code, "since_utc_ns": wall.utc_of(row.since_ns), "detail": row.detail}
        for row in envelope.latched.values()
    ]
    doubts = [
        {"pin": pin, "doubt": row.doubt.name, "read_c": row.read_c, "words": row.words}
        for pin, row in envelope.doubted.items()
    ]
    memory = {
        "version": _VERSION, "latched": rows, "inspection_due": envelope.inspection_due,
        "doubted": doubts, "set_aside": sorted(set_aside),
    }  # fmt: skip
    return json.dumps(memory, ensure_ascii=False, sort_keys=True).encode()


def recall(memory: bytes | None, wall: Wall, set_aside: Collection[str] = ()) -> Memory:
    """Return what `remember` put into *memory*; a charger that never ran remembers nothing.

    *set_aside* are the damaged states that lie beside the one that *memory* is from.
    """
    if memory is None:
        return Memory({}, bool(set_aside), not set_aside)
    try:
        told = json.loads(memory)
        rows, due = told["latched"], told["inspection_due"]
        doubts = told.get("doubted", [])  # memories before there were doubts have none
        answered = not set(set_aside).difference(told.get("set_aside", []))
        whole = told["version"] == _VERSION and isinstance(due, bool)
        whole = whole and isinstance(rows, list) and isinstance(doubts, list)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Memory({}, True, False)
    latches = [_latch(row, wall) for row in rows] if whole else [None]
    known = {row.code: row for row in latches if row is not None}
    accused = [_accusation(row) for row in doubts] if whole else []
    doubted = dict(row for row in accused if row is not None)
    whole = answered and None not in latches and None not in accused
    return Memory(known, due if whole else True, whole, doubted)


def restore(charger: Charger, memory: Memory, now_ns: int) -> None:
    """Give *charger* what was remembered, before its first tick."""
    pins = range(len(charger.connector.power_pins))
    doubted = {pin: row for pin, row in memory.doubted.items() if pin in pins}
    charger.restore(memory.latches, memory.inspection_due, doubted)
    if not memory.whole:
        charger.envelope.accuse("ERR_INPUT_LOST", now_ns, _LOST)


def _latch(row: Any, wall: Wall) -> Latch | None:
    try:
        code, since_utc_ns, detail = row["code"], row["since_utc_ns"], row["detail"]
    except (KeyError, TypeError):
        return None
    known = isinstance(code, str) and code in FAULTS
    if not (known and type(since_utc_ns) is int and isinstance(detail, str)):
        return None
    return Latch(code, wall.instant_of(since_utc_ns), detail)


def _accusation(row: Any) -> tuple[int, Accusation] | None:
    try:
        pin, doubt, read_c, words = row["pin"], Doubt[row["doubt"]], row["read_c"], row["words"]
    except (KeyError, TypeError):
        return None
    if not (type(pin) is int and isinstance(read_c, int | float) and isinstance(words, str)):
        return None
    return pin, Accusation(doubt, float(read_c), words)
