"""The pilot, and the inputs that forbid power by themselves."""

import pytest

from silverpin.domain.conditions import Condition
from tests.stage import a_charger

TRIPPED = {
    "estop": "ERR_EMERGENCY_STOP",
    "earth-loss": "ERR_EARTH_LOSS",
    "residual-current": "ERR_RESIDUAL_CURRENT",
    "insulation": "ERR_INSULATION",
}


# CP-3


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize("ill", ["pilot-noise", "pilot-weak", "pilot-loss"])
@pytest.mark.parametrize("kw", [10.0, -10.0])
def test_an_ill_pilot_stops_power_at_once(ill: str, kw: float) -> None:
    charger = a_charger().flow(kw).does(ill).wait(0.06)
    assert charger.faults == {"ERR_CP_SIGNAL_LOSS"}
    assert (charger.kw, charger.closed) == (0.0, False)
    assert charger.counts.emergency_stops == 1
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 1


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize("ill", ["pilot-noise", "pilot-weak", "pilot-loss"])
def test_an_ill_pilot_starts_nothing(ill: str) -> None:
    charger = a_charger().does(ill).plug_in()
    answer = charger.world.command_power(5_000.0)
    assert Condition.PILOT in answer.refused
    assert not any(charger.watch(lambda s: s.closed, seconds=5))


@pytest.mark.verifies("CP-3")
def test_a_pilot_that_recovers_wants_a_reset_and_then_a_start() -> None:
    charger = a_charger().discharge(kw=10).does("pilot-loss").wait(1)
    charger.technician_resets()
    assert charger.faults == {"ERR_CP_SIGNAL_LOSS"}
    charger.undoes("pilot-loss").wait(1).technician_resets().wait(10)
    assert (charger.faults, charger.kw) == (set(), 0.0)
    assert charger.discharge(kw=10).faults == set()


def test_a_little_noise_is_no_reason_to_stop() -> None:
    charger = a_charger().discharge(kw=10).does("pilot-noise", "0.3").wait(10)
    assert charger.faults == set()


def test_a_noisy_hour_adds_no_mating_and_no_flood_of_events() -> None:
    charger = a_charger(tick_ns=100_000_000).discharge(kw=10).does("pilot-noise", "2").wait(3600)
    assert charger.counts.matings == 1
    assert len(charger.events("pilot")) < 20


def test_the_pilot_is_withdrawn_only_after_the_contactor_opened() -> None:
    charger = a_charger().discharge(kw=10).stop()
    for offered, closed in charger.watch(lambda s: (s.world.bay.offered(), s.closed), seconds=2):
        assert offered or not closed
    assert not charger.world.bay.vehicle.ready
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 0


# CP-5


@pytest.mark.verifies("CP-5")
@pytest.mark.parametrize(("act", "code"), TRIPPED.items())
@pytest.mark.parametrize("kw", [10.0, -10.0])
def test_a_tripped_input_opens_at_once(act: str, code: str, kw: float) -> None:
    charger = a_charger().flow(kw).does(act).wait(0.06)
    assert charger.faults == {code}
    assert (charger.kw, charger.closed) == (0.0, False)
    assert charger.counts.emergency_stops == 1


@pytest.mark.verifies("CP-5")
@pytest.mark.parametrize(("act", "code"), TRIPPED.items())
def test_a_tripped_input_lets_nothing_start_and_its_reset_waits_for_the_cause(
    act: str, code: str
) -> None:
    charger = a_charger().does(act).plug_in()
    assert charger.world.command_power(5_000.0).refused
    assert charger.technician_resets().faults == {code}
    charger.undoes(act).wait(1).technician_resets().wait(5)
    assert (charger.faults, charger.closed) == (set(), False)
    assert charger.charge(kw=5).faults == set()


@pytest.mark.verifies("CP-5")
def test_insulation_that_falls_while_power_flows_opens_at_once() -> None:
    charger = a_charger().discharge(kw=10).does("insulation", "99kOhm").wait(0.06)
    assert (charger.faults, charger.closed) == ({"ERR_INSULATION"}, False)


def test_an_ac_connector_has_no_dc_insulation_to_lose() -> None:
    charger = a_charger(connector="type2-32a").discharge(kw=10).does("insulation").wait(5)
    assert charger.faults == set()


def test_an_emergency_stop_without_a_vehicle_is_no_mating() -> None:
    charger = a_charger().wait(1).does("estop").wait(5).undoes("estop").wait(1)
    charger.technician_resets().wait(5)
    assert charger.counts.matings == 0
    assert charger.story("mated", "unmated") == []


def test_a_plug_that_comes_and_goes_while_a_fault_stands_is_counted() -> None:
    charger = a_charger().plug_in().does("estop").wait(2).does("unplug").wait(3)
    charger.does("plug").wait(3).undoes("estop").wait(1).technician_resets().wait(2)
    assert charger.story("mated", "unmated") == ["mated", "unmated", "mated"]
    assert charger.counts.matings == 2


def test_a_plug_that_flickers_is_one_mating() -> None:
    charger = a_charger()
    for _ in range(5):
        charger.does("plug").wait(0.5).does("unplug").wait(0.5)
    charger.does("plug").wait(3)
    for _ in range(5):
        charger.does("unplug").wait(0.5).does("plug").wait(0.5)
    charger.wait(3)
    assert charger.story("mated", "unmated") == ["mated"]
