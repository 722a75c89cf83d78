"""What the journal says: each thing once, at the edge at which it happened."""

import json

import pytest

from silverpin.apps.charger import Charger
from silverpin.apps.world import World, WorldSetup
from silverpin.domain.ledger import Ledger
from silverpin.domain.observation import Observation, Reading
from tests.stage import Stage, a_charger

INFERRED = ", inferred: plugged in while the program was off"


def started_beside(plugged: bool, ledger: Ledger, resumed: bool) -> Stage:
    """A program that starts with this ledger, and finds a plug in or not."""
    stage = Stage(World(1, WorldSetup(), ledger, resumed=resumed))
    if plugged:
        stage.world.bay.vehicle.plug(0)
    return stage


# Matings


@pytest.mark.verifies("CON-1")
@pytest.mark.parametrize(
    ("plugged", "was_mated", "resumed", "told"),
    [
        (True, False, True, [INFERRED]),
        (True, False, False, [""]),
        (True, True, True, []),
        (False, False, True, []),
        (False, True, True, []),
    ],
)
def test_a_plug_found_in_is_inferred_only_after_a_restart_and_only_if_it_was_out(
    plugged: bool, was_mated: bool, resumed: bool, told: list[str]
) -> None:
    ledger = Ledger(serial="SIM-0001", matings=7, mated=was_mated)
    stage = started_beside(plugged, ledger, resumed).wait(5)
    assert [event.fields["inferred"] for event in stage.events("mated")] == told
    assert stage.counts.matings == 7 + len(told)
    assert stage.counts.matings_inferred == told.count(INFERRED)
    assert stage.counts.mated is plugged


def test_a_plug_that_comes_later_is_not_inferred() -> None:
    stage = started_beside(False, Ledger(serial="SIM-0001"), resumed=True).wait(5).plug_in()
    assert [event.fields["inferred"] for event in stage.events("mated")] == [""]


def test_a_plug_that_was_in_only_for_a_moment_is_neither_counted_nor_remembered() -> None:
    stage = started_beside(True, Ledger(serial="SIM-0001"), resumed=True).wait(0.5)
    stage.does("unplug").wait(60).plug_in()
    assert [event.fields["inferred"] for event in stage.events("mated")] == [""]


def test_mated_time_is_booked_up_to_the_minute_and_at_the_end() -> None:
    charger = a_charger(skip=True).plug_in().wait(130)
    assert charger.counts.mated_s == pytest.approx(119.0, abs=1.1)
    charger.does("unplug").wait(2)
    assert charger.counts.mated_s == pytest.approx(131.0, abs=1.1)
    assert charger.story("mated", "unmated") == ["mated", "unmated"]
    assert charger.events("unmated")[0].fields["mated_s"] == pytest.approx(132.0, abs=1.1)


# Contactor and arcs


def test_a_contactor_found_closed_was_counted_when_it_closed() -> None:
    charger = a_charger().discharge(kw=10)
    old = charger.charger
    charger.world.charger = Charger(
        old.ports, old.connector, old.profile, old.power_max_w, ledger=charger.counts, resumed=True
    )
    charger.wait(5)
    assert charger.counts.contactor_operations == 1
    assert charger.story("contactor_closed", "contactor_opened") == [
        "contactor_closed", "contactor_opened",
    ]  # fmt: skip


def test_a_weld_is_no_operation() -> None:
    charger = a_charger().wait(1).does("weld").wait(1).undoes("weld").wait(1)
    assert charger.counts.contactor_operations == 0
    assert charger.faults == {"ERR_CONTACTOR_WELD"}


def test_a_contact_that_falls_open_under_load_is_an_arc() -> None:
    charger = a_charger().discharge(kw=10).does("stuck-open").wait(2)
    assert charger.counts.load_breaks == charger.world.bay.contactor.load_breaks == 1
    assert charger.faults == {"ERR_CONTACTOR_OPEN"}


def test_a_current_that_nobody_knows_is_written_as_the_rating() -> None:
    charger = a_charger().wait(1)
    charger.charger.chronicle.broke(Observation(charger.world.now_ns), float("inf"))
    charger.wait(0.1)
    (arc,) = charger.events("load_break")
    assert arc.fields["current_a"] == charger.charger.connector.rating_a
    assert "Infinity" not in json.dumps(dict(arc.fields))


# Faults


def test_a_fault_is_raised_once_and_cleared_by_somebody() -> None:
    charger = a_charger().plug_in().does("estop").wait(60).undoes("estop").wait(1)
    charger.technician_resets().wait(60)
    assert charger.story("fault_raised", "fault_cleared") == ["fault_raised", "fault_cleared"]
    assert charger.events("fault_cleared")[0].fields == {
        "code": "ERR_EMERGENCY_STOP", "who": "technician",
    }  # fmt: skip


def test_two_reasons_to_stop_at_once_are_one_emergency_stop() -> None:
    charger = a_charger().discharge(kw=10).does("estop").does("earth-loss").wait(1)
    assert charger.faults == {"ERR_EMERGENCY_STOP", "ERR_EARTH_LOSS"}
    assert (charger.counts.emergency_stops, charger.counts.load_breaks) == (1, 1)


def test_an_emergency_stop_without_power_interrupts_nothing() -> None:
    charger = a_charger().plug_in().does("estop").wait(1)
    assert (charger.counts.emergency_stops, charger.counts.load_breaks) == (0, 0)


def test_heat_is_counted_once_a_trip_also_behind_a_lost_sensor() -> None:
    charger = a_charger(skip=True).discharge(kw=5).does("ntc-open", "DC+").wait(3)
    assert charger.counts.thermal_events == 0
    charger.does("heat-pin", "DC-=trip").wait(60)
    assert charger.counts.thermal_events == 1
    assert charger.events("thermal_trip")[0].fields["pin"] == "DC-"


def test_latches_of_an_earlier_process_are_not_told_again() -> None:
    before = a_charger().discharge(kw=5).does("heat-pin", "trip").wait(1)
    latches = dict(before.charger.envelope.latched)
    after = a_charger()
    after.charger.restore(latches, inspection_due=True)
    after.wait(5)
    assert after.faults == {"ERR_THERM_OVERLOAD"}
    assert after.story("fault_raised", "thermal_trip") == []


def test_every_event_makes_its_sentence_and_survives_json() -> None:
    charger = a_charger(skip=True, tick_ns=50_000_000)
    charger.world.chance(400.0, 1.0)
    for _ in range(60):
        charger.wait(60).technician_resets()
    told = [(event.sentence(), json.dumps(dict(event.fields))) for event in charger.world.journal]
    assert len(told) > 300
    assert not any("nan" in text or "inf " in text or "NaN" in raw for text, raw in told)
    assert charger.counts.matings == len(charger.events("mated"))


def test_a_contact_that_is_seen_open_in_the_tick_of_the_bolt_comes_first() -> None:
    # a loaded machine skips ticks: both fall into one
    charger = a_charger().plug_in().charge(3.0).charger
    charger.chronicle.drain()
    now_ns = charger.obs.now_ns + 100_000_000
    seen = charger.obs._replace(
        now_ns=now_ns, mirror=Reading(False, now_ns), contactor_commanded=False
    )
    charger.chronicle.tick(seen, charger.supervisor, bolt=False)
    assert [row.kind for row in charger.chronicle.drain()] == ["contactor_opened", "unlocked"]
