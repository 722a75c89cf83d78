"""Contact resistance on a terminal: what a technician reads of it, aloud."""

import io
from typing import Any

import pytest

from silverpin.apps.terminal.connector_commands import connector_lines
from silverpin.apps.terminal.contact_lines import contact_lines
from silverpin.apps.terminal.status_screen import status_lines
from tests.daemon_station import VirtualStation
from tests.web_trends import RISEN, STEADY, UNTOLD, resistance, session


def said(told: dict[str, Any] | None) -> dict[str, str]:
    return dict(contact_lines(told, 200.0))


def test_the_estimate_comes_with_its_interval_the_limit_and_what_it_rests_on() -> None:
    assert said(STEADY) == {
        "resistance": "0.21 mΩ (0.18 to 0.24), below the limit of 0.30; "
        "no sure change since the first session",
        "": STEADY["rests_on"],
    }


def test_a_step_says_when_and_the_advice_that_nothing_happens_by_itself() -> None:
    told = said(RISEN)
    assert told["resistance"].endswith("; up 22 % (18 to 26) since the first session")
    assert told["rose"] == "by about 22 % with the session of 2026-11-14, told 2026-11-17"
    assert told["advice"].endswith("Nothing lowers the current by itself.")


def test_the_unknown_says_why_and_what_would_help() -> None:
    assert said(UNTOLD) == {
        "resistance": "unknown, the current is too low to warm the contact (12.0 A); an hour or "
        "more near the rated current of 200 A tells it best"
    }
    assert said(None) == said({}) == {"resistance": "unknown"}


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (None, ", the limit of 0.30 lies inside"),
        ("likely", ", likely above the limit of 0.30"),
        ("surely", ", above the limit of 0.30"),
    ],
)
def test_it_is_called_above_the_limit_as_surely_as_the_charger_says(
    over: str | None, words: str
) -> None:
    told = resistance([{**session(1, 0.4), "p05": 0.2}], over_limit=over)
    assert words in said(told)["resistance"]


def test_what_an_inspection_measured_is_told_with_what_happened_since() -> None:
    rise = {"p05": 0.06, "p50": 0.1, "p95": 0.14}
    measured = {"time": "2026-11-20T09:00:00.000Z", "mohm": 0.2, "rise": rise}
    told = resistance([session(1, 0.4)], measured=measured)
    assert "below the limit of 0.30 by what was measured" in said(told)["resistance"]
    assert said(told)["measured"] == "0.20 mΩ on 2026-11-20; up 10 % (6 to 14) since then"
    fresh = told | {"measured": measured | {"rise": None}}
    assert said(fresh)["measured"] == "0.20 mΩ on 2026-11-20"
    undated = {"time": None, "time_s": 432_000.0, "mohm": 0.2, "rise": None}
    assert said(UNTOLD | {"measured": undated})["measured"] == "0.20 mΩ on day 5"


def test_what_fell_since_the_first_session_is_told_too() -> None:
    fallen = STEADY | {"rise": {"p05": -0.3, "p50": -0.2, "p95": -0.1}, "rests_on": None}
    assert said(fallen)["resistance"].endswith("; down 20 % (10 to 30) since the first session")


def test_the_status_and_the_connector_on_the_charger_tell_it() -> None:
    station = VirtualStation()
    status = station.status()
    why = status["resistance"]["reason"]
    assert f"unknown, {why}" in "\n".join(status_lines(status, io.StringIO()))
    serial = station.shelf.ledgers.serial
    data = station.ask("connector", serial=serial)["data"]
    assert data["resistance"] == status["resistance"]
    assert f"unknown, {why}" in "\n".join(connector_lines(data))
    assert "0.25 mΩ (0.21 to 0.29)" in "\n".join(connector_lines(data | {"resistance": RISEN}))
