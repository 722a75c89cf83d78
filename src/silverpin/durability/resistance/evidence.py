"""What a session says of a connector by heat, by voltage or by both, as one sum.

The state of heat (`session`) gets one more unknown: the loop's ohms beside the contact, cable and
all. They are the same in every session once the cable's temperature is taken out, so voltage tells
how the contact changes and not how large it is. All of a change of the loop is taken as one
contact's: nobody knows which of two it was, and that is the worse case.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.resistance.session import CONTACT, STATE, Belief, Evidence, fresh

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray
    from silverpin.durability.resistance.thermal_type import ThermalType

LOOP = STATE
WIDE = STATE + 1
MATING_SD = 0.01
"""What each plugging in changes for that session alone, of the contact's logarithm."""
_LOOP_OHM, LOOP_SD_OHM = 0.02, 0.05


class Loop(NamedTuple):
    """The loop's resistance by the voltage between charger and vehicle, and its standard error."""

    ohm: float
    sd_ohm: float


def at_first(kind: "ThermalType") -> Belief:
    """Return what is believed of a unit and its loop before the first session."""
    own = fresh(kind)
    mean, cov = np.zeros(WIDE), np.zeros((WIDE, WIDE))
    mean[:STATE], mean[LOOP] = own.mean, _LOOP_OHM
    cov[:STATE, :STATE], cov[LOOP, LOOP] = own.cov, LOOP_SD_OHM**2
    return Belief(mean, cov)


def wide(evidence: Evidence | None, loop: Loop | None, contact: float) -> Evidence:
    """Return all that a session says; the loop follows the logarithm by its slope at *contact*.

    That place must stay for as long as only voltage tells of the contact: sessions whose slopes
    differ would seem to tell the contact's size by their difference.
    """
    weight, push = np.zeros((WIDE, WIDE)), np.zeros(WIDE)
    if evidence is not None:
        weight[:STATE, :STATE], push[:STATE] = evidence
    if loop is not None:
        ohm = float(np.exp(contact))
        slope: FloatArray = np.zeros(WIDE)
        slope[CONTACT], slope[LOOP] = ohm, 1.0
        weight += np.outer(slope, slope) / loop.sd_ohm**2
        push += slope * ((loop.ohm - ohm + ohm * contact) / loop.sd_ohm**2)
    return in_general(Evidence(weight, push), MATING_SD)


def parted(evidence: Evidence, along: "FloatArray", at: "FloatArray") -> tuple[Evidence, Evidence]:
    """Return what a session says of the contact, and what of the traits whatever the contact is.

    The contact is the one that it shows if the traits are those *at*, and follows them *along*.
    """
    row = evidence.weight[CONTACT]
    own = float(row[CONTACT])
    push = float(evidence.push[CONTACT] - row @ at) + own * float(along @ at)
    return (
        Evidence(own * np.outer(along, along), push * along),
        Evidence(
            evidence.weight - np.outer(row, row) / own,
            evidence.push - row * (evidence.push[CONTACT] / own),
        ),
    )


def in_general(evidence: Evidence, sd: float) -> Evidence:
    """Return what a session says of the contact that was apart by *sd* in that session alone."""
    along = evidence.weight[:, CONTACT]
    gain = sd**2 / (1.0 + sd**2 * along[CONTACT])
    return Evidence(
        evidence.weight - gain * np.outer(along, along),
        evidence.push - gain * along * evidence.push[CONTACT],
    )
