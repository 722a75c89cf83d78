"""A connector's contact resistance through its record: sessions, trend, alarm, and what it lacks.

>>> follow = Follow(shipped_type(WEAR_SETS["type2-32a"]))
>>> for chunk in record.chunks():
...     follow.take(chunk)
>>> follow.found().now.p50

A charger that asks for ten years keeps the newest sessions only, and a memory of those before.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.life import Band
from silverpin.durability.resistance.alarm import SESSIONS_BACK, SESSIONS_KEPT, Watch
from silverpin.durability.resistance.history import History
from silverpin.durability.resistance.identify import (
    TELLING_SD,
    Identifiability,
    alone_sd,
    told_by,
)
from silverpin.durability.resistance.own_values import OwnValues, Value
from silverpin.durability.resistance.pieces import Piece, Pieces
from silverpin.durability.resistance.session import STATE, Belief, weigh
from silverpin.durability.resistance.since import Measured, Since, Values, since

if TYPE_CHECKING:
    from collections.abc import Mapping

    from silverpin.durability.record import Chunk, FloatArray
    from silverpin.durability.resistance.blocks import Blocks
    from silverpin.durability.resistance.session import Evidence
    from silverpin.durability.resistance.thermal_type import ThermalType

LEAST_S = 300.0
"""Shorter sessions warm the fast parts only, which are known least."""
LOOSENED_SD = 0.3
"""So much the contact may have changed before a session is looked at: where to begin, no more."""
_ALIKE = 2.0


class Channel(Enum):
    """What told a session's resistance."""

    HEAT = "temperature"
    VOLTAGE = "voltage"
    BOTH = "both"


_CHANNELS = (None, *Channel)
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


class Raised(NamedTuple):
    """A contact's resistance is higher than it was."""

    since_s: float
    """When the first session with the higher resistance began, as it seems."""
    told_s: float
    """When the session ended after which it was told."""
    rise: float
    """As a share."""
    sure_sd: float


class Own(NamedTuple):
    """Sessions by themselves, for whatever goes on from them."""

    values: tuple[Value, ...]
    scale_sd: float
    """Of what all of them have in common, of the logarithm."""
    bias: float
    """By how much they come out too high."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a record tells of its contact."""

    kind: "ThermalType"
    sessions: tuple[Told, ...]
    now: Band | None
    """At the last session that told anything. [ohm]"""
    now_s: float
    first_s: float
    """When the first session began that told anything; NaN where none did."""
    rise: Band | None
    """Since then, as a share."""
    alarms: tuple[Raised, ...]
    identifiability: Identifiability | None = None
    """What the heat of all sessions can tell of each unknown; None where no session tells any."""
    own: "Own | None" = None
    since: Since | None = None
    """What happened since somebody measured it; None where nobody did, or longer ago than sessions
    by themselves are kept."""


class _Looked(NamedTuple):
    """A piece, and what was made of it."""

    session_s: float
    end_s: float
    channel: Channel | None
    reason: str
    alone_sd: float
    step: int
    """Its place in the history; -1 where it told nothing."""


