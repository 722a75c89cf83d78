"""What one session moved: since the plug went in, through restarts of the program.

A restart goes on from what the journal has, and from what was metered and not booked. A killed
program may show some seconds less of its session than before; the lifetime figures never show more
than the disk has, and so never go back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from silverpin.apps.daemon.wall import Wall
from silverpin.domain.events import Event
from silverpin.drivers.store import JournalRow

_WS_PER_KWH = 3.6e6


@dataclass(slots=True)
class _Session:
    since_ns: int
    charged_kwh: float = 0.0
    discharged_kwh: float = 0.0
    reversals: int = 0


class Totals:
    """The session under way, if there is one."""

    def __init__(self) -> None:
        self._session: _Session | None = None
        self._origin_ws = (0.0, 0.0)

    def resume(
        self, newest_first: Iterable[JournalRow], wall: Wall, meter_ws: tuple[float, float]
    ) -> None:
        """Take up the session that an earlier program left, from its journal."""
        session = _Session(wall.at_ns)
        for row in newest_first:
            if row.event.kind == "mated":
                session.since_ns = wall.instant_of(row.utc_ns)
                break
            _add(session, row.event)
        self._session, self._origin_ws = session, meter_ws

    def see(self, event: Event, meter_ws: tuple[float, float]) -> None:
        """Follow the session; *meter_ws* is what the meter reads at *event*."""
        if event.kind == "mated":
            self._session, self._origin_ws = _Session(event.t_ns), meter_ws
        elif event.kind == "unmated":
            self._session = None
        elif event.kind == "reversed" and self._session is not None:
            self._session.reversals += 1

    def frame(self, meter_ws: tuple[float, float], wall: Wall) -> dict[str, Any] | None:
        """Return the session for the status, None while nothing is plugged in."""
        session = self._session
        if session is None:
            return None
        charged, discharged = (
            (now - then) / _WS_PER_KWH for now, then in zip(meter_ws, self._origin_ws, strict=True)
        )
        return {
            "since": wall.iso(session.since_ns),
            "charged_kwh": round(session.charged_kwh + charged, 4),
            "discharged_kwh": round(session.discharged_kwh + discharged, 4),
            "reversals": session.reversals,
        }


def _add(session: _Session, event: Event) -> None:
    if event.kind == "reversed":
        session.reversals += 1
    elif event.kind == "energy":
        session.charged_kwh += event.fields["charged_kwh"]
        session.discharged_kwh += event.fields["discharged_kwh"]
