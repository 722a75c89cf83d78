"""The report's part on contact resistance: drawn with its limit and steps, or unknown and why."""

import re
from datetime import date
from typing import Any

import pytest

pytest.importorskip("numba", reason="lives are reckoned by numba: install the extra life")

from silverpin.apps.life.contact_section import contact_section
from silverpin.apps.life.trend import Trend, trend

DAY_S = 86_400.0
BEGAN = {"since": "2026-03-21T09:00:00Z", "since_s": 20 * DAY_S, "told": "2026-03-23T10:00:00Z",
         "told_s": 22 * DAY_S, "rise": 0.3}  # fmt: skip


def rows(*medians: float) -> list[dict[str, Any]]:
    return [
        {"start_s": day * DAY_S, "p05": 0.9 * mohm, "p50": mohm, "p95": 1.1 * mohm}
        for day, mohm in enumerate(medians)
    ]


def drawn(width: float = 1136, **changes: Any) -> str:
    sessions = rows(*[0.2] * 20, *[0.26] * 10)
    given: dict[str, Any] = {
        "sessions": sessions,
        "alarms": [BEGAN],
        "limit_mohm": 0.5,
        "span_s": 30 * DAY_S,
        "begins": date(2026, 3, 1),
    }
    return trend(Trend(**given | changes), width)


def test_the_limit_and_each_step_carry_their_words() -> None:
    picture = drawn()
    assert "0.50 mΩ limit" in picture
    assert "step +30 %, on 2026-03-21" in picture
    assert picture.count("var(--warn-fill)") == 1
    assert "a step of 30 % on 2026-03-21" in picture.split("aria-label=")[1].split(">")[0]
    assert "step" not in drawn(alarms=[])


@pytest.mark.parametrize("width", [358, 740, 1136])
@pytest.mark.parametrize("day", [0, 12, 29])
def test_nothing_is_drawn_outside(width: float, day: int) -> None:
    picture = drawn(width, alarms=[BEGAN | {"since_s": day * DAY_S}])
    for anchor, x, words in texts(picture):
        wide = 6.9 * len(words)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
        assert left > -1.0, words
        assert left + wide < width + 1.0, words


def texts(picture: str) -> list[tuple[str, float, str]]:
    found = re.findall(r'<text x="([-\d.]+)"[^>]*?(?:text-anchor="(\w+)")?>([^<]*)<', picture)
    return [(anchor or "start", float(x), words) for x, anchor, words in found]


def test_days_stand_where_there_are_no_dates() -> None:
    undated = drawn(begins=None, alarms=[BEGAN | {"since": None}])
    assert "days from the start" in undated
    assert "step +30 %, on day 20" in undated


def test_a_limit_far_above_stays_in_the_picture() -> None:
    heights = re.findall(r'L[\d.]+ ([\d.]+)" stroke="var\(--fault\)"', drawn(limit_mohm=5.0))
    assert [float(height) > 44.0 for height in heights] == [True]


def told(**now: Any) -> dict[str, Any]:
    return {
        "resistance_mohm": {
            "limit": 0.3,
            "alarms": [],
            "rise": None,
            "over_limit": None,
            "measured": None,
            **now,
        },
        "sessions": rows(0.2, 0.21),
        "span": {"start": "2026-03-01T00:00:00Z", "hours": 48.0},
    }


def test_the_unknown_says_why_and_what_would_help() -> None:
    unknown = dict.fromkeys(("p05", "p50", "p95"))
    part = contact_section(told(**unknown, reason="the session is too short"))
    assert "Unknown: the session is too short; an hour or more near the rated current" in part
    assert "The limit is 0.30 mΩ." in part
    assert "<svg" not in part
    assert contact_section(told(**unknown, reason="x") | {"sessions": []}) == ""


def test_the_part_says_the_estimate_in_words_and_draws_it_for_every_width() -> None:
    part = contact_section(told(p05=0.31, p50=0.4, p95=0.5, over_limit="surely"))
    assert "At the end 0.40 mΩ (0.31 to 0.50), above the limit of 0.30." in part
    assert re.findall(r'<figure class="(\w+)"><svg viewBox="0 0 (\d+)', part) == [
        ("broad", "1136"),
        ("middle", "740"),
        ("narrow", "358"),
    ]
