"""The daemon's word on wear: from another process, after a session, and honest when it has none."""

import json
import sys
from pathlib import Path

import pytest

from silverpin.apps.daemon import wear as wear_module
from silverpin.apps.daemon.wear import NO_EXTRA, NOT_YET, OFF, Wear, frame_of

TOLD = (
    '{"span": {"end": "2026-11-22T13:39:58Z"}, "dominant": "lock", '
    '"mechanisms": [{"name": "lock", "consumed": {"p05": 0.1, "p50": 0.2, "p95": 0.4}}], '
    '"wear_cost_eur_per_kwh_discharged": {"p05": null, "p50": null, "p95": null, "reason": "x"}, '
    '"remaining": {"years": {"p05": 1, "p50": 2, "p95": 3}, "date": {"p05": null, "p50": null, '
    '"p95": null}, "dominant": "seal"}}'
)


def asked(program: str) -> Wear:
    """Return a wear that asks a program in the place of the real one, after it has asked once."""
    wear = Wear([sys.executable, "-c", program])
    wear.reckon()
    return wear


def test_nothing_is_reckoned_until_it_is_begun() -> None:
    wear = Wear(["false"])
    wear.see("unmated")
    assert wear.frame()["reason"] == OFF
    assert wear.frame()["remaining_years"]["p50"] is None


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wear_module, "find_spec", lambda name: None)
    wear = Wear(["false"])
    wear.begin()
    assert wear.frame()["reason"] == NO_EXTRA
    wear.close()


def test_what_the_other_process_says_is_shown() -> None:
    frame = asked(f"print({TOLD!r})").frame()
    assert frame["reason"] is None
    assert frame["as_of"] == "2026-11-22T13:39:58Z"
    assert (frame["dominant"], frame["ended_by"]) == ("lock", "seal")
    assert frame["consumed"]["p50"] == 0.2
    assert frame["cost_eur_per_kwh"] == {"p05": None, "p50": None, "p95": None}


@pytest.mark.parametrize("program", ["raise SystemExit('no')", "print('no')", "print(1)"])
def test_a_process_that_fails_leaves_what_was_known(program: str) -> None:
    assert asked(program).frame()["reason"] == OFF


def test_a_new_connector_has_none_of_the_wear_of_the_one_before() -> None:
    wear = asked(f"print({TOLD!r})")
    wear.see("unmated")
    assert wear.frame()["consumed"]["p50"] == 0.2
    wear.see("connector_fitted")
    frame = wear.frame()
    assert (frame["reason"], frame["as_of"], frame["consumed"]["p50"]) == (NOT_YET, None, None)


def test_an_answer_about_the_connector_before_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    wear = asked(f"print({TOLD!r})")

    def changed_meanwhile() -> dict[str, object]:
        wear.see("connector_fitted")
        told: dict[str, object] = json.loads(TOLD)
        return told

    monkeypatch.setattr(wear, "_answer", changed_meanwhile)
    wear.reckon()
    assert wear.frame()["reason"] == NOT_YET


def test_an_ended_session_asks_again_and_closing_ends_it(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    count = tmp_path / "asked"
    wear = Wear([sys.executable, "-c", f"open({str(count)!r}, 'a').write('x')"])
    wear.begin()
    wear.see("unmated")
    wear.see("energy")
    wear.close()
    assert len(count.read_text() if count.exists() else "") <= 2


def test_the_frame_is_that_of_the_real_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("numba")
    from silverpin.apps.terminal.silverpin_cli import main

    path = tmp_path / "use.csv"
    rows = "\n".join(f"{1.7e9 + 60 * row},{20 if row % 1440 < 300 else 0}" for row in range(8000))
    path.write_text(f"time,current\n{rows}")
    assert main(["life", str(path), "--json"]) == 0
    frame = frame_of(json.loads(capsys.readouterr().out))
    assert frame["remaining_years"]["p05"] < frame["remaining_years"]["p50"]
    assert frame["dominant"]
