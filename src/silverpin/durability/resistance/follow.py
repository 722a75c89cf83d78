"""A connector's contact resistance through its record: sessions, trend, alarm, and what it lacks.

>>> follow = Follow(shipped_type(WEAR_SETS["type2-32a"]))
>>> for chunk in record.chunks():
...     follow.take(chunk)
>>> follow.found().now.p50
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.life import Band
from silverpin.durability.resistance.alarm import Alarm, Watch
from silverpin.durability.resistance.history import History
from silverpin.durability.resistance.identify import TELLING_SD, alone_sd
from silverpin.durability.resistance.pieces import Piece, Pieces
from silverpin.durability.resistance.session import CONTACT, Belief, weigh

if TYPE_CHECKING:
    from silverpin.durability.record import Chunk
    from silverpin.durability.resistance.blocks import Blocks
    from silverpin.durability.resistance.session import Evidence
    from silverpin.durability.resistance.thermal_type import ThermalType

LEAST_S = 300.0
"""Shorter sessions warm the fast parts only, which are known least."""
_LOOSENED_SD = 0.3
"""So much the contact may have changed before a session is looked at: where to begin, no more."""
_ALIKE = 2.0


class Channel(Enum):
    """What told a session's resistance."""

    HEAT = "temperature"
    VOLTAGE = "voltage"
    BOTH = "both"


NOTHING_RECORDED = "neither the sensor's temperature nor both voltages are recorded"
TOO_SHORT = "the session is too short"
TOO_LITTLE = "the current is too low to warm the contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One session's contact."""

    start_s: float
    end_s: float
    channel: Channel | None
    """None where the session tells nothing."""
    ohm: Band | None
    reason: str
    """Why not, where it is not told."""
    alone_sd: float
    """What the session by itself could tell, of the logarithm; infinite where nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a record tells of its contact."""

    kind: "ThermalType"
    sessions: tuple[Told, ...]
    now: Band | None
    """At the last session that told anything. [ohm]"""
    now_s: float
    rise: Band | None
    """Since the first session, as a share."""
    alarms: tuple[Alarm, ...]
    """Their sessions count those in `sessions`."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """A piece, and what was made of it."""

    piece: Piece
    channel: Channel | None
    reason: str
    alone_sd: float
    step: int
    """Its place in the history; -1 where it told nothing."""


class Follow:
    """Takes the chunks of one record; may be asked at any time, as if the record ended there."""

    def __init__(self, kind: "ThermalType") -> None:
        self.kind = kind
        self._pieces = Pieces()
        self._history, self._watch = History(kind), Watch(kind)
        self._looked: list[_Looked] = []

    def take(self, chunk: "Chunk") -> None:
        """Add a chunk."""
        for piece in self._pieces.take(chunk):
            self._look(piece)

    def found(self) -> Found:
        """Return what all sessions tell together; the record ends here."""
        for piece in self._pieces.rest():
            self._look(piece)
        bands = self._history.sessions_ohm() if self._history.sessions else []
        told = _by_session(self._looked, bands)
        last = next((row for row in reversed(told) if row.ohm is not None), None)
        return Found(
            kind=self.kind,
            sessions=tuple(told),
            now=None if last is None else last.ohm,
            now_s=np.nan if last is None else last.end_s,
            rise=self._history.rise() if self._history.sessions else None,
            alarms=tuple(self._alarms(told)),
        )

    def _look(self, piece: Piece) -> None:
        evidence, heat_sd, reason = self._heat(piece)
        loop, loop_sd = piece.loop, np.inf
        if loop is not None:
            loop_sd = loop.sd_ohm / float(np.exp(self._history.tangent))
        if evidence is None and loop is None:
            self._looked.append(_Looked(piece, None, reason, heat_sd, -1))
            return
        self._history.take(evidence, loop)
        # a value for the watch is one about the traits that it holds: else a step hides in them
        if evidence is not None and piece.blocks is not None:
            evidence = self._weighed(piece.blocks, self._watch.belief())
        self._watch.take(evidence, loop)
        step = self._history.sessions - 1
        channel = _channel(heat_sd if evidence is not None else np.inf, loop_sd)
        self._looked.append(_Looked(piece, channel, "", min(heat_sd, loop_sd), step))

    def _heat(self, piece: Piece) -> "tuple[Evidence | None, float, str]":
        """Return what heat says, how well it could, and why it does not."""
        if piece.blocks is None:
            return None, np.inf, NOTHING_RECORDED
        if len(piece.blocks.square_a2) * piece.blocks.dt_s < LEAST_S:
            return None, np.inf, TOO_SHORT
        evidence = self._weighed(piece.blocks, self._history.belief())
        sd = alone_sd(evidence)
        if sd > TELLING_SD:
            return None, sd, f"{TOO_LITTLE} ({piece.mean_a:.1f} A)"
        return evidence, sd, ""

    def _weighed(self, blocks: "Blocks", before: Belief) -> "Evidence":
        """Return what a session says, looked at from what was believed."""
        loosened = before.cov.copy()
        loosened[CONTACT, CONTACT] += _LOOSENED_SD**2
        return weigh(blocks, self.kind, Belief(before.mean, loosened)).evidence

    def _alarms(self, told: list[Told]) -> list[Alarm]:
        """Return the alarms with sessions in place of steps."""
        starts = [row.start_s for row in told]
        by_step = {row.step: starts.index(row.piece.session_s) for row in self._looked
                   if row.step >= 0}  # fmt: skip
        return [
            alarm._replace(session=by_step[alarm.session], since=by_step[alarm.since])
            for alarm in self._watch.alarms
        ]


def _channel(heat_sd: float, loop_sd: float) -> Channel:
    """Return which channel carried the answer."""
    if heat_sd * _ALIKE < loop_sd:
        return Channel.HEAT
    return Channel.VOLTAGE if loop_sd * _ALIKE < heat_sd else Channel.BOTH


def _by_session(looked: list[_Looked], bands: list[Band]) -> list[Told]:
    """Return a row a session: of a long one the last day that told something."""
    rows: dict[float, Told] = {}
    for row in looked:
        start_s = row.piece.session_s
        if row.step < 0 and start_s in rows:
            continue
        rows[start_s] = Told(
            start_s=start_s,
            end_s=row.piece.end_s,
            channel=row.channel,
            ohm=bands[row.step] if row.step >= 0 else None,
            reason=row.reason,
            alone_sd=row.alone_sd,
        )
    return list(rows.values())
