"""The page as an ASGI application: it shows, and in simulation alone it also acts.

It holds no state of the charger: everything comes from a `StatusSource` in the same process.
"""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from silverpin.apps.web.act import read_act
from silverpin.apps.web.assets import load_assets, serve
from silverpin.apps.web.security import Guard
from silverpin.apps.web.source import ActResult, StatusSource
from silverpin.apps.web.stream import Streams

EVENTS_DEFAULT = 50
EVENTS_MAX = 500
_ONLY_SHOWS = ActResult(
    ok=False, text="This page only shows, because the hardware is real: use evse-cli.",
    status_code=404,
)  # fmt: skip


def create_app(source: StatusSource, simulated: bool, *, hosts: Iterable[str] = ()) -> Starlette:
    """Build the application; *hosts* are further names by which users open the page."""
    api = _Api(source, simulated)
    own = frozenset(name.lower() for name in hosts)
    return Starlette(
        routes=[
            Route("/", api.page),
            Route("/static/{name}", api.asset),
            Route("/api/status", api.status),
            Route("/api/history", api.history),
            Route("/api/events", api.events),
            Route("/api/stream", api.stream),
            Route("/api/bench", api.bench),
            Route("/api/act", api.act, methods=["POST"]),
        ],
        # A compressed page is a third of its size; the stream is left out by its type.
        middleware=[Middleware(Guard, hosts=own), Middleware(GZipMiddleware, compresslevel=6)],
    )


def _json(content: Any, status_code: int = 200) -> Response:
    body = msgspec.json.encode(content)
    return Response(body, status_code=status_code, media_type="application/json")


def _answer(result: ActResult) -> Response:
    return _json({"ok": result.ok, "text": result.text}, result.status_code)


class _Api:
    """The handlers of one application."""

    def __init__(self, source: StatusSource, simulated: bool) -> None:
        self._source = source
        self._simulated = simulated
        self._assets = load_assets()
        self._streams = Streams(source)

    async def page(self, request: Request) -> Response:
        return serve(self._assets["index.html"], request)

    async def asset(self, request: Request) -> Response:
        return serve(self._assets.get(request.path_params["name"]), request)

    async def status(self, request: Request) -> Response:
        return _json(self._source.status())

    async def history(self, request: Request) -> Response:
        return _json(self._source.history())

    async def events(self, request: Request) -> Response:
        asked = request.query_params.get("limit", str(EVENTS_DEFAULT))
        if not (re.fullmatch("[0-9]{1,3}", asked) and 1 <= int(asked) <= EVENTS_MAX):
            text = f"limit is {asked[:40]!r}: give a whole number from 1 to {EVENTS_MAX}."
            return _json({"ok": False, "text": text}, 400)
        events = self._source.events(int(asked))
        return _json({"schema": "silverpin.events/1", "events": events})

    async def stream(self, request: Request) -> Response:
        return self._streams.respond()

    async def bench(self, request: Request) -> Response:
        return _json(self._source.bench()) if self._simulated else _answer(_ONLY_SHOWS)

    async def act(self, request: Request) -> Response:
        if not self._simulated:
            return _answer(_ONLY_SHOWS)
        asked = await read_act(request)
        if isinstance(asked, ActResult):
            return _answer(asked)
        return _answer(await self._source.act(asked.act, asked.value, asked.clear))
