"""What the daemon answers: done, already so, or refused with the first unmet condition."""

from typing import Any

import pytest

from silverpin.apps.exits import Exit
from silverpin.drivers.state_file import StateError
from tests.daemon_station import MEASURED, VirtualStation, cooled, discharging, tripped


def kinds(station: VirtualStation) -> list[str]:
    return [event.kind for event in station.world.journal]


@pytest.mark.verifies("PWR-1")
@pytest.mark.parametrize("mode", ["charge", "V2G", "V2H", "V2X"])
def test_any_number_of_starts_is_one_start(mode: str) -> None:
    station = VirtualStation()
    station.act("plug", None, False)
    station.run(2)
    power_w = 5_000.0 if mode == "charge" else -5_000.0
    told = [station.ask("set", mode=mode, power_w=power_w) for _ in range(3)]
    assert [row["exit"] for row in told] == [0, 0, 0]
    assert [row["changed"] for row in told] == [True, False, False]
    assert told[1]["text"].endswith("already so")
    station.run(10)
    again = station.ask("set", mode=mode, power_w=power_w)
    assert (again["exit"], again["changed"]) == (0, False)
    assert kinds(station.run(5)).count("contactor_closed") == 1


@pytest.mark.parametrize(("mode", "power_w"), [("charge", -1.0), ("V2G", 1.0), ("V2H", 1.0)])
def test_a_sign_against_the_mode_is_no_order(mode: str, power_w: float) -> None:
    told = discharging().ask("set", mode=mode, power_w=power_w)
    assert told["exit"] == Exit.USAGE
    assert "turn the sign" in told["text"]


def test_a_stop_twice_is_one_stop() -> None:
    station = discharging()
    assert station.ask("stop")["changed"]
    second = station.ask("stop")
    assert (second["exit"], second["changed"], second["text"]) == (0, False, "Already stopped")


def test_a_start_without_a_plug_names_the_plug_its_value_and_the_next_step() -> None:
    told = VirtualStation().ask("set", mode="V2X", power_w=-5_000.0)
    assert told["exit"] == Exit.REFUSED
    assert told["text"] == "Refused: no vehicle plugged in (proximity open): plug in to begin"
    assert told["blocked_by"][0] == told["text"].removeprefix("Refused: ")


def test_a_power_beyond_the_charger_is_taken_and_says_what_it_is_held_to() -> None:
    station = discharging()
    told = station.ask("set", mode="V2X", power_w=-50_000.0)
    assert told["exit"] == 0
    assert "held to the 22.0 kW" in told["text"]
    station.run(5)
    assert -22_500.0 < station.status()["power_w"] < -21_000.0


@pytest.mark.verifies("THM-3")
def test_a_thermal_reset_clears_below_60_only_and_starts_nothing() -> None:
    station = tripped()
    hot = station.ask("reset", thermal=True)
    assert hot["exit"] == Exit.REFUSED
    assert "must be below 60" in hot["text"]
    assert len(hot["blocked_by"]) == 1
    station.act("heat-pin", "DC+=50", False)
    station.run(2)
    assert station.ask("reset", thermal=True)["changed"]
    again = station.ask("reset", thermal=True)
    assert (again["exit"], again["changed"]) == (0, False)
    assert again["text"].startswith("Already clear")
    station.run(30)
    status = station.status()
    assert status["power_w"] == 0.0
    assert not status["contactor"]["commanded"]


@pytest.mark.verifies("THM-3")
def test_discharge_waits_for_an_inspection_and_charging_does_not() -> None:
    station = cooled()
    station.ask("reset", thermal=True)
    station.run(1)
    told = station.ask("set", mode="V2X", power_w=-5_000.0)
    assert told["exit"] == Exit.REFUSED
    assert "no inspection since the last thermal trip" in told["text"]
    assert "evse-cli inspect" in told["text"]
    assert station.ask("set", mode="charge", power_w=5_000.0)["exit"] == 0
    assert "waits for it no longer" in station.ask("inspect", **MEASURED)["text"]
    station.run(0.1)
    assert station.ask("set", mode="V2X", power_w=-5_000.0)["exit"] == 0
    assert station.run(10).status()["power_w"] < -4_000.0


@pytest.mark.parametrize(
    ("pins", "said"),
    [
        ({"DC+": 0.3e-3}, "DC- is missing"),
        ({"DC+": 0.3e-3, "DC-": 0.3e-3, "L9": 0.1e-3}, "L9 is no power pin"),
        ({"DC+": 0.3e-3, "DC-": 0.0}, "DC- cannot have 0"),
    ],
)
def test_an_inspection_that_is_none_is_not_recorded(pins: dict[str, float], said: str) -> None:
    station = tripped()
    told = station.ask("inspect", **MEASURED | {"pins": pins})
    assert told["exit"] == Exit.USAGE
    assert told["text"].startswith(said)
    assert "inspected" not in kinds(station.run(1))
    assert station.charger.envelope.inspection_due


def test_a_failed_inspection_is_recorded_and_frees_nothing() -> None:
    station = tripped()
    told = station.ask("inspect", **MEASURED | {"pins": {"DC+": 0.3e-3, "DC-": 0.9e-3}})
    assert told["exit"] == Exit.REFUSED
    assert "worst pin DC- 0.90 mΩ, limit 0.5" in told["text"]
    assert "inspected" in kinds(station.run(1))
    assert station.charger.envelope.inspection_due


