"""A contact that wears while a charger is in service: its daemon finds out, and does nothing else.

Half an hour at the rated current, vehicle after vehicle, on the simulated plant, whose connector
the estimate does not know.
"""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numba", reason="resistance is estimated by numba: install the extra life")

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.silverpin_cli import main
from tests.contact_station import SERIAL, ContactStation, contact_station
from tests.daemon_station import MEASURED
from tests.status_schema import read_status

CALM, AFTER = 13, 3
WORN = 1.5


def wear(station: ContactStation, times: float) -> None:
    """Let the first pin's contact have so many times its resistance."""
    ohm = station.world.bay.connector.resistance_ohm[0]
    pin = station.world.bay.kind.power_pins[0]
    station.act("worn-pin", f"{pin}={times * ohm}", False)


def told_by_life(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["life", str(path), "--connector", "ccs2-80a", "--json"]) == Exit.DONE
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.verifies("DUR-1")
def test_a_worn_contact_becomes_due_work_and_advice_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with contact_station(tmp_path) as station:
        served_calmly(station)
        permitted_a = permit_under_load(station)
        wear(station, WORN)
        for _ in range(AFTER):
            station.session()
        told_of_the_rise(station)
        assert permit_under_load(station) == permitted_a, "told, and not done"
        journal_tells_the_same(station, capsys)
        assert station.ask("inspect", **MEASURED)["exit"] == 0
        assert station.due() == [], "an inspection after the alarm has looked"
        assert station.contact()["advice"] is None
        assert len(station.contact()["alarms"]) == 1, "and the trend keeps its mark"
        for _ in range(2):
            assert station.session().due() == [], "heat says what it said before"
        assert station.contact()["rise"]["p05"] > 0.05


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_without_wear_nothing_is_ever_due(tmp_path: Path, seed: int) -> None:
    with contact_station(tmp_path, seed=seed) as station:
        for _ in range(24):
            station.session()
            assert station.due() == []
        assert station.contact()["alarms"] == []
        assert station.contact()["advice"] is None


def served_calmly(station: ContactStation) -> None:
    """Serve vehicle after vehicle while nothing happens to the contacts."""
    assert station.contact()["now_mohm"]["p50"] is None
    for _ in range(CALM):
        station.session()
        assert station.due() == [], "a contact that nothing happened to asks for nothing"
    before = station.contact()
    assert len(before["sessions"]) == CALM
    assert before["channel"] == "temperature"
    assert before["now_mohm"]["p05"] < before["now_mohm"]["p50"] < before["now_mohm"]["p95"]
    assert (before["alarms"], before["advice"]) == ([], None)


def told_of_the_rise(station: ContactStation) -> None:
    """Read the rise, the work and the advice in the status."""
    now = read_status(json.dumps(station.status())).resistance
    assert now.rise is not None
    assert now.rise.p50 is not None
    assert now.rise.p50 > 0.1
    assert now.sessions[-1].p50 > 1.1 * now.sessions[CALM - 3].p50
    assert now.alarms[0].since < now.alarms[0].told
    [due] = station.due()
    assert "the contact resistance rose by about" in due["why"]
    assert "% of the rated current" in due["why"]
    assert (due["who"], due["command"]) == ("technician", "evse-cli inspect")
    assert not due["soon"]
    assert due["since"] == due["by"]
    assert now.advice is not None
    assert now.advice.current_max_a < 80.0
    assert "Nothing lowers the current by itself" in now.advice.text


def journal_tells_the_same(station: ContactStation, capsys: pytest.CaptureFixture[str]) -> None:
    """Ask `silverpin life` of the same state."""
    found, now = told_by_life(station.path, capsys), station.contact()
    assert found["serial"] == SERIAL
    contact = found["resistance_mohm"]
    assert contact["p50"] == pytest.approx(now["now_mohm"]["p50"], rel=1e-3)
    assert contact["rise"]["p50"] == pytest.approx(now["rise"]["p50"], rel=1e-2)
    assert any("contact resistance" in row["what"] for row in found["upkeep"])


def permit_under_load(station: ContactStation) -> tuple[float, float]:
    """Return the most that a permit allows each way, in a session of its own."""
    station.act("plug", None, False)
    station.run(5)
    assert station.ask("set", mode="V2X", power_w=20_000.0)["exit"] == 0
    station.run(30)
    verdict = station.charger.verdict
    assert verdict is not None
    assert verdict.permit is not None
    assert not [row for row in station.status()["limits"] if "contact" in row["by"]]
    found = (verdict.permit.charge_max_a, verdict.permit.discharge_max_a)
    station.ask("stop")
    station.run(10)
    station.act("unplug", None, False)
    station.run(2_400)
    return found
