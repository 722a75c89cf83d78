"""Figures as the object of `--json` has them: six digits, null for unknown, times to the second."""

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np

from silverpin.durability.life import Band, band

UNKNOWN = {"p05": None, "p50": None, "p95": None}
_NS_PER_H = 3_600_000_000_000
_NS_PER_S = 1_000_000_000


def at(start_utc_ns: int | None, t_s: float) -> str | None:
    """Return an instant of the record, where it has dates."""
    return None if start_utc_ns is None else iso(start_utc_ns + round(t_s * _NS_PER_S))


def iso(utc_ns: int) -> str:
    """Return an instant to the second."""
    return f"{datetime.fromtimestamp(utc_ns // _NS_PER_S, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"


def bands(values: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Any]:
    """Return the percentiles of draws."""
    return banded(band(values))


def significant(value: float) -> float | None:
    """Return six significant digits; what is no number is unknown."""
    if not math.isfinite(value):
        return None
    return float(f"{value:.6g}")


def banded(row: Band) -> dict[str, Any]:
    """Return percentiles."""
    return {name: significant(value) for name, value in row._asdict().items()}


def end_ns(start_utc_ns: int, span_h: float) -> int:
    """Return when a record ends."""
    return start_utc_ns + round(span_h * _NS_PER_H)


def date_in(start_utc_ns: int | None, span_h: float, hours: float) -> str | None:
    """Return the instant so many hours after a record's end, where the record has dates."""
    return None if start_utc_ns is None else iso(end_ns(start_utc_ns, span_h + hours))
