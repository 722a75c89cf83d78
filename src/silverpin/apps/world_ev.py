"""The controller of the simulated vehicle: its end of the conversation, by battery and switches.

It begins once the pilot offers, and once an offer: again only after the offer was away, or when it
was the charger that had stopped. One that is `eager` does not wait for the offer. Who carries the
octets is not for here: `MemoryLink` couples both ends on the World's own clock, `world_ev_network`
lets them meet over TCP.
"""

from dataclasses import dataclass

from silverpin.apps.ev_link.talk import Arrival, Talk
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.plant.bay import Bay
from silverpin.protocols.admission import Carrier, Policy, admitted
from silverpin.protocols.iso15118.car import Car, CarWish, Plan
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import ControlMode, Service, Stage
from silverpin.protocols.iso15118.turn import Turn
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint

_AGAIN_NS = 2 * NS_PER_S
"""A vehicle that the charger has stopped begins again after this, if it is still offered power."""
_TURNS_MAX = 4
"""Exchanges in one instant, while no answer asks for a pause."""
_STEP_MAX_NS = 100 * NS_PER_MS
"""What a pause of the World counts for on the conversation's clock: nothing is late in it."""
_KEEP_ALIVE_NS = 60 * NS_PER_S
_CHANGED_SHARE = 0.01


def plan_for(bay: Bay) -> Plan:
    """Return what the simulated vehicle sets out with: to both sides, and the charger decides."""
    dc = bay.kind.direct_current
    vehicle = bay.vehicle
    both = (Service.DC_BPT, Service.DC) if dc else (Service.AC_BPT, Service.AC)
    capacity_wh = vehicle.capacity_kwh * 1e3
    volts = 450.0 if dc else vehicle.phases * bay.grid.nominal_v
    return Plan(
        services=both,
        controls=(ControlMode.DYNAMIC, ControlMode.SCHEDULED),
        charge_max_a=vehicle.charge_max_a, discharge_max_a=vehicle.discharge_max_a,
        charge_max_w=vehicle.charge_max_a * volts, discharge_max_w=vehicle.discharge_max_a * volts,
        phases=vehicle.phases, energy_target_wh=0.8 * capacity_wh, energy_max_wh=capacity_wh,
    )  # fmt: skip


class SimulatedCar:
    """One vehicle's controller, from plug to plug."""

    def __init__(self, bay: Bay, plan: Plan | None = None) -> None:
        self._bay = bay
        self.plan = plan or plan_for(bay)
        self.wish = CarWish.GO_ON
        self.wanted_a: float | None = None
        """Where it decides itself, the current that it asks for; None for all its battery takes."""
        self.endpoint: VehicleEndpoint | None = None
        self.ending: Ending | None = None
        """How the last conversation ended."""
        self.eager = False
        """It begins as soon as its plug is in, as one does whose modem has found the charger's."""
        self._rests = False
        """It has talked under this offer."""
        self._again_ns: int | None = None
        bay.vehicle.talks = True

    @property
    def begins(self) -> bool:
        """Whether it wants to open a conversation now."""
        bay = self._bay
        if not (bay.vehicle.plugged and (self.eager or bay.offered())):
            self._rests, self._again_ns = False, None
            return False
        again = self._again_ns is not None and bay.now_ns >= self._again_ns
        return self.endpoint is None and not self.silent and (again or not self._rests)

    @property
    def silent(self) -> bool:
        """Whether it hears nothing and says nothing."""
        return self._bay.vehicle.silent

    @property
    def plugged(self) -> bool:
        """Whether its plug is in."""
        return self._bay.vehicle.plugged

    @property
    def limits_a(self) -> tuple[float, float]:
        """The most that its battery takes and gives now."""
        return self._bay.vehicle.limits_a()

    @property
    def deadline_ns(self) -> int | None:
        """When `tick` has something to do at the latest, on the carrier's clock."""
        return self.endpoint.deadline_ns if self.endpoint else None

    def begin(self, now_ns: int) -> bytes:
        """Open a conversation; return its first octets."""
        self._rests, self._again_ns, self.ending = True, None, None
        self.endpoint = endpoint = VehicleEndpoint(self.plan)
        return self._take(endpoint, endpoint.start(now_ns))

    def receive(self, octets: bytes, now_ns: int) -> bytes:
        """Take what the charger sent; return what is to be sent."""
        if self.endpoint is None or self.silent:
            return b""
        return self._take(self.endpoint, self.endpoint.receive(octets, self.car(), now_ns))

    def tick(self, now_ns: int) -> bytes:
        """Let time pass; return what is to be sent."""
        if self.endpoint is None or self.silent:
            return b""
        return self._take(self.endpoint, self.endpoint.tick(self.car(), now_ns))

    def lost(self) -> None:
        """Note that the connection is gone."""
        if self.endpoint is not None:
            self._take(self.endpoint, self.endpoint.vanished())

    def leave(self) -> None:
        """Drop the conversation without a word: the plug is out, or the battery is dead."""
        self.endpoint = None
        self._bay.vehicle.control(self._bay.now_ns, False, False)

    def car(self) -> Car:
        """Return the vehicle as it is at this turn."""
        bay, vehicle = self._bay, self._bay.vehicle
        amps = bay.converter.current_a
        charge_a, discharge_a = vehicle.limits_a()
        return Car(
            inlet_v=bay.voltage_v(), battery_v=vehicle.open_circuit_v(),
            state_of_charge=vehicle.state_of_charge, current_a=amps, power_w=bay.power_w(),
            wanted_a=charge_a if self.wanted_a is None else self.wanted_a,
            contactor_closed=vehicle.ready, wish=self.wish,
            charge_max_a=charge_a, discharge_max_a=discharge_a,
        )  # fmt: skip

    def _take(self, endpoint: VehicleEndpoint, turn: Turn) -> bytes:
        hands, bay = endpoint.hands, self._bay
        bay.vehicle.control(bay.now_ns, hands.pilot_c, hands.contactor)
        if turn.ending is not None:
            self.endpoint, self.ending = None, turn.ending
            if turn.ending is Ending.BY_CHARGER:
                self._again_ns = bay.now_ns + _AGAIN_NS
        return turn.send


