"""What of a contact's trend concerns a technician, and what current would spare it until then.

Nothing here lowers a current: it is told, and a person decides.
"""

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from silverpin.domain.limits import LIMITS, Limits, contact_limit_ohm
from silverpin.durability.upkeep import AHEAD_DAYS

if TYPE_CHECKING:
    from silverpin.durability.life import Band
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.resistance.follow import Found, Raised

DAY_S = 86_400.0
_DRIFT = 0.05
"""A rise since the first session that is this large for sure is a drift."""


class Concern(NamedTuple):
    """One reason to inspect the pins; seconds on the axis of the sessions."""

    since_s: float
    told_s: float
    """End of the session that told it: an inspection after it has looked."""
    by_s: float
    reason: str
    least_share: float | None
    """Share of the rated current that heats the contact no more than it may; None where all."""


def concerns(
    found: "Found", wear_set: "WearSet", ago: Callable[[float], str], limits: Limits = LIMITS
) -> Iterator[Concern]:
    """Yield what concerns, heaviest and newest first; *ago* says in words when something was."""
    most_ohm = contact_limit_ohm(wear_set.rated_a, limits)
    share = _least_share(found, most_ohm)
    for alarm in reversed(found.alarms):
        reason = _stepped(alarm, ago) + _advice(share)
        yield Concern(alarm.since_s, alarm.told_s, alarm.told_s, reason, share)
    if found.now is None or found.rise is None:
        return
    if _surely(found, found.now) > most_ohm:
        reason = _above(found.now, most_ohm) + _advice(share)
        yield Concern(found.now_s, found.now_s, found.now_s, reason, share)
    elif found.rise.p05 > _DRIFT:
        yield _drifting(found, found.now, found.rise, most_ohm, share)


def _surely(found: "Found", now: "Band") -> float:
    """Return what is held against the limit: shipped priors accuse nobody by their middle."""
    return now.p50 if found.kind.bench_runs else now.p05


def _least_share(found: "Found", most_ohm: float) -> float | None:
    """Return by what current the heat is that of before, or that of a contact at its limit."""
    rise = 0.0 if found.rise is None else found.rise.p50
    times = 1.0 + rise if rise > _DRIFT else 1.0
    if found.now is not None and _surely(found, found.now) > most_ohm:
        times = max(times, found.now.p50 / most_ohm)
    return 1.0 / math.sqrt(times) if times > 1.0 else None


def _stepped(alarm: "Raised", ago: Callable[[float], str]) -> str:
    return (
        f"the contact resistance rose by about {100.0 * alarm.rise:.0f} % {ago(alarm.since_s)}, "
        f"{alarm.sure_sd:.1f} standard deviations beyond what sessions scatter"
    )


def _above(now: "Band", most_ohm: float) -> str:
    return (
        f"the contact resistance is {1e3 * now.p50:.2f} mΩ by estimate ({1e3 * now.p05:.2f} to "
        f"{1e3 * now.p95:.2f}), the limit is {1e3 * most_ohm:.2f} mΩ"
    )


def _advice(share: float | None) -> str:
    """Return how much less current makes the heat of a sound contact; nobody lowers it."""
    if share is None:
        return ""
    return (
        f"; until then, {100.0 * share:.0f} % of the rated current would heat the contact no more "
        "than a sound one"
    )


def _drifting(
    found: "Found", now: "Band", rise: "Band", most_ohm: float, share: float | None
) -> Concern:
    """Return the work for the day on which a rise that goes on as it went reaches the limit."""
    days = (found.now_s - found.first_s) / DAY_S
    took = "a day" if days < 1.5 else f"{days:.0f} days"
    pace = math.log1p(rise.p50) / max(days, 1.0)
    left_days = min(max(0.0, math.log(most_ohm / now.p50) / pace), AHEAD_DAYS)
    reason = (
        f"the contact resistance drifts: {100.0 * rise.p50:.0f} % up in {took} (at least "
        f"{100.0 * rise.p05:.0f} %); going on like this it reaches the limit of "
        f"{1e3 * most_ohm:.2f} mΩ then"
    )
    by_s = found.now_s + DAY_S * left_days
    return Concern(found.now_s, found.now_s, by_s, reason, share)
