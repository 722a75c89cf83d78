"""What of a contact's trend concerns a technician, and what current would spare it until then.

Nothing here lowers a current: it is told, and a person decides.
"""

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from silverpin.domain.limits import LIMITS, Limits, contact_limit_ohm
from silverpin.durability.resistance.standing import SURE_RISE, standing
from silverpin.durability.upkeep import AHEAD_DAYS

if TYPE_CHECKING:
    from silverpin.durability.life import Band
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.resistance.follow import Found, Raised
    from silverpin.durability.resistance.standing import Standing

DAY_S = 86_400.0


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
    stands = standing(found, most_ohm)
    share = None if stands is None else _least_share(stands, most_ohm)
    for alarm in reversed(found.alarms):
        reason = _stepped(alarm, ago) + _advice(share)
        yield Concern(alarm.since_s, alarm.told_s, alarm.told_s, reason, share)
    if stands is None:
        return
    if stands.over is not None:
        reason = _above(stands, most_ohm, ago) + _advice(share)
        yield Concern(found.now_s, found.now_s, found.now_s, reason, share)
    elif stands.rise is not None and stands.rise.p05 > SURE_RISE:
        yield _drifting(stands, stands.rise, found.now_s, most_ohm, share)


def _least_share(stands: "Standing", most_ohm: float) -> float | None:
    """Return by what current the heat is that of before, or that of a contact at its limit."""
    rise = 0.0 if stands.rise is None else stands.rise.p50
    times = 1.0 + rise if rise > SURE_RISE else 1.0
    if stands.over is not None:
        times = max(times, stands.now.p50 / most_ohm)
    return 1.0 / math.sqrt(times) if times > 1.0 else None


def _stepped(alarm: "Raised", ago: Callable[[float], str]) -> str:
    return (
        f"the contact resistance rose by about {100.0 * alarm.rise:.0f} % {ago(alarm.since_s)}, "
        f"{alarm.sure_sd:.1f} standard deviations beyond what sessions scatter"
    )


def _above(stands: "Standing", most_ohm: float, ago: Callable[[float], str]) -> str:
    now, measured = stands.now, stands.measured
    limit = f"the limit is {1e3 * most_ohm:.2f} mΩ"
    figures = f"{1e3 * now.p50:.2f} mΩ"
    if now.p05 < now.p95:
        figures += f" by estimate ({1e3 * now.p05:.2f} to {1e3 * now.p95:.2f})"
    if measured is None:
        return f"the contact resistance is {figures}, {limit}"
    was = f"the worst pin measured {1e3 * measured.ohm:.2f} mΩ {ago(measured.at_s)}"
    return f"{was} and its contact has {figures} now, {limit}"


def _advice(share: float | None) -> str:
    """Return how much less current makes the heat of a sound contact; nobody lowers it."""
    if share is None:
        return ""
    return (
        f"; until then, {100.0 * share:.0f} % of the rated current would heat the contact no more "
        "than a sound one"
    )


def _drifting(
    stands: "Standing", rise: "Band", now_s: float, most_ohm: float, share: float | None
) -> Concern:
    """Return the work for the day on which a rise that goes on as it went reaches the limit.

    An estimate above it that accuses nobody (`standing`) may be there already: that is due at once.
    """
    days = (now_s - stands.since_s) / DAY_S
    took = "a day" if days < 1.5 else f"{days:.0f} days"
    pace = math.log1p(rise.p50) / max(days, 1.0)
    left_days = min(max(0.0, math.log(most_ohm / stands.now.p50) / pace), AHEAD_DAYS)
    inspected = "" if stands.measured is None else " since the pins were measured"
    limit = f"the limit of {1e3 * most_ohm:.2f} mΩ"
    ends = (
        f"going on like this it reaches {limit} then" if left_days > 0.0
        else f"whether it is above {limit} by now, a measurement of the pins tells"
    )  # fmt: skip
    reason = (
        f"the contact resistance drifts: {100.0 * rise.p50:.0f} % up in {took}{inspected} (at "
        f"least {100.0 * rise.p05:.0f} %); {ends}"
    )
    by_s = now_s + DAY_S * left_days
    return Concern(now_s, now_s, by_s, reason, share)
