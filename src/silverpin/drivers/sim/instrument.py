"""A technician's millivoltmeter on simulated pins: what its probes read, with its own noise.

It sees the contact alone, probes on both its sides; crimp and cable lie outside them.
"""

from random import Random

from silverpin.physics.contact import ALPHA_COPPER_PER_K, constriction_ohm
from silverpin.plant.bay import Bay
from silverpin.plant.connector import idle_pins

_GAIN_SHARE, _OFFSET_V = 0.001, 10e-6


class SimVoltmeter:
    """One instrument with its scatter."""

    def __init__(self, bay: Bay, rng: Random) -> None:
        self._bay = bay
        self._rng = rng

    @property
    def name(self) -> str:
        """What it is called on a record."""
        return "simulated millivoltmeter"

    def drops_v(self) -> dict[str, float]:
        """Return the drop across each power pin's contact now. [V]"""
        bay, connector = self._bay, self._bay.connector
        amps = abs(bay.converter.current_a)
        idle = idle_pins(bay.kind, bay.vehicle.phases)
        drops: dict[str, float] = {}
        for index, pin in enumerate(bay.kind.power_pins):
            cold_ohm = 0.0 if pin in idle else connector.resistance_ohm[index]
            ohm = constriction_ohm(cold_ohm, connector.pin_c[index], ALPHA_COPPER_PER_K)
            scale = 1.0 + self._rng.gauss(0.0, _GAIN_SHARE)
            drops[pin] = abs(ohm * amps * scale + self._rng.gauss(0.0, _OFFSET_V))
        return drops
