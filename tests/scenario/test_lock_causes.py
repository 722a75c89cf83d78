"""A bolt that does not seat, as people at the charger meet it: cause, advice and count."""

import pytest

from silverpin.domain.causes import LOCK_CAUSES, LockCause
from silverpin.domain.limits import LIMITS
from tests.stage import a_charger

PLAYED = {
    "debris": LockCause.DEBRIS,
    "jam-lock": LockCause.DEBRIS,
    "misaligned": LockCause.MISALIGNED,
    "gasket": LockCause.GASKET,
    "dry-bolt": LockCause.DRY,
    "break-lock-switch": LockCause.SWITCH,
}


@pytest.mark.verifies("LCK-4")
@pytest.mark.parametrize("connector", ["ccs2-80a", "ccs2-200a", "type2-32a"])
@pytest.mark.parametrize(("act", "cause"), PLAYED.items())
def test_the_fault_names_the_cause_first_and_says_what_to_do(
    act: str, cause: LockCause, connector: str
) -> None:
    charger = a_charger(7, connector=connector).does(act).plug_in().asks(kw=5).wait(12)
    detail = charger.charger.envelope.latched["ERR_LOCK_FAIL"].detail
    assert detail.startswith(f"the bolt did not seat in 3 tries: likely {cause.row.what} (")
    assert detail.endswith(cause.row.advice)
    first, *others = charger.charger.suspects("ERR_LOCK_FAIL")
    assert first.row is LOCK_CAUSES[cause]
    assert sum(suspect.weight for suspect in (first, *others)) == pytest.approx(1.0)


@pytest.mark.verifies("LCK-4")
@pytest.mark.parametrize("act", PLAYED)
def test_tries_are_bounded_and_the_coil_rests_however_often_somebody_orders(act: str) -> None:
    charger = a_charger().does(act).plug_in()
    for _ in range(40):
        charger.technician_resets().world.command_power(5_000.0)
        charger.wait(1)
    assert not charger.closed
    assert min(charger.pauses_s("lock_driven")) >= LIMITS.lock_retry_s - 0.01
    assert max(event.fields["attempt"] for event in charger.events("lock_driven")) == 3


@pytest.mark.verifies("LCK-2", "LCK-4")
@pytest.mark.parametrize("seed", range(6))
def test_a_bolt_that_springs_back_when_its_drive_lets_go_never_carried_power(seed: int) -> None:
    charger = a_charger(seed).does("gasket").plug_in().asks(kw=5)
    assert not any(charger.watch(lambda s: s.closed, seconds=12))
    assert charger.faults == {"ERR_LOCK_FAIL"}
    assert charger.counts.load_breaks == charger.counts.contactor_operations == 0


def test_the_cause_is_forgotten_with_the_bolt_that_holds() -> None:
    charger = a_charger().does("debris").plug_in().asks(kw=5).wait(12)
    charger.undoes("debris").technician_resets().wait(2)
    charger.charge(kw=5)
    assert charger.charger.suspects("ERR_LOCK_FAIL") == ()


def test_a_bolt_without_a_measured_current_still_fails_safe_and_says_so() -> None:
    charger = a_charger().does("debris").plug_in()
    lock = charger.charger.ports.lock
    lock.stroke = lambda: None  # type: ignore[method-assign]
    charger.asks(kw=5).wait(12)
    detail = charger.charger.envelope.latched["ERR_LOCK_FAIL"].detail
    assert detail.endswith("no current of its drive was measured to tell why")
    assert charger.charger.suspects("ERR_LOCK_FAIL") == ()


# CON-7


@pytest.mark.verifies("CON-7")
def test_bolt_movements_and_repeated_tries_are_counted() -> None:
    charger = a_charger().charge(kw=5).stop().wait(3)
    assert (charger.counts.lock_operations, charger.counts.lock_retries) == (2, 0)
    charger.does("debris").asks(kw=5).wait(12)
    assert (charger.counts.lock_operations, charger.counts.lock_retries) == (8, 2)


@pytest.mark.verifies("CON-7")
@pytest.mark.parametrize("kw", [10.0, -10.0])
def test_a_contactor_that_breaks_current_is_counted_with_its_amperes_and_volts(kw: float) -> None:
    charger = a_charger().flow(kw)
    amps, volts = abs(charger.amps), charger.world.bay.voltage_v()
    charger.does("estop").wait(1)
    (load_break,) = charger.events("load_break")
    assert load_break.fields["current_a"] == pytest.approx(amps, rel=0.02)
    assert load_break.fields["voltage_v"] == pytest.approx(volts, rel=0.02)
    assert (charger.counts.load_breaks, charger.counts.emergency_stops) == (1, 1)


@pytest.mark.verifies("CON-7")
def test_a_plug_pulled_under_load_is_counted_with_its_amperes_and_volts() -> None:
    charger = a_charger().discharge(kw=10)
    amps, volts = abs(charger.amps), charger.world.bay.voltage_v()
    charger.does("jam-lock").does("pull").wait(1)
    (load_break,) = charger.events("load_break")
    assert load_break.fields["current_a"] == pytest.approx(amps, rel=0.02)
    assert load_break.fields["voltage_v"] == pytest.approx(volts, rel=0.02)
    assert (charger.counts.load_breaks, charger.counts.emergency_stops) == (1, 1)


@pytest.mark.verifies("CON-7")
def test_an_ordinary_stop_breaks_nothing_and_an_idle_emergency_counts_nothing() -> None:
    charger = a_charger().discharge(kw=10).stop().wait(3).does("estop").wait(1)
    assert (charger.counts.load_breaks, charger.counts.emergency_stops) == (0, 0)
