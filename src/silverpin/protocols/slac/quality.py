"""How good the power line is, from what matching and the session's first minute have shown.

Attenuation tells of the wire, lost sounds and retries of noise, and what TCP had to send again
during the TLS handshake of both under load. What was not measured is not judged, and a line of
which nothing is known is not called good.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from silverpin.domain.slac import PLC, PlcLimits
from silverpin.protocols.slac.states import Match


class Grade(IntEnum):
    """A line's grade; the worst measure decides."""

    UNKNOWN = 0
    GOOD = 1
    FAIR = 2
    POOR = 3


class Measure(NamedTuple):
    """One figure, and what it comes to."""

    name: str
    value: float
    unit: str
    grade: Grade

    def __str__(self) -> str:
        """Return the figure as a sentence's part."""
        return f"{self.name} {self.value:.3g}{' ' + self.unit if self.unit else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlcQuality:
    """The judgement, with every figure that it rests on."""

    measures: tuple[Measure, ...]

    @property
    def grade(self) -> Grade:
        """The worst of all measures."""
        return max((measure.grade for measure in self.measures), default=Grade.UNKNOWN)

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do about a line that is not good, first things first."""
        if self.grade <= Grade.GOOD:
            return ()
        steps = [
            f"keep {PLC.separation_mm:.0f} mm or more between power cables and the pilot's wire",
            "connect the shield of the pilot's wire to the chassis",
        ]
        worst = {measure.name for measure in self.measures if measure.grade is self.grade}
        if "spread" in worst and len(worst) == 1:
            steps.append("look for a stub on the pilot's wire: some frequencies are swallowed")
        return tuple(steps)

    @property
    def sentence(self) -> str:
        """The judgement in one sentence."""
        if self.grade is Grade.UNKNOWN:
            return "The power line has not been measured yet."
        word = self.grade.name.lower()
        causes = [str(row) for row in self.measures if row.grade is self.grade]
        if self.grade is Grade.GOOD:
            causes = causes[:1]
        return f"The power line is {word}: {', '.join(causes)}."

    def frame(self) -> dict[str, Any]:
        """Return the judgement for status and page."""
        return {
            "grade": self.grade.name.lower(),
            "sentence": self.sentence,
            "advice": list(self.advice),
            "measures": {row.name: round(row.value, 3) for row in self.measures},
        }


def judge(
    match: Match | None,
    *,
    retransmits: int | None = None,
    handshake_s: float | None = None,
    limits: PlcLimits = PLC,
) -> PlcQuality:
    """Judge the line; None is what was not measured."""
    rows: list[tuple[str, float, str, float, float]] = []
    if match is not None:
        rows += [
            ("attenuation", match.attenuation_db, "dB",
             limits.attenuation_good_db, limits.attenuation_fair_db),
            ("spread", max(match.groups) - min(match.groups), "dB",
             limits.spread_good_db, limits.spread_fair_db),
            ("sounds lost", match.sounds_lost, f"of {match.sounds}",
             limits.sounds_lost_good, limits.sounds_lost_fair),
            ("messages sent again", match.retries, "",
             limits.retries_good, limits.retries_fair),
        ]  # fmt: skip
    if retransmits is not None:
        rows.append(("TCP segments sent again during TLS", retransmits, "",
                     limits.retransmits_good, limits.retransmits_fair))  # fmt: skip
    if handshake_s is not None:
        rows.append(("TLS handshake", handshake_s, "s",
                     limits.handshake_good_s, limits.handshake_fair_s))  # fmt: skip
    measures = (
        Measure(name, value, unit, _grade(value, good, fair))
        for name, value, unit, good, fair in rows
    )
    return PlcQuality(measures=tuple(measures))


def _grade(value: float, good: float, fair: float) -> Grade:
    # Written so that what is no number is poor.
    return Grade.GOOD if value <= good else Grade.FAIR if value <= fair else Grade.POOR
