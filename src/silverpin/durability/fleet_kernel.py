"""Many connectors side by side in even steps of time, in single precision, compiled.

The equations are those of `heat.heat_step`; what the current changes of the decay is a small factor
and enters as the first terms of its exponential. Eight lanes fill a vector register, so the lanes
of a step are independent loops over short arrays, and only turning points, which are rare, are
looked at one by one. What a lane counts is counted exactly, as whole numbers.
"""

from typing import Any, NamedTuple

import numba
import numpy as np

from silverpin.durability.exposure import COLDEST_C

LANES = 32
CURRENT, SENSOR, GAP, CONTACT, EXTREME, RISING, HOTTEST, TURNED = range(8)
ROWS = 8


class FleetHeat(NamedTuple):
    """Constants of one step for one kind of connector, as 32-bit floats."""

    sensor_cold_k: Any
    """At one ampere squared, as the gap's."""
    contact_cold_k: Any
    kept: Any
    gap_kept: Any
    steps_per_tau: Any
    steps_per_gap_tau: Any
    idle_offset_k: Any
    alpha_per_k: Any
    alpha_spot_per_k: Any
    gate_k: Any


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _warm(lanes: Any, ambient_c: Any, heat: FleetHeat) -> None:
    """Warm all lanes by a step."""
    one, half, sixth = np.float32(1.0), np.float32(0.5), np.float32(1.0 / 6.0)
    cold_c, apart_least = np.float32(20.0), np.float32(1e-6)
    for lane in range(LANES):
        square = lanes[CURRENT, lane] * lanes[CURRENT, lane]
        sensor_k, contact_k = heat.sensor_cold_k * square, heat.contact_cold_k * square
        loses, gap_loses = (
            one - heat.alpha_per_k * sensor_k,
            one - heat.alpha_spot_per_k * contact_k,
        )
        late = heat.alpha_per_k * sensor_k * heat.steps_per_tau
        gap_late = heat.alpha_spot_per_k * contact_k * heat.steps_per_gap_tau
        kept = heat.kept * (one + late * (one + late * (half + late * sixth)))
        gap_kept = heat.gap_kept * (one + gap_late * (one + gap_late * (half + gap_late * sixth)))
        apart = gap_loses * heat.steps_per_gap_tau - loses * heat.steps_per_tau
        shared = (kept - gap_kept) / (apart + apart_least)
        settled_c = (
            ambient_c + heat.idle_offset_k + sensor_k * (one - heat.alpha_per_k * cold_c)
        ) / loses
        gap_k = contact_k / gap_loses * (one + heat.alpha_spot_per_k * (settled_c - cold_c))
        behind_k = lanes[SENSOR, lane] - settled_c
        follows = contact_k * heat.alpha_spot_per_k * heat.steps_per_gap_tau * shared
        lanes[GAP, lane] = gap_k + (lanes[GAP, lane] - gap_k) * gap_kept + follows * behind_k
        lanes[SENSOR, lane] = settled_c + behind_k * kept
        lanes[CONTACT, lane] = lanes[SENSOR, lane] + lanes[GAP, lane]


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _lead(lanes: Any, gate_k: Any) -> Any:
    """Follow each lane's swing; return how many lanes turned."""
    turned = np.float32(0.0)
    for lane in range(LANES):
        contact_c, extreme_c = lanes[CONTACT, lane], lanes[EXTREME, lane]
        ahead_k = (contact_c - extreme_c) * lanes[RISING, lane]
        lanes[TURNED, lane] = np.float32(1.0) if ahead_k < -gate_k else np.float32(0.0)
        lanes[EXTREME, lane] = contact_c if ahead_k >= np.float32(0.0) else extreme_c
        lanes[HOTTEST, lane] = max(lanes[HOTTEST, lane], contact_c)
        turned += lanes[TURNED, lane]
    return turned


@numba.njit(cache=True, nogil=True)
def _turn(lanes: Any, lane: int, points: Any, depths: Any, swings: Any) -> None:
    """Make a lane's extreme a turning point and count what it closes, in half cycles."""
    depth = depths[lane]
    if depth == points.shape[1]:  # the oldest and largest swing is counted as the half it is
        swings[lane, min(int(abs(points[lane, 1] - points[lane, 0])), swings.shape[1] - 1)] += 1
        for place in range(depth - 1):
            points[lane, place] = points[lane, place + 1]
        depth -= 1
    points[lane, depth] = lanes[EXTREME, lane]
    depth += 1
    lanes[RISING, lane] = -lanes[RISING, lane]
    lanes[EXTREME, lane] = lanes[CONTACT, lane]
    while depth >= 3:
        first, second, third = points[lane, depth - 3 : depth]
        if abs(third - second) < abs(second - first):
            break
        swings[lane, min(int(abs(second - first)), swings.shape[1] - 1)] += 1 if depth == 3 else 2
        if depth == 3:
            points[lane, 0] = second
        depth -= 1 if depth == 3 else 2
        points[lane, depth - 1] = third
    depths[lane] = depth


@numba.njit(cache=True, nogil=True)
def follow(
    currents: Any,
    scale: Any,
    ambient_c: Any,
    heat: FleetHeat,
    lanes: Any,
    points: Any,
    depths: Any,
    stays: Any,
    swings: Any,
) -> None:
    """Follow all steps of one block of lanes; currents are whole numbers times *scale*."""
    cold_c, top = np.float32(COLDEST_C) - np.float32(0.5), stays.shape[1] - 1
    for step in range(len(currents)):
        for lane in range(LANES):
            lanes[CURRENT, lane] = np.float32(currents[step, lane]) * scale
        _warm(lanes, ambient_c[step], heat)
        for lane in range(LANES):
            stays[lane, min(max(int(lanes[CONTACT, lane] - cold_c), 0), top)] += 1
        if _lead(lanes, heat.gate_k) > np.float32(0.0):
            for lane in range(LANES):
                if lanes[TURNED, lane] > np.float32(0.0):
                    _turn(lanes, lane, points, depths, swings)
