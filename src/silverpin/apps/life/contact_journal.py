"""A charger's own journal tells its contacts apart from its energy: both are joined here.

Bookings of energy have no temperatures, and cut sessions to the minute; what the charger recorded
of the contacts takes their place and keeps the session's beginning.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from silverpin.durability.resistance.pieces import Piece, Pieces

if TYPE_CHECKING:
    from silverpin.drivers.contact_record import ContactRecord
    from silverpin.durability.record import Chunk

_NEAR_S = 90.0
"""A booking may begin and end a minute apart from its session."""


class JournalPieces:
    """Takes the chunks of a record, and gives its pieces with those that journals kept."""

    def __init__(self) -> None:
        self._cut = Pieces()
        self._booked: list[Piece] = []

    def take(self, chunk: "Chunk") -> None:
        """Add a chunk."""
        self._booked += self._cut.take(chunk)

    def joined(self, contacts: Iterable["ContactRecord"], start_s: float) -> Iterator[Piece]:
        """Yield all pieces in time, those of *contacts* in the place of bookings."""
        booked = [*self._booked, *self._cut.rest()]
        ends_s = [row.end_s for row in booked]
        replaced: set[int] = set()
        kept = []
        for record in contacts:
            for piece in record.pieces():
                begin_s, end_s = piece.session_s - start_s, piece.end_s - start_s
                met = list(_met(booked, ends_s, begin_s, end_s))
                replaced.update(met)
                session_s = booked[met[0]].session_s if met else begin_s
                kept.append(replace(piece, session_s=session_s, end_s=end_s))
        left = [row for place, row in enumerate(booked) if place not in replaced]
        yield from _rising(sorted([*left, *kept], key=lambda row: row.end_s))


def _rising(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Leave out what a clock that nobody had set dates before the record, and what comes twice."""
    last_s = 0.0
    for piece in pieces:
        if piece.end_s > last_s:
            last_s = piece.end_s
            yield piece


def _met(
    booked: Sequence[Piece], ends_s: Sequence[float], begin_s: float, end_s: float
) -> Iterator[int]:
    """Yield the places of bookings in a stretch of time."""
    for place in range(bisect_right(ends_s, begin_s - _NEAR_S), len(booked)):
        if booked[place].session_s >= end_s + _NEAR_S:
            return
        yield place
