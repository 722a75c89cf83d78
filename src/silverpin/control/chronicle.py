"""What happened between two ticks, as events for the journal.

The chronicle compares; it decides nothing. Every count of the ledger hangs on an event made here,
so each is made once, at the edge of a change, and never from a level. A plug that is found in when
the program starts, though the journal's last word was out, is a mating counted as inferred.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from silverpin.control.derating import Derating
from silverpin.control.reversal import Reversed
from silverpin.control.session import DEBOUNCE_NS
from silverpin.control.supervisor import Supervisor
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.events import Event
from silverpin.domain.faults import FAULTS, Action
from silverpin.domain.observation import Observation
from silverpin.domain.session import Direction, SessionState, Wish
from silverpin.safety.envelope import Latch

BOOKING_PERIOD_NS = 60_000_000_000
"""Energy and mated time are booked this often; a power cut may lose at most this much of them."""


@dataclass(slots=True)
class Chronicle:
    """The last tick's edges."""

    connector: ConnectorSet
    mated: bool = False
    resumed: bool = False
    """An earlier process kept this ledger: a plug found in at once was put in while it was off."""
    matings: int = 0
    """Matings so far, so that an event can carry its number."""
    events: list[Event] = field(default_factory=list)
    _state: SessionState | None = None
    _first_ns: int | None = None
    _inferred: bool = False
    _mated_ns: int = 0
    _was_mated: bool = False
    _mirror: bool = False
    _bolt: bool = False
    _pilot: str | None = None
    _factor: float = 1.0
    _cooling: tuple[float, float] = (0.0, 0.0)
    _latched: tuple[str, ...] = ()
    _booked_ns: int | None = None
    _booked_ws: tuple[float, float] = (0.0, 0.0)
    _energy_ws: tuple[float, float] = (0.0, 0.0)

    def add(self, now_ns: int, kind: str, **fields: Any) -> None:
        """Write an event that a caller saw."""
        self.events.append(Event(now_ns, kind, fields))

    def drain(self) -> list[Event]:
        """Return and forget the events so far."""
        events, self.events = self.events, []
        return events

    def tick(self, obs: Observation, supervisor: Supervisor, bolt: bool) -> None:
        """Note what changed in session, contactor, pilot and in how the *bolt* is driven."""
        now_ns = obs.now_ns
        state = supervisor.session.state
        self._mating(obs, state)
        if state is not self._state:
            if state is SessionState.RUNNING:
                self.add(now_ns, "running")
            self._state = state
        for what, number in supervisor.session.notes():
            self._bolt_note(now_ns, what, number, supervisor)
        if self._bolt and not bolt:
            self.add(now_ns, "unlocked")
        self._bolt = bolt
        if obs.mirror is not None and obs.mirror.value != self._mirror:
            self._contact(obs, obs.mirror.value)
        if obs.pilot is not None:
            self._letter(now_ns, obs.pilot.value.state.value)

    def _letter(self, now_ns: int, letter: str) -> None:
        if letter != self._pilot:
            if self._pilot is not None:
                self.add(now_ns, "pilot", before=self._pilot, after=letter)
            self._pilot = letter

    def _mating(self, obs: Observation, state: SessionState) -> None:
        seated = obs.seated.value if obs.seated is not None else None
        if self._first_ns is None:
            self._first_ns = self._mated_ns = obs.now_ns
            self._inferred = self.resumed and bool(seated) and not self.mated
            self._was_mated = self.mated
        plugged = state is not SessionState.UNPLUGGED
        if plugged and not self.mated:
            self.mated = self._was_mated = True
            self._mated_ns = obs.now_ns
            self.matings += 1
            told = ", inferred: plugged in while the program was off" if self._inferred else ""
            self.add(obs.now_ns, "mated", number=self.matings, inferred=told)
            self._inferred = False
        elif (
            self.mated
            and not plugged
            and seated is False
            and (obs.now_ns - self._first_ns >= DEBOUNCE_NS)
        ):
            self._book(obs.now_ns)
            self.mated = self._was_mated = False
            mated_s = (obs.now_ns - self._mated_ns) * 1e-9
            self.add(obs.now_ns, "unmated", mated_s=mated_s, mated_min=mated_s / 60.0)

    def _bolt_note(self, now_ns: int, what: str, number: int, supervisor: Supervisor) -> None:
        if what == "driven":
            self.add(now_ns, "lock_driven", attempt=number)
        elif what == "retried":
            tries = supervisor.session.limits.lock_tries_max
            self.add(now_ns, "lock_retried", attempt=number, tries=tries)
        else:
            self.add(now_ns, "locked", travel_ms=number * 1e-6)

    def _contact(self, obs: Observation, closed: bool) -> None:
        self._mirror = closed
        if closed:
            self.add(obs.now_ns, "contactor_closed")
        else:
            amps = obs.current_a.value if obs.current_a else 0.0
            self.add(obs.now_ns, "contactor_opened", current_a=abs(amps))

    def broke(self, obs: Observation, broke_a: float) -> None:
        """Note a load-break that the switch reported."""
        volts = obs.voltage_v.value if obs.voltage_v else 0.0
        self.add(obs.now_ns, "load_break", current_a=broke_a, voltage_v=volts)

    def reversed(self, now_ns: int, done: Reversed) -> None:
        """Note a confirmed reversal."""
        self.add(
            now_ns, "reversed", direction=Direction.of(done.sign).value,
            latency_ms=done.latency_ns * 1e-6, reactive_var=done.reactive_var,
        )  # fmt: skip

    def wished(self, now_ns: int, wish: Wish) -> None:
        """Note a standing order that changed the mode."""
        self.add(now_ns, "wish", mode=wish.mode.value, power_kw=wish.power_w / 1e3)

    def heat(self, now_ns: int, derating: Derating, cooling: tuple[float, float]) -> None:
        """Note cuts given and taken back, and the cooling loops."""
        factor = derating.factor
        if factor != self._factor:
            kind = "derated" if factor < self._factor else "recovered"
            self.add(now_ns, kind, factor_pct=100.0 * factor, reason=derating.reason or "")
            self._factor = factor
        if cooling != self._cooling:
            self._cooling = cooling
            reason = "fast warming" if cooling[1] else "pin temperature"
            self.add(now_ns, "cooling", primary_pct=100.0 * cooling[0],
                     secondary_pct=100.0 * cooling[1], reason=reason)  # fmt: skip

    def faults(
        self, obs: Observation, latched: Mapping[str, Latch], was_closed: bool, who: str
    ) -> None:
        """Note faults raised and cleared; *who* cleared them."""
        if not latched and not self._latched:
            return
        codes = tuple(latched)
        for code in codes:
            if code not in self._latched:
                self._raised(obs, latched[code], was_closed)
        for code in self._latched:
            if code not in latched:
                self.add(obs.now_ns, "fault_cleared", code=code, who=who)
        self._latched = codes

    def known_faults(self, codes: tuple[str, ...]) -> None:
        """Take up faults that an earlier process already wrote."""
        self._latched = codes

    def _raised(self, obs: Observation, latch: Latch, was_closed: bool) -> None:
        self.add(obs.now_ns, "fault_raised", code=latch.code, detail=latch.detail)
        if latch.code == "ERR_THERM_OVERLOAD":
            readings = [row for row in obs.pin_temps_c if row is not None]
            hot = max(readings, key=lambda row: row.value, default=None)
            pins = self.connector.power_pins
            index = obs.pin_temps_c.index(hot) if hot is not None else 0
            temp_c = hot.value if hot is not None else float("nan")
            self.add(obs.now_ns, "thermal_trip", pin=pins[index], temp_c=temp_c)
        if was_closed and FAULTS[latch.code].action is Action.EMERGENCY:
            self.add(obs.now_ns, "emergency_stop", code=latch.code)

    def energy(self, now_ns: int, energy_ws: tuple[float, float], force: bool = False) -> None:
        """Book energy and mated time since the last booking, every minute and when asked."""
        self._energy_ws = energy_ws
        if self._booked_ns is None:
            self._booked_ns, self._booked_ws = now_ns, energy_ws
        elif force or now_ns - self._booked_ns >= BOOKING_PERIOD_NS:
            self._book(now_ns)

    def _book(self, now_ns: int) -> None:
        if self._booked_ns is None:
            return
        charged_ws = self._energy_ws[0] - self._booked_ws[0]
        discharged_ws = self._energy_ws[1] - self._booked_ws[1]
        mated_ns = now_ns - max(self._booked_ns, self._mated_ns) if self._was_mated else 0
        self._booked_ns, self._booked_ws = now_ns, self._energy_ws
        if charged_ws or discharged_ws or mated_ns:
            self.add(now_ns, "energy", charged_kwh=charged_ws / 3.6e6,
                     discharged_kwh=discharged_ws / 3.6e6, mated_s=mated_ns * 1e-9)  # fmt: skip
