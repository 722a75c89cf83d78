"""Chargers' ports with somebody at the plug and a hand on the clock, one rig a set of drivers."""

from collections.abc import Callable
from random import Random
from typing import Protocol

from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.quantities import NS_PER_MS
from silverpin.drivers.sim import sim_ports
from silverpin.plant.bay import Bay
from silverpin.ports import Ports


class Rig(Protocol):
    """A charger's ports, with the means to try them."""

    ports: Ports
    pins: int
    kind: str
    """The kind of connector."""

    def now_ns(self) -> int:
        """Return the drivers' clock."""

    def wait(self, ms: int) -> None:
        """Let time pass without anybody calling a driver."""

    def plug(self) -> None:
        """Put a vehicle's plug in."""

    def unplug(self) -> None:
        """Take it out."""


class SimRig:
    """Simulated nature."""

    def __init__(self, connector: str) -> None:
        kind = CONNECTOR_SETS[connector]
        self.pins = len(kind.power_pins)
        self.kind = kind.kind
        self.bay = Bay(
            kind, Random(1), ambient_c=25.0, battery_kwh=60.0, state_of_charge=0.5,
            slew_a_per_s=50.0, nominal_hz=50.0,
        )  # fmt: skip
        self.ports = sim_ports(self.bay, Random(2))

    def now_ns(self) -> int:
        return self.bay.now_ns

    def wait(self, ms: int) -> None:
        for _ in range(ms):
            self.bay.step(NS_PER_MS)

    def plug(self) -> None:
        self.bay.vehicle.plug(self.bay.now_ns)

    def unplug(self) -> None:
        self.bay.vehicle.unplug()


RIGS: dict[str, Callable[[], Rig]] = {
    "sim ccs2-80a": lambda: SimRig("ccs2-80a"),
    "sim type2-32a": lambda: SimRig("type2-32a"),
}
