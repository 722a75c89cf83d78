"""When the lock may let go: never while the pins could be live.

Every input must be fresh, for the rule speaks about a hand on a plug. What is unknown counts as
live. The lock has no other key: drivers release only after `unlock_refusals` came back empty.
"""

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Observation
from silverpin.safety.freshness import flagged, measured


def unlock_refusals(obs: Observation, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Return why the plug must stay locked, worst first; empty when it may be released."""
    refusals: list[str] = []
    now_ns, age_ns = obs.now_ns, limits.input_age_max_ns
    if obs.contactor_commanded:
        refusals.append("the contactor is commanded closed: stop the session first")
    closed = flagged(obs.mirror, now_ns, age_ns)
    if closed is None:
        refusals.append("the mirror contact is unread: restore it first")
    elif closed:
        refusals.append("the mirror contact reads closed: pins may be live")
    amps = measured(obs.current_a, now_ns, age_ns)
    if amps is None:
        refusals.append("the current is unread: restore the meter first")
    elif abs(amps) > limits.current_unlock_max_a:
        refusals.append(f"{abs(amps):.1f} A flow: stop the session first")
    volts = measured(obs.voltage_v, now_ns, age_ns)
    if volts is None:
        refusals.append("the pin voltage is unread: restore the meter first")
    elif abs(volts) > limits.voltage_touch_max_v:
        refusals.append(
            f"{abs(volts):.0f} V on the pins: wait until they are below "
            f"{limits.voltage_touch_max_v:.0f} V"
        )
    return tuple(refusals)
