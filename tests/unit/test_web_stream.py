"""Pages that stay open: what they are sent, how many they may be, and who is turned away."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, closing
from typing import Any

import pytest

from silverpin.apps.web import connections
from silverpin.apps.web.connections import CONNECTIONS_MAX
from silverpin.apps.web.feed import EVENTS_KEPT, Feed
from silverpin.apps.web.server import create_app
from silverpin.apps.web.stream import STREAMS_MAX, Streams
from tests.web_asks import Stream, ask, eventually
from tests.web_fake import FakeSource, Served, serving

MANY = STREAMS_MAX + 3


@pytest.fixture(scope="module")
def page() -> Iterator[Served]:
    with serving("discharge") as served:
        yield served


@pytest.mark.verifies("UX-1")
def test_the_stream_begins_with_the_state_and_goes_on(page: Served) -> None:
    with closing(Stream(page)) as stream:
        first = stream.frame()
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert first["retry"] == "1000"
        assert first["event"] == "status"
        assert json.loads(first["data"])["say"]["headline"] == "Feeding the grid at 19.6 kW"
        later = stream.frame()
        assert json.loads(later["data"])["time"] > json.loads(first["data"])["time"]
        page.source.happen("ERR_LOCK_FAIL: bolt does not seat. Latched")
        frames = (stream.frame() for _ in range(10))
        event = next(frame for frame in frames if frame["event"] == "event")
        assert json.loads(event["data"])["text"].startswith("ERR_LOCK_FAIL")


def test_a_page_that_goes_away_is_forgotten(page: Served) -> None:
    assert eventually(lambda: page.source.feed.readers == 0)
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(closing(Stream(page))).frame()
        assert page.source.feed.readers == 3
    assert eventually(lambda: page.source.feed.readers == 0)


def test_more_pages_than_a_charger_has_readers_are_refused() -> None:
    with serving("idle") as served, ExitStack() as stack:
        for _ in range(STREAMS_MAX - 1):
            stack.enter_context(closing(Stream(served))).frame()
        with closing(Stream(served)) as last:
            last.frame()
            refused = ask(served, "/api/stream")
            assert refused.status == 503
            assert "close one" in refused.json["text"]
        assert eventually(lambda: ask_stream_status(served) == 200)


def test_of_pages_that_ask_at_the_same_moment_none_slips_in() -> None:
    async def ask_at_once() -> list[int]:
        app, told = create_app(FakeSource(), simulated=True), list[int]()
        answered, gone = asyncio.Event(), asyncio.Event()
        headers = [(b"host", b"127.0.0.1")]
        scope = {"type": "http", "method": "GET", "path": "/api/stream", "headers": headers,
                 "query_string": b"", "http_version": "1.1", "root_path": ""}  # fmt: skip

        async def receive() -> dict[str, str]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            if "status" in message:
                told.append(message["status"])
                if len(told) == MANY:
                    answered.set()

        pages = [asyncio.create_task(app(dict(scope), receive, send)) for _ in range(MANY)]
        await asyncio.wait_for(answered.wait(), 10)
        gone.set()
        await asyncio.gather(*pages)
        return told

    told = asyncio.run(ask_at_once())
    assert sorted(told) == [200] * STREAMS_MAX + [503] * (MANY - STREAMS_MAX)


def test_who_connects_in_excess_is_turned_away_until_somebody_leaves() -> None:
    with serving("idle") as served, ExitStack() as stack:
        address = ("127.0.0.1", served.port)
        idle = [socket.create_connection(address, 10) for _ in range(CONNECTIONS_MAX)]
        for one in idle:
            stack.enter_context(closing(one))
        assert not answers(served)
        idle[0].close()
        assert eventually(lambda: answers(served))


def answers(served: Served) -> bool:
    try:
        return ask(served, "/static/icon.svg").status == 200
    except (http.client.HTTPException, OSError):
        return False


def test_who_connects_and_asks_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "FIRST_WORD_S", 0.01)
    with serving("idle") as served:
        mute = socket.create_connection(("127.0.0.1", served.port), 10)
        with closing(mute):
            assert mute.recv(1) == b""


def ask_stream_status(served: Served) -> int:
    with closing(Stream(served)) as stream:
        return stream.response.status


def test_a_server_with_open_pages_stops_when_the_charger_does() -> None:
    with serving("idle") as served, closing(Stream(served)) as stream:
        stream.frame()
        served.stop()
        rest = stream.response.read()
        assert rest.endswith(b"\n\n") or rest == b""


def test_silence_is_kept_alive_with_a_comment() -> None:
    async def first_chunks() -> list[bytes]:
        stream = Streams(FakeSource(), keepalive_s=0.01)._frames()
        chunks = [await anext(stream) for _ in range(3)]
        await stream.aclose()
        return chunks

    first, *rest = asyncio.run(first_chunks())
    assert b"event: status" in first
    assert rest == [b": sse-keepalive\n\n"] * 2


def test_a_slow_reader_gets_the_newest_status_and_a_bounded_number_of_events() -> None:
    async def read_late() -> list[tuple[str, Any]]:
        feed = Feed()
        reader = feed.subscribe()
        for number in range(EVENTS_KEPT + 10):
            feed.publish("status", {"n": number})
            feed.publish("event", {"n": number})
        feed.close()
        seen = [frame async for frame in reader]
        await reader.aclose()
        assert feed.readers == 0
        return seen

    seen = asyncio.run(read_late())
    assert [frame["n"] for name, frame in seen if name == "event"] == [*range(10, EVENTS_KEPT + 10)]
    assert [frame["n"] for name, frame in seen if name == "status"] == [EVENTS_KEPT + 9]


def test_a_feed_takes_frames_from_any_thread_and_ends_for_late_comers() -> None:
    async def read_other_thread() -> tuple[str, Any]:
        feed = Feed()
        reader = feed.subscribe()
        threading.Thread(target=feed.publish, args=("status", {"n": 1})).start()
        frame = await asyncio.wait_for(anext(reader), 5)
        feed.close()
        assert [late async for late in feed.subscribe()] == []
        return frame

    assert asyncio.run(read_other_thread()) == ("status", {"n": 1})
