"""A vehicle that can give energy back: its battery, its limits, its side of the pilot.

Battery: open-circuit voltage linear in the state of charge, one internal resistance. The vehicle
tapers charging above 90 % and stops giving below its floor; it closes its own contactors only in
state C, and it answers a pilot it can read.
"""

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.observation import CpState


class Vehicle:
    """One vehicle, plugged or not."""

    __slots__ = ("_internal_ohm", "_stored_j", "capacity_kwh", "charge_max_a", "discharge_max_a",
                 "floor_soc", "loss_ws", "plugged", "ready", "since_ns")  # fmt: skip

    def __init__(self, kind: ConnectorSet, capacity_kwh: float, state_of_charge: float) -> None:
        self.capacity_kwh = capacity_kwh
        self._stored_j = state_of_charge * capacity_kwh * 3.6e6
        self._internal_ohm = 0.06 if kind.direct_current else 0.0
        self.charge_max_a = kind.rating_a
        self.discharge_max_a = kind.rating_a
        self.floor_soc = 0.10
        self.plugged = False
        self.ready = False
        self.since_ns = 0
        self.loss_ws = 0.0

    @property
    def state_of_charge(self) -> float:
        """Share of the capacity that is stored, 0..1."""
        return self._stored_j / (self.capacity_kwh * 3.6e6)

    @property
    def stored_ws(self) -> float:
        """Energy stored. [W s]"""
        return self._stored_j

    def open_circuit_v(self) -> float:
        """Return the battery's voltage without current."""
        return 345.0 + 75.0 * self.state_of_charge

    def terminal_v(self, current_a: float) -> float:
        """Return the voltage at the vehicle's inlet."""
        return self.open_circuit_v() + self._internal_ohm * current_a

    def absorb(self, charge_as: float, square_a2s: float) -> float:
        """Take a step's charge and squared current; return the energy at the inlet. [W s]"""
        gained = self.open_circuit_v() * charge_as
        lost = self._internal_ohm * square_a2s
        self._stored_j += gained
        self.loss_ws += lost
        return gained + lost

    def absorb_energy(self, energy_ws: float, efficiency: float) -> None:
        """Take energy through an on-board converter that loses its share either way. [W s]"""
        stored = energy_ws * efficiency if energy_ws > 0.0 else energy_ws / efficiency
        self._stored_j += stored
        self.loss_ws += energy_ws - stored

    def limits_a(self) -> tuple[float, float]:
        """Return the most it takes and gives now, unsigned: the taper and the floor."""
        soc = self.state_of_charge
        taper = min(1.0, max(0.0, (1.0 - soc) / 0.1))
        floor = min(1.0, max(0.0, (soc - self.floor_soc) / 0.02))
        return self.charge_max_a * taper, self.discharge_max_a * floor

    def plug(self, now_ns: int) -> None:
        """Put the plug in. Idempotent."""
        if not self.plugged:
            self.plugged, self.ready, self.since_ns = True, False, now_ns

    def unplug(self) -> None:
        """Take the plug out. Idempotent."""
        self.plugged = self.ready = False

    def react(self, now_ns: int, duty: float) -> None:
        """Follow the pilot: ready half a second after it is offered, not ready without it."""
        offered = 0.03 <= duty <= 0.97
        if not self.plugged or not offered:
            self.ready = False
            self.since_ns = now_ns
        elif not self.ready and now_ns - self.since_ns >= 500_000_000:
            self.ready = True

    def pilot_state(self) -> CpState:
        """Return the state that its resistor sets."""
        if not self.plugged:
            return CpState.A
        return CpState.C if self.ready else CpState.B
