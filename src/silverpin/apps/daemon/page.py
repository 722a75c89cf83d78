"""The station as its own page sees it; what the page commands goes the way of the control socket.

A browser on this machine shows no credentials, so its acts are those of the daemon's own user, in
the name of the page. They exist in simulation alone (`web.server` refuses them on hardware), and
they are read, answered and recorded by the same desk as every command.
"""

import os
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from silverpin.apps.control_socket.desk import CommandDesk
from silverpin.apps.control_socket.peers import Peer
from silverpin.apps.daemon.history import History
from silverpin.apps.daemon.wall import Wall
from silverpin.apps.exits import Exit
from silverpin.apps.web.feed import Feed, Reader
from silverpin.apps.web.source import ActResult
from silverpin.drivers.state_file import StateError

_HTTP = {Exit.DONE: 200, Exit.USAGE: 400, Exit.FORBIDDEN: 403}
_CONFLICT = 409


class Shown(Protocol):
    """What the page shows of the running daemon."""

    @property
    def feed(self) -> Feed:
        """Where status and events are published."""

    @property
    def history(self) -> History:
        """The last hour."""

    @property
    def wall(self) -> Wall:
        """Wall time."""

    def status(self) -> dict[str, Any]:
        """Return the newest status."""

    def bench(self) -> dict[str, Any]:
        """Return every fault that can be played."""

    def recent(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest journal events. Raises `StateError`."""


class Page:
    """The `StatusSource` of a daemon."""

    def __init__(self, shown: Shown, desk: CommandDesk) -> None:
        self._shown = shown
        self._desk = desk
        self._peer = Peer(
            pid=os.getpid(), uid=os.geteuid(), gid=os.getegid(), groups=frozenset(), allowed=True,
            name="page",
        )  # fmt: skip

    def status(self) -> Mapping[str, Any]:
        """Return the newest status."""
        return self._shown.status()

    def history(self) -> Mapping[str, Any]:
        """Return the last hour."""
        return self._shown.history.frame(self._shown.wall)

    def events(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest events; none while the disk cannot be read, which the status tells."""
        try:
            return self._shown.recent(limit)
        except StateError:
            return []

    def bench(self) -> Mapping[str, Any]:
        """Return every fault that can be played."""
        return self._shown.bench()

    def subscribe(self) -> Reader:
        """Join the feed."""
        return self._shown.feed.subscribe()

    async def act(self, act: str, value: float | str | None, clear: bool) -> ActResult:
        """Do a bench act as `silverpin act` does it."""
        asked = {"command": "act", "act": act, "value": value, "clear": clear}
        told, _ = self._desk.answer(msgspec.json.encode(asked), self._peer)
        code = Exit(told["exit"])
        return ActResult(
            ok=code is Exit.DONE, text=told["text"], status_code=_HTTP.get(code, _CONFLICT)
        )
