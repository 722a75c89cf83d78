"""The bench and the reset on the page, in a real Chromium: what they send, and what they answer."""

import re

import pytest
from playwright.sync_api import Browser, expect

from silverpin.apps.terminal.command_words import ACTS
from silverpin.apps.web.source import ActResult
from silverpin.apps.world_bolt import SECOND_NAMES
from silverpin.apps.world_chance import PEOPLE
from tests.page_visit import visiting

pytestmark = [pytest.mark.browser, pytest.mark.verifies("UX-1")]


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


def test_an_act_that_nobody_answers_says_so(browser: Browser) -> None:
    with visiting(browser, "idle") as visit:
        page = visit.page
        page.route("**/api/act", lambda _: None)
        page.evaluate("AbortSignal.timeout = () => AbortSignal.abort()")
        page.get_by_role("button", name="Bench").click()
        page.locator('[data-act="plug"]').click()
        answer = page.get_by_role("dialog").get_by_role("status")
        expect(answer).to_contain_text("Not answered: Plug in")
        expect(answer).to_contain_text("The charger does not answer.")


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


def test_the_bench_follows_another_connector(browser: Browser) -> None:
    with visiting(browser) as visit:
        page = visit.page
        page.get_by_role("button", name="Bench").click()
        page.get_by_label("Pin", exact=True).select_option("DC-")
        with page.expect_response("**/api/bench"):  # what can be played may be other things now
            visit.source.show("type2")
        expect(page.get_by_label("Pin", exact=True).locator("option")).to_have_text(
            ["L1", "L2", "L3", "N"]
        )
        expect(page.get_by_label("Pin", exact=True)).to_have_value("L1")
        page.get_by_role("button", name="Heat to trip").click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("L1 Heat to trip")
        assert visit.source.acts == [("heat-pin", "L1=trip", False)]


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