IN_MEMORY = Arrival(admitted(Policy.OPEN, Carrier.PLAIN), "in memory")
"""How the vehicle comes to a charger without a network."""


@dataclass(slots=True)
class MemoryLink:
    """Both ends on one clock, without a network.

    The clock of a conversation moves with the World's, but no pause of the World is longer than
    `_STEP_MAX_NS` on it. While nothing else moves, loops that would say the same are left out
    (`skip`), as the World leaves out ticks: each of them would have renewed both sides' timers.
    """

    car: SimulatedCar
    talk: Talk
    skip: bool = False
    arrival: Arrival = IN_MEMORY
    _number: int = 0
    _clock_ns: int = 0
    _seen_ns: int = 0
    _said_ns: int = 0
    _said: tuple[object, ...] = ()
    _on_way: bytes = b""
    """Said by the vehicle, and not yet heard."""
    _broke: bool = False
    """The connection broke, and the charger has not looked since: a dead one never will."""

    def step(self, now_ns: int) -> None:
        """Carry what is due at this instant."""
        passed_ns, self._seen_ns = now_ns - self._seen_ns, now_ns
        if not self.car.plugged:
            self.hang_up()
        if self._broke:
            self._broke = False
            if self.talk.busy:
                self.talk.lost(self._number)
        if not self.car.plugged:
            return
        if self.skip and self.quiet() and not self._due(now_ns):
            return
        self._clock_ns += min(passed_ns, _STEP_MAX_NS)
        if self._speak() and self.skip:
            self._said_ns, self._said = now_ns, self._state()

    def hang_up(self) -> None:
        """Let the connection break: the vehicle has none, the charger finds out when it looks."""
        self._on_way, self._broke = b"", True
        if self.car.endpoint is not None:
            self.car.leave()

    def quiet(self) -> bool:
        """Return whether nothing is under way in the conversation."""
        told = self.talk.told
        if told is None:
            return not self.car.begins
        return told.stage is Stage.POWER and self.car.wish is CarWish.GO_ON and not self.car.silent

    def _speak(self) -> bool:
        """Let both speak as far as they have something to say; return whether they did."""
        car, talk, now_ns = self.car, self.talk, self._clock_ns
        if car.begins:
            self._number = talk.begin(self.arrival, now_ns)
            self._on_way = car.begin(now_ns)
        elif not self._on_way:
            held = talk.tick(now_ns)
            self._on_way = (car.receive(held, now_ns) if held else b"") or car.tick(now_ns)
        for turn in range(_TURNS_MAX):
            if not self._on_way:
                return turn > 0
            answer = talk.receive(self._on_way, now_ns)
            self._on_way = car.receive(answer, now_ns) if answer else b""
        return True

    def _due(self, now_ns: int) -> bool:
        """Return whether a loop would say something new, or is owed once in a while."""
        return now_ns - self._said_ns >= _KEEP_ALIVE_NS or self._state() != self._said

    def _state(self) -> tuple[object, ...]:
        """Return what a loop tells either way, as coarse as it matters."""
        told = self.talk.told
        if told is None or told.stage is not Stage.POWER:
            return ()
        amps = (round(row, 0) for row in self.car.limits_a)
        return (self.car.wish, *amps, *self.talk.gist())
