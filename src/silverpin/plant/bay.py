"""One bay of nature: vehicle, connector, lock, contactor, converter and grid, stepped together.

Actuators are set by `drivers.sim` between steps; a step holds them. Motion inside a step is
integrated exactly where it has a closed form (`physics.ramp`), so a long step and many short ones
agree. The books: energy at the connector = what the battery stored + what battery, contacts and
cable turned into heat; `balance_ws` returns what is missing.

A load-break is a coil that is let go, or a path that is gone, with 5 A or more in it.
"""

from math import exp, inf
from random import Random

from silverpin.domain.connectors import ConnectorSet
from silverpin.plant.connector import Connector
from silverpin.plant.contactor import Contactor
from silverpin.plant.converter import Converter
from silverpin.plant.grid import Grid
from silverpin.plant.lock import Lock
from silverpin.plant.ntc import NtcFault
from silverpin.plant.pilot import PilotLine
from silverpin.plant.vehicle import Vehicle

_BLEED_S = 0.15
"""Time constant with which the pins lose their voltage once nobody holds it."""
_LINK_S = 0.25
"""Time constant with which an inhibited converter's capacitors empty through their resistor."""
_ON_BOARD = 0.95
"""Efficiency of an AC vehicle's own converter."""
_ARC_A = 5.0
_STAGE = 1.3
"""The most that the converter's stage drives, as a share of the connector's rating."""
_PROXIMITY_OHM = {"type2": 220.0, "ccs2": 1_500.0}


