"""One tick of the charger's wishes: observation in, plan out; then verdict in, set-point out.

The supervisor owns the session, the throttling, the cooling and the change of direction. It wishes;
`safety.envelope` permits; the drivers act. It reads no clock and no file.
"""

from collections.abc import Mapping
from typing import NamedTuple

from silverpin.control.bounds import Bound, mode_bound, tightest
from silverpin.control.cooling import Cooling
from silverpin.control.derating import Derating
from silverpin.control.reversal import Reversal, Reversed
from silverpin.control.session import Seen, Session
from silverpin.control.slope import Slope
from silverpin.domain.conditions import REVERSE_ONLY, Condition
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Observation, Reading, Request
from silverpin.domain.session import IDLE_WISH, Mode, SessionState, Wish
from silverpin.protocols.pilot import HIGH_LEVEL_DUTY, duty_for
from silverpin.safety.envelope import Latch, Verdict

_DISCHARGING = frozenset({Mode.V2G, Mode.V2H, Mode.V2X})
_COMES_LATER = frozenset({Condition.LOCK, Condition.VEHICLE_READY, Condition.ASKED})
"""Conditions that a start brings about by itself; they refuse no start."""
_FLOWING = frozenset({SessionState.LOW_POWER, SessionState.RUNNING, SessionState.STOPPING})


class Plan(NamedTuple):
    """What the supervisor would like, before the envelope has spoken."""

    request: Request
    bolt: bool
    duty: float
    primary: float
    secondary: float


class Surroundings(NamedTuple):
    """What control uses and the envelope does not judge."""

    house_w: float | None = None
    vehicle_limits_a: tuple[float, float] | None = None
    reactive_var: float = 0.0


class Answer(NamedTuple):
    """What became of a command."""

    changed: bool
    refused: tuple[Condition, ...] = ()


