"""`GET /api/stream`: the status about five times a second, and journal events as they happen."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AbstractContextManager, aclosing, contextmanager, suppress

import msgspec
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from silverpin.apps.web.source import Frame, StatusSource

KEEPALIVE_S = 10.0
STREAMS_MAX = 32  # a charger has a few readers; more is a fault or an attack
_RETRY_MS = 1000


def _encode(name: str, frame: Frame) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(frame))


class _EventStream(StreamingResponse):
    """Closes its iterator at once when the page goes away, not when memory is collected.

    It is counted before its first octet: of pages that ask at the same moment, none slips in.
    """

    def __init__(
        self, frames: AsyncGenerator[bytes], counted: AbstractContextManager[None]
    ) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(frames, media_type="text/event-stream", headers=headers)
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._counted:
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self.body_iterator):  # type: ignore[type-var]
            await super().stream_response(send)


class Streams:
    """Every open stream of one server."""

    def __init__(self, source: StatusSource, keepalive_s: float = KEEPALIVE_S) -> None:
        self._source = source
        self._keepalive_s = keepalive_s
        self._open = 0

    def respond(self) -> Response:
        """Open one more stream, unless there are too many."""
        if self._open >= STREAMS_MAX:
            text = f"{STREAMS_MAX} pages are open already: close one and load this page again."
            return JSONResponse({"ok": False, "text": text}, status_code=503)
        return _EventStream(self._frames(), self._counted())

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    async def _frames(self) -> AsyncGenerator[bytes]:
        frames = self._source.subscribe()
        try:
            yield b"retry: %d\n" % _RETRY_MS + _encode("status", self._source.status())
            async with aclosing(self._relay(frames)) as relay:
                async for chunk in relay:
                    yield chunk
        finally:
            leave = getattr(frames, "aclose", None)
            if leave is not None:
                await leave()

    async def _relay(self, frames: AsyncIterator[tuple[str, Frame]]) -> AsyncGenerator[bytes]:
        upcoming = asyncio.ensure_future(anext(frames))
        try:
            while True:
                done, _ = await asyncio.wait({upcoming}, timeout=self._keepalive_s)
                if not done:
                    yield b": sse-keepalive\n\n"
                    continue
                try:
                    name, frame = upcoming.result()
                except StopAsyncIteration:
                    return
                upcoming = asyncio.ensure_future(anext(frames))
                yield _encode(name, frame)
        finally:
            upcoming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await upcoming
