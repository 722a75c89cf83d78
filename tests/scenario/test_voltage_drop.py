"""The pins under 32 A: through every interlock, on record as an inspection, and off again."""

from typing import Any

import pytest

from silverpin.apps.exits import Exit
from silverpin.domain.limits import LIMITS
from tests.daemon_station import VirtualStation, cooled, discharging

ADA = {"technician": "Ada", "certificate": "L2-1"}


def plugged(connector: str = "ccs2-80a", **setup: Any) -> VirtualStation:
    station = VirtualStation(connector=connector, **setup)
    station.act("plug", None, False)
    return station.run(2)


def step_of(station: VirtualStation, action: str, **fields: Any) -> dict[str, Any]:
    return station.ask("pin-test", action=action, **fields)


def look(station: VirtualStation) -> dict[str, Any]:
    return station.ask("pin-test-look")


def ready(station: VirtualStation) -> VirtualStation:
    """Begin a test and wait until the drops can be read."""
    told = step_of(station, "begin", **ADA)
    assert told["exit"] == 0, told["text"]
    station.run(25)
    assert look(station)["data"]["phase"] == "ready"
    return station


def dead(station: VirtualStation) -> bool:
    status = station.run(8).status()
    return not status["contactor"]["mirror"] and status["power_w"] == 0.0


@pytest.mark.verifies("PWR-7")
@pytest.mark.parametrize(("connector", "outcome"), [
    ("ccs2-80a", "passed"), ("ccs2-200a", "passed with a warning"), ("type2-32a", "incomplete"),
])  # fmt: skip
def test_the_drops_at_32_amperes_become_an_inspection(connector: str, outcome: str) -> None:
    station = ready(plugged(connector))
    assert abs(station.world.bay.converter.current_a) == pytest.approx(32.0, rel=0.02)
    assert station.status()["say"]["headline"].startswith("Measuring the pins under 32")
    told = step_of(station, "record", **ADA)
    assert told["data"]["outcome"] == outcome, told["text"]
    [row] = station.ask("history")["data"]["records"]
    nature = dict(zip(station.world.bay.kind.power_pins, station.world.bay.connector.resistance_ohm,
                      strict=True))  # fmt: skip
    for pin, ohm in row["record"]["pins"].items():
        assert ohm == pytest.approx(nature[pin], rel=0.05), pin
        assert row["record"]["drops_v"][pin] == pytest.approx(nature[pin] * 32.0, rel=0.06)
    assert row["record"]["method"].startswith("drop under 3")
    assert row["record"]["instrument"] == "simulated millivoltmeter"
    assert station.ask("history", kind="test")["data"]["records"] == [row]
    assert dead(station)
    assert station.ledger.load_breaks == 0


@pytest.mark.verifies("PWR-7")
def test_a_worn_pin_is_found_and_does_not_pass() -> None:
    station = plugged()
    station.act("worn-pin", "DC-=0.8mOhm", False)
    told = step_of(ready(station), "record", **ADA)
    assert told["exit"] == Exit.REFUSED
    assert "worst pin DC- 0.8" in told["text"]
    assert dead(station)


def test_the_neutral_idles_in_the_test_and_is_asked_for() -> None:
    station = ready(plugged("type2-32a"))
    told = step_of(station, "record", **ADA)
    assert "N carried no current: measure it with a resistance meter" in told["text"]
    assert told["exit"] == 0
    station.run(10)
    whole = step_of(ready(station), "record", **ADA, pins={"N": 0.3e-3})
    assert whole["data"]["outcome"] == "passed", whole["text"]


@pytest.mark.verifies("PWR-7", "THM-3")
def test_after_heat_a_passed_test_frees_discharge() -> None:
    station = cooled()
    station.ask("reset", thermal=True)
    station.run(1)
    assert station.ask("set", mode="V2X", power_w=-5_000.0)["exit"] == Exit.REFUSED
    told = step_of(ready(station), "record", **ADA)
    assert "discharge waits for it no longer" in told["text"]
    station.run(10)
    assert station.ask("set", mode="V2X", power_w=-5_000.0)["exit"] == 0


