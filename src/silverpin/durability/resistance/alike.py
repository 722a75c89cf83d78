"""Sessions made alike, so that what differs by chance tells nothing of the connector's traits.

Each session is linearised where it was likeliest. There, by chance of its seat and wind, contact
and traits trade off a little differently each time; many sessions would seem to tell by that what
none of them tells, and a contact that rises slowly would go to the traits. So what a session says
is parted: its value of the contact about traits that are the same for all, which follows them in a
direction that all have in common; and what it says of the traits alone, from the first sessions
only, for what two lumps miss of a unit is the same each time and is not told better by more of it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.resistance.evidence import Loop, in_general, parted
from silverpin.durability.resistance.session import CONTACT, STATE, Evidence, fresh

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.thermal_type import ThermalType

EARLY = 20
"""Sessions with heat that say how the values of all follow the traits, and what the traits are."""
_OWN_WAY = 0.7
"""Share of an early session's own direction that is believed to be its own, not chance."""
_SEAT_SD = 0.06
"""What seat and wind change of the contact that heat tells, beyond what two lumps know of them."""


class Alike:
    """What the early sessions have in common."""

    def __init__(self, kind: "ThermalType") -> None:
        self._sum: FloatArray = np.zeros(STATE)
        """Of what each says of the contact, by contact and traits."""
        self._at = fresh(kind).mean
        self._learned = 0

    def learn(self, evidence: Evidence, at: "FloatArray") -> None:
        """Learn from an early session; the state was believed *at* before it."""
        if self._learned < EARLY:
            self._sum = self._sum + evidence.weight[CONTACT]
            self._at = at
            self._learned += 1

    def made(self, evidence: Evidence, place: int) -> Evidence:
        """Return a session as it is like others; heat told of *place* before it."""
        own = evidence.weight[CONTACT]
        if own[CONTACT] <= 0.0:
            return evidence
        along = self._sum / self._sum[CONTACT]
        if place >= EARLY:
            return in_general(parted(evidence, along, self._at)[0], _SEAT_SD)
        along = along + _OWN_WAY * (own / own[CONTACT] - along)
        value, traits = parted(evidence, along, self._at)
        whole = Evidence(value.weight + traits.weight, value.push + traits.push)
        return in_general(whole, _SEAT_SD)

    def memory(self) -> "FloatArray":
        """Return what going on from here needs."""
        return np.concatenate([self._sum, self._at, [self._learned]])

    def resume(self, memory: "FloatArray") -> None:
        """Go on from a memory."""
        self._sum, self._at = memory[:STATE], memory[STATE:-1]
        self._learned = int(memory[-1])


Session = tuple[Evidence | None, Loop | None]
"""What heat says of one, and what voltage says."""


def as_rows(sessions: Sequence[Session]) -> "FloatArray":
    """Return sessions as rows of figures, NaN where nothing is said."""
    nothing = Evidence(np.full((STATE, STATE), np.nan), np.full(STATE, np.nan))
    rows = [
        np.concatenate([np.ravel(heat.weight), heat.push, loop])
        for heat, loop in ((one or nothing, other or (np.nan, np.nan)) for one, other in sessions)
    ]
    return np.array(rows).reshape(-1, STATE * STATE + STATE + 2)


def of_rows(rows: "FloatArray") -> list[Session]:
    """Return the sessions of such rows."""
    sessions: list[Session] = []
    for row in rows:
        weight, push, loop = np.split(row, [STATE * STATE, STATE * STATE + STATE])
        heat = Evidence(weight.reshape(STATE, STATE), push)
        sessions.append((
            None if np.isnan(push).any() else heat,
            None if np.isnan(loop).any() else Loop(*map(float, loop)),
        ))  # fmt: skip
    return sessions
