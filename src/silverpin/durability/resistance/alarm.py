"""When a contact's resistance rises: told after every session, rarely without cause.

Each session has its own value of the contact, if the connector's traits are what all sessions
together say. For every session at which a step may have been, the mean of the values since then is
held against the mean of those before, in standard deviations (a generalised likelihood ratio).
Values scatter by as much as neighbours of this connector have differed, not only by as much as
they should; a step is one difference among many and makes no scatter.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.resistance.evidence import WIDE, Loop, at_first, wide
from silverpin.durability.resistance.session import CONTACT, STATE, Belief, Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.thermal_type import ThermalType

THRESHOLD_SD = 4.75
"""Less than one false alarm in ten connector-years at two sessions a day."""
LEAST_RISE = 0.06
"""Smaller steps are not worth a visit, however sure."""
SESSIONS_BACK = 40
LEAST_SESSIONS = 2
_BORNE_OUT_SD = 2.0
"""One session alone may have been an odd one: the others since then must show the step as well."""
BASELINE = 6
SESSIONS_KEPT = 400
LEARNING = 12
_USUAL_SCATTER, _USUAL_SESSIONS = 1.2, 15.0
_CLIPPED = 3.0
_MEDIAN_SQUARE = 0.455
"""Median of the square of a standard normal."""


class Alarm(NamedTuple):
    """A contact's resistance is higher than it was."""

    session: int
    """The session after which it was told, from 0."""
    since: int
    """The first session with the higher resistance, as it seems."""
    rise: float
    """As a share."""
    sure_sd: float


class Watch:
    """Takes session after session of one connector."""

    def __init__(self, kind: "ThermalType") -> None:
        self._kind = kind
        self._session = -1
        self._tangent = kind.contact
        self.alarms: list[Alarm] = []
        self._begin()

    def _begin(self) -> None:
        self._mean, self._cov = at_first(self._kind)
        self._rows: list[tuple[int, FloatArray, float]] = []
        """Sessions with what they say of the contact: weight of each unknown, and push."""

    def memory(self) -> "dict[str, FloatArray]":
        """Return what going on from here needs."""
        rows = [[row[0], *row[1], row[2]] for row in self._rows]
        return {
            "watch": np.array([self._session, self._tangent]),
            "watch_mean": self._mean,
            "watch_cov": self._cov,
            "watch_rows": np.array(rows).reshape(-1, WIDE + 2),
        }

    def resume(self, memory: "Mapping[str, FloatArray]") -> None:
        """Go on from a memory; the alarms of before it are not in it."""
        session, self._tangent = map(float, memory["watch"])
        self._session = int(session)
        self._mean, self._cov = memory["watch_mean"], memory["watch_cov"]
        self._rows = [(int(row[0]), row[1:-1], float(row[-1])) for row in memory["watch_rows"]]

    def belief(self) -> Belief:
        """Return what is believed of the state, if nothing changed."""
        return Belief(self._mean[:STATE], self._cov[:STATE, :STATE])

    def take(self, evidence: Evidence | None, loop: Loop | None = None) -> Alarm | None:
        """Add a session; return the alarm that it raises, if it does."""
        self._session += 1
        if evidence is not None and len(self._rows) < LEARNING:
            self._tangent = float(self._mean[CONTACT])
        weight, push = wide(evidence, loop, self._tangent)
        if weight[CONTACT, CONTACT] > 0.0:
            self._rows.append((self._session, weight[CONTACT], float(push[CONTACT])))
            self._rows = self._rows[-SESSIONS_KEPT:]
        if len(self._rows) <= LEARNING:
            self._learn(weight, push)
        alarm = self._judged()
        if alarm is not None:
            self.alarms.append(alarm)
            self._begin()
        return alarm

    def _learn(self, weight: "FloatArray", push: "FloatArray") -> None:
        """Add a session to what the traits are taken to be; later ones might hide a step there."""
        kept = np.linalg.inv(np.eye(WIDE) + self._cov @ weight)
        self._mean = self._mean + kept @ self._cov @ (push - weight @ self._mean)
        self._cov = kept @ self._cov
        self._cov = 0.5 * (self._cov + self._cov.T)

    def values(self) -> "tuple[list[int], FloatArray, FloatArray]":
        """Return the sessions since the last alarm, what each says of the contact, and how surely.

        That is the logarithm of its ohms, and an inverse variance by how much neighbours differ.
        """
        sessions = [row[0] for row in self._rows]
        if not sessions:
            return [], np.zeros(0), np.zeros(0)
        values, own = self._by_itself()
        scatter = _scatter(values, own) if len(own) > 1 else _USUAL_SCATTER
        return sessions, values, own / scatter**2

    def _by_itself(self) -> "tuple[FloatArray, FloatArray]":
        """Return each session's own value under the traits as they are believed, and its weight."""
        weights = np.array([row[1] for row in self._rows])
        own = weights[:, CONTACT].copy()
        weights[:, CONTACT] = 0.0
        return (np.array([row[2] for row in self._rows]) - weights @ self._mean) / own, own

    def _judged(self) -> Alarm | None:
        """Return the surest step that is sure enough."""
        if len(self._rows) < BASELINE + LEAST_SESSIONS:
            return None
        values, own = self._by_itself()
        scatter = _scatter(values, own)
        # a step with the newest session is looked at too: else it would seem to be one before
        at = np.arange(max(BASELINE, len(own) - SESSIONS_BACK), len(own))
        steps, sure = _steps(values, own / scatter**2, at)
        found = int(np.argmax(np.where(np.expm1(steps) < LEAST_RISE, -np.inf, sure)))
        rise, place = float(np.expm1(steps[found])), int(at[found])
        if sure[found] < THRESHOLD_SD or rise < LEAST_RISE or len(own) - place < LEAST_SESSIONS:
            return None
        but_highest = np.arange(len(own)) != place + int(np.argmax(values[place:]))
        kept, weights = values[but_highest], own[but_highest] / scatter**2
        if _steps(kept, weights, np.array([place]))[1][0] < _BORNE_OUT_SD:
            return None
        return Alarm(self._session, self._rows[place][0], rise, float(sure[found]))


def _steps(
    values: "FloatArray", weights: "FloatArray", at: "NDArray[np.int64]"
) -> "tuple[FloatArray, FloatArray]":
    """Return the step before each of some sessions, and in standard deviations how sure it is."""
    summed, sums = np.cumsum(weights), np.cumsum(weights * values)
    before, after = summed[at - 1], summed[-1] - summed[at - 1]
    steps: FloatArray = (sums[-1] - sums[at - 1]) / after - sums[at - 1] / before
    return steps, steps / np.sqrt(1.0 / before + 1.0 / after)


def _scatter(values: "FloatArray", weights: "FloatArray") -> float:
    """Return how much more neighbours differ than they should."""
    square = np.diff(values) ** 2 / (1.0 / weights[1:] + 1.0 / weights[:-1])
    usual = max(float(np.median(square)) / _MEDIAN_SQUARE, _USUAL_SCATTER**2)
    clipped = np.minimum(square, _CLIPPED**2 * usual)
    total = _USUAL_SESSIONS * _USUAL_SCATTER**2 + float(clipped.sum())
    return float(np.sqrt(total / (_USUAL_SESSIONS + len(square))))
