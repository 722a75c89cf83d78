"""A vehicle that can give energy back: its battery, its limits, its side of the pilot.

Battery: open-circuit voltage linear in the state of charge, one internal resistance. The vehicle
tapers charging above 90 % and stops giving below its floor. It closes its own switches half a
second after the pilot offers, and opens them a fifth of a second after the offer ends: while they
are closed, a DC vehicle holds its battery's voltage on the pins, whatever the charger does.

A vehicle that talks is ready on the pilot (`in_c`) and closes its switches (`ready`) when its
controller says so, each by itself; that the offer ended opens them all the same.
"""

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.observation import CpState

_TAKES_NS, _LETS_GO_NS = 500_000_000, 200_000_000
_SWITCH_NS = 100_000_000
"""Its switches take so long, either way, once its controller has said so."""
_TAPER_SOC, _FLOOR_SOC = 0.10, 0.02
"""Below full and above the floor, current comes down over this much of the charge."""


class Vehicle:
    """One vehicle, plugged or not."""

    __slots__ = ("_full_ws", "_internal_ohm", "_offered", "_since_ns", "_told",
                 "capacity_kwh", "charge_max_a", "discharge_max_a", "floor_soc", "in_c", "loss_ws",
                 "phases", "plugged", "ready", "silent", "stored_ws", "talks")  # fmt: skip

    def __init__(
        self, kind: ConnectorSet, capacity_kwh: float, state_of_charge: float, phases: int
    ) -> None:
        self.capacity_kwh = capacity_kwh
        self._full_ws = capacity_kwh * 3.6e6
        self.stored_ws = state_of_charge * self._full_ws
        """Energy in the battery. [W s]"""
        self._internal_ohm = 0.06 if kind.direct_current else 0.0
        self.charge_max_a = kind.rating_a
        self.discharge_max_a = kind.rating_a
        self.floor_soc = 0.10
        self.phases = phases
        """AC: of its own charger; a single-phase one uses the first and the neutral."""
        self.plugged = False
        self.ready = False
        """Its own switches are closed."""
        self.in_c = False
        """It puts the resistor of state C on the pilot."""
        self.talks = False
        """It has a controller that talks to the charger, and waits for its word."""
        self.silent = False
        """Its controller says nothing, and holds its hardware as it is."""
        self._told = False
        """What its controller wants of the switches."""
        self.loss_ws = 0.0
        self._offered = False
        self._since_ns = 0

    @property
    def state_of_charge(self) -> float:
        """Share of the capacity that is stored, 0..1."""
        return self.stored_ws / self._full_ws

    def open_circuit_v(self) -> float:
        """Return the battery's voltage without current."""
        return 345.0 + 75.0 * self.stored_ws / self._full_ws

    def terminal_v(self, current_a: float) -> float:
        """Return the voltage at the vehicle's inlet."""
        return self.open_circuit_v() + self._internal_ohm * current_a

    def absorb(self, charge_as: float, square_a2s: float) -> float:
        """Take a step's charge and squared current; return the energy at the inlet. [W s]"""
        gained = self.open_circuit_v() * charge_as
        lost = self._internal_ohm * square_a2s
        self.stored_ws += gained
        self.loss_ws += lost
        return gained + lost

    def absorb_energy(self, energy_ws: float, efficiency: float) -> None:
        """Take energy through an on-board converter that loses its share either way. [W s]"""
        stored = energy_ws * efficiency if energy_ws > 0.0 else energy_ws / efficiency
        self.stored_ws += stored
        self.loss_ws += energy_ws - stored

    def limits_a(self) -> tuple[float, float]:
        """Return the most it takes and gives now, unsigned: the taper and the floor."""
        soc = self.stored_ws / self._full_ws
        taper, above = (1.0 - soc) / _TAPER_SOC, (soc - self.floor_soc) / _FLOOR_SOC
        takes_a, gives_a = self.charge_max_a, self.discharge_max_a
        if taper < 1.0:
            takes_a *= max(0.0, taper)
        if above < 1.0:
            gives_a *= max(0.0, above)
        return takes_a, gives_a

    def plug(self, now_ns: int) -> None:
        """Put the plug in. Idempotent."""
        if not self.plugged:
            self.plugged, self._offered, self._since_ns = True, False, now_ns
            self.ready = self.in_c = self._told = False

    def unplug(self) -> None:
        """Take the plug out. Idempotent."""
        self.plugged = self.ready = self.in_c = self._told = False

    def control(self, now_ns: int, in_c: bool, closed: bool) -> None:
        """Do what its controller says, for a vehicle that talks. Idempotent."""
        self.in_c = in_c and self.plugged
        if closed != self._told:
            self._told, self._since_ns = closed, now_ns

    def react(self, now_ns: int, offered: bool) -> None:
        """Follow what the pilot offers at this instant."""
        if offered != self._offered:
            self._offered, self._since_ns = offered, now_ns
        if not self.plugged:
            self.ready = False
        elif self.talks and offered:
            if self._told != self.ready and now_ns - self._since_ns >= _SWITCH_NS:
                self.ready = self._told
            return
        elif offered != self.ready:
            patience_ns = _TAKES_NS if offered else _LETS_GO_NS
            if now_ns - self._since_ns >= patience_ns:
                self.ready = offered
        self.in_c = self.ready and (self.in_c or not self.talks)
        self._told = self._told and self.ready

    def settled(self, offered: bool) -> bool:
        """Return whether it has nothing left to do about what is *offered*."""
        wants = offered and (self._told if self.talks else True)
        return not self.plugged or self.ready == wants

    def pilot_state(self) -> CpState:
        """Return the state that its resistor sets."""
        if not self.plugged:
            return CpState.A
        return CpState.C if self.in_c else CpState.B
