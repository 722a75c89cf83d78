"""Which pin is hottest, which reading is to be believed, and why another is not."""

import pytest

from silverpin.domain.doubts import Doubt
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_S
from silverpin.safety.thermal import Heat, believed, heat_of, why_unknown
from tests.observations import INFINITE, NAN, Bench

NOW_NS = 10 * NS_PER_S
AGE_NS = LIMITS.temp_age_max_ns


@pytest.mark.verifies("THM-2")
@pytest.mark.parametrize(
    ("value", "age_ns", "believable"),
    [
        (40.0, 0, True),
        (40.0, AGE_NS, True),
        (40.0, AGE_NS + 1, False),
        (40.0, -1, False),
        (-40.0, 0, True),
        (-40.1, 0, False),
        (160.0, 0, True),
        (160.1, 0, False),
        (NAN, 0, False),
        (INFINITE, 0, False),
        (-INFINITE, 0, False),
    ],
)
def test_a_reading_is_believed_when_it_is_fresh_and_possible(
    value: float, age_ns: int, believable: bool
) -> None:
    temps_c = believed((Reading(value, NOW_NS - age_ns), None), NOW_NS)
    assert temps_c == ((value if believable else None), None)


@pytest.mark.parametrize(
    ("temps_c", "heat"),
    [
        ((40.0, 41.0), Heat(1, 41.0, ())),
        ((41.0, 40.0), Heat(0, 41.0, ())),
        ((41.0, 41.0), Heat(0, 41.0, ())),
        ((None, 40.0), Heat(1, 40.0, (0,))),
        ((None, None), Heat(None, -INFINITE, (0, 1))),
        ((90.0,), Heat(None, 90.0, (0, 1))),
        ((40.0, 40.0, 90.0), Heat(None, 90.0, (0, 1))),
        ((), Heat(None, -INFINITE, (0, 1))),
    ],
)
def test_the_hottest_pin_and_the_unknown_ones(
    temps_c: tuple[float | None, ...], heat: Heat
) -> None:
    assert heat_of(temps_c, 2) == heat


@pytest.mark.verifies("CON-4", "THM-2")
@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (None, "is not read"),
        (Reading(40.0, NOW_NS + 1), "is not read"),
        (Reading(40.0, NOW_NS - 5 * NS_PER_S), "was last read 5.0 s ago"),
        (Reading(-60.0, NOW_NS), "reads -60.0 °C: open"),
        (Reading(-INFINITE, NOW_NS), "reads -inf °C: open"),
        (Reading(-41.0, NOW_NS), "reads -41.0 °C, colder than it may work"),
        (Reading(220.0, NOW_NS), "reads 220.0 °C: shorted"),
        (Reading(NAN, NOW_NS), "reads no number"),
        (Reading(40.0, NOW_NS), "is read, and the readings are not one a pin"),
    ],
)
def test_why_a_reading_proves_nothing(reading: Reading[float] | None, words: str) -> None:
    assert why_unknown((reading,), 0, NOW_NS) == words


def test_a_reading_that_is_not_there_is_not_read() -> None:
    assert why_unknown((), 0, NOW_NS) == "is not read"


@pytest.mark.verifies("CON-4")
@pytest.mark.parametrize("value_c", [-40.1, -60.0, 85.0, 130.0, 200.0, NAN])
def test_a_temperature_outside_the_operating_range_is_a_fault_and_no_data(value_c: float) -> None:
    bench = Bench().powered()
    verdict = bench.judge(pin_temps_c=(40.0, value_c))
    assert verdict.permit is None
    assert "ERR_THERM_OVERLOAD" in bench.codes


@pytest.mark.verifies("CON-4")
@pytest.mark.parametrize("value_c", [-40.0, 0.0, 84.9])
def test_a_temperature_inside_it_is_data(value_c: float) -> None:
    bench = Bench().powered()
    assert bench.judge(pin_temps_c=(value_c, value_c)).permit is not None
    assert bench.codes == set()


@pytest.mark.verifies("THM-2")
def test_like_causes_are_told_together_and_others_apart() -> None:
    bench = Bench().powered()
    bench.judge(pin_temps_c=(None, None))
    assert bench.envelope.latched["ERR_THERM_SENSOR"].detail == "DC+, DC- is not read"
    bench = Bench().powered()
    bench.judge(pin_temps_c=(-60.0, 220.0))
    detail = bench.envelope.latched["ERR_THERM_SENSOR"].detail
    assert detail == "DC+ reads -60.0 °C: open; DC- reads 220.0 °C: shorted"


@pytest.mark.parametrize(
    "reading",
    [
        Reading(LIMITS.temp_low_c, NOW_NS),
        Reading(LIMITS.temp_impossible_high_c, NOW_NS),
        Reading(40.0, NOW_NS - LIMITS.temp_age_max_ns),
    ],
)
def test_a_reading_on_its_bound_is_only_nobodys(reading: Reading[float]) -> None:
    assert why_unknown((reading,), 0, NOW_NS) == Doubt.NOBODYS.says()


def test_a_reading_on_the_bound_of_an_open_sensor_is_cold() -> None:
    cold = (Reading(LIMITS.temp_open_c, NOW_NS),)
    assert why_unknown(cold, 0, NOW_NS) == Doubt.COLD.says(LIMITS.temp_open_c)
