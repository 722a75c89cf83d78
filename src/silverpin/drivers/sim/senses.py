"""What the charger is allowed to see of simulated nature: with noise, lag and sensor faults."""

from collections.abc import Iterator
from random import Random

from silverpin.domain.observation import Reading, Supplies
from silverpin.plant.bay import Bay
from silverpin.ports import GridReading, InverterReport, PilotPeaks, Waveform

_NTC_PERIOD_NS = 500_000_000
_FAR_NS = -(10**18)
_NTC_SCATTER_K, _METER_SCATTER_A = 0.09, 0.035
_SAMPLE_HZ, _SAMPLES = 500e3, 2_000


def _scatter(rng: Random, most: float) -> float:
    """Return a sensor's noise, even between -most and +most."""
    return most * (2.0 * rng.random() - 1.0)


class SimThermometer:
    """NTC sensors read twice a second; each may lie in its own way."""

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
        connector = self._bay.connector
        for index, reading in enumerate(whole):
            fault = self._bay.ntc_faults.get(index)
            if fault is None:
                yield reading
                continue
            true_c = connector.ntc_c[index] + connector.ntc_offset_k[index]
            told_c = fault.told_c(true_c, reading.taken_ns)
            if told_c is None:
                yield self._last[index] if index < len(self._last) else None
                continue
            if fault.noisy:
                told_c += _scatter(self._rng, _NTC_SCATTER_K)
            yield Reading(round(told_c, 2), reading.taken_ns)


class SimPilot:
    """The pilot's peaks as a detector sees them, and proximity."""

    def __init__(self, bay: Bay, rng: Random) -> None:
        self._bay = bay
        self._rng = rng

    def peaks(self) -> Reading[PilotPeaks] | None:
        """Return peaks, scatter and, while anything swings, the frequency."""
        bay = self._bay
        line, noise_v = bay.pilot, bay.pilot.noise_v
        high_v, low_v = line.plateaus(bay.pilot_load())
        high_v += _scatter(self._rng, noise_v * 0.5)
        modulated = 0.0 < bay.duty < 1.0 and not line.shorted
        if bay.duty <= 0.0:
            high_v = low_v  # state F: the negative rail, whatever hangs behind the diode
        elif not modulated:
            low_v = high_v
        gain, offset_v = line.read_gain, line.read_offset_v
        return Reading(
            PilotPeaks(
                gain * high_v + offset_v, gain * low_v + offset_v, noise_v,
                line.hz if modulated else None,
            ),
            bay.now_ns,
        )  # fmt: skip

    def waveform(self) -> Waveform | None:
        """Return some cycles; looking draws from no chance that the run depends on."""
        bay = self._bay
        load_ohm, rng = bay.pilot_load(), Random(bay.now_ns)
        volts = bay.pilot.rendered(load_ohm, bay.duty, _SAMPLE_HZ, _SAMPLES, rng)
        return Waveform(volts, _SAMPLE_HZ)

    def proximity_ohm(self) -> Reading[float] | None:
        """Return the proximity resistance."""
        return Reading(self._bay.proximity(), self._bay.now_ns)

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

    def supplies(self) -> Reading[Supplies] | None:
        """Return the logic supplies."""
        return Reading(Supplies(*self._bay.supply_v), self._bay.now_ns)

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
        volts, amps = bay.link_v(), bay.converter.current_a
        figures = (bay.grid.hz, bay.grid.volts, volts, amps, bay.converter.reactive_var)
        if bay.converter.map_shifted:
            figures = (figures[1], figures[2], figures[3], figures[4], figures[0])
        return Reading(InverterReport(*figures), bay.now_ns)
