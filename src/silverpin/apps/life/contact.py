"""Contact resistance in the answer of `silverpin life`: trend, sessions, work and what it rests on.

Resistances are those of one contact, in milliohms at 20 °C.
"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from silverpin.domain.limits import LIMITS, Limits
from silverpin.drivers.bench_runs import bench_files
from silverpin.durability.resistance.bench import BenchRun, learned
from silverpin.durability.resistance.follow import Follow
from silverpin.durability.resistance.pieces import Pieces
from silverpin.durability.resistance.thermal_type import shipped_type
from silverpin.durability.upkeep import AHEAD_DAYS, Work

if TYPE_CHECKING:
    from pathlib import Path

    from silverpin.drivers.duty_record import ReadAs
    from silverpin.durability.life import Band
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.resistance.alarm import Alarm
    from silverpin.durability.resistance.follow import Found, Told

UNKNOWN = {"p05": None, "p50": None, "p95": None}
NO_SESSION = "there is no session"
_DAY_S = 86_400.0
_DRIFT = 0.05
"""A rise since the first session that is this large for sure is a drift."""
_WHAT = "inspect the pins: contact resistance"


def follow_of(wear_set: "WearSet", type_tests: "Path | None", read_as: "ReadAs") -> Follow:
    """Return what will follow the contact; bench runs are read first."""
    kind = shipped_type(wear_set)
    if type_tests is not None:
        kind = learned(kind, list(_runs(type_tests, read_as)))
    return Follow(kind)


def _runs(folder: "Path", read_as: "ReadAs") -> Iterator[BenchRun]:
    for name, record, contact_ohm in bench_files(folder, read_as):
        del name
        pieces = Pieces()
        found = [piece for chunk in record.chunks() for piece in pieces.take(chunk)]
        for piece in (*found, *pieces.rest()):
            if piece.blocks is not None:
                yield BenchRun(blocks=piece.blocks, contact_ohm=contact_ohm)


def resistance(found: "Found") -> dict[str, Any]:
    """Return the estimate at the end of the input."""
    if found.now is not None:
        return {**_mohm(found.now), "rise": _rise(found), "type_test_runs": found.kind.bench_runs}
    reason = found.sessions[-1].reason if found.sessions else NO_SESSION
    return {**UNKNOWN, "reason": reason}


def by_session(found: "Found") -> dict[float, dict[str, Any]]:
    """Return what each session tells, by when it began."""
    return {row.start_s: _session(row) for row in found.sessions}


def _session(row: "Told") -> dict[str, Any]:
    if row.ohm is None or row.channel is None:
        return {**UNKNOWN, "channel": None, "reason": row.reason}
    return {**_mohm(row.ohm), "channel": row.channel.value}


def _mohm(band: "Band") -> dict[str, float]:
    return {name: float(f"{1e3 * ohm:.4g}") for name, ohm in band._asdict().items()}


def _rise(found: "Found") -> dict[str, float] | None:
    if found.rise is None:
        return None
    return {name: float(f"{share:.3g}") for name, share in found.rise._asdict().items()}


def work(
    found: "Found",
    wear_set: "WearSet",
    span_h: float,
    inspected_h: float | None,
    limits: Limits = LIMITS,
) -> Iterator[Work]:
    """Yield what a technician has to look at; an inspection since then has done so."""  # fmt: skip
    seen_s = -math.inf if inspected_h is None else 3600.0 * (span_h - inspected_h)
    most_ohm = limit_ohm(wear_set, limits)
    alarms = [row for row in found.alarms if found.sessions[row.session].end_s > seen_s]
    if alarms:
        yield Work(what=_WHAT, in_days=0.0, reason=_stepped(alarms[-1], found, span_h))
    elif found.now is None or found.rise is None or found.now_s <= seen_s:
        return
    elif _surely(found, found.now) > most_ohm:
        reason = _above(found.now, most_ohm) + _advice(found)
        yield Work(what=_WHAT, in_days=0.0, reason=reason)
    elif found.rise.p05 > _DRIFT:
        yield _drifting(found, found.now, found.rise, most_ohm, span_h)


def _surely(found: "Found", now: "Band") -> float:
    """Return what is held against the limit: shipped priors accuse nobody by their middle."""
    return now.p50 if found.kind.bench_runs else now.p05


def limit_ohm(wear_set: "WearSet", limits: Limits = LIMITS) -> float:
    """Return the resistance at which a contact is rejected: by the ohm, and by its drop."""
    return min(limits.contact_max_ohm, limits.contact_drop_max_v / wear_set.rated_a)


def _stepped(alarm: "Alarm", found: "Found", span_h: float) -> str:
    ago_days = (3600.0 * span_h - found.sessions[alarm.since].start_s) / _DAY_S
    return (
        f"the contact resistance rose by about {100.0 * alarm.rise:.0f} % {ago_days:.0f} days "
        f"before the end of the record, {alarm.sure_sd:.1f} standard deviations beyond what "
        f"sessions scatter{_advice(found)}"
    )


def _above(now: "Band", most_ohm: float) -> str:
    return (
        f"the contact resistance is {1e3 * now.p50:.2f} mΩ by estimate ({1e3 * now.p05:.2f} to "
        f"{1e3 * now.p95:.2f}), the limit is {1e3 * most_ohm:.2f} mΩ"
    )


def _advice(found: "Found") -> str:
    """Return how much less current makes the heat of before; nobody lowers it in silence."""
    rise = 0.0 if found.rise is None else found.rise.p50
    if rise <= _DRIFT:
        return ""
    share = 1.0 / math.sqrt(1.0 + rise)
    return (
        f"; until then, {100.0 * share:.0f} % of the rated current would heat the contact no more "
        "than before"
    )


def _drifting(found: "Found", now: "Band", rise: "Band", most_ohm: float, span_h: float) -> Work:
    """Return the work for the day on which a rise that goes on as it went reaches the limit."""
    first = next(row for row in found.sessions if row.ohm is not None)
    days = (found.now_s - first.start_s) / _DAY_S
    pace = math.log1p(rise.p50) / max(days, 1.0)
    since_days = (3600.0 * span_h - found.now_s) / _DAY_S
    left_days = max(0.0, math.log(most_ohm / now.p50) / pace - since_days)
    reason = (
        f"the contact resistance drifts: {100.0 * rise.p50:.0f} % up in {days:.0f} days (at least "
        f"{100.0 * rise.p05:.0f} %); going on like this it reaches the limit of "
        f"{1e3 * most_ohm:.2f} mΩ then"
    )
    return Work(what=_WHAT, in_days=min(left_days, AHEAD_DAYS), reason=reason)


def rests_on(found: "Found") -> Iterator[str]:
    """Yield what the estimate of the contact rests on."""
    told = [row for row in found.sessions if row.ohm is not None]
    if not found.sessions:
        return
    if not told:
        yield f"Contact resistance is unknown: {found.sessions[-1].reason}."
        return
    runs = found.kind.bench_runs
    basis = (
        f"{runs} bench runs of this type" if runs
        else "shipped priors of its type, good to a factor; bench runs (--type-tests) narrow it"
    )  # fmt: skip
    channels = sorted({row.channel.value for row in told if row.channel is not None})
    yield (
        f"Contact resistance rests on {len(told)} of {len(found.sessions)} sessions "
        f"({', '.join(channels)}) and on {basis}."
    )
