"""A site's own limits: each may be stricter than the table's, none looser.

Nor may one be so strict that it watches nothing any more: a contact that may fall open zero times
is never counted, and insulation that is tested without voltage is always well.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from silverpin.domain.limits import FIXED, LOWER, Limits, limit_fields

_NUMBER_MAX = 1e15
"""No limit in any unit of the table comes near it."""


class LimitError(ValueError):
    """A configuration that names an unknown limit or would loosen a known one."""


def tighten(base: Limits, overrides: Mapping[str, object]) -> Limits:
    """Return *base* with stricter values; refuse a looser, unknown, void or non-numeric one."""
    rows = limit_fields()
    for name, value in overrides.items():
        if name not in rows:
            raise LimitError(f"limits.{name} is unknown: see the generated example configuration")
        if isinstance(value, bool) or not isinstance(value, int | float) or not is_number(value):
            raise LimitError(f"limits.{name} must be a number, not {value!r}")
        _refuse_looser(name, value, getattr(base, name), rows[name].metadata["tighter"])
        _refuse_void(name, value, rows[name].metadata)
    tightened = replace(base, **overrides)  # type: ignore[arg-type]
    _refuse_apart(tightened)
    return tightened


def is_number(value: float) -> bool:
    """Return whether *value* is finite, and no larger than any limit can be."""
    return -_NUMBER_MAX <= value <= _NUMBER_MAX


def _refuse_looser(name: str, value: float, now: float, tighter: str) -> None:
    if value == now:
        return
    if tighter == FIXED:
        raise LimitError(f"limits.{name} is fixed at {now}: remove it from the configuration")
    if (value > now) == (tighter == LOWER):
        way = "above" if tighter == LOWER else "below"
        raise LimitError(
            f"limits.{name} = {value} would loosen the limit {now}: nothing {way} it is allowed"
        )
    if value < 0 <= now:
        raise LimitError(f"limits.{name} = {value} is negative")


def _refuse_void(name: str, value: float, row: Mapping[str, Any]) -> None:
    """Refuse a value so strict that the limit would watch nothing, or nothing could run."""
    least, most = row["least"], row["most"]
    if least <= value <= most:
        return
    end = f"{least:_} is the least" if value < least else f"{most:_} is the most"
    raise LimitError(f"limits.{name} = {value} would watch nothing: {end} that is of use")


def _refuse_apart(limits: Limits) -> None:
    """Refuse limits of which one takes another's sense away."""
    if not limits.temp_low_c < limits.temp_reset_c < limits.temp_trip_c:
        raise LimitError("limits: temp_low_c < temp_reset_c < temp_trip_c must hold")
    if limits.judge_period_ns * 5 > limits.lease_ns:
        raise LimitError(
            "limits: lease_ns must be at least five times judge_period_ns, or a permit lapses "
            "under load between two judgements"
        )
    if limits.insulation_test_v < limits.dc_high_v:
        raise LimitError(
            f"limits: insulation_test_v = {limits.insulation_test_v:g} is below dc_high_v = "
            f"{limits.dc_high_v:g}: insulation is tested at the output's highest voltage, so "
            "lower that as well"
        )
