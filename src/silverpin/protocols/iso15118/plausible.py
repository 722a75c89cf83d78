"""A vehicle's figures made plausible: what no vehicle has is clamped, and named once each."""

from math import isfinite
from typing import NamedTuple


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

    def within(self, span: Span, value: float) -> float:
        """Return *value* as far as its *span* reaches."""
        if span.low <= value <= span.high:
            return value
        held = (span.high if value > span.high else span.low) if isfinite(value) else 0.0
        if span.name not in self._sentences:
            was, taken = f"{value:g} {span.unit}", f"{held:g} {span.unit}"
            self._sentences[span.name] = f"{span.name} of {was} is taken as {taken}"
        return held
