"""`grid-monitor FILE`: a recorded frequency held against a profile, by the safety core itself.

Each value holds until the next. The voltage is taken as nominal, and the charger as one that feeds
at the beginning and would start again as soon as it may.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import show_json
from silverpin.apps.terminal.screen_text import facts, table
from silverpin.domain.grid_profiles import GRID_PROFILES, GridProfile, Quantity, Stage
from silverpin.domain.limits import LIMITS
from silverpin.domain.quantities import NS_PER_S, seconds_to_ns
from silverpin.drivers.signal_tables import SignalError
from silverpin.drivers.signals import Asked, Signal, SignalKind, read_signal
from silverpin.safety.grid import GridWatch

_LOOK_NS = NS_PER_S
_SHOWN = 50


@dataclass(slots=True)
class Excursion:
    """A time in which at least one stage was beyond its threshold."""

    start_s: float
    end_s: float
    extreme_hz: float
    stages: list[str] = field(default_factory=list)
    tripped_s: float | None = None
    """How long it lasted before reverse power would have stopped; None is ridden through."""

    def see(self, hz: float, until_s: float, stages: Sequence[str]) -> None:
        """Take one more value of the same excursion."""
        further = hz < self.extreme_hz if stages[0][0] == "U" else hz > self.extreme_hz
        self.extreme_hz = hz if further else self.extreme_hz
        self.end_s = until_s
        self.stages += [name for name in stages if name not in self.stages]


@dataclass(slots=True)
class Record:
    """What a file held against a profile shows."""

    signal: Signal
    profile: GridProfile
    excursions: list[Excursion] = field(default_factory=list)
    fed_s: float = 0.0
    """For how long the grid would have been fed, had somebody wanted it all the time."""

    @property
    def trips(self) -> int:
        """How often reverse power would have stopped."""
        return sum(row.tripped_s is not None for row in self.excursions)

    def closest(self) -> Iterator[tuple[Stage, float, float]]:
        """Yield each stage of frequency with its least margin and when that was."""
        values = self.signal.values
        for stage in self.profile.stages:
            if stage.quantity is Quantity.FREQUENCY:
                row = values.index(max(values) if stage.over else min(values))
                yield stage, stage.margin(values[row]), row * self.signal.step_s


def judge(signal: Signal, profile: GridProfile) -> Record:
    """Return what *signal* does to reverse power under *profile*."""
    record, watch = Record(signal, profile), GridWatch(profile, since_ns=-10 * NS_PER_S * NS_PER_S)
    low_hz, high_hz = profile.innermost(Quantity.FREQUENCY)
    stages = [row for row in profile.stages if row.quantity is Quantity.FREQUENCY]
    now: Excursion | None = None
    watch.step(-1, profile.nominal_hz, profile.nominal_v)
    for row, hz in enumerate(signal.values):
        start_s = row * signal.step_s
        if low_hz <= hz <= high_hz:
            now = None
        else:
            beyond = [stage.name for stage in stages if stage.beyond(hz)]
            if now is None:
                now = Excursion(start_s, start_s, hz)
                record.excursions.append(now)
            now.see(hz, start_s + signal.step_s, beyond)
        _hold(record, watch, hz, start_s, now)
    return record


def _hold(
    record: Record, watch: GridWatch, hz: float, start_s: float, now: Excursion | None
) -> None:
    """Show the watch one value for as long as it holds."""
    now_ns = seconds_to_ns(start_s)
    end_ns = seconds_to_ns(start_s + record.signal.step_s)
    while now_ns < end_ns:
        fed = watch.ok
        ok = watch.step(now_ns, hz, record.profile.nominal_v)
        if fed and not ok and now is not None:
            now.tripped_s = now_ns / NS_PER_S - now.start_s
        look_ns = LIMITS.judge_period_ns if watch.timing else _LOOK_NS
        next_ns = min(end_ns, now_ns + look_ns)
        if ok:
            record.fed_s += (next_ns - now_ns) / NS_PER_S
        now_ns = next_ns


def judge_file(options: argparse.Namespace) -> int:
    """Run `grid-monitor FILE` and return its exit code."""
    asked = Asked(kind=SignalKind.FREQUENCY, column=options.column, step_s=options.step)
    try:
        signal = read_signal(Path(options.file), asked)
        profile = _profile(options.profile, signal)
    except SignalError as error:
        print(f"grid-monitor: {error}", file=sys.stderr)
        return Exit.BAD_FILE
    record = judge(signal, profile)
    if options.json:
        for row in record.excursions:
            show_json("grid-excursion", _excursion_object(row))
        show_json("grid-record", _record_object(record))
    else:
        print(*record_lines(record), sep="\n")
    return Exit.REFUSED if record.trips else Exit.DONE


def _profile(asked: str | None, signal: Signal) -> GridProfile:
    """Return the profile that was asked for, else the one of the file's own frequency."""
    if not asked:
        return min(GRID_PROFILES.values(), key=lambda row: abs(row.nominal_hz - signal.nominal_hz))
    profile = GRID_PROFILES[asked]
    if abs(profile.nominal_hz - signal.nominal_hz) > 1.0:
        raise SignalError(
            f"{signal.name} is of a {signal.nominal_hz:g} Hz grid and {asked} of one of "
            f"{profile.nominal_hz:g} Hz: name another profile"
        )
    return profile


