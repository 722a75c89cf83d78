"""Whether a plug is in, as its proximity resistor says and the pilot does not contradict.

A resistor of the connector's coding proves a plug, an open line proves none. Everything between
proves nothing: a shorted line, a corroded contact, a cable of a lower rating or of another kind.
So does an open line while the pilot still sees a vehicle. What proves nothing is no plug to give
power to, and no plug that was taken out either.
"""

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation, PilotLevels
from silverpin.domain.proximity import coding_of
from silverpin.safety.pilot import clean

_VEHICLE = (CpState.B, CpState.C, CpState.D)


def seated(
    ohm: float, levels: PilotLevels | None, connector: ConnectorSet, limits: Limits
) -> bool | None:
    """Return whether a plug is in; None when that is not proved either way."""
    if ohm >= limits.proximity_open_ohm:
        sees = levels is not None and levels.state in _VEHICLE and clean(levels, limits)
        return None if sees else False
    coding = coding_of(connector.kind, ohm)
    if coding is None or (coding.cable_a is not None and coding.cable_a < connector.rating_a):
        return None
    return True


def unproved_words(obs: Observation, limits: Limits) -> str:
    """Return what is wrong with a proximity line that was read and proves nothing."""
    if obs.proximity_ohm is None:
        return "proximity proves nothing"
    ohm = obs.proximity_ohm.value
    if ohm >= limits.proximity_open_ohm:
        return "proximity open while the pilot sees a vehicle"
    return f"proximity reads {ohm:.4g} Ω, which is no cable of this connector"
