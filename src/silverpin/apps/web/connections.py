"""How many may be connected to the page, and for how long without a word.

Each connection is a file descriptor of the daemon: whoever opened them without end would take those
of its journal and its control socket.
"""

import asyncio

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

CONNECTIONS_MAX = 128
FIRST_WORD_S = 15.0


class BoundedHttp(H11Protocol):
    """HTTP that turns away who comes in excess, and lets go who connects and never asks."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or end it."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            transport.abort()
            return
        # The first octet and every request stop this timer, as they stop the one between requests.
        self.timeout_keep_alive_task = self.loop.call_later(
            FIRST_WORD_S, self.timeout_keep_alive_handler
        )


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Return how the page is served, by a daemon that speaks for itself."""
    return uvicorn.Config(
        app, http=BoundedHttp, ws="none", lifespan="off", log_level="error", access_log=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
