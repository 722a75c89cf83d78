"""The verdict on a pilot: each figure beside its limits, and what spoils it.

A figure passes when it lies within its limits and was told finely enough to say so. What was not
measured has not passed, and a pilot of which a part was not measured has not passed either.
"""

from dataclasses import dataclass
from enum import Enum
from math import isfinite

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import CpState, PilotLevels
from silverpin.domain.pilot import BANDS_V, PilotCause
from silverpin.ports import PilotPeaks
from silverpin.protocols.pilot.levels import AS_READ, Trim, levels_of
from silverpin.protocols.pilot.measured import Measured
from silverpin.safety.pilot import cause_of

_DUTY_LOW, _DUTY_HIGH = 0.03, 0.97
"""Duties that mean anything to a vehicle (IEC 61851-1 annex A)."""
_FINER_MIN = 1.1
_MICRO, _PERCENT = 1e6, 100.0


class Outcome(Enum):
    """How a figure, or a pilot, came off."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the pilot beside its limits."""

    name: str
    unit: str
    value: float | None
    low: float
    high: float
    outcome: Outcome
    why: str = ""
    """Why it was not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a look at the pilot found."""

    state: CpState
    figures: tuple[Figure, ...]
    causes: tuple[PilotCause, ...]
    """What spoils it, likeliest first; empty for a pilot that nothing was found against."""

    @property
    def outcome(self) -> Outcome:
        """How the pilot came off: failed by one figure, passed by all."""
        found = {figure.outcome for figure in self.figures}
        if self.causes or Outcome.FAILED in found:
            return Outcome.FAILED
        return Outcome.NOT_MEASURED if Outcome.NOT_MEASURED in found else Outcome.PASSED


def judge(
    told: Measured, *, duty: float | None = None, plug: bool | None = None, trim: Trim = AS_READ,
    limits: Limits = LIMITS,
) -> Verdict:  # fmt: skip
    """Return the verdict on what was *told*.

    *duty* is what the generator was set to (1.0 for steady) and *plug* whether a plug is in, where
    anybody knows.
    """
    low_v = told.high_v if told.low_v is None else told.low_v
    levels = levels_of(PilotPeaks(told.high_v, low_v, told.noise_v), trim)
    figures = _figures(told, levels, duty, limits)
    failed = {figure.name for figure in figures if figure.outcome is Outcome.FAILED}
    causes = _causes(told, levels, failed, plug, limits)
    if told.steady and duty is not None and duty < 1.0:
        causes = [PilotCause.STEADY, *causes]
    return Verdict(
        state=levels.state, figures=figures, causes=tuple(dict.fromkeys(causes))
    )  # fmt: skip


def _figures(
    told: Measured, levels: PilotLevels, duty: float | None, limits: Limits
) -> tuple[Figure, ...]:
    duty_low, duty_high = _DUTY_LOW, _DUTY_HIGH
    if duty is not None and duty < 1.0:
        duty_low, duty_high = duty - limits.cp_duty_error_share, duty + limits.cp_duty_error_share
    low_v = None if told.steady and levels.state is not CpState.F else levels.low_v
    rows = (
        ("frequency", "Hz", 1.0, told.hz, limits.cp_generator_low_hz, limits.cp_generator_high_hz),
        ("duty", "%", _PERCENT, told.duty, duty_low, duty_high),
        ("high", "V", 1.0, levels.high_v, *_band(levels, limits)),
        ("low", "V", 1.0, low_v, limits.cp_low_min_v, limits.cp_low_max_v),
        ("noise", "V", 1.0, told.noise_v, 0.0, limits.cp_noise_max_v),
        ("rise", "µs", _MICRO, told.rise_s, 0.0, limits.cp_rise_max_s),
        ("fall", "µs", _MICRO, told.fall_s, 0.0, limits.cp_fall_max_s),
    )
    return tuple(_figure(*row, told) for row in rows)


def _band(levels: PilotLevels, limits: Limits) -> tuple[float, float]:
    """Return the band of the state; for a level that fits none, the band that is nearest."""
    if levels.state is CpState.F:
        return limits.cp_low_min_v, limits.cp_low_max_v
    distances = [
        (max(low_v - levels.high_v, levels.high_v - high_v, 0.0), low_v, high_v)
        for _, low_v, high_v in BANDS_V
    ]
    return min(distances)[1:]


def _figure(
    name: str, unit: str, scale: float, value: float | None, low: float, high: float,
    told: Measured,
) -> Figure:  # fmt: skip
    outcome, why = _outcome(value, low, high, told.resolution.get(name, 0.0))
    if outcome is Outcome.NOT_MEASURED:
        why = told.why.get(name, why)
    return Figure(
        name=name, unit=unit, value=None if value is None else scale * value,
        low=scale * low, high=scale * high, outcome=outcome, why=why,
    )  # fmt: skip


def _outcome(
    value: float | None, low: float, high: float, resolution: float
) -> tuple[Outcome, str]:
    """Return how a figure came off, and why it is not measured if it is not."""
    if value is None or not isfinite(value):
        return Outcome.NOT_MEASURED, "it cannot be told from this"
    outside = max(low - value, value - high, 0.0)
    if outside > resolution:
        return Outcome.FAILED, ""
    if resolution > 0.5 * (high - low):
        finer = max(_FINER_MIN, 2.0 * resolution / (high - low))
        return Outcome.NOT_MEASURED, f"too coarse: sample {finer:.2g} times as fast"
    return (Outcome.FAILED if outside else Outcome.PASSED), ""


def _causes(
    told: Measured, levels: PilotLevels, failed: set[str], plug: bool | None, limits: Limits
) -> list[PilotCause]:
    shape = cause_of(levels, plug, limits)
    causes = [] if shape is None else [shape]
    if "frequency" in failed:
        causes.append(PilotCause.FREQUENCY)
    if failed & {"rise", "fall"}:
        causes.append(PilotCause.EDGES)
    if "duty" in failed:
        causes.append(PilotCause.DUTY)
    return causes
