"""Faults that need a memory of a second or less: contactor, current, plug against their opposites.

Each rule compares two inputs that should agree, allows them a declared time to do so (`lasting`),
and names the fault when they still do not. Where an input is silent, the rule waits: silence is a
fault of its own (`ERR_INPUT_LOST`).
"""

from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation
from silverpin.safety.contactor import ContactorWatch
from silverpin.safety.inputs import Finding, Inputs
from silverpin.safety.lasting import Lasting
from silverpin.safety.lease import Permit
from silverpin.safety.pilot import cause_of
from silverpin.safety.proximity import unproved_words


class Watch:
    """Compare inputs over time; one `step` an instant."""

    __slots__ = ("_contactor", "_excess", "_limits", "_open", "_unproved", "uneasy")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._contactor = ContactorWatch(limits)
        self._excess = Lasting(limits.current_excess_ns)
        self._open = Lasting(limits.cp_settle_ns)
        self._unproved = Lasting(limits.cp_settle_ns)
        self.uneasy = False
        """Something disagreed lately, and the next instant matters to it."""

    def step(self, obs: Observation, inputs: Inputs, permit: Permit | None) -> tuple[Finding, ...]:
        """Return the code and detail of every fault that stands at this instant."""
        found = list(inputs.tripped)
        found += self._contactor.step(obs, inputs)
        if inputs.amps is not None:
            self._current(obs.now_ns, inputs.amps, permit, found)
        if obs.contactor_commanded and inputs.contact is not False:
            self._while_closed(obs, inputs, found)
        elif not inputs.pilot_clean and inputs.cp not in (None, CpState.F):
            found.append(("ERR_CP_SIGNAL_LOSS", self._pilot_words(obs, inputs)))
        self._plug(obs, inputs, found)
        self.uneasy = (
            self._contactor.remembers or self._excess.remembers
            or self._open.remembers or self._unproved.remembers
        )  # fmt: skip
        return tuple(found)

    def _plug(self, obs: Observation, inputs: Inputs, found: list[Finding]) -> None:
        """Name a plug that pilot and proximity tell apart, once its contacts had time to settle."""
        if self._unproved.step(obs.now_ns, inputs.plug_unproved):
            found.append(("ERR_PROXIMITY", unproved_words(obs, self._limits)))
        if self._open.step(obs.now_ns, inputs.pilot_open):
            found.append(("ERR_CP_SIGNAL_LOSS", self._pilot_words(obs, inputs)))

    def _current(
        self, now_ns: int, amps: float, permit: Permit | None, found: list[Finding]
    ) -> None:
        bound_a = 0.0
        if permit is not None:
            bound_a = permit.charge_max_a if amps > 0.0 else permit.discharge_max_a
        limits = self._limits
        allowed_a = bound_a * (1.0 + limits.current_excess_share) + limits.current_excess_a
        if self._excess.step(now_ns, abs(amps) > allowed_a):
            detail = f"{amps:+.1f} A flow where {bound_a:.1f} A are permitted"
            found.append(("ERR_OVERCURRENT", detail))

    def _while_closed(self, obs: Observation, inputs: Inputs, found: list[Finding]) -> None:
        """Name what must not happen while the contactor is closed, or may be.

        A pilot that reads no vehicle is a pulled plug unless plug and bolt are proved to be in:
        then its line is broken. So is one that reads neither beside a bolt that is proved home,
        whatever proximity says: a plug that came out leaves a pilot in state A.
        """
        amps = inputs.amps
        loaded = amps is None or abs(amps) >= self._limits.current_break_max_a
        held = inputs.plug is True and inputs.locked
        alone = inputs.cp is CpState.A
        spoilt = inputs.locked and not (alone or inputs.pilot_clean)
        if (inputs.plug is False and not spoilt) or (alone and loaded and not held):
            found.append(("ERR_UNPLUGGED_LIVE", _pulled_words(inputs)))
        elif alone or not inputs.pilot_clean:
            too = "; proximity is open as well" if inputs.plug is False else ""
            found.append(("ERR_CP_SIGNAL_LOSS", f"{self._pilot_words(obs, inputs)}{too}"))
        if not inputs.locked:
            found.append(("ERR_LOCK_FAIL", "LOCK_STATUS lost while the contactor was closed"))

    def _pilot_words(self, obs: Observation, inputs: Inputs) -> str:
        if obs.pilot is None or inputs.cp is None:
            return "pilot unread"
        levels = obs.pilot.value
        cause = cause_of(levels, inputs.plug, self._limits)
        named = "" if cause is None else f"{cause.words}; "
        hz = "" if levels.hz is None else f", {levels.hz:.0f} Hz"
        return (
            f"{named}state {levels.state.value}, {levels.high_v:+.1f} V / {levels.low_v:+.1f} V, "
            f"noise {levels.noise_v:.2f} V{hz}"
        )


def _pulled_words(inputs: Inputs) -> str:
    told = "plug out while the contactor was closed"
    if not inputs.locked:
        return told
    return f"{told}, and LOCK_STATUS stands: torn out, or pilot and proximity lines broken at once"
