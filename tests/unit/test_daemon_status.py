"""The status: every key with its type, unknown as null, and sentences that people can follow."""

import json
from dataclasses import replace
from io import StringIO

import pytest

from silverpin.apps.daemon.due import due_rows
from silverpin.apps.daemon.records import Storage, Trouble
from silverpin.apps.terminal.status_screen import status_lines
from silverpin.control.slope import Slope
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import Observation, Reading
from silverpin.domain.session import IDLE_WISH
from tests.daemon_station import NOON_NS, VirtualStation, cooled, discharging, tripped
from tests.status_schema import Status, read_status

HOUR_NS = 3_600_000_000_000


def status_of(station: VirtualStation) -> Status:
    return read_status(json.dumps(station.status(), allow_nan=False))


@pytest.mark.parametrize("connector", ["ccs2-80a", "ccs2-200a", "type2-32a"])
def test_every_key_is_there_with_its_type(connector: str) -> None:
    status = status_of(VirtualStation(connector=connector))
    assert status.state == "unplugged"
    assert status.session is None
    assert status.vehicle.soc is None
    assert status.connector.set == connector


def test_a_vehicle_that_talks_is_told_of_while_it_does() -> None:
    station = VirtualStation(talks=True)
    assert status_of(station).vehicle.words is None
    station.act("plug", None, False)
    station.run(2)
    assert station.ask("set", mode="V2X", power_w=-10_000.0)["exit"] == 0
    vehicle = status_of(station.run(1)).vehicle
    assert vehicle.words == "ISO 15118-20 DC_BPT, waits for the insulation test"
    vehicle = status_of(station.run(10)).vehicle
    assert vehicle.words == "ISO 15118-20 DC_BPT, in the charge loop"
    told = (vehicle.protocol, vehicle.service, vehicle.control, vehicle.stage, vehicle.transport)
    assert told == ("iso20", "DC_BPT", "dynamic", "power", "in memory")
    assert vehicle.soc == pytest.approx(0.5, abs=0.01)
    assert vehicle.session_id is not None
    station.ask("stop")
    assert status_of(station.run(5)).vehicle.words is None


def test_a_charger_that_discharges_says_so_in_figures_and_in_words() -> None:
    status = status_of(discharging())
    assert (status.state, status.mode, status.direction) == ("running", "V2X", "discharge")
    assert status.power_w == pytest.approx(-10_000, rel=0.05)
    assert status.say.headline.startswith("Feeding the grid at 10.0")
    assert status.permit.valid
    assert status.blocked_by == []
    assert status.next == []
    assert all(check.ok for check in status.checks)
    assert status.pilot.duty == pytest.approx(0.05)
    assert status.session is not None
    assert status.session.discharged_kwh > 0.0
    assert [row.power_w for row in status.limits] == sorted(row.power_w for row in status.limits)


def test_a_plug_is_called_free_only_when_its_pins_are_proved_dead() -> None:
    station = discharging()
    station.charger.command(IDLE_WISH)
    heard = set()
    for _ in range(200):
        station.run(0.05)
        status = status_of(station)
        if status.say.headline == "Plugged in, no power wanted":
            heard.add(status.say.detail.partition(":")[0])
            free = status.say.detail == "Nothing flows. The plug is free."
            assert not free or (status.voltage_v or 0.0) < LIMITS.voltage_touch_max_v
    assert heard == {"Nothing flows. The plug is held", "Nothing flows. The plug is free."}


def test_a_charger_that_read_nothing_yet_knows_nothing() -> None:
    station = VirtualStation()
    station.charger.obs = Observation(station.world.now_ns)
    station.charger.verdict = station.charger.grid = None
    told = station.status()
    status = read_status(json.dumps(told, allow_nan=False))
    for value in (status.plugged, status.cp_state, status.lock.confirmed, status.lock.age_ms,
                  status.contactor.mirror, status.power_w, status.voltage_v, status.current_a,
                  status.headroom_k, status.grid.hz, status.grid.ok, status.house_load_w,
                  status.pilot.high_v, status.proximity.seated, status.earth_ohm):  # fmt: skip
        assert value is None
    assert [row.value for row in status.temps_c.values()] == [None, None]
    assert status.touch.safe_to_unplug is None
    assert status.blocked_by == ["nothing was read yet: wait a second"]
    assert not any(check.ok for check in status.checks)


