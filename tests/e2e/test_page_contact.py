"""Contact resistance on the page: its trend, its interval, what it rests on, and its alarm."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.page_visit import PHONE, Visit, in_first_screen, visiting
from tests.web_trends import RISEN, RISEN_DUE, STEADY, UNTOLD, resistance, session

pytestmark = [pytest.mark.browser, pytest.mark.verifies("UX-1")]

FIGURE = '[data-field="resistance.now_mohm.p50"]'
WATCHED = "#contact, #trend, #sessions, #health, #news"
COUNTING = """
(selector) => {
  window.changes = 0;
  const watch = new MutationObserver((all) => { window.changes += all.length; });
  for (const node of document.querySelectorAll(selector)) {
    watch.observe(node, { childList: true, subtree: true, characterData: true, attributes: true });
  }
}
"""
POINTS = "(path) => path.getAttribute('d').match(/[ML][^MLZ]+/g).map((p) => p.slice(1).split(' '))"
STROKES = """
() => {
  const probe = document.querySelector('#contact');
  const colour = (name) => { probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color.match(/\\d+/g).map(Number); };
  const linear = (x) => x <= 10 ? x / 3294 : ((x / 255 + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const ratio = (a, b) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  const plate = light(colour('--plate'));
  return ['--ink', '--edge', '--fault', '--warn'].map((name) => ratio(light(colour(name)), plate));
}
"""


def drawn(visit: Visit) -> Locator:
    return visit.page.locator("#trend > svg")


# The trend


def test_the_newest_figure_stands_with_its_interval_its_rise_and_what_it_rests_on(
    browser: Browser,
) -> None:
    with visiting(browser) as visit:
        contact = visit.page.locator("#contact")
        expect(contact).to_contain_text("nine times in ten 0.18 to 0.24")
        assert visit.number("resistance.now_mohm.p50") == pytest.approx(
            STEADY["now_mohm"]["p50"], abs=0.005
        )
        expect(contact).to_contain_text("−1 to 5\u00a0% since the first session")
        expect(contact).to_contain_text("Below the limit of 0.30\u00a0mΩ.")
        expect(contact).to_contain_text("No change that the sessions could vouch for.")
        expect(contact).to_contain_text("40 of 44 sessions (temperature) and on 16 bench runs")
        expect(contact).to_contain_text("As of 2026-11-22.")
        row = visit.page.locator("#health li").first
        expect(row).to_contain_text("mΩ contact resistance")
        expect(row).to_contain_text("0.18 to 0.24; no sure change")


def test_every_session_is_a_point_and_its_interval_a_band(browser: Browser) -> None:
    with visiting(browser) as visit:
        band, high, low, middle = (
            drawn(visit).locator("> path").nth(place).evaluate(POINTS)
            for place in trend_paths(visit)
        )
        sessions = len(STEADY["sessions"])
        assert len(band) == 2 * sessions
        assert len(high) == len(low) == len(middle) == sessions
        heights = [float(y) for _, y in middle]
        wanted = [row["p50"] for row in STEADY["sessions"]]
        scale = (heights[0] - heights[1]) / (wanted[1] - wanted[0])
        for height, value in zip(heights, wanted, strict=True):
            assert heights[0] - height == pytest.approx(scale * (value - wanted[0]), abs=0.2)


def trend_paths(visit: Visit) -> list[int]:
    """Where the band, its two edges and the median are among the paths of the trend."""
    fills = (
        drawn(visit)
        .locator("> path")
        .evaluate_all("all => all.map((path) => path.getAttribute('fill'))")
    )
    first = fills.index("var(--interval)")
    return [first, first + 1, first + 2, first + 3]


def test_the_limit_is_a_line_with_its_number(browser: Browser) -> None:
    with visiting(browser) as visit:
        visit.source.show("discharge", resistance=STEADY | {"limit_mohm": 0.5})
        expect(drawn(visit)).to_contain_text("0.50 mΩ limit")
        line = drawn(visit).locator('path[stroke="var(--fault)"]')
        assert line.count() == 1
        expect(visit.page.locator("#health li").first).to_contain_text("0.50")


def test_a_step_is_marked_in_words_and_by_a_shape(browser: Browser) -> None:
    with visiting(browser) as visit:
        marks = visit.page.locator('#trend path[fill="var(--warn-fill)"]')
        expect(visit.page.locator(FIGURE).first).to_be_visible()
        assert marks.count() == 0
        visit.source.show("risen")
        expect(drawn(visit)).to_contain_text("step +22\u00a0%")
        assert marks.count() == 1
        assert visit.page.locator('#health path[fill="var(--warn-fill)"]').count() == 1
        expect(visit.page.locator("#contact")).to_contain_text(
            "It rose by about 22\u00a0% with the session of 2026-11-14; told on 2026-11-17."
        )


def test_the_advice_says_that_nothing_happens_by_itself(browser: Browser) -> None:
    with visiting(browser, "risen") as visit:
        expect(visit.page.locator("#contact")).to_contain_text(
            "No more than 181 A until the pins are inspected: that heats the contact no more than "
            "a sound one. Nothing lowers the current by itself."
        )
        assert visit.number("resistance.advice.current_max_a") == 181.0


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (None, "The limit of 0.30\u00a0mΩ lies inside the interval."),
        ("likely", "Likely above the limit of 0.30\u00a0mΩ."),
        ("surely", "Above the limit of 0.30\u00a0mΩ."),
    ],
)
def test_it_is_called_above_the_limit_as_surely_as_the_charger_says(
    browser: Browser, over: str | None, words: str
) -> None:
    rows = [session(0, 0.3), {**session(1, 0.4), "p05": 0.25}]
    with visiting(browser) as visit:
        visit.source.show("discharge", resistance=resistance(rows, over_limit=over))
        expect(visit.page.locator("#contact")).to_contain_text(words)
        accused = visit.page.locator("#health .flagw").all_text_contents()
        said = words.split(" of ")[0].lower()
        assert accused == ([f"0.25 to 0.50; {said}"] if over else [])


def test_what_an_inspection_measured_is_told_with_what_happened_since(browser: Browser) -> None:
    measured = {"time": "2026-11-20T09:00:00.000Z", "mohm": 0.2,
                "rise": {"p05": 0.06, "p50": 0.1, "p95": 0.14}}  # fmt: skip
    with visiting(browser) as visit:
        told = resistance([session(0, 0.3), session(1, 0.4)], measured=measured)
        visit.source.show("discharge", resistance=told)
        expect(visit.page.locator("#contact")).to_contain_text(
            "The worst pin measured 0.20\u00a0mΩ at the inspection of 2026-11-20; up 10\u00a0% "
            "since then."
        )
        expect(visit.page.locator("#contact")).to_contain_text("by what was measured")
        assert visit.page.locator("#health .flagw").count() == 0


def test_one_session_is_a_whisker(browser: Browser) -> None:
    with visiting(browser) as visit:
        visit.source.show("discharge", resistance=resistance([session(0, 0.2)], rise=None))
        expect(visit.page.locator("#sessions summary")).to_have_text("The session as a table")
        assert drawn(visit).locator("circle").count() == 1
        assert "NaN" not in drawn(visit).inner_html()


# What is unknown


@pytest.mark.parametrize("told", [UNTOLD, None])
def test_the_unknown_says_why_and_what_would_help(browser: Browser, told: Any) -> None:
    with visiting(browser) as visit:
        visit.source.show("discharge", resistance=told)
        contact = visit.page.locator("#contact")
        expect(contact).to_contain_text("Unknown")
        why = told["reason"] if told else "the charger does not tell it"
        expect(contact).to_contain_text(why, ignore_case=True)
        expect(contact).to_contain_text("An hour or more near the rated current of 200\u00a0A")
        expect(visit.page.locator("#trend")).to_be_hidden()
        assert visit.page.locator(FIGURE).count() == 0
        expect(visit.page.locator("#health .unknown")).to_contain_text(
            f"Contact resistance: {why}.", ignore_case=True
        )


# For everybody


def test_sessions_are_read_with_arrow_keys(browser: Browser) -> None:
    with visiting(browser) as visit:
        line, plot = visit.page.locator("#session"), visit.page.locator("#trend")
        expect(line).to_contain_text("One step a session")
        plot.focus()
        visit.page.keyboard.press("ArrowLeft")
        visit.page.keyboard.press("ArrowLeft")
        told = STEADY["sessions"][-3]
        expect(line).to_contain_text(f"{told['start'][:10]} 07:10")
        expect(line).to_contain_text(f"{told['p50']:.2f}\u00a0mΩ")
        expect(line).to_contain_text("by temperature")
        expect(line).to_have_attribute("aria-live", "polite")
        visit.page.locator("#benchBtn").focus()
        expect(line).to_contain_text("One step a session")


def test_the_pointer_reads_the_session_under_it(browser: Browser) -> None:
    with visiting(browser) as visit:
        plot = visit.page.locator("#trend")
        plot.hover(position={"x": 45, "y": 60})
        expect(visit.page.locator("#session")).to_contain_text(STEADY["sessions"][0]["start"][:10])


def test_the_trend_can_be_heard_and_read_as_a_table(browser: Browser) -> None:
    with visiting(browser, "risen") as visit:
        expect(visit.page.locator("#trend")).to_have_accessible_name(
            re.compile(
                r"Contact resistance over 40 sessions, 2026-10-14 to 2026-11-22: from 0\.20 to "
                r"0\.25 milliohm, between 0\.21 to 0\.29; the limit is 0\.30\. "
                r"Step of 22.% on 2026-11-14\."
            )
        )
        visit.page.locator("#sessions summary").press("Enter")
        rows = visit.page.locator("#sessions tbody tr")
        newest = RISEN["sessions"][-1]
        assert rows.count() == len(RISEN["sessions"])
        expect(rows.first).to_contain_text(f"{newest['p05']:.2f} to {newest['p95']:.2f}")
        visit.source.pulse()
        expect(rows.first).to_be_visible()


def test_work_that_falls_due_is_read_out_once(browser: Browser) -> None:
    with visiting(browser) as visit:
        said = visit.page.get_by_role("status").and_(visit.page.locator("#news"))
        expect(said).to_have_text("")
        visit.page.evaluate(COUNTING, "#news")
        visit.source.show("risen")
        expect(said).to_contain_text("Due now: inspect the pins: contact resistance. It rose by")
        visit.source.show("risen", due=[RISEN_DUE | {"since": "2026-11-20T14:00:00Z"}])
        expect(visit.page.locator("#next")).to_contain_text("Since 2026-11-20")
        for state in ("risen", "discharge", "risen"):
            visit.source.show(state)
            told = "Inspect the pins" if state == "risen" else "Nothing."
            expect(visit.page.locator("#next .who-now")).to_contain_text(told)
        assert visit.page.evaluate("window.changes") == 1
        visit.source.show("discharge")
        expect(visit.page.locator("#next .who-now")).to_have_text("Nothing.")
        again = {"since": "2026-11-22T14:00:00Z", "reason": "it rose once more"}
        visit.source.show("risen", due=[RISEN_DUE | again])
        expect(said).to_contain_text("It rose once more.")


def test_work_that_was_due_before_the_page_opened_is_not_read_out(browser: Browser) -> None:
    with visiting(browser, "risen") as visit:
        expect(visit.page.locator("#next .who-now")).to_have_text(
            "Inspect the pins: contact resistance."
        )
        expect(visit.page.locator("#news")).to_have_text("")


def test_nothing_flickers_between_updates(browser: Browser) -> None:
    with visiting(browser, "risen") as visit:
        expect(visit.page.locator("#sessions summary")).to_be_visible()
        visit.page.evaluate(COUNTING, WATCHED)
        clock = visit.page.locator("#clock")
        for _ in range(3):
            before = clock.text_content() or ""
            expect(clock).not_to_have_text(before)
        assert visit.page.evaluate("window.changes") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_that_carry_meaning_stand_out_in_both_themes(browser: Browser, scheme: Any) -> None:
    with visiting(browser, "risen", color_scheme=scheme) as visit:
        assert min(visit.page.evaluate(STROKES)) >= 3.0


def test_an_alarm_keeps_what_matters_in_the_first_screen(browser: Browser) -> None:
    with visiting(browser, "risen") as visit:
        for selector in ("h1", "#next", "#hot", "#limit", "#health li"):
            assert in_first_screen(visit, selector), selector


def test_on_a_phone_the_trend_comes_before_its_words_and_fits(browser: Browser) -> None:
    with visiting(browser, "risen", size=PHONE) as visit:
        plot = drawn(visit).bounding_box()
        words = visit.page.locator("#contact").bounding_box()
        assert plot
        assert words
        assert plot["x"] >= 0
        assert plot["x"] + plot["width"] <= PHONE[0]
        assert plot["y"] + plot["height"] <= words["y"]
