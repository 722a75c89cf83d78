"""How soon a fault is answered: from its cause in nature until the contactor is open.

Until the cause is found, its row of the fault table says (`Found`). Then comes one judgement, then
what the fault's action takes: an emergency opens at once, everything else takes the current to zero
first. A new row owes the shortest time until it says otherwise.
"""

from silverpin.domain.faults import Action, Fault, Found
from silverpin.domain.grid_profiles import GridProfile
from silverpin.domain.limits import Limits
from silverpin.domain.quantities import NS_PER_MS, seconds_to_ns

CONTACTOR_NS = 30 * NS_PER_MS
"""Drop-out of a healthy contactor of this size (ours); a later one is a fault of its own."""


def answered_ns(fault: Fault, limits: Limits, profile: GridProfile) -> int:
    """Return the longest time from the cause of *fault* until the contactor is open."""
    ramp_ns = 0 if fault.action is Action.EMERGENCY else limits.inhibit_max_ns
    return found_ns(fault.found, limits, profile) + judged_ns(limits) + ramp_ns + CONTACTOR_NS


def lapsed_ns(limits: Limits) -> int:
    """Return the longest time from the last judgement of a dead program until the same."""
    return limits.lease_ns + limits.inhibit_max_ns + judged_ns(limits) + CONTACTOR_NS


def judged_ns(limits: Limits) -> int:
    """Return the longest time until a change is judged."""
    return limits.judge_period_ns


def found_ns(found: Found, limits: Limits, profile: GridProfile) -> int:
    """Return the longest time that a cause may stand unnamed."""
    if found is Found.AT_ONCE:
        return 0
    if found is Found.PROFILE:
        return seconds_to_ns(profile.clearing_s)
    longest_ns: int = getattr(limits, found.value)
    return longest_ns
