"""The record of who commanded what, and a bound on how fast refusals can fill it.

Every command that changes something is recorded with its answer, and so is every refusal. A user
who is refused again and again is recorded one by one up to a few in a second; what comes beyond is
counted and recorded as one event. As long as that goes on, the second becomes two, four, at last an
hour: the journal is kept for ever, and nobody without permission can fill the disk with it.
Commands that only read are not recorded when they are allowed: a page asks five times a second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from silverpin.apps.control_socket.peers import Peer
from silverpin.domain.quantities import NS_PER_S

Journal = Callable[[str, dict[str, Any]], None]
"""Takes the kind of an event of `domain.events` and its fields."""

REFUSALS_MAX = 5
"""So many of one user are recorded one by one within a window."""
WINDOW_NS = NS_PER_S
WINDOW_MAX_NS = 3600 * NS_PER_S


@dataclass(slots=True)
class _Window:
    """What one user was refused since an instant."""

    since_ns: int
    length_ns: int = WINDOW_NS
    refused: int = 0


class Audit:
    """Writes commands to the journal; `now_ns` is a monotonic clock."""

    def __init__(self, journal: Journal, now_ns: Callable[[], int]) -> None:
        self._journal = journal
        self._now_ns = now_ns
        self._windows: dict[int, _Window] = {}

    def accepted(self, command: str, text: str, peer: Peer) -> None:
        """Record a command that was done, or was so already."""
        self._write("command", command, text, peer.uid, peer.pid)

    def refused(self, command: str, text: str, peer: Peer) -> None:
        """Record a refusal, or count it when this user was refused too often just now."""
        self.settle()
        window = self._windows.setdefault(peer.uid, _Window(self._now_ns()))
        window.refused += 1
        if window.refused <= REFUSALS_MAX:
            self._write("command_refused", command, text, peer.uid, peer.pid)

    def settle(self) -> None:
        """Record what was only counted so far; call it now and then, and at the end."""
        now_ns = self._now_ns()
        for uid, window in list(self._windows.items()):
            if now_ns - window.since_ns < window.length_ns:
                continue
            if self._tell(uid, window):
                longer_ns = min(2 * window.length_ns, WINDOW_MAX_NS)
                self._windows[uid] = _Window(now_ns, longer_ns)
            else:
                del self._windows[uid]

    def close(self) -> None:
        """Record what was only counted so far, however fresh."""
        for uid, window in self._windows.items():
            self._tell(uid, window)
        self._windows.clear()

    def _tell(self, uid: int, window: _Window) -> bool:
        """Record what a window only counted; return whether it counted anything."""
        counted = window.refused - REFUSALS_MAX
        if counted > 0:
            within_s = window.length_ns // NS_PER_S
            within = "a second" if within_s == 1 else f"{within_s} seconds"
            self._write("command_refused", f"{counted} more", f"refused within {within}", uid, None)
        return counted > 0

    def _write(self, kind: str, command: str, text: str, uid: int, pid: int | None) -> None:
        self._journal(kind, {"command": command, "answer": text, "uid": uid, "pid": pid})
