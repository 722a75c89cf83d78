"""Reads what a charger kept of its contacts, beside the running charger.

Sessions were reduced by an earlier reading; raw blocks after them are cut and reduced now, with the
same rounding, so that whoever reads again finds the same figures.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np

from silverpin.drivers.contact_table import NewSession
from silverpin.drivers.duty_columns import DutyError
from silverpin.durability.resistance.blocks import Blocks
from silverpin.durability.resistance.evidence import Loop
from silverpin.durability.resistance.pieces import Piece
from silverpin.durability.resistance.recorded import Recorded, recorded_pieces

_BLOCKS = (
    "SELECT id, utc_ns * 1e-9, mating, span_s, current_a, square_a2, pin_c, air_c, v_evse_v,"
    " v_ev_v, cable_c, matings, mated FROM contact_blocks LEFT JOIN ledger USING (serial)"
    " WHERE serial = ? AND id > ? ORDER BY id"
)
"""With the counts at the same instant: a plug that goes out meanwhile must not cut its session."""
_SESSIONS = (
    "SELECT serial, start_utc_ns, end_utc_ns, last_block, mean_a, dt_s, rest_s, noise_k, loop_ohm,"
    " loop_sd_ohm, blocks FROM contact_sessions WHERE serial = ? AND last_block > ? ORDER BY id"
)
_MEMORY = "SELECT basis, last_block, memory FROM contact_memory WHERE serial = ?"
_TABLES = "SELECT count(*) FROM sqlite_master WHERE name = 'contact_memory'"
_NS_PER_S = 1e9


class Kept(NamedTuple):
    """A session and the row that keeps it."""

    row: NewSession
    piece: Piece


class Memory(NamedTuple):
    """How far an estimate had come."""

    basis: str
    last_block: int
    memory: bytes


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """The contacts of one connector in one state file."""

    path: Path
    serial: str

    def pieces(self) -> Iterator[Piece]:
        """Yield every session, as if the charger ended here."""
        last_block, flowed_s = 0, float("nan")
        for kept in self.sessions(0):
            last_block, flowed_s = kept.row.last_block, kept.piece.end_s
            yield kept.piece
        for kept in self.new_sessions(last_block, flowed_s, float("inf")):
            yield kept.piece

    def memory(self) -> Memory | None:
        """Return how far the estimate had come; None where none was kept."""
        rows = self._read(_MEMORY, self.serial)
        return Memory(*rows[0]) if rows else None

    def sessions(self, after: int) -> Iterator[Kept]:
        """Yield the sessions that were kept and end after a raw block."""
        for values in self._read(_SESSIONS, self.serial, after):
            row = NewSession(*values)
            yield Kept(row, _piece_of(row))

    def new_sessions(self, after: int, flowed_s: float, now_s: float) -> Iterator[Kept]:
        """Yield the sessions that raw blocks tell beyond one of them, and that are over."""
        rows = self._read(_BLOCKS, self.serial, after)
        if not rows:
            return
        *columns, matings, mated = np.array(rows, dtype=np.float64).T  # None becomes NaN
        told = Recorded(*columns)
        unplugged = (matings[-1], mated[-1]) != (told.mating[-1], 1.0)
        for last_block, piece in recorded_pieces(told, flowed_s, now_s, unplugged=unplugged):
            row = _row_of(self.serial, last_block, piece)
            yield Kept(row, _piece_of(row))

    def _read(self, query: str, *given: object) -> list[Any]:
        where = f"file:{quote(str(self.path))}?mode=ro"
        try:
            with closing(sqlite3.connect(where, uri=True)) as connection:
                if not connection.execute(_TABLES).fetchone()[0]:
                    return []  # a state of an earlier release has none of it
                return connection.execute(query, given).fetchall()
        except sqlite3.Error as error:
            raise DutyError(f"{self.path} cannot be read: {error}") from None


def _row_of(serial: str, last_block: int, piece: Piece) -> NewSession:
    blocks, loop = piece.blocks, piece.loop
    packed = None
    if blocks is not None:
        air_c = np.full(len(blocks.ntc_c), np.nan) if blocks.air_c is None else blocks.air_c
        columns = (blocks.square_a2, blocks.ntc_c, blocks.samples, air_c)
        packed = np.array(columns, dtype="<f4").tobytes()
    return NewSession(
        serial=serial,
        start_utc_ns=round(piece.session_s * _NS_PER_S),
        end_utc_ns=round(piece.end_s * _NS_PER_S),
        last_block=last_block,
        mean_a=piece.mean_a,
        dt_s=None if blocks is None else blocks.dt_s,
        rest_s=None if blocks is None else blocks.rest_s,
        noise_k=None if blocks is None else blocks.noise_k,
        loop_ohm=None if loop is None else loop.ohm,
        loop_sd_ohm=None if loop is None else loop.sd_ohm,
        blocks=packed,
    )


def _piece_of(row: NewSession) -> Piece:
    blocks = loop = None
    if row.blocks is not None and row.dt_s and row.noise_k:
        columns = np.frombuffer(row.blocks, dtype="<f4").reshape(4, -1).astype(np.float64)
        square_a2, ntc_c, samples, air_c = columns
        blocks = Blocks(
            dt_s=row.dt_s,
            square_a2=square_a2,
            ntc_c=ntc_c,
            samples=samples,
            air_c=air_c if np.isfinite(air_c).all() else None,
            noise_k=row.noise_k,
            rest_s=row.rest_s or 0.0,
        )
    if row.loop_ohm is not None and row.loop_sd_ohm is not None:
        loop = Loop(row.loop_ohm, row.loop_sd_ohm)
    return Piece(
        session_s=row.start_utc_ns / _NS_PER_S,
        end_s=row.end_utc_ns / _NS_PER_S,
        mean_a=row.mean_a,
        blocks=blocks,
        loop=loop,
    )