class Supervisor:
    """Session, power and heat of one connector."""

    def __init__(
        self, connector: ConnectorSet, power_max_w: float, limits: Limits = LIMITS
    ) -> None:
        self._connector = connector
        self._limits = limits
        self.power_max_w = power_max_w
        self.wish = IDLE_WISH
        self.session = Session(limits)
        self.reversal = Reversal(limits)
        self.derating = Derating(connector.rating_a, limits)
        self.cooling = Cooling(limits)
        self.slope = Slope(len(connector.power_pins), limits)
        self.bounds: list[Bound] = []
        self.set_w = 0.0
        """Power that is asked of the converter now."""

    def command(self, wish: Wish, verdict: Verdict | None) -> Answer:
        """Take a standing order. Idempotent; refused while a condition of power does not hold."""
        if wish.mode is Mode.IDLE:
            return Answer(self.stop())
        refused = self._refusals(wish, verdict)
        if refused:
            return Answer(False, refused)
        changed = wish != self.wish or not self.session.wanted
        self.wish = wish
        self.session.want(True)
        return Answer(changed)

    def stop(self, free_bolt: bool = True) -> bool:
        """End the session: current to zero, open, let the plug go. Return whether it changed."""
        changed = self.wish != IDLE_WISH or self.session.wanted
        self.wish = IDLE_WISH
        self.session.want(False, free_bolt)
        return changed

    def _refusals(self, wish: Wish, verdict: Verdict | None) -> tuple[Condition, ...]:
        if verdict is None:
            return (Condition.METER,)
        refused = [row for row in verdict.blocked if row not in _COMES_LATER]
        discharges = wish.mode in (Mode.V2G, Mode.V2H) or wish.power_w < 0.0
        if discharges:
            refused += [row for row in verdict.reverse_blocked if row not in refused]
        return tuple(row for row in refused if discharges or row not in REVERSE_ONLY)

    def step(self, obs: Observation, latched: Mapping[str, Latch]) -> Plan:
        """Move session, throttling and cooling on by one tick."""
        faulted = bool(latched)
        seen = self._seen(obs, faulted)
        self.session.step(seen)
        if faulted and self.wish is not IDLE_WISH:
            self.wish = IDLE_WISH
        if not obs.contactor_commanded:
            self.reversal.reset()
        self._heat(obs, seen.current_a, faulted)
        session = self.session
        power_on = session.power_on and not session.stop_now(seen)
        return Plan(
            Request(power_on, (power_on and self.wish.mode in _DISCHARGING) or self._giving(seen)),
            session.bolt,
            self._duty(obs),
            self.cooling.primary,
            self.cooling.secondary,
        )

    def drive(self, obs: Observation, verdict: Verdict, around: Surroundings) -> float:
        """Return the signed current to ask for under *verdict*. [A]"""
        self._bind(obs, verdict, around)
        if verdict.permit is None or self.session.state not in _FLOWING:
            self.set_w = 0.0
            return 0.0
        volts = _value(obs.voltage_v)
        stopping = self.session.state is SessionState.STOPPING
        target_w = 0.0 if stopping else self._target_w()
        if abs(target_w) < self._limits.power_min_w or volts < self._limits.voltage_touch_max_v:
            target_w = 0.0
        phases = 1.0 if self._connector.direct_current else 3.0
        target_a = target_w / (volts * phases) if target_w else 0.0
        amps = _value(obs.current_a)
        allowed_a = self.reversal.step(obs.now_ns, target_a, amps, around.reactive_var)
        self.set_w = target_w if allowed_a else 0.0
        return verdict.permit.clamp(allowed_a)

    def reversed(self, obs: Observation) -> Reversed | None:
        """Return a reversal that this instant confirms."""
        return self.reversal.confirmed(obs.now_ns, _value(obs.current_a))

    def wake_ns(self) -> int | None:
        """Return when the supervisor next acts without an input changing."""
        return self.session.wake_ns()

    def settled(self) -> bool:
        """Return whether nothing is under way that wants closer ticks."""
        return self.session.settled() and not self.reversal.under_way

    def _seen(self, obs: Observation, faulted: bool) -> Seen:
        oldest_ns = obs.now_ns - self._limits.input_age_max_ns
        pilot, seated, lock, mirror = obs.pilot, obs.seated, obs.lock, obs.mirror
        return Seen(
            obs.now_ns,
            seated.value if seated and seated.taken_ns >= oldest_ns else None,
            pilot.value.state if pilot and pilot.taken_ns >= oldest_ns else None,
            bool(lock and lock.taken_ns >= oldest_ns and lock.value),
            bool(mirror and mirror.taken_ns >= oldest_ns and mirror.value),
            _value(obs.current_a),
            faulted,
        )

    def _giving(self, seen: Seen) -> bool:
        """Whether discharge still ramps down; its permit must last until it is zero."""
        return self.session.power_on and seen.current_a < -self._limits.reversal_zero_a

    def _heat(self, obs: Observation, current_a: float, faulted: bool) -> None:
        oldest_ns = obs.now_ns - self._limits.temp_age_max_ns
        temps = tuple(
            row.value if row is not None and row.taken_ns >= oldest_ns else None
            for row in obs.pin_temps_c
        )
        if not self.slope.step(obs.now_ns, temps):
            return
        fastest = self.slope.fastest()
        named = None if fastest is None else (self._connector.power_pins[fastest[0]], fastest[1])
        self.derating.step(obs.now_ns, current_a, named)
        known = [temp for temp in temps if temp is not None]
        hottest_c = max(known) if known and len(known) == len(temps) else None
        self.cooling.step(hottest_c, self.derating.secondary, faulted)

    def _duty(self, obs: Observation) -> float:
        """Offer until the contactor is open, so that the vehicle does not break the current."""
        if not (self.session.offering or obs.contactor_commanded):
            return 1.0
        if self._connector.direct_current:
            return HIGH_LEVEL_DUTY
        return duty_for(self._connector.rating_a)

    def _bind(self, obs: Observation, verdict: Verdict, around: Surroundings) -> None:
        """Collect every bound on power that is in force."""
        volts = max(1.0, _value(obs.voltage_v)) * (1.0 if self._connector.direct_current else 3.0)
        bounds = [
            Bound("charger rating", self.power_max_w, self.power_max_w),
            Bound("connector rating", *(2 * (self._connector.rating_a * volts,))),
        ]
        if self.derating.allowed_a is not None:
            bounds.append(Bound("heat", *(2 * (self.derating.allowed_a * volts,))))
        if around.vehicle_limits_a is not None:
            charge_a, discharge_a = around.vehicle_limits_a
            bounds.append(Bound("vehicle", charge_a * volts, discharge_a * volts))
        if self.session.state in (SessionState.CLOSING, SessionState.LOW_POWER):
            bounds.append(Bound("low-power start", *(2 * (self._limits.low_power_w,))))
        mode = mode_bound(self.wish.mode, around.house_w)
        if mode is not None:
            bounds.append(mode)
        if verdict.reverse_blocked:
            bounds.append(Bound(verdict.reverse_blocked[0].row.check, float("inf"), 0.0))
        self.bounds = bounds

    def _target_w(self) -> float:
        wanted_w = self.wish.power_w
        if self.wish.mode in (Mode.V2G, Mode.V2H):
            wanted_w = -abs(wanted_w)
        if wanted_w >= 0.0:
            return min(wanted_w, tightest(self.bounds, charge=True).charge_w)
        return -min(-wanted_w, tightest(self.bounds, charge=False).discharge_w)


def _value(reading: Reading[float] | None) -> float:
    """Return a reading's value, or 0 where there is none: a permit is never built on it."""
    return 0.0 if reading is None else reading.value
