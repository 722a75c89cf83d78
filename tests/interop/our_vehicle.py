"""Our vehicle's end of a conversation over one blocking socket, for a charger that is not ours."""

import socket
import time

from silverpin.domain.quantities import NS_PER_MS
from silverpin.protocols.iso15118.car import Plan
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint
from tests.bench_vehicle import BenchVehicle
from tests.interop.flavours import Flavour
from tests.interop.sockets import Held, received

QUICK_NS = 2 * NS_PER_MS
"""From an answer to the next request where nothing has to wait."""


def plan(flavour: Flavour) -> Plan:
    """Return the plan of a vehicle that wants this kind of session and no other."""
    return Plan(
        protocols=(flavour.protocol,),
        services=(flavour.service,),
        loop_period_ns=QUICK_NS,
        poll_period_ns=QUICK_NS,
    )


def drive(connection: socket.socket, ours: VehicleEndpoint, bench: BenchVehicle) -> Held:
    """Ask the charger until the conversation is over."""
    began = time.perf_counter()
    turn = ours.start(time.monotonic_ns())
    happenings = list(turn.happenings)
    connection.sendall(turn.send)
    while turn.ending is None:
        data = received(connection, ours.deadline_ns)
        now_ns, car = time.monotonic_ns(), bench.car(ours.hands, ours.told)
        if data is None:
            turn = ours.tick(car, now_ns)
        else:
            turn = ours.receive(data, car, now_ns) if data else ours.vanished()
            bench.heard(ours.told)
        if turn.send:
            connection.sendall(turn.send)
        happenings += turn.happenings
    return Held(turn.ending, tuple(happenings), time.perf_counter() - began)
