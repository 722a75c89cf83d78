"""Vehicles of ISO 15118-20 that were recorded charge at our charger as far as they went then."""

from pathlib import Path

import pytest

from silverpin.protocols.iso15118.machine import Ending
from tests.recorded_iso20 import ARGUED, Visit, differences, visits

DOCS = Path(__file__).resolve().parents[2] / "docs/interop.md"


@pytest.fixture(scope="module")
def replayed(data_dir: Path) -> list[Visit]:
    found = list(visits(data_dir))
    assert len(found) == 7
    return found


def test_each_is_answered_to_its_end(replayed: list[Visit]) -> None:
    for visit in replayed:
        assert len(visit.replayed) == len(visit.recorded), visit.name
        assert visit.ending is Ending.BY_VEHICLE, visit.name


def test_every_answer_says_the_same_of_how_it_went(replayed: list[Visit]) -> None:
    for visit in replayed:
        for each in visit.replayed:
            assert (each.name, each.code) == (
                each.recorded.name.removesuffix("Req") + "Res",
                each.recorded_code,
            ), visit.name


def test_what_differs_is_argued_and_no_argument_is_left_over(replayed: list[Visit]) -> None:
    found = {difference for visit in replayed for difference in differences(visit)}
    assert {each for each in found if not any(row.covers(each) for row in ARGUED)} == set()
    assert [row for row in ARGUED if not any(row.covers(each) for each in found)] == []


def test_the_arguments_can_be_read() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [row.line for row in ARGUED if row.line not in text] == []
