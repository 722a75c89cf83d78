"""The last software word on whether power may flow.

Rule 1: everything that can forbid power lives in this package and nowhere else.
Rule 2: this package imports only `silverpin.domain`: no I/O, clock, log, thread or chance.
Rule 3: it does not know who asked. One observation and one request in, one verdict out.
Rule 4: an input that is missing, stale or from the future counts as the worst it could hide.
Rule 5: a fault latches. Control may raise one (`accuse`) and can clear none.
Rule 6: a reset follows the fault's declared condition and clears the latch, nothing else. Power
        returns only when somebody asks for it again.
Rule 7: after a thermal trip discharge stays refused until an inspection is recorded (`inspected`).

This is not the last word in hardware: contactors also open on protective devices of their own, and
must do so with this computer dead. SAFETY.md says which.
"""

from collections.abc import Mapping
from typing import NamedTuple

from silverpin.domain.conditions import Condition
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import CpState, Observation, Request
from silverpin.safety.inputs import Inputs, read_inputs
from silverpin.safety.lease import Permit
from silverpin.safety.thermal import Follow, Heat, heat_of
from silverpin.safety.watch import Watch

_READY = (CpState.C, CpState.D)
_EMERGENCIES = frozenset(code for code, row in FAULTS.items() if row.action is Action.EMERGENCY)
_NO_REVERSE = frozenset(code for code, row in FAULTS.items() if row.action is Action.NO_REVERSE)
_NEVER_NS = -1
_HEAT, _SENSOR = "ERR_THERM_OVERLOAD", "ERR_THERM_SENSOR"


class Latch(NamedTuple):
    """A fault that stays until its reset condition is met."""

    code: str
    since_ns: int
    detail: str


class Verdict(NamedTuple):
    """The answer for one instant. No permit means: open, and `emergency` says at once."""

    permit: Permit | None
    emergency: bool
    blocked: tuple[Condition, ...]
    """Conditions that do not hold, first thing to mend first."""
    reverse_blocked: tuple[Condition, ...]
    """Conditions that bar discharge alone."""


class ResetAnswer(NamedTuple):
    """What a reset did. `refusal` names the unmet condition; empty when all asked is clear."""

    cleared: tuple[str, ...]
    refusal: str


