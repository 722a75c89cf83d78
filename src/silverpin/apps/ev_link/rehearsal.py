"""A first session in memory, so that no vehicle pays for what is done once.

Reading and writing a message for the first time makes its class and compiles its code: up to some
ten milliseconds a turn, in the loop that ticks the charger. A rehearsal does it before anybody
comes. It may run in a thread, as long as nobody talks yet: what it makes is shared.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from random import Random

from silverpin.domain.quantities import NS_PER_S
from silverpin.protocols.admission import DIN, ISO20
from silverpin.protocols.iso15118.car import Car, CarWish, Plan
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.machine import Ending
from silverpin.protocols.iso15118.sides import ChargerSide, ControlMode, Insulation, Service, Stage
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint

_VOLTS = 400.0
_TURNS_MAX = 200
_LOOPS = 2
_SERVICES = {
    True: (Service.DC_BPT, Service.DC),
    False: (Service.AC_BPT, Service.AC),
}
"""Services of direct current, and of alternating."""


def rehearse(protocols: Iterable[str], *, direct_current: bool) -> bool:
    """Hold every kind of session of these protocols; return whether all came to their end."""
    plans = list(_plans(protocols, _SERVICES[direct_current]))
    return sum(map(_held, plans)) == len(plans)  # all of them, whatever the first comes to


def _plans(protocols: Iterable[str], services: tuple[Service, ...]) -> Iterator[Plan]:
    for protocol in protocols:
        if protocol == ISO20:
            for service, control in product(services, ControlMode):
                yield Plan(services=(service,), controls=(control,))
        elif protocol != DIN or Service.DC in services:
            yield Plan(protocols=(protocol,), services=services)


def _held(plan: Plan) -> bool:
    """Both ends in one hand; everything that either would wait for is so already."""
    side = ChargerSide(
        services=plan.services, insulation=Insulation.SAFE, voltage_v=_VOLTS, voltage_on=True,
        power_on=True, charge_max_a=10.0, discharge_max_a=10.0, charge_max_w=4e3,
        discharge_max_w=4e3,
    )  # fmt: skip
    charger = ChargerEndpoint(offered=plan.protocols, chance=Random(0), now_ns=0)
    vehicle = VehicleEndpoint(plan)
    said, now_ns, loops = vehicle.start(0).send, 0, 0
    for _ in range(_TURNS_MAX):
        if vehicle.ending is not None:
            return vehicle.ending is Ending.BY_VEHICLE
        now_ns += NS_PER_S // 5
        told = charger.receive(said, side, now_ns) if said else charger.tick(side, now_ns)
        loops += vehicle.told.stage is Stage.POWER
        wish = CarWish.STOP if loops > _LOOPS else CarWish.GO_ON
        car = Car(inlet_v=_VOLTS, battery_v=_VOLTS, contactor_closed=True, wish=wish)
        heard = vehicle.receive(told.send, car, now_ns) if told.send else vehicle.tick(car, now_ns)
        said = heard.send
    return False
