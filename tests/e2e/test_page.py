"""The page in a real Chromium, over scripted states: what is seen, said and reached by key."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from silverpin.apps.web.source import ActResult
from tests.web_fake import Served, dig, serving
from tests.web_states import STATES

pytestmark = [pytest.mark.browser, pytest.mark.verifies("UX-1")]

DESK = (1440, 900)
PHONE = (390, 844)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


# When the first live picture stands, in milliseconds since the page was asked for.
DRAWN_AT = """
new MutationObserver(() => {
  if (!window.drawnAt && document.querySelector('.pin')) window.drawnAt = performance.now();
}).observe(document, { subtree: true, childList: true });
"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield launched
        launched.close()


@dataclass
class Visit:
    """One open page, with everything that it asked for and complained about."""

    served: Served
    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def source(self) -> Any:
        return self.served.source

    def figure(self, path: str) -> str:
        """The text of the first figure drawn from a key of the status, its minus made plain."""
        text = self.page.locator(f'[data-field="{path}"]').first.text_content() or ""
        return text.replace("−", "-").replace("\u00a0", " ").replace(",", "")

    def number(self, path: str) -> float:
        found = re.search(r"-?\d+(\.\d+)?", self.figure(path))
        assert found, f"{path} shows {self.figure(path)!r}"
        return float(found.group())


@contextmanager
def visiting(
    browser: Browser,
    state: str = "discharge",
    *,
    size: tuple[int, int] = DESK,
    simulated: bool = True,
    **options: Any,
) -> Iterator[Visit]:
    """Open the page over a charger in *state*; fail at the end if it complained about anything."""
    with serving(state, simulated=simulated) as served:
        viewport: Any = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, timezone_id="UTC", **options)
        visit = Visit(served, context.new_page())
        visit.page.on("request", lambda request: visit.requests.append(request))
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.add_init_script(DRAWN_AT)
        visit.page.goto(served.url)
        expect(visit.page.locator(".pin").first).to_be_visible()
        yield visit
        complaints = list(visit.complaints)
        context.close()
    assert complaints == []


def in_first_screen(visit: Visit, selector: str) -> bool:
    box = visit.page.locator(selector).first.bounding_box()
    height = (visit.page.viewport_size or {"height": 0})["height"]
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height


# Live


def test_the_first_frame_comes_within_a_second_and_its_figures_are_the_status(
    browser: Browser,
) -> None:
    with visiting(browser) as visit:
        visit.served.mute()
        status = visit.source.status()
        assert visit.page.evaluate("window.drawnAt") < 1000
        expect(visit.page.locator("h1")).to_have_text(status["say"]["headline"])
        shown = {
            "power_w": 1000.0,
            "temps_c.DC+.value": 1.0,
            "temps_c.DC-.value": 1.0,
            "headroom_k": 1.0,
            "counts.matings": 1.0,
            "counts.matings_to_cleaning": 1.0,
            "energy_kwh.charged": 1.0,
            "energy_kwh.discharged": 1.0,
            "grid.hz": 1.0,
            "voltage_v": 1.0,
            "current_a": 1.0,
            "vehicle.soc": 0.01,
            "permit.current_max_a": 1.0,
            "limits.0.power_w": 1000.0,
        }
        for path, unit in shown.items():
            value = float(dig(status, path))
            assert visit.number(path) * unit == pytest.approx(value, rel=0.002), path
            exact = visit.page.locator(f'[data-field="{path}"]').first.get_attribute("data-value")
            assert float(exact or "nan") == value, path
        words = {
            "lock.confirmed": "Locked",
            "contactor.mirror": "closed",
            "permit.valid": "valid",
            "cp_state": "state C",
        }
        assert {path: visit.figure(path)[: len(word)] for path, word in words.items()} == words


def test_a_new_state_is_drawn_without_loading_again(browser: Browser) -> None:
    with visiting(browser) as visit:
        visit.source.show("charge")
        expect(visit.page.locator("h1")).to_have_text("Charging the vehicle at 17.2 kW")
        assert visit.number("power_w") == 17.2
        visit.source.happen("ERR_CP_SIGNAL_LOSS: pilot noise 0.9 V. Latched")
        expect(visit.page.locator(".events tr").first).to_contain_text("ERR_CP_SIGNAL_LOSS")


def test_the_page_is_small_and_asks_nobody_else(browser: Browser) -> None:
    with visiting(browser) as visit:
        asked = [request for request in visit.requests if not request.url.startswith("data:")]
        assert {request.url.split("/")[2] for request in asked} == {
            f"127.0.0.1:{visit.served.port}"
        }
        files = [request for request in asked if "/api/" not in request.url]
        sizes = [len((request.response() or pytest.fail(request.url)).body()) for request in files]
        assert sum(sizes) < 100_000


