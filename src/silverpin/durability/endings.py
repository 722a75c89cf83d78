"""What may end a connector: mechanisms reckoned from use, states that were read, a fleet's modes.

A mechanism that a state shows, or that a fleet has failures of, goes by those and no longer by what
physics says of its kind.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from silverpin.durability.mechanisms import Mechanism

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray


class RestsOn(Enum):
    """Where the answer for one ending comes from."""

    STATE = "its own state"
    FLEET = "failures in the fleet"
    BELIEF = "parameters of its kind"


class Ending(NamedTuple):
    """An end that is no single mechanism, by the name that people gave it."""

    value: str


End = Mechanism | Ending
CONTACT = Ending("contact resistance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """How far away one end is, one value a draw."""

    left_h: "FloatArray"
    """Hours of the calendar; infinite where the draw never ends so."""
    rests_on: RestsOn
    covers: frozenset[Mechanism] = frozenset()
    """Mechanisms that this end stands for, besides itself."""
