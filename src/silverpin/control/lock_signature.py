"""How far a bolt came and what it met, from the current of its drive alone.

A motor's back-EMF is its speed. Volts less resistive drop, summed over time, are therefore the way
it went, in volt-seconds; the winding's resistance is taken from the same stroke, where the bolt
stands or just before it starts, so that neither a warm winding nor a low supply deceives. Loads
are told as shares of the stall current, which is the most force that the drive had on that day.
"""

from typing import NamedTuple

from silverpin.domain.quantities import NS_PER_S
from silverpin.ports import Stroke

_FREE = (0.08, 0.26)
"""Part of the way home on which a bolt is free of the inlet, whatever is wrong there."""
_MET = 0.12
"""A load that rises by this share of the stall current has met something."""
_STALLED, _HALFWAY = 0.93, 0.5
"""Above this share of the stall current a bolt stands; from that one on it is being stopped."""
_TAIL = 20
"""Samples at the end of a pulse that tell the stall current."""
_FLAT = 0.02
_INRUSH_MS = 14
_LOADED_INRUSH = 0.95
"""Share of the stall current that the inrush reaches if the bolt sets off under a heavy load."""


class Signature(NamedTuple):
    """One stroke in figures. Ways are in volt-seconds, loads in shares of the stall current."""

    way_vs: float
    """How far the bolt came."""
    free_load: float
    """What it met while it was free of the inlet."""
    met_vs: float
    """Where it met more than that."""
    rise_ms: float
    """How long the current took to rise where the bolt came to stand: short is hard."""
    stood: bool
    """It came to stand within the pulse."""
    stand_ms: float
    """When it did."""


def signature(stroke: Stroke, home_vs: float) -> Signature | None:
    """Return what *stroke* tells of a bolt whose way home is about *home_vs*; None for noise."""
    amps, dt_s = stroke.amps, stroke.period_ns / NS_PER_S
    if len(amps) <= 3 * _TAIL or not stroke.supply_v > 0.0:
        return None
    stall_a, stood = _stall_a(amps, dt_s)
    if not stall_a > 0.0:
        return None
    loads = [amp / stall_a for amp in amps]
    stand = _stand_index(loads) if stood else len(loads) - 1
    ways_vs = _ways_vs(loads, stroke.supply_v * dt_s)
    free = _free_load(loads, ways_vs, stand, home_vs)
    met = _met_index(loads, ways_vs, stand, free, home_vs)
    return Signature(
        ways_vs[stand], free, ways_vs[met], _rise(loads, stand) * dt_s * 1e3, stood,
        stand * dt_s * 1e3,
    )  # fmt: skip


def _stall_a(amps: tuple[float, ...], dt_s: float) -> tuple[float, bool]:
    """Return the stall current, and whether the bolt stood at the end.

    A bolt that stands draws no less than at its start, when it stood as well.
    """
    tail_a = sum(amps[-_TAIL:]) / _TAIL
    before_a = sum(amps[-2 * _TAIL : -_TAIL]) / _TAIL
    inrush_a = max(amps[: round(_INRUSH_MS / 1e3 / dt_s)])
    if abs(tail_a - before_a) < _FLAT * tail_a and tail_a > 0.96 * inrush_a:
        return tail_a, True
    return max(tail_a, inrush_a / _LOADED_INRUSH), False


def _stand_index(loads: list[float]) -> int:
    """Return the sample from which on the bolt stood."""
    index = len(loads) - 1
    while index > 0 and (loads[index] + loads[index - 1]) / 2.0 >= _STALLED:
        index -= 1
    return index


def _ways_vs(loads: list[float], full_vs: float) -> list[float]:
    ways_vs, way_vs = [], 0.0
    for load in loads:
        way_vs += full_vs * (1.0 - load)
        ways_vs.append(way_vs)
    return ways_vs


def _free_load(loads: list[float], ways_vs: list[float], stand: int, home_vs: float) -> float:
    """Return the mean load where the bolt was free; the last one if it did not come so far."""
    low_vs, high_vs = (share * home_vs for share in _FREE)
    part = [loads[at] for at in range(stand) if low_vs <= ways_vs[at] <= high_vs]
    return sum(part) / len(part) if part else loads[stand]


def _met_index(
    loads: list[float], ways_vs: list[float], stand: int, free: float, home_vs: float
) -> int:
    """Return the first sample after the free way that met more, and met it twice."""
    for at in range(1, stand):
        beyond = ways_vs[at] > _FREE[1] * home_vs
        if beyond and min(loads[at], loads[at + 1]) > free + _MET:
            return at
    return stand


def _rise(loads: list[float], stand: int) -> int:
    """Return over how many samples the current rose to where the bolt stood."""
    index = stand
    while index > 0 and loads[index] > _HALFWAY:
        index -= 1
    return stand - index
