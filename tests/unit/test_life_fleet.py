"""`silverpin life --fleet`: what others like it tell of a connector, and how far that holds."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="lives are reckoned by numba: install the extra life")

from silverpin.apps.exits import Exit
from silverpin.apps.life.fleet_program import told_fleet
from silverpin.apps.life.left import too_wide
from silverpin.apps.terminal.silverpin_cli import main
from silverpin.drivers.fleet_book import read_fleet
from silverpin.durability.life import Remaining
from tests.fleet_files import WORDS, Booked, row_of
from tests.unit.test_life_command import evenings

HEADER = "serial,site,part,matings_per_day,mated_h_per_day,days,watched_days,ended_by"


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Booked(1, 300).write(tmp_path_factory.mktemp("fleet") / "fleet.csv")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("use") / "home.csv"
    path.write_text("\n".join(evenings(40, 20.0)))
    return path


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["life", *words, "--json"]) == Exit.DONE
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def held(seeds: range, size: int, folder: Path) -> dict[str, float]:
    """Return how often what the command says of connectors in service held, over fleets."""
    shares = []
    for seed in seeds:
        booked = Booked(seed, size)
        answer = told_fleet(read_fleet(booked.write(folder / "book.csv")), None, 1)
        rows = []
        for one in answer["connectors"]:
            row, left = row_of(one["serial"]), one["remaining"]
            if left["bound"]["days"] is not None and left["days"]["p05"] is not None:
                true = booked.ends[row] - booked.cohort.days[row]
                rows.append([
                    true >= left["bound"]["days"], true >= left["days"]["p05"],
                    left["days"]["p05"] <= true <= left["days"]["p95"],
                ])  # fmt: skip
        assert len(rows) > 0.95 * len(answer["connectors"]), "hardly anything is unknown"
        shares.append([1.0 - booked.cohort.failed.mean(), *np.mean(rows, axis=0)])
    alive, bound, low, inside = np.mean(shares, axis=0)
    return {"alive": alive, "bound": bound, "low": low, "inside": inside}


@pytest.mark.verifies("DUR-5")
def test_nine_in_ten_outlive_what_is_promised_although_few_were_seen_to_fail(
    tmp_path: Path,
) -> None:
    found = held(range(2), 400, tmp_path)
    assert 0.90 < found["alive"] < 0.95
    assert found["bound"] >= 0.89
    assert found["low"] >= 0.92


@pytest.mark.long
@pytest.mark.verifies("DUR-5")
def test_it_is_so_over_ten_fleets(tmp_path: Path) -> None:
    found = held(range(100, 110), 600, tmp_path)
    assert 0.90 < found["alive"] < 0.94
    assert found["bound"] >= 0.89, found
    assert found["low"] >= 0.92, found
    assert found["inside"] >= 0.83, found


def test_a_fleet_alone_tells_modes_parts_and_every_connector_that_lives(
    fleet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, "--fleet", str(fleet))
    assert found["schema"] == "silverpin.life-fleet/1"
    assert {row["name"] for row in found["modes"]} == set(WORDS)
    assert sum(row["failures"] for row in found["modes"]) == found["failed"]
    assert [row["name"] for row in found["parts"]] == ["part 0", "part 1", "part 2"]
    assert len(found["connectors"]) == 300 - found["failed"]
    soonest = [row["remaining"]["days"]["p05"] or 0.0 for row in found["connectors"]]
    assert soonest == sorted(soonest)
    assert main(["life", "--fleet", str(fleet)]) == Exit.DONE
    said = capsys.readouterr().out
    assert "300 connectors" in said
    assert "nine in ten reach" in said


def test_one_of_the_fleet_is_asked_for_by_its_serial(
    fleet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every = told(capsys, "--fleet", str(fleet))["connectors"]
    (one,) = told(capsys, "--fleet", str(fleet), "--serial", every[3]["serial"])["connectors"]
    assert one == every[3]


def test_a_record_with_its_fleet_goes_by_failures_and_has_a_bound(
    fleet: Path, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = told(capsys, "--fleet", str(fleet))
    serial = alone["connectors"][0]["serial"]
    words = [str(record), "--connector", "type2-32a", "--fleet", str(fleet), "--serial", serial]
    left = told(capsys, *words)["remaining"]
    by = {row["name"]: row["rests_on"] for row in left["modes"]}
    enough = {row["name"]: row["failures"] >= 5 for row in alone["modes"]}
    assert set(enough.values()) == {True, False}
    for name, told_by_fleet in enough.items():
        assert (by[name] == "failures in the fleet") is told_by_fleet
    assert by["seal"] == "parameters of its kind"
    assert left["dominant"] == left["modes"][0]["name"]
    assert sum(row["ends_first"] for row in left["modes"]) == pytest.approx(1.0, abs=1e-3)
    assert left["years"]["p05"] < left["years"]["p50"] < left["years"]["p95"]
    assert set(left["bound"]) == {
        "share", "days", "date", "capped", "failures", "tried", "reason",
    }  # fmt: skip
    assert left["bound"]["share"] == 0.9
    assert left["bound"]["days"] >= 0.0
    assert left["bound"]["date"] > "2025-04-09"
    assert main(["life", *words]) == Exit.DONE
    said = capsys.readouterr().out
    assert "By failures in the fleet: " in said
    assert "90 in 100 such connectors reach" in said
    assert "What is left goes by fleet.csv: 300 connectors" in said


def test_without_a_fleet_no_bound_is_promised_and_all_goes_by_the_kind(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, str(record))
    left = found["remaining"]
    why = left["bound"].pop("reason")
    assert "--fleet" in why
    assert left["bound"] == dict.fromkeys(
        ("share", "days", "date", "capped", "failures", "tried")
    ), "the same keys as with a fleet"
    assert {row["rests_on"] for row in left["modes"]} == {"parameters of its kind"}
    assert [row["ends_first"] for row in left["modes"]] == sorted(
        (row["ends_first"] for row in found["mechanisms"]), reverse=True
    )


def test_what_would_narrow_an_answer_is_not_what_was_there_already() -> None:
    wide = Remaining(
        hours=np.geomspace(100.0, 500_000.0, 101), matings=None, mated_h=None, first={}
    )
    alone, beside_others = too_wide(wide, by_fleet=False), too_wide(wide, by_fleet=True)
    assert "(--fleet)" in str(alone)
    assert "(--type-tests)" in str(beside_others)
    assert "(--fleet)" not in str(beside_others)


def rows_of(fleet: Path, **changes: str) -> str:
    """Return the book with its first living row changed."""
    lines = fleet.read_text().splitlines()
    place = next(at for at, line in enumerate(lines) if line.endswith(","))
    fields = dict(zip(HEADER.split(","), lines[place].split(","), strict=True)) | changes
    lines[place] = ",".join(fields.values())
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("serial", "", "serial: it is empty"),
        ("matings_per_day", "often", "matings_per_day: 'often' is no number"),
        ("matings_per_day", "0", "matings_per_day: 0 is not above 0"),
        ("mated_h_per_day", "25", "mated_h_per_day: 25 hours a day: a day has 24"),
        ("days", "99999", "days: 99999 are more than"),
        ("days", "nan", "days: nan is not above 0"),
        ("watched_days", "99999", "ended_by: nothing ended it, yet it is"),
        ("ended_by", "melted,and more", "row: it has more or fewer fields than the header"),
    ],
)
def test_a_row_that_cannot_be_is_told_and_left_out(
    fleet: Path, column: str, value: str, said: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = tmp_path / "book.csv"
    path.write_text(rows_of(fleet, **{column: value}))
    book = read_fleet(path)
    (problem,) = book.problems
    assert f"{problem.column}: {problem.what}".startswith(said)
    assert problem.what.endswith(": left out")
    assert len(book.serials) == 299


def test_a_connector_that_stands_twice_counts_once(fleet: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    lines = fleet.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[5]]))
    (problem,) = read_fleet(path).problems
    assert problem.row == 301
    assert problem.what == "C0004 stands in row 5 too: left out"


def test_parquet_and_semicolons_are_the_same_book(fleet: Path, tmp_path: Path) -> None:
    arrow_csv = pytest.importorskip("pyarrow.csv")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow_csv.read_csv(fleet)
    parquet.write_table(table, tmp_path / "book.parquet")
    (tmp_path / "book.csv").write_text(fleet.read_text().replace(",", ";"))
    books = [read_fleet(path) for path in (fleet, tmp_path / "book.parquet", tmp_path / "book.csv")]
    for book in books[1:]:
        assert book.serials == books[0].serials
        assert book.modes == books[0].modes
        assert np.array_equal(book.cohort.mode, books[0].cohort.mode)
        assert book.cohort.days == pytest.approx(books[0].cohort.days)
    assert not any(book.problems for book in books)


def test_names_in_quotes_are_names(fleet: Path, tmp_path: Path) -> None:
    header, *rows = fleet.read_text().splitlines()
    quoted = ",".join(f'"{name}"' for name in header.split(","))
    path = tmp_path / "book.csv"
    path.write_text("\n".join([quoted, *rows]))
    assert read_fleet(path).serials == read_fleet(fleet).serials


def test_a_fleet_of_which_nothing_lives_tells_modes_and_parts_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.csv"
    rows = [f"A{at},,,2,8,{100 + 10 * at},900,worn plating" for at in range(30)]
    path.write_text("\n".join([HEADER, *rows]))
    found = told(capsys, "--fleet", str(path))
    assert (found["failed"], found["connectors"]) == (30, [])
    assert main(["life", "--fleet", str(path)]) == Exit.DONE
    assert capsys.readouterr().out.endswith("None of them lives.\n")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (HEADER, Exit.BAD_FILE, "has no row of a connector"),
        ("serial,days\nA,1\n", Exit.BAD_FILE, "has no column 'matings_per_day'"),
        (f"{HEADER}\nA,,,1,2,30,30,\n", Exit.BAD_FILE, "has 1 connectors"),
        (HEADER + "".join(f"\nA{at},,,1,2,30,30," for at in range(30)), Exit.BAD_FILE,
         "nothing failed"),
    ],
)  # fmt: skip
def test_a_book_that_cannot_tell_is_refused_in_one_sentence(
    text: str, code: Exit, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.csv"
    path.write_text(text)
    assert main(["life", "--fleet", str(path)]) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_a_serial_that_is_unknown_or_has_ended_is_refused(
    fleet: Path, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["life", "--fleet", str(fleet), "--serial", "none"]) == Exit.BAD_FILE
    assert "has no connector 'none'" in capsys.readouterr().err
    book = read_fleet(fleet)
    ended = book.serials[int(np.argmax(book.cohort.failed))]
    for words in (["--fleet", str(fleet)], [str(record), "--fleet", str(fleet)]):
        assert main(["life", *words, "--serial", ended]) == Exit.BAD_FILE
        assert f"{ended} was ended by " in capsys.readouterr().err