@pytest.mark.verifies("PWR-7")
def test_on_hardware_the_technician_types_what_the_instrument_reads() -> None:
    station = plugged()
    station.reads_instrument = False
    nameless = step_of(station, "begin", **ADA)
    assert nameless["exit"] == Exit.USAGE
    assert "instrument" in nameless["text"]
    signed = ADA | {"instrument": "millivoltmeter 3"}
    assert step_of(station, "begin", **signed)["exit"] == 0
    station.run(25)
    assert look(station)["data"]["drops_v"] is None
    assert step_of(station, "record", **signed)["exit"] == Exit.USAGE
    drops_v = {"DC+": 9.6e-3, "DC-": 10.4e-3}
    told = step_of(station, "record", **signed, drops_v=drops_v)
    assert (told["exit"], told["data"]["outcome"]) == (0, "passed")
    assert told["data"]["drops_v"] == drops_v
    assert "worst pin DC- 0.32 mΩ" in told["text"] or "worst pin DC- 0.33 mΩ" in told["text"]


@pytest.mark.verifies("CON-3")
def test_typed_drops_without_an_instrument_are_no_record() -> None:
    station = ready(plugged())
    nameless = step_of(station, "record", **ADA, drops_v={"DC+": 9.6e-3, "DC-": 10.4e-3})
    assert nameless["exit"] == Exit.USAGE
    assert "instrument" in nameless["text"]
    assert station.ask("history")["data"]["records"] == []


@pytest.mark.verifies("PWR-7")
def test_a_test_that_cannot_be_names_the_first_unmet_condition() -> None:
    station = VirtualStation()
    told = step_of(station, "begin", **ADA)
    assert told["exit"] == Exit.REFUSED
    assert told["text"] == "Refused: no vehicle plugged in (proximity open): plug in to begin"
    station.act("plug", None, False)
    station.act("estop", None, False)
    station.run(2)
    assert "ERR_EMERGENCY_STOP" in step_of(station, "begin", **ADA)["text"]
    busy = step_of(discharging(), "begin", **ADA)
    assert busy["text"].startswith("Refused: a session is under way (V2X, -10.0 kW): stop it")
    assert step_of(VirtualStation(), "begin")["exit"] == Exit.USAGE


def test_steps_out_of_turn_say_so() -> None:
    station = plugged()
    assert "no test of the pins is under way" in step_of(station, "record")["text"]
    assert step_of(station, "end")["text"].startswith("Already over")
    assert step_of(station, "begin", **ADA)["changed"]
    assert step_of(station, "begin", **ADA)["text"] == "Already under way"
    station.run(3)
    assert "not steady yet" in step_of(station, "record", **ADA)["text"]
    assert step_of(station, "end")["changed"]
    assert dead(station)
    assert station.ask("history")["data"]["records"] == []


@pytest.mark.verifies("PWR-7")
def test_a_technician_who_goes_away_leaves_no_current_behind() -> None:
    station = ready(plugged())
    assert dead(station.run(LIMITS.pin_test_alone_s))
    told = look(station)
    assert told["exit"] == Exit.REFUSED
    assert told["text"].endswith("nobody asked after it for 180 s")


def test_the_current_is_held_for_a_bounded_time_however_often_one_asks() -> None:
    station = ready(plugged())
    for _ in range(10):
        station.run(100)
        told = look(station)
    assert told["text"].endswith("the current was held for 900 s, the longest")
    assert dead(station)


@pytest.mark.parametrize("act", ["estop", "earth-loss", "pilot-loss", "break-lock-switch"])
def test_a_fault_ends_the_test_as_it_ends_any_session(act: str) -> None:
    station = ready(plugged())
    station.act(act, None, False)
    assert dead(station)
    assert "power has ended" in look(station)["text"]
    assert "power has ended" in step_of(station, "record", **ADA)["text"]


def test_another_order_takes_the_charger_over() -> None:
    station = ready(plugged())
    assert station.ask("set", mode="charge", power_w=3_000.0)["exit"] == 0
    station.run(5)
    assert "another order came first" in look(station)["text"]
    assert station.status()["power_w"] == pytest.approx(3_000.0, rel=0.05)


def test_a_current_that_cannot_come_says_what_holds_it() -> None:
    station = plugged(power_max_w=3_000.0)
    assert step_of(station, "begin", **ADA)["exit"] == 0
    assert dead(station.run(70))
    assert look(station)["text"].endswith("32 A did not come within 60 s, held by charger rating")
