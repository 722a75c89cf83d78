"""The pilot, and the inputs that forbid power by themselves."""

from math import inf

import pytest

from silverpin.domain.conditions import Condition
from silverpin.domain.pilot import PilotCause
from tests.stage import a_charger

TRIPPED = {
    "estop": "ERR_EMERGENCY_STOP",
    "earth-loss": "ERR_EARTH_LOSS",
    "residual-current": "ERR_RESIDUAL_CURRENT",
    "insulation": "ERR_INSULATION",
}


ILL = {
    "pilot-noise": PilotCause.NOISE,
    "pilot-weak": PilotCause.LEAK,
    "pilot-loss": PilotCause.OPEN,
    "pilot-short": PilotCause.SHORT,
    "pilot-diode-missing": PilotCause.OPEN,
    "pilot-diode-short": PilotCause.DIODE,
    "pilot-frequency": PilotCause.FREQUENCY,
    "pilot-amplitude": PilotCause.AMPLITUDE,
}
NEEDS_MODULATION = {"pilot-diode-short", "pilot-frequency"}
"""What a steady line cannot show: it is found once the pilot offers power."""

# CP-3


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize("ill", ILL)
@pytest.mark.parametrize("kw", [10.0, -10.0])
def test_an_ill_pilot_stops_power_at_once(ill: str, kw: float) -> None:
    charger = a_charger().flow(kw).does(ill).wait(0.06)
    assert charger.faults == {"ERR_CP_SIGNAL_LOSS"}
    assert ILL[ill].words in charger.charger.envelope.latched["ERR_CP_SIGNAL_LOSS"].detail
    assert (charger.kw, charger.closed) == (0.0, False)
    assert charger.counts.emergency_stops == 1
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 1


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize("ill", sorted(ILL.keys() - NEEDS_MODULATION))
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


@pytest.mark.verifies("CP-3")
@pytest.mark.parametrize("ill", sorted(NEEDS_MODULATION))
def test_what_a_steady_pilot_hides_is_found_before_power_flows(ill: str) -> None:
    charger = a_charger().does(ill).plug_in().asks(5.0)
    assert not any(charger.watch(lambda s: s.closed, seconds=5))
    assert charger.faults == {"ERR_CP_SIGNAL_LOSS"}
    assert ILL[ill].words in charger.charger.envelope.latched["ERR_CP_SIGNAL_LOSS"].detail


@pytest.mark.verifies("CP-3")
def test_an_open_pilot_behind_a_plug_is_a_fault_before_anybody_asks_for_power() -> None:
    charger = a_charger().does("pilot-loss").does("plug").wait(0.4)
    assert charger.faults == set()
    assert charger.wait(0.2).faults == {"ERR_CP_SIGNAL_LOSS"}


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


# CP-4


@pytest.mark.verifies("CP-4")
@pytest.mark.parametrize(
    ("act", "value", "told"),
    [
        ("supply-12v", None, "supplies read 10 V and 24 V"),
        ("supply-12v", "13.5", "supplies read 13.5 V and 24 V"),
        ("supply-24v", None, "supplies read 12 V and 18 V"),
        ("supply-24v", "29", "supplies read 12 V and 29 V"),
    ],
)
def test_a_supply_out_of_its_range_stops_power_without_an_arc(
    act: str, value: str | None, told: str
) -> None:
    charger = a_charger().discharge(kw=10).does(act, value).wait(0.16)
    assert charger.faults == {"ERR_SUPPLY"}
    assert charger.charger.envelope.latched["ERR_SUPPLY"].detail == told
    assert (charger.kw, charger.closed, charger.counts.load_breaks) == (0.0, False, 0)
    assert charger.technician_resets().faults == {"ERR_SUPPLY"}
    charger.undoes(act).wait(1).technician_resets().wait(5)
    assert (charger.faults, charger.closed) == (set(), False)
    assert charger.discharge(kw=10).faults == set()


@pytest.mark.verifies("CP-4")
def test_a_supply_that_is_out_lets_nothing_start() -> None:
    charger = a_charger().does("supply-24v").plug_in()
    assert Condition.SUPPLY in charger.world.command_power(5_000.0).refused


@pytest.mark.verifies("CP-4")
def test_a_proximity_line_that_breaks_is_told_from_a_pulled_plug() -> None:
    charger = a_charger().discharge(kw=10).does("proximity-open").wait(0.16)
    assert (charger.kw, charger.closed) == (0.0, False)
    assert charger.wait(0.5).faults == {"ERR_PROXIMITY"}
    detail = charger.charger.envelope.latched["ERR_PROXIMITY"].detail
    assert detail == "proximity open while the pilot sees a vehicle"
    assert charger.counts.load_breaks == 0
    charger.undoes("proximity-open").wait(1).technician_resets().wait(2)
    assert charger.faults == set()
    assert charger.story("mated", "unmated") == ["mated"]
    assert charger.discharge(kw=10).faults == set()


@pytest.mark.parametrize("ill", ["pilot-noise", "pilot-short", "pilot-weak", "pilot-frequency"])
def test_an_ill_pilot_beside_a_broken_proximity_line_is_no_pulled_plug(ill: str) -> None:
    charger = a_charger().discharge(kw=10).does("proximity-open").does(ill).wait(0.06)
    assert (charger.faults, charger.closed) == ({"ERR_CP_SIGNAL_LOSS"}, False)
    detail = charger.charger.envelope.latched["ERR_CP_SIGNAL_LOSS"].detail
    assert detail.endswith("; proximity is open as well")


def test_a_signal_cable_that_is_cut_is_told_as_that_or_as_a_plug_torn_out() -> None:
    charger = a_charger().discharge(kw=10).does("proximity-open").does("pilot-loss").wait(0.06)
    assert (charger.faults, charger.closed) == ({"ERR_UNPLUGGED_LIVE"}, False)
    detail = charger.charger.envelope.latched["ERR_UNPLUGGED_LIVE"].detail
    assert "pilot and proximity lines broken at once" in detail


@pytest.mark.verifies("CP-4")
@pytest.mark.parametrize("ohm", [0.0, 680.0, 3_000.0])
def test_a_plug_of_another_kind_is_never_seated(ohm: float) -> None:
    charger = a_charger()
    charger.world.bay.proximity_ohm = ohm
    charger.plug_in()
    assert charger.faults == {"ERR_PROXIMITY"}
    assert not charger.charger.supervisor.session.plugged
    assert charger.counts.matings == 0
    assert Condition.PLUGGED in charger.world.command_power(5_000.0).refused


def test_a_plug_that_moves_in_its_socket_for_a_moment_is_no_fault() -> None:
    charger = a_charger().plug_in()
    for ohm in (300.0, inf, 1_500.0, 900.0, 1_500.0):
        charger.world.bay.proximity_ohm = ohm
        charger.wait(0.1)
    assert charger.wait(1).faults == set()
    assert charger.discharge(kw=5).faults == set()


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
