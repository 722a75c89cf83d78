"""`silverpin walk`: a leg again, a walk that goes on where its tally ends, a tally that lasts."""

import json
from pathlib import Path

import pytest

from silverpin.apps.exits import Exit
from silverpin.apps.walk import program
from silverpin.apps.walk.leg import Finding, walk
from silverpin.apps.walk.setup import LEG_TICKS, leg_of
from silverpin.apps.walk.story import story
from silverpin.apps.walk.tally import Tally, TallyError, load, sources
from silverpin.control.supervisor import Supervisor
from tests.breaks import Break, broken

Captured = pytest.CaptureFixture[str]


def test_one_seed_and_so_many_ticks_are_one_digest(capsys: Captured) -> None:
    told = []
    for _ in range(2):
        assert program.main(["--seed", "3", "--ticks", "400", "--json"]) == Exit.DONE
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert told[0]["digest"] == walk(3, 400).digest
    assert (told[0]["seed"], told[0]["ticks"], told[0]["finding"]) == (3, 400, None)


def test_a_walk_goes_on_where_its_tally_ends(tmp_path: Path, capsys: Captured) -> None:
    tally = tmp_path / "deep" / "walk.json"
    for legs in (1, 2):
        options = ["--ticks", "1", "--jobs", "1", "--tally", str(tally)]
        assert program.main(options) == Exit.DONE
        assert f"Next seed {legs}." in capsys.readouterr().out
    assert load(tally).ticks == 2 * LEG_TICKS


def test_what_breaks_is_told_with_its_seed_and_kept_in_the_tally(
    tmp_path: Path, capsys: Captured
) -> None:
    tally = tmp_path / "walk.json"
    options = ["--ticks", "1", "--jobs", "1", "--tally", str(tally), "--no-shrink"]
    low_start = Break(Supervisor._bounds, "self.session.state in _STARTING", "False")
    with broken(low_start):
        assert program.main(options) == Exit.REFUSED
    assert "silverpin walk --seed 0" in capsys.readouterr().out
    assert [row.invariant for row in load(tally).findings] == ["within limits"]
    assert program.main(options) == Exit.REFUSED
    assert "1 BROKEN" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seed", "ends"),
    [
        (16, " kW."),
        (17, " kW, the vehicle talks ISO 15118-20, 1-phase."),
        (36, " kW, the vehicle talks DIN 70121."),
    ],
)
def test_a_story_begins_with_who_talks(seed: int, ends: str) -> None:
    found = Finding(seed, 1, "asked anew", "words")
    assert next(story(leg_of(seed), (), found)).endswith(ends)


def test_a_tally_of_another_program_counts_apart(tmp_path: Path) -> None:
    path = tmp_path / "walk.json"
    old = Tally(program="another", next_seed=7)
    old.reach.ticks = 1000
    old.findings.append(Finding(6, 1, "asked anew", "words"))
    old.save(path)
    tally = load(path)
    assert (tally.program, tally.next_seed, tally.ticks) == (sources(), 7, 0)
    assert (tally.ticks_before, tally.findings) == (1000, [])


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "silverpin.walk-tally/9"}'])
def test_a_file_that_is_no_tally_is_refused_in_a_sentence(
    text: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "walk.json"
    path.write_text(text)
    with pytest.raises(TallyError, match="no tally of a walk"):
        load(path)
    assert program.main(["--ticks", "1", "--jobs", "1", "--tally", str(path)]) == Exit.BAD_FILE
    assert "move it away" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--ticks", "0"], ["--jobs", "-1"], ["--for", "soon"]])
def test_a_number_that_is_none_is_a_wrong_command_line(options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(options)
    assert ended.value.code == Exit.USAGE
