"""The rate at which each pin warms: least squares over the last minute, a sample every two seconds.

A sliding window of n evenly spaced samples needs two sums only: S = sum T_i and W = sum i T_i. When
it slides by one, W' = W - (S - T_0) + (n - 1) T_n and S' = S - T_0 + T_n. The slope is
12 (W - S (n - 1) / 2) / (n (n^2 - 1)) a step. With an NTC's scatter of 0.05 K it is known to
0.03 K/min.
"""

from collections import deque
from collections.abc import Sequence

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_S

SAMPLE_S = 2
_SAMPLE_NS = SAMPLE_S * NS_PER_S
_GAP_NS = 5 * NS_PER_S
"""A pause this long ends the window: samples are no longer evenly spaced."""


class _Window:
    """One pin's last minute."""

    __slots__ = ("_length", "_scale", "_sum", "_temps_c", "_weighted", "c_per_min")

    def __init__(self, length: int) -> None:
        self._length = length
        self._scale = 60.0 / SAMPLE_S * 12.0 / (length * (length**2 - 1.0))
        self.clear()

    def clear(self) -> None:
        self._temps_c: deque[float] = deque()
        self._sum = self._weighted = 0.0
        self.c_per_min: float | None = None
        """None until a whole window was seen."""

    def push(self, temp_c: float) -> None:
        temps_c, length = self._temps_c, self._length
        temps_c.append(temp_c)
        if len(temps_c) > length:
            first_c = temps_c.popleft()
            self._weighted += first_c - self._sum + (length - 1) * temp_c
            self._sum += temp_c - first_c
        else:
            self._weighted += (len(temps_c) - 1) * temp_c
            self._sum += temp_c
        if len(temps_c) == length:
            moment = self._weighted - self._sum * (length - 1) / 2.0
            self.c_per_min = self._scale * moment


class Slope:
    """Warming of each pin."""

    __slots__ = ("_next_ns", "_windows")

    def __init__(self, pins: int, limits: Limits = LIMITS) -> None:
        length = round(limits.slope_window_s / SAMPLE_S) + 1
        self._windows = tuple(_Window(length) for _ in range(pins))
        self._next_ns: int | None = None

    @property
    def c_per_min(self) -> tuple[float | None, ...]:
        """How fast each pin warms, None until a whole window was seen. [K/min]"""
        return tuple(window.c_per_min for window in self._windows)

    def due(self, now_ns: int) -> bool:
        """Return whether a sample is due."""
        return self._next_ns is None or now_ns >= self._next_ns

    def step(self, now_ns: int, temps_c: Sequence[float | None]) -> None:
        """Take a sample that is due. A missing value ends its pin's window."""
        if self._next_ns is None or now_ns - self._next_ns > _GAP_NS:
            self._next_ns = now_ns
            for window in self._windows:
                window.clear()
        self._next_ns += _SAMPLE_NS
        for window, temp_c in zip(self._windows, temps_c, strict=True):
            if temp_c is None:
                window.clear()
            else:
                window.push(temp_c)

    def fastest(self) -> tuple[int, float] | None:
        """Return the pin that warms fastest and how fast, or None before a window is full."""
        found: tuple[int, float] | None = None
        for index, window in enumerate(self._windows):
            rate = window.c_per_min
            if rate is not None and (found is None or rate > found[1]):
                found = index, rate
        return found
