"""The pins' sensors with their calibration, as everything above the drivers sees them.

The correction stands between driver and observation, so that envelope, log and page agree. A
reading that cannot be is passed on as it is: no correction may turn a broken sensor into a well
one. The last raw samples are kept, so that a calibration can take one that stands still.
"""

from collections import deque
from collections.abc import Mapping
from math import ceil

from silverpin.domain.calibration import Correction
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Reading
from silverpin.ports import Thermometer

Temps = tuple[Reading[float] | None, ...]
_SAMPLES = 4
"""Two seconds of an NTC that is read twice a second."""


class CalibratedThermometer:
    """A `Thermometer` that corrects another one."""

    def __init__(self, sensors: Thermometer, limits: Limits = LIMITS) -> None:
        self._sensors = sensors
        self._limits = limits
        self._corrections: dict[int, Correction] = {}
        self._samples: deque[Temps] = deque(maxlen=_SAMPLES)
        self._raw: Temps = ()
        self._told: Temps = ()

    @property
    def raw(self) -> Temps:
        """What the sensors themselves said at the last read."""
        return self._raw

    @property
    def corrections(self) -> dict[int, Correction]:
        """The corrections in force, by index of the pin."""
        return dict(self._corrections)

    def calibrate(self, corrections: Mapping[int, Correction]) -> None:
        """Correct by these from now on, by index of the pin; a pin without one is left alone."""
        self._corrections = {at: row for at, row in corrections.items() if not row.nothing}
        self._told = self._corrected(self._raw)

    def read(self) -> Temps:
        """Return the latest reading of each pin, corrected."""
        raw = self._sensors.read()
        if raw is not self._raw:
            self._raw = raw
            self._samples.append(raw)
            self._told = self._corrected(raw)
        return self._told

    def steady_c(self, index: int) -> tuple[float, float] | None:
        """Return the mean of a sensor's last raw samples and their spread; None when unread."""
        rows = [sample[index] for sample in self._samples if index < len(sample)]
        values = [row.value for row in rows if row is not None and self._possible(row.value)]
        if len(values) < _SAMPLES:
            return None
        return sum(values) / len(values), max(values) - min(values)

    def _corrected(self, raw: Temps) -> Temps:
        if not self._corrections:
            return raw
        return tuple(self._one(index, reading) for index, reading in enumerate(raw))

    def _one(self, index: int, reading: Reading[float] | None) -> Reading[float] | None:
        made = self._corrections.get(index)
        if made is None or reading is None or not self._possible(reading.value):
            return reading
        added_k = made.added_k(reading.value)
        # Rounded up: a correction makes nothing cooler, not even by a digit.
        return reading._replace(value=ceil((reading.value + added_k) * 100.0) / 100.0)

    def _possible(self, value_c: float) -> bool:
        limits = self._limits
        return limits.temp_low_c <= value_c <= limits.temp_impossible_high_c
