"""The page for everybody: by keyboard, on a phone, in the dark, without motion."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.page_visit import PHONE, in_first_screen, visiting
from tests.web_states import STATES

pytestmark = [pytest.mark.browser, pytest.mark.verifies("UX-1")]


# Keyboard, narrow, dark, calm


def test_pins_are_reached_by_keyboard_and_stay_chosen(browser: Browser) -> None:
    with visiting(browser) as visit:
        page = visit.page
        pin = page.locator('[data-pin="DC-"]')
        for _ in range(20):
            page.keyboard.press("Tab")
            if pin.evaluate("pin => pin === document.activeElement"):
                break
        expect(pin).to_be_focused()
        expect(page.locator("#pinL")).to_contain_text("DC− 57.2 °C")
        assert (pin.get_attribute("aria-label") or "").startswith("DC−: 57.2 degrees, warm")
        before = visit.figure("lock.age_ms")
        visit.source.show("discharge", lock={**STATES["discharge"]["lock"], "age_ms": 120})
        expect(page.locator('[data-field="lock.age_ms"]')).to_have_text("120\u00a0ms")
        assert before == "40 ms"
        expect(pin).to_be_focused()  # frames came and went


def test_the_plot_is_read_with_arrow_keys(browser: Browser) -> None:
    with visiting(browser) as visit:
        cursor = visit.page.locator("#cursor")
        expect(visit.page.locator("#plotT")).to_have_text("Last hour")
        expect(cursor).to_contain_text("Now")
        visit.page.locator("#plot").focus()
        for _ in range(3):
            visit.page.keyboard.press("ArrowLeft")
        expect(cursor).not_to_contain_text("Now")
        expect(cursor).to_contain_text(re.compile(r"14:30:\d\d"))
        visit.page.locator("#benchBtn").focus()
        expect(cursor).to_contain_text("Now")


@pytest.mark.parametrize("width", [320, 390, 721, 1024, 1440, 1920])
def test_nothing_sticks_out_at_any_width(browser: Browser, width: int) -> None:
    with visiting(browser, size=(width, 844)) as visit:
        for state in STATES:
            visit.source.show(state)
            expect(visit.page.locator("h1")).to_have_text(STATES[state]["say"]["headline"])
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, state
            assert visit.page.evaluate(CLIPPED) == [], state


def test_a_long_word_from_outside_does_not_push_the_page_aside(browser: Browser) -> None:
    word = "a1b2c3d4" * 20
    fault = {**STATES["lock"]["faults"][0], "detail": word, "cause": word}
    changes = {
        "say": {**STATES["lock"]["say"], "detail": word}, "faults": [fault], "site": word,
        "vehicle": {"soc": 0.5, "words": word}, "connector_id": word,
        "next": [{**STATES["lock"]["next"][0], "detail": word}],
        "checks": [{"name": word, "ok": False, "value": word, "limit": None}],
    }  # fmt: skip
    with visiting(browser, size=(320, 844)) as visit:
        visit.source.happen(word)
        visit.source.show("lock", **changes)
        visit.page.locator("#next summary").click()
        expect(visit.page.locator("#next dl")).to_contain_text(word, ignore_case=True)
        expect(visit.page.locator(".events")).to_contain_text(word)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_window_that_shrinks_takes_its_drawings_with_it(browser: Browser) -> None:
    with visiting(browser) as visit:
        for width in (1000, 390, 1440):
            visit.page.set_viewport_size({"width": width, "height": 844})
            drawn = visit.page.locator("#scene > svg, #plot > svg, #hot > svg")
            inside = "all => all.every((svg) => svg.getBoundingClientRect().right <= innerWidth)"
            expect(visit.page.locator("#scene > svg")).to_have_attribute(
                "width", str(visit.page.evaluate("document.querySelector('#scene').clientWidth"))
            )
            assert drawn.evaluate_all(inside), width


@pytest.mark.parametrize("state", ["discharge", "charge", "limited", "idle", "type2"])
def test_a_phone_shows_the_hottest_pin_with_its_headroom_at_once(
    browser: Browser, state: str
) -> None:
    with visiting(browser, state, size=PHONE) as visit:
        for selector in ("h1", ".facts", "#scene svg", "#pinL"):
            assert in_first_screen(visit, selector), selector
        expect(visit.page.locator("#pinL")).to_contain_text("below the trip at 85")


@pytest.mark.parametrize("width", [320, 360, 390, 430])
@pytest.mark.parametrize("state", ["discharge", "type2"])
def test_words_of_both_ends_do_not_run_under_the_plug(
    browser: Browser, state: str, width: int
) -> None:
    with visiting(browser, state, size=(width, 844)) as visit:
        expect(visit.page.locator("#ends")).to_contain_text("took 4.8")
        expect(visit.page.locator("#ends")).to_contain_text("231 V")
        assert visit.page.evaluate(UNDER_THE_PLUG) == []


def test_a_phone_shows_the_fault_and_the_step_that_is_due_at_once(browser: Browser) -> None:
    with visiting(browser, "fault", size=PHONE) as visit:
        due = ('[data-field="faults.0.code"]', ".steps .now b", "#pinL", '[data-pin="DC+"]')
        for selector in ("h1", ".facts", *due):
            assert in_first_screen(visit, selector), selector


def test_what_a_finger_has_to_meet_on_a_phone_is_large_enough(browser: Browser) -> None:
    with visiting(browser, "fault", size=PHONE) as visit:
        visit.page.get_by_role("button", name="Bench").click()
        expect(visit.page.locator("#bench .faults")).not_to_have_count(0)
        small = visit.page.locator("button, select, summary, .seg label, input:not(.seg input)")
        assert small.evaluate_all(SMALL) == []


@pytest.mark.parametrize("state", ["discharge", "charge", "risen", "idle"])
def test_a_desk_shows_everything_that_matters_without_scrolling(
    browser: Browser, state: str
) -> None:
    with visiting(browser, state) as visit:
        assert in_first_screen(visit, ".plate")


SMALL = """
(all) => all.filter((n) => n.checkVisibility() && n.getBoundingClientRect().height < 44)
  .map((n) => n.outerHTML.slice(0, 80))
