"""Adds a record up into an exposure: constant memory, the same sums wherever chunks are cut.

A sample holds until the next. After a gap of 30 minutes or more nobody knows: no current is
assumed, and the time is counted as unknown. Without a column `mated`, a plug is taken to be in
while current flows and for the 30 minutes after it; the idle rest is unsure.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from silverpin.domain.contact_trace import IDLE_A, PAUSE_S
from silverpin.durability import exposure_kernel as kernel
from silverpin.durability.exposure import RANGES, VARIANTS, Exposure, Mated, Swings, node_temps_c
from silverpin.durability.heat import HeatModel, heat_model
from silverpin.durability.record import (
    COLUMNS,
    Chunk,
    Happenings,
    Problem,
    following,
    part_of,
)
from silverpin.durability.sessions import Session, Sessions

if TYPE_CHECKING:
    from silverpin.durability.parameters.duties import Climate
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import BoolArray, FloatArray, Record

GATE_K = 2.0
"""Swings within it are the sensor's noise and age nothing."""
_DEPTH = 256


class _Variant:
    """One possible connector, followed through the record."""

    def __init__(self, model: HeatModel, ambient_c: float) -> None:
        self.model = model
        self.state: FloatArray = np.zeros(kernel.STATE_SIZE)
        self.state[kernel.AMBIENT] = self.state[kernel.SENSOR] = ambient_c
        self.state[kernel.EXTREME], self.state[kernel.HOTTEST] = np.nan, -np.inf
        self.points: FloatArray = np.zeros((_DEPTH, 3))
        self.depth = 0
        nodes, ways = len(node_temps_c()), len(Mated)
        self.bins = kernel.Bins(
            np.zeros((ways, nodes)), np.zeros((1, nodes)), np.zeros((ways, RANGES, 4))
        )
        self._begun = False

    def follow(self, columns: kernel.Columns) -> None:
        """Warm and cool through the stretches of a chunk."""
        if not self._begun and len(columns.dt_s):
            if not np.isnan(columns.ambient_c[0]):
                self.state[kernel.SENSOR] = columns.ambient_c[0]
            self._begun = True
        taken = 0
        while taken < len(columns.dt_s):
            if self.depth + kernel.ROOM > len(self.points):
                self.points = np.concatenate([self.points, np.zeros_like(self.points)])
            taken, self.depth = kernel.expose(
                columns, taken, self.model, GATE_K, self.state, self.points, self.depth, self.bins
            )

    def cycles(self) -> "FloatArray":
        """Return the cycles so far with the half ones still open, as if the record ended here."""
        cycles: FloatArray = self.bins.cycles.copy()
        points = self.points[: self.depth + 1].copy()
        depth = self.depth
        if self.state[kernel.RISING] != 0.0:
            points[depth] = self.state[kernel.EXTREME : kernel.EXTREME_S + 1][[0, 2, 3]]
            depth = kernel.close(points, depth + 1, cycles)
        for place in range(depth - 1):
            kernel.book(cycles, points, place, place + 1, 0.5)
        return cycles


@dataclass(slots=True)
class _Told:
    """What chunks told besides samples."""

    happenings: Happenings = field(default_factory=Happenings)
    problems: tuple[Problem, ...] = ()
    present: set[str] = field(default_factory=set)
    mated_edges: int = 0
    mated_before: bool | None = None

    def take(self, chunk: Chunk) -> None:
        """Keep what a chunk adds."""
        self.problems += chunk.problems
        self.present |= {
            name for name, column in COLUMNS.items() if getattr(chunk, column) is not None
        }
        self.happenings = _joined(self.happenings, chunk.happenings)
        if chunk.mated is not None and len(chunk.mated):
            self.present.add("mated")
            before = bool(chunk.mated[0]) if self.mated_before is None else self.mated_before
            flags = np.concatenate([[before], chunk.mated])
            self.mated_edges += int(np.count_nonzero(flags[1:] & ~flags[:-1]))
            if self.mated_before is None:
                self.mated_edges += int(flags[0])
            self.mated_before = bool(chunk.mated[-1])


