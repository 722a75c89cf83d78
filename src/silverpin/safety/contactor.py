"""The contactor against its command, and the pins against both.

Rule 1: the mirror contact follows the command within its time, or is late for good.
Rule 2: a contact that falls open too often under one command is not held, however short each fall.
Rule 3: pins that stay live while contactor and vehicle should be open are the second evidence of a
        weld, and the only one beside a broken mirror contact.

Which pole, and whether contact or mirror, is not for here: `control.contactor_diagnosis` says it.
"""

from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation
from silverpin.safety.chatter import Chatter
from silverpin.safety.freshness import measured
from silverpin.safety.inputs import Finding, Inputs
from silverpin.safety.lasting import Lasting

_AWAY = (CpState.A, CpState.B)
"""States in which a vehicle's own switches are open."""


class ContactorWatch:
    """What the contactor did since its command changed."""

    __slots__ = ("_chatter", "_command", "_limits", "_live", "_mirror")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._command = False
        self._mirror = Lasting(limits.mirror_lag_ns)
        self._chatter = Chatter(limits)
        self._live = Lasting(limits.pins_live_ns)

    @property
    def remembers(self) -> bool:
        """Whether something was amiss lately."""
        return self._mirror.remembers or self._live.remembers

    def step(self, obs: Observation, inputs: Inputs) -> list[Finding]:
        """Return the code and detail of what stands at this instant."""
        found = [] if inputs.contact is None else self._contact(obs, inputs.contact)
        return found + self._pins(obs, inputs)

    def _contact(self, obs: Observation, contact: bool) -> list[Finding]:
        command = obs.contactor_commanded
        if command is not self._command:
            self._command = command
            self._mirror.forget()
            self._chatter.forget()
        late = self._mirror.step(obs.now_ns, contact is not command)
        if not command:
            detail = "mirror contact closed while the command is open"
            return [("ERR_CONTACTOR_WELD", detail)] if late else []
        if self._chatter.step(obs.now_ns, contact):
            limits = self._limits
            detail = (
                f"mirror contact fell open {limits.contactor_falls_max} times within "
                f"{limits.contactor_falls_s:g} s while the command was closed"
            )
            return [("ERR_CONTACTOR_OPEN", detail)]
        detail = "mirror contact open while the command is closed"
        return [("ERR_CONTACTOR_OPEN", detail)] if late else []

    def _pins(self, obs: Observation, inputs: Inputs) -> list[Finding]:
        stray_v = stray_volts(obs, inputs, self._limits)
        if not self._live.step(obs.now_ns, stray_v > 0.0):
            return []
        return [("ERR_CONTACTOR_WELD", f"{stray_v:.0f} V on pins that nobody should feed")]


def stray_volts(obs: Observation, inputs: Inputs, limits: Limits) -> float:
    """Return a dangerous voltage on pins that nobody should feed; 0 when there is none. [V]"""
    volts = measured(obs.voltage_v, obs.now_ns, limits.input_age_max_ns)
    if volts is None or obs.contactor_commanded or abs(volts) <= limits.voltage_touch_max_v:
        return 0.0
    alone = inputs.plug is False or (inputs.pilot_clean and inputs.cp in _AWAY)
    return abs(volts) if alone else 0.0