def test_an_inspection_that_the_disk_did_not_take_says_so() -> None:
    station = tripped()
    station.keeps = False
    assert "not yet on the disk" in station.ask("inspect", **MEASURED)["text"]


@pytest.mark.verifies("OPS-2")
def test_a_reset_of_everything_tells_each_fault_that_stays() -> None:
    station = tripped()
    station.act("estop", None, False)
    station.run(1)
    told = station.ask("reset")
    assert told["exit"] == Exit.REFUSED
    assert [row.partition(" ")[0] for row in told["blocked_by"]] == [
        "ERR_THERM_OVERLOAD", "ERR_EMERGENCY_STOP",
    ]  # fmt: skip
    assert all(" stays latched: " in row for row in told["blocked_by"])
    station.act("estop", None, True)
    station.run(1)
    partly = station.ask("reset")
    assert partly["changed"]
    assert partly["exit"] == Exit.REFUSED
    assert list(station.charger.envelope.latched) == ["ERR_THERM_OVERLOAD"]


def test_a_fault_that_does_not_exist_cannot_be_reset() -> None:
    told = VirtualStation().ask("reset", code="ERR_NONE")
    assert told["exit"] == Exit.USAGE
    assert "evse-cli faults --table" in told["text"]


@pytest.mark.verifies("LCK-5")
@pytest.mark.parametrize("ask", [("unlock", {}), ("gpio", {"line": 18, "level": 0})])
def test_the_bolt_stays_in_under_load_however_it_is_asked(ask: tuple[str, Any]) -> None:
    station = discharging()
    told = station.ask(ask[0], **ask[1])
    assert told["exit"] == Exit.REFUSED
    assert any("mirror contact reads closed" in row for row in told["blocked_by"])
    status = station.run(2).status()
    assert status["lock"]["confirmed"]
    assert status["power_w"] < -9_000.0


def test_lock_and_unlock_say_what_they_changed_and_what_was_so() -> None:
    station = VirtualStation()
    refused = station.ask("lock")
    assert refused["exit"] == Exit.REFUSED
    assert "proximity open" in refused["text"]
    station.act("plug", None, False)
    station.run(2)
    assert station.ask("gpio", line=18, level=1)["text"].startswith("GPIO 18 low -> high. Bolt")
    station.run(2)
    assert station.ask("lock")["text"] == "Already locked"
    assert station.ask("gpio", line=18, level=1)["text"].startswith("GPIO 18 already high")
    assert station.ask("unlock")["changed"]
    station.run(2)
    assert not station.status()["lock"]["confirmed"]
    already = station.ask("unlock")
    assert (already["exit"], already["changed"]) == (0, False)
    assert station.ask("gpio", line=17, level=1)["exit"] == Exit.USAGE


def test_a_bolt_that_is_driven_and_not_proven_is_not_called_locked() -> None:
    station = VirtualStation()
    station.act("plug", None, False)
    station.act("jam-lock", None, False)
    station.run(2)
    assert station.ask("lock")["changed"]
    station.run(0.2)
    assert station.ask("lock")["text"].startswith("Already driven; LOCK_STATUS has yet")


def test_a_lock_under_a_latched_fault_is_refused_for_the_fault() -> None:
    station = VirtualStation()
    station.act("plug", None, False)
    station.act("estop", None, False)
    station.run(2)
    told = station.ask("lock")
    assert told["exit"] == Exit.REFUSED
    assert "ERR_EMERGENCY_STOP" in told["text"]


def test_the_bench_resets_the_thermal_latch_as_the_command_does() -> None:
    station = cooled()
    assert station.ask("act", act="reset-thermal")["text"].startswith("Cleared ERR_THERM_OVERLOAD")
    assert station.ask("act", act="reset-thermal")["text"].startswith("Already clear")


@pytest.mark.parametrize(
    ("act", "value", "code", "said"),
    [
        ("unplug", None, Exit.REFUSED, "bolt holds the plug"),
        ("fly", None, Exit.USAGE, "unknown act"),
        ("set-power", "fast", Exit.USAGE, "fast"),
        ("heat-pin", "DC9=10", Exit.USAGE, "DC9"),
    ],
)
def test_acts_that_cannot_be_say_why(act: str, value: Any, code: Exit, said: str) -> None:
    told = discharging().ask("act", act=act, value=value)
    assert told["exit"] == code
    assert said in told["text"]


def test_a_power_act_is_refused_in_the_words_of_the_command() -> None:
    station = tripped()
    act = station.ask("act", act="set-power", value=-5_000)
    command = station.ask("set", mode="V2X", power_w=-5_000)
    assert act["exit"] == Exit.REFUSED
    assert act["text"] == command["text"]
    assert act["blocked_by"] == command["blocked_by"]


def test_what_only_reads_is_answered_in_any_state() -> None:
    for station in (VirtualStation(), discharging(), tripped()):
        for command in ("status", "faults", "connector", "config", "events"):
            assert station.ask(command)["exit"] == 0
            assert station.ask(command)["data"]


def test_a_journal_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    station = VirtualStation()

    def unreadable(limit: int) -> list[dict[str, Any]]:
        raise StateError("the state is damaged: restore a backup")

    monkeypatch.setattr(station, "recent", unreadable)
    told = station.ask("events")
    assert (told["exit"], told["text"]) == (3, "the state is damaged: restore a backup")
