"""docs/generated is fresh, whole, and told apart from what is not."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from silverpin.apps import docs
from silverpin.apps.terminal.command_words import ACTS
from silverpin.domain.cleaning import CLEANING
from silverpin.domain.conditions import Condition
from silverpin.domain.connectors import CONNECTOR_SETS
from silverpin.domain.events import EVENTS
from silverpin.domain.faults import FAULTS
from silverpin.domain.grid_profiles import GRID_PROFILES
from silverpin.domain.installation_checklist import CHECKLIST
from silverpin.domain.limits import FIXED, limit_fields
from silverpin.domain.requirements import REQUIREMENTS
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.parameters.contactors import CONTACTORS
from silverpin.physics.laws import LAWS

ROOT = Path(__file__).resolve().parents[2]


@cache
def pages() -> dict[str, str]:
    return docs.pages(ROOT)


def test_the_generated_documents_are_fresh() -> None:
    assert docs.stale(ROOT) == [], "run python -m silverpin.apps.docs"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("requirements.md", list(REQUIREMENTS)),
        ("faults.md", list(FAULTS)),
        ("limits.md", list(limit_fields())),
        ("events.md", list(EVENTS)),
        ("conditions.md", [condition.row.failing for condition in Condition]),
        ("acts.md", list(ACTS)),
        ("technician.md", [*CHECKLIST, *CLEANING]),
        ("connectors.md", list(CONNECTOR_SETS)),
        ("grid-profiles.md", list(GRID_PROFILES)),
        ("laws.md", list(LAWS)),
        ("wear-parameters.md", [*WEAR_SETS, *CONTACTORS]),
        (
            "evse.example.toml",
            [
                f"#{name} = "
                for name, row in limit_fields().items()
                if row.metadata["tighter"] != FIXED
            ],
        ),
    ],
)
def test_no_row_of_a_table_is_missing(page: str, names: list[str]) -> None:
    assert [name for name in names if name not in pages()[page]] == []


def test_every_line_of_a_printed_table_has_as_many_cells_as_its_head() -> None:
    for name, text in pages().items():
        if not name.endswith(".md"):
            continue
        for block in text.split("\n\n"):
            if block.startswith("|"):
                cells = {line.replace("\\|", "").count("|") for line in block.splitlines()}
                assert len(cells) == 1, (name, block)


def test_the_example_configuration_is_toml() -> None:
    assert tomllib.loads(pages()["evse.example.toml"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    assert docs.main(["--root", str(tmp_path)]) == 0
    return tmp_path


def test_writing_twice_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert docs.main(["--root", str(project)]) == 0
    assert capsys.readouterr().out == ""


def test_a_file_that_was_edited_dropped_or_left_over_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project / docs.FOLDER
    (folder / "faults.md").write_text("edited by hand")
    (folder / "limits.md").unlink()
    (folder / "old.md").write_text("no table prints this")
    capsys.readouterr()
    assert docs.main(["--check", "--root", str(project)]) == 1
    named = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in named] == [
        f"docs/generated/{name}" for name in ("faults.md", "limits.md", "old.md")
    ]
    assert docs.main(["--root", str(project)]) == 0
    assert docs.main(["--check", "--root", str(project)]) == 0
    assert not (folder / "old.md").exists()


def test_a_folder_that_is_no_project_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert docs.main(["--root", str(tmp_path)]) == 3
    assert "run this in the project" in capsys.readouterr().err
