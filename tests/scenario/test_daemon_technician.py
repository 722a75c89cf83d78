"""A technician at a real daemon: typed commands, records that outlive it, connectors told apart."""

import json
from collections.abc import Iterator

import pytest

from tests.daemon_process import Home, a_home, running

SIGNED = "--technician Ada --certificate L2-1 --instrument bath"


@pytest.fixture
def home() -> Iterator[Home]:
    with a_home() as made:
        yield made


@pytest.mark.verifies("PWR-7")
def test_the_pins_are_measured_under_current_by_one_command(home: Home) -> None:
    with running(home, "--speed", "20") as daemon:
        unplugged = home.cli("evse-cli test voltage-drop --technician Ada --certificate L2-1")
        assert unplugged.returncode == 1
        assert "no vehicle plugged in (proximity open)" in unplugged.stderr
        daemon.act("plug")
        daemon.until(lambda s: s["state"] == "plugged")
        done = home.cli("evse-cli test voltage-drop --technician Ada --certificate L2-1")
        assert done.returncode == 0, done.stderr
        assert "Recorded as passed: worst pin DC" in done.stdout
        assert "mV at 32.0 A" in done.stdout
        daemon.until(lambda s: s["power_w"] == 0.0 and s["contactor"]["mirror"] is False)
        [record] = home.cli("evse-cli history --kind test --json").stdout.splitlines()
        told = json.loads(record)
        assert (told["schema"], told["verdict"], told["who"]) == (
            "silverpin.record/1", "passed", "Ada",
        )  # fmt: skip
        assert told["record"]["instrument"] == "simulated millivoltmeter"


@pytest.mark.verifies("THM-2", "CON-3")
def test_records_outlive_the_program_and_stay_with_their_connector(home: Home) -> None:
    point = f"evse-cli calibrate ntc --pin DC+ {SIGNED} --point 25=22.5 --point 65=62.5"
    with running(home) as daemon:
        assert home.cli(point).returncode == 0
        failed = home.cli(f"evse-cli inspect --pin DC+=0.9mOhm --pin DC-=0.3mOhm {SIGNED}")
        assert failed.returncode == 1
        daemon.kill()
    with running(home) as daemon:
        status = daemon.until(lambda s: s["temps_c"]["DC+"]["raw"] is not None)
        reading = status["temps_c"]["DC+"]
        assert reading["value"] == pytest.approx(reading["raw"] + 2.5, abs=0.02)
        assert [row["what"] for row in status["due"]] == ["inspect the pins"]
        due = home.cli("evse-cli due")
        assert "DC+ resistance 0.90 mΩ" in due.stdout
        assert daemon.ask("connector-replace", serial="SN-2").exit == 0
        status = daemon.until(lambda s: s["temps_c"]["DC+"]["raw"] == s["temps_c"]["DC+"]["value"])
        assert status["due"] == []
        assert home.cli("evse-cli due").stdout == "Nothing is due\n"
        records = home.cli("evse-cli history --json").stdout.splitlines()
        kinds = [json.loads(record)["kind"] for record in records]
        assert kinds == ["connector change", "inspection", "calibration"]
        assert daemon.ask("connector-adopt", serial="SIM-0001").exit == 0
        daemon.until(lambda s: s["temps_c"]["DC+"]["raw"] != s["temps_c"]["DC+"]["value"])
