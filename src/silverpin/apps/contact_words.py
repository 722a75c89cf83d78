"""Contact resistance in words, the same on every screen and in the report."""

from collections.abc import Mapping
from typing import Any

_ENDS = ("p05", "p50", "p95")


def estimate(now: Mapping[str, Any], limit_mohm: float | None, rise: Any) -> str:
    """Return the estimate with its interval, the limit, and the rise since the first session."""
    low, middle, high = (milliohm(now[name]) for name in _ENDS)
    return f"{middle} mΩ ({low} to {high}), {_against(now, limit_mohm)}{_risen(rise)}"


def milliohm(value: float) -> str:
    """Return a resistance with two figures that count."""
    digits = 3 if value < 0.0995 else 2 if value < 9.95 else 1
    return f"{value:.{digits}f}"


def what_tells(rated_a: float | None = None) -> str:
    """Return what would make an unknown contact known."""
    near = f" of {rated_a:g} A" if rated_a else ""
    return f"an hour or more near the rated current{near} tells it best"


def _against(now: Mapping[str, Any], limit: float | None) -> str:
    if limit is None:
        return "limit unknown"
    if now["p05"] > limit:
        return f"above the limit of {milliohm(limit)}"
    if now["p95"] > limit:
        return f"the limit of {milliohm(limit)} lies inside"
    return f"below the limit of {milliohm(limit)}"


def _risen(rise: Mapping[str, Any] | None) -> str:
    """Return the change since the first session; one whose interval holds zero is none."""
    if rise is None:
        return ""
    low, middle, high = (100.0 * rise[name] for name in _ENDS)
    if low <= 0.0 <= high:
        return "; no sure change since the first session"
    way = "up" if middle > 0.0 else "down"
    near, far = sorted((abs(low), abs(high)))
    return f"; {way} {abs(middle):.0f} % ({near:.0f} to {far:.0f}) since the first session"
