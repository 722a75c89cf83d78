"""What the state keeps of the contacts, beside the journal: written in its transactions.

Raw blocks stay for the newest thirty days of use; older ones are let go when new ones come. Each
session stays for ever, as the estimate sees it: at most three kilobytes. How far the estimate has
come is written over. None of it counts anything: what a full disk lets fall is missed by nobody
but the trend.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from silverpin.domain.contact_trace import BLOCK_NS, ContactBlock
from silverpin.domain.quantities import NS_PER_DAY

NOTES_MAX = 20_000
"""Wait for a disk in trouble, some five megabytes; the oldest are let go."""
BLOCKS_KEPT = 30 * NS_PER_DAY // BLOCK_NS
"""Thirty days with current at every instant, some twenty megabytes."""


class NewBlock(NamedTuple):
    """A block with its connector and the UTC at which it began."""

    serial: str
    utc_ns: int
    block: ContactBlock


class NewSession(NamedTuple):
    """A session as its estimate sees it."""

    serial: str
    start_utc_ns: int
    end_utc_ns: int
    last_block: int
    """The raw block that it ended with."""
    mean_a: float
    dt_s: float | None
    rest_s: float | None
    noise_k: float | None
    loop_ohm: float | None
    loop_sd_ohm: float | None
    blocks: bytes | None


class NewMemory(NamedTuple):
    """How far the estimate of a connector has come."""

    serial: str
    basis: str
    """What it rests on; under another basis it is begun again."""
    last_block: int
    memory: bytes


Note = NewBlock | NewSession | NewMemory

_KEEP_BLOCK = (
    "INSERT INTO contact_blocks (serial, utc_ns, mating, span_s, current_a, square_a2, pin_c,"
    " air_c, v_evse_v, v_ev_v, cable_c) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LET_GO = "DELETE FROM contact_blocks WHERE id <= (SELECT max(id) FROM contact_blocks) - ?"
_KEEP_SESSION = (
    "INSERT OR IGNORE INTO contact_sessions (serial, start_utc_ns, end_utc_ns, last_block, mean_a,"
    " dt_s, rest_s, noise_k, loop_ohm, loop_sd_ohm, blocks)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_KEEP_MEMORY = (
    "INSERT INTO contact_memory (serial, basis, last_block, memory) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (serial) DO UPDATE SET basis = excluded.basis,"
    " last_block = excluded.last_block, memory = excluded.memory"
)


def keep_notes(writer: sqlite3.Connection, notes: Iterable[Note]) -> None:
    """Write *notes* within the transaction that is open."""
    grown = False
    for note in notes:
        if isinstance(note, NewBlock):
            writer.execute(_KEEP_BLOCK, (note.serial, note.utc_ns, *note.block[1:]))
            grown = True
        elif isinstance(note, NewSession):
            writer.execute(_KEEP_SESSION, note)
        else:
            writer.execute(_KEEP_MEMORY, note)
    if grown:
        writer.execute(_LET_GO, (BLOCKS_KEPT,))
