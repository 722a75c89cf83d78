"""One tick of the charger's wishes: observation in, plan out; then verdict in, set-point out.

The supervisor owns the session, the throttling, the cooling and the change of direction. It wishes;
`safety.envelope` permits; the drivers act. It reads no clock and no file.
"""

from collections.abc import Mapping
from typing import NamedTuple

from silverpin.control.announced import Announced
from silverpin.control.bounds import Bound, mode_bound, vehicle_bounds, within
from silverpin.control.cooling import Cooling
from silverpin.control.derating import Derating
from silverpin.control.forecast import Coming, Forecast
from silverpin.control.insulation_test import InsulationTest
from silverpin.control.lock_diagnosis import LockDiagnosis
from silverpin.control.pace import Pace
from silverpin.control.phases import Phases, own_phases
from silverpin.control.pilot_offer import PilotOffer
from silverpin.control.reversal import Reversal, Reversed
from silverpin.control.runaway import Runaway
from silverpin.control.session import Seen, Session
from silverpin.control.slope import Slope
from silverpin.domain.asks import Asks
from silverpin.domain.conditions import Condition
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS, Action, Reset
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Observation, Reading, Request
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.session import IDLE_WISH, Mode, SessionState, Wish
from silverpin.safety.envelope import Latch, Verdict
from silverpin.safety.freshness import measured
from silverpin.safety.thermal import believed

_REVERSIBLE = (Mode.V2X, Mode.V2G, Mode.V2H)
_COMES_LATER = frozenset({Condition.LOCK, Condition.VEHICLE_READY, Condition.ASKED})
"""Conditions that a start brings about by itself; they refuse no start."""
_STARTING = (SessionState.CLOSING, SessionState.TESTING, SessionState.PRECHARGING,
             SessionState.LOW_POWER)  # fmt: skip
_BEFORE_POWER = (SessionState.LOCKING, SessionState.READY, *_STARTING)
_OWES_TEST = (SessionState.UNPLUGGED, SessionState.PLUGGED, SessionState.READY,
              SessionState.STOPPING)  # fmt: skip
"""Whatever insulation was proved before, it is proved anew before the next power."""
_FLOWING = (SessionState.RUNNING, SessionState.LOW_POWER, SessionState.STOPPING)
_CALM_C_PER_MIN = 1.0
LIVE_V = LIMITS.voltage_touch_max_v
"""Pins hold a voltage that power can be divided by; how early a site calls one dangerous is
another matter, and next to 0 V any power would be any current."""
_PACK_V, _PHASE_V = 350.0, 230.0
"""What a power ahead is divided by before any voltage was measured."""
_NO_REVERSE = frozenset(code for code, row in FAULTS.items() if row.action is Action.NO_REVERSE)
_THERMAL = frozenset(code for code, row in FAULTS.items() if row.reset is Reset.COOLED)


class Plan(NamedTuple):
    """What the supervisor would like, before the envelope has spoken."""

    request: Request
    bolt: bool
    duty: float
    primary: float
    secondary: float
    lock_failed: bool
    """All tries to lock are spent."""
    hold_v: float | None = None
    """A voltage to hold on the pins, before any current is wanted."""
    ran_away: str = ""
    """What flows beyond the set-point, once it flowed for too long."""


class Surroundings(NamedTuple):
    """What control uses and the envelope does not judge."""

    house_w: float | None = None
    vehicle_limits_a: tuple[float, float] | None = None
    asks: Asks | None = None
    reactive: Reading[float] | None = None
    """Reactive power as the inverter reports it. [var]"""


class Answer(NamedTuple):
    """What became of a command."""

    changed: bool
    refused: tuple[Condition, ...] = ()


