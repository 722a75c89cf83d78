"""Pin temperatures as the envelope sees them at one instant: hottest pin, and sensors unread.

Rule: a reading that is missing, stale, from the future or impossible is unknown, and unknown counts
as too hot. Readings that are not one a pin belong to nobody: every pin is unknown. What takes a
history to find is in `safety.sensors`.
"""

from typing import NamedTuple

from silverpin.domain.doubts import Doubt
from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.freshness import INFINITE, fresh

Temps = tuple[Reading[float] | None, ...]
Believed = tuple[float | None, ...]


class Heat(NamedTuple):
    """The hottest believable pin, and the pins whose reading is unknown."""

    hottest: int | None
    hottest_c: float
    unknown: tuple[int, ...]


def believed(temps: Temps, now_ns: int, limits: Limits = LIMITS) -> Believed:
    """Return what each reading proves, None where it proves nothing. [°C]"""
    age_ns, low_c, high_c = limits.temp_age_max_ns, limits.temp_low_c, limits.temp_impossible_high_c
    values = (fresh(reading, now_ns, age_ns) for reading in temps)
    return tuple(
        value if value is not None and low_c <= value <= high_c else None for value in values
    )


def heat_of(temps_c: Believed, pins: int) -> Heat:
    """Return the state of *pins* pins."""
    hottest: int | None = None
    hottest_c = -INFINITE
    for index, value in enumerate(temps_c):
        if value is not None and value > hottest_c:
            hottest, hottest_c = index, value
    if len(temps_c) != pins:
        return Heat(None, hottest_c, tuple(range(pins)))
    return Heat(hottest, hottest_c, tuple(i for i, value in enumerate(temps_c) if value is None))


def why_unknown(temps: Temps, index: int, now_ns: int, limits: Limits = LIMITS) -> str:
    """Return the words for a reading that proves nothing, as they follow the name of its pin."""
    reading = temps[index] if index < len(temps) else None
    if reading is None or reading.taken_ns > now_ns:
        return Doubt.UNREAD.says()
    value_c, age_ns = reading.value, now_ns - reading.taken_ns
    if age_ns > limits.temp_age_max_ns:
        return Doubt.STALE.says(age_ns / NS_PER_S)
    if value_c < limits.temp_open_c:
        return Doubt.OPEN.says(value_c)
    if value_c < limits.temp_low_c:
        return Doubt.COLD.says(value_c)
    if value_c > limits.temp_impossible_high_c:
        return Doubt.SHORT.says(value_c)
    return Doubt.NO_NUMBER.says() if value_c != value_c else Doubt.NOBODYS.says()