class Follow:
    """Takes the chunks of one record; may be asked at any time, as if the record ended there."""

    def __init__(self, kind: "ThermalType", keep: int | None = None) -> None:
        """Follow a connector of a *kind*, and *keep* at least so many of its sessions."""
        self.kind = kind
        # an alarm names a session that far back
        self._keep = None if keep is None else max(keep, SESSIONS_BACK + 1)
        self._pieces = Pieces()
        self._history, self._watch = History(kind), Watch(kind)
        self._own = OwnValues(kind)
        self._looked: list[_Looked] = []
        self._raised: list[Raised] = []
        self._ends_s: list[float] = []
        """Of the newest sessions that told something."""
        self._seen = 0
        self._first_s = np.nan
        self._weight = np.zeros((STATE, STATE))

    def take(self, chunk: "Chunk") -> None:
        """Add a chunk."""
        for piece in self._pieces.take(chunk):
            self.look(piece)

    def found(self, last: int | None = None, measured: Measured | None = None) -> Found:
        """Return what all sessions tell together, and the *last* ones; the record ends here.

        What happened since somebody *measured* the contact is told apart.
        """
        for piece in self._pieces.rest():
            self.look(piece)
        bands = self._history.sessions_ohm(last) if self._history.sessions else []
        told = _by_session(self._looked, bands, self._history.sessions - len(bands))
        newest = next((row for row in reversed(told) if row.ohm is not None), None)
        return Found(
            kind=self.kind,
            sessions=tuple(told),
            now=None if newest is None else newest.ohm,
            now_s=np.nan if newest is None else newest.end_s,
            first_s=self._first_s,
            rise=self._history.rise() if self._history.sessions else None,
            alarms=tuple(self._raised),
            identifiability=told_by(self._weight, self.kind) if self._weight.any() else None,
            own=self._values(),
            since=None if measured is None else self._since(measured),
        )

    def _since(self, measured: Measured) -> Since | None:
        """Return what sessions by themselves tell, if none that came since is missing there."""
        sessions, log_ohm, weight = self._watch.values()
        first = self._history.sessions - len(self._ends_s)
        known = [place for place, session in enumerate(sessions) if session >= first]
        begun = sessions[known[0]] - first if known else len(self._ends_s)
        end_s = np.array([self._ends_s[sessions[place] - first] for place in known])
        before_s = self._ends_s[begun - 1] if begun else np.inf if first else -np.inf
        if before_s > measured.at_s and not (end_s <= measured.at_s).any():
            return None
        return since(measured, Values(end_s, log_ohm[known], weight[known]))

    def _values(self) -> "Own | None":
        """Return what each session says by itself; None where the past is only remembered."""
        if self._keep is not None:
            return None
        return Own(tuple(self._own.values()), self._own.scale_sd(), self.kind.bias)

    @property
    def looked_at(self) -> int:
        """How many pieces there were, since the first."""
        return self._seen

    @property
    def telling(self) -> int:
        """How many of them told something."""
        return self._history.sessions

    def look(self, piece: Piece) -> None:
        """Add a session, or a day of one, that is over."""
        evidence, heat_sd, reason = self._heat(piece)
        loop, loop_sd = piece.loop, np.inf
        if loop is not None:
            loop_sd = loop.sd_ohm / float(np.exp(self._history.tangent))
        if evidence is None and loop is None:
            self._note(piece, None, reason, heat_sd, -1)
            return
        if not self._history.sessions:
            self._first_s = piece.session_s
        self._history.take(evidence, loop)
        if self._keep is None:
            self._own.take(piece.end_s, None if evidence is None else piece.blocks, loop)
        # a value for the watch is one about the traits that it holds: else a step hides in them
        if evidence is not None and piece.blocks is not None:
            evidence = self._weighed(piece.blocks, self._watch.belief())
        alarm = self._watch.take(evidence, loop)
        channel = _channel(heat_sd if evidence is not None else np.inf, loop_sd)
        self._note(piece, channel, "", min(heat_sd, loop_sd), self._history.sessions - 1)
        self._ends_s = [*self._ends_s, piece.end_s][-SESSIONS_KEPT - 1 :]
        if alarm is not None:
            since_s = next(row.session_s for row in self._looked if row.step == alarm.since)
            self._raised.append(Raised(since_s, piece.end_s, alarm.rise, alarm.sure_sd))
        if self._keep is not None:
            self._forget(self._keep)

    def memory(self) -> "dict[str, FloatArray]":
        """Return what going on from here needs; something was told before."""
        return {
            **self._history.memory(),
            **self._watch.memory(),
            "looked": np.array([
                (row.session_s, row.end_s, row.alone_sd, row.step, _CHANNELS.index(row.channel))
                for row in self._looked if row.step >= 0
            ]),
            "ends": np.array(self._ends_s),
            "seen": np.array([self._seen, self._first_s]),
            "raised": np.array(self._raised).reshape(-1, len(Raised._fields)),
            "weight": self._weight,
        }  # fmt: skip

    def resume(self, memory: "Mapping[str, FloatArray]") -> None:
        """Go on from a memory of the same kind."""
        self._history.resume(memory)
        self._watch.resume(memory)
        self._looked = [
            _Looked(begin_s, end_s, _CHANNELS[int(channel)], "", alone_sd, int(step))
            for begin_s, end_s, alone_sd, step, channel in memory["looked"].tolist()
        ]
        # a memory of an earlier release has the newest ones only
        self._ends_s = [row.end_s for row in self._looked]
        if "ends" in memory:
            self._ends_s = memory["ends"].tolist()
        seen, self._first_s = memory["seen"].tolist()
        self._seen = int(seen)
        self._raised = [Raised(*row) for row in memory["raised"].tolist()]
        self._weight = memory["weight"]

    def _note(
        self, piece: Piece, channel: Channel | None, reason: str, alone_sd: float, step: int
    ) -> None:
        self._seen += 1
        row = _Looked(piece.session_s, piece.end_s, channel, reason, alone_sd, step)
        self._looked.append(row)

    def _forget(self, keep: int) -> None:
        """Let go what is old: seldom, and then much of it."""
        if len(self._looked) >= 3 * keep:
            self._history.forget(keep)
            oldest = self._history.sessions - keep
            self._looked = [
                row
                for place, row in enumerate(self._looked)
                if row.step >= oldest or (row.step < 0 and place >= len(self._looked) - keep)
            ]

    def _heat(self, piece: Piece) -> "tuple[Evidence | None, float, str]":
        """Return what heat says, how well it could, and why it does not."""
        if piece.blocks is None:
            return None, np.inf, NOTHING_RECORDED
        if len(piece.blocks.square_a2) * piece.blocks.dt_s < LEAST_S:
            return None, np.inf, TOO_SHORT
        evidence = self._weighed(piece.blocks, self._history.outlook())
        sd = alone_sd(evidence.weight)
        if sd > TELLING_SD:
            return None, sd, f"{TOO_LITTLE} ({piece.mean_a:.1f} A)"
        self._weight += evidence.weight
        return evidence, sd, ""

    def _weighed(self, blocks: "Blocks", before: Belief) -> "Evidence":
        """Return what a session says, looked at from what was believed."""
        return weigh(blocks, self.kind, before, loosened_sd=LOOSENED_SD).evidence


def _channel(heat_sd: float, loop_sd: float) -> Channel:
    """Return which channel carried the answer."""
    if heat_sd * _ALIKE < loop_sd:
        return Channel.HEAT
    return Channel.VOLTAGE if loop_sd * _ALIKE < heat_sd else Channel.BOTH


def _by_session(looked: list[_Looked], bands: list[Band], first: int) -> list[Told]:
    """Return a row a session: of a long one the last day that told something.

    The bands are those of the steps from the *first* on.
    """
    rows: dict[float, Told] = {}
    for row in looked:
        start_s = row.session_s
        if 0 <= row.step < first or (row.step < 0 and start_s in rows):
            continue
        rows[start_s] = Told(
            start_s=start_s,
            end_s=row.end_s,
            channel=row.channel,
            ohm=bands[row.step - first] if row.step >= 0 else None,
            reason=row.reason,
            alone_sd=row.alone_sd,
        )
    return list(rows.values())
