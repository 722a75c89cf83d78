"""A record is cut into sessions for estimates as it is for counts, wherever its chunks are cut."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="sessions are cut by numba: install the extra life")

from silverpin.durability.record import Chunk, part_of
from silverpin.durability.resistance.pieces import Piece, Pieces
from silverpin.durability.sessions import Sessions


def record() -> Chunk:
    """Return hours at 20 A with short and long pauses, a hole and a session of three days."""
    t_s = 60.0 * np.arange(9.0 * 1440.0)
    hour = t_s / 3600.0
    flows = ((hour > 2.0) & (hour < 3.0)) | ((hour > 3.2) & (hour < 4.0))
    flows |= ((hour > 30.0) & (hour < 31.0)) | ((hour > 50.0) & (hour < 122.5))
    there = ~((hour > 30.4) & (hour < 30.9))
    chunk = Chunk(
        t_s=t_s,
        current_a=np.where(flows, 20.0, 0.0),
        temp_ntc_c=20.0 + 0.01 * (t_s / 60.0 % 7.0),
        ambient_c=np.full(len(t_s), 20.0),
    )
    return part_of(chunk, np.flatnonzero(there))


def pieces(chunks: list[Chunk]) -> list[Piece]:
    cutter = Pieces()
    found = [piece for chunk in chunks for piece in cutter.take(chunk)]
    return [*found, *cutter.rest()]


def cut(whole: Chunk, rows: int) -> list[Chunk]:
    size = len(whole.t_s)
    return [part_of(whole, slice(at, at + rows)) for at in range(0, size, rows)]


@pytest.mark.parametrize("rows", [37, 500, 100_000])
def test_pieces_do_not_depend_on_where_chunks_are_cut(rows: int) -> None:
    whole, parts = pieces([record()]), pieces(cut(record(), rows))
    assert [row.session_s for row in parts] == [row.session_s for row in whole]
    for one, other in zip(parts, whole, strict=True):
        assert one.end_s == other.end_s
        if one.blocks is None or other.blocks is None:
            assert one.blocks is other.blocks  # six minutes behind a hole
            continue
        np.testing.assert_allclose(one.blocks.square_a2, other.blocks.square_a2)
        np.testing.assert_array_equal(one.blocks.ntc_c, other.blocks.ntc_c)


def test_pieces_begin_where_sessions_do_and_long_ones_are_seen_by_the_day() -> None:
    chunk = record()
    held_s = np.diff(chunk.t_s)
    sessions = Sessions()
    sessions.take(chunk.t_s[:-1], held_s, chunk.current_a[:-1], held_s >= 1800.0)
    found = pieces([chunk])
    begins = [row.start_s for row in sessions.all()]
    assert list(dict.fromkeys(row.session_s for row in found)) == begins
    assert len(begins) == 4
    assert sum(row.session_s == begins[-1] for row in found) == 4  # 72.5 hours


def test_a_record_without_current_has_no_pieces() -> None:
    t_s = np.arange(10.0)
    assert pieces([Chunk(t_s=t_s, current_a=np.zeros(10))]) == []
    assert pieces([Chunk(t_s=t_s[:0], current_a=t_s[:0])]) == []
