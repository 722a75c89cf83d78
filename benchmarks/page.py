"""What the page weighs and how soon it lives; how soon the README's first command shows it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

from benchmarks.figures import Better, Figure
from tools.bootstrap import is_current

ROOT = Path(__file__).resolve().parent.parent
_DEMO = [str(Path(sys.executable).parent / "silverpin"), "demo"]
_LINKS = re.compile(r"""(?:src|href)="(/[^"]+)"|(?:from|import)\s*\(?["'](\.{0,2}/[^"']+)["']""")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_S = 60.0


def figures() -> Iterator[Figure]:
    """Yield the page's bytes, its requests elsewhere, its first frame, and the demo's start."""
    with _demo(_DEMO) as url:
        weight, files = _weight(url)
        yield Figure(name="page", value=weight / 1e3, unit="kB", aim=100, better=Better.LESS,
                     note=f"{files} files, as served")  # fmt: skip
        yield _first_frame(url)
    yield _first_command()


@contextmanager
def _demo(command: list[str]) -> Iterator[str]:
    """Run a demo on a port of its own and give its address."""
    running = subprocess.Popen([*command, "--no-browser", "--port", "0"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, cwd=ROOT)  # fmt: skip
    assert running.stdout is not None
    try:
        word, _, url = running.stdout.readline().strip().partition(" ")
        if word != "ready":
            raise RuntimeError("the demo did not get ready")
        yield url
    finally:
        running.terminate()
        running.wait()
        running.stdout.close()


def _weight(url: str) -> tuple[int, int]:
    """Load what a browser would load and return its bytes and how many files that is."""
    waiting, seen, weight = [url], {url}, 0
    while waiting:
        address = waiting.pop()
        with urlopen(address) as answer:
            body = answer.read()
            text = body.decode("utf-8", errors="ignore")
        weight += len(body)
        for found in _LINKS.finditer(text):
            link = urljoin(address, found[1] or found[2])
            if link.startswith(url) and link not in seen:
                seen.add(link)
                waiting.append(link)
    return weight, len(seen)


def _first_frame(url: str) -> Figure:
    name = "first live frame"
    browser = os.environ.get("SILVERPIN_CHROMIUM") or next(
        filter(None, map(shutil.which, _BROWSERS)), None
    )
    took_s, elsewhere = (None, 0) if browser is None else _browse(url, browser)
    note = "no Chromium on this machine" if browser is None else f"{elsewhere} requests elsewhere"
    return Figure(name=name, value=took_s, unit="s", aim=1, better=Better.LESS, note=note)


def _browse(url: str, browser: str) -> tuple[float, int]:
    """Open the page and return the seconds to its first status and its requests elsewhere."""
    from playwright.sync_api import Request, expect, sync_playwright

    elsewhere: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((url, "data:")):
            elsewhere.append(request.url)

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = opened.new_page()
        page.goto("about:blank")
        page.on("request", watch)
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        expect(page).not_to_have_title(re.compile("Connecting"), timeout=1e3 * _PATIENCE_S)
        took_s = time.perf_counter() - began
        opened.close()
    return took_s, len(elsewhere)


def _first_command() -> Figure:
    """Measure ./demo only where it has nothing to install: building is not what is measured."""
    name = "./demo to a moving charger, warm"
    if not is_current("core"):
        return Figure(name=name, value=None, unit="s", aim=10, better=Better.LESS,
                      note="run ./demo once before")  # fmt: skip
    began = time.perf_counter()
    with _demo([str(ROOT / "demo")]) as url:
        _wait_for_motion(url)
        took_s = time.perf_counter() - began
    return Figure(name=name, value=took_s, unit="s", aim=10, better=Better.LESS)


def _wait_for_motion(url: str) -> None:
    """Return when two frames of the stream differ in power."""
    first: float | None = None
    with urlopen(urljoin(url, "/api/stream"), timeout=_PATIENCE_S) as stream:
        for line in stream:
            if not line.startswith(b"data: {") or b'"power_w"' not in line:
                continue
            power_w = json.loads(line[6:])["power_w"]
            if first is None:
                first = power_w
            elif power_w != first:
                return
