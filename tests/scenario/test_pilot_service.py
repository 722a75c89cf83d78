"""A technician at the pilot: what is verified, what is calibrated, and what outlives a restart."""

from typing import Any

import pytest

from silverpin.apps.daemon.pilot_desk import take_up
from silverpin.apps.exits import Exit
from silverpin.domain.observation import Reading
from silverpin.ports import PilotPeaks, Waveform
from silverpin.protocols.pilot.levels import AS_READ
from tests.daemon_station import VirtualStation, discharging

SIGNED = {"technician": "Ada", "certificate": "L2-1", "instrument": "EV simulator 3"}
BOX_OHM = {"2740": 2_740.0, "882": 882.0, "246": 246.0}


def verify(station: VirtualStation) -> dict[str, Any]:
    told = station.ask("pilot-verify")
    assert told["exit"] == 0, told["text"]
    data: dict[str, Any] = told["data"]
    return data


def outcomes(data: dict[str, Any]) -> dict[str, str]:
    return {row["name"]: row["outcome"] for row in data["figures"]}


def read_box(station: VirtualStation) -> dict[str, float]:
    """Put the known resistors on the line one by one and read what the front end says."""
    points = {"open": verify(station)["read_v"]}
    station.act("plug", None, False)
    for name, ohm in BOX_OHM.items():
        station.act("pilot-resistor", ohm, False)
        points[name] = verify(station.run(0.1))["read_v"]
    station.act("pilot-resistor", None, True)
    station.act("unplug", None, False)
    station.run(2)
    return points


def a_little_off() -> VirtualStation:
    """A charger whose front end reads 1.2 % and 60 mV too little."""
    station = VirtualStation()
    station.world.bay.pilot.read_gain, station.world.bay.pilot.read_offset_v = 0.988, -0.06
    return station.run(0.1)


@pytest.mark.verifies("CP-1")
def test_a_healthy_pilot_is_verified_while_power_flows() -> None:
    data = verify(discharging())
    assert (data["source"], data["state"], data["outcome"]) == ("waveform", "C", "passed")
    assert set(outcomes(data).values()) == {"passed"}
    assert data["duty_set"] == 0.05
    assert data["calibration"] is None


@pytest.mark.verifies("CP-1")
def test_an_ill_pilot_is_told_with_its_numbers_and_where_to_look() -> None:
    station = discharging()
    station.act("pilot-weak", None, False)
    data = verify(station)
    assert data["outcome"] == "failed"
    assert outcomes(data)["low"] == "failed"
    assert data["causes"][0]["cause"] == "leak"
    assert "moisture" in data["causes"][0]["look"]


@pytest.mark.verifies("CP-1")
def test_a_front_end_of_peaks_alone_passes_nothing_that_it_cannot_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    station = discharging()
    pilot = station.charger.ports.pilot
    for waveform in (None, Waveform([0.0] * 3, 1e6)):
        monkeypatch.setattr(pilot, "waveform", lambda told=waveform: told)
        data = verify(station)
        assert (data["source"], data["outcome"]) == ("peaks", "not measured")
        assert outcomes(data)["rise"] == "not measured"
        assert outcomes(data)["low"] == "passed"


def test_a_pilot_that_nobody_reads_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    station = VirtualStation()
    pilot = station.charger.ports.pilot
    monkeypatch.setattr(pilot, "waveform", lambda: None)
    for peaks in (None, Reading(PilotPeaks(12.0, 12.0, 0.0), -(10**12))):
        monkeypatch.setattr(pilot, "peaks", lambda told=peaks: told)
        told = station.ask("pilot-verify")
        assert (told["exit"], told["blocked_by"]) == (Exit.REFUSED, ["pilot unread"])


def test_looking_at_the_pilot_changes_nothing_of_the_run() -> None:
    looked, left = discharging(), discharging()
    for _ in range(5):
        verify(looked)
    assert looked.run(5).charger.obs == left.run(5).charger.obs


@pytest.mark.verifies("CP-2")
def test_a_calibration_corrects_what_is_read_from_then_on_and_after_a_restart() -> None:
    station = a_little_off()
    before = station.charger.obs.pilot
    assert before is not None
    assert before.value.high_v == pytest.approx(11.8, abs=0.03)
    told = station.ask("pilot-calibrate", points=read_box(station), **SIGNED)
    assert told["exit"] == 0, told["text"]
    assert {row["name"] for row in told["data"]["residuals"]} == {"open", *BOX_OHM}
    after = station.run(0.1).charger.obs.pilot
    assert after is not None
    assert after.value.high_v == pytest.approx(12.0, abs=0.05)
    assert verify(station)["calibration"] == {
        "gain": pytest.approx(1.0 / 0.988, abs=0.01), "offset_v": pytest.approx(0.06, abs=0.08),
    }  # fmt: skip
    trim, station.charger.trim = station.charger.trim, AS_READ
    take_up(station.charger, station.work)
    assert station.charger.trim == trim
    [record] = station.ask("history", kind="calibration")["data"]["records"]
    assert record["who"] == "Ada"


@pytest.mark.verifies("CP-2", "CP-3")
def test_an_attenuated_pilot_is_refused_and_stays_attenuated() -> None:
    station = VirtualStation()
    station.act("pilot-weak", None, False)
    told = station.ask("pilot-calibrate", points=read_box(station), **SIGNED)
    assert told["exit"] == Exit.REFUSED
    assert told["text"].startswith("Not calibrated: ")
    assert station.charger.trim is AS_READ
    assert station.ask("history", kind="calibration")["data"]["records"] == []


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ({"points": {"open": 12.0, "2740": 9.0}}, "2 resistors are too few"),
        ({"points": {"5": 12.0, "2740": 9.0}}, "5 is no resistor of the table"),
        ({"certificate_level": 1}, "level 2 is needed"),
        ({"certificate_expires": "2020-01-31"}, "expired on 2020-01-31"),
    ],
)
def test_a_calibration_that_cannot_be_says_why(but: dict[str, Any], said: str) -> None:
    points = {"open": 12.0, "2740": 9.0, "882": 6.0}
    told = VirtualStation().ask("pilot-calibrate", **({"points": points} | SIGNED | but))
    assert told["exit"] == Exit.REFUSED
    assert said in told["text"]


def test_nobody_calibrates_under_power() -> None:
    points = {"open": 12.0, "2740": 9.0, "882": 6.0}
    told = discharging().ask("pilot-calibrate", points=points, **SIGNED)
    assert (told["exit"], "power is on" in told["text"]) == (Exit.REFUSED, True)


@pytest.mark.verifies("CP-2")
def test_a_record_that_the_limits_of_today_do_not_allow_is_not_taken_up() -> None:
    station = a_little_off()
    assert station.ask("pilot-calibrate", points=read_box(station), **SIGNED)["exit"] == 0
    strict = VirtualStation()
    strict.charger.limits = strict.charger.limits.__class__(cp_trim_gain_share=0.001)
    take_up(strict.charger, station.work)
    assert strict.charger.trim is AS_READ