def record_lines(record: Record) -> list[str]:
    """Return a judged file for people."""
    signal = record.signal
    span = _clock(signal.duration_s)
    head = [
        ("file", f"{signal.name}: {signal.rows} values, {span} at {signal.step_s:g} s"),
        ("profile", f"{record.profile.name}, frequency only"),
        *(
            (stage.name, f"{margin:.3f} Hz from {stage.threshold:g} Hz at {_clock(at_s)}")
            for stage, margin, at_s in record.closest()
        ),
        ("excursions", _count(record)),
        ("fed", f"{100.0 * record.fed_s / signal.duration_s:.2f} % of the time, if always wanted"),
    ]
    rows = [_excursion_row(row) for row in record.excursions[:_SHOWN]]
    if not rows:
        return facts(head)
    more = len(record.excursions) - len(rows)
    rest = [f"and {more} more: --json lists them all"] if more else []
    told = table(("begins", "lasts", "as far as", "stages", "reverse power"), rows)
    return [*facts(head), "", *told, *rest]


def _count(record: Record) -> str:
    if not record.excursions:
        return "none"
    return f"{len(record.excursions)}, {record.trips} of them would have ended reverse power"


def _excursion_row(row: Excursion) -> tuple[str, str, str, str, str]:
    told = "goes on" if row.tripped_s is None else f"stops after {row.tripped_s:.2f} s"
    lasts = f"{row.end_s - row.start_s:g} s"
    return _clock(row.start_s), lasts, f"{row.extreme_hz:.3f} Hz", ", ".join(row.stages), told


def _excursion_object(row: Excursion) -> dict[str, Any]:
    return {
        "start_s": row.start_s,
        "end_s": row.end_s,
        "extreme_hz": round(row.extreme_hz, 4),
        "stages": row.stages,
        "tripped_after_s": None if row.tripped_s is None else round(row.tripped_s, 3),
    }


def _record_object(record: Record) -> dict[str, Any]:
    signal = record.signal
    return {
        "file": signal.name,
        "profile": record.profile.name,
        "rows": signal.rows,
        "step_s": signal.step_s,
        "excursions": len(record.excursions),
        "trips": record.trips,
        "fed_share": round(record.fed_s / signal.duration_s, 6),
        "closest": [
            {"stage": stage.name, "margin_hz": round(margin, 4), "t_s": at_s}
            for stage, margin, at_s in record.closest()
        ],
    }


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
