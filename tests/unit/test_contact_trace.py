"""What a charger samples of its contacts: means that hold, while a session lasts, no more."""

import pytest

from silverpin.control.contact_trace import ContactTrace, Look, look_of
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Observation, Reading
from silverpin.domain.quantities import NS_PER_DAY, NS_PER_S

HOUR_S = 3600


def looks(trace: ContactTrace, begin_s: float, end_s: float, step_s: float, amps: float | None,
          mating: int | None = 1, pin_c: float | None = 30.0) -> None:  # fmt: skip
    """Look at a steady current again and again."""
    for step in range(round((end_s - begin_s) / step_s)):
        at_ns = round((begin_s + step * step_s) * NS_PER_S)
        trace.step(Look(at_ns, mating, amps, pin_c, 20.0))


def test_blocks_of_ten_seconds_from_the_first_current_on() -> None:
    trace = ContactTrace()
    looks(trace, 0, 60, 0.02, 0.0)
    assert trace.drain() == []
    looks(trace, 60, 90.02, 0.02, -20.0)
    blocks = trace.drain()
    assert [row.t_ns // NS_PER_S for row in blocks] == [60, 70, 80]
    assert [row.span_s for row in blocks] == pytest.approx([10.0] * 3)
    assert blocks[0].current_a == pytest.approx(-20.0)
    assert blocks[0].square_a2 == pytest.approx(400.0)
    assert (blocks[0].pin_c, blocks[0].air_c, blocks[0].cable_c) == (30.0, 20.0, None)


def test_what_reverses_within_a_block_still_heats() -> None:
    trace = ContactTrace()
    for step in range(502):
        amps = 30.0 if step // 50 % 2 else -30.0
        trace.step(Look(step * NS_PER_S // 50, 1, amps))
    [block] = trace.drain()
    assert block.current_a == pytest.approx(0.0, abs=0.1)
    assert block.square_a2 == pytest.approx(900.0)


def test_skipped_ticks_change_no_mean() -> None:
    often, seldom = ContactTrace(), ContactTrace()
    looks(often, 0, 31, 0.02, 12.5)
    looks(seldom, 0, 31, 1.0, 12.5)
    for one, other in zip(often.drain(), seldom.drain(), strict=True):
        assert one.current_a == pytest.approx(other.current_a)
        assert one.span_s == pytest.approx(other.span_s)


def test_it_goes_on_for_half_an_hour_without_current_and_then_tells_that_it_ended() -> None:
    trace = ContactTrace()
    looks(trace, 0, 100, 1.0, 20.0)
    looks(trace, 100, 100 + HOUR_S, 1.0, 0.0)
    blocks = trace.drain()
    assert blocks[-1].t_ns // NS_PER_S == pytest.approx(100 + 1800, abs=11)
    assert trace.ended()
    assert not trace.ended(), "told once"
    looks(trace, 100 + HOUR_S, 120 + HOUR_S, 1.0, 20.0)
    assert [row.t_ns // NS_PER_S for row in trace.drain()] == [100 + HOUR_S]


def test_a_session_without_an_end_is_told_day_by_day() -> None:
    trace = ContactTrace()
    looks(trace, 0, 24 * HOUR_S, 10.0, 20.0)
    assert not trace.ended()
    looks(trace, 24 * HOUR_S, 24 * HOUR_S + 40, 10.0, 20.0)
    assert not trace.ended(), "the block that shows it is not on the disk yet"
    looks(trace, 24 * HOUR_S + 40, 24 * HOUR_S + 80, 10.0, 20.0)
    assert trace.ended()
    assert trace.drain()[-1].t_ns >= NS_PER_DAY, "a block of the next day shows that it is over"


def test_a_plug_that_goes_out_ends_the_block_with_what_it_has() -> None:
    trace = ContactTrace()
    looks(trace, 0, 14, 1.0, 20.0, mating=7)
    looks(trace, 14, 40, 1.0, 0.0, mating=None)
    blocks = trace.drain()
    assert [(row.mating, row.span_s) for row in blocks] == [(7, 10.0), (7, 4.0)]
    looks(trace, 40, 60, 1.0, 0.0, mating=8)
    assert trace.drain() == [], "without current there is nothing to tell"


def test_who_takes_no_blocks_keeps_the_newest_thousand() -> None:
    trace = ContactTrace()
    looks(trace, 0, 12_011, 5.0, 20.0)
    blocks = trace.drain()
    assert (len(blocks), blocks[-1].t_ns // NS_PER_S) == (1_000, 11_990)


def test_a_block_that_was_hardly_read_says_so() -> None:
    trace = ContactTrace()
    looks(trace, 0, 4, 1.0, 20.0, pin_c=40.0)
    looks(trace, 4, 11, 1.0, 20.0, pin_c=None)
    [block] = trace.drain()
    assert block.pin_c is None
    assert block.current_a == pytest.approx(20.0)


def seen(pins: tuple[float | None, ...], aged_s: float = 0.0) -> Observation:
    now_ns = 100 * NS_PER_S
    taken_ns = now_ns - round(aged_s * NS_PER_S)
    temps = tuple(None if temp is None else Reading(temp, taken_ns) for temp in pins)
    return Observation(now_ns, current_a=Reading(5.0, now_ns), pin_temps_c=temps)


@pytest.mark.parametrize(
    ("pins", "doubted", "hottest"),
    [
        ((31.0, 33.0), (), 33.0),
        ((31.0, None), (), None),
        ((31.0, 33.0), (1,), None),
        ((31.0, float("nan")), (), None),
        ((), (), None),
    ],
)
def test_the_hottest_pin_is_known_only_if_every_sensor_is(
    pins: tuple[float | None, ...], doubted: tuple[int, ...], hottest: float | None
) -> None:
    assert look_of(seen(pins), 1, doubted, LIMITS).pin_c == hottest


def test_an_old_reading_shows_nothing() -> None:
    age_s = 2 * LIMITS.temp_age_max_ns / NS_PER_S
    assert look_of(seen((31.0,), age_s), 1, (), LIMITS).pin_c is None
