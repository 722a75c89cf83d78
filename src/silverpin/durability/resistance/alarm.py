"""When a contact's resistance rises: told after every session, rarely without cause.

A filter that believes in a contact that stays as it is foretells each session. If the contact
stepped up some sessions ago, its surprises since then have a shape that is known (Willsky and
Jones, generalised likelihood ratio): the sum over that shape, in standard deviations, is held
against a threshold, for every session at which the step may have been. Surprises are measured by
how this connector's have scattered so far, not only by how they should.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from silverpin.durability.resistance.evidence import LOOP, LOOP_SD_OHM, WIDE, Loop, at_first, wide
from silverpin.durability.resistance.session import CONTACT, STATE, Belief, Evidence

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.thermal_type import ThermalType

THRESHOLD_SD = 4.3
"""Less than one false alarm in ten connector-years at two sessions a day."""
LEAST_RISE = 0.06
"""Smaller steps are not worth a visit, however sure."""
SESSIONS_BACK = 40
LEAST_SESSIONS = 2
"""One session alone may have been an odd one."""
_BASELINE = 6
_PACE = 0.001
_USUAL_SCATTER, _USUAL_SESSIONS = 1.2, 15.0
_CLIPPED = 3.0
_FAR = 0.25


class Alarm(NamedTuple):
    """A contact's resistance is higher than it was."""

    session: int
    """The session after which it was told, from 0."""
    since: int
    """The first session with the higher resistance, as it seems."""
    rise: float
    """As a share."""
    sure_sd: float


@dataclass(slots=True)
class _Candidate:
    """A step that may have been."""

    since: int
    shape: "FloatArray"
    """How far the filter lags behind a step of one."""
    score: float = 0.0
    weight: float = 0.0


class Watch:
    """Takes session after session of one connector."""

    def __init__(self, kind: "ThermalType") -> None:
        self._kind = kind
        self._session = -1
        self._tangent = kind.contact
        self._squares = _USUAL_SESSIONS * _USUAL_SCATTER**2
        self._count = _USUAL_SESSIONS
        self.alarms: list[Alarm] = []
        self._begin()

    def _begin(self) -> None:
        self._mean, self._cov = at_first(self._kind)
        self._candidates: list[_Candidate] = []
        self._known = 0
        self._last: float | None = None

    def belief(self) -> Belief:
        """Return what is believed of the state, if nothing changed."""
        return Belief(self._mean[:STATE], self._cov[:STATE, :STATE])

    def take(
        self, evidence: Evidence | None, loop: Loop | None = None, tangent: float | None = None
    ) -> Alarm | None:
        """Add a session; return the alarm that it raises, if it does.

        The loop's slope is taken at *tangent*; one far off begins the loop anew.
        """
        self._session += 1
        if tangent is not None and abs(tangent - self._tangent) > _FAR:
            self._cov[LOOP, LOOP] += LOOP_SD_OHM**2
        self._tangent = self._tangent if tangent is None else tangent
        weight, push = wide(evidence, loop, self._tangent)
        shared: Any = np.eye(WIDE) + weight @ self._cov
        surprise: FloatArray = np.linalg.solve(shared, push - weight @ self._mean)
        sharp: FloatArray = np.linalg.solve(shared, weight)
        self._learn_scatter(float(surprise[CONTACT]), float(sharp[CONTACT, CONTACT]))
        self._follow(surprise, sharp)
        alarm = self._judged()
        kept = np.linalg.inv(np.eye(WIDE) + self._cov @ weight)
        for row in self._candidates:
            row.shape = kept @ row.shape
        self._mean = self._mean + self._cov @ surprise
        self._cov = kept @ self._cov
        self._cov = 0.5 * (self._cov + self._cov.T)
        self._cov[CONTACT, CONTACT] += _PACE**2
        self._known += 1
        if alarm is not None:
            self.alarms.append(alarm)
            self._begin()
        return alarm

    def _learn_scatter(self, surprise: float, sharp: float) -> None:
        """Take note how much more surprises scatter than they should; a step is no scatter."""
        if sharp <= 0.0:
            return
        score = surprise / sharp**0.5
        last, self._last = self._last, score
        if last is None or self._known < _BASELINE:
            return
        square = min(0.5 * (score - last) ** 2, _CLIPPED**2 * self._squares / self._count)
        self._squares, self._count = self._squares + square, self._count + 1.0

    def _follow(self, surprise: "FloatArray", sharp: "FloatArray") -> None:
        """Add this session to every step that may have been, the newest one included."""
        if self._known >= _BASELINE:
            step: FloatArray = np.zeros(WIDE)
            step[CONTACT] = 1.0
            self._candidates.append(_Candidate(self._session, step))
        self._candidates = self._candidates[-SESSIONS_BACK:]
        for row in self._candidates:
            row.score += float(row.shape @ surprise)
            row.weight += float(row.shape @ sharp @ row.shape)

    def _judged(self) -> Alarm | None:
        """Return the surest step that is sure enough."""
        scatter = float(np.sqrt(self._squares / self._count))
        found = None
        for row in self._candidates[: 1 - LEAST_SESSIONS or None]:
            if row.weight <= 0.0:
                continue
            sure_sd = row.score / np.sqrt(row.weight) / scatter
            rise = float(np.expm1(row.score / row.weight))
            if sure_sd < THRESHOLD_SD or rise < LEAST_RISE:
                continue
            if found is None or sure_sd > found.sure_sd:
                found = Alarm(self._session, row.since, rise, float(sure_sd))
        return found
