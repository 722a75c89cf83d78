"""A record in steps of a minute: what its heat needs, at a sixtieth of the work for one of seconds.

Within a minute the current becomes its root mean square in the direction that carried more, each
sample for as long as it holds, so the heat is kept however unevenly samples come; swings shorter
than that are lost, and no part of a connector feels them. Minutes lie
on the record's own axis, so it does not matter where chunks are cut. A sample that has its minute
alone passes as it is, gaps stay gaps, and a minute in which anything is unknown is unknown.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.record import Chunk, following, part_of

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray

STEP_S = 60.0


class Coarse:
    """Thins a record chunk by chunk; what is not a whole minute yet waits for the next chunk."""

    def __init__(self) -> None:
        self._waiting: Chunk | None = None

    def take(self, chunk: Chunk) -> Chunk:
        """Return the whole minutes so far."""
        if not len(chunk.t_s):
            return chunk
        joined = chunk if self._waiting is None else following(self._waiting, chunk)
        minute = np.floor(joined.t_s / STEP_S)
        # the minute of the last sample may go on
        whole = int(np.searchsorted(minute, minute[-1]))
        self._waiting = part_of(joined, slice(whole, None))
        held_s = np.diff(joined.t_s)[:whole]
        thin = _thinned(part_of(joined, slice(0, whole)), minute[:whole], held_s)
        return replace(thin, happenings=chunk.happenings, problems=chunk.problems)

    def last(self) -> Chunk | None:
        """Return what waits, as it is."""
        return self._waiting


def _thinned(chunk: Chunk, minute: "FloatArray", held_s: "FloatArray") -> Chunk:
    if not len(minute):
        return chunk
    first = np.flatnonzero(np.concatenate([[True], minute[1:] != minute[:-1]]))
    count = np.diff(np.append(first, len(minute)))
    share = held_s / np.repeat(np.add.reduceat(held_s, first), count)
    square = np.add.reduceat(chunk.current_a**2 * share, first)
    way = np.where(np.add.reduceat(chunk.current_a * share, first) < 0.0, -1.0, 1.0)
    return replace(part_of(chunk, first), current_a=way * np.sqrt(square))
