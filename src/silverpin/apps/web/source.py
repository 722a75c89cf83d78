"""What the page needs from whoever runs the charger."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Frame = Mapping[str, Any]
"""One JSON object as the outside sees it, for example a `silverpin.status/1`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActResult:
    """The answer to a bench act; `status_code` is 200, 400 (not understood) or 409 (refused)."""

    ok: bool
    text: str
    status_code: int = 200


class StatusSource(Protocol):
    """The charger, as the page sees it. All but `act` answer at once from what is known."""

    def status(self) -> Frame:
        """Return the newest `silverpin.status/1`."""

    def history(self) -> Frame:
        """Return the last hour as `silverpin.history/1`."""

    def events(self, limit: int) -> Sequence[Frame]:
        """Return at most *limit* journal events, newest first."""

    def bench(self) -> Frame:
        """Return every fault that can be played (`silverpin.bench/1`); in simulation alone."""

    def subscribe(self) -> AsyncIterator[tuple[str, Frame]]:
        """Yield ("status", …) and ("event", …) as they come, and end when the charger stops.

        A slow reader loses old frames, never the newest; `Feed` does that. An `aclose` method, if
        there is one, is awaited when the reader goes away.
        """

    async def act(self, act: str, value: float | str | None, clear: bool) -> ActResult:
        """Do or undo a bench act; asked in simulation alone."""
