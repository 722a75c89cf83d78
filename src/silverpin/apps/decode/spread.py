"""How durations spread, in memory that does not grow: counts in classes one per cent wide."""

import math

_STEP = math.log(1.01)
_LEAST_NS = 1_000.0


class Spread:
    """Takes durations; tells how many, the largest, and any share of them within one per cent."""

    __slots__ = ("_classes", "count", "largest_ns")

    def __init__(self) -> None:
        self._classes: dict[int, int] = {}
        self.count = 0
        self.largest_ns = 0

    def add(self, duration_ns: int) -> None:
        """Take one duration; a clock that went back counts as none."""
        if duration_ns < 0:
            return
        number = int(math.log(max(duration_ns, _LEAST_NS) / _LEAST_NS) / _STEP)
        self._classes[number] = self._classes.get(number, 0) + 1
        self.count += 1
        self.largest_ns = max(self.largest_ns, duration_ns)

    def share_ns(self, share: float) -> float | None:
        """Return the duration that *share* of them do not exceed."""
        below = 0
        for number in sorted(self._classes):
            below += self._classes[number]
            if below >= share * self.count:
                return min(_LEAST_NS * math.exp((number + 0.5) * _STEP), self.largest_ns)
        return None

    def told(self) -> dict[str, float | int] | None:
        """Return median, 95th percentile and the largest in milliseconds; None of nothing."""
        median, late = self.share_ns(0.5), self.share_ns(0.95)
        if median is None or late is None:
            return None
        return {
            "n": self.count,
            "p50": round(median / 1e6, 2),
            "p95": round(late / 1e6, 2),
            "max": round(self.largest_ns / 1e6, 2),
        }
