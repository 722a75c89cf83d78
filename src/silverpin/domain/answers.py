"""How soon a fault is answered: from its cause in nature until the contactor is open.

Until the cause is found, its row of the fault table says (`Found`). Then comes one judgement, then
what the fault's action takes: an emergency opens at once, everything else takes the current to zero
first. A new row owes the shortest time until it says otherwise. The stages of a grid profile carry
clearing times of their own, which end with no power flowing back.
"""

from silverpin.domain.faults import Action, Fault, Found
from silverpin.domain.limits import Limits
from silverpin.domain.quantities import NS_PER_MS

CONTACTOR_NS = 30 * NS_PER_MS
"""Drop-out of a healthy contactor of this size (ours); a later one is a fault of its own."""


def answered_ns(fault: Fault, limits: Limits) -> int | None:
    """Return the longest time from the cause of *fault* until the contactor is open.

    None is a fault of the grid, whose stage says it.
    """
    longest_ns = found_ns(fault, limits)
    return None if longest_ns is None else longest_ns + acted_ns(fault, limits)


def found_ns(fault: Fault, limits: Limits) -> int | None:
    """Return how long the cause of *fault* may stand unfound; None for one of the grid."""
    if fault.found is Found.STAGE:
        return None
    longest_ns: int = getattr(limits, fault.found.value) if fault.found.value else 0
    return longest_ns


def acted_ns(fault: Fault, limits: Limits) -> int:
    """Return the longest time from a fault that is found until the contactor is open."""
    ramp_ns = 0 if fault.action is Action.EMERGENCY else limits.inhibit_max_ns
    return limits.judge_period_ns + ramp_ns + CONTACTOR_NS


def lapsed_ns(limits: Limits) -> int:
    """Return the longest time from the last judgement of a dead program until the same."""
    return limits.lease_ns + limits.inhibit_max_ns + limits.judge_period_ns + CONTACTOR_NS
