"""The insulation test before power: what is held on the pins, and what a reading proves."""

from typing import Any

import pytest

from silverpin.control.insulation_test import Finding, InsulationTest
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from tests.observations import seen

TICK_NS = 20 * NS_PER_MS
TEST_V = LIMITS.insulation_test_v


class Pins:
    """A test and the pins it sees."""

    def __init__(self) -> None:
        self.test = InsulationTest()
        self.now_ns = NS_PER_S

    def passed(self) -> bool:
        return self.test.passed

    def sees(self, seconds: float, **what: Any) -> Finding:
        for _ in range(round(seconds * NS_PER_S / TICK_NS)):
            self.now_ns += TICK_NS
            self.test.step(seen(self.now_ns, **what))
        return self.test.finding


@pytest.mark.verifies("CP-5")
def test_insulation_is_read_under_voltage_and_the_pins_are_dead_before_it_has_passed() -> None:
    pins = Pins()
    assert pins.sees(2, voltage_v=300.0) is Finding.TESTING, "not at the test voltage yet"
    assert pins.test.voltage_v == TEST_V
    pins.sees(LIMITS.insulation_test_s + 0.1, voltage_v=TEST_V)
    assert pins.test.voltage_v == 0.0
    assert not pins.passed(), "the pins are live still"
    assert pins.sees(1, voltage_v=100.0) is Finding.TESTING
    assert pins.sees(0.1, voltage_v=10.0) is Finding.SAFE
    assert pins.passed()
    pins.test.forget()
    assert (pins.test.finding, pins.test.voltage_v) == (Finding.UNTESTED, TEST_V)


@pytest.mark.verifies("CP-5")
@pytest.mark.parametrize(
    ("ohm", "finding"),
    [
        (LIMITS.insulation_warn_ohm, Finding.SAFE),
        (LIMITS.insulation_warn_ohm - 1.0, Finding.WARNING),
        (LIMITS.insulation_min_ohm, Finding.WARNING),
        (LIMITS.insulation_min_ohm - 1.0, Finding.FAULT),
    ],
)
def test_the_worst_reading_decides(ohm: float, finding: Finding) -> None:
    pins = Pins()
    pins.sees(0.5, voltage_v=TEST_V)
    pins.sees(0.02, voltage_v=TEST_V, insulation_ohm=ohm)
    pins.sees(1, voltage_v=TEST_V)
    assert pins.sees(0.1, voltage_v=0.0) is finding
    assert pins.test.passed is (finding is not Finding.FAULT)


@pytest.mark.verifies("CP-5")
@pytest.mark.parametrize("unread", ["insulation_ohm", "voltage_v"])
def test_what_is_unread_or_old_proves_nothing(unread: str) -> None:
    pins = Pins()
    old = Reading(TEST_V if unread == "voltage_v" else 1e6, 0)
    for value in (None, old, float("nan")):
        assert pins.sees(3, **({"voltage_v": TEST_V} | {unread: value})) is Finding.TESTING
        assert pins.test.voltage_v == TEST_V
    pins.sees(0.9, voltage_v=TEST_V)
    pins.sees(0.02, **({"voltage_v": TEST_V} | {unread: None}))
    pins.sees(0.9, voltage_v=TEST_V)
    assert pins.test.voltage_v == TEST_V, "a gap begins the time anew"