class Meter:
    """Takes the chunks of one record; `exposure` may be asked for at any time."""

    def __init__(self, wear_set: "WearSet", climate: "Climate", *, may_leave: bool = False) -> None:
        """Reckon for a kind of connector; the climate stands in where no ambient is recorded.

        With *may_leave* nobody knows whether a plug that was in would have stayed once the current
        rests: what a use that never was may have been like.
        """
        self._set = wear_set
        self._may_leave = may_leave
        self._variants = [
            _Variant(heat_model(wear_set, score), climate.ambient_c.at(score)) for score in VARIANTS
        ]
        self._told = _Told()
        self._sessions = Sessions()
        self._sums: FloatArray = np.zeros(kernel.SUMS_SIZE)
        self._pending: Chunk | None = None
        self._current_ended_s = -np.inf

    def take(self, chunk: Chunk) -> None:
        """Add a chunk; its last sample waits for the next chunk to know how long it holds."""
        self._told.take(chunk)
        if not len(chunk.t_s):
            return
        joined = chunk if self._pending is None else following(self._pending, chunk)
        self._pending = part_of(joined, slice(-1, None))
        dt_s, stretch = np.diff(joined.t_s), slice(0, len(joined.t_s) - 1)
        current_a = joined.current_a[stretch]
        unknown = np.isnan(current_a) | (dt_s >= PAUSE_S)
        columns = kernel.Columns(
            dt_s=dt_s,
            current_a=np.where(unknown, 0.0, current_a),
            ntc_c=_or_nan(joined.temp_ntc_c, joined)[stretch],
            ambient_c=_or_nan(joined.ambient_c, joined)[stretch],
            code=self._codes(joined, dt_s, unknown),
        )
        volts = _or_nan(joined.voltage_v, joined)
        volts = np.where(np.isnan(volts), _or_nan(joined.v_evse_v, joined), volts)
        kernel.tally(columns, volts[stretch], unknown, self._set.nominal_v, IDLE_A, self._sums)
        self._sessions.take(joined.t_s[stretch], dt_s, columns.current_a, unknown)
        for variant in self._variants:
            variant.follow(columns)

    def sessions(self) -> list[Session]:
        """Return the sessions so far."""
        return self._sessions.all()

    def exposure(self) -> Exposure:
        """Return what was added up so far, as if the record ended here."""
        sums, told = self._sums, self._told
        hours = np.stack([variant.bins.contact_h for variant in self._variants], axis=1)
        by_mated = hours[:, 0].sum(axis=1)
        happenings, sessions = told.happenings, len(self.sessions())
        matings, assumed = self._matings(sessions)
        charging_s, discharging_s = sums[kernel.CHARGING_S], sums[kernel.DISCHARGING_S]
        return Exposure(
            span_h=float(sums[kernel.SPAN_S]) / 3600.0,
            unknown_h=float(sums[kernel.UNKNOWN_S]) / 3600.0,
            mated_h=float(by_mated[Mated.IN]),
            open_h=float(by_mated[Mated.OPEN]),
            unsure_h=float(by_mated[Mated.UNSURE]),
            powered_h=float(charging_s + discharging_s) / 3600.0,
            matings=matings,
            matings_assumed=assumed,
            sessions=sessions,
            reversals=(
                int(sums[kernel.REVERSALS])
                if happenings.reversals is None
                else happenings.reversals
            ),
            breaks=happenings.breaks,
            openings=happenings.openings,
            lock_operations=happenings.lock_operations,
            lock_retries=happenings.lock_retries,
            moisture=bool(happenings.moisture),
            matings_since_cleaning=happenings.matings_since_cleaning,
            since_inspection_h=happenings.since_inspection_h,
            inspected_ohm=happenings.inspected_ohm,
            charged_ah=float(sums[kernel.CHARGED_AH]),
            discharged_ah=float(sums[kernel.DISCHARGED_AH]),
            charged_kwh=float(sums[kernel.CHARGED_WH]) / 1000.0,
            discharged_kwh=float(sums[kernel.DISCHARGED_WH]) / 1000.0,
            charging_a=_ratio(sums[kernel.CHARGED_AH] * 3600.0, charging_s),
            discharging_a=_ratio(sums[kernel.DISCHARGED_AH] * 3600.0, discharging_s),
            voltage_assumed=bool(sums[kernel.ASSUMED_WH] > 0.0),
            hottest_c=np.array([row.state[kernel.HOTTEST] for row in self._variants]),
            contact_h=hours,
            housing_h=np.concatenate([variant.bins.housing_h for variant in self._variants]),
            swings=_swings(np.stack([variant.cycles() for variant in self._variants], axis=1)),
            missing=tuple(name for name in (*COLUMNS, "mated") if name not in told.present),
            problems=told.problems,
        )

    def _matings(self, sessions: int) -> tuple[int, bool]:
        """Return the matings, and whether they are no more than the sessions."""
        told = self._told
        if told.happenings.matings_s is not None:
            return len(told.happenings.matings_s), False
        if told.mated_before is not None:
            return told.mated_edges, False
        return sessions, True

    def _codes(self, chunk: Chunk, dt_s: "FloatArray", unknown: "BoolArray") -> "FloatArray":
        """Return `Mated` for each stretch."""
        begin_s, end_s = chunk.t_s[:-1], chunk.t_s[1:]
        flows = (np.abs(chunk.current_a[:-1]) > IDLE_A) & ~unknown
        ended_s = np.maximum.accumulate(
            np.concatenate([[self._current_ended_s], np.where(flows, end_s, -np.inf)])
        )
        self._current_ended_s = float(ended_s[-1])
        sure = flows | ((begin_s - ended_s[:-1] < PAUSE_S) & ~(dt_s >= PAUSE_S))
        codes = np.where(sure, Mated.IN, Mated.UNSURE)
        if chunk.mated is not None:
            known = ~(dt_s >= PAUSE_S) | (chunk.mated[:-1] == chunk.mated[1:])
            known &= sure | ~chunk.mated[:-1] | (not self._may_leave)
            codes = np.where(known, np.where(chunk.mated[:-1], Mated.IN, Mated.OPEN), Mated.UNSURE)
        return codes.astype(np.int64)


