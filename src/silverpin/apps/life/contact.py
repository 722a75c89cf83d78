"""Contact resistance in the answer of `silverpin life`: trend, sessions, work and what it rests on.

Resistances are those of one contact, in milliohms at 20 °C.
"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from silverpin.apps.life.contact_concern import DAY_S, concerns
from silverpin.apps.life.values import at, significant
from silverpin.domain.limits import LIMITS, Limits, contact_limit_ohm
from silverpin.domain.upkeep import CONTACT_WORK
from silverpin.drivers.bench_runs import bench_files
from silverpin.durability.resistance.bench import BenchRun, learned
from silverpin.durability.resistance.follow import Follow
from silverpin.durability.resistance.pieces import Pieces
from silverpin.durability.resistance.since import Measured
from silverpin.durability.resistance.standing import standing
from silverpin.durability.resistance.thermal_type import shipped_type
from silverpin.durability.upkeep import AHEAD_DAYS, Work

if TYPE_CHECKING:
    from pathlib import Path

    from silverpin.drivers.duty_record import ReadAs
    from silverpin.durability.exposure import Exposure
    from silverpin.durability.life import Band
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.resistance.follow import Found, Told
    from silverpin.durability.resistance.thermal_type import ThermalType

UNKNOWN = {"p05": None, "p50": None, "p95": None}
NO_SESSION = "there is no session"


def kind_of(wear_set: "WearSet", type_tests: "Path | None", read_as: "ReadAs") -> "ThermalType":
    """Return what is known of the type of a connector, by its bench runs where there are any."""
    kind = shipped_type(wear_set)
    if type_tests is not None:
        kind = learned(kind, list(_runs(type_tests, read_as)))
    return kind


def follow_of(wear_set: "WearSet", type_tests: "Path | None", read_as: "ReadAs") -> Follow:
    """Return what will follow the contact; bench runs are read first."""
    return Follow(kind_of(wear_set, type_tests, read_as))


def _runs(folder: "Path", read_as: "ReadAs") -> Iterator[BenchRun]:
    for name, record, contact_ohm in bench_files(folder, read_as):
        del name
        pieces = Pieces()
        found = [piece for chunk in record.chunks() for piece in pieces.take(chunk)]
        for piece in (*found, *pieces.rest()):
            if piece.blocks is not None:
                yield BenchRun(blocks=piece.blocks, contact_ohm=contact_ohm)


def resistance(
    found: "Found", wear_set: "WearSet", start_utc_ns: int | None
) -> dict[str, Any]:  # fmt: skip
    """Return the estimate at the end of the input, its limit, and the steps that were told."""
    limit_ohm = contact_limit_ohm(wear_set.rated_a)
    limit = {
        "limit": significant(1e3 * limit_ohm),
        "over_limit": over_limit(found, limit_ohm),
        "measured": _measured_since(found, start_utc_ns),
    }
    if found.now is None:
        reason = found.sessions[-1].reason if found.sessions else NO_SESSION
        return {**UNKNOWN, "reason": reason, **limit, "alarms": []}
    alarms = [
        {"since": at(start_utc_ns, row.since_s), "told": at(start_utc_ns, row.told_s),
         "since_s": row.since_s, "told_s": row.told_s, "rise": significant(row.rise)}
        for row in found.alarms
    ]  # fmt: skip
    runs = {"type_test_runs": found.kind.bench_runs}
    return {**mohm(found.now), "rise": shares(found.rise), **runs, **limit, "alarms": alarms}


def over_limit(found: "Found", limit_ohm: float) -> str | None:
    """Return how surely the contact is above its limit; None where nothing says so."""
    stands = standing(found, limit_ohm)
    return None if stands is None or stands.over is None else stands.over.value


def _measured_since(found: "Found", start_utc_ns: int | None) -> dict[str, Any] | None:
    since = found.since
    if since is None:
        return None
    at_s, ohm = since.measured
    return {"time": at(start_utc_ns, at_s), "time_s": at_s, "mohm": significant(1e3 * ohm),
            "rise": shares(since.rise)}  # fmt: skip


def by_session(found: "Found") -> dict[float, dict[str, Any]]:
    """Return what each session tells, by when it began."""
    return {row.start_s: _session(row) for row in found.sessions}


def _session(row: "Told") -> dict[str, Any]:
    if row.ohm is None or row.channel is None:
        return {**UNKNOWN, "channel": None, "reason": row.reason}
    return {**mohm(row.ohm), "channel": row.channel.value}


def mohm(band: "Band") -> dict[str, float]:
    """Return a resistance in milliohms."""
    return {name: float(f"{1e3 * ohm:.4g}") for name, ohm in band._asdict().items()}


def shares(rise: "Band | None") -> dict[str, float] | None:
    """Return a rise as shares."""
    if rise is None:
        return None
    return {name: float(f"{share:.3g}") for name, share in rise._asdict().items()}


def measured(exposure: "Exposure") -> Measured | None:
    """Return what the newest inspection of a record measured, if it found the pins in order."""
    ago_h, ohm = exposure.since_inspection_h, exposure.inspected_ohm
    if ago_h is None or ohm is None:
        return None
    return Measured(3600.0 * (exposure.span_h - ago_h), ohm)


def work(
    found: "Found",
    wear_set: "WearSet",
    span_h: float,
    inspected_h: float | None,
    limits: Limits = LIMITS,
) -> Iterator[Work]:
    """Yield what a technician has to look at; an inspection since then has done so."""
    end_s = 3600.0 * span_h
    seen_s = -math.inf if inspected_h is None else end_s - 3600.0 * inspected_h

    def ago(since_s: float) -> str:
        return f"{(end_s - since_s) / DAY_S:.0f} days before the end of the record"

    for row in concerns(found, wear_set, ago, limits):
        if row.told_s > seen_s:
            in_days = min(max(0.0, (row.by_s - end_s) / DAY_S), AHEAD_DAYS)
            yield Work(what=CONTACT_WORK, in_days=in_days, reason=row.reason)
            return


def rests_on(found: "Found") -> Iterator[str]:
    """Yield what the estimate of the contact rests on."""
    told = [row for row in found.sessions if row.ohm is not None]
    if not found.sessions:
        return
    if not told:
        yield f"Contact resistance is unknown: {found.sessions[-1].reason}."
        return
    yield rests_on_counts(found, len(told), len(found.sessions))


def rests_on_counts(found: "Found", telling: int, looked_at: int) -> str:
    """Return what the estimate rests on, where so many sessions told something of so many."""
    runs = found.kind.bench_runs
    basis = (
        f"{runs} bench runs of this type" if runs
        else "shipped priors of its type, good to a factor; bench runs (--type-tests) narrow it"
    )  # fmt: skip
    channels = sorted({row.channel.value for row in found.sessions if row.channel is not None})
    return (
        f"Contact resistance rests on {telling} of {looked_at} sessions "
        f"({', '.join(channels)}) and on {basis}."
    )
