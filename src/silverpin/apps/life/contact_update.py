"""Brings the estimate of a contact up to date from what a charger kept since the last time.

A session is looked at once. How far the estimate has come is kept now and then, and always some
sessions back: whoever begins again from there looks once more at the newest ones, so that each
is told by what came after it as well.
"""

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from silverpin import __version__
from silverpin.apps.life import contact
from silverpin.apps.life.contact_concern import concerns
from silverpin.apps.life.values import iso
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.limits import LIMITS, Limits, contact_limit_ohm
from silverpin.drivers.contact_record import ContactRecord, Kept
from silverpin.drivers.contact_table import NewMemory, Note
from silverpin.drivers.duty_record import ReadAs
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.resistance.blocks import blocks_of
from silverpin.durability.resistance.evidence import Loop
from silverpin.durability.resistance.follow import Follow, Found
from silverpin.durability.resistance.pieces import Piece

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.since import Measured
    from silverpin.durability.resistance.thermal_type import ThermalType

KEEP = 60
"""Sessions that are told, and after so many more the memory is written again."""
_NS_PER_S = 1e9


class Updates:
    """The estimate of whichever connector is on; another one is begun from what was kept of it."""

    def __init__(self, path: Path, name: str, kind: "ThermalType", limits: Limits = LIMITS) -> None:
        self._path, self._limits = path, limits
        self._wear_set = WEAR_SETS[name]
        self._kind, self._basis = kind, basis_of(kind)
        self._begin(ContactRecord(path, ""))

    def answer(
        self, serial: str, now_s: float, measured: "Measured | None" = None
    ) -> tuple[dict[str, Any], list[Note]]:
        """Return what is told of a connector, and what is to be kept. Raises `DutyError`.

        *measured* is what an inspection measured that found its pins in order.
        """
        notes: list[Note] = []
        if serial != self._record.serial:
            notes += self._take_up(ContactRecord(self._path, serial))
        new = self._record.new_sessions(self._last_block, self._flowed_s, now_s)
        for kept in list(new):
            notes += [kept.row, *self._look(kept)]
        return self._told(measured), notes

    def _begin(self, record: ContactRecord) -> None:
        self._record = record
        self._follow = Follow(self._kind, KEEP)
        self._last_block, self._flowed_s = 0, np.nan
        self._spare: NewMemory | None = None
        self._spare_at = 0

    def _take_up(self, record: ContactRecord) -> list[Note]:
        """Go on from what was kept of a connector; under another basis from its first session.

        Return the memory that is to be kept, where all that way was gone again.
        """
        self._begin(record)
        memory = record.memory()
        if memory is not None and memory.basis == self._basis:
            self._follow.resume(unpacked(memory.memory))
            self._last_block, self._spare_at = memory.last_block, self._follow.telling
        try:
            return self._again(record.sessions(self._last_block))
        except BaseException:
            self._begin(ContactRecord(self._path, ""))  # half of a past is none
            raise

    def _again(self, sessions: Iterable[Kept]) -> list[Note]:
        notes: list[Note] = []
        for kept in sessions:
            notes = self._look(kept) or notes
        return notes

    def _look(self, kept: Kept) -> list[Note]:
        """Look at a session; return the memory that is to be kept now, if one is."""
        follow, before = self._follow, self._spare
        follow.look(kept.piece)
        self._last_block, self._flowed_s = kept.row.last_block, kept.piece.end_s
        if follow.telling - self._spare_at < KEEP:
            return []
        self._spare_at = follow.telling
        self._spare = NewMemory(
            kept.row.serial, self._basis, kept.row.last_block, packed(follow.memory())
        )
        return [] if before is None else [before]

    def _told(self, measured: "Measured | None") -> dict[str, Any]:
        found = self._follow.found(KEEP, measured)
        counts = self._follow.telling, self._follow.looked_at
        return told_of(found, self._wear_set.name, *counts, self._limits)