def test_the_slope_is_told_with_its_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    station = discharging()
    monkeypatch.setattr(Slope, "fastest", lambda _: (1, 2.5))
    status = status_of(station)
    assert (status.slope_pin, status.slope_c_per_min) == ("DC-", 2.5)


def test_limits_that_a_page_draws_are_those_in_force() -> None:
    stricter = replace(LIMITS, temp_trip_c=80.0, voltage_touch_max_v=30.0, cleaning_matings=300)
    status = status_of(VirtualStation(limits=stricter))
    assert (status.temp_trip_c, status.temp_reset_c) == (80.0, LIMITS.temp_reset_c)
    assert (status.voltage_touch_max_v, status.cleaning_matings) == (30.0, 300)


def test_what_was_read_too_long_ago_is_unknown() -> None:
    station = discharging()
    station.charger.obs = replace_instant(station.charger.obs, HOUR_NS)
    status = status_of(station)
    assert status.plugged is None
    assert status.cp_state is None
    assert status.lock.confirmed is None
    assert status.lock.age_ms == HOUR_NS // 1_000_000
    assert status.power_w is None
    assert status.temps_c["DC+"].value is None
    assert status.headroom_k is None
    assert status.say.headline == "Connected, the power is not read"
    assert {row.value for row in status.checks if row.name == "pin temperature"} == {
        "DC+, DC- unread or impossible"
    }


def replace_instant(obs: Observation, later_ns: int) -> Observation:
    return obs._replace(now_ns=obs.now_ns + later_ns)


def test_a_meter_that_says_no_number_says_nothing() -> None:
    station = discharging()
    now_ns = station.charger.obs.now_ns
    station.charger.obs = station.charger.obs._replace(current_a=Reading(float("nan"), now_ns))
    status = status_of(station)
    assert status.current_a is None
    assert status.power_w is None
    assert {row.value for row in status.checks if row.name == "current meter"} == {
        f"current unread, voltage {status.voltage_v:.0f} V"
    }


@pytest.mark.verifies("OPS-2")
def test_a_trip_names_pin_value_limit_and_who_acts_next() -> None:
    status = status_of(tripped())
    assert status.say.tone == "fault"
    assert status.say.headline == "Stopped: a contact got too hot"
    assert "limit 85" in status.say.detail
    assert "Power is off and stays off." in status.say.detail
    [fault] = status.faults
    assert fault.code == "ERR_THERM_OVERLOAD"
    assert fault.chargex == "CX019"
    assert status.peaks_c["DC+"].value >= 85.0
    assert [(row.who, row.state) for row in status.next] == [
        ("Charger", "done"), ("Charger", "now"), ("Operator", "then"), ("Technician", "then"),
    ]  # fmt: skip
    assert 0.0 <= (status.next[1].progress or 0.0) < 0.2
    assert status.blocked_by[0].startswith("a fault is latched (ERR_THERM_OVERLOAD): ")
    assert [row.what for row in status.due] == ["inspect the pins"]


def test_once_cooled_the_operator_acts_and_then_the_technician() -> None:
    station = cooled()
    steps = status_of(station).next
    assert [row.who for row in steps if row.state == "now"] == ["Operator"]
    assert station.ask("reset", thermal=True)["exit"] == 0
    status = status_of(station.run(1))
    assert status.faults == []
    assert [(row.who, row.state) for row in status.next] == [("Technician", "now")]


