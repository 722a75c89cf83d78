"""What vehicles of ours say in whole sessions, as octets, one request a piece.

The charger's end is begun with the same seed when they are said again, so that it makes up the same
session and every request fits.
"""

from functools import cache
from random import Random
from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.protocols import v2gtp
from silverpin.protocols.capture.conversation import message_name
from silverpin.protocols.exi import decode
from silverpin.protocols.iso15118.car import Plan
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import ControlMode, Insulation, Service
from silverpin.protocols.iso15118.turn import Turn
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint
from tests.bench_charger import BenchCharger
from tests.bench_vehicle import BenchVehicle
from tests.given_back import content

SEED = 7
STEP_NS = 20 * NS_PER_MS
PATIENCE_NS = 120 * NS_PER_S


class Kind(NamedTuple):
    """One kind of session."""

    protocol: str
    service: Service
    control: ControlMode


KINDS = (
    *(Kind("iso20", service, control) for service in Service for control in ControlMode),
    Kind("iso2", Service.DC, ControlMode.SCHEDULED),
    Kind("iso2", Service.AC, ControlMode.SCHEDULED),
    Kind("din", Service.DC, ControlMode.SCHEDULED),
)


class Talk:
    """Our charger in virtual time, and octets that are given to it as somebody pleases."""

    def __init__(self, kind: Kind, seed: int = SEED) -> None:
        # Nothing of the bench depends on how often it is asked.
        self.bench = BenchCharger((kind.service,), insulation=Insulation.SAFE)
        self.end = ChargerEndpoint(offered=(kind.protocol,), chance=Random(seed), now_ns=0)
        self.now_ns = 0
        self._kind = kind
        self.sent: list[bytes] = []

    @property
    def ending(self) -> Ending | None:
        """How it ended, None while it goes on."""
        return self.end.ending

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Name and response code of every answer."""
        found: list[tuple[str, str]] = []
        for part in v2gtp.FrameReader().feed(b"".join(self.sent)):
            assert isinstance(part, v2gtp.Frame)
            schema = v2gtp.SCHEMAS.get(part.payload_type)
            schema = schema or (self._kind.protocol if found else "sap")
            _, message, _ = decode(schema, part.body)
            found.append((message_name(message), content(message)["ResponseCode"]))
        return found

    def hear(self, octets: bytes, after_ns: int = STEP_NS) -> bytes:
        """Give octets after a while; return what is answered, at once or when it is so far."""
        self.now_ns += after_ns
        side = self.bench.side(self.end.told)
        return self._said(self.end.receive(octets, side, self.now_ns))

    def wait(self, until_ns: int) -> bytes:
        """Let time pass, with a tick whenever the charger wants one."""
        said = b""
        while self.now_ns < until_ns and not self.ending:
            said += self._tick(until_ns)
        return said

    def ask(self, request: bytes) -> bytes:
        """Give a whole request and wait for its answer, or for the end."""
        said, latest_ns = self.hear(request), self.now_ns + PATIENCE_NS
        while not said and not self.ending:
            said = self._tick(latest_ns)
            assert self.now_ns < latest_ns, "no answer, and no end"
        return said

    def _tick(self, until_ns: int) -> bytes:
        self.now_ns = min(max(self.end.deadline_ns or 0, self.now_ns + 1), until_ns)
        return self._said(self.end.tick(self.bench.side(self.end.told), self.now_ns))

    def _said(self, turn: Turn) -> bytes:
        if turn.send:
            self.sent.append(turn.send)
        return turn.send


@cache
def spoken(kind: Kind) -> tuple[bytes, ...]:
    """Return the requests of a session that goes from negotiation to stop."""
    plan = Plan(protocols=(kind.protocol,), services=(kind.service,), controls=(kind.control,))
    vehicle, bench, talk = VehicleEndpoint(plan), BenchVehicle(loops=4), Talk(kind)
    said = [vehicle.start(0).send]
    while vehicle.ending is None:
        answer = talk.ask(said[-1])
        request = b""
        while not request and vehicle.ending is None:
            talk.now_ns += STEP_NS
            car = bench.car(vehicle.hands, vehicle.told)
            if answer:
                request = vehicle.receive(answer, car, talk.now_ns).send
                bench.heard(vehicle.told)
                answer = b""
            else:
                request = vehicle.tick(car, talk.now_ns).send
        if request:
            said.append(request)
    assert vehicle.ending is Ending.BY_VEHICLE, vehicle.ending
    return tuple(said)
