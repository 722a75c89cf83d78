"""A sensor's calibration: it may bring the trip down, and whatever the points say never up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.control.calibrated import CalibratedThermometer, Temps
from silverpin.domain.calibration import (
    NONE,
    CalibrationError,
    Correction,
    Point,
    correction,
    words,
)
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading

TRIP_C = LIMITS.temp_trip_c


def test_a_sensor_that_reads_low_trips_earlier() -> None:
    made = correction(Point(25.0, 24.0), Point(65.0, 63.0))
    assert 24.0 + made.added_k(24.0) == pytest.approx(25.0)
    assert 63.0 + made.added_k(63.0) == pytest.approx(65.0)
    reading_c = made.trips_at_c(TRIP_C)
    assert reading_c + made.added_k(reading_c) == pytest.approx(TRIP_C)
    assert reading_c < 83.0
    assert words(Point(65.0, 63.0), Point(25.0, 24.0), made).startswith(
        "1.00 K low at 25 °C, 2.00 K low at 65 °C; trips at a reading of 82."
    )


@pytest.mark.verifies("THM-2")
def test_a_sensor_that_reads_high_is_left_alone_and_the_record_says_why() -> None:
    points = Point(25.0, 26.0), Point(65.0, 65.5)
    made = correction(*points)
    assert made.added_k(26.0) == made.added_k(TRIP_C - 60) == 0.0
    high = correction(Point(25.0, 26.0), Point(65.0, 66.0))
    assert high == NONE
    assert words(Point(25.0, 26.0), Point(65.0, 66.0), high).endswith(
        "no correction, for it may lower the trip and never raise it"
    )


def test_a_slope_below_one_is_held_so_that_no_warming_looks_slower() -> None:
    made = correction(Point(25.0, 23.0), Point(65.0, 64.5))
    assert made.added_k(23.0) == made.added_k(80.0) == pytest.approx(2.0)
    assert "held to what the cooler point asks for" in words(
        Point(25.0, 23.0), Point(65.0, 64.5), made
    )


@pytest.mark.verifies("THM-2")
@given(
    st.floats(-40.0, 85.0), st.floats(-40.0, 85.0), st.floats(-6.0, 6.0), st.floats(-6.0, 6.0),
    st.floats(-60.0, 220.0), st.floats(0.0, 40.0),
)  # fmt: skip
def test_whatever_the_points_no_reading_gets_cooler_and_no_warming_slower(
    low_c: float, high_c: float, low_k: float, high_k: float, reading_c: float, rise_k: float
) -> None:
    try:
        made = correction(Point(low_c, low_c - low_k), Point(high_c, high_c - high_k))
    except CalibrationError:
        return
    assert made.added_k(reading_c) >= 0.0
    assert made.added_k(reading_c + rise_k) >= made.added_k(reading_c)
    assert made.trips_at_c(TRIP_C) <= TRIP_C
    assert made.added_k(TRIP_C) <= LIMITS.ntc_correction_max_k


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (Point(25.0, 24.0), Point(40.0, 39.0), "15.0 K apart and must be at least 20 K"),
        (Point(65.0, 40.0), Point(25.0, 24.0), "more than 5 K off: replace it"),
        (Point(25.0, 25.0), Point(95.0, 95.0), "95 °C is outside -40 to 85 °C"),
        (Point(20.0, 20.0), Point(45.0, 41.0), "K low at its trip"),
        (Point(float("nan"), 20.0), Point(45.0, 45.0), "outside"),
        (Point(20.0, float("nan")), Point(45.0, 45.0), "replace it"),
    ],
)
def test_points_that_make_no_calibration_say_why(first: Point, second: Point, said: str) -> None:
    with pytest.raises(CalibrationError, match=said):
        correction(first, second)


class Sensors:
    """Two sensors that say what a test wants, at a new instant each time."""

    def __init__(self) -> None:
        self.values_c: tuple[float | None, float | None] = (25.0, 25.0)
        self.at_ns = 0

    def read(self) -> Temps:
        self.at_ns += 1
        return tuple(
            None if value is None else Reading(value, self.at_ns) for value in self.values_c
        )


@pytest.fixture
def sensors() -> Sensors:
    return Sensors()


@pytest.fixture
def corrected(sensors: Sensors) -> CalibratedThermometer:
    thermometer = CalibratedThermometer(sensors)
    thermometer.calibrate({1: Correction(lift_k=2.0)})
    return thermometer


def values_c(temps: Temps) -> list[float | None]:
    return [None if row is None else row.value for row in temps]


def test_the_reading_is_corrected_and_the_raw_one_kept(
    corrected: CalibratedThermometer,
) -> None:
    told = corrected.read()
    assert values_c(told) == [25.0, 27.0]
    assert values_c(corrected.raw) == [25.0, 25.0]
    assert [row and row.taken_ns for row in told] == [1, 1]


@pytest.mark.verifies("THM-2")
@pytest.mark.parametrize("broken_c", [-60.0, -40.5, 160.5, 220.0, None])
def test_no_correction_makes_a_broken_sensor_a_well_one(
    sensors: Sensors, corrected: CalibratedThermometer, broken_c: float | None
) -> None:
    sensors.values_c = (25.0, broken_c)
    assert values_c(corrected.read()) == [25.0, broken_c]


def test_a_point_is_taken_from_a_sensor_that_was_read_four_times(
    sensors: Sensors, corrected: CalibratedThermometer
) -> None:
    assert corrected.steady_c(1) is None
    for value_c in (25.0, 25.1, 25.2, 25.3):
        sensors.values_c = (25.0, value_c)
        corrected.read()
    assert corrected.steady_c(1) == pytest.approx((25.15, 0.3))
    sensors.values_c = (25.0, None)
    corrected.read()
    assert corrected.steady_c(1) is None
    assert corrected.steady_c(2) is None
