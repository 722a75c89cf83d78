"""Work that a connector asks for: what, why, since when, by when, by whom and with which command.

One rule a kind of work. A rule looks at the facts and names the work if it is due or will be soon;
`due` ranks what they say: due before announced, heavier before lighter, older before younger. What
was never done counts from the first day of this connector at this charger. Instants are UTC in ns.
What is dated a day ahead of now, by a clock that ran ahead, is as good as never done: nobody can
tell when it was, and its turn would not come for years.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from silverpin.domain.limits import LIMITS, Limits
from silverpin.domain.quantities import NS_PER_DAY


class LastInspection(NamedTuple):
    """The newest inspection that was not corrected by another."""

    id: int
    made_ns: int
    passes: bool
    reason: str
    """Why it does not pass; empty when it does."""
    technician: str
    certificate: str
    certificate_ends_ns: int | None = None
    worst_ohm: float | None = None
    """Highest resistance of a power pin; None where one of them was not measured."""


class ContactConcern(NamedTuple):
    """What the trend of the contact resistance says that asks for an inspection."""

    since_ns: int
    told_ns: int
    """End of the session that told it: an inspection after it has looked."""
    by_ns: int
    why: str
    current_max_a: float | None = None
    """What would heat the contact no more than it may: advice, no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at: one connector at one instant; None is never, or not known."""

    now_ns: int
    first_ns: int | None = None
    """First day of this connector here."""
    matings_since_cleaning: int = 0
    cleaning_due_ns: int | None = None
    """The mating that made the cleaning due."""
    discharge_barred: bool = False
    """Discharge waits for an inspection."""
    heat_ns: int | None = None
    """The last thermal trip."""
    inspection: LastInspection | None = None
    load_breaks: int = 0
    """Since the last inspection that passed."""
    load_breaks_due_ns: int | None = None
    moist_ns: int | None = None
    """The inspection that found moisture behind the seal, unless a later one found none."""
    deformed_ns: int | None = None
    seal_checked_ns: int | None = None
    calibrated_ns: Mapping[str, int] = field(default_factory=dict)
    """The newest calibration of each sensor, by pin."""
    pins: tuple[str, ...] = ()
    pilot_calibrated_ns: int | None = None
    contact: tuple[ContactConcern, ...] = ()
    """Heaviest first, those included that an inspection has looked at since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One piece of work."""

    what: str
    why: str
    who: str = "technician"
    command: str = "evse-cli inspect"
    since_ns: int | None = None
    """When it became due; None when that is not known, or it is only announced."""
    by_ns: int | None = None
    """By when it should be done, where that is a date."""
    soon: bool = False
    """It is announced and not due yet."""


Rule = Callable[[Facts, Limits], Due | None]


def due(facts: Facts, limits: Limits = LIMITS) -> list[Due]:
    """Return the work that is due or will be soon, first thing to do first.

    Of several reasons to inspect the pins the heaviest stands for all: one inspection serves them.
    """
    rows = [row for rule in RULES if (row := rule(facts, limits)) is not None]
    found: list[Due] = []
    for row in sorted(rows, key=lambda row: row.soon):
        place = same_visit(row.what, [other.what for other in found])
        if place is None or tells_a_day(row.what, found[place].what, later=row.soon):
            found.append(row)
        elif row.what != found[place].what and not row.soon:
            found[place] = replace(found[place], why=f"{found[place].why}; also {row.why}")
    return found


_INSPECT = "inspect the pins"
CONTACT_WORK = f"{_INSPECT}: contact resistance"


def same_visit(what: str, others: Sequence[str]) -> int | None:
    """Return the place of the work that one visit does together with *what*."""
    inspects = what.startswith(_INSPECT)
    return next((place for place, other in enumerate(others)
                 if other == what or (inspects and other.startswith(_INSPECT))), None)  # fmt: skip


def tells_a_day(what: str, other: str, *, later: bool) -> bool:
    """Return whether work stands beside an inspection: the day on which a drift is at its limit."""
    return later and what == CONTACT_WORK != other


def _after_heat(facts: Facts, limits: Limits) -> Due | None:
    if not facts.discharge_barred:
        return None
    why = "a thermal trip; discharge stays refused until the pins are measured"
    return Due(what=_INSPECT, why=why, since_ns=facts.heat_ns)


def _after_failure(facts: Facts, limits: Limits) -> Due | None:
    last = facts.inspection
    if last is None or last.passes:
        return None
    why = f"the last inspection did not pass: {last.reason}"
    return Due(what=_INSPECT, why=why, since_ns=last.made_ns)


def _dry(facts: Facts, limits: Limits) -> Due | None:
    if facts.moist_ns is None:
        return None
    why = "moisture was found behind the seal; it lets the pins corrode"
    return Due(what="dry the connector and replace its seal", why=why, since_ns=facts.moist_ns)


def _after_arcs(facts: Facts, limits: Limits) -> Due | None:
    if facts.load_breaks < limits.load_breaks_max:
        return None
    why = f"{facts.load_breaks} load-breaks since the pins were inspected"
    return Due(what=_INSPECT, why=why, since_ns=facts.load_breaks_due_ns)


def contact_concern(facts: Facts) -> ContactConcern | None:
    """Return the heaviest concern that no inspection has looked at since it was told."""
    last = facts.inspection
    seen_ns = -1 if last is None or _ahead(facts, last.made_ns) else last.made_ns
    return next((row for row in facts.contact if row.told_ns > seen_ns), None)


def _contact(facts: Facts, limits: Limits) -> Due | None:
    row = contact_concern(facts)
    if row is None:
        return None
    if row.by_ns <= facts.now_ns:
        return Due(what=CONTACT_WORK, why=row.why, since_ns=row.told_ns, by_ns=row.by_ns)
    return Due(what=CONTACT_WORK, why=row.why, by_ns=row.by_ns, soon=True)


def _cleaning(facts: Facts, limits: Limits) -> Due | None:
    count, every = facts.matings_since_cleaning, limits.cleaning_matings
    row = Due(
        what="clean the pins", why=f"{count} matings since the last cleaning",
        command="evse-cli clean", since_ns=facts.cleaning_due_ns,
    )  # fmt: skip
    if count >= every:
        return row
    if count < limits.cleaning_soon_share * every:
        return None
    why = f"{row.why}, due at {every}"
    return Due(what=row.what, why=why, command=row.command, soon=True)


def _yearly(facts: Facts, limits: Limits) -> Due | None:
    last = facts.inspection
    since_ns = facts.first_ns if last is None else last.made_ns
    told = "not inspected in {} days" if last is None else "last inspected {} days ago"
    return _dated(facts, limits, _INSPECT, since_ns, limits.inspection_interval_days, told,
                  "evse-cli inspect")  # fmt: skip


def _seal(facts: Facts, limits: Limits) -> Due | None:
    if facts.deformed_ns is None or facts.moist_ns is not None:
        return None
    why = "it was found deformed; moisture may come in"
    return Due(what="replace the seal", why=why, since_ns=facts.deformed_ns)


def _sensors(facts: Facts, limits: Limits) -> Due | None:
    done = {pin: facts.calibrated_ns.get(pin, facts.first_ns) for pin in facts.pins}
    known = [(at_ns, pin) for pin, at_ns in done.items() if at_ns is not None]
    if not known:
        return None
    oldest_ns, pin = max(known) if _ahead(facts, max(known)[0]) else min(known)
    known_here = pin in facts.calibrated_ns
    told = (
        f"{pin} last calibrated {{}} days ago"
        if known_here
        else f"{pin} not calibrated in {{}} days"
    )
    return _dated(facts, limits, "calibrate the temperature sensors", oldest_ns,
                  limits.calibration_interval_days, told, "evse-cli calibrate ntc")  # fmt: skip


def _pilot(facts: Facts, limits: Limits) -> Due | None:
    if facts.pilot_calibrated_ns is None:
        return None
    return _dated(facts, limits, "calibrate the control pilot", facts.pilot_calibrated_ns,
                  limits.calibration_interval_days, "last calibrated {} days ago",
                  "evse-cli pilot calibrate")  # fmt: skip


def _certificate(facts: Facts, limits: Limits) -> Due | None:
    last = facts.inspection
    if last is None or last.certificate_ends_ns is None:
        return None
    ends_ns = last.certificate_ends_ns
    what = f"renew certificate {last.certificate}"
    why = f"{last.technician} holds it; no inspection under it passes once it has expired"
    if facts.now_ns >= ends_ns:
        return Due(what=what, why=why, who="operator", command="", since_ns=ends_ns)
    if ends_ns - facts.now_ns > limits.ahead_days * NS_PER_DAY:
        return None
    return Due(what=what, why=why, who="operator", command="", by_ns=ends_ns, soon=True)


def _dated(
    facts: Facts, limits: Limits, what: str, done_ns: int | None, every_days: float, told: str,
    command: str,
) -> Due | None:  # fmt: skip
    """Return work that comes round by the calendar, once it is near."""
    if done_ns is None:
        return None
    if _ahead(facts, done_ns):
        why = "its record is dated ahead of the clock: set the clock right, or do it again"
        return Due(what=what, why=why, command=command)
    at_ns = done_ns + int(every_days * NS_PER_DAY)
    days = (facts.now_ns - done_ns) // NS_PER_DAY
    why = f"{told.format(days)}; due every {every_days:g} days"
    if facts.now_ns >= at_ns:
        return Due(what=what, why=why, command=command, since_ns=at_ns, by_ns=at_ns)
    if at_ns - facts.now_ns > limits.ahead_days * NS_PER_DAY:
        return None
    return Due(what=what, why=why, command=command, by_ns=at_ns, soon=True)


def _ahead(facts: Facts, at_ns: int) -> bool:
    """Return whether an instant of the past seems to be one that is yet to come."""
    return at_ns - facts.now_ns > NS_PER_DAY


RULES: tuple[Rule, ...] = (
    _after_heat, _after_failure, _dry, _after_arcs, _contact, _cleaning, _yearly, _seal, _sensors,
    _pilot, _certificate,
)  # fmt: skip
"""Heaviest first."""