class Supervisor:
    """Session, power and heat of one connector."""

    def __init__(
        self,
        connector: ConnectorSet,
        power_max_w: float,
        limits: Limits = LIMITS,
        forecast: bool = True,
    ) -> None:
        self._connector = connector
        self.phases = Phases(own_phases(connector))
        self._limits = limits
        self.wish = IDLE_WISH
        self.session = Session(limits, connector.direct_current)
        self.offer = PilotOffer(connector)
        self.insulation = InsulationTest(limits)
        self.lock = LockDiagnosis()
        self.reversal = Reversal(limits)
        self.pace = Pace(limits)
        self.runaway = Runaway(connector.direct_current, limits)
        self.derating = Derating(connector.rating_a, limits)
        self.cooling = Cooling(limits)
        self.slope = Slope(len(connector.power_pins), limits)
        self.forecast = Forecast(connector, limits, steered=forecast)
        self.announced = Announced()
        self._last_v = _PACK_V if connector.direct_current else _PHASE_V
        self.bounds: list[Bound] = []
        self._power_max_w = power_max_w
        self.set_w = 0.0
        """Power that is asked of the converter now."""

    def command(self, wish: Wish, verdict: Verdict | None) -> Answer:
        """Take a standing order. Idempotent; refused while a condition of power does not hold."""
        if wish.mode is Mode.IDLE:
            return Answer(self.stop())
        refused = _refusals(wish, verdict)
        if refused:
            return Answer(False, refused)
        changed = wish != self.wish or not self.session.wanted
        self.wish = wish
        self.session.start()
        return Answer(changed)

    def stop(self) -> bool:
        """End the session: current to zero, open, let the plug go. Return whether it changed."""
        changed = self.wish != IDLE_WISH
        self.wish = IDLE_WISH
        return self.session.stop() or changed

    def step(
        self, obs: Observation, latched: Mapping[str, Latch], air_c: float | None = None,
        asks: Asks | None = None,
    ) -> Plan:  # fmt: skip
        """Move session, throttling and cooling on by one tick."""
        session = self.session
        if asks is None and self.offer.for_words:
            asks = Asks()
        seen = self._seen(obs, bool(latched) and self._halts(latched), asks)
        session.step(seen)
        self.phases.step(None if asks is None else asks.phases, session.plugged)
        if not session.wanted:
            self.wish = IDLE_WISH
        if not obs.contactor_commanded:
            self.reversal.reset()
        self._heat(obs, seen.current_a, latched, air_c)
        power_on = session.power_on and not session.stop_now(seen)
        return Plan(
            Request(
                power_on, power_on and self._may_reverse(seen.current_a), session.voltage_alone
            ),
            session.bolt,
            self._duty(obs),
            self.cooling.primary,
            self.cooling.secondary,
            session.failed_lock,
            None if asks is None else self._pins_v(obs, asks),
            self._ran_away(obs),
        )

    def _duty(self, obs: Observation) -> float:
        """Offer until the contactor is open, so that the vehicle does not break the current.

        A permit that lapsed in a stall comes back to the offer under which it was given.
        """
        session = self.session
        held = obs.contactor_commanded or (session.offering and session.power_on)
        return self.offer.step(obs.now_ns, offered=session.offering, held=held)

    def _ran_away(self, obs: Observation) -> str:
        amps = measured(obs.current_a, obs.now_ns, self._limits.input_age_max_ns)
        return self.runaway.step(obs.now_ns, amps, obs.contactor_commanded)

    def _pins_v(self, obs: Observation, asks: Asks) -> float | None:
        """Return the voltage that pins shall have before power, None where a current is wanted."""
        state = self.session.state
        if state is SessionState.TESTING:
            self.insulation.step(obs)
            return self.insulation.voltage_v
        if state is SessionState.PRECHARGING:
            return min(self._limits.dc_high_v, max(0.0, asks.target_v or 0.0))
        if state in _OWES_TEST:
            self.insulation.forget()
        return 0.0 if self.session.voltage_alone else None

    def drive(self, obs: Observation, verdict: Verdict, around: Surroundings) -> float:
        """Return the signed current to ask for under *verdict*. [A]"""
        volts = _value(obs.voltage_v)
        live = volts >= LIVE_V
        w_per_a = volts * self.phases.used if live else None
        if live:
            self._last_v = volts
        self.bounds = self._bounds(w_per_a, verdict, around)
        if verdict.permit is None or self.session.state not in _FLOWING:
            self.pace.rest()
            self.runaway.asked(0.0)
            self.set_w = 0.0
            return 0.0
        target_w = self._target_w()
        target_a = target_w / w_per_a if w_per_a else 0.0
        amps = _value(obs.current_a)
        allowed_a = self.reversal.step(obs.now_ns, target_a, amps, _value(around.reactive))
        self.set_w = target_w if allowed_a else 0.0
        asked_a = self.pace.step(obs.now_ns, allowed_a, obs.current_a, around.reactive)
        asked_a = verdict.permit.clamp(asked_a)
        self.runaway.asked(asked_a)
        return asked_a

    def reversed(self) -> Reversed | None:
        """Return a reversal that this instant confirms."""
        return self.reversal.take()

    def settled(self) -> bool:
        """Return whether nothing is under way that wants closer ticks."""
        return self.session.settled() and not (self.reversal.under_way or self.pace.leading)

    def calm(self) -> bool:
        """Return whether two seconds are as good as one: no pin warms, no house is followed."""
        fastest = self.slope.fastest()
        warms = fastest is None or fastest[1] > _CALM_C_PER_MIN
        return not warms and self.wish.mode is not Mode.V2H

    def _halts(self, latched: Mapping[str, Latch]) -> bool:
        """Return whether what is latched ends the session; a grid trip leaves charging alone."""
        return self.wish.mode in _REVERSIBLE or not _NO_REVERSE.issuperset(latched)

    def _seen(self, obs: Observation, faulted: bool, asks: Asks | None) -> Seen:
        oldest_ns = obs.now_ns - self._limits.input_age_max_ns
        pilot, seated, lock, mirror = obs.pilot, obs.seated, obs.lock, obs.mirror
        return Seen(
            obs.now_ns,
            seated.value if seated and seated.taken_ns >= oldest_ns else None,
            pilot.value.state if pilot and pilot.taken_ns >= oldest_ns else None,
            bool(lock and lock.taken_ns >= oldest_ns and lock.value),
            bool(mirror and mirror.taken_ns >= oldest_ns and mirror.value),
            obs.contactor_commanded,
            _value(obs.current_a),
            faulted,
            None if asks is None else asks.ask,
            self.insulation.passed,
        )

    def _may_reverse(self, current_a: float) -> bool:
        """Whether discharge may follow, or still ramps down under a permit that must last."""
        return self.wish.mode in _REVERSIBLE or current_a < -self._limits.reversal_zero_a

    def _heat(
        self,
        obs: Observation,
        current_a: float,
        latched: Mapping[str, Latch],
        air_c: float | None,
    ) -> None:
        if not self.slope.due(obs.now_ns):
            return
        pins = self._connector.power_pins
        told_c = believed(obs.pin_temps_c, obs.now_ns, self._limits)
        temps_c = (*told_c, *(None,) * (len(pins) - len(told_c)))[: len(pins)]
        self.slope.step(obs.now_ns, temps_c)
        fastest = self.slope.fastest()
        named = None if fastest is None else (pins[fastest[0]], fastest[1])
        self.derating.step(obs.now_ns, current_a, named)
        known_c = [temp_c for temp_c in temps_c if temp_c is not None]
        hottest_c = max(known_c) if len(known_c) == len(pins) else None
        tripped = not _THERMAL.isdisjoint(latched)
        self.announced.step(obs.now_ns, self.session.state is SessionState.RUNNING)
        self.forecast.step(
            obs.now_ns, current_a, temps_c, air_c, self.cooling.both, self.coming(obs.now_ns)
        )
        self.cooling.step(hottest_c, self.derating.secondary, tripped, self.forecast.need)

    def coming(self, now_ns: int) -> Coming | None:
        """Return the start that is known of: the session's own, or one that was announced."""
        if self.session.wanted and self.session.state in _BEFORE_POWER:
            return Coming(0.0, self._load_of(self.wish.power_w))
        told = self.announced.standing
        if told is None:
            return None
        return Coming(max(0.0, (told.at_ns - now_ns) / NS_PER_S), self._load_of(told.power_w))

    def _load_of(self, power_w: float) -> float:
        """Return the square of the current that *power_w* would be, with the rating as one."""
        most_w = min(abs(power_w), self._rating().charge_w)
        amps = min(most_w / (self._last_v * self.phases.used), self._connector.rating_a)
        return (amps / self._connector.rating_a) ** 2

    def _target_w(self) -> float:
        """Return the standing order within every bound; 0 for what is not worth converting."""
        if self.session.state is SessionState.STOPPING:
            return 0.0
        target_w = within(self.wish.power_w, self.bounds)
        # Written so that what is no number is 0 as well.
        return target_w if abs(target_w) >= self._limits.power_min_w else 0.0

    def _rating(self) -> Bound:
        """Return the rating of the electronics, of which each phase has its part."""
        most_w = self._power_max_w * self.phases.share
        return Bound("charger rating", most_w, most_w)

    def _bounds(self, w_per_a: float | None, verdict: Verdict, around: Surroundings) -> list[Bound]:
        """Return every bound on power that is in force; those in amperes once there are volts."""
        bounds = [self._rating()]
        if w_per_a is not None:
            rated_w = self._connector.rating_a * w_per_a
            bounds.append(Bound("connector rating", rated_w, rated_w))
            if self.wish.current_max_a is not None:
                test_w = self.wish.current_max_a * w_per_a
                bounds.append(Bound("pin test", test_w, test_w))
            if self.derating.allowed_a is not None:
                heat_w = self.derating.allowed_a * w_per_a
                bounds.append(Bound("heat", heat_w, heat_w))
            bounds += vehicle_bounds(around.vehicle_limits_a, around.asks, w_per_a)
        if self.session.state in _STARTING:
            low_w = self._limits.low_power_w
            bounds.append(Bound("low-power start", low_w, low_w))
        mode = mode_bound(self.wish.mode, around.house_w)
        if mode is not None:
            bounds.append(mode)
        if verdict.reverse_blocked:
            bounds.append(Bound(verdict.reverse_blocked[0].row.check, float("inf"), 0.0))
        return bounds


def _refusals(wish: Wish, verdict: Verdict | None) -> tuple[Condition, ...]:
    """Return the conditions that refuse a start of *wish*.

    A mode that may give back needs the grid from the start; an inspection that is due refuses only
    a wish that gives now.
    """
    if verdict is None:
        return (Condition.METER,)
    if not (verdict.blocked or verdict.reverse_blocked):
        return ()
    refused = [row for row in verdict.blocked if row not in _COMES_LATER]
    gives = wish.mode in (Mode.V2G, Mode.V2H) or wish.power_w < 0.0
    needs = {Condition.GRID: wish.mode in _REVERSIBLE, Condition.INSPECTION: gives}
    return (*refused, *(row for row in verdict.reverse_blocked if needs[row]))


def _value(reading: Reading[float] | None) -> float:
    """Return a reading's value, or 0 where there is none: a permit is never built on it."""
    return 0.0 if reading is None else reading.value
