"""Why a driven bolt is not proved home: each cause with how it shows and what to do about it.

`control.lock_diagnosis` ranks these from what a charger can observe; the fault's detail, the
status, `evse-cli explain` and the page speak from here.
"""

from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class LockCause(Enum):
    """What keeps a bolt from proving itself."""

    DEBRIS = "debris"
    MISALIGNED = "misaligned inlet"
    GASKET = "deformed gasket"
    SWITCH = "broken switch"
    DRY = "dry bolt"

    @property
    def row(self) -> "LockCauseRow":
        """Its row of the table."""
        return LOCK_CAUSES[self]


class LockCauseRow(NamedTuple):
    """One cause in words that stand within a sentence."""

    what: str
    shows: str
    """What tells it from the others."""
    advice: str


LOCK_CAUSES = MappingProxyType(
    {
        LockCause.DEBRIS: LockCauseRow(
            "debris in the bolt's hole",
            "the bolt runs freely and stops inside the hole, at the same place in every try",
            "take the plug out and clear the bolt's hole with dry air, not with oil",
        ),
        LockCause.MISALIGNED: LockCauseRow(
            "a misaligned inlet",
            "the bolt runs freely and stops where the hole begins, not at the same place each time",
            "push the plug fully home and take its weight off the cable; if it stays, check inlet "
            "and gasket",
        ),
        LockCause.GASKET: LockCauseRow(
            "a deformed gasket",
            "the bolt runs freely up to the hole and drags inside it, comes late or springs back",
            "press the plug home; then look at the EPDM gasket and replace it if it is deformed",
        ),
        LockCause.SWITCH: LockCauseRow(
            "a broken bolt switch",
            "the bolt comes to its end like a healthy one, and LOCK_STATUS does not say so",
            "check the switch at the bolt and its wiring; the bolt may well hold the plug",
        ),
        LockCause.DRY: LockCauseRow(
            "a dry bolt",
            "the bolt drags from the very start of its way",
            "clean the bolt and lubricate it with dry silicone spray",
        ),
    }
)
assert LOCK_CAUSES.keys() == set(LockCause)
