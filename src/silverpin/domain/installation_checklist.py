"""What the installation code asks of a charger, as a technician ticks it off (CON-3).

The articles are those of NFPA 70 in its 2023 edition; the questions are ours. The list reminds of
what a look and a screwdriver can tell; it does not stand in for the code.
"""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Tick(Enum):
    """A technician's answer to one question."""

    YES = "yes"
    NO = "no"
    DOES_NOT_APPLY = "n/a"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRow:
    """One question; *yes* is well."""

    id: str
    article: str
    question: str


_ROWS = (
    ChecklistRow(id="workmanship", article="110.12",
                 question="Is everything mounted firmly, with no damaged or open part?"),
    ChecklistRow(id="torque", article="110.14(D)",
                 question="Were the terminals tightened to the torque that their maker names?"),
    ChecklistRow(id="space", article="110.26",
                 question="Is there room to stand and work in front of the equipment?"),
    ChecklistRow(id="earth", article="250.118",
                 question="Does an earth conductor of its own run with the supply, unbroken?"),
    ChecklistRow(id="marking", article="625.15",
                 question="Are the ratings and the warnings on the charger there to be read?"),
    ChecklistRow(id="cable", article="625.17",
                 question="Is the cable of the listed type, whole, and kept off the ground?"),
    ChecklistRow(id="interlock", article="625.18",
                 question="Does the plug stay dead until it is seated in a vehicle?"),
    ChecklistRow(id="de-energise", article="625.19",
                 question="Is the cable de-energised when it is strained or torn out?"),
    ChecklistRow(id="personnel", article="625.22",
                 question="Was the protection of people against shock tested, and did it trip?"),
    ChecklistRow(id="overcurrent", article="625.41",
                 question="Is the branch circuit protected for 125 % of the charger's current?"),
    ChecklistRow(id="disconnect", article="625.43",
                 question="Can the supply be switched off and locked off, close by and in sight?"),
    ChecklistRow(id="interactive", article="625.48",
                 question="Is the charger listed to feed back, and marked as a source of power?"),
    ChecklistRow(id="location", article="625.50",
                 question="Does the connector hang at the height that its place asks for?"),
    ChecklistRow(id="source-label", article="705.10",
                 question="Does a sign at the service name this source and its disconnect?"),
)  # fmt: skip
CHECKLIST = MappingProxyType({row.id: row for row in _ROWS})
assert len(CHECKLIST) == len(_ROWS), "two rows with one id"
