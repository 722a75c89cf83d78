"""The calibration of the pilot's front end against resistors that are known.

The standard's resistors, behind a diode, set known levels. A gain and an offset are fitted to what
the front end read of them. The correction is refused when the points do not lie on one line, when
it would move a state, or when it is larger than a sound front end needs: what attenuates the pilot
is to be repaired, and no calibration makes it look well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.observation import CpState
from silverpin.domain.pilot import DIODE_V, LEVEL_V, LOADS_OHM, SOURCE_OHM, SOURCE_V
from silverpin.protocols.pilot.levels import AS_READ, Trim, classify

POINTS_MIN = 3
REPAIR = "repair what attenuates the pilot, or the front end, and calibrate then"


class Known(NamedTuple):
    """A setting of the resistor box: its name, the state it stands for and the level it sets."""

    name: str
    state: CpState
    level_v: float


def _known(name: str, state: CpState) -> Known:
    ohm = LOADS_OHM.get(state)
    if ohm is None:
        return Known(name, state, SOURCE_V)
    return Known(name, state, DIODE_V + (SOURCE_V - DIODE_V) * ohm / (SOURCE_OHM + ohm))


KNOWN = (_known("open", CpState.A), _known("2740", CpState.B), _known("882", CpState.C),
         _known("246", CpState.D))  # fmt: skip
ALSO_CALLED = MappingProxyType({"1300": "882", "270": "246"})
"""The resistor that is switched in beside the one of 2740 Ω stands for both together."""
BY_NAME = MappingProxyType({row.name: row for row in KNOWN})


class CalibrationError(ValueError):
    """Points that make no calibration; the message says why and what to do."""


class Residual(NamedTuple):
    """What a point of the calibration leaves over once it is corrected."""

    name: str
    read_v: float
    level_v: float
    residual_v: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A correction that may be taken up, and what it leaves over."""

    trim: Trim
    residuals: tuple[Residual, ...]

    @property
    def residual_v(self) -> float:
        """The largest residual."""
        return max(abs(row.residual_v) for row in self.residuals)


def known_of(name: str) -> Known:
    """Return the setting called *name*; raise `CalibrationError` for what is none."""
    text = name.strip().lower().removesuffix("ohm").removesuffix("Ω").strip()
    found = BY_NAME.get(ALSO_CALLED.get(text, text))
    if found is None:
        raise CalibrationError(
            f"{name} is no resistor of the table: use open, 2740, 1300 (882) or 270 (246)"
        )
    return found


def calibrate(read_v: Mapping[str, float], limits: Limits = LIMITS) -> Calibration:
    """Return the calibration by what the front end *read_v* at each setting.

    Raises `CalibrationError` with one sentence.
    """
    points = {known_of(name): value for name, value in read_v.items()}
    if len(points) < POINTS_MIN:
        raise CalibrationError(
            f"{len(points)} resistors are too few: take at least {POINTS_MIN} of "
            f"{', '.join(row.name for row in KNOWN)}"
        )
    for row, value in points.items():
        if not isfinite(value):
            raise CalibrationError(f"{row.name} reads {value:g} V: measure it again")
    trim = _fitted(points)
    residuals = tuple(
        Residual(row.name, value, row.level_v, trim.corrected(value) - row.level_v)
        for row, value in sorted(points.items(), key=lambda item: -item[0].level_v)
    )
    calibration = Calibration(trim=trim, residuals=residuals)
    refusal = _refusal(calibration, limits)
    if refusal:
        raise CalibrationError(refusal)
    return calibration


def allowed(trim: Trim, limits: Limits = LIMITS) -> bool:
    """Return whether a front end may be corrected by *trim*."""
    return (
        abs(trim.gain - 1.0) <= limits.cp_trim_gain_share
        and abs(trim.offset_v) <= limits.cp_trim_offset_v
        and _moved(trim) is None
    )


def _fitted(points: Mapping[Known, float]) -> Trim:
    """Return the line that leaves the least squares over."""
    count = len(points)
    mean_read = sum(points.values()) / count
    mean_level = sum(row.level_v for row in points) / count
    spread = sum((value - mean_read) ** 2 for value in points.values())
    if spread <= 0.0:
        return AS_READ
    gain = sum(
        (value - mean_read) * (row.level_v - mean_level) for row, value in points.items()
    ) / spread  # fmt: skip
    return Trim(gain, mean_level - gain * mean_read)


def _refusal(calibration: Calibration, limits: Limits) -> str:
    trim, worst_v = calibration.trim, calibration.residual_v
    if not worst_v <= limits.cp_trim_residual_v:
        worst = max(calibration.residuals, key=lambda row: abs(row.residual_v))
        return (
            f"the points do not fit: {worst.name} is {worst.residual_v:+.2f} V off the line, and "
            f"{limits.cp_trim_residual_v:g} V are allowed; check the resistor and measure again"
        )
    moved = _moved(trim)
    if moved is not None:
        read_v = LEVEL_V[moved]
        return (
            f"it would move state {moved.value}: {read_v:g} V would count as "
            f"{trim.corrected(read_v):.2f} V; {REPAIR}"
        )
    if abs(trim.gain - 1.0) > limits.cp_trim_gain_share:
        return (
            f"it would stretch the front end by {100.0 * (trim.gain - 1.0):+.1f} %, and "
            f"{100.0 * limits.cp_trim_gain_share:g} % are allowed; {REPAIR}"
        )
    if abs(trim.offset_v) > limits.cp_trim_offset_v:
        return (
            f"it would shift the front end by {trim.offset_v:+.2f} V, and "
            f"{limits.cp_trim_offset_v:g} V are allowed; {REPAIR}"
        )
    return ""


def _moved(trim: Trim) -> CpState | None:
    """Return the first state whose nominal level would count as another, or as none."""
    for state, level_v in LEVEL_V.items():
        if classify(trim.corrected(level_v), -SOURCE_V) is not state:
            return state
    return None
