"""Sessions, as the current alone tells them.

A session is current with pauses. A pause of more than 30 minutes ends it, and so does a gap of 30
minutes in which nobody looked. What flows across the cut of two chunks is one session.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from silverpin.domain.contact_trace import IDLE_A, PAUSE_S
from silverpin.durability.compiled import compiled

if TYPE_CHECKING:
    from silverpin.durability.record import BoolArray, FloatArray

_START, _END, _CHARGED, _DISCHARGED, _PEAK, _BROKEN = range(6)


class Session(NamedTuple):
    """One use between two pauses; seconds on the record's axis."""

    start_s: float
    end_s: float
    charged_ah: float
    discharged_ah: float
    peak_a: float
    """Largest current in either direction, without a sign."""


class Sessions:
    """Cuts a record into sessions, chunk by chunk."""

    def __init__(self) -> None:
        self._done: list[Session] = []
        self._open: FloatArray = np.full(6, np.nan)

    def take(
        self, t_s: "FloatArray", dt_s: "FloatArray", current_a: "FloatArray", unknown: "BoolArray"
    ) -> None:
        """Take stretches of steady current: when each begins and how long it holds."""
        closed: FloatArray = np.empty((len(dt_s) + 1, 5))
        rows = _cut(t_s, dt_s, current_a, unknown, self._open, closed)
        self._done += [Session(*map(float, row)) for row in closed[:rows]]

    def all(self) -> list[Session]:
        """Return the sessions so far, as if the record ended here."""
        if np.isnan(self._open[_START]):
            return [*self._done]
        return [*self._done, Session(*map(float, self._open[:5]))]


@compiled
def _cut(t_s: Any, dt_s: Any, current_a: Any, unknown: Any, state: Any, closed: Any) -> int:
    rows = 0
    for index in range(len(dt_s)):
        amperes = abs(current_a[index])
        if unknown[index] or not amperes > IDLE_A:
            if unknown[index] and dt_s[index] >= PAUSE_S:
                state[_BROKEN] = 1.0
            continue
        running = state[_START] == state[_START]
        if running and (state[_BROKEN] == 1.0 or t_s[index] - state[_END] > PAUSE_S):
            closed[rows] = state[:5]
            rows += 1
            running = False
        if not running:
            state[_START], state[_CHARGED], state[_DISCHARGED] = t_s[index], 0.0, 0.0
            state[_PEAK], state[_BROKEN] = 0.0, 0.0
        way = _CHARGED if current_a[index] > 0.0 else _DISCHARGED
        state[way] += amperes * dt_s[index] / 3600.0
        state[_PEAK] = max(state[_PEAK], amperes)
        state[_END] = t_s[index] + dt_s[index]
    return rows
