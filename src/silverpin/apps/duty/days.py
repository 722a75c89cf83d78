"""Days of use as records: the same vehicle, the same road, and what else its connector does.

A vehicle is in from 17:30 to 07:30 and leaves with what the road needs whatever the use. House and
grid come first; then it charges at full power until it has that and what was given away. A night in
which the grid gave it more than it needs leaves it with more.
Days begin at noon, so that a night is whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from silverpin.durability.record import Chunk, FloatArray, Happenings

STEP_S = 2.0
DAY_S = 86_400.0
_IN_S, _OUT_S = 5.5 * 3600.0, 19.5 * 3600.0
_EVENING_S = 4 * 3600.0
_HOUSE_SHARE = 0.5
_LEFT_S = 1800.0
"""Even after much regulation the vehicle starts to charge so that this is left before it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One way to use a connector for some days."""

    name: str
    source: str
    """Where its power comes from: a file, or how it was made up."""
    power_w: FloatArray
    """At the connector, positive charges; one value each `STEP_S`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """What every use has in common."""

    power_w: float
    road_kwh: float
    """A day."""
    days: int


def charging(vehicle: Vehicle) -> Use:
    """Return a vehicle that only charges."""
    return _use("charging", "made up", vehicle, np.zeros(_rows(vehicle)))


def house(vehicle: Vehicle) -> Use:
    """Return one that feeds the house for four hours of the evening, at half its power."""
    t_s = np.arange(_rows(vehicle), dtype=np.float64) * STEP_S % DAY_S
    evening = (t_s >= _IN_S) & (t_s < _IN_S + _EVENING_S)
    asked_w = np.where(evening, -_HOUSE_SHARE * vehicle.power_w, 0.0)
    return _use("vehicle to house", "made up: four hours at half power", vehicle, asked_w)


def following(name: str, source: str, vehicle: Vehicle, wanted_w: Sequence[float],
              step_s: float) -> Use:  # fmt: skip
    """Return one that follows a signal while it is in; a short signal begins again."""
    wanted = np.asarray(wanted_w, dtype=np.float64)
    place = (np.arange(_rows(vehicle)) * STEP_S / step_s).astype(np.int64) % len(wanted)
    return _use(name, source, vehicle, wanted[place])


def record(use: Use, nominal_v: float) -> Chunk:
    """Return the record of a use."""
    t_s = np.arange(len(use.power_w) + 1, dtype=np.float64) * STEP_S
    current_a = np.append(use.power_w / nominal_v, 0.0)
    mated = _mated(t_s)
    came = t_s[1:][mated[1:] & ~mated[:-1]]
    return Chunk(
        t_s=t_s,
        current_a=current_a,
        mated=mated,
        happenings=Happenings(matings_s=tuple(came.tolist()), breaks=()),
    )


def _use(name: str, source: str, vehicle: Vehicle, asked_w: FloatArray) -> Use:
    """Let the vehicle do what is asked, then charge what it still needs."""
    days = asked_w.reshape(vehicle.days, -1)
    t_s = np.arange(days.shape[1], dtype=np.float64) * STEP_S
    inside = _mated(t_s)
    power_w = np.where(inside, days, 0.0)
    for day in power_w:
        _refill(day, t_s, vehicle)
    return Use(name=name, source=source, power_w=power_w.ravel())


def _refill(day_w: FloatArray, t_s: FloatArray, vehicle: Vehicle) -> None:
    """Charge at full power from as late as it may be, in place of what was asked then."""
    road_ws = vehicle.road_kwh * 3.6e6
    given_ws = np.cumsum(day_w) * STEP_S
    left_s = _OUT_S - _LEFT_S - t_s
    late = (road_ws - given_ws >= vehicle.power_w * left_s) & (t_s >= _IN_S)
    if not late.any():
        return
    begin = int(np.argmax(late))
    needed_ws = road_ws - given_ws[begin]
    steps = max(0, round(needed_ws / vehicle.power_w / STEP_S))
    day_w[begin + 1 :] = 0.0
    day_w[begin + 1 : begin + 1 + steps] = vehicle.power_w
    day_w[t_s >= _OUT_S] = 0.0


def _mated(t_s: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    hour_s = t_s % DAY_S
    return (hour_s >= _IN_S) & (hour_s < _OUT_S)


def _rows(vehicle: Vehicle) -> int:
    return round(vehicle.days * DAY_S / STEP_S)
