"""The loops over samples behind an exposure, compiled; one call is one variant and one chunk."""

from math import isnan
from typing import Any, NamedTuple

from silverpin.durability import heat
from silverpin.durability.compiled import compiled
from silverpin.durability.exposure import COLDEST_C

SUBSTEP_S = 60.0
"""Longer steps are cut while the temperature still moves."""
_STILL_K = 0.01
ROOM = 8
"""Turning points that one sample may add at most."""
SENSOR, GAP, AMBIENT, EXTREME, RISING, EXTREME_CODE, EXTREME_S, CLOCK_S, HOTTEST = range(9)
STATE_SIZE = 9
WEIGHT, RANGE, MEAN, HOLD = range(4)
CHARGED_AH, DISCHARGED_AH, CHARGED_WH, DISCHARGED_WH, CHARGING_S, DISCHARGING_S = range(6)
SPAN_S, UNKNOWN_S, ASSUMED_WH, LAST_SIGN, REVERSALS = range(6, 11)
SUMS_SIZE = 11

_heat_step = compiled(heat.heat_step)
_warmed = compiled(heat.warmed)


class Columns(NamedTuple):
    """What holds from one sample to the next; nan is unknown, `code` is `Mated`."""

    dt_s: Any
    current_a: Any
    ntc_c: Any
    ambient_c: Any
    code: Any


class Bins(NamedTuple):
    """Where one variant's hours and cycles go."""

    contact_h: Any
    housing_h: Any
    cycles: Any


@compiled
def _stay(hours: Any, temp_c: float, dt_h: float) -> None:
    """Share hours between the two nodes around a temperature, so that their mean is kept."""
    place = min(max(temp_c - COLDEST_C, 0.0), len(hours) - 1.000001)
    node = int(place)
    above = (place - node) * dt_h
    hours[node] += dt_h - above
    hours[node + 1] += above


@compiled
def book(cycles: Any, hotter: Any, cooler: Any, weight: float) -> None:
    """Book a cycle between two turning points (temperature, code, clock)."""
    if hotter[0] < cooler[0]:
        hotter, cooler = cooler, hotter
    swing = hotter[0] - cooler[0]
    row = cycles[int(hotter[1]), min(int(swing), cycles.shape[1] - 1)]
    row[WEIGHT] += weight
    row[RANGE] += weight * swing
    row[MEAN] += weight * 0.5 * (hotter[0] + cooler[0])
    row[HOLD] += weight * abs(hotter[2] - cooler[2]) / 3600.0


@compiled
def close(points: Any, depth: int, cycles: Any) -> int:
    """Book what the newest turning point closes; as `rainflow.Rainflow`."""
    while depth >= 3:
        first, second, third = points[depth - 3], points[depth - 2], points[depth - 1]
        if abs(third[0] - second[0]) < abs(second[0] - first[0]):
            break
        if depth == 3:
            book(cycles, first, second, 0.5)
            points[0] = points[1]
            points[1] = points[2]
            depth = 2
        else:
            book(cycles, first, second, 1.0)
            points[depth - 3] = points[depth - 1]
            depth -= 2
    return depth


@compiled
def _turn(value: float, code: int, gate: float, state: Any, points: Any, depth: int) -> int:
    """Follow the signal by one value; return the depth, one more if it turned."""
    extreme, rising = state[EXTREME], state[RISING]
    if isnan(extreme):
        state[EXTREME], state[EXTREME_CODE], state[EXTREME_S] = value, code, state[CLOCK_S]
        return depth
    ahead = (value - extreme) * rising
    swing = abs(value - extreme)
    turned = swing > gate if rising == 0.0 else -ahead > gate
    if turned:
        points[depth, 0], points[depth, 1] = extreme, state[EXTREME_CODE]
        points[depth, 2] = state[EXTREME_S]
        depth += 1
        state[RISING] = 1.0 if value > extreme else -1.0
    if turned or (rising != 0.0 and ahead >= 0.0):
        state[EXTREME], state[EXTREME_CODE], state[EXTREME_S] = value, code, state[CLOCK_S]
    return depth


