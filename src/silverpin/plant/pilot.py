"""The pilot line as a circuit: generator, cable, the vehicle's diode and resistor; their faults.

A generator of two rails feeds the line through its resistor. The cable and the inlet are a
capacitance to earth; moisture is a leak to earth; a worn contact is a resistance in series with the
vehicle. The vehicle's diode conducts above its threshold, with a slope. `plateaus` are the levels
on which the line settles; `rendered` is the line as a converter would sample it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, floor, inf, pi, sin
from random import Random

_DIODE_V, _DIODE_OHM = 0.64, 14.0
_PERMANENT_OHM, _READY_OHM = 2_740.0, 1_300.0
_LINE_F, _INLET_F = 1.6e-9, 1.1e-9
_SLEW_V_PER_S = 30e6
_STEP_S, _TINY_S = 0.4e-6, 1e-12
_STILL_V = 1e-4
_HUM_HZ = 37_000.0
_HUM_SHARE = 0.4


def ready_ohm() -> float:
    """Return what a vehicle that is ready puts on the line: both its resistors."""
    return _PERMANENT_OHM * _READY_OHM / (_PERMANENT_OHM + _READY_OHM)


@dataclass(slots=True, kw_only=True)
class PilotLine:
    """What the line is made of now; a fault of nature changes a field."""

    rail_v: float = 12.0
    """The generator's amplitude."""
    hz: float = 1_000.0
    source_ohm: float = 1_000.0
    noise_v: float = 0.02
    leak_ohm: float = inf
    contact_ohm: float = 0.0
    extra_f: float = 0.0
    broken: bool = False
    shorted: bool = False
    diode_missing: bool = False
    diode_shorted: bool = False
    box_ohm: float | None = None
    """A resistor that somebody put in the place of the vehicle's."""
    read_gain: float = 1.0
    """What the front end makes of a volt on the line."""
    read_offset_v: float = 0.0

    def connected(self) -> bool:
        """Return whether the vehicle is on the line and sees the generator."""
        return not (self.broken or self.shorted or self.diode_missing)

    def load(self, plugged: bool, ready: bool) -> float:
        """Return the resistance behind the diode, infinite for none."""
        if not plugged or self.broken or self.diode_missing:
            return inf
        if self.box_ohm is not None:
            return self.box_ohm + self.contact_ohm
        return (ready_ohm() if ready else _PERMANENT_OHM) + self.contact_ohm

    def plateaus(self, load_ohm: float) -> tuple[float, float]:
        """Return the levels of both half-waves under a load."""
        if self.shorted:
            return 0.0, 0.0
        return self._settled(self.rail_v, load_ohm)[0], self._settled(-self.rail_v, load_ohm)[0]

    def _settled(self, source_v: float, load_ohm: float, at_v: float = inf) -> tuple[float, float]:
        """Return where the line settles, and its conductance, with the diode as *at_v* has it."""
        siemens = 1.0 / self.source_ohm + 1.0 / self.leak_ohm
        fed_a = source_v / self.source_ohm
        if self.diode_shorted:
            siemens += 1.0 / load_ohm
        elif at_v > _DIODE_V:
            branch = 1.0 / (load_ohm + _DIODE_OHM)
            on_v = (fed_a + _DIODE_V * branch) / (siemens + branch)
            if at_v < inf or on_v > _DIODE_V:
                return on_v, siemens + branch
        return fed_a / siemens, siemens

    def rendered(
        self, load_ohm: float, duty: float, rate_hz: float, count: int, rng: Random
    ) -> list[float]:
        """Return *count* samples of the line at *rate_hz*, from a phase that chance chooses."""
        phase, hum = rng.random(), rng.random()
        volts = self._moves(load_ohm, duty, phase, 1.0 / rate_hz)
        white_v, hum_v = self.noise_v * (1.0 - _HUM_SHARE), self.noise_v * _HUM_SHARE
        return [
            self.read_gain
            * (
                next(volts)
                + white_v * (2.0 * rng.random() - 1.0)
                + hum_v * sin(2.0 * pi * (hum + _HUM_HZ * index / rate_hz))
            )
            + self.read_offset_v
            for index in range(count)
        ]

    def _moves(self, load_ohm: float, duty: float, phase: float, every_s: float) -> Iterator[float]:
        """Yield the line's voltage at even instants.

        Each step is solved in closed form; a line that has settled is still up to the next edge.
        """
        farad = _LINE_F + self.extra_f + (_INLET_F if load_ohm < inf else 0.0)
        cycles, rail_v = phase, self._wanted(phase, duty)
        at_v = self._settled(rail_v, load_ohm)[0]
        while True:
            yield 0.0 if self.shorted else at_v
            left_s = every_s
            while left_s > _TINY_S:
                wanted_v = self._wanted(cycles, duty)
                to_v, siemens = self._settled(rail_v, load_ohm, at_v)
                still = rail_v == wanted_v and abs(at_v - to_v) < _STILL_V
                step_s = min(left_s, self._to_edge_s(cycles, duty) if still else _STEP_S)
                most_v = _SLEW_V_PER_S * step_s
                rail_v += min(most_v, max(-most_v, wanted_v - rail_v))
                at_v = to_v + (at_v - to_v) * exp(-step_s * siemens / farad)
                cycles += step_s * self.hz
                left_s -= step_s

    def _wanted(self, cycles: float, duty: float) -> float:
        """Return the rail that the generator drives at a point of its cycle."""
        return self.rail_v if cycles - floor(cycles) < duty else -self.rail_v

    def _to_edge_s(self, cycles: float, duty: float) -> float:
        """Return how long the generator stays at its rail."""
        part = cycles - floor(cycles)
        return max((duty if part < duty else 1.0) - part, 0.0) / self.hz + _TINY_S
