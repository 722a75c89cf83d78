"""The page in a real Chromium, over scripted states: what it shows, says and does."""

import re

import pytest
from playwright.sync_api import Browser, expect

from silverpin.domain.faults import FAULTS
from tests.page_visit import visiting
from tests.web_fake import dig, serving
from tests.web_states import STATES

pytestmark = [pytest.mark.browser, pytest.mark.verifies("UX-1")]


# Live


def test_the_figures_of_the_first_frame_are_the_status(
    browser: Browser,
) -> None:
    with visiting(browser) as visit:
        visit.served.mute()
        status = visit.source.status()
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


@pytest.mark.verifies("THM-5")
def test_the_forecast_is_an_open_diamond_and_a_sentence(browser: Browser) -> None:
    with visiting(browser) as visit:
        forecast = visit.source.status()["forecast"]
        assert visit.number("forecast.temp_c") == pytest.approx(forecast["temp_c"], abs=0.05)
        expect(visit.page.locator("#hot")).to_contain_text("Expected: DC+ at 64.2")
        expect(visit.page.locator("#limit")).to_contain_text("forecast 64 °C in 5 min")
        assert visit.page.locator('#hot svg path[d$="l5-5 5 5-5 5z"]').count() == 1


def test_the_slope_says_whose_it_is_when_another_pin_is_hotter(browser: Browser) -> None:
    with visiting(browser) as visit:
        visit.source.show("discharge", slope_pin="DC-", slope_c_per_min=2.5)
        expect(visit.page.locator("#hot")).to_contain_text("DC\u2212 rising 2.5")
        visit.source.show("discharge", slope_pin="DC+", slope_c_per_min=2.6)
        expect(visit.page.locator("#hot")).to_contain_text("rising 2.6")
        expect(visit.page.locator("#hot")).not_to_contain_text("DC\u2212 rising")


def test_a_connector_at_its_end_is_drawn_as_well(browser: Browser) -> None:
    with visiting(browser) as visit:
        worn = {
            **STATES["discharge"]["wear"],
            "remaining_years": {"p05": 0.0, "p50": 0.0, "p95": 0.0},
            "cost_eur_per_kwh": {"p05": 0.41, "p50": 1.234, "p95": 12.5},
        }
        visit.source.show("discharge", wear=worn)
        health = visit.page.locator("#health")
        expect(health).to_contain_text("0.0 to 0.0; mating wear first")
        expect(health).to_contain_text("123 ct wear a kWh given")
        expect(health).to_contain_text("41 to 1,250")
        assert "NaN" not in health.inner_html()


def test_limits_are_those_that_the_charger_tells(browser: Browser) -> None:
    with visiting(browser) as visit:
        stricter = {"temp_trip_c": 80.0, "voltage_touch_max_v": 30.0, "cleaning_matings": 300}
        visit.source.show("idle", **stricter, voltage_v=40.0)
        expect(visit.page.locator("#health")).to_contain_text("due every 300")
        expect(visit.page.locator("#hot")).to_contain_text("80 trip")
        expect(visit.page.locator(".facts b").last).to_have_text("Powered")


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
        assert sum(sizes) < 110_000


def test_old_data_turns_grey_and_comes_back_by_itself(browser: Browser) -> None:
    with visiting(browser) as visit:
        page = visit.page
        visit.served.mute()
        expect(page.locator("h1")).to_contain_text("No news from the charger", timeout=8000)
        expect(page.locator("#page")).to_have_class(re.compile("stale"))
        expect(page.locator(".facts")).to_contain_text("treat as live")
        for heading in ("#hotT", "#plotT", "#checkT"):
            expect(page.locator(heading)).to_contain_text(", at 14:32")
        expect(page.locator("#cursor")).to_contain_text("At 14:32")
        expect(page.locator("#hot")).to_contain_text("warm then")
        running = "document.getAnimations().some((a) => a.playState === 'running')"
        assert not page.evaluate(running)
        assert page.title().startswith("No news from the charger")
        visit.served.unmute()
        expect(page.locator("h1")).to_have_text("Feeding the grid at 19.6 kW")
        assert page.evaluate(running)