@compiled
def _through(
    dt_s: float,
    current_a: float,
    measured: bool,
    code: int,
    model: heat.HeatModel,
    gate: float,
    step: heat.HeatStep,
    step_s: float,
    state: Any,
    points: Any,
    depth: int,
    bins: Bins,
) -> tuple[heat.HeatStep, float, int]:
    """Follow one stretch of steady current; return the step last used, its length, the depth."""
    left_s, moves = dt_s, True
    while left_s > 0.0:
        now_s = min(left_s, SUBSTEP_S) if moves else left_s
        if now_s != step_s:
            step, step_s = _heat_step(model, now_s, current_a), now_s
        sensor_c, gap_k = state[SENSOR], state[GAP]
        new_c, new_k = _warmed(step, sensor_c, gap_k, state[AMBIENT], measured)
        middle_c = 0.5 * (sensor_c + new_c)
        _stay(bins.contact_h[code], middle_c + 0.5 * (gap_k + new_k), now_s / 3600.0)
        _stay(bins.housing_h, middle_c, now_s / 3600.0)
        state[SENSOR], state[GAP] = new_c, new_k
        state[CLOCK_S] += now_s
        state[HOTTEST] = max(state[HOTTEST], new_c + new_k)
        turned = _turn(new_c + new_k, code, gate, state, points, depth)
        depth = close(points, turned, bins.cycles) if turned > depth else depth
        moves = abs(new_c - sensor_c) + abs(new_k - gap_k) > _STILL_K
        left_s -= now_s
    return step, step_s, depth


@compiled
def expose(
    columns: Columns,
    begin: int,
    model: heat.HeatModel,
    gate: float,
    state: Any,
    points: Any,
    depth: int,
    bins: Bins,
) -> tuple[int, int]:
    """Follow the samples from *begin*; return how far it came for want of room, and the depth."""
    step_s, last_a = 1.0, 0.0
    step = _heat_step(model, step_s, last_a)
    for index in range(begin, len(columns.dt_s)):
        if depth + ROOM > len(points):
            return index, depth
        ntc_c, current_a = columns.ntc_c[index], columns.current_a[index]
        if not isnan(ntc_c):
            state[SENSOR] = ntc_c
        if not isnan(columns.ambient_c[index]):
            state[AMBIENT] = columns.ambient_c[index]
        if isnan(state[EXTREME]):
            depth = _turn(
                state[SENSOR] + state[GAP], columns.code[index], gate, state, points, depth
            )
        if current_a != last_a:
            step_s, last_a = -1.0, current_a
        step, step_s, depth = _through(
            columns.dt_s[index],
            current_a,
            not isnan(ntc_c),
            columns.code[index],
            model,
            gate,
            step,
            step_s,
            state,
            points,
            depth,
            bins,
        )
    return len(columns.dt_s), depth


@compiled
def tally(
    columns: Columns, voltage_v: Any, unknown: Any, nominal_v: float, idle_a: float, sums: Any
) -> None:
    """Add up charge, energy and times one after the other, so that chunks make no difference."""
    for index in range(len(columns.dt_s)):
        dt_s, current_a, volts = columns.dt_s[index], columns.current_a[index], voltage_v[index]
        sums[SPAN_S] += dt_s
        if unknown[index]:
            sums[UNKNOWN_S] += dt_s
            continue
        if abs(current_a) <= idle_a:
            continue
        charge_as = abs(current_a) * dt_s
        energy_ws = charge_as * (nominal_v if isnan(volts) else volts)
        if isnan(volts):
            sums[ASSUMED_WH] += energy_ws / 3600.0
        back = 0 if current_a > 0.0 else 1
        sums[CHARGED_AH + back] += charge_as / 3600.0
        sums[CHARGED_WH + back] += energy_ws / 3600.0
        sums[CHARGING_S + back] += dt_s
        sign = 1.0 if current_a > 0.0 else -1.0
        if sign == -sums[LAST_SIGN]:
            sums[REVERSALS] += 1.0
        sums[LAST_SIGN] = sign
