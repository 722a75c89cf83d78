"""Chargers and vehicles on one power line, in virtual time."""

import heapq
import random
from collections.abc import Callable
from itertools import count

from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.protocols.slac import messages as mme
from silverpin.protocols.slac.charger import ChargerMatching
from silverpin.protocols.slac.frames import Frame, SlacError, unpack
from silverpin.protocols.slac.messages import Message
from silverpin.protocols.slac.states import PilotWish, VehicleStage
from silverpin.protocols.slac.vehicle import VehicleMatching
from tests.power_line import Modem, PowerLine

Drops = Callable[[int, Message, Frame], bool]
ON_CABLE_DB, NEXT_CABLE_DB = 30.0, 55.0
_HOP_NS = NS_PER_MS
_STUCK = 100


def station(number: int, kind: int) -> bytes:
    return bytes([2, kind, 0, 0, 0, number])


class Street:
    """Steps to whatever is due next; `plugs` says which vehicle is on which charger's cable."""

    def __init__(self, seed: int = 1, *, chargers: int = 1, vehicles: int = 1) -> None:
        chance = random.Random(seed)
        self.now_ns = 0
        self.line = PowerLine(chance)
        self.drops: Drops = lambda _port, _message, _frame: False
        self.heard: list[tuple[int, int, Message]] = []
        """Instant, port and message of all that was sent."""
        self.plugs: dict[int, int] = {}
        self._order = count()
        self._flying: list[tuple[int, int, int, bytes]] = []
        self._wishes: dict[int, PilotWish] = {}
        for number in range(chargers):
            self.line.add(Modem(mac=station(number, 0xCA)))
        for number in range(vehicles):
            self.line.add(Modem(mac=station(number, 0xEA)))
        for charger in range(chargers):
            for vehicle in range(vehicles):
                self.line.between(charger, chargers + vehicle, NEXT_CABLE_DB)
        self.chargers = [
            ChargerMatching(station(n, 0xC0), random.Random(chance.random()), 0)
            for n in range(chargers)
        ]
        self.vehicles = [
            VehicleMatching(station(n, 0xE0), random.Random(chance.random()))
            for n in range(vehicles)
        ]
        self._machines: list[ChargerMatching | VehicleMatching] = [*self.chargers, *self.vehicles]

    def plug(self, vehicle: int, charger: int, attenuation_db: float = ON_CABLE_DB) -> None:
        self.plugs[vehicle] = charger
        self.line.between(charger, len(self.chargers) + vehicle, attenuation_db)
        self.chargers[charger].pilot_is(CpState.B, self.now_ns)
        self.vehicles[vehicle].begin(self.now_ns)
        self._flush()

    def pull(self, vehicle: int) -> None:
        charger = self.plugs.pop(vehicle)
        self.vehicles[vehicle].stop()
        self.chargers[charger].pilot_is(CpState.A, self.now_ns)
        self._flush()

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, at most so long."""
        end_ns = self.now_ns + round(seconds * NS_PER_S)
        self._flush()
        stuck = 0
        while not until():
            due = self._due_ns()
            if due is None or due > end_ns:
                self.now_ns = end_ns
                self._tick()
                return
            stuck = stuck + 1 if due <= self.now_ns else 0
            assert stuck < _STUCK, "something is due for ever"
            self.now_ns = max(self.now_ns, due)
            self._land()
            self._tick()

    def sent(self, kind: type[Message], port: int | None = None) -> list[Message]:
        return [m for _, at, m in self.heard if isinstance(m, kind) and port in (None, at)]

    def say(self, port: int, message: Message, destination: bytes, source: bytes) -> None:
        """Put a message of a stranger's on the line."""
        self._send(port, message.frame(destination, source).pack())

    def _due_ns(self) -> int | None:
        due = [machine.next_ns for machine in self._machines]
        due += [self._flying[0][0]] if self._flying else []
        if any(v.stage is VehicleStage.VALIDATING for v in self.vehicles):
            due.append(self.now_ns + 50 * NS_PER_MS)
        return min((instant for instant in due if instant is not None), default=None)

    def _land(self) -> None:
        while self._flying and self._flying[0][0] <= self.now_ns:
            _, _, port, octets = heapq.heappop(self._flying)
            chargers = len(self.chargers)
            if port < chargers:
                self.chargers[port].receive(octets, self.now_ns)
            elif port - chargers < len(self.vehicles):
                self.vehicles[port - chargers].receive(octets, self.now_ns)

    def _tick(self) -> None:
        for machine in self._machines:
            machine.tick(self.now_ns)
        self._pilots()
        self._flush()

    def _pilots(self) -> None:
        for vehicle, charger in self.plugs.items():
            wish = self.chargers[charger].wish
            was = self._wishes.get(charger)
            if wish is PilotWish.DIGITAL and was is PilotWish.STATE_E:
                self.vehicles[vehicle].begin(self.now_ns)
            if wish is PilotWish.STATE_E and was is not wish:
                self.vehicles[vehicle].stop()
            self._wishes[charger] = wish
            state = CpState.E if wish is PilotWish.STATE_E else None
            state = state or self.vehicles[vehicle].pilot(self.now_ns)
            self.chargers[charger].pilot_is(state, self.now_ns)

    def _flush(self) -> None:
        for port, machine in enumerate(self._machines):
            for octets in machine.output():
                self._send(port, octets)

    def _send(self, port: int, octets: bytes) -> None:
        try:
            frame = unpack(octets)
            message = mme.read(frame)
        except SlacError:
            message = None
        if message is not None:
            self.heard.append((self.now_ns, port, message))
            if self.drops(port, message, frame):
                return
        for other, arrived in self.line.send(port, octets):
            at_ns = self.now_ns + _HOP_NS
            heapq.heappush(self._flying, (at_ns, next(self._order), other, arrived))
