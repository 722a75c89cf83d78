"""A visit to the page in a real Chromium, over a scripted charger."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, Request, expect

from tests.web_fake import Served, serving

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
