"""Contact resistance on a terminal: the estimate with its interval, its rise, and what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

Contact = Mapping[str, Any]
_ENDS = ("p05", "p50", "p95")


def contact_lines(told: Contact | None, rated_a: float | None = None) -> Iterator[tuple[str, str]]:
    """Yield facts of `status.resistance`; a rise and an advice have lines of their own."""
    told = told or {}
    now = told.get("now_mohm") or {}
    if now.get("p50") is None:
        yield "resistance", _unknown(told, rated_a)
        return
    against = _against(now, told.get("limit_mohm"))
    yield "resistance", f"{_now(now)}, {against}{_rise(told.get('rise'))}"
    basis = told.get("rests_on")
    if basis:
        yield "", str(basis)
    for alarm in (told.get("alarms") or ())[-1:]:
        began, heard = _day(alarm["since"]), _day(alarm["told"])
        yield (
            "rose",
            (f"by about {100.0 * alarm['rise']:.0f} % with the session of {began}, told {heard}"),
        )
    advice = told.get("advice")
    if advice:
        yield "advice", str(advice["text"])


def milliohm(value: float) -> str:
    """Return a resistance with two figures that count."""
    digits = 3 if value < 0.0995 else 2 if value < 9.95 else 1
    return f"{value:.{digits}f}"


def _unknown(told: Contact, rated_a: float | None) -> str:
    near = f" of {rated_a:g} A" if rated_a else ""
    reason = told.get("reason")
    if not reason:
        return "unknown"
    return f"unknown, {reason}; an hour or more near the rated current{near} tells it best"


def _now(now: Contact) -> str:
    low, middle, high = (milliohm(now[name]) for name in _ENDS)
    return f"{middle} mΩ ({low} to {high})"


def _against(now: Contact, limit: float | None) -> str:
    if limit is None:
        return "limit unknown"
    if now["p05"] > limit:
        return f"above the limit of {milliohm(limit)}"
    if now["p95"] > limit:
        return f"the limit of {milliohm(limit)} lies inside"
    return f"below the limit of {milliohm(limit)}"


def _rise(rise: Contact | None) -> str:
    """Return the change since the first session; one whose interval holds zero is none."""
    if rise is None:
        return ""
    low, middle, high = (100.0 * rise[name] for name in _ENDS)
    if low <= 0.0 <= high:
        return "; no sure change since the first session"
    way = "up" if middle > 0.0 else "down"
    ends = sorted((abs(low), abs(high)))
    return f"; {way} {abs(middle):.0f} % ({ends[0]:.0f} to {ends[1]:.0f}) since the first session"


def _day(time: str) -> str:
    return time[:10]
