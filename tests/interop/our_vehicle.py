"""Our vehicle's end of a real connection, for a charger that is not ours."""

import time

from silverpin.domain.quantities import NS_PER_MS
from silverpin.drivers.v2g.tls import TlsSide
from silverpin.drivers.v2g.vehicle import meet
from silverpin.protocols.iso15118.car import Plan
from silverpin.protocols.iso15118.turn import Turn
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint
from tests.bench_vehicle import BenchVehicle
from tests.interop.flavours import Flavour
from tests.interop.held import End, Held, converse

QUICK_NS = 2 * NS_PER_MS
"""From an answer to the next request where nothing has to wait."""


def plan(flavour: Flavour, loop_period_ns: int = QUICK_NS) -> Plan:
    """Return the plan of a vehicle that wants this kind of session and no other."""
    return Plan(
        protocols=(flavour.protocol,),
        services=(flavour.service,),
        controls=(flavour.control,),
        loop_period_ns=loop_period_ns,
        poll_period_ns=QUICK_NS,
    )


async def our_vehicle(port: int, side: TlsSide | None, plan: Plan, bench: BenchVehicle) -> Held:
    """Charge at the charger that listens on *port* of ::1."""
    connection = await meet("::1", port, side)
    ours = VehicleEndpoint(plan)

    def turn(data: bytes | None, now_ns: int) -> Turn:
        car = bench.car(ours.hands, ours.told)
        if data is None:
            return ours.tick(car, now_ns)
        if not data:
            return ours.vanished()
        found = ours.receive(data, car, now_ns)
        bench.heard(ours.told)
        return found

    first = ours.start(time.monotonic_ns())
    return await converse(connection, End(lambda: ours.deadline_ns, turn), first)
