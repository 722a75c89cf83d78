"""The plot of a run: what it must show, no peak hidden, and the same bytes every time."""

import math
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.apps.plot.scale import (
    Scale,
    clock,
    envelope,
    round_ticks,
    runs,
    spread,
    time_ticks_s,
)
from silverpin.apps.plot.svg import Mark, PlotDay, day_svg

SVG = "{http://www.w3.org/2000/svg}"
HOURS_2 = 7200


def _day(seconds: int = HOURS_2) -> PlotDay:
    wave = [10_000.0 * math.sin(t / 40.0) for t in range(seconds)]
    return PlotDay(
        title="Two hours <of> a wave",
        detail="synthetic & short",
        wanted_w=wave,
        power_w=[0.9 * watts for watts in wave],
        temp_hot_c=[40.0 + t / 1000.0 for t in range(seconds)],
        temp_ntc_c=[math.nan] * 600 + [39.0] * (seconds - 600),
        ambient_c=[25.0] * seconds,
        soc=[0.5] * seconds,
        derate=[1.0] * seconds,
        temp_trip_c=85.0,
        power_max_w=10_000.0,
        charged_words="6.1 kWh of 6.8 wanted",
        discharged_words="6.0 kWh of 6.7 wanted",
        derate_words="never held back",
        reversals_s=list(range(0, seconds, 126)),
        marks=[Mark(600.0, "ERR_THERM_OVERLOAD 00:10", fault=True, until_s=900.0)],
    )


def _words(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_page_is_xml_and_says_what_it_shows() -> None:
    svg = day_svg(_day())
    words = _words(svg)
    root = ET.fromstring(svg)
    assert root.find(f"{SVG}title").text == "Two hours <of> a wave"  # type: ignore[union-attr]
    assert {"Power, kW", "Heat, °C", "85 °C trip", "58 reversals", "to the grid"} <= set(words)
    assert "ERR_THERM_OVERLOAD 00:10" in words
    assert any(word.startswith("Closer: the busiest quarter of an hour") for word in words)


def test_the_same_day_is_the_same_bytes_and_no_coordinate_is_broken() -> None:
    svg = day_svg(_day())
    assert svg == day_svg(_day())
    assert "nan" not in svg.replace("nance", "")
    assert "inf" not in svg


def test_a_short_run_has_no_closer_view_and_seconds_on_its_axis() -> None:
    words = _words(day_svg(_day(601)))
    assert not any(word.startswith("Closer") for word in words)
    assert "00:05" in words
    assert "00:00:30" in _words(day_svg(_day(90)))


def test_a_run_that_never_read_a_temperature_still_has_a_page() -> None:
    nothing = [math.nan] * HOURS_2
    day = replace(_day(), temp_hot_c=nothing, temp_ntc_c=nothing, ambient_c=nothing, soc=nothing)
    assert "unknown" in _words(day_svg(day))


def test_marks_at_the_same_time_stand_in_lanes_of_their_own() -> None:
    marks = [Mark(600.0, f"fault {index}", fault=True) for index in range(9)]
    root = ET.fromstring(day_svg(replace(_day(), marks=marks)))
    heights = [
        element.get("y") for element in root.iter(f"{SVG}text") if "fault" in (element.text or "")
    ]
    assert len(heights) == len(set(heights)) == 4


def test_a_mark_near_the_end_writes_to_the_left() -> None:
    late = [Mark(HOURS_2 - 10.0, "ERR_CONTACTOR_WELD 01:59:50", fault=True)]
    root = ET.fromstring(day_svg(replace(_day(), marks=late)))
    word = next(e for e in root.iter(f"{SVG}text") if "WELD" in (e.text or ""))
    assert word.get("text-anchor") == "end"


@given(
    values=st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=1, max_size=300),
    columns=st.integers(1, 200),
)
def test_an_envelope_hides_no_extreme(values: list[float], columns: int) -> None:
    bands = envelope(values, columns)
    known = [value for value in values if not math.isnan(value)]
    seen = [band for band in bands if not math.isnan(band.low)]
    assert len(bands) == columns
    assert bool(known) == bool(seen)
    if known:
        assert min(band.low for band in seen) == min(known)
        assert max(band.high for band in seen) == max(known)
    assert sum(len(run) for _, run in runs(bands)) == len(seen)


@given(at=st.lists(st.floats(0, 500), max_size=10))
def test_labels_keep_their_order_and_distance(at: list[float]) -> None:
    placed = spread(at, 15.0, 0.0, 500.0)
    ordered = [place for _, place in sorted(zip(at, placed, strict=True))]
    assert all(after - before >= 14.99 for before, after in pairwise(sorted(ordered)))
    assert all(-0.01 <= place <= 500.01 for place in placed)


@pytest.mark.parametrize("end_s", [5, 59, 601, 7200, 86_400, 31 * 86_400])
def test_a_time_axis_has_a_few_round_ticks(end_s: int) -> None:
    ticks = time_ticks_s(0, end_s)
    assert 1 <= len(ticks) <= 13
    assert ticks[0] == 0
    assert ticks[-1] <= end_s


def test_clocks_scales_and_ticks() -> None:
    assert (clock(90_061), clock(61, seconds=True)) == ("25:01", "00:01:01")
    assert Scale(0.0, 10.0, 100.0, 0.0)(2.5) == 75.0
    assert round_ticks(-10.0, 10.0, 4) == [-10.0, -5.0, 0.0, 5.0, 10.0]
