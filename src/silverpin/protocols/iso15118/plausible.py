"""A vehicle's figures made plausible: what no vehicle has is clamped, and named once each.

Limits come as magnitudes whatever sign they were sent with: some vehicles send the limits of
discharge below zero, others above. Targets keep their sign.
"""

from math import isfinite
from typing import NamedTuple

from silverpin.domain.limits import LIMITS

UNITS = {
    "A": LIMITS.vehicle_dc_max_a,
    "V": LIMITS.vehicle_dc_max_v,
    "W": LIMITS.vehicle_dc_max_w,
    "Wh": LIMITS.vehicle_energy_max_wh,
}
"""The most that any vehicle has of each unit."""


class Span(NamedTuple):
    """What a figure can be."""

    name: str
    unit: str
    low: float
    high: float


class Doubts:
    """Clamps figures and remembers what was not believed."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}

    @property
    def sentences(self) -> tuple[str, ...]:
        """One sentence for each figure that was clamped, in order of its first appearance."""
        return tuple(self._sentences.values())

    def limit(self, name: str, unit: str, value: float | None) -> float | None:
        """Return the magnitude of *value*, clamped; *name* as the message has it."""
        return None if value is None else abs(self.signed(name, unit, value))

    def signed(self, name: str, unit: str, value: float) -> float:
        """Return *value* with its sign, clamped."""
        return self.within(Span(name, unit, -UNITS[unit], UNITS[unit]), value)

    def within(self, span: Span, value: float) -> float:
        """Return *value* as far as its *span* reaches."""
        if span.low <= value <= span.high:
            return value
        held = (span.high if value > span.high else span.low) if isfinite(value) else 0.0
        if span.name not in self._sentences:
            was, taken = f"{value:g} {span.unit}", f"{held:g} {span.unit}"
            self._sentences[span.name] = f"{span.name} of {was} is taken as {taken}"
        return held

    def share(self, name: str, percent: int | None) -> float | None:
        """Return a percentage as a share, clamped to one; None for what was not told."""
        if percent is None or 0 <= percent <= 100:
            return None if percent is None else percent / 100
        self._sentences.setdefault(name, f"{name} of {percent} % is taken as 0 to 100 %")
        return min(max(percent, 0), 100) / 100
