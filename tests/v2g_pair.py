"""A charger's and a vehicle's endpoint face to face in virtual time, with a toy of what they drive.

`Pair.run` plays until both have ended or a condition holds. The toy charger tests insulation,
follows the pre-charge and switches on when the vehicle asks for power; the toy car closes its
contactor when told. Nothing of the plant is in it: it is there for the order of messages.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from random import Random
from typing import Any, NamedTuple

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.protocols import v2gtp
from silverpin.protocols.exi import messages
from silverpin.protocols.iso15118.car import Car, Plan
from silverpin.protocols.iso15118.contract20 import Contracts
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.machine import PausedSession
from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode, Insulation, Service, Stage
from silverpin.protocols.iso15118.turn import Happening, Turn, What
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint

STEP_NS = 10 * NS_PER_MS
EVERY_SERVICE = (Service.DC_BPT, Service.DC, Service.AC_BPT, Service.AC)
READY = ChargerSide(
    services=EVERY_SERVICE,
    unix_s=1.79e9,
    voltage_max_v=500.0,
    charge_max_a=100.0,
    discharge_max_a=80.0,
    charge_max_w=40_000.0,
    discharge_max_w=30_000.0,
    energy_wh=1234.0,
)
"""A charger that can do everything and has nothing on."""


class Said(NamedTuple):
    """One message on the wire."""

    by_vehicle: bool
    name: str
    message: Any


def element(name: str, message: Any) -> tuple[str, Any]:
    """Return name and content of what a body wraps; other messages as they are."""
    body = getattr(message, "Body", None)
    rows = ((row.name, getattr(body, row.name)) for row in fields(body)) if body else ()
    return next(((name, content) for name, content in rows if content is not None), (name, message))


class Pair:
    """Both ends of one connection."""

    def __init__(
        self,
        plan: Plan,
        *,
        side: ChargerSide = READY,
        car: Car | None = None,
        offered: tuple[str, ...] = ("iso20",),
        resume: PausedSession | None = None,
        identity: bytes | None = None,
        contracts: Contracts | None = None,
        negative_discharge_limits: bool = False,
        seed: int = 1,
        pieces: int | None = None,
    ) -> None:
        self.now_ns = 0
        self.side = side
        self.car = car or Car(unix_s=1.79e9, wanted_a=50.0)
        self.charger = ChargerEndpoint(
            offered=offered,
            chance=Random(seed),
            now_ns=0,
            resume=resume,
            identity=identity,
            contracts=contracts,
            negative_discharge_limits=negative_discharge_limits,
        )
        self.vehicle = VehicleEndpoint(plan)
        self.said: list[Said] = []
        self.happenings: list[Happening] = []
        self.vehicle_happenings: list[Happening] = []
        self.closes_in_ns = 300 * NS_PER_MS
        self.voltage_stays_v: float | None = None
        """Where the charger's voltage stays, whatever pre-charge asks for."""
        self._pieces = pieces
        self._closing_ns: int | None = None
        self._insulated_ns: int | None = None
        self.sent_to_charger = b""
        self.sent_to_vehicle = b""
        """What is on the wire, either way."""
        self.last_request = b""
        self.last_answer = b""

    @property
    def names(self) -> list[str]:
        """Every message's name, in order."""
        return [said.name for said in self.said]

    @property
    def requests(self) -> list[str]:
        """Names of the vehicle's messages, each run of the same one once."""
        asked = [said.name for said in self.said if said.by_vehicle]
        return [n for i, n in enumerate(asked) if i == 0 or asked[i - 1] != n]

    @property
    def on_the_wire(self) -> bool:
        """Whether something was sent that has not arrived."""
        return bool(self.sent_to_charger or self.sent_to_vehicle)

    def charger_is_at(self, stage: Stage) -> bool:
        """Whether the charger has come to *stage* and has said so."""
        return self.charger.told.stage is stage and bool(self.sent_to_vehicle)

    def answers(self, name: str) -> list[Any]:
        """Every message of that name."""
        return [said.message for said in self.said if said.name == name]

    def told(self, what: What) -> list[str]:
        """What the charger's end told of *what*."""
        return [h.words for h in self.happenings if h.what is what]

    def run(self, until: Callable[["Pair"], bool] | None = None, seconds: float = 120.0) -> "Pair":
        """Play until the end, or until *until* holds; a test that waits longer has failed."""
        if not self.said:
            self._from_vehicle(self.vehicle.start(self.now_ns))
        end_ns = self.now_ns + int(seconds * NS_PER_S)
        while self.now_ns < end_ns:
            if (until and until(self)) or (self.charger.ending and self.vehicle.ending):
                return self
            self.step()
        raise AssertionError(f"nothing after {seconds} s; last of all {self.names[-3:]}")

    def until_power(self) -> "Pair":
        """Play until the charge loop has been answered five times."""
        return self.run(lambda pair: sum(n.endswith("ChargeLoopRes") for n in pair.names) >= 5)

    def until_said(self, count: int) -> "Pair":
        """Play until so many messages have been said in all."""
        return self.run(lambda pair: len(pair.said) >= count, seconds=200.0)

    def joins(self) -> bool:
        """Whether the vehicle's session is one that was paused."""
        self.run(lambda pair: "SessionSetupRes" in pair.names)
        return bool(self.charger.told.resumed)

    def step(self) -> None:
        """Deliver what is on the wire; when both are quiet, let one tick pass."""
        if self.sent_to_charger:
            sent, self.sent_to_charger = self.sent_to_charger, b""
            for piece in self._cut(sent):
                self._from_charger(self.charger.receive(piece, self.side, self.now_ns))
        elif self.sent_to_vehicle:
            sent, self.sent_to_vehicle = self.sent_to_vehicle, b""
            for piece in self._cut(sent):
                self._from_vehicle(self.vehicle.receive(piece, self.car, self.now_ns))
        elif self.charger.ending and not self.vehicle.ending:
            self._from_vehicle(self.vehicle.vanished())
        elif self.vehicle.ending and not self.charger.ending:
            self._from_charger(self.charger.vanished())
        else:
            self.now_ns += STEP_NS
            self._nature()
            self._from_charger(self.charger.tick(self.side, self.now_ns))
            self._from_vehicle(self.vehicle.tick(self.car, self.now_ns))

    def wish(self, **changes: Any) -> None:
        """Change the car."""
        self.car = replace(self.car, **changes)

    def change(self, **changes: Any) -> None:
        """Change the charger's side."""
        self.side = replace(self.side, **changes)

    def _cut(self, data: bytes) -> list[bytes]:
        size = self._pieces or max(1, len(data))
        return [data[at : at + size] for at in range(0, len(data), size)]

    def _from_vehicle(self, turn: Turn) -> None:
        self.vehicle_happenings += turn.happenings
        self.sent_to_charger += turn.send
        self.last_request = turn.send or self.last_request
        self._overhear(turn.send, by_vehicle=True)

    def _from_charger(self, turn: Turn) -> None:
        self.happenings += turn.happenings
        self.sent_to_vehicle += turn.send
        self.last_answer = turn.send or self.last_answer
        self._overhear(turn.send, by_vehicle=False)

    def _overhear(self, data: bytes, *, by_vehicle: bool) -> None:
        for frame in v2gtp.FrameReader().feed(data):
            assert isinstance(frame, v2gtp.Frame)
            agreed = {"din": "din", "iso2": "iso2"}.get(self.vehicle.told.protocol or "", "sap")
            schema = v2gtp.SCHEMAS.get(frame.payload_type, agreed if self.said[1:] else "sap")
            name, message, trailing = messages(schema).decode(frame.body)
            assert trailing == b""
            self.said.append(Said(by_vehicle, *element(name, message)))

    def _nature(self) -> None:
        """Both follow what the conversation wants of them."""
        told, hands = self.charger.told, self.vehicle.hands
        if told.stage is Stage.STOPPING:
            self.change(insulation=Insulation.UNTESTED)
        if told.stage is Stage.CABLE_CHECK and self.side.insulation is Insulation.UNTESTED:
            self.change(insulation=Insulation.TESTING)
            self._insulated_ns = self.now_ns + self.closes_in_ns
        if self._insulated_ns and self.now_ns >= self._insulated_ns:
            self._insulated_ns = None
            self.change(insulation=Insulation.SAFE)
        if told.stage is Stage.PRE_CHARGE and told.target_v:
            volts = told.target_v if self.voltage_stays_v is None else self.voltage_stays_v
            self.change(voltage_v=volts, voltage_on=True)
        self._switch(on=told.stage in (Stage.STARTING, Stage.POWER) and hands.pilot_c)
        self._flow(told.stage is Stage.POWER)
        self.wish(contactor_closed=hands.contactor, inlet_v=self.side.voltage_v)

    def _switch(self, *, on: bool) -> None:
        if not on:
            self._closing_ns = None
            self.change(power_on=False, contactor_open=True)
        elif self._closing_ns is None:
            self._closing_ns = self.now_ns + self.closes_in_ns
        elif self.now_ns >= self._closing_ns:
            self.change(power_on=True, contactor_open=False)

    def _flow(self, power: bool) -> None:
        """Current follows the vehicle at once, within the charger's limits."""
        side, told = self.side, self.charger.told
        wanted_a = told.target_a or 0.0
        if told.control is ControlMode.DYNAMIC and side.voltage_v:
            wanted_a = side.set_w / side.voltage_v
        held_a = min(max(wanted_a, -side.discharge_max_a), side.charge_max_a)
        current_a = held_a if power and side.power_on and side.voltage_v else 0.0
        self.change(current_a=current_a, power_w=current_a * side.voltage_v)
