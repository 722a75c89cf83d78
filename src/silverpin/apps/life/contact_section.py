"""The report's part on contact resistance: the figure, the drawing, or why it is unknown."""

from datetime import date
from html import escape
from typing import Any

from silverpin.apps.contact_words import estimate, measured, milliohm, what_tells
from silverpin.apps.life.figures import WIDE
from silverpin.apps.life.trend import Trend, trend

_WIDTHS = {"broad": WIDE, "middle": 740, "narrow": 358}
"""For a desk, a tablet or paper, and a phone: text keeps its size."""


def contact_section(told: dict[str, Any]) -> str:
    """Return the part; of a record without sessions nothing."""
    now = told["resistance_mohm"]
    if not told["sessions"]:
        return ""
    if now["p50"] is None:
        return _part(
            f"Unknown: {now['reason']}; {what_tells()}, with the temperature of a pin recorded. "
            f"The limit is {milliohm(now['limit'])} mΩ."
        )
    span = told["span"]
    begins = date.fromisoformat(span["start"][:10]) if span["start"] else None
    known = [row for row in told["sessions"] if row["p50"] is not None]
    drawn = Trend(sessions=known, alarms=now["alarms"], limit_mohm=now["limit"],
                  span_s=3600.0 * span["hours"], begins=begins)  # fmt: skip
    inspected = f" Measured: {measured(now['measured'])}." if now["measured"] else ""
    return _part(
        f"At the end {estimate(now, now['limit'], now)}.{inspected} Each session by all that is "
        "known: a bar from p05 to p95, the line through the medians.",
        "".join(
            f'<figure class="{name}">{trend(drawn, width)}</figure>'
            for name, width in _WIDTHS.items()
        ),
    )


def _part(note: str, drawings: str = "") -> str:
    return (
        '<section class="wide"><h2>Contact resistance</h2>'
        f'<p class="note">{escape(note)}</p>{drawings}</section>'
    )