def test_trouble_with_the_disk_is_told_three_times() -> None:
    station = VirtualStation()
    trouble = Trouble("journal", "the disk is full: free some space", NOON_NS)
    station.storage = Storage(troubles=(trouble,), waiting=7)
    status = status_of(station)
    assert not status.storage.ok
    assert status.storage.trouble == trouble.text
    assert status.storage.waiting == 7
    assert [row.what for row in status.due] == ["look after the journal"]
    assert [(row.who, row.state) for row in status.next] == [("Operator", "now")]


def test_late_ticks_are_told() -> None:
    station = VirtualStation()
    assert not any(line.startswith("late") for line in status_lines(station.status(), StringIO()))
    station.slips = 3
    assert status_of(station).slips == 3
    assert any(line.startswith("late") for line in status_lines(station.status(), StringIO()))


def test_cleaning_is_due_at_its_count() -> None:
    facts = replace(VirtualStation().facts(), matings_since_cleaning=500)
    [row] = due_rows(facts, LIMITS, Storage())
    assert (row["what"], row["command"]) == ("clean the pins", "evse-cli clean")


@pytest.mark.parametrize(
    ("act", "value", "code"),
    [
        ("estop", None, "ERR_EMERGENCY_STOP"),
        ("pilot-loss", None, "ERR_CP_SIGNAL_LOSS"),
        ("weld", None, "ERR_CONTACTOR_WELD"),
        ("earth-loss", None, "ERR_EARTH_LOSS"),
        ("residual-current", None, "ERR_RESIDUAL_CURRENT"),
        ("insulation", None, "ERR_INSULATION"),
        ("shift-modbus", None, "ERR_INVERTER_MAP"),
        ("grid-push", "52", "ERR_REV_FLOW_TRIP"),
        ("ntc-open", "DC+", "ERR_THERM_SENSOR"),
        ("break-lock-switch", None, "ERR_LOCK_FAIL"),
    ],
)
def test_every_fault_of_the_bench_reads_as_sentences(act: str, value: str, code: str) -> None:
    station = discharging()
    station.act(act, value, False)
    if act == "weld":
        station.ask("stop")
    status = status_of(station.run(8))
    assert code in {fault.code for fault in status.faults}
    assert status.state == "faulted"
    assert status.say.tone == "fault"
    assert status.next
    told = [status.say.headline, status.say.detail, *status.blocked_by]
    for text in told + [text for step in status.next for text in (step.what, step.detail)]:
        assert text
        assert "None" not in text
        assert "Condition" not in text
        assert "{" not in text
    for reason in status.blocked_by:
        assert ": " in reason, "what, and the next step"


def test_the_causes_of_a_fault_are_ranked_with_what_to_do_about_each() -> None:
    station = VirtualStation()
    station.act("plug", None, False)
    station.act("jam-lock", None, False)
    station.run(2)
    station.ask("set", mode="V2X", power_w=5_000.0)
    (fault,) = station.run(10).status()["faults"]
    assert [sorted(cause) for cause in fault["causes"]] == [
        ["advice", "cause", "shows", "weight"]
    ] * 5
    first = fault["causes"][0]
    assert first["cause"] == "debris in the bolt's hole"
    assert first["weight"] > 0.9
    assert first["cause"] in fault["detail"]
    lines = status_lines(station.status(), StringIO())
    assert any("ERR_LOCK_FAIL: likely debris in the bolt's hole" in line for line in lines)
    steps = [step["detail"] for step in station.status()["next"]]
    assert any(first["advice"] in detail for detail in steps)


def test_the_limit_of_a_contact_is_by_its_ohms_or_by_its_drop_at_the_rated_current() -> None:
    strict = 1e3 * LIMITS.contact_max_ohm
    drop_v = LIMITS.contact_drop_max_v
    for connector in ("type2-32a", "ccs2-200a"):
        status = status_of(VirtualStation(connector=connector))
        most = min(strict, 1e3 * drop_v / status.connector.rating_a)
        assert status.resistance.limit_mohm == pytest.approx(most)
