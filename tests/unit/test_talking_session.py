"""The session machine with a vehicle that talks: what is waited for, and in which order."""

from typing import Any

import pytest

from silverpin.control.session import Seen, Session
from silverpin.domain.asks import Ask
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.domain.session import SessionState

TICK_NS = 20 * NS_PER_MS
S = SessionState


class Machine:
    """A locked plug of a vehicle that talks, and what the session thinks it sees."""

    def __init__(self, *, direct_current: bool = True) -> None:
        self.session = Session(direct_current=direct_current)
        self.seen = Seen(
            now_ns=0, seated=True, cp=CpState.B, locked=True, closed=False, commanded=False,
            current_a=0.0, faulted=False, ask=Ask.NOTHING,
        )  # fmt: skip
        self.sees(1.2)
        self.session.start()
        self.sees(LIMITS.lock_settle_s + 0.2)

    def sees(self, seconds: float = 0.0, **what: Any) -> SessionState:
        """Let time pass tick by tick, seeing *what* from now on; return the state at its end."""
        self.seen = self.seen._replace(**what)
        for _ in range(max(1, round(seconds * NS_PER_S / TICK_NS))):
            self.session.step(self.seen)
            self.seen = self.seen._replace(now_ns=self.seen.now_ns + TICK_NS)
        return self.session.state

    def testing(self) -> "Machine":
        self.sees(0.1, cp=CpState.C, ask=Ask.INSULATION)
        assert self.sees(closed=True, commanded=True) is S.TESTING
        return self

    def precharging(self) -> "Machine":
        self.testing()
        assert self.sees(ask=Ask.VOLTAGE, insulated=True) is S.PRECHARGING
        return self

    def running(self) -> "Machine":
        self.precharging()
        assert self.sees(ask=Ask.POWER) is S.LOW_POWER
        assert self.sees(LIMITS.low_power_s + 0.1, current_a=20.0) is S.RUNNING
        return self


def test_nothing_closes_before_the_vehicle_asks_for_a_test() -> None:
    machine = Machine()
    assert machine.sees(30, cp=CpState.C) is S.READY
    for skipped in (Ask.VOLTAGE, Ask.POWER, Ask.END):
        assert machine.sees(1, ask=skipped) is S.READY, "no battery before the insulation test"
    assert machine.sees(ask=Ask.INSULATION) is S.CLOSING
    assert machine.session.voltage_alone


def test_each_step_waits_for_the_vehicle_and_for_its_proof() -> None:
    machine = Machine().testing()
    assert machine.sees(5, ask=Ask.VOLTAGE) is S.TESTING, "insulation is not proved"
    assert machine.sees(5, ask=Ask.INSULATION, insulated=True) is S.TESTING
    assert machine.sees(ask=Ask.VOLTAGE) is S.PRECHARGING
    assert machine.session.voltage_alone
    assert machine.sees(5) is S.PRECHARGING
    assert machine.sees(ask=Ask.POWER) is S.LOW_POWER
    assert not machine.session.voltage_alone


@pytest.mark.parametrize("gone", [Ask.END, Ask.NOTHING])
@pytest.mark.parametrize("state", ["testing", "precharging", "running"])
def test_a_vehicle_that_ends_or_vanishes_stops_every_state(state: str, gone: Ask) -> None:
    machine: Machine = getattr(Machine(), state)()
    assert machine.sees(ask=gone) is S.STOPPING
    machine.sees(current_a=0.0)
    assert not machine.session.stop_now(machine.seen), "its switches may be closed still"
    machine.sees(cp=CpState.B)
    assert machine.session.stop_now(machine.seen)
    assert machine.sees(closed=False, commanded=False) is S.READY
    assert machine.sees(10) is S.READY, "it does not begin again by itself"


def test_a_stop_waits_until_the_vehicle_has_ended_power_too_but_not_for_ever() -> None:
    machine = Machine().running()
    machine.session.stop()
    assert machine.sees(current_a=0.0) is S.STOPPING
    assert not machine.session.stop_now(machine.seen), "its switches are closed still"
    machine.sees(1, ask=Ask.END)
    assert not machine.session.stop_now(machine.seen)
    machine.sees(cp=CpState.B)
    assert machine.session.stop_now(machine.seen)

    silent = Machine().running()
    silent.session.stop()
    silent.sees(4.9, current_a=0.0)
    assert not silent.session.stop_now(silent.seen)
    silent.sees(0.2)
    assert silent.session.stop_now(silent.seen)


def test_a_stop_before_the_contactor_is_held_closes_it_no_more() -> None:
    machine = Machine()
    assert machine.sees(cp=CpState.C, ask=Ask.INSULATION) is S.CLOSING
    machine.session.stop()
    assert machine.sees() is S.STOPPING
    assert machine.session.stop_now(machine.seen), "though the vehicle is still in state C"


@pytest.mark.parametrize("state", ["testing", "precharging", "running"])
def test_a_contactor_that_was_let_go_is_not_closed_onto_a_battery(state: str) -> None:
    machine: Machine = getattr(Machine(), state)()
    assert machine.sees(commanded=False, closed=False) is S.STOPPING
    assert machine.session.stop_now(machine.seen)


def test_an_ac_vehicle_asks_for_power_and_nothing_before_it() -> None:
    machine = Machine(direct_current=False)
    assert machine.sees(5, cp=CpState.C) is S.READY
    assert machine.sees(ask=Ask.POWER) is S.CLOSING
    assert not machine.session.voltage_alone
    assert machine.sees(closed=True, commanded=True) is S.LOW_POWER


def test_a_talking_ac_vehicle_that_has_not_begun_to_talk_is_not_waited_for_in_vain() -> None:
    machine = Machine(direct_current=False)
    machine.sees(ask=None, cp=CpState.C)
    assert machine.session.state is S.CLOSING