class Envelope:
    """Judge each instant against the limits; remember only what is latched."""

    def __init__(self, connector: ConnectorSet, limits: Limits = LIMITS) -> None:
        self._connector = connector
        self._limits = limits
        self._pins = len(connector.power_pins)
        self._follow = Follow(connector, limits)
        self._watch = Watch(limits)
        self._latched: dict[str, Latch] = {}
        self._permit: Permit | None = None
        self._started_ns = _NEVER_NS
        self.inspection_due = False

    @property
    def latched(self) -> Mapping[str, Latch]:
        """Faults that now stand, by code."""
        return self._latched

    @property
    def stuck_pins(self) -> frozenset[int]:
        """Indices of power pins whose sensor stands still while its pin must have warmed."""
        return self._follow.stuck

    def restore(self, latches: Mapping[str, Latch], inspection_due: bool) -> None:
        """Take up what an earlier process had latched; nothing already latched is lost."""
        self._latched = {**latches, **self._latched}
        self.inspection_due = self.inspection_due or inspection_due

    def judge(self, obs: Observation, request: Request) -> Verdict:
        """Latch what is wrong now; permit power only if every condition holds."""
        if self._started_ns == _NEVER_NS:
            self._started_ns = obs.now_ns
        heat = self._heat(obs)
        inputs = read_inputs(obs, self._limits, self._connector.direct_current)
        if heat.unknown or heat.hottest_c >= self._limits.temp_trip_c:
            self._latch_heat(obs, heat)
        self._latch_inputs(obs, inputs, request)
        if self._latched:
            self._clear_by_themselves(inputs)
        blocked = self._blocked(heat, inputs, request)
        reverse_blocked = self._reverse_blocked(inputs)
        if blocked:
            self._permit = None
            return Verdict(None, not _EMERGENCIES.isdisjoint(self._latched), blocked,
                           reverse_blocked)  # fmt: skip
        may_reverse = request.reverse and not reverse_blocked
        rating_a = self._connector.rating_a
        self._permit = Permit(
            obs.now_ns + self._limits.lease_ns, rating_a, rating_a if may_reverse else 0.0
        )
        return Verdict(self._permit, False, (), reverse_blocked)

    def accuse(self, code: str, now_ns: int, detail: str) -> None:
        """Latch *code* on the word of control, which sees causes that the inputs do not name."""
        self._latch(code, now_ns, detail)

    def reset(self, codes: frozenset[str], obs: Observation) -> ResetAnswer:
        """Clear those of *codes* whose declared condition holds. Idempotent; restarts nothing."""
        cleared: list[str] = []
        refusals: list[str] = []
        for code in sorted(codes & self._latched.keys()):
            refusal = self._reset_refusal(code, obs)
            if refusal:
                refusals.append(f"{code} stays latched: {refusal}")
            else:
                del self._latched[code]
                cleared.append(code)
        return ResetAnswer(tuple(cleared), "; ".join(refusals))

    def inspected(self) -> None:
        """Take note of a passed inspection of pin resistance, made after the last trip."""
        self.inspection_due = False

    def _heat(self, obs: Observation) -> Heat:
        heat = heat_of(obs.pin_temps_c, self._pins, obs.now_ns, self._limits)
        stuck = self._follow.step(obs.now_ns, obs.current_a, obs.pin_temps_c)
        if stuck:
            return Heat(heat.hottest, heat.hottest_c, tuple(sorted({*heat.unknown, *stuck})))
        return heat

    def _latch(self, code: str, now_ns: int, detail: str) -> None:
        if code not in self._latched:
            self._latched[code] = Latch(code, now_ns, detail)
            if code == _HEAT:
                self.inspection_due = True

    def _latch_heat(self, obs: Observation, heat: Heat) -> None:
        names = self._connector.power_pins
        if heat.hottest is not None and heat.hottest_c >= self._limits.temp_trip_c:
            trip_c = self._limits.temp_trip_c
            detail = f"{names[heat.hottest]} {heat.hottest_c:.1f} °C, limit {trip_c:g}"
            self._latch(_HEAT, obs.now_ns, detail)
        if heat.unknown and not self._in_grace(obs.now_ns):
            unread = ", ".join(names[index] for index in heat.unknown)
            stuck = self._follow.stuck.issuperset(heat.unknown)
            why = "does not follow the current" if stuck else "unread or impossible"
            self._latch(_SENSOR, obs.now_ns, f"{unread} {why}")
            self._latch(_HEAT, obs.now_ns, f"{unread} {why}, counted as too hot")

    def _latch_inputs(self, obs: Observation, inputs: Inputs, request: Request) -> None:
        for code, detail in self._watch.step(obs, inputs, self._permit):
            self._latch(code, obs.now_ns, detail)
        if inputs.silent and not self._in_grace(obs.now_ns):
            names = ", ".join(inputs.silent)
            self._latch("ERR_INPUT_LOST", obs.now_ns, f"{names} silent")
        if request.reverse and not inputs.grid and not self._in_grace(obs.now_ns):
            self._latch("ERR_REV_FLOW_TRIP", obs.now_ns, "grid outside its profile or unread")

    def _in_grace(self, now_ns: int) -> bool:
        """Return whether sensors may still be silent because the program just started."""
        return now_ns - self._started_ns < self._limits.start_grace_ns

    def _clear_by_themselves(self, inputs: Inputs) -> None:
        for code in tuple(self._latched):
            reset = FAULTS[code].reset
            if (reset is Reset.UNPLUGGED and inputs.unplugged and not inputs.closed) or (
                reset is Reset.GRID_BACK and inputs.grid
            ):
                del self._latched[code]

    def _blocked(self, heat: Heat, inputs: Inputs, request: Request) -> tuple[Condition, ...]:
        hot = heat.unknown or heat.hottest_c >= self._limits.temp_trip_c
        ready = inputs.cp in _READY
        forbidden = self._latched and self._forbids(request)
        if not (inputs.blocked or hot or forbidden) and ready and request.power_on:
            return ()
        blocked = list(inputs.blocked)
        if hot:
            blocked.append(Condition.TEMPERATURE)
        if forbidden:
            blocked.append(Condition.NO_FAULT)
        if not ready:
            blocked.append(Condition.VEHICLE_READY)
        if not request.power_on:
            blocked.append(Condition.ASKED)
        return tuple(sorted(blocked, key=_ORDER.__getitem__))

    def _forbids(self, request: Request) -> bool:
        """Return whether a latched fault forbids this; a grid trip leaves charging alone."""
        if request.reverse:
            return True
        return not _NO_REVERSE.issuperset(self._latched)

    def _reverse_blocked(self, inputs: Inputs) -> tuple[Condition, ...]:
        if inputs.grid and not self.inspection_due:
            return ()
        blocked = [] if inputs.grid else [Condition.GRID]
        return (*blocked, Condition.INSPECTION) if self.inspection_due else (*blocked,)

    def _reset_refusal(self, code: str, obs: Observation) -> str:
        inputs = read_inputs(obs, self._limits, self._connector.direct_current)
        if FAULTS[code].reset is Reset.COOLED:
            return self._still_hot(obs)
        if FAULTS[code].reset is Reset.GRID_BACK:
            return "" if inputs.grid else "the grid is outside its profile"
        if inputs.silent:
            return f"{', '.join(inputs.silent)} silent"
        if inputs.closed and not obs.contactor_commanded:
            return "the mirror contact reads closed while the command is open"
        if obs.contactor_commanded:
            return "the contactor is still commanded closed"
        unmet = [row.row.failing for row in inputs.blocked if row is not Condition.PLUGGED
                 and row is not Condition.LOCK]  # fmt: skip
        return unmet[0] if unmet else ""

    def _still_hot(self, obs: Observation) -> str:
        heat = self._heat(obs)
        names = self._connector.power_pins
        if heat.unknown:
            return f"the sensor of {names[heat.unknown[0]]} cannot be believed; repair it first"
        if heat.hottest is not None and heat.hottest_c >= self._limits.temp_reset_c:
            return (
                f"{names[heat.hottest]} is at {heat.hottest_c:.1f} °C and must be below "
                f"{self._limits.temp_reset_c:g} °C; let it cool"
            )
        return ""


_ORDER = {condition: index for index, condition in enumerate(Condition)}
