"""What happened to a contact since somebody measured it: by the sessions around that day alone.

A meter on the pins tells ohms better than heat does; heat tells changes better than ohms. So what
was measured stands, times the change since then. Each session's own value is taken (`alarm`), whose
errors are the same before and after; the newest few are held against those just before the
measurement and, as pins are cleaned when they are measured, against the first ones after it. The
larger rise of the two counts: nothing that began to rise is hidden by the other.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from silverpin.durability.life import Band
from silverpin.durability.prior import SCORE_95

if TYPE_CHECKING:
    from silverpin.durability.record import FloatArray

NEWEST = 20
"""Sessions whose mean is what a contact is like now."""
_BEFORE = 40
_LEAST = 2
"""One session alone may have been an odd one."""


class Measured(NamedTuple):
    """A pin's resistance as a technician measured it, on the axis of the sessions."""

    at_s: float
    ohm: float
    """Of the worst power pin."""


class Since(NamedTuple):
    """What is known since then."""

    measured: Measured
    rise: Band | None
    """As a share; None while hardly any session has come since."""


class Values(NamedTuple):
    """Sessions by themselves, a column each."""

    end_s: "FloatArray"
    log_ohm: "FloatArray"
    weight: "FloatArray"
    """Inverse variance, by how much sessions scatter."""


def since(measured: Measured, values: Values) -> Since:
    """Return what sessions tell that reach back to the measurement."""
    end_s = np.maximum.accumulate(values.end_s)  # a clock may have been set back
    count = int(np.searchsorted(end_s, measured.at_s, side="right"))
    rises = list(_rises(values, count))
    return Since(measured, max(rises, key=lambda row: row.p05) if rises else None)


def _rises(values: Values, count: int) -> Iterator[Band]:
    """Yield how much higher the newest are than those *count* before, and than the first after."""
    total = len(values.end_s)
    for first, past in ((max(0, count - _BEFORE), count), (count, count + NEWEST)):
        newest = max(past, total - NEWEST)
        if past - first >= _LEAST and total - newest >= _LEAST:
            yield _rise(values, slice(first, past), slice(newest, total))


def _rise(values: Values, early: slice, late: slice) -> Band:
    (was, was_var), (now, now_var) = (_mean(values, part) for part in (early, late))
    apart, sd = now - was, float(np.sqrt(was_var + now_var))
    return Band(*(float(np.expm1(apart + score * sd)) for score in (-SCORE_95, 0.0, SCORE_95)))


def _mean(values: Values, part: slice) -> tuple[float, float]:
    weight = values.weight[part]
    return float(np.average(values.log_ohm[part], weights=weight)), 1.0 / float(weight.sum())
