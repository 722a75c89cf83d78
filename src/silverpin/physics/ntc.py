"""Thermistors: resistance and temperature by one constant (B), by three (Steinhart-Hart), by table.

A single B, fitted at 25 and 85 °C, is off by kelvins far from both; `steinhart_hart_of` fits three
constants to a maker's table. A wrong table is an error of ten kelvins where it matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log as ln
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from silverpin.physics.constants import ZERO_CELSIUS_K
from silverpin.physics.elementary import exp, log
from silverpin.physics.law import Answer, law, outside
from silverpin.physics.matrix import solved
from silverpin.physics.polyline import polyline
from silverpin.physics.sources import STEINHART_HART

if TYPE_CHECKING:
    from silverpin.physics.law import BoolArray, FloatArray

KELVIN_25_C = 298.15
NEWTON_STEPS = 6
Table = Sequence[tuple[float, float]]
"""Temperatures in °C with the resistance in ohm at each, rising in temperature."""


@law(
    equation="R = R25 exp(B (1/T - 1/298.15 K))",
    unit="ohm",
    sources=("definition of B",),
    valid={"temp_c": (0.0, 100.0)},
)
def beta_ohm(temp_c: float, ohm_25: float = 10_000.0, beta_k: float = 3435.0) -> float:
    """Resistance of a thermistor of one constant."""
    return ohm_25 * exp(beta_k * (1.0 / (temp_c + ZERO_CELSIUS_K) - 1.0 / KELVIN_25_C))


@law(
    equation="T = 1 / (1/298.15 K + ln(R / R25) / B)",
    unit="°C",
    sources=("definition of B",),
    valid={"beta_k": (2500.0, 5000.0)},
)
def beta_c(ohm: float, ohm_25: float = 10_000.0, beta_k: float = 3435.0) -> float:
    """Temperature of a thermistor of one constant; inverse of `beta_ohm`."""
    return 1.0 / (1.0 / KELVIN_25_C + log(ohm / ohm_25) / beta_k) - ZERO_CELSIUS_K


@law(
    equation="1/T = a + b ln R + c (ln R)^3",
    unit="°C",
    sources=(STEINHART_HART,),
    valid={"ohm": (100.0, 1e6)},
)
def steinhart_hart_c(ohm: float, a: float, b: float, c: float) -> float:
    """Temperature of a thermistor of three constants."""
    log_ohm = log(ohm)
    return 1.0 / (a + b * log_ohm + c * log_ohm * log_ohm * log_ohm) - ZERO_CELSIUS_K


@law(
    equation="a + b x + c x^3 = 1/T, R = exp(x)",
    unit="ohm",
    sources=(STEINHART_HART,),
    valid={"temp_c": (-40.0, 125.0)},
)
def steinhart_hart_ohm(temp_c: float, a: float, b: float, c: float) -> float:
    """Resistance of a thermistor of three constants; inverse of `steinhart_hart_c`.

    By Newton's steps from the straight line: the cube is a small correction of either sign.
    """
    wanted = 1.0 / (temp_c + ZERO_CELSIUS_K) - a
    log_ohm = wanted / b
    for _ in range(NEWTON_STEPS):
        square = log_ohm * log_ohm
        log_ohm = log_ohm - (b * log_ohm + c * square * log_ohm - wanted) / (b + 3.0 * c * square)
    return exp(log_ohm)


class SteinhartHart(NamedTuple):
    """The three constants of a thermistor."""

    a: float
    b: float
    c: float


def beta_between(cold: tuple[float, float], hot: tuple[float, float]) -> float:
    """Return the B that two points of a table mean. [K]"""
    inverse_k = 1.0 / (cold[0] + ZERO_CELSIUS_K) - 1.0 / (hot[0] + ZERO_CELSIUS_K)
    return ln(cold[1] / hot[1]) / inverse_k


def steinhart_hart_of(table: Table) -> SteinhartHart:
    """Fit the three constants to a table of three or more points, each kelvin weighing the same."""
    if len(table) < 3:
        raise ValueError(f"three constants need three points of the table, not {len(table)}")
    normal = [[0.0] * 4 for _ in range(3)]
    for temp_c, ohm in table:
        kelvin, log_ohm = temp_c + ZERO_CELSIUS_K, ln(ohm)
        weight = kelvin**4  # an error of 1/T counts T^2 times in T
        terms = (1.0, log_ohm, log_ohm**3, 1.0 / kelvin)
        for row, left in zip(normal, terms[:3], strict=True):
            for column, right in enumerate(terms):
                row[column] += weight * left * right
    return SteinhartHart(*solved(normal))


@dataclass(frozen=True, slots=True)
class ThermistorTable:
    """A maker's table, with straight lines between its points in ln R over 1/T."""

    points: Table

    def __post_init__(self) -> None:
        temps, ohms = zip(*self.points, strict=True)
        if len(temps) < 2 or list(temps) != sorted(set(temps)):
            raise ValueError("a thermistor's table needs two or more temperatures that rise")
        if list(ohms) != sorted(set(ohms), reverse=True) or ohms[-1] <= 0.0:
            raise ValueError("a thermistor's resistance must fall from point to point")

    @overload
    def celsius(self, ohm: float) -> Answer[float, bool]: ...
    @overload
    def celsius(self, ohm: "FloatArray") -> "Answer[FloatArray, BoolArray]": ...
    def celsius(self, ohm: Any) -> Any:
        """Return the temperature at a resistance."""
        logs = [ln(row) for _, row in reversed(self.points)]
        inverse = [1.0 / (temp_c + ZERO_CELSIUS_K) for temp_c, _ in reversed(self.points)]
        temp_c = 1.0 / polyline(log(ohm), logs, inverse) - ZERO_CELSIUS_K
        return Answer(temp_c, outside(ohm, (self.points[-1][1], self.points[0][1])))

    @overload
    def ohm(self, temp_c: float) -> Answer[float, bool]: ...
    @overload
    def ohm(self, temp_c: "FloatArray") -> "Answer[FloatArray, BoolArray]": ...
    def ohm(self, temp_c: Any) -> Any:
        """Return the resistance at a temperature; inverse of `celsius`."""
        inverse = [1.0 / (row + ZERO_CELSIUS_K) for row, _ in reversed(self.points)]
        logs = [ln(row) for _, row in reversed(self.points)]
        log_ohm = polyline(1.0 / (temp_c + ZERO_CELSIUS_K), inverse, logs)
        return Answer(exp(log_ohm), outside(temp_c, (self.points[0][0], self.points[-1][0])))
