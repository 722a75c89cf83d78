"""What the charger can move in simulated nature, and the whole set of simulated ports."""

from random import Random

from silverpin.domain.asks import Asks
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Reading
from silverpin.drivers.sim.lock import SimLock
from silverpin.drivers.sim.senses import (
    SimGridMeter,
    SimInputs,
    SimMeter,
    SimPilot,
    SimReport,
    SimThermometer,
)
from silverpin.plant.bay import Bay
from silverpin.ports import Ports
from silverpin.safety.lease import Permit
from silverpin.safety.opening import Opener


class SimSwitch:
    """Contactor and inhibit, driven by `safety.opening` as a real output stage would be."""

    def __init__(self, bay: Bay, limits: Limits) -> None:
        self._bay = bay
        self._opener = Opener(limits)
        self._permit: Permit | None = None
        self._emergency = False

    def hold(self, permit: Permit) -> None:
        """Take the newest permit."""
        self._permit, self._emergency = permit, False

    def release(self, *, emergency: bool) -> None:
        """Drop the permit."""
        self._permit, self._emergency = None, emergency

    def poll(self, now_ns: int) -> float | None:
        """Drive coil and inhibit for this instant."""
        current = Reading(self._bay.converter.current_a, self._bay.now_ns)
        drive = self._opener.step(now_ns, self._permit, self._emergency, current)
        self._bay.switch(drive.close, drive.inhibit)
        return drive.broke_a

    def commanded(self) -> bool:
        """Return the coil command."""
        return self._opener.closed

    def mirror(self) -> Reading[bool] | None:
        """Return the mirror contact."""
        bay = self._bay
        return Reading(bay.contactor.mirror(bay.now_ns), bay.now_ns)

    def across_v(self) -> Reading[tuple[float, ...]] | None:
        """Return the voltage across each pole, sensed on DC."""
        bay = self._bay
        return Reading(bay.across_v(), bay.now_ns) if bay.kind.direct_current else None


class SimConverter(SimReport):
    """The converter's set-point input beside its report."""

    def set_current(self, permit: Permit, current_a: float) -> float:
        """Ask for a current within the permit."""
        asked_a = permit.clamp(current_a)
        self._bay.converter.target_a = asked_a
        self._bay.converter.holds_v = 0.0
        return asked_a

    def hold_voltage(self, permit: Permit, voltage_v: float) -> None:
        """Hold a voltage, with no current of its own."""
        self._bay.converter.target_a = 0.0
        self._bay.converter.holds_v = max(0.0, voltage_v)


class SimCooling:
    """Both loops' actuators."""

    def __init__(self, bay: Bay) -> None:
        self._bay = bay

    def set_levels(self, primary: float, secondary: float) -> None:
        """Set both loops."""
        self._bay.connector.cooling = (primary, secondary)


class SimAmbient:
    """The charger's own air sensor."""

    def __init__(self, bay: Bay) -> None:
        self._bay = bay

    def read_c(self) -> float | None:
        """Return the ambient temperature."""
        return self._bay.connector.ambient_c


class SimVehicleLink:
    """What a vehicle would tell over its high-level link; known here because it is simulated."""

    def __init__(self, bay: Bay) -> None:
        self._bay = bay

    def state_of_charge(self) -> float | None:
        """Return the state of charge while plugged."""
        vehicle = self._bay.vehicle
        return vehicle.state_of_charge if vehicle.plugged else None

    def limits_a(self) -> tuple[float, float] | None:
        """Return what the vehicle takes and gives."""
        vehicle = self._bay.vehicle
        return vehicle.limits_a() if vehicle.plugged else None

    def asks(self) -> Asks | None:
        """Return None: this vehicle asks with its pilot."""
        return None


def sim_ports(bay: Bay, rng: Random, limits: Limits = LIMITS) -> Ports:
    """Return every port of one charger on *bay*; *rng* is the sensors' own chance."""
    return Ports(
        switch=SimSwitch(bay, limits),
        lock=SimLock(bay, rng),
        pilot=SimPilot(bay, rng),
        thermometer=SimThermometer(bay, rng),
        meter=SimMeter(bay, rng),
        inputs=SimInputs(bay),
        converter=SimConverter(bay),
        cooling=SimCooling(bay),
        grid=SimGridMeter(bay),
        ambient=SimAmbient(bay),
        vehicle=SimVehicleLink(bay),
    )
