"""Contact resistance in words, the same on every screen and in the report."""

from collections.abc import Mapping
from typing import Any

_ENDS = ("p05", "p50", "p95")
_OVER = {"surely": "above", "likely": "likely above"}


def estimate(now: Mapping[str, Any], limit_mohm: float | None, told: Mapping[str, Any]) -> str:
    """Return the estimate with its interval, the limit, and the rise since the first session."""
    low, middle, high = (milliohm(now[name]) for name in _ENDS)
    against, risen = _against(now, limit_mohm, told), _risen(told.get("rise"), "the first session")
    return f"{middle} mΩ ({low} to {high}), {against}{risen}"


def measured(told: Mapping[str, Any]) -> str:
    """Return what an inspection measured, and what happened since then."""
    day = told["time"][:10] if told["time"] else f"day {told['time_s'] / 86_400.0:.0f}"
    return f"{milliohm(told['mohm'])} mΩ on {day}{_risen(told['rise'], 'then')}"


def milliohm(value: float) -> str:
    """Return a resistance with two figures that count."""
    digits = 3 if value < 0.0995 else 2 if value < 9.95 else 1
    return f"{value:.{digits}f}"


def what_tells(rated_a: float | None = None) -> str:
    """Return what would make an unknown contact known."""
    near = f" of {rated_a:g} A" if rated_a else ""
    return f"an hour or more near the rated current{near} tells it best"


def _against(now: Mapping[str, Any], limit: float | None, told: Mapping[str, Any]) -> str:
    """Return what `over_limit` says; where it says nothing, how the interval lies."""
    if limit is None:
        return "limit unknown"
    over = told.get("over_limit")
    if over is not None:
        return f"{_OVER[over]} the limit of {milliohm(limit)}"
    if told.get("measured"):
        return f"below the limit of {milliohm(limit)} by what was measured"
    if now["p95"] > limit:
        return f"the limit of {milliohm(limit)} lies inside"
    return f"below the limit of {milliohm(limit)}"


def _risen(rise: Mapping[str, Any] | None, since: str) -> str:
    """Return the change since some day; one whose interval holds zero is none."""
    if rise is None:
        return ""
    low, middle, high = (100.0 * rise[name] for name in _ENDS)
    if low <= 0.0 <= high:
        return f"; no sure change since {since}"
    way = "up" if middle > 0.0 else "down"
    near, far = sorted((abs(low), abs(high)))
    return f"; {way} {abs(middle):.0f} % ({near:.0f} to {far:.0f}) since {since}"
