"""The order of opening, and what a permit lets through."""

import pytest

from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Reading
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.lease import Permit
from silverpin.safety.opening import Drive, Opener
from tests.observations import INFINITE, NAN

CLOSED = Drive(close=True, inhibit=False)
RAMPING = Drive(close=True, inhibit=True)
OPEN = Drive(close=False, inhibit=True)


def ms(amount: float) -> int:
    return NS_PER_S + round(amount * NS_PER_MS)


def lease(now_ns: int) -> Permit:
    return Permit(now_ns + LIMITS.lease_ns, 200.0, 200.0)


class Stage:
    """An output stage, closed under a permit minted at 0 ms."""

    def __init__(self) -> None:
        self.opener = Opener()
        assert self.at(0, 0.0, permit=lease(ms(0))) == CLOSED

    def at(
        self, when_ms: float, amps: float | None, *, permit: Permit | None = None,
        emergency: bool = False, read_ms: float | None = None,
    ) -> Drive:  # fmt: skip
        taken_ns = ms(when_ms if read_ms is None else read_ms)
        current = None if amps is None else Reading(amps, taken_ns)
        return self.opener.step(ms(when_ms), permit, emergency, current)


def test_a_permit_closes_and_keeps_closed() -> None:
    stage = Stage()
    for when_ms in (20, 40, 60):
        assert stage.at(when_ms, 150.0, permit=lease(ms(when_ms))) == CLOSED
    assert stage.opener.closed


def test_without_a_permit_it_is_open_and_stays_so() -> None:
    opener = Opener()
    assert opener.step(ms(0), None, False, None) == OPEN
    assert opener.step(ms(20), None, True, Reading(50.0, ms(20))) == OPEN
    assert not opener.closed


@pytest.mark.parametrize("when_ms", [500, 501, 10_000])
@pytest.mark.verifies("LCK-2")
def test_a_lapsed_permit_inhibits_first_and_opens_when_the_current_is_gone(when_ms: int) -> None:
    stage = Stage()
    permit = lease(ms(0))
    assert stage.at(499, 150.0, permit=permit) == CLOSED
    assert stage.at(when_ms, 150.0, permit=permit) == RAMPING
    assert stage.at(when_ms + 20, 5.0, permit=permit) == RAMPING
    assert stage.at(when_ms + 40, 4.9, permit=permit) == OPEN
    assert not stage.opener.closed


@pytest.mark.parametrize("amps", [4.9, -4.9, 0.0])
def test_a_small_current_opens_in_the_same_step(amps: float) -> None:
    assert Stage().at(20, amps) == OPEN


@pytest.mark.parametrize("amps", [5.0, -5.0, 150.0, -150.0])
def test_a_current_that_does_not_go_is_broken_after_100_ms_and_reported(amps: float) -> None:
    stage = Stage()
    for when_ms in (20, 40, 119.9):
        assert stage.at(when_ms, amps) == RAMPING
    assert stage.at(120, amps) == Drive(close=False, inhibit=True, broke_a=abs(amps))
    assert stage.at(140, amps) == OPEN


@pytest.mark.parametrize(
    ("amps", "broke_a"),
    [(150.0, 150.0), (-150.0, 150.0), (5.0, 5.0), (4.9, None), (-4.9, None), (NAN, INFINITE),
     (None, INFINITE), (-INFINITE, INFINITE)],
)  # fmt: skip
@pytest.mark.verifies("CP-3")
def test_an_emergency_opens_at_once_whatever_flows(
    amps: float | None, broke_a: float | None
) -> None:
    stage = Stage()
    drive = stage.at(20, amps, permit=lease(ms(20)), emergency=True)
    assert drive == Drive(close=False, inhibit=True, broke_a=broke_a)
    assert not stage.opener.closed


def test_an_emergency_cuts_a_ramp_short() -> None:
    stage = Stage()
    assert stage.at(20, 150.0) == RAMPING
    assert stage.at(30, 80.0, emergency=True) == Drive(close=False, inhibit=True, broke_a=80.0)


@pytest.mark.parametrize("amps", [None, NAN, INFINITE])
def test_a_current_nobody_knows_is_waited_for_and_then_broken(amps: float | None) -> None:
    stage = Stage()
    assert stage.at(20, amps) == RAMPING
    assert stage.at(119, amps) == RAMPING
    assert stage.at(120, amps) == Drive(close=False, inhibit=True, broke_a=INFINITE)


def test_a_small_current_from_before_the_inhibit_proves_nothing() -> None:
    stage = Stage()
    assert stage.at(20, 1.0, read_ms=19) == RAMPING
    assert stage.at(40, 1.0, read_ms=19.9) == RAMPING
    assert stage.at(60, 1.0, read_ms=20) == OPEN


def test_a_current_from_the_future_is_unknown() -> None:
    stage = Stage()
    assert stage.at(20, 1.0, read_ms=21) == RAMPING
    broke_a = stage.at(30, 1.0, read_ms=31, emergency=True).broke_a
    assert broke_a == INFINITE


def test_a_permit_in_time_ends_a_ramp_and_the_next_one_has_its_own_100_ms() -> None:
    stage = Stage()
    assert stage.at(20, 150.0) == RAMPING
    assert stage.at(110, 150.0, permit=lease(ms(110))) == CLOSED
    assert stage.at(130, 150.0) == RAMPING
    assert stage.at(229, 150.0) == RAMPING
    assert stage.at(230, 150.0).broke_a == 150.0


def test_after_opening_only_a_new_permit_closes() -> None:
    stage = Stage()
    assert stage.at(20, 0.0) == OPEN
    assert stage.at(40, 0.0) == OPEN
    assert stage.at(60, 0.0, permit=lease(ms(60))) == CLOSED


def test_a_permit_that_outlives_the_lease_is_none() -> None:
    longer = Permit(ms(500) + 1, 200.0, 200.0)
    opener = Opener()
    assert opener.step(ms(0), longer, False, None) == OPEN
    assert opener.step(ms(0) + 1, longer, False, None) == CLOSED


def test_a_clock_that_goes_back_opens() -> None:
    stage = Stage()
    assert stage.at(20, 150.0) == RAMPING
    assert stage.at(19, 150.0).broke_a == 150.0


@pytest.mark.parametrize(
    ("asked_a", "given_a"),
    [(50.0, 50.0), (100.0, 100.0), (200.0, 100.0), (INFINITE, 100.0), (0.0, 0.0), (-20.0, -20.0),
     (-60.0, -40.0), (-INFINITE, -40.0), (NAN, 0.0)],
)  # fmt: skip
@pytest.mark.verifies("LCK-3")
def test_a_permit_clamps_a_set_point_and_takes_no_number_for_none(
    asked_a: float, given_a: float
) -> None:
    assert Permit(0, 100.0, 40.0).clamp(asked_a) == given_a


@pytest.mark.parametrize("asked_a", [-0.1, -200.0, -INFINITE, NAN])
def test_a_permit_to_charge_lets_nothing_out(asked_a: float) -> None:
    assert Permit(0, 100.0, 0.0).clamp(asked_a) == 0.0
