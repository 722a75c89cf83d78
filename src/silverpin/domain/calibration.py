"""What a two-point calibration makes of a temperature sensor: a correction that only tightens.

A sensor that reads low is corrected upward, so that its trip comes earlier. One that reads high is
on the safe side and keeps reading high: a correction that would make it read cooler is held to
zero, for the trip may be lowered and never raised. A slope below one is held to one as well, or a
pin that warms fast would look as if it warmed slowly.
"""

from dataclasses import dataclass
from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits


class Point(NamedTuple):
    """What the sensor read while its temperature was known. [°C]"""

    reference_c: float
    reading_c: float

    @property
    def low_k(self) -> float:
        """How much the sensor reads too low."""
        return self.reference_c - self.reading_c


class CalibrationError(ValueError):
    """Two points that make no calibration; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is added to a reading, never less than nothing: `lift_k` at `from_c`, then a slope."""

    lift_k: float = 0.0
    from_c: float = 0.0
    slope: float = 0.0
    """Kelvin more for each kelvin that the reading is above `from_c`."""

    def added_k(self, reading_c: float) -> float:
        """Return what is added to a reading."""
        return max(0.0, self.lift_k + self.slope * (reading_c - self.from_c))

    @property
    def nothing(self) -> bool:
        """Whether it never adds anything."""
        return self.slope == 0.0 and self.lift_k <= 0.0

    def trips_at_c(self, trip_c: float) -> float:
        """Return the uncorrected reading at which the trip comes now."""
        if self.added_k(trip_c) == 0.0:
            return trip_c
        reading_c = (trip_c - self.lift_k + self.slope * self.from_c) / (1.0 + self.slope)
        return min(trip_c, reading_c)


NONE = Correction()


def correction(first: Point, second: Point, limits: Limits = LIMITS) -> Correction:
    """Return the correction that two points ask for. Raises `CalibrationError`."""
    cool, warm = sorted((first, second))
    for point in (cool, warm):
        _check(point, limits)
    apart_k = min(warm.reference_c - cool.reference_c, warm.reading_c - cool.reading_c)
    if apart_k < limits.ntc_points_apart_k:
        raise CalibrationError(
            f"the points are {max(0.0, apart_k):.1f} K apart and must be at least "
            f"{limits.ntc_points_apart_k:g} K: take the second one warmer"
        )
    slope = (warm.low_k - cool.low_k) / (warm.reading_c - cool.reading_c)
    if slope < 0.0:
        slope = 0.0  # the cool end asks for more, and so does everything then
    found = Correction(lift_k=cool.low_k, from_c=cool.reading_c, slope=slope)
    at_trip_k = found.added_k(limits.temp_trip_c)
    if at_trip_k > limits.ntc_correction_max_k:
        raise CalibrationError(
            f"the sensor would read {at_trip_k:.1f} K low at its trip, more "
            f"than the {limits.ntc_correction_max_k:g} K that are worth correcting: replace it"
        )
    return NONE if slope == 0.0 and found.lift_k <= 0.0 else found


def _check(point: Point, limits: Limits) -> None:
    if not limits.temp_low_c <= point.reference_c <= limits.temp_trip_c:
        raise CalibrationError(
            f"a reference of {point.reference_c:g} °C is outside {limits.temp_low_c:g} to "
            f"{limits.temp_trip_c:g} °C, where the sensor works"
        )
    if not abs(point.low_k) <= limits.ntc_correction_max_k:
        raise CalibrationError(
            f"the sensor reads {point.reading_c:.1f} °C at {point.reference_c:g} °C, more than "
            f"{limits.ntc_correction_max_k:g} K off: replace it"
        )


def words(first: Point, second: Point, made: Correction, limits: Limits = LIMITS) -> str:
    """Return what the points showed and what follows, for the record."""
    cool, warm = sorted((first, second))
    shown = f"{_off(cool)}, {_off(warm)}"
    if made.nothing:
        return f"{shown}; no correction, for it may lower the trip and never raise it"
    held = ""
    if warm.low_k < cool.low_k:
        held = "; held to what the cooler point asks for, so that no warming looks slower"
    trip_c = limits.temp_trip_c
    return f"{shown}; trips at a reading of {made.trips_at_c(trip_c):.1f} °C for {trip_c:g}{held}"


def _off(point: Point) -> str:
    off_k = point.low_k
    way = "low" if off_k >= 0.0 else "high"
    return f"{abs(off_k):.2f} K {way} at {point.reference_c:g} °C"
