"""The loops over samples behind an exposure, compiled; one call is one variant and one chunk."""

from math import isnan
from typing import Any, NamedTuple

from silverpin.domain.limits import LIMITS
from silverpin.durability import heat
from silverpin.durability.compiled import compiled
from silverpin.durability.exposure import COLDEST_C

SUBSTEP_S = 60.0
"""Longer steps are cut while the temperature still moves."""
_STILL_K = 0.01
REVERSED_A = LIMITS.reversal_zero_a
"""As a charger counts them: the other direction flows, and is no noise around zero."""
ROOM = 8
"""Turning points that one sample may add at most."""
SENSOR, GAP, AMBIENT, EXTREME, RISING, EXTREME_CODE, EXTREME_S, CLOCK_S, HOTTEST = range(9)
LOWEST, LOWEST_CODE, LOWEST_S = range(9, 12)
"""Before the first swing; the extreme is the highest until then."""
STATE_SIZE = 12
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
def _stay(hours: Any, row: int, temp_c: float, dt_h: float) -> None:
    """Share hours between the two nodes around a temperature, so that their mean is kept."""
    place = min(max(temp_c - COLDEST_C, 0.0), hours.shape[1] - 1.000001)
    node = int(place)
    above = (place - node) * dt_h
    hours[row, node] += dt_h - above
    hours[row, node + 1] += above


@compiled
def book(cycles: Any, points: Any, one: int, other: int, weight: float) -> None:
    """Book a cycle between two turning points (temperature, code, clock)."""
    first_c, second_c = points[one, 0], points[other, 0]
    code = int(points[one, 1] if first_c >= second_c else points[other, 1])
    swing = abs(first_c - second_c)
    bin_k = min(int(swing), cycles.shape[1] - 1)
    cycles[code, bin_k, WEIGHT] += weight
    cycles[code, bin_k, RANGE] += weight * swing
    cycles[code, bin_k, MEAN] += weight * 0.5 * (first_c + second_c)
    cycles[code, bin_k, HOLD] += weight * abs(points[one, 2] - points[other, 2]) / 3600.0


@compiled
def close(points: Any, depth: int, cycles: Any) -> int:
    """Book what the newest turning point closes; as `rainflow.Rainflow`."""
    while depth >= 3:
        first, second, third = points[depth - 3, 0], points[depth - 2, 0], points[depth - 1, 0]
        if abs(third - second) < abs(second - first):
            break
        if depth == 3:
            book(cycles, points, 0, 1, 0.5)
            for column in range(3):
                points[0, column] = points[1, column]
                points[1, column] = points[2, column]
            depth = 2
        else:
            book(cycles, points, depth - 3, depth - 2, 1.0)
            for column in range(3):
                points[depth - 3, column] = points[depth - 1, column]
            depth -= 2
    return depth


@compiled
def _within(value: float, gate: float, state: Any) -> bool:
    """Whether a value neither leads on nor turns: the answer for most samples, so it is cheap."""
    ahead = (value - state[EXTREME]) * state[RISING]
    if state[RISING] == 0.0:
        return bool(state[LOWEST] <= value <= state[EXTREME])
    return bool(-gate <= ahead < 0.0)


@compiled
def _leads(value: float, state: Any) -> bool:
    """Whether a value goes on where the swing went: most do that are not within, so it is cheap."""
    return bool(state[RISING] != 0.0 and (value - state[EXTREME]) * state[RISING] >= 0.0)


@compiled
def _turn(value: float, state: Any, points: Any, depth: int, cycles: Any) -> int:
    """Make the extreme a turning point; return how many stay open."""
    points[depth, 0] = state[EXTREME]
    points[depth, 1] = state[EXTREME_CODE]
    points[depth, 2] = state[EXTREME_S]
    state[RISING] = 1.0 if value > state[EXTREME] else -1.0
    return close(points, depth + 1, cycles)


@compiled
def _begin_swing(value: float, code: int, gate: float, state: Any, points: Any) -> int:
    """Widen what a contact without a direction kept within; return 1 if a swing began, else 0."""
    rises = value > state[EXTREME]
    begun = value - state[LOWEST] > gate if rises else state[EXTREME] - value > gate
    if begun:
        points[0, 0] = state[LOWEST] if rises else state[EXTREME]
        points[0, 1] = state[LOWEST_CODE] if rises else state[EXTREME_CODE]
        points[0, 2] = state[LOWEST_S] if rises else state[EXTREME_S]
        state[RISING] = 1.0 if rises else -1.0
    if begun or rises:
        state[EXTREME], state[EXTREME_CODE], state[EXTREME_S] = value, code, state[CLOCK_S]
    else:
        state[LOWEST], state[LOWEST_CODE], state[LOWEST_S] = value, code, state[CLOCK_S]
    return 1 if begun else 0


