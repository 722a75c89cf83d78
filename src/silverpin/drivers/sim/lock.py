"""The simulated bolt as its drive shows it: coil, LOCK_STATUS, and the current of a stroke."""

from random import Random

from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_MS
from silverpin.plant.bay import Bay
from silverpin.ports import Stroke

_SAMPLE_MS = 2
_SCATTER_A, _SCATTER_V = 0.02, 0.1


class SimLock:
    """The bolt's coil and switch, and a shunt in the drive's supply."""

    def __init__(self, bay: Bay, rng: Random, *, position_measured: bool = True) -> None:
        self._bay = bay
        self._rng = rng
        self._position_measured = position_measured
        self._sampled = 0
        self._stroke: Stroke | None = None

    def engage(self) -> None:
        """Drive the bolt home."""
        self._bay.lock.temp_c = self._bay.connector.ambient_c
        self._bay.lock.drive(self._bay.now_ns, engaged=True)

    def release(self) -> None:
        """Pull the bolt back."""
        self._bay.lock.drive(self._bay.now_ns, engaged=False)

    def status(self) -> Reading[bool] | None:
        """Return LOCK_STATUS."""
        return Reading(self._bay.lock.switch(self._bay.now_ns), self._bay.now_ns)

    def position_mm(self) -> float | None:
        """Return how far the bolt is out."""
        return self._bay.lock.position_mm(self._bay.now_ns) if self._position_measured else None

    def stroke(self) -> Stroke | None:
        """Return the latest stroke home, sampled once its pulse is over."""
        lock = self._bay.lock
        if self._sampled != lock.strokes and not lock.pulsing(self._bay.now_ns):
            self._sampled = lock.strokes
            self._stroke = self._sample()
        return None if lock.pulsing(self._bay.now_ns) else self._stroke

    def _sample(self) -> Stroke:
        rng, lock = self._rng, self._bay.lock
        amps = tuple(amp + rng.gauss(0.0, _SCATTER_A) for amp in lock.amps()[::_SAMPLE_MS])
        supply_v = round(lock.drive_unit.supply_v + rng.gauss(0.0, _SCATTER_V), 1)
        return Stroke(supply_v, _SAMPLE_MS * NS_PER_MS, amps, self.position_mm())
