"""The session machine, step by step, without a world."""

from dataclasses import replace
from typing import Any

import pytest

from silverpin.control.session import DEBOUNCE_NS, Seen, Session
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S, seconds_to_ns
from silverpin.domain.session import SessionState

TICK_NS = 20 * NS_PER_MS
CALM = Seen(
    now_ns=0, seated=True, cp=CpState.B, locked=False, closed=False, commanded=False,
    current_a=0.0, faulted=False,
)  # fmt: skip


class Machine:
    """A session and the world it thinks it sees."""

    def __init__(self) -> None:
        self.session = Session()
        self.seen = CALM

    def sees(self, seconds: float = 0.0, **what: Any) -> SessionState:
        """Let time pass tick by tick, seeing *what* from now on; return the state at its end."""
        self.seen = self.seen._replace(**what)
        for _ in range(max(1, round(seconds * NS_PER_S / TICK_NS))):
            self.session.step(self.seen)
            self.seen = self.seen._replace(now_ns=self.seen.now_ns + TICK_NS)
        return self.session.state

    def plugged(self) -> bool:
        return self.session.plugged

    def bolt(self) -> bool:
        return self.session.bolt

    def settled(self) -> bool:
        return self.session.settled()

    def failed(self) -> bool:
        return self.session.failed_lock

    def running(self) -> "Machine":
        self.sees(1.2)
        self.session.start()
        self.sees(0.1)
        self.sees(LIMITS.lock_settle_s, locked=True)
        self.sees(0.1, cp=CpState.C)
        self.sees(LIMITS.low_power_s + 0.1, closed=True, commanded=True)
        assert self.session.state is SessionState.RUNNING
        return self


def test_from_the_plug_to_power_and_back() -> None:
    machine = Machine()
    assert machine.sees(0.9) is SessionState.UNPLUGGED
    assert machine.sees(0.3) is SessionState.PLUGGED
    machine.session.start()
    assert machine.sees() is SessionState.LOCKING
    assert (machine.session.bolt, machine.session.power_on) == (True, False)
    assert machine.sees(locked=True) is SessionState.READY
    assert machine.session.offering
    assert machine.sees(cp=CpState.C) is SessionState.READY, "the drive may not have let go"
    assert not machine.settled()
    assert machine.sees(LIMITS.lock_settle_s) is SessionState.CLOSING
    assert machine.session.power_on
    assert machine.sees(closed=True, commanded=True) is SessionState.LOW_POWER
    assert machine.sees(LIMITS.low_power_s + 0.1, current_a=2.5) is SessionState.RUNNING
    machine.session.stop()
    assert machine.sees(current_a=20.0) is SessionState.STOPPING
    assert (machine.session.bolt, machine.session.power_on) == (True, True)
    assert not machine.session.stop_now(machine.seen)
    machine.sees(current_a=0.5)
    assert machine.session.stop_now(machine.seen)
    assert machine.sees(commanded=False) is SessionState.STOPPING, "the mirror is still closed"
    assert machine.sees(closed=False) is SessionState.PLUGGED
    assert not machine.bolt()


def test_a_stop_waits_for_zero_current_but_not_for_ever() -> None:
    machine = Machine().running()
    machine.session.stop()
    machine.sees(4.9, current_a=30.0)
    assert not machine.session.stop_now(machine.seen)
    machine.sees(0.3)
    assert machine.session.stop_now(machine.seen)


@pytest.mark.parametrize("cp", [CpState.B, CpState.A, CpState.E, None])
def test_a_vehicle_that_is_no_longer_ready_ends_power_and_keeps_the_lock(
    cp: CpState | None,
) -> None:
    machine = Machine().running()
    assert machine.sees(cp=cp) is SessionState.STOPPING
    assert machine.sees(closed=False, commanded=False) is SessionState.READY
    assert machine.bolt()
    assert machine.sees(cp=CpState.C) is SessionState.CLOSING, "the order still stands"


@pytest.mark.parametrize(
    "state", [state for state in SessionState if state is not SessionState.FAULTED]
)
def test_a_fault_ends_every_state_and_takes_the_order_with_it(state: SessionState) -> None:
    session = Session(state=state, plugged=state is not SessionState.UNPLUGGED)
    session.start()
    plugged = session.plugged
    session.step(CALM._replace(seated=plugged, faulted=True))
    told = (session.state, session.wanted, session.power_on)
    assert told == (SessionState.FAULTED, False, False)
    session.step(CALM._replace(seated=plugged))
    back = SessionState.PLUGGED if plugged else SessionState.UNPLUGGED
    assert (session.state, session.wanted) == (back, False)


def test_a_plug_is_debounced_also_while_a_fault_stands() -> None:
    machine = Machine()
    machine.sees(0.2, faulted=True, seated=False)
    machine.sees(0.9, seated=True)
    assert not machine.plugged()
    machine.sees(0.3)
    assert machine.plugged()
    machine.sees(0.5, seated=False)
    machine.sees(0.02, seated=True)
    machine.sees(0.9, seated=False)
    assert machine.plugged()
    machine.sees(0.3)
    assert not machine.plugged()


def test_an_unread_proximity_neither_brings_nor_takes_a_plug() -> None:
    machine = Machine()
    assert machine.sees(5.0, seated=None) is SessionState.UNPLUGGED
    machine.sees(0.9, seated=True)
    machine.sees(0.02, seated=None)
    assert machine.sees(0.9, seated=True) is SessionState.UNPLUGGED
    assert machine.sees(0.3) is SessionState.PLUGGED
    assert machine.sees(5.0, seated=None) is SessionState.PLUGGED


