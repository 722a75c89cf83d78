"""The rate at which each pin warms: least squares over the last minute, one sample a second.

A sliding window of n evenly spaced samples needs two sums only: S = sum T_i and W = sum i T_i. When
it slides by one, W' = W - (S - T_0) + (n - 1) T_n and S' = S - T_0 + T_n. The slope is
12 (W - S (n - 1) / 2) / (n (n^2 - 1)) a step. With an NTC's scatter of 0.05 K it is known to
0.03 K/min.
"""

from collections import deque

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_S

_GAP_NS = 5 * NS_PER_S // 2
"""A pause this long ends the window: samples are no longer evenly spaced."""


class Slope:
    """Warming of each pin. [K/min]"""

    __slots__ = ("_length", "_next_ns", "_sums", "_weighted", "_windows", "c_per_min")

    def __init__(self, pins: int, limits: Limits = LIMITS) -> None:
        self._length = round(limits.slope_window_s) + 1
        self._windows: list[deque[float]] = [deque() for _ in range(pins)]
        self._sums = [0.0] * pins
        self._weighted = [0.0] * pins
        self._next_ns: int | None = None
        self.c_per_min: list[float | None] = [None] * pins
        """None until a whole window was seen."""

    def due(self, now_ns: int) -> bool:
        """Return whether a sample is due."""
        return self._next_ns is None or now_ns >= self._next_ns

    def step(self, now_ns: int, temps_c: tuple[float | None, ...]) -> None:
        """Take a sample that is due. A missing value ends its pin's window."""
        if self._next_ns is None or now_ns - self._next_ns > _GAP_NS:
            self._next_ns = now_ns
            for index in range(len(self._windows)):
                self._clear(index)
        self._next_ns += NS_PER_S
        for index, temp_c in enumerate(temps_c):
            if temp_c is None:
                self._clear(index)
            else:
                self._push(index, temp_c)

    def fastest(self) -> tuple[int, float] | None:
        """Return the pin that warms fastest and how fast, or None before a window is full."""
        known = [(rate, index) for index, rate in enumerate(self.c_per_min) if rate is not None]
        if not known:
            return None
        rate, index = max(known)
        return index, rate

    def _clear(self, index: int) -> None:
        self._windows[index].clear()
        self._sums[index] = self._weighted[index] = 0.0
        self.c_per_min[index] = None

    def _push(self, index: int, temp_c: float) -> None:
        window, length = self._windows[index], self._length
        if len(window) < length:
            self._weighted[index] += len(window) * temp_c
            self._sums[index] += temp_c
            window.append(temp_c)
        else:
            first = window.popleft()
            window.append(temp_c)
            self._weighted[index] += first - self._sums[index] + (length - 1) * temp_c
            self._sums[index] += temp_c - first
        if len(window) == length:
            middle = (length - 1) / 2.0
            moment = self._weighted[index] - self._sums[index] * middle
            self.c_per_min[index] = 60.0 * 12.0 * moment / (length * (length**2 - 1.0))
