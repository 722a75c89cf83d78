"""The bolt and the contactor: no power without a proved lock, no open lock beside live pins."""

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.session import Mode
from tests.stage import Stage, a_charger

# LCK-2, LCK-3: power waits for LOCK_STATUS


@pytest.mark.verifies("LCK-2")
def test_the_contactor_closes_only_after_the_bolt_proved_itself() -> None:
    charger = a_charger().plug_in().asks(kw=5)
    charger.until(lambda s: s.closed, within_s=5)
    assert charger.story("lock_driven", "locked", "contactor_closed") == [
        "lock_driven", "locked",
    ]  # the contactor closed this instant, and is not yet noted  # fmt: skip
    assert charger.bolt_home


@pytest.mark.verifies("LCK-2", "LCK-3")
@pytest.mark.parametrize("obstacle", ["jam-lock", "break-lock-switch"])
@pytest.mark.parametrize("kw", [5.0, -5.0])
def test_without_lock_status_nothing_flows_either_way(obstacle: str, kw: float) -> None:
    charger = a_charger().does(obstacle).plug_in().asks(kw)
    assert not any(charger.watch(lambda s: s.closed, seconds=12))
    assert charger.faults == {"ERR_LOCK_FAIL"}
    assert charger.counts.contactor_operations == 0


@pytest.mark.verifies("LCK-2")
def test_three_tries_three_seconds_apart_and_then_a_fault() -> None:
    charger = a_charger().does("jam-lock").plug_in().asks(kw=5).wait(15)
    assert charger.pauses_s("lock_driven") == pytest.approx([3.0, 3.0])
    first_try, (fault,) = charger.events("lock_driven")[0], charger.events("fault_raised")
    assert fault.fields["code"] == "ERR_LOCK_FAIL"
    assert (fault.t_ns - first_try.t_ns) * 1e-9 == pytest.approx(7.5, abs=0.05)
    assert (charger.counts.lock_retries, charger.counts.lock_operations) == (2, 6)
    assert not charger.bolt_home


def test_a_bolt_that_seats_at_the_second_try_starts_the_session_after_all() -> None:
    charger = a_charger().does("jam-lock").plug_in().asks(kw=5).wait(2)
    charger.undoes("jam-lock").until(lambda s: s.kw > 4.9, within_s=10)
    assert (charger.faults, charger.counts.lock_retries) == (set(), 1)


def test_a_jammed_plug_can_be_taken_out_and_that_clears_the_fault() -> None:
    charger = a_charger().does("jam-lock").plug_in().asks(kw=5).wait(15)
    charger.does("unplug").undoes("jam-lock").wait(2)
    assert charger.faults == set()
    assert charger.discharge(kw=5).faults == set()
    assert charger.counts.matings == 2


@pytest.mark.verifies("LCK-2", "LCK-3")
@pytest.mark.parametrize("kw", [15.0, -15.0])
def test_a_lock_lost_under_load_takes_the_current_to_zero_and_then_opens(kw: float) -> None:
    charger = a_charger().flow(kw).does("break-lock-switch")
    amps_while_closed = [a for a, closed in charger.watch(current_and_contact, 1) if closed]
    assert abs(amps_while_closed[-1]) < 5.0
    assert charger.faults == {"ERR_LOCK_FAIL"}
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 0
    assert not charger.closed


@pytest.mark.verifies("LCK-2", "LCK-3")
@pytest.mark.parametrize("kw", [5.0, -5.0])
def test_a_switch_that_always_reads_engaged_proves_no_plug(kw: float) -> None:
    charger = a_charger()
    charger.world.bay.lock.switch_stuck = True
    charger.wait(5)
    assert charger.faults == set(), "nobody is told before there is a plug to hold"
    charger.plug_in()
    assert charger.world.command_power(kw * 1e3, Mode.V2X).refused
    assert charger.faults == {"ERR_LOCK_FAIL"}
    (fault,) = charger.events("fault_raised")
    assert "while the bolt is drawn back" in fault.fields["detail"]
    assert charger.counts.contactor_operations == 0


def test_a_switch_that_sticks_in_a_session_is_found_when_its_bolt_is_drawn_back() -> None:
    charger = a_charger().flow(5.0)
    charger.world.bay.lock.switch_stuck = True
    charger.wait(10)
    assert charger.faults == set(), "it reads what it should, and the bolt is home"
    charger.stop().wait(5)
    assert charger.faults == {"ERR_LOCK_FAIL"}
    charger.technician_resets()
    assert charger.wait(1).faults == {"ERR_LOCK_FAIL"}, "a reset mends no switch"
    charger.world.bay.lock.switch_stuck = False
    charger.technician_resets()
    assert charger.wait(1).faults == set()


def current_and_contact(stage: Stage) -> tuple[float, bool]:
    return stage.amps, stage.closed


# LCK-5: the bolt stays in beside live pins


