"""The page in a real Chromium, over scripted states: what it shows, says and does."""

import re

import pytest
from playwright.sync_api import Browser, expect

from silverpin.apps.terminal.command_words import ACTS
from silverpin.apps.web.source import ActResult
from silverpin.apps.world_bolt import SECOND_NAMES
from silverpin.apps.world_chance import PEOPLE
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
        expect(status).to_contain_text("Refused: Put something in the bolt's way")
        expect(status).to_contain_text("Not while it runs.")
        expect(page.locator('[data-act="jam-lock"]')).to_have_attribute("aria-pressed", "false")
        visit.complaints.clear()  # the browser itself reports the answer 409


def test_every_bench_control_sends_what_it_says(browser: Browser) -> None:
    with visiting(browser) as visit:
        page = visit.page
        page.get_by_role("button", name="Bench").click()
        page.get_by_label("To vehicle").check()
        page.get_by_label("Power in kilowatts").fill("7.4")
        page.get_by_label("Pin", exact=True).select_option("DC-")
        for name in ("Set power", "+10 °C", "Heat to trip", "Stop", "Unplug"):
            page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
            expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(", at ")
        page.locator('[data-act="healthy"]').click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("healthy")
        assert visit.source.acts == [
            ("set-power", 7400.0, False),
            ("heat-pin", "DC-=10", False),
            ("heat-pin", "DC-=trip", False),
            ("stop", None, False),
            ("unplug", None, False),
            ("healthy", None, False),
        ]


FAULTS_OF_THE_BENCH = sorted(ACTS.keys() - PEOPLE - SECOND_NAMES.keys() - {"heat-pin", "healthy"})


def test_every_fault_is_on_the_bench_and_stands_until_the_charger_says_otherwise(
    browser: Browser,
) -> None:
    with visiting(browser) as visit:
        page, source = visit.page, visit.source
        page.get_by_role("button", name="Bench").click()
        page.get_by_label("Pin", exact=True).select_option("DC-")
        for act in FAULTS_OF_THE_BENCH:
            button = page.locator(f'#bench [data-act="{act}"]')
            with page.expect_response("**/api/act"):
                button.click()
            sent, value, clear = source.acts[-1]
            assert (sent, clear) == (act, False)
            expect(button).to_have_attribute("aria-pressed", "false")  # the charger did not say so
            source.stands((act, None if value is None else str(value)))
            expect(button).to_have_attribute("aria-pressed", "true")
        page.reload()
        page.get_by_role("button", name="Bench").click()
        page.get_by_label("Pin", exact=True).select_option("DC-")
        last = page.locator(f'#bench [data-act="{FAULTS_OF_THE_BENCH[-1]}"]')
        expect(last).to_have_attribute("aria-pressed", "true")  # a page opened later knows it too
        last.click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("Undo: ")
        assert source.acts[-1][2] is True


def test_how_much_of_a_fault_can_be_typed_and_where_it_sits_chosen(browser: Browser) -> None:
    with visiting(browser) as visit:
        page = visit.page
        page.get_by_role("button", name="Bench").click()
        page.get_by_label("Pin", exact=True).select_option("DC-")
        page.get_by_label("Push the grid's frequency").first.fill("48.2")
        page.locator('#bench [data-act="grid-push"]').click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(", at ")
        page.locator('#bench [data-act="ntc-open"]').click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("DC")
        assert visit.source.acts == [("grid-push", 48.2, False), ("ntc-open", "DC-", False)]
        visit.source.stands(("ntc-open", "DC-"))
        expect(page.locator('#bench [data-act="ntc-open"]')).to_have_attribute(
            "aria-pressed", "true"
        )
        page.get_by_label("Pin", exact=True).select_option("DC+")
        expect(page.locator('#bench [data-act="ntc-open"]')).to_have_attribute(
            "aria-pressed", "false"
        )


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
        expect(visit.page.locator("#next .reset code")).to_have_text("evse-cli reset --thermal")
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
