"""One charger: the place where ports, control and safety meet in a tick.

    ports -> Observation -> Supervisor.step -> Request -> Envelope.judge -> Verdict -> ports

The same object runs in the daemon, in the World and in `silverpin run`; who calls `tick`, and on
which clock, is all that differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType

from silverpin.control.bolt_return import STUCK, BoltReturn
from silverpin.control.bounds import tightest
from silverpin.control.calibrated import CalibratedThermometer
from silverpin.control.chronicle import Chronicle
from silverpin.control.contact_trace import ContactTrace, look_of
from silverpin.control.contactor_diagnosis import ContactorDiagnosis
from silverpin.control.contactor_evidence import Sides
from silverpin.control.pin_test import PinTest
from silverpin.control.supervisor import Answer, Supervisor, Surroundings
from silverpin.domain.asks import Asks
from silverpin.domain.causes import Suspect
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.events import Event
from silverpin.domain.faults import FAULTS, Reset
from silverpin.domain.grid_profiles import GridProfile
from silverpin.domain.ledger import Ledger
from silverpin.domain.limits import LIMITS, PIN_TEST_A, Limits
from silverpin.domain.observation import Observation, PilotLevels, Reading
from silverpin.domain.quantities import NS_PER_MS
from silverpin.domain.session import IDLE_WISH, Mode, SessionState, Wish
from silverpin.ports import GridReading, InverterReport, Ports
from silverpin.protocols.pilot.levels import AS_READ, Trim, levels_of
from silverpin.safety.envelope import Envelope, Latch, ResetAnswer, Verdict
from silverpin.safety.freshness import fresh
from silverpin.safety.grid import GridWatch
from silverpin.safety.interlock import unlock_refusals
from silverpin.safety.inverter import InverterWatch
from silverpin.safety.proximity import seated
from silverpin.safety.sensors import Accusation

THERMAL = frozenset(code for code, row in FAULTS.items() if row.reset is Reset.COOLED)


@dataclass(slots=True)
class Charger:
    """Everything that is one charger, and what its last tick saw."""

    ports: Ports
    connector: ConnectorSet
    profile: GridProfile
    power_max_w: float
    limits: Limits = LIMITS
    ledger: Ledger = field(default_factory=lambda: Ledger(serial="unknown"))
    """The ledger as it was taken up; committed counts are the store's to tell."""
    resumed: bool = False
    grid_since_ns: int | None = None
    """Since when the grid was watched, and was in its band, before the first tick; None is not."""
    forecast: bool = True
    """Cooling looks ahead; without it, a comparison can show what that is worth."""
    thermometer: CalibratedThermometer = field(init=False)
    """The sensors of `ports`, which reads them corrected."""
    envelope: Envelope = field(init=False)
    supervisor: Supervisor = field(init=False)
    chronicle: Chronicle = field(init=False)
    obs: Observation = field(init=False)
    verdict: Verdict | None = None
    trace: ContactTrace = field(default_factory=ContactTrace)
    """What heats the contacts, for whoever tells their resistance."""
    pin_test: PinTest | None = None
    """The last test of the pins, under way or ended."""
    grid: GridReading | None = None
    report: Reading[InverterReport] | None = None
    peaks_c: dict[str, tuple[float, int]] = field(default_factory=dict)
    """Highest reading of each pin since a thermal trip, with its instant."""
    grid_watch: GridWatch = field(init=False)
    _inverter_watch: InverterWatch = field(init=False)
    _bolt_return: BoltReturn = field(init=False)
    trim: Trim = AS_READ
    """Correction of the pilot's front end, from its last calibration."""
    duty: float = 1.0
    """Duty cycle that the pilot was set to, 1.0 without modulation."""
    _bolt: bool | None = None
    _offered_ns: int | None = None
    """When the pilot offered power last; nobody knows what a program before this one offered."""
    _levels: tuple[float, float] | None = None

    contactor: ContactorDiagnosis = field(init=False)

    def __post_init__(self) -> None:
        self.thermometer = CalibratedThermometer(self.ports.thermometer, self.limits)
        self.ports = self.ports._replace(thermometer=self.thermometer)
        self.envelope = Envelope(self.connector, self.limits)
        self.contactor = ContactorDiagnosis(self.connector.power_pins, self.limits)
        self.supervisor = Supervisor(self.connector, self.power_max_w, self.limits, self.forecast)
        self.chronicle = Chronicle(
            self.connector,
            already_mated=self.ledger.mated,
            resumed=self.resumed,
            matings=self.ledger.matings,
            limits=self.limits,
        )
        self.obs = Observation(0)
        self.grid_watch = GridWatch(self.profile, self.grid_since_ns)
        self._inverter_watch = InverterWatch(self.limits)
        self._bolt_return = BoltReturn(self.limits)

    def tick(self, now_ns: int) -> Verdict:
        """Observe, wish, judge, act and note, once."""
        obs = self.obs = self.observe(now_ns)
        supervisor, envelope = self.supervisor, self.envelope
        if self.pin_test is not None:
            self._follow_test(self.pin_test)
        asks = self.ports.vehicle.asks()
        plan = supervisor.step(obs, envelope.latched, self.ports.ambient.read_c(), asks)
        supervisor.lock.step(supervisor.session, self.ports.lock.stroke)
        if plan.lock_failed:
            words = supervisor.lock.words(self.limits.lock_tries_max)
            envelope.accuse("ERR_LOCK_FAIL", now_ns, words)
        if self._bolt_return.step(obs, self._bolt is False):
            envelope.accuse("ERR_LOCK_FAIL", now_ns, STUCK)
        if plan.ran_away:
            envelope.accuse("ERR_OVERCURRENT", now_ns, plan.ran_away)
        verdict = self.verdict = envelope.judge(obs, plan.request)
        self._explain(obs)
        self._act(obs, verdict, plan.hold_v, asks)
        if self._offered_ns is None or 0.0 < plan.duty < 1.0:
            self._offered_ns = now_ns
        if plan.bolt != self._bolt:
            self._move_bolt(obs, plan.bolt)
        self.duty = plan.duty
        self.ports.pilot.set_duty(plan.duty)
        levels = (plan.primary, plan.secondary)
        if levels != self._levels:
            self._levels = levels
            self.ports.cooling.set_levels(*levels)
        self._note(obs)
        return verdict

    def observe(self, now_ns: int) -> Observation:
        """Read every port once."""
        ports = self.ports
        pilot, inputs, meter, switch = ports.pilot, ports.inputs, ports.meter, ports.switch
        voltage, contact, commanded = meter.voltage_v(), switch.mirror(), switch.commanded()
        joined = commanded and fresh(contact, now_ns, self.limits.input_age_max_ns) is True
        grid, report = ports.grid.read(), ports.converter.report()
        peaks, proximity = pilot.peaks(), pilot.proximity_ohm()
        levels = None if peaks is None else levels_of(peaks.value, self.trim)
        return Observation(
            now_ns, None if levels is None or peaks is None else Reading(levels, peaks.taken_ns),
            self._judge_plug(proximity, levels), ports.lock.status(), contact,
            meter.current_a(), voltage, ports.thermometer.read(), inputs.estop_clear(),
            inputs.earth_ohm(), inputs.residual_clear(), inputs.insulation_ohm(),
            inputs.supplies(), self._judge_grid(now_ns, grid),
            self._judge_inverter(now_ns, report, grid, voltage, joined), commanded, proximity,
            _read_at(now_ns, ports.ambient.read_c()),
        )  # fmt: skip

    def _judge_plug(
        self, proximity: Reading[float] | None, levels: PilotLevels | None
    ) -> Reading[bool | None] | None:
        if proximity is None:
            return None
        proved = seated(proximity.value, levels, self.connector, self.limits)
        return Reading(proved, proximity.taken_ns)

    def _judge_grid(self, now_ns: int, grid: Reading[GridReading] | None) -> Reading[bool] | None:
        told = fresh(grid, now_ns, self.limits.input_age_max_ns)
        # A meter that says no number has said nothing, and no inverter is proved by it.
        if grid is None or told is None or not (isfinite(told.hz) and isfinite(told.volts)):
            self.grid = None
            self.grid_watch.lose()
            return None
        self.grid = told
        return Reading(self.grid_watch.step(now_ns, told.hz, told.volts), grid.taken_ns)

    def _judge_inverter(
        self, now_ns: int, report: Reading[InverterReport] | None,
        grid: Reading[GridReading] | None, voltage: Reading[float] | None, joined: bool,
    ) -> Reading[bool] | None:  # fmt: skip
        # A stamp from the future must not hide behind an older one of another meter.
        if any(row is not None and row.taken_ns > now_ns for row in (report, grid, voltage)):
            report = None
        if report is None or grid is None or self.grid is None or voltage is None:
            self.report = None
            return None
        self.report, told = report, report.value
        own_dc_v = voltage.value if joined and self.connector.direct_current else None
        agrees = self._inverter_watch.step(
            now_ns, (told.hz, told.grid_v, told.dc_v), (grid.value.volts, own_dc_v)
        )
        if agrees is None:
            return None
        return Reading(agrees, min(report.taken_ns, grid.taken_ns, voltage.taken_ns))

    def _explain(self, obs: Observation) -> None:
        """Say what is behind a fault of the contactor once it is known, and that one gets slow."""
        for code, detail in self.contactor.step(obs, self.envelope.latched, self._sides):
            self.envelope.explain(code, detail)
            self.chronicle.add(obs.now_ns, "cause_found", code=code, detail=detail)
        late = self.contactor.timing.late
        if late is not None:
            self.chronicle.add(obs.now_ns, "contactor_late", way=late.way, took_ms=late.took_ms,
                               allowed_ms=self.limits.mirror_lag_ns / NS_PER_MS)  # fmt: skip

    def _sides(self) -> Sides:
        """Return the voltages on both sides of the contactor, as far as they are measured."""
        volts, across = self.obs.voltage_v, self.ports.switch.across_v()
        source_v = self.grid.volts if self.grid else None
        if self.connector.direct_current:
            source_v = self.report.value.dc_v if self.report else None
        return Sides(volts.value if volts else 0.0, across.value if across else None, source_v)

    def _act(
        self, obs: Observation, verdict: Verdict, hold_v: float | None, asks: Asks | None
    ) -> None:
        """Hold or release the switch, then set the current: never the other way round."""
        ports, supervisor = self.ports, self.supervisor
        report = self.report
        around = Surroundings(
            self.grid.house_w if self.grid else None,
            ports.vehicle.limits_a(),
            asks,
            Reading(report.value.reactive_var, report.taken_ns) if report else None,
        )
        current_a = supervisor.drive(obs, verdict, around)
        if verdict.permit is None:
            ports.switch.release(emergency=verdict.emergency)
        else:
            ports.switch.hold(verdict.permit)
            if hold_v is None:
                ports.converter.set_current(verdict.permit, current_a)
            else:
                ports.converter.hold_voltage(verdict.permit, hold_v)
        broke_a = ports.switch.poll(obs.now_ns)
        if broke_a is not None:
            self.chronicle.broke(obs, broke_a)

    def _move_bolt(self, obs: Observation, engage: bool) -> None:
        """Drive the bolt; releasing asks the interlock first and waits while it refuses."""
        now = obs._replace(contactor_commanded=self.ports.switch.commanded())
        if engage:
            self.ports.lock.engage()
        elif self.unlock_refusals(now) or self._may_still_join(obs):
            return
        else:
            self.ports.lock.release()
        self._bolt = engage

    def _may_still_join(self, obs: Observation) -> bool:
        """Return whether pins that read dead may be live by now: the vehicle hears of an offer's
        end late, and closes its switches until then.
        """
        volts, offered_ns = obs.voltage_v, self._offered_ns
        if volts is None or offered_ns is None:
            return True
        return volts.taken_ns < offered_ns + self.limits.offer_heard_ns

    def unlock_refusals(self, obs: Observation | None = None) -> tuple[str, ...]:
        """Return why the plug must stay locked now."""
        return unlock_refusals(obs or self.obs, self.limits)

    def _note(self, obs: Observation) -> None:
        chronicle, supervisor = self.chronicle, self.supervisor
        latched = self.envelope.latched
        chronicle.tick(obs, supervisor, bool(self._bolt))
        chronicle.faults(obs, latched, obs.contactor_commanded, "the charger")
        done = supervisor.reversed()
        if done is not None:
            chronicle.reversed(obs.now_ns, done)
        chronicle.heat(obs.now_ns, supervisor.derating, supervisor.cooling)
        chronicle.energy(obs.now_ns, self.ports.meter.energy_ws())
        mating = chronicle.matings if chronicle.mated else None
        self.trace.step(look_of(obs, mating, self.envelope.doubted, self.limits))
        if "ERR_THERM_OVERLOAD" in latched:
            self._keep_peaks(obs)
        elif self.peaks_c:
            self.peaks_c.clear()

    def _keep_peaks(self, obs: Observation) -> None:
        for pin, reading in zip(self.connector.power_pins, obs.pin_temps_c, strict=False):
            if reading is None or reading.value < self.limits.temp_reset_c:
                continue
            if reading.value > self.peaks_c.get(pin, (float("-inf"), 0))[0]:
                self.peaks_c[pin] = (reading.value, reading.taken_ns)

    def command(self, wish: Wish) -> Answer:
        """Take a standing order; a change of mode is an event, a new set-point within it is not."""
        before = self.supervisor.wish.mode
        answer = self.supervisor.command(wish, self.verdict)
        if answer.changed and wish.mode is not before:
            self.chronicle.wished(self.obs.now_ns, wish)
        return answer

    def begin_test(self, who: str) -> Answer:
        """Let a known current flow through the pins for a technician's probes."""
        now_ns = self.obs.now_ns
        target_a = min(PIN_TEST_A, self.connector.rating_a)
        test = PinTest(target_a, now_ns, self.power_max_w, self.limits)
        answer = self.command(test.wish)
        if not answer.refused:
            self.pin_test = test
            self.chronicle.add(now_ns, "pin_test", text=f"Pins under {target_a:g} A for {who}")
        return answer

    def end_test(self, why: str) -> None:
        """Withdraw the test's order and let its current go. Idempotent."""
        test = self.pin_test
        if test is None or test.over:
            return
        if self._has_order_of(test):
            self.command(IDLE_WISH)
        test.end(why)
        self.chronicle.add(self.obs.now_ns, "pin_test", text=f"Pin test over: {why}")

    def _has_order_of(self, test: PinTest) -> bool:
        return self.supervisor.wish == test.wish and self.supervisor.session.wanted

    def _follow_test(self, test: PinTest) -> None:
        supervisor, obs = self.supervisor, self.obs
        if test.over:
            return
        state = supervisor.session.state
        held_by = f"the session, which is {state.value}"
        if state is SessionState.RUNNING and supervisor.bounds:
            held_by = tightest(supervisor.bounds, charge=True).by
        amps = obs.current_a.value if obs.current_a is not None else None
        mine = self._has_order_of(test)
        if test.step(obs.now_ns, amps, mine, held_by):
            if mine:
                self.command(IDLE_WISH)
            self.chronicle.add(obs.now_ns, "pin_test", text=f"Pin test over: {test.ended}")

    def reset(self, codes: frozenset[str] | None, who: str) -> ResetAnswer:
        """Clear latched faults whose declared condition holds; restarts nothing."""
        wanted = frozenset(self.envelope.latched) if codes is None else codes
        answer = self.envelope.reset(wanted, self.obs)
        self.chronicle.faults(self.obs, self.envelope.latched, False, who)
        return answer

    def lock(self, engage: bool) -> tuple[bool, tuple[str, ...]]:
        """Lock or unlock without power; return whether it changed and why not."""
        session = self.supervisor.session
        if engage:
            return session.hold(), ()
        if not session.bolt and not self._bolt:
            return False, ()
        refusals = self.unlock_refusals()
        if session.wanted:
            refusals = ("a session is wanted: stop it first", *refusals)
        if refusals:
            return False, refusals
        session.let_go()
        return True, ()

    def fit(self, ledger: Ledger) -> None:
        """Go on with another connector, or with another count of this one; no plug is in."""
        self.ledger = ledger
        self.chronicle.matings = ledger.matings

    def suspects(self, code: str) -> tuple[Suspect, ...]:
        """Return what may be behind a latched fault, likeliest first; empty where nobody knows."""
        if code == "ERR_LOCK_FAIL":
            return self.supervisor.lock.suspects()
        return self.contactor.suspects(code)

    def events(self) -> list[Event]:
        """Return and forget what happened since the last call."""
        return self.chronicle.drain()

    def restore(
        self, latches: dict[str, Latch], inspection_due: bool,
        doubted: Mapping[int, Accusation] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Take up what an earlier process had latched, and which sensors it doubted."""
        self.envelope.restore(latches, inspection_due, doubted)
        if any(FAULTS[code].reset is Reset.GRID_BACK for code in latches):
            self.grid_watch.lose()
        self.chronicle.known_faults(tuple(latches))
        self.contactor.take_up(latches)

    def settled(self) -> bool:
        """Return whether nothing is under way that wants closer ticks than the next input."""
        verdict = self.verdict
        quiet = verdict is not None and (
            (verdict.permit is not None) == self.obs.contactor_commanded
        )
        quiet = quiet and bool(self._bolt) is self.supervisor.session.bolt
        return quiet and self.supervisor.settled() and not self.grid_watch.timing

    @property
    def mode(self) -> Mode:
        """The mode of the standing order."""
        return self.supervisor.wish.mode


def _read_at(now_ns: int, value: float | None) -> Reading[float] | None:
    return None if value is None else Reading(value, now_ns)
