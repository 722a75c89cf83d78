"""What the charger is allowed to see of simulated nature: with noise, lag and sensor faults."""

from collections.abc import Iterator
from random import Random

from silverpin.domain.observation import PilotLevels, Reading
from silverpin.plant.bay import Bay
from silverpin.ports import GridReading, InverterReport
from silverpin.protocols.pilot import LEVEL_V, classify

_NTC_PERIOD_NS = 500_000_000
_FAR_NS = -(10**18)
_DUMMY_C = 25.0
_BROKEN_C = {"open": -60.0, "short": 220.0}
_NTC_SCATTER_K, _METER_SCATTER_A = 0.09, 0.035


def _scatter(rng: Random, most: float) -> float:
    """Return a sensor's noise, even between -most and +most."""
    return most * (2.0 * rng.random() - 1.0)


class SimThermometer:
    """NTC sensors read twice a second; each may be open, short, frozen, lost or bypassed."""

    def __init__(self, bay: Bay, rng: Random) -> None:
        self._bay = bay
        self._rng = rng
        self._taken_ns = _FAR_NS
        self._last: tuple[Reading[float] | None, ...] = ()

    def read(self) -> tuple[Reading[float] | None, ...]:
        """Return the latest sample of each pin."""
        bay = self._bay
        if bay.now_ns - self._taken_ns >= _NTC_PERIOD_NS:
            self._taken_ns = bay.now_ns
            connector, rng = bay.connector, self._rng
            whole = [
                Reading(round(ntc_c + offset_k + _scatter(rng, _NTC_SCATTER_K), 2), bay.now_ns)
                for ntc_c, offset_k in zip(connector.ntc_c, connector.ntc_offset_k, strict=True)
            ]
            self._last = tuple(self._faulty(whole) if bay.ntc_faults else whole)
        return self._last

    def _faulty(self, whole: list[Reading[float]]) -> Iterator[Reading[float] | None]:
        """Yield what is told instead, where a sensor is not whole."""
        for index, reading in enumerate(whole):
            kind, amount_c = self._bay.ntc_faults.get(index, (None, 0.0))
            if kind is None:
                yield reading
            elif kind == "lost":
                yield self._last[index] if index < len(self._last) else None
            elif kind == "frozen":
                yield Reading(round(amount_c, 2), reading.taken_ns)
            elif kind == "bypassed":
                told_c = _DUMMY_C + _scatter(self._rng, _NTC_SCATTER_K)
                yield Reading(round(told_c, 2), reading.taken_ns)
            else:
                yield Reading(_BROKEN_C[kind], reading.taken_ns)


class SimPilot:
    """The pilot's peaks as a detector sees them, and proximity."""

    def __init__(self, bay: Bay, rng: Random) -> None:
        self._bay = bay
        self._rng = rng

    def levels(self) -> Reading[PilotLevels] | None:
        """Return peaks, scatter and the state they prove."""
        bay = self._bay
        if bay.pilot_lost:
            return Reading(PilotLevels(classify(0.0, 0.0), 0.0, 0.0, 0.0), bay.now_ns)
        noise_v = bay.pilot_noise_v
        level = LEVEL_V[bay.vehicle.pilot_state()] * bay.pilot_gain
        high_v = level + _scatter(self._rng, noise_v * 0.5)
        low_v = -12.0 * bay.pilot_gain if bay.duty < 1.0 else high_v
        return Reading(PilotLevels(classify(high_v, low_v), high_v, low_v, noise_v), bay.now_ns)

    def seated(self) -> Reading[bool] | None:
        """Return whether proximity reads a plug that is fully in."""
        return Reading(self._bay.vehicle.plugged, self._bay.now_ns)

    def proximity_ohm(self) -> float | None:
        """Return the proximity resistance."""
        return 1500.0 if self._bay.vehicle.plugged else None

    def set_duty(self, duty: float) -> None:
        """Set the pilot's duty."""
        self._bay.duty = duty


class SimMeter:
    """The charger's own meter: a little noise, an offset far below any limit."""

    def __init__(self, bay: Bay, rng: Random) -> None:
        self._bay = bay
        self._rng = rng

    def current_a(self) -> Reading[float] | None:
        """Return the current."""
        amps = self._bay.converter.current_a
        return Reading(amps + _scatter(self._rng, _METER_SCATTER_A), self._bay.now_ns)

    def voltage_v(self) -> Reading[float] | None:
        """Return the voltage on the pins."""
        return Reading(self._bay.voltage_v(), self._bay.now_ns)

    def energy_ws(self) -> tuple[float, float]:
        """Return energy charged and discharged since power-up."""
        return self._bay.charged_ws, self._bay.discharged_ws


class SimInputs:
    """Protective inputs."""

    def __init__(self, bay: Bay) -> None:
        self._bay = bay

    def estop_clear(self) -> Reading[bool] | None:
        """Return whether the emergency-stop loop is whole."""
        return Reading(not self._bay.estop_pressed, self._bay.now_ns)

    def earth_ohm(self) -> Reading[float] | None:
        """Return the protective-earth resistance."""
        return Reading(self._bay.earth_ohm, self._bay.now_ns)

    def residual_clear(self) -> Reading[bool] | None:
        """Return whether the residual-current device is not tripped."""
        return Reading(not self._bay.residual_tripped, self._bay.now_ns)

    def insulation_ohm(self) -> Reading[float] | None:
        """Return the insulation resistance."""
        return Reading(self._bay.insulation_ohm, self._bay.now_ns)


class SimGridMeter:
    """The charger's own grid meter."""

    def __init__(self, bay: Bay) -> None:
        self._bay = bay

    def read(self) -> Reading[GridReading] | None:
        """Return frequency, voltage and house load."""
        grid = self._bay.grid
        return Reading(GridReading(grid.hz, grid.volts, grid.house_w), self._bay.now_ns)


class SimReport:
    """The inverter's figures through its register map, which a fault can shift by one."""

    def __init__(self, bay: Bay) -> None:
        self._bay = bay

    def report(self) -> Reading[InverterReport] | None:
        """Return what the registers say."""
        bay = self._bay
        volts, amps = bay.voltage_v(), bay.converter.current_a
        figures = (bay.grid.hz, bay.grid.volts, volts, amps, bay.converter.reactive_var)
        if bay.converter.map_shifted:
            figures = (figures[1], figures[2], figures[3], figures[4], figures[0])
        return Reading(InverterReport(*figures), bay.now_ns)