"""
UNDER_THE_PLUG = """
() => {
  const plug = document.querySelector('#scene > svg > g:last-child').getBoundingClientRect();
  return [...document.querySelectorAll('.end > *')].filter((n) => n.checkVisibility())
    .filter((n) => { const words = document.createRange(); words.selectNodeContents(n);
      const { left, right, top, bottom } = words.getBoundingClientRect();
      return right > plug.left && left < plug.right && bottom > plug.top + 70 && top < plug.bottom;
    }).map((n) => n.textContent);
}
"""
# Words that are cut off by a box too narrow for them; a line of its own is never cut off.
CLIPPED = """
() => [...document.querySelectorAll('.facts b, h1, .read, .btn, .big, h2:not(.vh), td')]
  .filter((n) => n.checkVisibility() && n.scrollWidth > n.clientWidth + 1 && n.clientWidth)
  .map((n) => n.textContent)
"""
CONTRAST = """
() => {
  const linear = (x) => x <= 10 ? x / 3294 : ((x / 255 + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const c = rgb(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const own = (node) => [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  return [...document.querySelectorAll('body *:not(svg *)')]
    .filter((node) => own(node) && node.checkVisibility() && !node.closest('.vh, .skip, dialog'))
    .map((node) => {
      const pair = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
      const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
      return [ratio, node.textContent.slice(0, 40)];
    }).filter(([ratio]) => ratio < 4.5);
}
"""


@pytest.mark.parametrize("state", ["discharge", "limited", "risen", "untold", "fault", "idle"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_themes(browser: Browser, state: str, scheme: Any) -> None:
    with visiting(browser, state, color_scheme=scheme) as visit:
        ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(230, 233, 236)", "dark": "rgb(11, 14, 16)"}[scheme]
        assert visit.page.evaluate(CONTRAST) == []


def test_who_wants_no_motion_gets_none(browser: Browser) -> None:
    with visiting(browser, reduced_motion="reduce") as visit:
        assert visit.page.locator(".run").count() == 2
        assert visit.page.evaluate("document.getAnimations().length") == 0


def test_motion_follows_power_without_starting_again(browser: Browser) -> None:
    with visiting(browser) as visit:
        motion = "document.getAnimations()[0]"
        visit.page.evaluate(f"window.first = {motion}")
        fast = visit.page.evaluate(f"{motion}.playbackRate")
        visit.source.show("discharge", power_w=-2000.0)
        expect(visit.page.locator('[data-field="power_w"]').first).to_have_text("−2.0 kW")
        assert visit.page.evaluate(f"{motion} === window.first")
        assert visit.page.evaluate(f"{motion}.playbackRate") < fast


def test_text_is_never_too_small(browser: Browser) -> None:
    with visiting(browser) as visit:
        sizes = visit.page.evaluate(
            "[...document.querySelectorAll('body *')].filter((n) => n.checkVisibility()"
            " && [...n.childNodes].some((c) => c.nodeType === 3 && c.data.trim()))"
            ".map((n) => parseFloat(getComputedStyle(n).fontSize)"
            " * (n.closest('svg') ? n.getScreenCTM().a : 1))"
        )
        assert min(sizes) >= 11.49


def test_the_policy_stops_what_the_page_never_does(browser: Browser) -> None:
    with visiting(browser) as visit:
        blocked = visit.page.evaluate(
            "new Promise((done) => { document.addEventListener('securitypolicyviolation',"
            " (e) => done(e.effectiveDirective)); const s = document.createElement('script');"
            " s.textContent = 'window.ran = 1'; document.body.append(s); })"
        )
        assert blocked.startswith("script-src")
        assert visit.page.evaluate("window.ran") is None
        visit.complaints.clear()  # the browser reports this attack
