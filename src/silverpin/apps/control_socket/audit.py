"""The record of who commanded what, and a bound on how fast refusals can fill it.

Every command that changes something is recorded with its answer, and so is every refusal. A user
who is refused again and again is recorded one by one up to a few in a second; what comes beyond is
counted and recorded as one event, so that nobody without permission can flood the journal.
Commands that only read are not recorded when they are allowed: a page asks five times a second.
"""

from collections.abc import Callable
from typing import Any

from silverpin.apps.control_socket.peers import Peer
from silverpin.domain.quantities import NS_PER_S

Journal = Callable[[str, dict[str, Any]], None]
"""Takes the kind of an event of `domain.events` and its fields."""

REFUSALS_PER_S = 5


class Audit:
    """Writes commands to the journal; `now_ns` is a monotonic clock."""

    def __init__(self, journal: Journal, now_ns: Callable[[], int]) -> None:
        self._journal = journal
        self._now_ns = now_ns
        self._since_ns: dict[int, int] = {}
        self._refused: dict[int, int] = {}

    def accepted(self, command: str, text: str, peer: Peer) -> None:
        """Record a command that was done, or was so already."""
        self._write("command", command, text, peer.uid, peer.pid)

    def refused(self, command: str, text: str, peer: Peer) -> None:
        """Record a refusal, or count it when this user was refused too often just now."""
        now_ns = self._now_ns()
        if now_ns - self._since_ns.get(peer.uid, -NS_PER_S) >= NS_PER_S:
            self._settle(peer.uid)
            self._since_ns[peer.uid] = now_ns
        self._refused[peer.uid] = self._refused.get(peer.uid, 0) + 1
        if self._refused[peer.uid] <= REFUSALS_PER_S:
            self._write("command_refused", command, text, peer.uid, peer.pid)

    def settle(self) -> None:
        """Record what was only counted so far; call it now and then, and at the end."""
        now_ns = self._now_ns()
        for uid, since_ns in list(self._since_ns.items()):
            if now_ns - since_ns >= NS_PER_S:
                self._settle(uid)

    def close(self) -> None:
        """Record what was only counted so far, however fresh."""
        for uid in list(self._since_ns):
            self._settle(uid)

    def _settle(self, uid: int) -> None:
        self._since_ns.pop(uid, None)
        counted = self._refused.pop(uid, 0) - REFUSALS_PER_S
        if counted > 0:
            self._write("command_refused", f"{counted} more", "refused within a second", uid, None)

    def _write(self, kind: str, command: str, text: str, uid: int, pid: int | None) -> None:
        self._journal(kind, {"command": command, "answer": text, "uid": uid, "pid": pid})
