"""The real demo in a real Chromium: what a person sees when they try everything once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.daemon_process import Daemon, a_home, running

pytestmark = [pytest.mark.browser, pytest.mark.verifies("UX-1")]

SLOW_MS = 20_000
"""For what a charger does in its own time; a healthy one is far quicker."""
REFUSED = "Failed to load resource: the server responded with a status of 409 (Conflict)"
"""What Chromium itself says of a refusal."""
BROKEN = re.compile(r"ERR_CONNECTION|ERR_INCOMPLETE|Failed to load resource|ERR_EMPTY")


@dataclass
class Bench:
    """The demo's page with its bench open, and everything that it complained about."""

    daemon: Daemon
    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def headline(self) -> Locator:
        return self.page.locator("h1")

    def press(self, act: str, name: str | None = None) -> None:
        buttons = self.page.locator(f'#bench [data-act="{act}"]')
        (buttons.filter(has_text=name) if name else buttons).first.click()

    def answer(self, text: str) -> None:
        expect(self.page.locator("#bench .sent")).to_contain_text(text)

    def figures(self) -> dict[str, float]:
        """What the page shows, by status key, at one instant of its own."""
        shown: dict[str, float] = self.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('[data-field][data-value]')]
                .filter((e) => /^-?\\d/.test(e.dataset.value))
                .map((e) => [e.dataset.field, Number(e.dataset.value)])
                .filter(([, value]) => Number.isFinite(value)))"""
        )
        return shown


@contextmanager
def visiting(browser: Browser, *words: str) -> Iterator[Bench]:
    demo = ("demo", "--no-browser", "--port", "0", *words)
    with a_home() as home, running(home, *demo, program="silverpin") as daemon:
        with opened(browser, daemon) as bench:
            yield bench
        assert [text for text in bench.complaints if not BROKEN.search(text)] == []


@contextmanager
def opened(browser: Browser, daemon: Daemon) -> Iterator[Bench]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="UTC")
    bench = Bench(daemon, context.new_page())
    bench.page.on("console", lambda message: bench.complaints.append(message.text))
    bench.page.on("pageerror", lambda error: bench.complaints.append(str(error)))
    bench.page.goto(daemon.url)
    expect(bench.page.locator(".pin").first).to_be_visible()
    yield bench
    context.close()


def dig(status: dict[str, Any], path: str) -> Any:
    value: Any = status
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def differing(bench: Bench) -> list[str]:
    """Return the figures that are not those of the status; some change before both are read."""
    status, shown = bench.daemon.get("/api/status"), bench.figures()
    assert shown.keys() >= {"power_w", "counts.matings", "counts.reversals", "temps_c.DC+.value"}
    moving = {"grid.hz", "grid.v", "house_load_w", "slope_c_per_min", "lock.age_ms"}
    told = {path: dig(status, path) for path in shown.keys() - moving}
    return [
        path for path, value in told.items()
        if value is None or abs(float(value) - shown[path]) > 0.02 * abs(shown[path]) + 0.05
    ]  # fmt: skip


def test_the_charger_moves_and_its_figures_are_the_status(browser: Browser) -> None:
    with visiting(browser, "--speed", "5") as bench:
        expect(bench.headline).to_have_text(
            re.compile(r"^Feeding the grid at \d+\.\d\skW$"), timeout=SLOW_MS
        )
        power = bench.page.locator('[data-field="power_w"]').first
        before = power.get_attribute("data-value")
        expect(power).not_to_have_attribute("data-value", before or "", timeout=SLOW_MS)
        bench.daemon.act("stop")
        expect(bench.headline).to_have_text("Plugged in, no power wanted", timeout=SLOW_MS)
        bench.daemon.until(lambda _: not differing(bench), "the figures of the status")
        assert bench.complaints == []


def test_everything_on_the_bench_once(browser: Browser) -> None:
    with visiting(browser, "--speed", "5") as bench:
        page = bench.page
        expect(bench.headline).to_contain_text("Feeding the grid", timeout=SLOW_MS)
        page.get_by_role("button", name="Bench").click()
        bench.press("unplug")
        bench.answer("The bolt holds the plug: stop the session first, then pull.")
        bench.press("heat-pin", "Heat to trip")
        alert = page.get_by_role("alert")
        expect(alert.locator("h1")).to_have_text("Stopped: a contact got too hot", timeout=SLOW_MS)
        expect(page.locator("#next")).to_contain_text("Charger cools the contact")
        expect(page.locator("#next .steps li")).to_have_count(4)
        expect(page.locator(".events")).to_contain_text("ERR_THERM_OVERLOAD", timeout=SLOW_MS)
        bench.press("reset-thermal")
        bench.answer("must be below 60")
        bench.press("set-power")
        bench.answer("a fault is latched (ERR_THERM_OVERLOAD)")
        bench.daemon.act("heat-pin", "DC+=50")
        reset = page.locator('#next [data-act="reset-thermal"]')
        expect(reset).not_to_have_attribute("aria-disabled", "true", timeout=SLOW_MS)
        reset.click()
        expect(bench.headline).to_have_text("Plugged in, no power wanted", timeout=SLOW_MS)
        expect(page.locator("#next")).to_contain_text("Technician measures the pins")
        bench.press("set-power")
        bench.answer("no inspection since the last thermal trip")
        bench.press("stop")
        expect(page.locator(".facts")).to_contain_text("Unlocked", timeout=SLOW_MS)
        bench.press("unplug")
        expect(bench.headline).to_have_text("Ready. Plug in to begin", timeout=SLOW_MS)
        bench.press("plug")
        bench.press("jam-lock")
        expect(bench.headline).to_have_text("Plugged in, no power wanted", timeout=SLOW_MS)
        page.locator('#bench input[value="in"]').check()
        bench.press("set-power")
        expect(bench.headline).to_have_text("Stopped: the plug is not locked", timeout=SLOW_MS)
        expect(page.locator("#next")).to_contain_text("Driver: push the plug fully home")
        assert {*bench.complaints} == {REFUSED}


def test_a_daemon_that_dies_is_missed_and_found_again(browser: Browser) -> None:
    words = ("--port", "0", "--speed", "5")
    with a_home() as home, running(home, *words) as daemon, opened(browser, daemon) as bench:
        page = bench.page
        expect(bench.headline).to_have_text("Ready. Plug in to begin")
        daemon.act("plug")
        expect(bench.headline).to_have_text("Plugged in, no power wanted", timeout=SLOW_MS)
        expect(page.locator(".events")).to_contain_text("Mating number 1", timeout=SLOW_MS)
        page.evaluate("window.sameDocument = true")
        daemon.kill()
        expect(bench.headline).to_contain_text("No news from the charger", timeout=SLOW_MS)
        expect(page.locator("#page")).to_have_class(re.compile("stale"))
        port = daemon.url.rstrip("/").rpartition(":")[2]
        with running(home, "--port", port, "--speed", "5") as again:
            expect(bench.headline).to_have_text("Plugged in, no power wanted", timeout=SLOW_MS)
            expect(page.locator("#page")).not_to_have_class(re.compile("stale"))
            assert page.evaluate("window.sameDocument"), "without loading again"
            starts = page.locator(".events tr", has_text="Charger program started")
            expect(starts).to_have_count(2, timeout=SLOW_MS)
            assert again.status()["counts"]["matings"] == 1
        assert [text for text in bench.complaints if not BROKEN.search(text)] == []


@pytest.mark.parametrize(
    ("size", "scheme"),
    [((1440, 900), "light"), ((1440, 900), "dark"), ((390, 844), "light"), ((390, 844), "dark")],
)
def test_the_live_page_fits_and_reads_in_every_light(
    browser: Browser, size: tuple[int, int], scheme: Any
) -> None:
    with visiting(browser, "--speed", "20") as bench:
        bench.daemon.until(lambda s: (s["power_w"] or 0.0) < -10_000.0, "feeding the grid")
        viewport: Any = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, color_scheme=scheme)
        page = context.new_page()
        page.goto(bench.daemon.url)
        expect(page.locator("h1")).to_contain_text("Feeding the grid")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0], "nothing hangs out at the side"
        for selector in ("h1", ".facts", ".pin"):
            box = page.locator(selector).first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= size[1], f"{selector} is in the first screen"
        dark = page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0] < 60"
        )
        assert dark == (scheme == "dark")
        context.close()
