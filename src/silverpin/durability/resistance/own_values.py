"""What each session says of the contact by itself, so that sessions are independent evidence.

The trend of `history` is smoothed: each of its values leans on all sessions, and a prediction made
of them would count the same evidence again and again. Its traits also go on learning for as long
as sessions come, and what they learn late looks like a change of the contact. So the first sessions
say what the connector's traits are, and from then on every session, those first ones as well, is
weighed by these: an error of theirs is the same in all, and vanishes from ratios but for a factor.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.resistance.evidence import WIDE, Loop, at_first, wide
from silverpin.durability.resistance.session import CONTACT, STATE, Belief, Evidence, weigh

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.blocks import Blocks
    from silverpin.durability.resistance.thermal_type import ThermalType

LEARNING = 12
_LOOSENED_SD = 0.3
_UNIT_SD = 0.035
"""What two lumps make of a unit that has more: few sessions teach it, all values share it."""


class Value(NamedTuple):
    """One session's own contact."""

    end_s: float
    log_ohm: float
    sd: float
    """Of the logarithm."""


class _Session(NamedTuple):
    end_s: float
    blocks: "Blocks | None"
    loop: Loop | None


class OwnValues:
    """Takes the sessions that told something."""

    def __init__(self, kind: "ThermalType") -> None:
        self._kind = kind
        self._mean, self._cov = at_first(kind)
        self._first: list[_Session] = []
        self._values: list[Value] = []

    def take(self, end_s: float, blocks: "Blocks | None", loop: Loop | None) -> None:
        """Add a session."""
        session = _Session(end_s, blocks, loop)
        if len(self._first) == LEARNING:
            self._values += self._value(session)
            return
        self._first.append(session)
        self._learn(self._told(session))
        if len(self._first) == LEARNING:
            self._values = [row for each in self._first for row in self._value(each)]

    def values(self) -> list[Value]:
        """Return the value of each session."""
        if len(self._first) == LEARNING:
            return self._values
        return [row for each in self._first for row in self._value(each)]

    def scale_sd(self) -> float:
        """Return how well the size of the contact is known, of its logarithm."""
        return float(np.sqrt(self._cov[CONTACT, CONTACT] + _UNIT_SD**2))

    def _told(self, session: _Session) -> Evidence:
        evidence = None
        if session.blocks is not None:
            cov = self._cov[:STATE, :STATE].copy()
            cov[CONTACT, CONTACT] += _LOOSENED_SD**2
            before = Belief(self._mean[:STATE], cov)
            evidence = weigh(session.blocks, self._kind, before).evidence
        return wide(evidence, session.loop, float(self._mean[CONTACT]))

    def _learn(self, told: Evidence) -> None:
        kept = np.linalg.inv(np.eye(WIDE) + self._cov @ told.weight)
        self._mean = self._mean + kept @ self._cov @ (told.push - told.weight @ self._mean)
        cov = kept @ self._cov
        self._cov = 0.5 * (cov + cov.T)

    def _value(self, session: _Session) -> list[Value]:
        """Return what a session says by the traits as they were learned; nothing says nothing."""
        weight, push = self._told(session)
        own = float(weight[CONTACT, CONTACT])
        if own <= 0.0:
            return []
        along: FloatArray = weight[CONTACT].copy()
        along[CONTACT] = 0.0
        log_ohm = (float(push[CONTACT]) - float(along @ self._mean)) / own
        return [Value(session.end_s, log_ohm, own**-0.5)]
