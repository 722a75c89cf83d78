"""Instants as files write them: dates with or without a zone, seconds or finer since 1970.

Numbers too small for a date count from wherever the file began. An hour that a zone has twice is
taken as the later one where the earlier would step back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from silverpin.drivers.duty_columns import DutyError
from silverpin.durability.record import FloatArray

_DATED_S = 1e9
_SCALES = ((1e17, 1e-9), (1e14, 1e-6), (1e11, 1e-3))
"""Numbers at least as large are nanoseconds, microseconds, milliseconds since 1970."""

_LOOKED_AT = 1000
"""Texts that decide whether a block holds numbers or dates."""


class Instants(NamedTuple):
    """Seconds, nan where there was no time, and whether they count from 1970."""

    t_s: FloatArray
    dated: bool


def zone_of(name: str) -> tzinfo:
    """Return the zone of times that name none."""
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DutyError(
            f"--tz: there is no time zone {name!r}: write one as Europe/Berlin"
        ) from None


def from_numbers(values: FloatArray) -> Instants:
    """Read numbers as seconds since 1970, or a finer unit of it, or since the file began."""
    known = np.abs(values[np.isfinite(values)])
    usual = float(np.median(known)) if len(known) else 0.0
    for least, factor in _SCALES:
        if usual >= least:
            return Instants(values * factor, True)
    return Instants(values, usual >= _DATED_S)


def from_texts(texts: Sequence[str], zone: tzinfo, after_s: float = -np.inf) -> Instants:
    """Read texts that follow an instant: all numbers, or dates as 2026-05-01T12:00:00Z."""
    try:
        return from_numbers(np.array(texts, dtype=np.float64))
    except ValueError:
        pass
    looked_at = texts[:_LOOKED_AT]
    if sum(_number(text) is not None for text in looked_at) * 2 > len(looked_at):
        numbers = (_number(text) for text in texts)
        return from_numbers(np.array([np.nan if row is None else row for row in numbers]))
    t_s: FloatArray = np.full(len(texts), np.nan)
    last_s = after_s
    for row, text in enumerate(texts):
        found = _date_s(text, zone, last_s)
        if found is not None:
            t_s[row] = last_s = found
    return Instants(t_s, True)


def last_of(t_s: FloatArray, otherwise: float) -> float:
    """Return the last instant that is known."""
    known = np.flatnonzero(np.isfinite(t_s))
    return float(t_s[known[-1]]) if len(known) else otherwise


def _date_s(text: str, zone: tzinfo, last_s: float) -> float | None:
    try:
        date = datetime.fromisoformat(text.strip())
        if date.tzinfo is not None:
            return date.timestamp()
        date = date.replace(tzinfo=zone)
        early_s = date.timestamp()
        return early_s if early_s > last_s else max(early_s, date.replace(fold=1).timestamp())
    except (ValueError, OverflowError, OSError):
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
