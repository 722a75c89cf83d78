"""A record is cut into sessions for estimates as it is for counts, wherever its chunks are cut."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("numba", reason="sessions are cut by numba: install the extra life")

from silverpin.durability.record import Chunk, part_of
from silverpin.durability.resistance.blocks import REST_S
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


def test_what_goes_on_after_somebody_asked_has_not_rested() -> None:
    t_s = 60.0 * np.arange(121.0)
    chunk = Chunk(t_s=t_s, current_a=np.full(121, 20.0), temp_ntc_c=np.full(121, 30.0))
    cutter = Pieces()
    parts = cut(chunk, 61)
    found = [*cutter.take(parts[0]), *cutter.rest(), *cutter.take(parts[1]), *cutter.rest()]
    assert [row.session_s for row in found] == [0.0, 0.0]
    rests_s = [None if row.blocks is None else row.blocks.rest_s for row in found]
    assert rests_s == [REST_S, 0.0]


def test_voltages_that_nobody_read_tell_no_loop_and_stop_nothing() -> None:
    t_s = np.arange(0.0, 3600.0)
    silent = np.full(len(t_s), np.nan)
    chunk = Chunk(t_s=t_s, current_a=np.full(len(t_s), 20.0), v_evse_v=silent + 400.0,
                  v_ev_v=silent)  # fmt: skip
    [piece] = pieces([chunk])
    assert piece.loop is None


def test_rows_that_hold_a_temperature_alone_take_no_heat_away() -> None:
    t_s = np.arange(0.0, 3600.0)
    whole = Chunk(t_s=t_s, current_a=np.full(len(t_s), 20.0), temp_ntc_c=np.full(len(t_s), 30.0))
    by_turns = replace(whole, current_a=np.where(t_s % 2.0 == 0.0, 20.0, np.nan))
    [one], [other] = pieces([whole]), pieces([by_turns])
    assert one.blocks is not None
    assert other.blocks is not None
    np.testing.assert_allclose(other.blocks.square_a2, one.blocks.square_a2)
