"""The last software word on whether power may flow.

Rule 1: everything that can forbid power lives in this package and nowhere else.
Rule 2: this package imports only `silverpin.domain`: no I/O, clock, log, thread or chance.
Rule 3: it does not know who asked. One observation and one request in, one verdict out.
Rule 4: an input that is missing, stale, from the future or no number counts as the worst it could
        hide. Just after a start it may be silent for a while without a fault, and without power.
Rule 5: a fault latches. Control may raise one (`accuse`) and can clear none.
Rule 6: a reset follows the fault's declared condition and clears the latch, nothing else. A request
        that a fault has refused stays refused until it was withdrawn: power returns only when
        somebody asks for it again.
Rule 7: after a thermal trip discharge stays refused until an inspection is recorded (`inspected`)
        that is newer than the heat.

This is not the last word in hardware: contactors also open on protective devices of their own, and
must do so with this computer dead. SAFETY.md says which.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from silverpin.domain.conditions import Condition
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import CpState, Observation, Request
from silverpin.safety.calm import all_well
from silverpin.safety.contactor import stray_volts
from silverpin.safety.freshness import measured
from silverpin.safety.inputs import Inputs, read_inputs
from silverpin.safety.lease import Permit
from silverpin.safety.sensors import Accusation, Sensors
from silverpin.safety.thermal import Believed, Heat, believed, heat_of, why_unknown
from silverpin.safety.watch import Watch

_READY = (CpState.C, CpState.D)
_CONDITIONS = tuple(Condition)
_EMERGENCIES = frozenset(code for code, row in FAULTS.items() if row.action is Action.EMERGENCY)
_NO_REVERSE = frozenset(code for code, row in FAULTS.items() if row.action is Action.NO_REVERSE)
_WELD = "ERR_CONTACTOR_WELD"
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
        self._sensors = Sensors(connector, limits)
        self._watch = Watch(limits)
        self._latched: dict[str, Latch] = {}
        self._latched_view = MappingProxyType(self._latched)
        self._permit: Permit | None = None
        self._started_ns: int | None = None
        self._refused = False
        """The standing request was refused by a fault and has not been withdrawn since."""
        self._inspection_due = False
        self._commanded = False
        """Commanded closed at the last full look: the first instant of a command wants one."""

    @property
    def latched(self) -> Mapping[str, Latch]:
        """Faults that now stand, by code."""
        return self._latched_view

    @property
    def doubted(self) -> Mapping[int, Accusation]:
        """Sensors whose history speaks against them, by the index of their power pin."""
        return self._sensors.doubted

    @property
    def inspection_due(self) -> bool:
        """Whether discharge waits for an inspection."""
        return self._inspection_due

    def restore(
        self, latches: Mapping[str, Latch], inspection_due: bool,
        doubted: Mapping[int, Accusation] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Take up what an earlier process had latched; nothing already latched is lost."""
        self._sensors.restore(doubted)
        due = self._inspection_due or inspection_due
        for code, latch in latches.items():
            self._latch(code, latch.since_ns, latch.detail)
        self._inspection_due = due
        self._refused = self._refused or bool(latches)

    def judge(self, obs: Observation, request: Request) -> Verdict:
        """Latch what is wrong now; permit power only if every condition holds."""
        permit = self._permit
        if (
            permit is None
            or not self._commanded
            or self._latched
            or self._inspection_due
            or not request.power_on
            or self._watch.uneasy
            or not all_well(
                obs, permit, self._limits, self._pins, self._connector.direct_current
            )
            or (obs.now_ns >= self._sensors.next_ns and self._doubts(obs))
        ):  # fmt: skip
            return self._judge_fully(obs, request)
        return self._sign(obs.now_ns, request, request.reverse, ())

    def _doubts(self, obs: Observation) -> bool:
        """Hold the sensors against their history; return whether one is doubted."""
        now_ns, age_ns = obs.now_ns, self._limits.input_age_max_ns
        amps = measured(obs.current_a, now_ns, age_ns)
        return self._hold(obs, amps, believed(obs.pin_temps_c, now_ns, self._limits))

    def _hold(self, obs: Observation, amps: float | None, temps_c: Believed) -> bool:
        air_c = measured(obs.ambient_c, obs.now_ns, self._limits.temp_age_max_ns)
        return self._sensors.step(obs.now_ns, amps, temps_c, air_c)

    def accuse(self, code: str, now_ns: int, detail: str) -> None:
        """Latch *code* on the word of control, which sees causes that the inputs do not name."""
        self._latch(code, now_ns, detail)

    def explain(self, code: str, detail: str) -> None:
        """Put what was found out since into the words of a latch that stands, and nothing else."""
        latch = self._latched.get(code)
        if latch is not None:
            self._latched[code] = latch._replace(detail=detail)

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
        self._inspection_due = False

    def _judge_fully(self, obs: Observation, request: Request) -> Verdict:
        if self._started_ns is None:
            self._started_ns = obs.now_ns
        self._commanded = obs.contactor_commanded
        inputs = read_inputs(obs, self._limits, self._connector.direct_current)
        temps_c = believed(obs.pin_temps_c, obs.now_ns, self._limits)
        self._hold(obs, inputs.amps, temps_c)
        heat = self._heat(temps_c)
        patient = self._patient(obs.now_ns)
        self._latch_heat(obs, heat, patient)
        self._latch_inputs(obs, inputs, request, patient)
        if self._latched:
            self._clear_by_themselves(inputs)
        blocked = self._blocked(heat, inputs, request)
        reverse_blocked = self._reverse_blocked(inputs)
        if not blocked:
            may_reverse = request.reverse and not reverse_blocked
            return self._sign(obs.now_ns, request, may_reverse, reverse_blocked)
        self._permit = None
        emergency = not _EMERGENCIES.isdisjoint(self._latched)
        return Verdict(None, emergency, blocked, reverse_blocked)

    def _sign(
        self, now_ns: int, request: Request, may_reverse: bool,
        reverse_blocked: tuple[Condition, ...],
    ) -> Verdict:  # fmt: skip
        most_a = self._connector.rating_a
        if request.voltage_alone:
            most_a = min(most_a, self._limits.precharge_max_a)
        self._permit = Permit(
            now_ns + self._limits.lease_ns, most_a, most_a if may_reverse else 0.0
        )
        return Verdict(self._permit, False, (), reverse_blocked)

    def _patient(self, now_ns: int) -> bool:
        """Return whether inputs may still be silent: just started, and nothing permitted yet."""
        started_ns = self._started_ns
        return (
            self._permit is None
            and started_ns is not None
            and now_ns - started_ns < self._limits.start_grace_ns
        )

    def _heat(self, temps_c: Believed) -> Heat:
        heat = heat_of(temps_c, self._pins)
        if self._sensors.doubted:
            return heat._replace(unknown=tuple(sorted({*heat.unknown, *self._sensors.doubted})))
        return heat

    def _latch(self, code: str, now_ns: int, detail: str) -> None:
        if code not in FAULTS:
            raise ValueError(f"{code} is no row of domain.faults")
        if code == _HEAT:
            self._inspection_due = True
        if code not in self._latched:
            self._latched[code] = Latch(code, now_ns, detail)

    def _latch_heat(self, obs: Observation, heat: Heat, patient: bool) -> None:
        names, trip_c = self._connector.power_pins, self._limits.temp_trip_c
        if heat.hottest_c >= trip_c:
            name = "a sensor of no pin" if heat.hottest is None else names[heat.hottest]
            self._latch(_HEAT, obs.now_ns, f"{name} {heat.hottest_c:.1f} °C, limit {trip_c:g}")
        if heat.unknown and not patient:
            if _SENSOR not in self._latched:
                self._latch(_SENSOR, obs.now_ns, self._why(obs, heat.unknown))
            pins = ", ".join(names[index] for index in heat.unknown)
            self._latch(_HEAT, obs.now_ns, f"{pins} not to be believed, counted as too hot")

    def _why(self, obs: Observation, unknown: tuple[int, ...]) -> str:
        """Return why each of these sensors is not believed, like causes told together."""
        pins: dict[str, list[str]] = {}
        for index in unknown:
            doubt = self._sensors.doubted.get(index)
            words = (
                why_unknown(obs.pin_temps_c, index, obs.now_ns, self._limits)
                if doubt is None else doubt.words
            )  # fmt: skip
            pins.setdefault(words, []).append(self._connector.power_pins[index])
        return "; ".join(f"{', '.join(names)} {words}" for words, names in pins.items())

    def _latch_inputs(
        self, obs: Observation, inputs: Inputs, request: Request, patient: bool
    ) -> None:
        for code, detail in self._watch.step(obs, inputs, self._permit):
            self._latch(code, obs.now_ns, detail)
        if patient:
            return
        if inputs.silent:
            self._latch("ERR_INPUT_LOST", obs.now_ns, f"{', '.join(inputs.silent)} silent")
        if request.reverse and not inputs.grid:
            self._latch("ERR_REV_FLOW_TRIP", obs.now_ns, "grid outside its profile or unread")

    def _clear_by_themselves(self, inputs: Inputs) -> None:
        away = inputs.plug is False and inputs.contact is False
        for code in tuple(self._latched):
            reset = FAULTS[code].reset
            if (reset is Reset.UNPLUGGED and away) or (reset is Reset.GRID_BACK and inputs.grid):
                del self._latched[code]

    def _blocked(self, heat: Heat, inputs: Inputs, request: Request) -> tuple[Condition, ...]:
        forbidden = bool(self._latched) and self._forbids(request)
        self._refused = request.power_on and (self._refused or forbidden)
        blocked = list(inputs.blocked)
        if heat.unknown or heat.hottest_c >= self._limits.temp_trip_c:
            blocked.append(Condition.TEMPERATURE)
        if forbidden:
            blocked.append(Condition.NO_FAULT)
        if inputs.cp not in _READY:
            blocked.append(Condition.VEHICLE_READY)
        if self._refused or not request.power_on:
            blocked.append(Condition.ASKED)
        return tuple(row for row in _CONDITIONS if row in blocked) if blocked else ()

    def _forbids(self, request: Request) -> bool:
        """Return whether a latched fault forbids this; a grid trip leaves charging alone."""
        return request.reverse or not _NO_REVERSE.issuperset(self._latched)

    def _reverse_blocked(self, inputs: Inputs) -> tuple[Condition, ...]:
        if inputs.grid and not self._inspection_due:
            return ()
        blocked = () if inputs.grid else (Condition.GRID,)
        return (*blocked, Condition.INSPECTION) if self._inspection_due else blocked

    def _reset_refusal(self, code: str, obs: Observation) -> str:
        inputs = read_inputs(obs, self._limits, self._connector.direct_current)
        reset = FAULTS[code].reset
        if reset is Reset.GRID_BACK:
            return "" if inputs.grid else "the grid is outside its profile"
        if obs.contactor_commanded:
            return "the contactor is still commanded closed"
        stray_v = stray_volts(obs, inputs, self._limits)
        if code == _WELD and stray_v:
            return f"{stray_v:.0f} V on pins that nobody should feed"
        return self._still_hot(obs) if reset is Reset.COOLED else self._still_there(inputs)

    def _still_hot(self, obs: Observation) -> str:
        heat = self._heat(believed(obs.pin_temps_c, obs.now_ns, self._limits))
        names = self._connector.power_pins
        if heat.unknown:
            return f"the sensor of {names[heat.unknown[0]]} cannot be believed; repair it first"
        if heat.hottest is not None and heat.hottest_c >= self._limits.temp_reset_c:
            return (
                f"{names[heat.hottest]} is at {heat.hottest_c:.1f} °C and must be below "
                f"{self._limits.temp_reset_c:g} °C; let it cool"
            )
        return ""

    def _still_there(self, inputs: Inputs) -> str:
        """Return the first input that is not as it must be with the contactor open."""
        if inputs.silent:
            return f"{', '.join(inputs.silent)} silent"
        if inputs.contact:
            return "the mirror contact reads closed while the command is open"
        if inputs.amps and abs(inputs.amps) > self._limits.current_excess_a:
            return f"{abs(inputs.amps):.1f} A flow while the command is open"
        if inputs.plug_unproved:
            return "the proximity line proves nothing"
        unmet = [row.row.failing for row in _CONDITIONS if row in inputs.blocked
                 and row not in (Condition.PLUGGED, Condition.LOCK)]  # fmt: skip
        return unmet[0] if unmet else ""