class Bay:
    """Nature around one charger."""

    __slots__ = ("_bleed_v", "_held", "_link_v", "_start_ws", "ambient_usual_c", "charged_ws",
                 "connector", "contactor", "converter", "discharged_ws", "duty", "earth_ohm",
                 "estop_pressed", "grid", "insulation_ohm", "kind", "lock", "now_ns", "ntc_faults",
                 "pilot", "proximity_broken", "proximity_ohm", "residual_tripped",
                 "supply_v", "vehicle")  # fmt: skip

    def __init__(
        self, kind: ConnectorSet, rng: Random, *, ambient_c: float, battery_kwh: float,
        state_of_charge: float, slew_a_per_s: float, nominal_hz: float, phases: int = 3,
    ) -> None:  # fmt: skip
        self.kind = kind
        self.now_ns = 0
        self.ambient_usual_c = ambient_c
        self.connector = Connector(kind, rng, ambient_c, phases)
        self.vehicle = Vehicle(kind, battery_kwh, state_of_charge, phases)
        self.lock = Lock(Random(rng.random()))
        self.contactor = Contactor(len(kind.power_pins))
        self.converter = Converter(slew_a_per_s, _STAGE * kind.rating_a)
        self.grid = Grid(rng, nominal_hz)
        self.duty = 1.0
        self.pilot = PilotLine()
        self.proximity_ohm = _PROXIMITY_OHM[kind.kind]
        """The resistor in the plug, read once it is in."""
        self.proximity_broken = False
        self.supply_v = [12.0, 24.0]
        self.estop_pressed = False
        self.residual_tripped = False
        self.earth_ohm = 4.2
        self.insulation_ohm = 2.0e6
        self.ntc_faults: dict[int, NtcFault] = {}
        """Faults of sensors by pin."""
        self.charged_ws = 0.0
        self.discharged_ws = 0.0
        self._held = False
        """Somebody held a voltage on the pins at the last step."""
        self._bleed_v = 0.0
        self._link_v = 0.0
        """On the converter's side of an open contactor."""
        self._start_ws = self.vehicle.stored_ws

    @property
    def phases(self) -> int:
        """How many pairs of conductors carry the current: the vehicle's phases on AC."""
        return 1 if self.kind.direct_current else self.vehicle.phases

    def switch(self, close: bool, inhibit: bool) -> None:
        """Drive the contactor's coil and the converter's inhibit."""
        contactor = self.contactor
        if close != contactor.coil:
            if not close and abs(self.converter.current_a) >= _ARC_A and self.conducting():
                contactor.load_breaks += 1
            contactor.energise(self.now_ns, close)
        self.converter.inhibit = inhibit

    def conducting(self) -> bool:
        """Return whether current has a closed path."""
        vehicle = self.vehicle
        return vehicle.plugged and vehicle.ready and self.contactor.closed(self.now_ns)

    def offered(self) -> bool:
        """Return whether the vehicle sees an offer on the pilot."""
        return 0.03 <= self.duty <= 0.97 and self.pilot.connected()

    def pilot_load(self) -> float:
        """Return what the vehicle puts on the pilot line, infinite for nothing. [ohm]"""
        return self.pilot.load(self.vehicle.plugged, self.vehicle.in_c)

    def proximity(self) -> float:
        """Return the resistance between PP and PE. [ohm]"""
        return inf if self.proximity_broken or not self.vehicle.plugged else self.proximity_ohm

    def voltage_v(self) -> float:
        """Return the voltage on the pins, vehicle side of the contactor."""
        vehicle = self.vehicle
        if self.kind.direct_current:
            if vehicle.plugged and vehicle.ready:
                current_a = self.converter.current_a
                return vehicle.terminal_v(current_a) + self.connector.loop_ohm * current_a
            if self.converter.output_v and self.contactor.closed(self.now_ns):
                return self.converter.output_v
        elif self.contactor.closed(self.now_ns):
            return self.grid.volts
        return self._source_v() if self._held else self._bleed_v

    def link_v(self) -> float:
        """Return the voltage of the converter's DC side: that of the pins while they are joined."""
        joined = self.contactor.closed(self.now_ns)
        return self.voltage_v() if joined else self._link_v

    def across_v(self) -> tuple[float, ...]:
        """Return the voltage across each pole of a DC contactor.

        One open pole takes all of the difference between both sides; two share it through the
        dividers that measure it.
        """
        apart_v = self.voltage_v() - self.link_v()
        now_ns, contactor = self.now_ns, self.contactor
        still = [not contactor.pole(index, now_ns) for index in range(contactor.poles)]
        return tuple(apart_v / sum(still) if parts else 0.0 for parts in still)

    def _source_v(self) -> float:
        """Return the voltage, without current, of what holds the pins."""
        return self.vehicle.open_circuit_v() if self.kind.direct_current else self.grid.volts

    def power_w(self) -> float:
        """Return the power at the connector."""
        return self.phases * self.voltage_v() * self.converter.current_a

    def step(self, dt_ns: int) -> None:
        """Advance everything by *dt_ns*."""
        dt_s = dt_ns * 1e-9
        vehicle, converter, connector = self.vehicle, self.converter, self.connector
        vehicle.react(self.now_ns, self.offered())
        conducting = self.conducting()
        if not conducting and abs(converter.current_a) >= _ARC_A:
            self.contactor.load_breaks += 1
        loop_ohm = connector.loop_ohm
        moved = converter.step(dt_s, conducting)
        if converter.holds_v or converter.output_v:
            self._hold_voltage(dt_s)
        connector.step(dt_s, moved.square)
        if moved.square:
            self._book(moved.integral, moved.square, loop_ohm)
        self._empty_link(dt_s)
        joined = self.contactor.closed(self.now_ns)
        self._bleed(dt_s, vehicle.ready if self.kind.direct_current else joined)
        self.grid.step(dt_s)
        self.now_ns += dt_ns

    def _hold_voltage(self, dt_s: float) -> None:
        """Let the converter bring the pins to a voltage, until the battery is there."""
        self.converter.step_voltage(dt_s)
        if self.vehicle.ready and self.contactor.closed(self.now_ns):
            self.converter.output_v = 0.0
        elif self.contactor.closed(self.now_ns):
            self._bleed_v, self._held = self.converter.output_v, False

    def _empty_link(self, dt_s: float) -> None:
        """Follow the pins while joined to them; else let the converter's capacitors empty."""
        if self.contactor.closed(self.now_ns):
            self._link_v = self.voltage_v()
        elif self._link_v:
            self._link_v *= exp(-dt_s / _LINK_S)

    def _bleed(self, dt_s: float, held: bool) -> None:
        """Let the voltage on the pins go once nobody holds it."""
        if held:
            self._held = True
            return
        if self._held:
            self._held = False
            self._bleed_v = self._source_v()
        if self._bleed_v:
            self._bleed_v *= exp(-dt_s / _BLEED_S)

    def _book(self, charge_as: float, square_a2s: float, loop_ohm: float) -> None:
        if self.kind.direct_current:
            energy_ws = self.vehicle.absorb(charge_as, square_a2s) + loop_ohm * square_a2s
        else:
            energy_ws = self.phases * self.grid.volts * charge_as
            heat_ws = loop_ohm * square_a2s
            self.vehicle.absorb_energy(energy_ws - heat_ws, _ON_BOARD)
        if energy_ws > 0.0:
            self.charged_ws += energy_ws
        else:
            self.discharged_ws -= energy_ws
        self.converter.account(energy_ws)

    def balance_ws(self) -> float:
        """Return what the books miss: energy at the connector less stored and lost. [W s]"""
        through = self.charged_ws - self.discharged_ws
        stored = self.vehicle.stored_ws - self._start_ws
        return through - stored - self.vehicle.loss_ws - self.connector.loss_ws

    def settled(self) -> bool:
        """Return whether nothing moves but current, heat, charge and grid."""
        now_ns, vehicle = self.now_ns, self.vehicle
        closed = self.contactor.closed(now_ns)
        fed = vehicle.ready if self.kind.direct_current else closed or vehicle.ready
        return (
            self.contactor.settled(now_ns)
            and not (self.converter.holds_v or self.converter.output_v)
            and not self.lock.moving(now_ns)
            and vehicle.settled(self.offered())
            and (closed or self._link_v <= 1.0)
            and not (closed and self.converter.runaway_a is not None)
            and (fed or not (self._held or self._bleed_v > 1.0))
        )
