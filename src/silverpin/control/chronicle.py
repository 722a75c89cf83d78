"""What happened between two ticks, as events for the journal.

The chronicle compares; it decides nothing. Every count of the ledger hangs on an event made here,
so each is made once, at the edge of a change, and never from a level. A plug that is found in when
the program starts, though the journal's last word was out, is a mating counted as inferred; a
contactor that is found closed was counted when it closed.
"""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from math import isfinite
from typing import Any

from silverpin.control.booking import Booking, Portion
from silverpin.control.cooling import Cooling
from silverpin.control.derating import Derating
from silverpin.control.letters import Letters
from silverpin.control.mating import Mating
from silverpin.control.reversal import Reversed
from silverpin.control.session import DEBOUNCE_NS, Session
from silverpin.control.supervisor import Supervisor
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.events import Event
from silverpin.domain.faults import FAULTS, Action
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Observation
from silverpin.domain.session import Direction, SessionState, Wish
from silverpin.safety.envelope import Latch
from silverpin.safety.freshness import measured

_EMERGENCIES = frozenset(code for code, row in FAULTS.items() if row.action is Action.EMERGENCY)
_HEAT, _PULLED = "ERR_THERM_OVERLOAD", "ERR_UNPLUGGED_LIVE"


@dataclass(slots=True)
class Chronicle:
    """The last tick's edges."""

    connector: ConnectorSet
    already_mated: InitVar[bool] = False
    resumed: bool = False
    """An earlier process kept this ledger: a plug found in at once was put in while it was off."""
    matings: int = 0
    """Matings so far, so that an event can carry its number."""
    limits: Limits = LIMITS
    events: list[Event] = field(default_factory=list)
    _state: SessionState | None = None
    _plug: Mating = field(init=False)
    _first_ns: int | None = None
    _found_in: bool | None = None
    """What proximity said first; None before it said anything, and once that was used."""
    _mated_ns: int = 0
    _closed: bool | None = None
    """The contactor, as the journal has it; None before the mirror contact was read."""
    _bolt: bool = False
    _driven_ns: int | None = None
    _letters: Letters = field(default_factory=Letters)
    _factor: float = 1.0
    _cooling: tuple[float, float] = (0.0, 0.0)
    _latched: tuple[str, ...] = ()
    _tripped: bool = False
    _broke_ns: int | None = None
    _fell: tuple[int, float, float] | None = None
    """When the contact fell open by itself, and what had flowed."""
    _flowed: tuple[float, float] = (0.0, 0.0)
    _booking: Booking = field(default_factory=Booking)

    def __post_init__(self, already_mated: bool) -> None:
        self._plug = Mating(mated=already_mated)

    @property
    def mated(self) -> bool:
        """Whether a plug counts as in."""
        return self._plug.mated

    def add(self, now_ns: int, kind: str, **fields: Any) -> None:
        """Write an event that a caller saw."""
        self.events.append(Event(now_ns, kind, fields))

    def drain(self) -> list[Event]:
        """Return and forget the events so far."""
        events, self.events = self.events, []
        return events

    def tick(self, obs: Observation, supervisor: Supervisor, bolt: bool) -> None:
        """Note what changed in session, contactor, pilot and in how the *bolt* is driven."""
        now_ns, session = obs.now_ns, supervisor.session
        self._mating(obs, session.plugged)
        if session.state is not self._state:
            self._state = session.state
            if session.state is SessionState.RUNNING:
                self.add(now_ns, "running")
        if self._fell is not None:
            self._fall(obs, self._fell)
        if obs.mirror is not None and obs.mirror.value is not self._closed:
            self._contact(obs, obs.mirror.value)
        # after the contact: that it was seen open is why a bolt may go in the same tick
        if bolt is not self._bolt or self._driven_ns is not None:
            self._bolt_moves(obs, session, bolt)
        if obs.pilot is not None:
            after = obs.pilot.value.state.value
            before = self._letters.step(now_ns, after)
            if before is not None:
                self.add(now_ns, "pilot", before=before, after=after)

    def _mating(self, obs: Observation, plugged: bool) -> None:
        now_ns = obs.now_ns
        seated = obs.seated.value if obs.seated is not None else None
        if self._first_ns is None:
            self._first_ns = self._mated_ns = now_ns
        if self._found_in is None:
            self._found_in = seated
        elif seated is False:
            self._found_in = False
        if self.mated and not plugged and not (seated is False and self._known_for(now_ns)):
            return
        if not self._plug.step(now_ns, plugged, obs.pilot.value.state if obs.pilot else None):
            return
        if plugged:
            self._mate(now_ns, inferred=self.resumed and bool(self._found_in))
        else:
            self._unmate(now_ns)

    def _known_for(self, now_ns: int) -> bool:
        """Return whether there was time to find a plug that is in since before the start."""
        return self._first_ns is not None and now_ns - self._first_ns >= DEBOUNCE_NS

    def _mate(self, now_ns: int, inferred: bool) -> None:
        self._mated_ns = now_ns
        self.matings += 1
        told = ", inferred: plugged in while the program was off" if inferred else ""
        self.add(now_ns, "mated", number=self.matings, inferred=told)

    def _unmate(self, now_ns: int) -> None:
        self._book(now_ns, mated=True)
        mated_s = (now_ns - self._mated_ns) * 1e-9
        self.add(now_ns, "unmated", mated_s=mated_s, mated_min=mated_s / 60.0)

    def _bolt_moves(self, obs: Observation, session: Session, bolt: bool) -> None:
        now_ns = obs.now_ns
        if bolt and not self._bolt:
            self._driven_ns = now_ns
            if session.attempt > 1:
                self.add(now_ns, "lock_retried", attempt=session.attempt - 1,
                         tries=self.limits.lock_tries_max)  # fmt: skip
            self.add(now_ns, "lock_driven", attempt=max(1, session.attempt))
        elif self._bolt and not bolt:
            self._driven_ns = None
            self.add(now_ns, "unlocked")
        elif self._driven_ns is not None and obs.lock is not None and obs.lock.value:
            self.add(now_ns, "locked", travel_ms=(now_ns - self._driven_ns) * 1e-6)
            self._driven_ns = None
        self._bolt = bolt

    def _contact(self, obs: Observation, closed: bool) -> None:
        """Note an operation: a contact that closes without a command has welded and made none."""
        if self._closed is None:
            self._closed = closed
        elif closed and obs.contactor_commanded:
            self._closed = True
            self.add(obs.now_ns, "contactor_closed")
        elif not closed:
            self._closed = False
            amps = obs.current_a.value if obs.current_a else 0.0
            self.add(obs.now_ns, "contactor_opened", current_a=abs(amps))
            if obs.contactor_commanded:
                self._fell = (obs.now_ns, *self._flowed)

    def _fall(self, obs: Observation, fell: tuple[int, float, float]) -> None:
        """Judge a contact that fell open by itself, once the meter had time to see it.

        A current that flows on says that only the mirror contact has opened.
        """
        fell_ns, amps, volts = fell
        if obs.now_ns == fell_ns:
            return
        self._fell = None
        now_a = measured(obs.current_a, obs.now_ns, self.limits.input_age_max_ns)
        flows_on = now_a is not None and abs(now_a) >= self.limits.current_break_max_a
        if not flows_on and (self._broke_ns is None or self._broke_ns < fell_ns):
            self._arc(obs, amps, volts)

    def _arc(self, obs: Observation, amps: float, volts: float) -> None:
        """Count a load-break that no command made: a contact that fell open, a plug that came out.

        The figures are the last ones seen before it, for by now they may be gone.
        """
        if abs(amps) >= self.limits.current_break_max_a and self._broke_ns != obs.now_ns:
            self._broke_ns = obs.now_ns
            self.add(obs.now_ns, "load_break", current_a=abs(amps), voltage_v=volts)

    def broke(self, obs: Observation, broke_a: float) -> None:
        """Note a load-break that the switch reported; a current nobody knows was the rating."""
        volts = obs.voltage_v.value if obs.voltage_v else 0.0
        amps = broke_a if isfinite(broke_a) else self.connector.rating_a
        self._broke_ns = obs.now_ns
        self.add(obs.now_ns, "load_break", current_a=amps, voltage_v=volts)

    def reversed(self, now_ns: int, done: Reversed) -> None:
        """Note a confirmed reversal."""
        self.add(
            now_ns, "reversed", direction=Direction.of(done.sign).value,
            latency_ms=done.latency_ns * 1e-6, reactive_var=done.reactive_var,
        )  # fmt: skip

    def wished(self, now_ns: int, wish: Wish) -> None:
        """Note a standing order that changed the mode."""
        self.add(now_ns, "wish", mode=wish.mode.value, power_kw=wish.power_w / 1e3)

    def heat(self, now_ns: int, derating: Derating, cooling: Cooling) -> None:
        """Note cuts given and taken back, and the cooling loops."""
        factor = derating.factor
        if factor != self._factor:
            kind = "derated" if factor < self._factor else "recovered"
            self.add(now_ns, kind, factor_pct=100.0 * factor, reason=derating.reason or "")
            self._factor = factor
        levels = (cooling.primary, cooling.secondary)
        if levels != self._cooling:
            self._cooling = levels
            self.add(now_ns, "cooling", primary_pct=100.0 * levels[0],
                     secondary_pct=100.0 * levels[1], reason=cooling.reason)  # fmt: skip

    def faults(
        self, obs: Observation, latched: Mapping[str, Latch], was_closed: bool, who: str
    ) -> None:
        """Note faults raised and cleared; *who* cleared them. Called once an instant, last."""
        if latched or self._latched:
            raised = [code for code in latched if code not in self._latched]
            for code in raised:
                self.add(obs.now_ns, "fault_raised", code=code, detail=latched[code].detail)
            for code in self._latched:
                if code not in latched:
                    self.add(obs.now_ns, "fault_cleared", code=code, who=who)
            self._latched = tuple(latched)
            self._trip(obs)
            if raised:
                self._interrupted(obs, raised, was_closed)
        amps = obs.current_a.value if obs.current_a is not None else 0.0
        self._flowed = (amps, obs.voltage_v.value if obs.voltage_v is not None else 0.0)

    def known_faults(self, codes: tuple[str, ...]) -> None:
        """Take up faults that an earlier process already wrote, with their counts."""
        self._latched = codes
        self._tripped = _HEAT in codes

    def _trip(self, obs: Observation) -> None:
        """Count heat once a latch, and only when a pin was read that hot."""
        if _HEAT not in self._latched:
            self._tripped = False
            return
        if self._tripped:
            return
        low_c, high_c = self.limits.temp_trip_c, self.limits.temp_impossible_high_c
        for pin, reading in zip(self.connector.power_pins, obs.pin_temps_c, strict=False):
            if reading is not None and low_c <= reading.value <= high_c and not self._tripped:
                self._tripped = True
                self.add(obs.now_ns, "thermal_trip", pin=pin, temp_c=reading.value)

    def _interrupted(self, obs: Observation, raised: list[str], was_closed: bool) -> None:
        """Count an emergency once, and the arc of a pulled plug that the switch did not see."""
        emergency = next((code for code in raised if code in _EMERGENCIES), None)
        if was_closed and emergency is not None:
            self.add(obs.now_ns, "emergency_stop", code=emergency)
        if _PULLED in raised:
            self._arc(obs, *self._flowed)

    def energy(self, now_ns: int, energy_ws: tuple[float, float], force: bool = False) -> None:
        """Book energy and mated time since the last booking, every minute and when asked."""
        self._booking.energy_ws = energy_ws
        if self._booking.due(now_ns) or force:
            self._book(now_ns, mated=self.mated)

    def unbooked(self, now_ns: int) -> Portion | None:
        """Return what the next booking has so far."""
        return self._booking.so_far(now_ns, self._mated_ns if self.mated else None)

    def _book(self, now_ns: int, mated: bool) -> None:
        portion = self._booking.take(now_ns, self._mated_ns if mated else None)
        if portion is not None:
            self.add(
                now_ns, "energy", charged_kwh=portion.charged_kwh,
                discharged_kwh=portion.discharged_kwh, mated_s=portion.mated_s,
            )  # fmt: skip