def updates_of(path: Path, name: str, type_tests: Path | None, limits: Limits = LIMITS) -> Updates:
    """Return the updates of one state file, with all that they need loaded."""
    read_as = ReadAs(nominal_v=WEAR_SETS[name].nominal_v)
    kind = contact.kind_of(WEAR_SETS[name], type_tests, read_as)
    _warm_up(kind)
    return Updates(path, name, kind, limits)


def _warm_up(kind: "ThermalType") -> None:
    """Look at a session that nobody had, so that all is compiled before one ends."""
    t_s = np.arange(0.0, 600.0, 10.0)
    blocks = blocks_of(t_s, np.full(60, 10.0), np.full(60, 20.0), np.full(60, 20.0))
    follow = Follow(kind)
    follow.look(
        Piece(session_s=0.0, end_s=600.0, mean_a=10.0, blocks=blocks, loop=Loop(0.02, 0.01))
    )
    follow.found()


def basis_of(kind: "ThermalType") -> str:
    """Return a name for all that evidence rests on: the type as it is known, and this program."""
    parts = [__version__, *(repr(np.asarray(getattr(kind, row.name)).tolist())
                            for row in fields(kind))]  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def packed(memory: "Mapping[str, FloatArray]") -> bytes:
    """Return a memory as bytes."""
    file = io.BytesIO()
    np.savez_compressed(file, **memory)  # type: ignore[arg-type]
    return file.getvalue()


def unpacked(content: bytes) -> "dict[str, FloatArray]":
    """Return a memory that was packed."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return dict(file)


def told_of(
    found: Found, name: str, telling: int, looked_at: int, limits: Limits
) -> dict[str, Any]:
    """Return what the daemon makes its status of; instants are UTC in ns."""
    last = next((row for row in reversed(found.sessions) if row.ohm is not None), None)
    reason = None
    if last is None:
        reason = found.sessions[-1].reason if found.sessions else contact.NO_SESSION
    rows, since = contact.by_session(found), found.since
    rated_a = CONNECTOR_SETS[name].rating_a
    return {
        "as_of_ns": None if last is None else round(last.end_s * _NS_PER_S),
        "reason": reason,
        "now_mohm": contact.UNKNOWN if found.now is None else contact.mohm(found.now),
        "rise": contact.shares(found.rise),
        "over_limit": contact.over_limit(found, contact_limit_ohm(rated_a, limits)),
        "measured": None if since is None else {
            "at_ns": round(since.measured.at_s * _NS_PER_S), "rise": contact.shares(since.rise),
        },
        "channel": None if last is None or last.channel is None else last.channel.value,
        "rests_on": contact.rests_on_counts(found, telling, looked_at) if telling else None,
        "sessions": [
            {"start": iso(round(row.start_s * _NS_PER_S)), **rows[row.start_s], "reason": None}
            for row in found.sessions if row.ohm is not None
        ],
        "alarms": [
            {"since": iso(round(row.since_s * _NS_PER_S)),
             "told": iso(round(row.told_s * _NS_PER_S)), "rise": round(row.rise, 4)}
            for row in found.alarms
        ],
        "concerns": _concerns(found, name, limits),
    }  # fmt: skip


def _concerns(found: Found, name: str, limits: Limits) -> list[dict[str, Any]]:
    wear_set = WEAR_SETS[name]
    rated_a = CONNECTOR_SETS[name].rating_a
    return [
        {
            "since_ns": round(row.since_s * _NS_PER_S),
            "told_ns": round(row.told_s * _NS_PER_S),
            "by_ns": round(row.by_s * _NS_PER_S),
            "why": row.reason,
            "current_max_a": None if row.least_share is None
            else round(row.least_share * rated_a, 1),
        }
        for row in concerns(found, wear_set, _on, limits)
    ]  # fmt: skip


def _on(since_s: float) -> str:
    return f"on {iso(round(since_s * _NS_PER_S))[:10]}"
