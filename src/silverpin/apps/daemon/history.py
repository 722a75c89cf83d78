"""The last hour at five-second steps and what marked it, for the page's plot.

`silverpin.history/1`.
"""

from collections import deque
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.daemon.readings import pin_temps_c, power_w
from silverpin.apps.daemon.wall import Wall
from silverpin.domain.events import Event
from silverpin.domain.quantities import NS_PER_S

STEP_S = 5
_KEPT = 3600 // STEP_S
MARKS = frozenset({"mated", "unmated", "fault_raised", "load_break", "inspected", "cleaned"})
"""Kinds of events that a plot points out."""
_MARKS_KEPT = 60


class History:
    """A ring of what a page draws."""

    def __init__(self, charger: Charger) -> None:
        self._charger = charger
        self._rows: deque[tuple[int, float | None, tuple[float | None, ...]]] = deque(maxlen=_KEPT)
        self._marks: deque[Event] = deque(maxlen=_MARKS_KEPT)
        self._next_ns = 0

    def see(self, event: Event) -> None:
        """Keep an event that a plot points out."""
        if event.kind in MARKS:
            self._marks.append(event)

    def step(self) -> None:
        """Keep this instant if a row is due."""
        charger = self._charger
        now_ns = charger.obs.now_ns
        if now_ns < self._next_ns:
            return
        self._next_ns = now_ns + STEP_S * NS_PER_S
        self._rows.append((now_ns, power_w(charger), pin_temps_c(charger)))

    def frame(self, wall: Wall) -> dict[str, Any]:
        """Return the rows, oldest first."""
        rows, charger = list(self._rows), self._charger
        return {
            "schema": "silverpin.history/1",
            "step_s": STEP_S,
            "time": [wall.iso(row[0]) for row in rows],
            "power_w": [row[1] for row in rows],
            "temps_c": {
                pin: [row[2][index] for row in rows]
                for index, pin in enumerate(charger.connector.power_pins)
            },
            "marks": [
                {"time": wall.iso(event.t_ns), "kind": event.kind, "text": event.sentence()}
                for event in self._marks
            ],
            "temp_trip_c": charger.limits.temp_trip_c,
            "temp_reset_c": charger.limits.temp_reset_c,
        }