def test_old_data_turns_grey_and_comes_back_by_itself(browser: Browser) -> None:
    with visiting(browser) as visit:
        page = visit.page
        visit.served.mute()
        expect(page.locator("h1")).to_contain_text("No news from the charger", timeout=8000)
        expect(page.locator("#page")).to_have_class(re.compile("stale"))
        expect(page.locator(".facts")).to_contain_text("treat as live")
        expect(page.locator("#hotT")).to_contain_text(", at 14:32")
        running = "document.getAnimations().some((a) => a.playState === 'running')"
        assert not page.evaluate(running)
        assert page.title().startswith("No news from the charger")
        visit.served.unmute()
        expect(page.locator("h1")).to_have_text("Feeding the grid at 19.6 kW")
        assert page.evaluate(running)


def test_a_charger_that_starts_again_is_found_without_loading_again(browser: Browser) -> None:
    context = browser.new_context(timezone_id="UTC")
    page = context.new_page()
    with serving("discharge") as served:
        port = served.port
        page.goto(served.url)
        expect(page.locator("h1")).to_have_text("Feeding the grid at 19.6 kW")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("h1")).to_contain_text("No news from the charger", timeout=8000)
    with serving("idle", port=port):
        expect(page.locator("h1")).to_have_text("Ready. Plug in to begin", timeout=8000)
        assert page.evaluate("window.sameDocument")
        context.close()


# Faults and facts


@pytest.mark.parametrize("state", ["fault", "lock", "weld", "unknown"])
def test_a_fault_is_an_alert_and_the_title_repeats_it(browser: Browser, state: str) -> None:
    with visiting(browser, state) as visit:
        headline = STATES[state]["say"]["headline"]
        alert = visit.page.get_by_role("alert")
        expect(alert.locator("h1")).to_have_text(headline)
        assert visit.page.title() == f"{headline}, Charger 1 (simulated)"
        assert visit.figure("faults.0.code") == STATES[state]["faults"][0]["code"]
        expect(visit.page.locator("#limit")).to_be_hidden()
        assert visit.page.locator("#next .steps li").count() >= 2


FACTS = {
    "discharge": ["In use", "Locked", "Powered"],
    "idle": ["Safe", "Unlocked", "Power off"],
    "fault": ["Safe", "Locked", "Power off"],
    "lock": ["Safe", "Not locked", "Power off"],
    "weld": ["Not safe", "Locked", "Powered"],
    "unknown": ["Unknown", "Unknown", "Unknown"],
}


@pytest.mark.parametrize("state", FACTS)
def test_the_facts_say_what_is_proven_and_nothing_more(browser: Browser, state: str) -> None:
    with visiting(browser, state) as visit:
        assert visit.page.locator(".facts b").all_text_contents() == FACTS[state]


def test_a_live_pin_is_powered_whatever_the_contactor_says(browser: Browser) -> None:
    with visiting(browser, "fault") as visit:
        visit.source.show("fault", voltage_v=391.0)
        expect(visit.page.locator(".facts b").last).to_have_text("Powered")


def test_words_of_the_charger_are_never_read_as_markup(browser: Browser) -> None:
    with visiting(browser) as visit:
        evil = {"tone": "", "headline": "<img src=x onerror=alert(1)>", "detail": "<b>x</b>"}
        visit.source.show("discharge", say=evil, name="<i>x</i>")
        expect(visit.page.locator("h1")).to_have_text(evil["headline"])
        assert visit.page.locator("h1 img, #name i").count() == 0


def test_only_sensed_pins_have_rings(browser: Browser) -> None:
    with visiting(browser) as visit:
        pins = visit.page.locator(".pin")
        assert set(pins.evaluate_all("all => all.map((pin) => pin.dataset.pin)")) == {
            *("DC+", "DC-", "PE", "CP", "PP")
        }
        visit.source.show("type2")
        expect(visit.page.locator('[data-pin="N"]')).to_be_visible()
        assert visit.page.locator('[data-pin="DC+"]').count() == 0
        assert visit.number("temps_c.L1.value") == 43.4


# The bench and the reset


def test_a_bench_act_is_sent_and_its_answer_shown(browser: Browser) -> None:
    with visiting(browser, "idle") as visit:
        page = visit.page
        page.get_by_role("button", name="Bench").click()
        page.locator('[data-act="plug"]').click()
        status = page.get_by_role("dialog").get_by_role("status")
        expect(status).to_contain_text("Plugged in.")
        assert visit.source.acts == [("plug", None, False)]
        visit.source.answer = ActResult(ok=False, text="Not while it runs.", status_code=409)
        page.locator('[data-act="jam-lock"]').click()
        expect(status).to_contain_text("Refused: Jam the lock")
        expect(status).to_contain_text("Not while it runs.")
        expect(page.locator('[data-act="jam-lock"]')).to_have_attribute("aria-pressed", "false")
        visit.complaints.clear()  # the browser itself reports the answer 409


