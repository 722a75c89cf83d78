"""A parameter as far as it is known: its 5th, 50th and 95th percentile, and who says so."""

from dataclasses import dataclass, fields
from math import isfinite, log
from typing import TYPE_CHECKING, Any, overload

from silverpin.physics.elementary import exp, maximum, minimum

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from silverpin.physics.law import FloatArray

SCORE_95 = 1.6448536269514722
"""Standard normal score of the 95th percentile."""


@dataclass(frozen=True, slots=True)
class Prior:
    """A positive quantity, lognormal on either side of its median; equal percentiles are exact.

    A prior without a source is a guess of ours, and is wide for that reason.
    """

    p05: float
    p50: float
    p95: float
    source: str | None = None

    def __post_init__(self) -> None:
        if not (isfinite(self.p95) and 0.0 < self.p05 <= self.p50 <= self.p95):
            raise ValueError(
                f"a prior needs 0 < p05 <= p50 <= p95, not {self.p05}, {self.p50}, {self.p95}"
            )

    @property
    def unsourced(self) -> bool:
        """Whether nobody is cited for it."""
        return self.source is None

    @property
    def exact(self) -> bool:
        """Whether it has no spread."""
        return self.p05 == self.p95

    @overload
    def at(self, score: float) -> float: ...
    @overload
    def at(self, score: "FloatArray") -> "FloatArray": ...
    def at(self, score: Any) -> Any:
        """Return the value at a standard normal score; 0 is the median.

        Scores of a random generator make draws: the caller brings them, this room rolls no dice.
        """
        up = log(self.p95 / self.p50) / SCORE_95
        down = log(self.p50 / self.p05) / SCORE_95
        return self.p50 * exp(up * maximum(score, 0.0) + down * minimum(score, 0.0))


def about(p50: float, factor: float, source: str | None = None) -> Prior:
    """Return a prior whose 5th and 95th percentiles are a factor below and above the median."""
    return Prior(p50 / factor, p50, p50 * factor, source)


def exactly(value: float, source: str) -> Prior:
    """Return a parameter that has no spread: a definition or a criterion."""
    return Prior(value, value, value, source)


def priors_of(row: "DataclassInstance") -> dict[str, Prior]:
    """Return the priors among a row's fields, by name."""
    values = ((field.name, getattr(row, field.name)) for field in fields(row))
    return {name: value for name, value in values if isinstance(value, Prior)}
