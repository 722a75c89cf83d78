"""What people see on a terminal: sentence first, colour where it is wanted, nothing made up."""

import io
from typing import Any

import pytest

from silverpin.apps.terminal.fault_screen import fault_lines, latched_lines
from silverpin.apps.terminal.screen_text import facts, figure, flat, headline, kilowatts, table
from silverpin.apps.terminal.status_screen import status_lines, watch_line
from silverpin.domain.causes import CAUSES_OF
from silverpin.domain.faults import FAULTS

FULL: dict[str, Any] = {
    "time": "2026-11-22T14:32:08.120Z",
    "simulated": False,
    "charger_id": "bay-1",
    "name": "Charger 1",
    "connector_id": "A-1",
    "connector": {"set": "ccs2-200a"},
    "state": "running",
    "mode": "V2X",
    "plugged": True,
    "cp_state": "C",
    "lock": {"commanded": True, "confirmed": False, "age_ms": 40},
    "contactor": {"commanded": True, "mirror": True},
    "permit": {"valid": True, "expires_ms": 480, "current_max_a": 56.0},
    "power_w": -19600.0,
    "power_set_w": -22000.0,
    "voltage_v": 391.2,
    "current_a": -50.1,
    "limits": [{"by": "heat", "power_w": 17800.0}, {"by": "charger rating", "power_w": 22000.0}],
    "temps_c": {"DC+": {"value": -3.0}, "DC-": {"value": None}},
    "peaks_c": {"DC+": {"value": 85.3, "time": "2026-11-22T14:29:40Z"}},
    "headroom_k": 88.0,
    "cooling": {"primary": 0.4, "secondary": 0.0},
    "derate": {"factor": 0.81, "reason": "DC+ rises 5.8 °C/min, limit 5"},
    "faults": [{"code": "ERR_LOCK_FAIL", "cause": "Debris", "reset": "unplug"}],
    "counts": {"matings": 0, "matings_to_cleaning": 500, "load_breaks": 0, "reversals": 7},
    "life_consumed": 0.4812,
    "energy_kwh": {"charged": 19870.1, "discharged": 0.0},
    "grid": {"hz": 50.021, "v": 231.0, "ok": False},
    "checks": [
        {"name": "lock proof", "ok": False, "value": "310 ms old", "limit": "200 ms"},
        {"name": "vehicle ready", "ok": False, "value": None, "limit": None},
        {"name": "earth", "ok": True, "value": "4 ohm", "limit": "10 ohm"},
    ],
    "blocked_by": ["first", "second"],
    "due": [{"what": "clean the pins", "reason": "500 matings"}],
    "say": {"tone": "fault", "headline": "Not starting: the plug is not locked", "detail": "Push."},
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(status: dict[str, Any]) -> str:
    return "\n".join(status_lines(status, io.StringIO()))


def test_a_full_status_shows_every_part() -> None:
    text = shown(FULL)
    for words in (
        "Charger 1\n", "driven, not proven, 40 ms old", "-19.6 kW of -22.0 kW wanted",
        "heat 17.8 kW, charger rating 22.0 kW", "valid, 480 ms left, at most 56.0 A",
        "DC+ -3.0 °C, DC- unknown; 88.0 K below the trip", "DC+ 85.3 °C at 2026-11-22T14:29:40Z",
        "to 81 %: DC+ rises 5.8 °C/min, limit 5", "40 %, 0 %", "50.021 Hz, 231 V, outside",
        "0, 500 to the next cleaning, 48.12 % of rated life", "0 load-breaks, 7 reversals",
        "1 of 3", "lock proof: 310 ms old, limit 200 ms", "vehicle ready: unknown\n",
        "ERR_LOCK_FAIL: Debris. unplug",
        "blocked by   first\n", "blocked by   second\n", "clean the pins: 500 matings",
    ):  # fmt: skip
        assert words in text


def test_work_that_is_announced_says_by_when() -> None:
    row = {"what": "inspect the pins", "reason": "it drifts", "soon": True,
           "by": "2027-01-16T08:00:00Z", "command": "evse-cli inspect"}  # fmt: skip
    told = shown(FULL | {"due": [row]}).splitlines()[-1].split(maxsplit=1)
    assert told == ["soon", "inspect the pins: it drifts; by 2027-01-16; evse-cli inspect"]


def test_what_the_vehicle_speaks_has_a_line_and_so_has_one_that_was_turned_away() -> None:
    words = {"words": "ISO 15118-2 DC, in the charge loop", "transport": "from [fe80::1], TLS 1.2"}
    told = "\n".join(status_lines(FULL | {"vehicle": words}, io.StringIO()))
    assert "ISO 15118-2 DC, in the charge loop; from [fe80::1], TLS 1.2" in told
    turned = {"words": None, "refused": "the vehicle came with no TLS"}
    told = "\n".join(status_lines(FULL | {"vehicle": turned}, io.StringIO()))
    assert "refused: the vehicle came with no TLS" in told


def test_the_power_line_has_a_line_where_a_modem_matches_and_none_elsewhere() -> None:
    quality = {
        "sentence": "The power line is poor: attenuation 44.0 dB.",
        "advice": ["keep 50 mm or more between cables", "connect the shield"],
    }
    plc = {"modem": "slac", "words": "linked", "why": None, "quality": quality}
    told = "\n".join(status_lines(FULL | {"plc": plc}, io.StringIO()))
    assert "The power line is poor: attenuation 44.0 dB. Keep 50 mm" in told
    assert "linked" in told
    told = "\n".join(status_lines(FULL | {"plc": plc | {"modem": "none"}}, io.StringIO()))
    assert "power line" not in told


def test_a_modem_that_is_missing_says_so() -> None:
    plc = {"modem": "slac", "why": "there is no network interface eth1", "quality": {}}
    told = "\n".join(status_lines(FULL | {"plc": plc}, io.StringIO()))
    assert "there is no network interface eth1" in told


def test_what_is_unknown_is_said_to_be_unknown_and_never_zero() -> None:
    for empty in ({}, dict.fromkeys(FULL)):
        text = shown(empty)
        assert not any(character.isdigit() for character in text)
        assert text.count("unknown") > 10
        assert "None" not in text
        assert watch_line(empty).split()[0] == "unknown"


def test_a_line_of_watch_names_the_hottest_pin_that_is_known() -> None:
    warm = {"temps_c": {"A": {"value": None}, "B": {"value": -20.0}, "C": {"value": -3.0}}}
    assert "C -3.0 °C" in watch_line(warm)


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    say = FULL["say"]
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert headline(say, Terminal())[0].startswith("\033[1;31m")
    assert headline(say, io.StringIO())[0] == say["headline"]
    monkeypatch.setenv("NO_COLOR", "1")
    assert headline(say, Terminal())[0] == say["headline"]
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert headline(say, Terminal())[0] == say["headline"]


def test_facts_and_tables_stand_in_columns() -> None:
    nested = {"schema": "x", "a": {"b": 1, "c": [True, None]}, "long name": [], "d": [{"e": 2}]}
    assert facts(flat(nested)) == [
        "a.b        1", "a.c        yes, unknown", "long name  none", "d          e 2"
    ]  # fmt: skip
    assert table(("a", "b"), [("long", "x"), ("s", "y")]) == ["a     b", "long  x", "s     y"]
    assert facts([]) == []


def test_a_latched_fault_lists_its_causes_by_weight_and_leaves_out_what_weighs_nothing() -> None:
    causes = [
        {"cause": "debris", "weight": 0.87, "shows": "stops", "advice": "clear it"},
        {"cause": "a bent gasket", "weight": 0.125, "shows": "drags", "advice": "replace it"},
        {"cause": "a dry bolt", "weight": 0.005, "shows": "drags", "advice": "spray it"},
    ]
    lines = latched_lines([{"code": "ERR_LOCK_FAIL", "cause": "Debris", "causes": causes}])
    assert lines[0] == "ERR_LOCK_FAIL"
    assert [line.split() for line in lines[2:]] == [
        ["likely", "87%", "debris:", "clear", "it"],
        ["12%", "a", "bent", "gasket:", "replace", "it"],
    ]


@pytest.mark.parametrize("code", CAUSES_OF)
def test_an_explained_fault_tells_each_cause_how_it_shows_and_what_to_do(code: str) -> None:
    text = "\n".join(fault_lines(FAULTS[code]))
    for what, shows, advice in CAUSES_OF[code]:
        assert f"{what}: {shows}; {advice}" in text


def test_nothing_has_no_sign() -> None:
    assert figure(-0.04, "A", 1) == "0.0 A"
    assert figure(-0.06, "A", 1) == "-0.1 A"
    assert kilowatts(-20.0) == "+0.0 kW"