def test_every_bench_control_sends_what_it_says(browser: Browser) -> None:
    with visiting(browser) as visit:
        page = visit.page
        page.get_by_role("button", name="Bench").click()
        page.get_by_label("To vehicle").check()
        page.get_by_label("Power in kilowatts").fill("7.4")
        page.get_by_label("Grid frequency").fill("48.2")
        page.get_by_label("Pin", exact=True).select_option("DC-")
        for name in ("Set power", "+10 °C", "Heat to trip", "Push", "Let go", "Stop", "Unplug"):
            page.get_by_role("dialog").get_by_role("button", name=name).click()
            expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(", at ")
        for toggle in ("jam-lock", "pilot-noise", "bypass-ntc", "weld", "shift-modbus"):
            button = page.locator(f'[data-act="{toggle}"]')
            button.click()
            expect(button).to_have_attribute("aria-pressed", "true")
            button.click()
            expect(button).to_have_attribute("aria-pressed", "false")
        page.locator('[data-act="healthy"]').click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("healthy")
        toggles = [("jam-lock", None), ("pilot-noise", None), ("bypass-ntc", "DC-")]
        toggles += [("weld", None), ("shift-modbus", None)]
        assert visit.source.acts == [
            ("set-power", 7400.0, False),
            ("heat-pin", "DC-=10", False),
            ("heat-pin", "DC-=trip", False),
            ("grid-push", 48.2, False),
            ("grid-push", None, True),
            ("stop", None, False),
            ("unplug", None, False),
            *((act, value, clear) for act, value in toggles for clear in (False, True)),
            ("healthy", None, False),
        ]


def test_escape_closes_the_bench_and_focus_returns(browser: Browser) -> None:
    with visiting(browser) as visit:
        page = visit.page
        opener = page.get_by_role("button", name="Bench")
        wide = page.locator(".plate").first.bounding_box()
        opener.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        beside = page.locator(".plate").first.bounding_box()
        assert wide
        assert beside
        assert beside["width"] < wide["width"]  # it reflows beside the bench, not under it
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(opener).to_be_focused()


def test_on_hardware_the_page_only_shows(browser: Browser) -> None:
    with visiting(browser, "cooled", simulated=False) as visit:
        expect(visit.page.get_by_text("evse-cli reset --thermal")).to_be_visible()
        assert visit.page.locator("[data-act]").count() == 0
        expect(visit.page.get_by_role("button", name="Bench")).to_be_hidden()
        expect(visit.page.locator("#simulated")).to_be_hidden()
        assert "simulated" not in visit.page.title()


def test_the_latch_can_be_reset_only_when_cool(browser: Browser) -> None:
    with visiting(browser, "fault") as visit:
        reset = visit.page.locator('#next [data-act="reset-thermal"]')
        expect(reset).to_have_attribute("aria-disabled", "true")
        expect(reset).to_have_accessible_description(re.compile("Possible below 60"))
        reset.click(force=True)
        assert visit.source.acts == []
        visit.source.show("cooled")
        expect(reset).not_to_have_attribute("aria-disabled", "true")
        visit.source.answer = ActResult(ok=True, text="Cleared. Discharge waits for an inspection.")
        reset.click()
        expect(visit.page.locator("#resetWhy")).to_have_text(visit.source.answer.text)
        assert visit.source.acts == [("reset-thermal", None, False)]


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


@pytest.mark.parametrize("state", ["discharge", "charge", "limited", "idle", "type2"])
def test_a_phone_shows_the_hottest_pin_with_its_headroom_at_once(
    browser: Browser, state: str
) -> None:
    with visiting(browser, state, size=PHONE) as visit:
        for selector in ("h1", ".facts", "#scene svg", "#pinL"):
            assert in_first_screen(visit, selector), selector
        expect(visit.page.locator("#pinL")).to_contain_text("below the trip at 85")


def test_a_phone_shows_the_fault_and_the_step_that_is_due_at_once(browser: Browser) -> None:
    with visiting(browser, "fault", size=PHONE) as visit:
        due = ('[data-field="faults.0.code"]', ".steps .now b", "#pinL", '[data-pin="DC+"]')
        for selector in ("h1", ".facts", *due):
            assert in_first_screen(visit, selector), selector


@pytest.mark.parametrize("state", ["discharge", "charge", "idle"])
def test_a_desk_shows_everything_that_matters_without_scrolling(
    browser: Browser, state: str
) -> None:
    with visiting(browser, state) as visit:
        assert in_first_screen(visit, ".plate")


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


@pytest.mark.parametrize("state", ["discharge", "limited", "fault", "idle"])
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
