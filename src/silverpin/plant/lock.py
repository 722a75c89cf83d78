"""The lock's bolt: a solenoid that drives it, something in its way, a switch at its end."""

from silverpin.domain.quantities import seconds_to_ns

_HOME_MM = 11.0
_SWITCH_MM = 10.0


class Lock:
    """Position of the bolt over time, as an exact function of when it was driven."""

    __slots__ = ("_arrives_ns", "_from_mm", "_since_ns", "jam_mm", "speed_mm_per_s",
                 "switch_broken", "target_mm")  # fmt: skip

    def __init__(self, speed_mm_per_s: float) -> None:
        self.speed_mm_per_s = speed_mm_per_s
        self.target_mm = 0.0
        self.jam_mm: float | None = None
        """How far something lets the bolt come; None when nothing is in the way."""
        self.switch_broken = False
        self._from_mm = 0.0
        self._since_ns = self._arrives_ns = 0

    def drive(self, now_ns: int, engaged: bool) -> None:
        """Drive the bolt home or back. Idempotent."""
        target = _HOME_MM if engaged else 0.0
        if target != self.target_mm:
            self._from_mm = self.position_mm(now_ns)
            self.target_mm = target
            self._since_ns = now_ns
            way_s = abs(target - self._from_mm) / self.speed_mm_per_s
            self._arrives_ns = now_ns + seconds_to_ns(way_s)

    def position_mm(self, now_ns: int) -> float:
        """Return how far the bolt is out."""
        position = self.target_mm
        if now_ns < self._arrives_ns:
            way = (now_ns - self._since_ns) * 1e-9 * self.speed_mm_per_s
            position = self._from_mm + (way if position > self._from_mm else -way)
        return position if self.jam_mm is None else min(position, self.jam_mm)

    def switch(self, now_ns: int) -> bool:
        """Return what the end switch reads."""
        return not self.switch_broken and self.position_mm(now_ns) >= _SWITCH_MM

    def holds(self, now_ns: int) -> bool:
        """Return whether the bolt holds the plug against a pull."""
        return self.position_mm(now_ns) >= _SWITCH_MM

    def moving(self, now_ns: int) -> bool:
        """Return whether the bolt is still on its way."""
        return now_ns < self._arrives_ns