@compiled
def _swing(
    value: float, code: int, gate: float, state: Any, points: Any, depth: int, cycles: Any
) -> int:
    """Follow a value that begins the first swing or turns; return how many points stay open."""
    if state[RISING] == 0.0:
        return depth + _begin_swing(value, code, gate, state, points)
    depth = _turn(value, state, points, depth, cycles)
    state[EXTREME], state[EXTREME_CODE], state[EXTREME_S] = value, code, state[CLOCK_S]
    return depth


@compiled
def _begin(ntc_c: float, ambient_c: float, code: int, state: Any) -> bool:
    """Take what was measured at a sample; return whether the sensor was."""
    measured = not isnan(ntc_c)
    if measured:
        state[SENSOR] = ntc_c
    if not isnan(ambient_c):
        state[AMBIENT] = ambient_c
    if isnan(state[EXTREME]):
        state[EXTREME], state[EXTREME_CODE] = state[SENSOR] + state[GAP], code
        state[LOWEST], state[LOWEST_CODE] = state[EXTREME], code
    return measured


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
    step_s, step_a = 1.0, 0.0
    step = _heat_step(model, step_s, step_a)
    for index in range(begin, len(columns.dt_s)):
        if depth + ROOM > len(points):
            return index, depth
        code, current_a = columns.code[index], columns.current_a[index]
        measured = _begin(columns.ntc_c[index], columns.ambient_c[index], code, state)
        left_s, moves = columns.dt_s[index], True
        while left_s > 0.0:
            now_s = min(left_s, SUBSTEP_S) if moves else left_s
            if now_s != step_s or current_a != step_a:
                step, step_s, step_a = _heat_step(model, now_s, current_a), now_s, current_a
            sensor_c, gap_k = state[SENSOR], state[GAP]
            new_c, new_k = _warmed(step, sensor_c, gap_k, state[AMBIENT], measured)
            middle_c, middle_k = 0.5 * (sensor_c + new_c), 0.5 * (gap_k + new_k)
            _stay(bins.contact_h, code, middle_c + middle_k, now_s / 3600.0)
            _stay(bins.housing_h, 0, middle_c, now_s / 3600.0)
            state[SENSOR], state[GAP] = new_c, new_k
            state[CLOCK_S] += now_s
            state[HOTTEST] = max(state[HOTTEST], new_c + new_k)
            contact_c = new_c + new_k
            if not _within(contact_c, gate, state):
                if _leads(contact_c, state):
                    state[EXTREME], state[EXTREME_CODE] = contact_c, code
                    state[EXTREME_S] = state[CLOCK_S]
                else:
                    depth = _swing(contact_c, code, gate, state, points, depth, bins.cycles)
            moves = abs(new_c - sensor_c) + abs(new_k - gap_k) > _STILL_K
            left_s -= now_s
    return len(columns.dt_s), depth


@compiled
def tally(
    columns: Columns, voltage_v: Any, unknown: Any, nominal_v: float, idle_a: float, sums: Any
) -> None:
    """Add up charge, energy and times one after the other, so that chunks make no difference.

    The current alone says which way energy went: a voltage may have been measured backwards.
    """
    for index in range(len(columns.dt_s)):
        dt_s, current_a, volts = columns.dt_s[index], columns.current_a[index], voltage_v[index]
        sums[SPAN_S] += dt_s
        if unknown[index]:
            sums[UNKNOWN_S] += dt_s
            continue
        if abs(current_a) <= idle_a:
            continue
        charge_as = abs(current_a) * dt_s
        energy_ws = charge_as * (nominal_v if isnan(volts) else abs(volts))
        if isnan(volts):
            sums[ASSUMED_WH] += energy_ws / 3600.0
        back = 0 if current_a > 0.0 else 1
        sums[CHARGED_AH + back] += charge_as / 3600.0
        sums[CHARGED_WH + back] += energy_ws / 3600.0
        sums[CHARGING_S + back] += dt_s
        if abs(current_a) >= REVERSED_A:
            sign = 1.0 if current_a > 0.0 else -1.0
            if sign == -sums[LAST_SIGN]:
                sums[REVERSALS] += 1.0
            sums[LAST_SIGN] = sign
