"""Cuts the blocks that a charger recorded into pieces, as `pieces` cuts the samples of a record.

A plug that went out ends a piece as well: the next one sits otherwise. The last piece is given once
it is over, because its plug went out or because nothing flowed for as long as a pause.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.domain.contact_trace import IDLE_A, PAUSE_S
from silverpin.durability.resistance.blocks import REST_S, blocks_of
from silverpin.durability.resistance.pieces import DAY_S, LEAST_READINGS, Piece
from silverpin.durability.resistance.voltage import loop_of

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray

_GAP_S = 15.0
"""A block that begins later than this after another's end follows a time without current."""


class Recorded(NamedTuple):
    """Blocks of one connector in their order, a column each; NaN is unknown, seconds are UTC."""

    number: "FloatArray"
    begin_s: "FloatArray"
    mating: "FloatArray"
    span_s: "FloatArray"
    current_a: "FloatArray"
    square_a2: "FloatArray"
    pin_c: "FloatArray"
    air_c: "FloatArray"
    v_evse_v: "FloatArray"
    v_ev_v: "FloatArray"
    cable_c: "FloatArray"


class RecordedPiece(NamedTuple):
    """A piece, and the block that it ended with."""

    last_block: int
    piece: Piece


def recorded_pieces(
    rows: Recorded, before_s: float, now_s: float, *, unplugged: bool
) -> Iterator[RecordedPiece]:
    """Yield the pieces that are over.

    *before_s* is when current flowed last before these rows, NaN where nobody knows; *unplugged*
    tells that the plug of the last row is out *now_s*.
    """
    flows = np.flatnonzero(np.sqrt(np.nan_to_num(rows.square_a2)) > IDLE_A)
    if not len(flows):
        return
    first, session_s, flowed_s = int(flows[0]), float(rows.begin_s[flows[0]]), before_s
    rest_s = _rest_s(session_s - before_s)
    for before, after in zip(flows[:-1].tolist(), flows[1:].tolist(), strict=True):
        end_s = float(rows.begin_s[before] + rows.span_s[before])
        next_s = float(rows.begin_s[after])
        paused = not -_GAP_S < next_s - end_s < PAUSE_S
        parted = paused or rows.mating[before] != rows.mating[after]
        if parted or next_s - float(rows.begin_s[first]) >= DAY_S:
            yield _piece(rows, first, before, session_s, rest_s)
            first, flowed_s = after, end_s
            session_s = next_s if parted else session_s
            rest_s = _rest_s(next_s - flowed_s)
    last = int(flows[-1])
    end_s = float(rows.begin_s[last] + rows.span_s[last])
    if unplugged or now_s - end_s >= PAUSE_S:
        yield _piece(rows, first, last, session_s, rest_s)


def _rest_s(seconds: float) -> float:
    """Return how long the connector rested; a clock that went back told nothing."""
    return seconds if np.isfinite(seconds) and seconds >= 0.0 else REST_S


def _piece(rows: Recorded, first: int, last: int, session_s: float, rest_s: float) -> RecordedPiece:
    part = Recorded(*(column[first : last + 1] for column in rows))
    whole = _with_gaps(part)
    blocks = None
    if np.isfinite(whole.pin_c).sum() >= LEAST_READINGS:
        blocks = blocks_of(
            whole.begin_s, whole.current_a, whole.pin_c, whole.air_c, rest_s, whole.square_a2
        )
    drop_v, loop = part.v_evse_v - part.v_ev_v, None
    if np.isfinite(drop_v).any():
        loop = loop_of(part.begin_s, part.current_a, drop_v, part.cable_c)
    piece = Piece(
        session_s=session_s,
        end_s=float(part.begin_s[-1] + part.span_s[-1]),
        mean_a=float(np.sqrt(np.nanmean(part.square_a2))),
        blocks=blocks,
        loop=loop,
    )
    return RecordedPiece(int(part.number[-1]), piece)


def _with_gaps(part: Recorded) -> Recorded:
    """Return the blocks with a row of nothing where the program did not run."""
    ends_s = part.begin_s + part.span_s
    gaps = np.flatnonzero(part.begin_s[1:] - ends_s[:-1] > _GAP_S) + 1
    if not len(gaps):
        return part
    columns = {name: np.insert(column, gaps, np.nan) for name, column in part._asdict().items()}
    places = gaps + np.arange(len(gaps))
    columns["begin_s"][places] = ends_s[gaps - 1]
    columns["square_a2"][places] = columns["current_a"][places] = 0.0
    return Recorded(**columns)
