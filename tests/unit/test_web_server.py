"""The page's server over a real socket: what it answers, and what it refuses to whom."""

import gzip
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from silverpin.apps.web.assets import load_assets
from silverpin.apps.web.security import host_name, is_own_host, is_own_page
from silverpin.apps.web.source import ActResult
from silverpin.domain.limits import LIMITS
from tests.web_asks import Answer, ask
from tests.web_fake import Served, serving

JSON = {"content-type": "application/json"}
PLUG = json.dumps({"act": "plug", "value": None, "clear": False})


@pytest.fixture(scope="module")
def page() -> Iterator[Served]:
    with serving("discharge") as served:
        yield served


def act(served: Served, body: str | bytes = PLUG, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(served, "/api/act", "POST", body, {**JSON, **named})


# What it shows


@pytest.mark.verifies("UX-1")
def test_the_page_and_its_files_come_with_their_types(page: Served) -> None:
    index = ask(page, "/")
    assert index.status == 200
    assert index.headers["content-type"].startswith("text/html")
    names = re.findall(rb'(?:src|href)="/static/([^"]+)"', index.body)
    assert {b"main.js", b"style.css", b"icon.svg"} <= set(names)
    script = ask(page, "/static/main.js")
    assert (script.status, script.headers["content-type"]) == (
        200,
        "text/javascript; charset=utf-8",
    )
    again = ask(page, "/static/main.js", headers={"If-None-Match": script.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_nothing_but_the_page_s_own_files_is_served(page: Served) -> None:
    for path in ("/static/server.py", "/static/../server.py", "/static/%2e%2e%2fserver.py", "/x"):
        assert ask(page, path).status == 404, path


def test_the_page_is_small_and_asks_nobody_else() -> None:
    assets = load_assets()
    assert sum(len(asset.body) for asset in assets.values()) < 110_000
    assert sum(len(gzip.compress(asset.body, 6)) for asset in assets.values()) < 45_000
    text = b"".join(asset.body for asset in assets.values())
    foreign = set(re.findall(rb"https?://[^'\"\s)]+", text))
    assert foreign == {b"http://www.w3.org/2000/svg", b"http://www.w3.org/1999/xhtml"}
    assert b"style=" not in assets["index.html"].body
    assert not re.search(rb"<script[^>]*>[^<]", assets["index.html"].body)
    assert b"innerHTML" not in text


def test_the_page_travels_compressed_for_those_who_can_read_that(page: Served) -> None:
    plain = ask(page, "/static/style.css")
    packed = ask(page, "/static/style.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 2
    assert gzip.decompress(packed.body) == plain.body


def test_numbers_of_the_page_are_those_of_the_limits_table() -> None:
    text = load_assets()["limits.js"].body.decode()
    told = dict(re.findall(r"^(\w+): ([\d.]+),$", text, re.MULTILINE))
    assert {name: float(value) for name, value in told.items()} == {
        "temp_trip_c": LIMITS.temp_trip_c,
        "temp_reset_c": LIMITS.temp_reset_c,
        "voltage_touch_max_v": LIMITS.voltage_touch_max_v,
        "cleaning_matings": float(LIMITS.cleaning_matings),
    }


def test_dark_words_stand_out_on_every_disc_of_a_pin() -> None:
    assets = load_assets()
    heat, face = (assets[name].body.decode() for name in ("heat.js", "face.js"))
    discs = [*re.findall(r"\[\d+, '(#\w{6})'\]", heat), *re.findall(r"UNREAD = '(#\w{6})'", heat)]
    (ink,) = re.findall(r"DARK = '(#\w{6})'", face)
    assert len(discs) == 6
    assert min(contrast(ink, disc) for disc in discs) >= 4.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2 has it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.verifies("UX-1")
def test_status_history_and_events_are_what_the_charger_says(page: Served) -> None:
    page.mute()
    status = ask(page, "/api/status")
    assert status.json == page.source.status()
    assert status.headers["cache-control"] == "no-store"
    assert ask(page, "/api/history").json["temp_trip_c"] == 85.0
    events = ask(page, "/api/events?limit=3").json
    assert events["schema"] == "silverpin.events/1"
    assert events["events"] == page.source.events(3)
    assert len(ask(page, "/api/events").json["events"]) == len(page.source.events(50))
    page.unmute()


@pytest.mark.parametrize("limit", ["0", "-1", "501", "1e2", "٣", "x", "9" * 5000])
def test_a_bad_limit_gets_a_sentence(page: Served, limit: str) -> None:
    answer = ask(page, f"/api/events?limit={quote(limit)}")
    assert answer.status == 400
    assert "whole number from 1 to 500" in answer.json["text"]


def test_every_answer_carries_the_strict_policy(page: Served) -> None:
    foreign = {"Host": "evil.example"}
    answers = [ask(page, "/"), ask(page, "/nowhere"), ask(page, "/api/status", headers=foreign)]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in answer.headers


# The acts


@pytest.mark.verifies("UX-1")
def test_an_act_reaches_the_charger_and_its_answer_the_page(page: Served) -> None:
    page.source.answer = ActResult(ok=True, text="DC+ warmed by 10 °C.")
    done = act(page, '{"act": "heat-pin", "value": "DC+=10"}')
    assert (done.status, done.json) == (200, {"ok": True, "text": "DC+ warmed by 10 °C."})
    assert page.source.acts[-1:] == [("heat-pin", "DC+=10", False)]
    page.source.answer = ActResult(ok=False, text="The lock holds: stop first.", status_code=409)
    refused = act(page, '{"act": "grid-push", "value": 48.5, "clear": true}')
    assert (refused.status, refused.json["ok"]) == (409, False)
    assert page.source.acts[-1:] == [("grid-push", 48.5, True)]


BAD_BODIES = {
    b"": 400,
    b"{": 400,
    b"[]": 400,
    b'{"act": 1}': 400,
    b'{"value": 1}': 400,
    b'{"act": "plug", "clear": "yes"}': 400,
    b'{"act": "plug", "value": {"a": 1}}': 400,
    b'{"act": "plug", "power": 1}': 400,
    b'{"act": "set-power", "value": NaN}': 400,
    b"\xff\xfe": 400,
    b'{"act": "' + b"x" * 5000 + b'"}': 413,
}


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_what_is_not_understood_gets_a_sentence_and_does_nothing(page: Served, body: bytes) -> None:
    before = len(page.source.acts)
    answer = act(page, body)
    assert answer.status == BAD_BODIES[body]
    assert answer.json["ok"] is False
    assert 'send {"act": "plug"' in answer.json["text"]
    assert len(page.source.acts) == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
    ],
)
def test_another_site_can_not_act(page: Served, headers: dict[str, str], status: int) -> None:
    before = len(page.source.acts)
    answer = act(page, **headers)
    assert (answer.status, answer.json["ok"]) == (status, False)
    assert len(page.source.acts) == before


def test_the_own_page_acts(page: Served) -> None:
    page.source.answer = ActResult(ok=True, text="Plugged in.")
    assert act(page, origin=page.url, sec_fetch_site="same-origin").status == 200


@pytest.mark.verifies("UX-1")
def test_on_hardware_no_act_exists() -> None:
    with serving("idle", simulated=False) as served:
        answer = act(served)
        assert answer.status == 404
        assert "evse-cli" in answer.json["text"]
        assert served.source.acts == []


# Who may ask


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:8080", True),
        ("127.9.9.9", True),
        ("localhost:80", True),
        ("LocalHost.", True),
        ("[::1]:8080", True),
        ("charger.example", True),
        ("", False),
        ("evil.example:8080", False),
        ("localhost.evil.example", False),
        ("192.0.2.7", False),
        ("[2001:db8::1]", False),
    ],
)
def test_names_that_are_our_own(host: str, own: bool) -> None:
    assert is_own_host(host, frozenset({"charger.example"})) is own


def test_host_names_lose_their_port() -> None:
    assert [host_name(host) for host in ("A:1", "[::1]:1", "a.")] == ["a", "::1", "a"]


def test_a_request_without_a_page_is_a_program_of_the_user() -> None:
    assert is_own_page({"host": "127.0.0.1:1"})
    assert is_own_page({"host": "127.0.0.1:1", "origin": "http://127.0.0.1:1"})
    assert not is_own_page({"host": "127.0.0.1:1", "origin": "http://127.0.0.1:2"})
