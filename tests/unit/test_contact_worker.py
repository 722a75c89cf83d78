"""The process that follows a charger's contacts: a line for a line, or one sentence."""

import io
import json
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numba", reason="resistance is estimated by numba: install the extra life")

from silverpin.apps.daemon.contact_watch import note_of, worker_of
from silverpin.apps.life import contact_update, contact_worker
from silverpin.domain.limits import LIMITS
from silverpin.domain.tightening import tighten
from silverpin.drivers.contact_table import NewSession
from silverpin.drivers.store import Store
from tests.unit.test_contact_record import NOON_S, SERIAL, Service

NOON_NS = NOON_S * 10**9


@pytest.fixture(autouse=True)
def polite(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the process of the tests keep its place in the line."""
    steps: list[int] = []
    monkeypatch.setattr(os, "nice", steps.append)
    monkeypatch.setattr(contact_worker, "first_to_go", lambda: None)
    return steps


def answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], path: Path, *asked: int
) -> list[dict[str, Any]]:
    lines = "".join(json.dumps({"serial": SERIAL, "utc_ns": at_ns}) + "\n" for at_ns in asked)
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert contact_worker.main([str(path), "--connector", "ccs2-200a"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_answer_is_a_line_with_what_is_to_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    polite: list[int],
) -> None:  # fmt: skip
    path = tmp_path / "state.sqlite"
    with closing(Store.open(path, SERIAL, boot="boot")) as store:
        end_s = Service(store, path).session()
        first, second = answers(monkeypatch, capsys, path, NOON_NS, round(end_s * 1e9))
    assert polite == [10], "after everybody else"
    assert first["told"]["now_mohm"]["p50"] > 0.0
    assert second == {"told": first["told"], "keep": []}, "asked again, it has nothing new"
    [kept] = first["keep"]
    row = note_of(kept[0], kept[1:])
    assert isinstance(row, NewSession)
    assert (row.serial, row.last_block) == (SERIAL, 360)
    assert row.blocks is not None
    assert len(row.blocks) == 4 * 4 * 180


def test_a_state_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [said] = answers(monkeypatch, capsys, tmp_path / "none.sqlite", NOON_NS)
    assert "cannot be read" in said["error"]


def test_bench_runs_that_are_none_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("{}\n{}\n"))
    words = [str(tmp_path / "state.sqlite"), "--connector", "ccs2-200a"]
    assert contact_worker.main([*words, "--type-tests", str(tmp_path)]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert "has no bench run" in first["error"]
    assert second == first


def test_it_judges_by_the_limits_that_the_daemon_was_configured_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []
    monkeypatch.setattr(contact_update, "updates_of", lambda *asked: given.append(asked))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    limits = tighten(LIMITS, {"contact_max_ohm": 2e-4})
    contact_worker.main(worker_of(tmp_path, "ccs2-200a", None, limits)[3:])
    assert given == [(tmp_path, "ccs2-200a", None, limits)]


def test_an_answer_needs_no_locale(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contact_worker, "_updates", lambda options: (object(), ""))
    monkeypatch.setattr(contact_worker, "_answer", lambda updates, asked: {"why": "0.6 mΩ"})
    monkeypatch.setattr("sys.stdin", io.StringIO("{}\n"))
    assert contact_worker.main(["state.sqlite", "--connector", "ccs2-200a"]) == 0
    said = capsys.readouterr().out
    assert said.isascii()
    assert json.loads(said) == {"why": "0.6 mΩ"}
