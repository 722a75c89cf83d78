"""Recorded vehicles of DIN 70121 and ISO 15118-2 at our charger."""

from functools import cache
from pathlib import Path

from silverpin.protocols.iso15118.machine import Ending
from tests.recorded_arguments import ARGUMENTS, argument
from tests.recorded_cars import Visit, differences, visits
from tests.recorded_page import PAGE, page

TEST_SYSTEM = "dSPACE test system"
FROM_FACTORIES = 47
REQUESTS = 12_000


@cache
def all_visits(data: Path) -> tuple[Visit, ...]:
    return tuple(visits(data))


def test_every_request_of_a_vehicle_from_a_factory_is_answered_ok(data_dir: Path) -> None:
    cars = [visit for visit in all_visits(data_dir) if visit.car != TEST_SYSTEM]
    assert len(cars) >= FROM_FACTORIES
    for visit in cars:
        refused = [(row.recorded.name, row.code) for row in visit.replayed if row.code[:2] != "OK"]
        assert refused == [], visit.capture
        assert len(visit.replayed) == len(visit.recorded), visit.capture
    assert sum(len(visit.replayed) for visit in cars) >= REQUESTS


def test_a_test_system_is_refused_only_what_we_do_not_offer(data_dir: Path) -> None:
    refused = {
        visit.replayed[-1].code
        for visit in all_visits(data_dir)
        if visit.car == TEST_SYSTEM and visit.ending is Ending.REFUSED
    }
    assert refused == {"FAILED_PaymentSelectionInvalid", "FAILED_ServiceIDInvalid"}


def test_a_session_that_stopped_then_stops_now_and_one_that_paused_pauses(data_dir: Path) -> None:
    for visit in all_visits(data_dir):
        last = visit.replayed[-1]
        if last.recorded.name == "SessionStopReq":
            paused = "'Pause'" in str(last.recorded.asked)
            ends = (Ending.PAUSED,) if paused else (Ending.BY_VEHICLE, Ending.BY_CHARGER)
            assert visit.ending in ends, visit.capture


def test_paused_sessions_are_joined_as_they_were(data_dir: Path) -> None:
    joined = [
        visit
        for visit in all_visits(data_dir)
        for row in visit.replayed
        if row.code == row.recorded_code == "OK_OldSessionJoined"
    ]
    assert len(joined) == 5


def test_the_one_figure_that_no_vehicle_has_is_named(data_dir: Path) -> None:
    doubted = [visit for visit in all_visits(data_dir) if visit.doubts]
    assert [visit.car for visit in doubted] == ["VW id.4"]
    assert doubted[0].doubts == ("highest current of a phase of 350 A is taken as 80 A",)


def test_every_difference_is_argued_for_and_no_argument_is_idle(data_dir: Path) -> None:
    used = set()
    for visit in all_visits(data_dir):
        for row in differences(visit):
            argued = argument(row.message, row.field)
            assert argued is not None, (visit.capture, row)
            used.add(argued)
    assert set(ARGUMENTS) == used


def test_the_page_is_what_the_replay_says(data_dir: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(all_visits(data_dir))