def measure(record: "Record", wear_set: "WearSet", climate: "Climate") -> Exposure:
    """Return what a record exposed a connector of a kind to."""
    meter = Meter(wear_set, climate)
    for chunk in record.chunks():
        meter.take(chunk)
    return meter.exposure()


def _swings(cycles: "FloatArray") -> Swings:
    count = cycles[..., kernel.WEIGHT]
    safe = np.where(count > 0.0, count, 1.0)
    return Swings(
        count=count,
        range_k=cycles[..., kernel.RANGE] / safe,
        mean_c=cycles[..., kernel.MEAN] / safe,
        hold_h=cycles[..., kernel.HOLD] / safe,
    )


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below > 0.0 else 0.0


def _or_nan(column: "FloatArray | None", chunk: Chunk) -> "FloatArray":
    return np.full(len(chunk.t_s), np.nan) if column is None else column


def _joined(one: Happenings, other: Happenings) -> Happenings:
    """Return both; what only one of them tells, it tells for both."""

    def added(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return right if left is None else left
        return left + right

    def newer(left: Any, right: Any) -> Any:
        return left if right is None else right

    return Happenings(
        matings_s=added(one.matings_s, other.matings_s),
        breaks=added(one.breaks, other.breaks),
        openings=added(one.openings, other.openings),
        lock_operations=added(one.lock_operations, other.lock_operations),
        lock_retries=added(one.lock_retries, other.lock_retries),
        reversals=added(one.reversals, other.reversals),
        moisture=other.moisture if one.moisture is None else one.moisture or other.moisture,
        matings_since_cleaning=_since(one, other),
        since_inspection_h=newer(one.since_inspection_h, other.since_inspection_h),
        inspected_ohm=(one if other.since_inspection_h is None else other).inspected_ohm,
    )


def _since(one: Happenings, other: Happenings) -> int | None:
    """Return the matings since the cleaning that either tells, the later one first."""
    if other.matings_since_cleaning is not None or one.matings_since_cleaning is None:
        return other.matings_since_cleaning
    return one.matings_since_cleaning + len(other.matings_s or ())