def test_a_page_that_is_hidden_goes_on_with_its_title(browser: Browser) -> None:
    with visiting(browser) as visit:
        # Hidden between a frame and its picture, which a hidden page never makes.
        visit.page.evaluate(
            "new Promise((asked) => { window.requestAnimationFrame = () => { asked(); }; })"
        )
        visit.page.evaluate(
            "Object.defineProperty(document, 'hidden', { get: () => true });"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        visit.source.show("idle")
        expect(visit.page).to_have_title(re.compile("^Ready. Plug in to begin"))


def test_a_clock_that_is_set_back_takes_the_plot_with_it(browser: Browser) -> None:
    with visiting(browser) as visit:
        plot = visit.page.locator("#plot > svg")
        expect(plot).to_contain_text("14:32")
        visit.source.rewind(1800.0)
        expect(plot).to_contain_text("14:02")
        expect(plot).not_to_contain_text("14:32")
        asked = [row.url for row in visit.requests if row.url.endswith("/api/history")]
        assert len(asked) == 2


def test_times_are_those_of_a_clock_beside_the_charger(browser: Browser) -> None:
    with visiting(browser) as visit:
        visit.source.show("fault", utc_offset_s=-12_600)
        expect(visit.page.locator("#clock")).to_contain_text("11:02:")
        expect(visit.page.locator("#next")).to_contain_text("since 10:59:40")


def test_what_happened_on_another_day_has_its_date(browser: Browser) -> None:
    with visiting(browser) as visit:
        visit.source.happen("ERR_LOCK_FAIL: the bolt did not seat in any try", ago_s=3 * 86_400)
        expect(visit.page.locator(".events tr").first).to_contain_text("2026-11-19 14:32:")
        expect(visit.page.locator(".events tr").nth(1)).to_contain_text(re.compile(r"^14:32:08"))
        expect(visit.page.locator("#next")).to_contain_text("Last fault at 2026-11-19 14:32:")
        old = {**STATES["lock"]["faults"][0], "since": "2026-11-19T10:00:00.000Z"}
        visit.source.show("lock", faults=[old])
        expect(visit.page.locator("#next")).to_contain_text(
            "since 2026-11-19 10:00:00 (3\u00a0d 4\u00a0h)"
        )


def test_a_charger_that_starts_again_is_found_without_loading_again(browser: Browser) -> None:
    context = browser.new_context(timezone_id="UTC")
    page = context.new_page()
    with serving("discharge") as served:
        port = served.port
        page.goto(served.url)
        expect(page.locator("h1")).to_have_text("Feeding the grid at 19.6 kW")
        served.source.happen("ERR_LOCK_FAIL: of a journal that is gone")
        expect(page.locator(".events")).to_contain_text("a journal that is gone")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("h1")).to_contain_text("No news from the charger", timeout=8000)
    with serving("idle", port=port):
        expect(page.locator("h1")).to_have_text("Ready. Plug in to begin", timeout=8000)
        expect(page.locator(".events")).not_to_contain_text("a journal that is gone")
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


def test_no_state_shows_the_inside_of_the_program(browser: Browser) -> None:
    with visiting(browser) as visit:
        for state in STATES:
            visit.source.show(state)
            expect(visit.page.locator("h1")).to_have_text(STATES[state]["say"]["headline"])
            shown = visit.page.locator("body").inner_text()
            assert not re.search(r"\[object|undefined|NaN|\bnull\b", shown), state


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


# Events and work that is due


def test_what_happened_is_marked_on_the_plot(browser: Browser) -> None:
    with visiting(browser) as visit:
        page, plot = visit.page, visit.page.locator("#plot")
        expect(plot).to_contain_text("load-break")  # remembered by the charger
        visit.source.happen("ERR_LOCK_FAIL: the bolt did not seat in any try. Latched")
        expect(plot).to_contain_text("ERR_LOCK_FAIL")
        expect(plot).to_have_accessible_name(re.compile(r"Marked: .*load-break, .* fault\."))
        expect(page.locator(".events tr").first).to_contain_text("ERR_LOCK_FAIL")


def test_what_follows_upon_a_fault_does_not_push_it_out_of_the_short_list(
    browser: Browser,
) -> None:
    with visiting(browser) as visit:
        visit.source.happen("ERR_LOCK_FAIL: the bolt did not seat in any try. Latched")
        for number in range(12):
            visit.source.happen(f"Step {number}", kind="reversed", level="info")
        rows = visit.page.locator(".events tr")
        expect(rows.first).to_contain_text("Step 11")
        expect(rows).to_have_count(11)
        expect(rows.last).to_contain_text("ERR_LOCK_FAIL")


def test_a_fault_can_be_read_in_full(browser: Browser) -> None:
    with visiting(browser, "fault") as visit:
        summary = visit.page.locator("#next summary").first
        code = visit.source.status()["faults"][0]["code"]
        expect(summary).to_have_text(f"About {code}")
        summary.press("Enter")
        about = visit.page.locator("#next dl").first
        row = FAULTS[code]
        for text in (row.cause, row.verify, row.reset.value):
            expect(about).to_contain_text(text, ignore_case=True)
        visit.source.pulse()
        expect(about).to_be_visible()  # the next frame does not close it


def test_work_that_is_due_says_why_since_when_and_how(browser: Browser) -> None:
    due = {
        "what": "clean the pins", "reason": "512 matings since the last cleaning",
        "since": "2026-11-20T08:00:00.000Z", "command": "evse-cli clean",
    }  # fmt: skip
    with visiting(browser) as visit:
        visit.source.show("discharge", due=[due])
        told = visit.page.locator("#next")
        expect(told.locator(".who-now")).to_have_text("Clean the pins.")
        expect(told).to_contain_text("512 matings since the last cleaning.")
        expect(told).to_contain_text("Since 2026-11-20.")
        expect(told.locator("code")).to_have_text("evse-cli clean")
