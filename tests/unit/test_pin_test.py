"""The pins under a known current: reached, steady, held for a bounded time, and let go."""

import pytest

from silverpin.control.pin_test import Phase, PinTest
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.session import Mode

HELD_BY = "heat"


class Probe:
    """A test of the pins on a clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.test = PinTest(32.0, self.ns(), 22_000.0)
        self.ended = 0

    def ns(self) -> int:
        return round(self.now_s * NS_PER_S)

    def flows(self, amps: float | None, seconds: float, *, mine: bool = True) -> Phase:
        for _ in range(round(seconds * 10)):
            self.now_s += 0.1
            self.ended += self.test.step(self.ns(), amps, mine, HELD_BY)
        return self.test.phase


@pytest.fixture
def probe() -> Probe:
    return Probe()


def test_it_asks_for_a_charge_with_a_bound_on_its_current(probe: Probe) -> None:
    wish = probe.test.wish
    assert (wish.mode, wish.power_w, wish.current_max_a) == (Mode.CHARGE, 22_000.0, 32.0)


def test_a_current_is_read_once_it_was_steady_for_its_time(probe: Probe) -> None:
    assert probe.flows(3.0, 5) is Phase.STARTING
    assert probe.flows(31.5, LIMITS.pin_test_settle_s - 1) is Phase.SETTLING
    assert probe.test.mean_a is None
    assert probe.flows(31.7, 2) is Phase.READY
    assert probe.test.mean_a == pytest.approx(31.5, abs=0.2)


def test_either_direction_of_the_current_counts_by_its_size(probe: Probe) -> None:
    assert probe.flows(-32.0, LIMITS.pin_test_settle_s + 1) is Phase.READY
    assert probe.test.mean_a == pytest.approx(32.0)


def test_a_current_that_moves_is_waited_for_anew(probe: Probe) -> None:
    probe.flows(32.0, 10)
    assert probe.flows(30.0, 1) is Phase.SETTLING
    assert probe.flows(30.0, LIMITS.pin_test_settle_s) is Phase.READY
    assert probe.test.mean_a == pytest.approx(30.0)
    assert probe.flows(20.0, 1) is Phase.STARTING
    assert probe.test.mean_a is None


def test_a_current_that_does_not_come_ends_it_and_says_what_holds_it(probe: Probe) -> None:
    assert probe.flows(12.0, 61) is Phase.ENDED
    assert probe.test.ended == "32 A did not come within 60 s, held by heat"
    assert probe.ended == 1


def test_an_unread_meter_is_no_current(probe: Probe) -> None:
    assert probe.flows(None, 61) is Phase.ENDED


def test_power_that_ends_by_itself_ends_it_once(probe: Probe) -> None:
    probe.flows(32.0, 10)
    assert probe.flows(0.0, 3, mine=False) is Phase.ENDED
    assert probe.ended == 1
    probe.test.end("given up")
    assert probe.test.ended.startswith("power has ended")


def test_it_is_held_no_longer_than_somebody_asks_and_never_beyond_its_time(probe: Probe) -> None:
    probe.flows(32.0, LIMITS.pin_test_alone_s - 1)
    probe.test.hear(probe.ns())
    assert probe.flows(32.0, LIMITS.pin_test_alone_s - 1) is Phase.READY
    assert probe.flows(32.0, 2) is Phase.ENDED
    assert probe.test.ended == "nobody asked after it for 180 s"
    other = Probe()
    for _ in range(18):
        other.flows(32.0, 51)
        other.test.hear(other.ns())
    assert other.test.ended == "the current was held for 900 s, the longest"
