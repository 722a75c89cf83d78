"""Electrical life of a contactor from its maker's points, in logarithms of life, current, voltage.

No exponent holds for all parts (published ones lie from 0.65 to 9), so every part has its table,
one for each way of switching. Between points the logarithms are interpolated; beyond them the last
slope goes on, but never more kindly than this: more current or voltage than published is assumed to
cost at least what an overload costs a part that did publish it, and nothing outlives the mechanics.
A single point holds below itself. One operation takes one life at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import log as ln
from typing import TYPE_CHECKING, Any, overload

from silverpin.physics.elementary import exp, log, maximum, minimum
from silverpin.physics.law import Answer, outside
from silverpin.physics.polyline import polyline

if TYPE_CHECKING:
    from silverpin.physics.law import BoolArray, FloatArray, Quantity

OVERLOAD_EXPONENT = 3.7
"""Least loss of life per decade of current beyond a table (TE EVC 250, 200 to 2000 A)."""
OVERVOLTAGE_EXPONENT = 1.5
"""Least loss of life per decade of voltage beyond a table (Gigavac EPIC, 120 to 350 V)."""
CURRENT_MIN_A = 1e-3
VOLTAGE_MIN_V = 1e-3


class Switching(Enum):
    """A way of operating a contactor; reverse is against the polarity printed on it."""

    MAKE = "make"
    BREAK_FORWARD = "break forward"
    BREAK_REVERSE = "break reverse"
    MAKE_AND_BREAK = "make and break"


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeTable:
    """Operations that one part survives, by voltage and current, in one way of switching."""

    voltages_v: tuple[float, ...]
    """Rising."""
    currents_a: tuple[float, ...]
    """Rising."""
    operations: tuple[tuple[float, ...], ...]
    """A row for each voltage, with the life at each current."""
    mechanical: float
    """Life without current, which no table of loads exceeds."""

    def __post_init__(self) -> None:
        if list(self.voltages_v) != sorted(set(self.voltages_v)):
            raise ValueError(f"voltages {self.voltages_v} do not rise")
        if list(self.currents_a) != sorted(set(self.currents_a)):
            raise ValueError(f"currents {self.currents_a} do not rise")
        widths = {len(row) for row in self.operations}
        if len(self.operations) != len(self.voltages_v) or widths != {len(self.currents_a)}:
            raise ValueError("a life table needs a row a voltage and a life a current")

    @overload
    def life(self, current_a: float, voltage_v: float) -> Answer[float, bool]: ...
    @overload
    def life(
        self, current_a: "FloatArray", voltage_v: "Quantity"
    ) -> "Answer[FloatArray, BoolArray]": ...
    @overload
    def life(
        self, current_a: float, voltage_v: "FloatArray"
    ) -> "Answer[FloatArray, BoolArray]": ...
    def life(self, current_a: Any, voltage_v: Any) -> Any:
        """Return the operations survived at a load, whatever its sign."""
        amperes = maximum(abs(current_a), CURRENT_MIN_A)
        volts = maximum(abs(voltage_v), VOLTAGE_MIN_V)
        rows = [self._row(log(amperes), lives) for lives in self.operations]
        logs_v = [ln(voltage) for voltage in self.voltages_v]
        # Less than the lowest voltage is credited nothing: tables start where arcs already stand.
        over_voltage = log(maximum(volts, self.voltages_v[0]))
        log_life = polyline(over_voltage, logs_v, rows)
        beyond = maximum(over_voltage - logs_v[-1], 0.0)
        log_life = log_life - beyond * maximum(OVERVOLTAGE_EXPONENT - _fall(logs_v, rows), 0.0)
        extrapolated = outside(amperes, (self.currents_a[0], self.currents_a[-1])) | outside(
            volts, (self.voltages_v[0], self.voltages_v[-1])
        )
        life = exp(maximum(minimum(log_life, ln(self.mechanical)), 0.0))
        return Answer(life, extrapolated)

    def _row(self, log_a: float, lives: Sequence[float]) -> float:
        """Interpolate one voltage's lives over the current, all in logarithms."""
        logs_a, logs = [ln(current) for current in self.currents_a], [ln(life) for life in lives]
        beyond = maximum(log_a - logs_a[-1], 0.0)
        kind = OVERLOAD_EXPONENT - _fall(logs_a, logs)
        return polyline(log_a, logs_a, logs) - beyond * maximum(kind, 0.0)


def _fall(xs: Sequence[float], ys: Sequence[float]) -> float:
    """How steeply the last piece falls; a single point does not."""
    return (ys[-2] - ys[-1]) / (xs[-1] - xs[-2]) if len(xs) > 1 else 0.0
