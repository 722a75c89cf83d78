"""The report's part on contact resistance in a real Chromium: desk, phone, paper, both themes."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numba", reason="lives are reckoned by numba: install the extra life")

from playwright.sync_api import Browser, Page

from silverpin.apps.life.contact_section import contact_section
from silverpin.apps.life.style import CSS
from tests.web_trends import RISEN

pytestmark = pytest.mark.browser

DAY_S = 86_400.0
A4_PX = 703
CUT = """
() => [...document.querySelectorAll('figure, main, body')].filter((n) => n.checkVisibility())
  .filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.className || n.tagName)
"""
SMALL = """
() => [...document.querySelectorAll('svg text')].filter((n) => n.checkVisibility())
  .map((n) => parseFloat(n.getAttribute('font-size')) * n.getScreenCTM().a)
"""
RATIOS = """
() => {
  const linear = (x) => x <= 10 ? x / 3294 : ((x / 255 + .055) / 1.055) ** 2.4;
  const light = (text) => { const [r, g, b] = text.match(/\\d+/g).map(Number);
    return .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b); };
  const plate = light(getComputedStyle(document.querySelector('main')).backgroundColor);
  return [...document.querySelectorAll('svg text')].filter((n) => n.checkVisibility())
    .map((n) => light(getComputedStyle(n).fill))
    .map((ink) => (Math.max(ink, plate) + .05) / (Math.min(ink, plate) + .05));
}
"""


def told() -> dict[str, Any]:
    """A record of forty days with a step in it."""
    sessions = [row | {"start_s": day * DAY_S} for day, row in enumerate(RISEN["sessions"])]
    alarm = RISEN["alarms"][0] | {"since_s": 31 * DAY_S, "told_s": 34 * DAY_S}
    now = {**RISEN["now_mohm"], "rise": RISEN["rise"], "limit": 0.3, "alarms": [alarm],
           "over_limit": None, "measured": None}  # fmt: skip
    span = {"start": sessions[0]["start"], "hours": 24.0 * 40}
    return {"resistance_mohm": now, "sessions": sessions, "span": span}


@pytest.fixture
def report(tmp_path: Path) -> str:
    page = tmp_path / "report.html"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{CSS}</style>'
    page.write_text(f"{head}<main>{contact_section(told())}</main>", encoding="utf-8")
    return page.as_uri()


def opened(browser: Browser, url: str, width: int, **options: Any) -> Page:
    viewport: Any = {"width": width, "height": 900}
    page = browser.new_context(viewport=viewport, **options).new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("width", [320, 390, 601, 800, 1001, 1240])
def test_one_drawing_is_shown_whole_at_the_size_of_its_text(
    browser: Browser, report: str, width: int
) -> None:
    page = opened(browser, report, width)
    assert page.evaluate(CUT) == []
    assert page.locator("svg:visible").count() == 1
    assert min(page.evaluate(SMALL)) >= 9.0
    page.context.close()


def test_paper_cuts_nothing_off(browser: Browser, report: str) -> None:
    page = opened(browser, report, A4_PX)
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    assert page.locator("svg:visible").count() == 1
    assert min(page.evaluate(SMALL)) >= 9.0
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_words_of_the_drawing_stand_out(browser: Browser, report: str, scheme: Any) -> None:
    page = opened(browser, report, 1240, color_scheme=scheme)
    assert min(page.evaluate(RATIOS)) >= 4.5
    page.context.close()
