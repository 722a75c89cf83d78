"""Cuts a record into the sessions of `sessions.Sessions`, each with what its estimate needs.

What has been used is reduced to blocks and a loop as soon as its session ends, so memory does not
grow with samples. A session that goes on for longer than a day is looked at day by day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silverpin.domain.contact_trace import IDLE_A, PAUSE_S
from silverpin.durability.record import following, part_of
from silverpin.durability.resistance.blocks import REST_S, Blocks, blocks_of
from silverpin.durability.resistance.voltage import loop_of

if TYPE_CHECKING:
    from silverpin.durability.record import Chunk, FloatArray
    from silverpin.durability.resistance.evidence import Loop

DAY_S = 86_400.0
LEAST_READINGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A session, or a day of a long one; seconds on the record's axis."""

    session_s: float
    """When its session began."""
    end_s: float
    mean_a: float
    """Root mean square of its current."""
    blocks: Blocks | None
    """None where the sensor was hardly read."""
    loop: "Loop | None"
    """None where voltages are missing or nothing modulated the current."""


class Pieces:
    """Takes the chunks of a record and gives its pieces as they end."""

    def __init__(self) -> None:
        self._waiting: Chunk | None = None
        self._open: Chunk | None = None
        """Samples since the open piece began, its last stretch included."""
        self._session_s = self._flowed_s = np.nan
        self._rest_s = REST_S

    def take(self, chunk: "Chunk") -> Iterator[Piece]:
        """Add a chunk; yield what ended in it."""
        if not len(chunk.t_s):
            return
        whole = chunk if self._waiting is None else following(self._waiting, chunk)
        self._waiting = part_of(whole, slice(-1, None))
        held_s = np.diff(whole.t_s)
        current_a = whole.current_a[:-1]
        flows = (np.abs(current_a) > IDLE_A) & (held_s < PAUSE_S)
        rows = np.flatnonzero(flows)
        if not len(rows):
            self._pause(whole)
            return
        begins_s, ends_s = whole.t_s[rows], whole.t_s[rows + 1]
        paused = begins_s - np.concatenate([[self._flowed_s], ends_s[:-1]]) >= PAUSE_S
        if np.isnan(self._session_s):
            paused[0] = True
        first = 0
        for at in [*np.flatnonzero(paused), len(rows)]:
            if at > first:
                begin = rows[first] if first or paused[0] else 0
                yield from self._more(part_of(whole, slice(begin, rows[at - 1] + 2)))
                self._flowed_s = float(ends_s[at - 1])
            if at < len(rows):
                yield from self.rest()
                self._rest_s = _or(float(begins_s[at]) - self._flowed_s, REST_S)
                self._session_s = float(begins_s[at])
            first = at
        self._pause(part_of(whole, slice(rows[-1] + 1, None)))

    def rest(self) -> Iterator[Piece]:
        """Yield the piece that is still open, as if it ended with its current."""
        if self._open is not None:
            used = np.flatnonzero(self._open.t_s <= self._flowed_s)
            yield self._piece(part_of(self._open, used))
            self._open, self._rest_s = None, 0.0

    def _pause(self, idle: "Chunk") -> None:
        """Keep the samples of a pause, for its session may go on."""
        if self._open is not None and idle.t_s[-1] - self._flowed_s < PAUSE_S:
            self._open = _joined(self._open, idle)

    def _more(self, part: "Chunk") -> Iterator[Piece]:
        """Add samples to the open piece; yield whole days."""
        self._open = part if self._open is None else _joined(self._open, part)
        while self._open.t_s[-1] - self._open.t_s[0] >= DAY_S:
            cut = int(np.searchsorted(self._open.t_s, self._open.t_s[0] + DAY_S))
            yield self._piece(part_of(self._open, slice(0, cut + 1)))
            self._open = part_of(self._open, slice(cut, None))
            self._rest_s = 0.0

    def _piece(self, part: "Chunk") -> Piece:
        blocks = None
        if part.temp_ntc_c is not None and (
            np.isfinite(part.temp_ntc_c).sum() >= LEAST_READINGS
        ):  # fmt: skip
            blocks = blocks_of(
                part.t_s, part.current_a, part.temp_ntc_c, part.ambient_c, self._rest_s
            )
        loop = None
        if part.v_evse_v is not None and part.v_ev_v is not None:
            drop_v: FloatArray = part.v_evse_v - part.v_ev_v
            loop = loop_of(part.t_s, part.current_a, drop_v, part.cable_c)
        return Piece(
            session_s=self._session_s,
            end_s=float(part.t_s[-1]),
            mean_a=float(np.sqrt(np.nanmean(part.current_a**2))),
            blocks=blocks,
            loop=loop,
        )


def _joined(one: "Chunk", other: "Chunk") -> "Chunk":
    """Return both, without what they share."""
    return following(one, part_of(other, np.flatnonzero(other.t_s > one.t_s[-1])))


def _or(value: float, otherwise: float) -> float:
    return value if np.isfinite(value) else otherwise
