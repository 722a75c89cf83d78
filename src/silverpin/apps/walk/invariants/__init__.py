"""What must hold at every instant of a walk, each as one small onlooker.

An onlooker is told what stays the same (`Scene`) and then every `Sight` in its order; it returns
what is wrong in one sentence, or None. It keeps what it saw and knows nothing of the charger.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple, Protocol

from silverpin.apps.walk.causes import Scene
from silverpin.apps.walk.invariants.answers import AnsweredInTime
from silverpin.apps.walk.invariants.asking import AskedAnew
from silverpin.apps.walk.invariants.bounds import WithinLimits
from silverpin.apps.walk.invariants.closing import ClosedOnProof, ReleasedDead
from silverpin.apps.walk.invariants.counting import CountersGrow
from silverpin.apps.walk.invariants.latches import LatchedStays
from silverpin.apps.walk.invariants.reverse import ReverseOnlyAllowed
from silverpin.apps.walk.sight import Sight


class Onlooker(Protocol):
    """One invariant at work on one leg."""

    def look(self, sight: Sight) -> str | None:
        """Return what is wrong at this instant."""


class Invariant(NamedTuple):
    """A rule of the walk."""

    name: str
    says: str
    onlooker: Callable[[Scene], Onlooker]


_ROWS = (
    Invariant("closed on proof", "never closed without a fresh LOCK_STATUS and a permit",
              ClosedOnProof),
    Invariant("released dead", "the bolt never lets go under load or beside live pins",
              ReleasedDead),
    Invariant("reverse allowed", "never reverse power outside the grid profile, without "
              "LOCK_STATUS, or after a thermal trip that nobody inspected", ReverseOnlyAllowed),
    Invariant("latched stays", "what is latched stays latched until its declared reset, and bars "
              "power", LatchedStays),
    Invariant("within limits", "current within the tightest limit in force", WithinLimits),
    Invariant("answered in time", "every fault is answered within its declared time",
              AnsweredInTime),
    Invariant("counters grow", "counters never go back, and count what was", CountersGrow),
    Invariant("asked anew", "power never returns without being asked for anew", AskedAnew),
)  # fmt: skip
INVARIANTS = MappingProxyType({row.name: row for row in _ROWS})
RAISES = "nothing raises"
"""The name of the invariant that the leg itself holds: no deed and no tick ends in an error."""
