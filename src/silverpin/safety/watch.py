"""Faults that need a memory of a second or less: contactor against command, current against permit.

Each rule compares two inputs that should agree, allows them a declared time to do so, and names the
fault when they still do not. Where an input is silent, the rule waits: silence is a fault of its
own (`ERR_INPUT_LOST`).
"""

from silverpin.domain.limits import Limits
from silverpin.domain.observation import CpState, Observation
from silverpin.safety.inputs import Inputs
from silverpin.safety.lease import Permit

Finding = tuple[str, str]


class Watch:
    """Compare inputs over time; one `step` an instant."""

    __slots__ = ("_excess_ns", "_limits", "_mirror_ns")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._mirror_ns: int | None = None
        self._excess_ns: int | None = None

    def step(self, obs: Observation, inputs: Inputs, permit: Permit | None) -> tuple[Finding, ...]:
        """Return the code and detail of every fault that stands at this instant."""
        found: list[Finding] = [(code, "reported by its input") for code in inputs.tripped]
        commanded, mirror = obs.contactor_commanded, obs.mirror
        if mirror is not None and mirror.value != commanded:
            self._mirror(obs.now_ns, mirror.value, found)
        else:
            self._mirror_ns = None
        if inputs.amps:
            self._current(obs.now_ns, inputs.amps, permit, found)
        if commanded and inputs.closed:
            if not (inputs.locked and inputs.pilot_clean and inputs.seated):
                self._under_load(obs, inputs, found)
        elif not inputs.pilot_clean and inputs.cp in _VEHICLE:
            found.append(("ERR_CP_SIGNAL_LOSS", _pilot_words(obs)))
        return tuple(found) if found else ()

    def _mirror(self, now_ns: int, closed: bool, found: list[Finding]) -> None:
        if self._mirror_ns is None:
            self._mirror_ns = now_ns
        if now_ns - self._mirror_ns < self._limits.mirror_lag_ns:
            return
        if closed:
            detail = "mirror contact closed while the command is open"
            found.append(("ERR_CONTACTOR_WELD", detail))
        else:
            detail = "mirror contact open while the command is closed"
            found.append(("ERR_CONTACTOR_OPEN", detail))

    def _current(
        self, now_ns: int, amps: float, permit: Permit | None, found: list[Finding]
    ) -> None:
        bound_a = 0.0
        if permit is not None:
            bound_a = permit.charge_max_a if amps > 0.0 else permit.discharge_max_a
        limits = self._limits
        allowed_a = bound_a * (1.0 + limits.current_excess_share) + limits.current_excess_a
        if abs(amps) <= allowed_a:
            self._excess_ns = None
            return
        if self._excess_ns is None:
            self._excess_ns = now_ns
        if now_ns - self._excess_ns >= limits.current_excess_ns:
            detail = f"{amps:+.1f} A flow where {bound_a:.1f} A are permitted"
            found.append(("ERR_OVERCURRENT", detail))

    def _under_load(self, obs: Observation, inputs: Inputs, found: list[Finding]) -> None:
        """Name what must not happen while the contactor is closed."""
        amps = inputs.amps
        loaded = amps is None or abs(amps) >= self._limits.current_break_max_a
        if inputs.unplugged or (inputs.cp is CpState.A and loaded):
            found.append(("ERR_UNPLUGGED_LIVE", "plug out while the contactor was closed"))
        elif not inputs.pilot_clean:
            found.append(("ERR_CP_SIGNAL_LOSS", _pilot_words(obs)))
        if not inputs.locked:
            found.append(("ERR_LOCK_FAIL", "LOCK_STATUS lost while the contactor was closed"))


_VEHICLE = frozenset(CpState) - {CpState.F}
"""States that a vehicle or its line can cause; F is the charger's own word."""


def _pilot_words(obs: Observation) -> str:
    if obs.pilot is None:
        return "pilot unread"
    levels = obs.pilot.value
    return (
        f"state {levels.state.value}, {levels.high_v:+.1f} V / {levels.low_v:+.1f} V, "
        f"noise {levels.noise_v:.2f} V"
    )
