"""What a reading is worth at an instant: nothing once it is old or early, or says nothing.

The rest of this package asks here, so that `unread` means one thing everywhere.
"""

from typing import Any, TypeVar

from silverpin.domain.observation import Reading

T = TypeVar("T")
INFINITE = float("inf")


def fresh(reading: Reading[T] | None, now_ns: int, age_ns: int) -> T | None:
    """Return the value if it was taken within *age_ns* before *now_ns*, and not after it."""
    if reading is None or not now_ns - age_ns <= reading.taken_ns <= now_ns:
        return None
    return reading.value


def measured(reading: Reading[float] | None, now_ns: int, age_ns: int) -> float | None:
    """Return a fresh value that is a finite number: a meter that says NaN has said nothing."""
    value = fresh(reading, now_ns, age_ns)
    return value if value is not None and -INFINITE < value < INFINITE else None


def flagged(reading: Reading[Any] | None, now_ns: int, age_ns: int) -> bool | None:
    """Return a fresh yes or no: a switch that says anything else has said nothing."""
    value = fresh(reading, now_ns, age_ns)
    return value if value is True or value is False else None
