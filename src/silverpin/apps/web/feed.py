"""Fans frames out to the open pages without ever waiting for one of them."""

import asyncio
from collections import deque
from typing import Self

from silverpin.apps.web.source import Frame

EVENTS_KEPT = 64  # a page this far behind reads /api/events again when it reconnects


class Reader:
    """One page's place in the feed: the newest status and the events not yet read."""

    def __init__(self, feed: "Feed") -> None:
        self._feed = feed
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._status: Frame | None = None
        self._events: deque[Frame] = deque(maxlen=EVENTS_KEPT)
        self._ended = False

    def offer(self, name: str, frame: Frame) -> None:
        """Keep *frame* for the page; a status that it replaces was never read, and is lost."""
        if name == "status":
            self._status = frame
        else:
            self._events.append(frame)
        self._wake()

    def end(self) -> None:
        """Let the page read what is left, then stop."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._ready.set)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> tuple[str, Frame]:
        while True:
            if self._events:
                return "event", self._events.popleft()
            if self._status is not None:
                status, self._status = self._status, None
                return "status", status
            if self._ended:
                raise StopAsyncIteration
            await self._ready.wait()
            self._ready.clear()  # before the next look, so that no offer falls between the two

    async def aclose(self) -> None:
        """Leave the feed."""
        self._feed.drop(self)


class Feed:
    """Where the charger publishes, from any thread, and pages subscribe, from an event loop."""

    def __init__(self) -> None:
        self._readers: tuple[Reader, ...] = ()
        self._closed = False

    @property
    def readers(self) -> int:
        """How many pages read."""
        return len(self._readers)

    def subscribe(self) -> Reader:
        """Join the feed from now on."""
        reader = Reader(self)
        if self._closed:
            reader.end()
        else:
            self._readers = (*self._readers, reader)
        return reader

    def drop(self, reader: Reader) -> None:
        """Forget *reader*; once is as good as twice."""
        self._readers = tuple(other for other in self._readers if other is not reader)

    def publish(self, name: str, frame: Frame) -> None:
        """Offer a "status" or an "event" to every reader."""
        for reader in self._readers:
            reader.offer(name, frame)

    def close(self) -> None:
        """End every subscription, so that a server with open pages can shut down."""
        self._closed = True
        readers, self._readers = self._readers, ()
        for reader in readers:
            reader.end()