@pytest.mark.verifies("LCK-5")
def test_nobody_unlocks_or_unplugs_under_load() -> None:
    charger = a_charger().discharge(kw=10)
    changed, why = charger.charger.lock(False)
    assert not changed
    assert "the contactor is commanded closed: stop the session first" in why
    assert charger.world.act("pull") == "Pulled; the bolt holds."
    assert (charger.bolt_home, charger.plugged) == (True, True)


@pytest.mark.verifies("LCK-5")
@pytest.mark.parametrize("connector", ["ccs2-80a", "ccs2-200a", "type2-32a"])
def test_after_a_stop_the_bolt_waits_for_zero_an_open_contact_and_dead_pins(connector: str) -> None:
    charger = a_charger(connector=connector).discharge(kw=10).stop()
    for _ in charger.watch(lambda s: s, seconds=3):
        if charger.world.bay.lock.target_mm == 0.0:
            break
        assert charger.bolt_home
    assert charger.amps == 0.0
    assert not charger.closed
    assert charger.world.bay.voltage_v() < 60.0
    assert charger.wait(1).world.act("unplug") == "Unplugged."


@pytest.mark.verifies("LCK-5")
def test_a_welded_contactor_keeps_the_bolt_in_for_good() -> None:
    charger = a_charger().discharge(kw=10).does("weld").stop().wait(30)
    assert charger.faults == {"ERR_CONTACTOR_WELD"}
    changed, why = charger.charger.lock(False)
    assert (changed, why[0]) == (False, "the mirror contact reads closed: pins may be live")
    assert charger.technician_resets().faults == {"ERR_CONTACTOR_WELD"}
    assert charger.stop().wait(5).bolt_home


@pytest.mark.verifies("LCK-5")
def test_a_welded_contactor_that_was_freed_lets_the_plug_go_after_the_reset() -> None:
    charger = a_charger().discharge(kw=10).does("weld").stop().wait(5)
    charger.undoes("weld").wait(1).technician_resets().wait(2)
    assert charger.faults == set()
    assert not charger.bolt_home


@pytest.mark.verifies("LCK-5")
def test_the_lock_holds_while_the_vehicle_keeps_the_pins_live() -> None:
    """An offered session: the vehicle has closed its own switches, the charger has not yet."""
    charger = a_charger().does("stuck-open").plug_in().asks(kw=5)
    charger.until(lambda s: s.world.bay.vehicle.ready, within_s=5)
    assert charger.world.bay.voltage_v() > 300.0
    _, why = charger.charger.lock(False)
    assert why


# The plug, and people who lock by hand


def test_a_plug_pulled_past_a_jammed_bolt_is_an_emergency_and_an_arc() -> None:
    charger = a_charger().discharge(kw=10).does("jam-lock").does("pull").wait(1)
    assert "ERR_UNPLUGGED_LIVE" in charger.faults
    assert not charger.closed
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 1
    assert charger.counts.emergency_stops == 1


def test_an_arc_between_two_ticks_is_counted_too() -> None:
    charger = a_charger().discharge(kw=10)
    charger.world.bay.vehicle.unplug()
    charger.world.bay.step(1_000_000)
    charger.wait(1)
    (load_break,) = charger.events("load_break")
    assert load_break.fields["current_a"] == pytest.approx(26.0, abs=1.0)
    assert charger.world.bay.contactor.load_breaks == 1


def test_a_person_locks_and_unlocks_without_power() -> None:
    charger = a_charger().plug_in()
    assert charger.charger.lock(True) == (True, ())
    assert charger.wait(1).bolt_home
    assert charger.charger.lock(True) == (False, ())
    assert charger.wait(60).bolt_home
    assert charger.charger.lock(False) == (True, ())
    assert not charger.wait(1).bolt_home
    assert charger.charger.lock(False) == (False, ())
    assert charger.counts.lock_operations == 2


def test_a_technician_tests_the_bolt_while_a_fault_stands() -> None:
    charger = a_charger().does("jam-lock").plug_in().asks(kw=5).wait(15)
    charger.undoes("jam-lock")
    assert charger.charger.lock(True) == (True, ())
    assert charger.wait(1).bolt_home
    assert charger.faults == {"ERR_LOCK_FAIL"}
    assert not charger.closed


def test_a_driver_gets_the_plug_back_from_a_faulted_charger() -> None:
    charger = a_charger().discharge(kw=10).does("estop").wait(5)
    assert charger.bolt_home
    assert charger.charger.supervisor.stop()
    assert not charger.charger.supervisor.stop()
    assert charger.wait(2).world.act("unplug") == "Unplugged."


def test_a_locked_session_that_is_called_off_lets_the_plug_go_at_once() -> None:
    charger = a_charger().does("jam-lock").plug_in().asks(kw=5).wait(2).stop().wait(10)
    assert charger.faults == set()
    assert charger.counts.lock_retries == 0
    assert not charger.bolt_home


def test_no_plug_no_start() -> None:
    charger = a_charger().wait(1)
    answer = charger.world.command_power(5_000.0, Mode.CHARGE)
    assert (answer.changed, answer.refused[0]) == (False, Condition.PLUGGED)
