"""Requirements and tests name each other: no unknown id, no row that nobody shows."""

from functools import cache
from pathlib import Path

import pytest

from silverpin.apps.traceability import Claim, claims
from silverpin.domain.requirements import AREAS, REQUIREMENTS, Method

ROOT = Path(__file__).resolve().parents[2]
MAY_NOT_WAIT = (
    *("LCK-2", "LCK-3", "LCK-5", "THM-2", "THM-3", "THM-4", "CP-1", "CP-2", "CP-3", "CP-4", "CP-5"),
    *("PWR-1", "PWR-2", "PWR-4", "SIM-1", "OPS-1", "OPS-2", "OPS-5", "SEC-3", "UX-1"),
)


@cache
def all_claims() -> tuple[Claim, ...]:
    return claims(ROOT)


def test_no_test_names_an_unknown_row() -> None:
    assert [claim for claim in all_claims() if claim.id not in REQUIREMENTS] == []


@pytest.mark.parametrize("id", [row.id for row in REQUIREMENTS.values() if not row.waits_for])
def test_a_row_that_waits_for_nothing_is_shown_by_a_test(id: str) -> None:
    assert id in {claim.id for claim in all_claims()}, (
        f"no test names {id}: mark one, or say what the row waits for"
    )


def test_a_row_that_a_test_shows_waits_no_longer() -> None:
    assert [claim for claim in all_claims() if REQUIREMENTS[claim.id].waits_for] == []


@pytest.mark.parametrize("id", MAY_NOT_WAIT)
def test_the_rows_of_a_charger_that_moves_wait_for_nothing(id: str) -> None:
    assert REQUIREMENTS[id].waits_for is None


def test_ids_count_up_from_one_in_every_area() -> None:
    for area in AREAS:
        numbers = [int(id.split("-")[1]) for id in REQUIREMENTS if id.startswith(f"{area}-")]
        assert numbers == list(range(1, len(numbers) + 1)), area


def test_every_row_says_how_it_is_shown_in_one_or_more_sentences() -> None:
    for row in REQUIREMENTS.values():
        assert row.methods <= set(Method)
        assert row.shall.endswith("."), row.id


def test_marks_are_read_from_functions_classes_parameters_and_whole_files(tmp_path: Path) -> None:
    tests = tmp_path / "tests" / "unit"
    tests.mkdir(parents=True)
    (tests / "test_some.py").write_text(
        "import pytest\n"
        "pytestmark = [pytest.mark.verifies('PWR-1')]\n"
        "@pytest.mark.verifies('THM-2', 'THM-3')\n"
        "def test_a(): ...\n"
        "@pytest.mark.verifies('CP-3')\n"
        "class TestB:\n"
        "    @pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.verifies('CP-5'))])\n"
        "    async def test_c(self, x): ...\n"
    )
    file = "tests/unit/test_some.py"
    assert claims(tmp_path) == (
        ("PWR-1", file, "whole file"),
        ("THM-2", file, "test_a"),
        ("THM-3", file, "test_a"),
        ("CP-3", file, "TestB"),
        ("CP-5", file, "test_c"),
    )
