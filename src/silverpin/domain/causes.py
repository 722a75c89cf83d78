"""What may be behind a fault that has several causes: how each shows, and what to do about it.

`control.lock_diagnosis` and `control.contactor_diagnosis` rank these from what a charger can
observe; the fault's detail, the status, `evse-cli explain` and the page speak from here.
"""

from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class CauseRow(NamedTuple):
    """One cause in words that stand within a sentence."""

    what: str
    shows: str
    """What tells it from the others."""
    advice: str


class Suspect(NamedTuple):
    """A cause of a fault that stands, with its share of the weight of all."""

    row: CauseRow
    weight: float


class LockCause(Enum):
    """What keeps a bolt from proving itself."""

    DEBRIS = "debris"
    MISALIGNED = "misaligned inlet"
    GASKET = "deformed gasket"
    SWITCH = "broken switch"
    DRY = "dry bolt"

    @property
    def row(self) -> CauseRow:
        """Its row of the table."""
        return LOCK_CAUSES[self]


LOCK_CAUSES = MappingProxyType(
    {
        LockCause.DEBRIS: CauseRow(
            "debris in the bolt's hole",
            "the bolt runs freely and stops inside the hole, at the same place in every try",
            "take the plug out and clear the bolt's hole with dry air, not with oil",
        ),
        LockCause.MISALIGNED: CauseRow(
            "a misaligned inlet",
            "the bolt runs freely and stops where the hole begins, not at the same place each time",
            "push the plug fully home and take its weight off the cable; if it stays, check inlet "
            "and gasket",
        ),
        LockCause.GASKET: CauseRow(
            "a deformed gasket",
            "the bolt runs freely up to the hole and drags inside it, comes late or springs back",
            "press the plug home; then look at the EPDM gasket and replace it if it is deformed",
        ),
        LockCause.SWITCH: CauseRow(
            "a broken bolt switch",
            "the bolt comes to its end like a healthy one, and LOCK_STATUS does not say so",
            "check the switch at the bolt and its wiring; the bolt may well hold the plug",
        ),
        LockCause.DRY: CauseRow(
            "a dry bolt",
            "the bolt drags from the very start of its way",
            "clean the bolt and lubricate it with dry silicone spray",
        ),
    }
)
assert LOCK_CAUSES.keys() == set(LockCause)


class ContactorCause(Enum):
    """What keeps a contactor from doing, or from saying, what it was told."""

    WELDED = "welded"
    ONE_POLE = "one pole welded"
    SLOW = "slow"
    MIRROR_STUCK = "mirror contact stuck closed"
    MIRROR_OPEN = "mirror contact broken open"
    CHATTER = "chattering"
    COIL = "does not hold closed"

    @property
    def row(self) -> CauseRow:
        """Its row of the table."""
        return CONTACTOR_CAUSES[self]


CONTACTOR_CAUSES = MappingProxyType(
    {
        ContactorCause.WELDED: CauseRow(
            "all poles welded",
            "no voltage comes up across the poles after the command to open",
            "switch off the feeder; a technician replaces the contactor",
        ),
        ContactorCause.ONE_POLE: CauseRow(
            "one pole welded",
            "the mirror contact reads closed, and voltage stands across another pole",
            "switch off the feeder; a technician replaces the contactor",
        ),
        ContactorCause.SLOW: CauseRow(
            "a slow contactor",
            "it follows its command, later than it may, and later than it used to",
            "measure the coil's supply; a technician replaces the contactor before it sticks",
        ),
        ContactorCause.MIRROR_STUCK: CauseRow(
            "a mirror contact stuck closed",
            "voltage stands across every pole while the mirror contact reads closed",
            "treat the pins as live; a technician repairs the mirror contact or its wiring",
        ),
        ContactorCause.MIRROR_OPEN: CauseRow(
            "a mirror contact broken open",
            "current or voltage passes while the mirror contact reads open",
            "a technician repairs the mirror contact or its wiring",
        ),
        ContactorCause.CHATTER: CauseRow(
            "a chattering contactor",
            "it opens and closes again and again while it is commanded closed",
            "measure the coil's supply while it holds, and look for a loose terminal",
        ),
        ContactorCause.COIL: CauseRow(
            "a contactor that does not hold closed",
            "nothing passes, and the mirror contact reads open",
            "measure the coil's voltage while it should be closed",
        ),
    }
)
assert CONTACTOR_CAUSES.keys() == set(ContactorCause)

_CLOSED = (ContactorCause.WELDED, ContactorCause.ONE_POLE, ContactorCause.SLOW,
           ContactorCause.MIRROR_STUCK)  # fmt: skip
_OPEN = (ContactorCause.COIL, ContactorCause.SLOW, ContactorCause.CHATTER,
         ContactorCause.MIRROR_OPEN)  # fmt: skip
CAUSES_OF = MappingProxyType(
    {
        "ERR_LOCK_FAIL": tuple(cause.row for cause in LockCause),
        "ERR_CONTACTOR_WELD": tuple(cause.row for cause in _CLOSED),
        "ERR_CONTACTOR_OPEN": tuple(cause.row for cause in _OPEN),
    }
)
"""The causes of a fault that has several, by its code."""
