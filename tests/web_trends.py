"""Contact resistance as `status.resistance` tells it, for scripted states of the page."""

from datetime import UTC, datetime, timedelta
from typing import Any

FIRST = datetime(2026, 10, 14, 7, 10, tzinfo=UTC)
RESTS_ON = (
    "Contact resistance rests on 40 of 44 sessions (temperature) and on 16 bench runs of this type"
)
UNKNOWN = {"p05": None, "p50": None, "p95": None}


def when(days: float) -> str:
    return (FIRST + timedelta(days=days)).isoformat(timespec="seconds")[:-6] + "Z"


def session(number: int, p50: float) -> dict[str, Any]:
    """The session of a number, a little wider while little was known."""
    wide = 0.14 + 0.2 / (number + 1)
    return {
        "start": when(number), "channel": "temperature", "reason": None,
        "p05": round(p50 * (1 - wide), 4), "p50": round(p50, 4), "p95": round(p50 * (1 + wide), 4),
    }  # fmt: skip


def resistance(rows: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """What is told after these sessions."""
    last = rows[-1]
    told = {
        "as_of": last["start"], "reason": None,
        "now_mohm": {name: last[name] for name in UNKNOWN},
        "rise": {"p05": -0.01, "p50": 0.02, "p95": 0.05},
        "limit_mohm": 0.3, "over_limit": None, "measured": None, "channel": "temperature",
        "rests_on": RESTS_ON, "sessions": rows, "alarms": [], "advice": None,
    }  # fmt: skip
    return told | changes


def wavy(number: int) -> float:
    return 0.204 + 0.004 * ((number * 7) % 5 - 2) / 2


STEADY = resistance([session(number, wavy(number)) for number in range(40)])
RISEN = resistance(
    [session(number, wavy(number) * (1.0 if number < 31 else 1.22)) for number in range(40)],
    rise={"p05": 0.18, "p50": 0.22, "p95": 0.26},
    alarms=[{"since": when(31), "told": when(34), "rise": 0.22}],
    advice={
        "text": "No more than 181 A until the pins are inspected: that heats the contact no more "
        "than a sound one. Nothing lowers the current by itself.",
        "current_max_a": 181.0,
    },
)
UNTOLD = {
    **STEADY, "as_of": None, "reason": "the current is too low to warm the contact (12.0 A)",
    "now_mohm": UNKNOWN, "rise": None, "channel": None, "rests_on": None, "sessions": [],
}  # fmt: skip
RISEN_DUE = {
    "what": "inspect the pins: contact resistance", "soon": False, "by": None,
    "why": "it rose by about 22 % on 2026-11-14, 5.1 standard deviations beyond what sessions "
    "scatter", "since": when(34), "who": "technician", "command": "evse-cli inspect",
}  # fmt: skip
RISEN_DUE["reason"] = RISEN_DUE["why"]
