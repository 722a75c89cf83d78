"""A conversation with nobody, so that the first vehicle is answered as fast as the second.

Grammars and message classes are made when they are first used, which takes tens of milliseconds:
too long for a turn between two ticks. One session of each protocol, played to its end in memory
before anybody can connect, has them all made. It is meant for a thread.
"""

from collections.abc import Iterable
from random import Random

from silverpin.domain.quantities import NS_PER_MS
from silverpin.protocols.admission import DIN
from silverpin.protocols.iso15118.car import Car, CarWish, Plan
from silverpin.protocols.iso15118.endpoint import ChargerEndpoint
from silverpin.protocols.iso15118.sides import ChargerSide, Insulation, Service
from silverpin.protocols.iso15118.vehicle_endpoint import VehicleEndpoint

_STEP_NS = 100 * NS_PER_MS
_STEPS_MAX, _LOOPS = 200, 30
_VOLTS = 400.0
_SERVICES = {True: (Service.DC_BPT, Service.DC), False: (Service.AC_BPT, Service.AC)}


def rehearse(protocols: Iterable[str], *, direct_current: bool) -> bool:
    """Play a session of each of *protocols*; return whether all came to their end."""
    served = [each for each in protocols if direct_current or each != DIN]
    return sum(_played(each, _SERVICES[direct_current]) for each in served) == len(served)


def _played(protocol: str, services: tuple[Service, ...]) -> bool:
    side = ChargerSide(
        services=services, voltage_v=_VOLTS, charge_max_a=10.0, discharge_max_a=10.0,
        charge_max_w=4_000.0, discharge_max_w=4_000.0, insulation=Insulation.SAFE,
        voltage_on=True, power_on=True,
    )  # fmt: skip
    charger = ChargerEndpoint(offered=(protocol,), chance=Random(0), now_ns=0)
    vehicle = VehicleEndpoint(Plan(protocols=(protocol,), services=services))
    said = vehicle.start(0).send
    for step in range(_STEPS_MAX):
        now_ns = step * _STEP_NS
        wish = CarWish.STOP if step > _LOOPS else CarWish.GO_ON
        car = Car(inlet_v=_VOLTS, battery_v=_VOLTS, contactor_closed=True, wish=wish)
        said = said or vehicle.tick(car, now_ns).send
        while said:
            said = vehicle.receive(charger.receive(said, side, now_ns).send, car, now_ns).send
        if charger.ending is not None:
            return vehicle.told.charge_max_w is not None
    return False