def test_an_unplugged_session_forgets_everything() -> None:
    machine = Machine().running()
    machine.sees(DEBOUNCE_NS / NS_PER_S + 0.1, seated=False)
    session = machine.session
    assert session.state is SessionState.UNPLUGGED
    assert (session.wanted, session.bolt, session.lock_held, session.attempt) == (
        False, False, False, 0,
    )  # fmt: skip


def test_tries_to_lock_are_bounded_and_apart() -> None:
    machine = Machine()
    machine.sees(1.2)
    machine.session.start()
    moves: list[tuple[float, bool]] = []
    start_ns = machine.seen.now_ns
    while not machine.failed():
        bolt = machine.bolt()
        machine.sees()
        if machine.bolt() is not bolt:
            at_s = (machine.seen.now_ns - TICK_NS - start_ns) / NS_PER_S
            moves.append((round(at_s, 2), machine.bolt()))
        assert machine.seen.now_ns - start_ns < seconds_to_ns(20)
    travel_s, retry_s = LIMITS.lock_travel_max_s, LIMITS.lock_retry_s
    expected = [
        (k * retry_s + more_s, on)
        for k in range(LIMITS.lock_tries_max)
        for more_s, on in ((0.0, True), (travel_s, False))
    ]
    assert [on for _, on in moves] == [on for _, on in expected]
    assert [at_s for at_s, _ in moves] == pytest.approx([at_s for at_s, _ in expected], abs=0.05)
    assert machine.sees() is SessionState.PLUGGED
    assert not machine.failed()
    assert not machine.session.wanted


def test_lock_status_proves_nothing_while_the_bolt_is_drawn_back() -> None:
    machine = Machine()
    machine.sees(1.2)
    machine.session.start()
    machine.sees(LIMITS.lock_travel_max_s + 0.1)
    assert not machine.bolt()
    assert machine.sees(locked=True) is SessionState.LOCKING


def test_a_lock_lost_before_power_costs_a_try() -> None:
    machine = Machine()
    machine.sees(1.2)
    machine.session.start()
    machine.sees(0.2, locked=True)
    for _ in range(LIMITS.lock_tries_max - 1):
        assert machine.sees(0.1, locked=False) is SessionState.LOCKING
        assert not machine.bolt()
        assert machine.sees(2.0, locked=True) is SessionState.READY
    while not machine.failed():
        machine.sees(locked=False)
    assert machine.session.state is SessionState.PLUGGED


def test_a_lock_lost_while_closing_opens_again() -> None:
    machine = Machine()
    machine.sees(1.2)
    machine.session.start()
    machine.sees(LIMITS.lock_settle_s, locked=True)
    assert machine.sees(0.1, cp=CpState.C) is SessionState.CLOSING
    assert machine.sees(locked=False) is SessionState.STOPPING


def test_a_stop_is_news_once_and_frees_what_only_a_session_held() -> None:
    session = Session(state=SessionState.FAULTED, plugged=True, bolt=True)
    assert session.stop()
    assert not session.stop()
    session.step(CALM._replace(faulted=True))
    assert not session.bolt


def test_a_stop_leaves_a_lock_that_a_person_holds() -> None:
    machine = Machine()
    machine.sees(1.2)
    assert machine.session.hold()
    assert machine.sees(0.5) is SessionState.LOCKING
    assert machine.sees(0.5, locked=True) is SessionState.READY
    assert not machine.session.stop()
    assert machine.sees(1.0) is SessionState.READY
    assert machine.bolt()
    machine.session.let_go()
    assert machine.sees() is SessionState.PLUGGED
    assert not machine.bolt()


def test_nothing_is_settled_while_something_moves() -> None:
    machine = Machine()
    machine.sees(0.5)
    assert not machine.settled(), "a debounce runs"
    machine.sees(1.0)
    assert machine.settled()
    machine.session.start()
    machine.sees()
    assert not machine.settled(), "the bolt travels"
    assert Machine().running().session.settled()


def test_each_try_that_fails_is_told_once_with_whether_the_bolt_had_been_proved() -> None:
    machine = Machine()
    machine.sees(1.2)
    machine.session.start()
    told: list[tuple[int, bool]] = []
    for tick in range(round(9 * NS_PER_S / TICK_NS)):
        machine.sees(locked=tick in range(160, 175))  # in the second try, for a moment
        if machine.session.failed_try:
            told.append((machine.session.failed_try, machine.session.flashed))
    assert told == [(1, False), (2, True), (3, False)]


def test_after_all_tries_the_coil_rests_before_the_next_order_drives_it() -> None:
    machine = Machine()
    machine.sees(1.2)
    machine.session.start()
    while not machine.failed():
        machine.sees()
    last_ns = machine.seen.now_ns - seconds_to_ns(LIMITS.lock_travel_max_s)
    machine.session.start()
    assert machine.sees() is SessionState.PLUGGED
    assert not machine.settled()
    while not machine.bolt():
        machine.sees()
    rested_s = (machine.seen.now_ns - last_ns) / NS_PER_S
    assert rested_s == pytest.approx(LIMITS.lock_retry_s, abs=0.05)


def test_limits_may_be_tighter() -> None:
    session = Session(replace(LIMITS, lock_tries_max=1), plugged=True, state=SessionState.PLUGGED)
    session.start()
    for tick in range(200):
        session.step(CALM._replace(now_ns=tick * TICK_NS))
        if session.failed_lock:
            break
    assert session.failed_lock
    assert tick * TICK_NS < seconds_to_ns(2.0)
