"""Contact resistance on a terminal: the estimate with its interval, its rise, and what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

from silverpin.apps.contact_words import estimate, measured, what_tells

Contact = Mapping[str, Any]


def contact_lines(told: Contact | None, rated_a: float | None = None) -> Iterator[tuple[str, str]]:
    """Yield facts of `status.resistance`; a rise and an advice have lines of their own."""
    told = told or {}
    now = told.get("now_mohm") or {}
    if now.get("p50") is None:
        yield "resistance", _unknown(told.get("reason"), rated_a)
        if told.get("measured"):
            yield "measured", measured(told["measured"])
        return
    yield "resistance", estimate(now, told.get("limit_mohm"), told)
    if told.get("rests_on"):
        yield "", str(told["rests_on"])
    if told.get("measured"):
        yield "measured", measured(told["measured"])
    for alarm in (told.get("alarms") or ())[-1:]:
        about = f"by about {100.0 * alarm['rise']:.0f} % with the session of {alarm['since'][:10]}"
        yield "rose", f"{about}, told {alarm['told'][:10]}"
    if told.get("advice"):
        yield "advice", str(told["advice"]["text"])


def _unknown(reason: str | None, rated_a: float | None) -> str:
    return f"unknown, {reason}; {what_tells(rated_a)}" if reason else "unknown"
