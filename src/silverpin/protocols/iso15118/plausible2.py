"""What a vehicle says, held against what any vehicle can have.

A value beyond that is a fault of scale somewhere in the vehicle (some cars of the field speak of
1,400 A): it is named in a sentence and clamped, and only the clamped value is passed on.
"""

from collections.abc import Mapping
from typing import NamedTuple

from silverpin.domain.limits import LIMITS


class Span(NamedTuple):
    """What a quantity can be."""

    what: str
    unit: str
    low: float
    high: float


DC_SPANS: Mapping[str, Span] = {
    "charge_max_a": Span("highest current", "A", 0.0, LIMITS.vehicle_dc_max_a),
    "charge_max_w": Span("highest power", "W", 0.0, LIMITS.vehicle_dc_max_w),
    "voltage_max_v": Span("highest voltage", "V", 0.0, LIMITS.vehicle_dc_max_v),
    "target_a": Span("wanted current", "A", 0.0, LIMITS.vehicle_dc_max_a),
    "target_v": Span("wanted voltage", "V", 0.0, LIMITS.vehicle_dc_max_v),
    "energy_max_wh": Span("battery", "Wh", 0.0, LIMITS.vehicle_energy_max_wh),
    "energy_target_wh": Span("wanted energy", "Wh", 0.0, LIMITS.vehicle_energy_max_wh),
}
"""By the field of `VehicleSide` that holds it. The older protocols only charge: 0 is lowest."""

AC_SPANS: Mapping[str, Span] = {
    "charge_max_a": Span("highest current", "A", 0.0, LIMITS.vehicle_ac_max_a),
    "voltage_max_v": Span("highest voltage", "V", 0.0, LIMITS.vehicle_ac_max_v),
    "energy_target_wh": Span("wanted energy", "Wh", 0.0, LIMITS.vehicle_energy_max_wh),
}


class Doubts:
    """Judges values as they come and keeps one sentence a quantity, the newest."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was not believed, in the order in which it was first said."""
        return tuple(self._sentences.values())

    def judged(self, spans: Mapping[str, Span], field: str, value: float) -> float:
        """Return *value* of *field* as far as it can be true."""
        span = spans[field]
        believed = min(max(value, span.low), span.high)
        if believed != value:
            self._sentences[field] = (
                f"the vehicle's {span.what} is said to be {value:g} {span.unit}; "
                f"{believed:g} {span.unit} is passed on"
            )
        return believed

    def name(self, field: str, sentence: str) -> None:
        """Keep a doubt about *field* that is none of a quantity's span."""
        self._sentences[field] = sentence
