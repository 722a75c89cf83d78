"""A technician's inspection of a connector: what was measured and seen, and what follows from it.

Everything is a `Finding`: a value beside its limit, graded. What was not looked at is listed as not
checked, and never counts as well. A power pin is judged twice, by its resistance and by the drop
that this resistance has at the rated current: 0.5 mΩ is 16 mV at 32 A and 100 mV at 200 A, where a
contact spot runs hot. An inspection is judged as of the instant at which it was made.

Instants are UTC in ns. A record is history: it is corrected by a newer one that names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.installation_checklist import CHECKLIST, Tick
from silverpin.domain.limits import LIMITS, PIN_TEST_A, Limits
from silverpin.domain.quantities import NS_PER_DAY

LEVEL_MIN = 2  # manual, prerequisites: Level 2 electrical certification


class Surface(Enum):
    """How much oxide, or how many pits, a pin shows under the microscope."""

    NONE = "none"
    LIGHT = "light"
    HEAVY = "heavy"


class Grade(Enum):
    """What a finding means; worse ones come later."""

    WELL = "well"
    UNCHECKED = "not checked"
    WARNING = "warning"
    BAD = "bad"


class Outcome(Enum):
    """What becomes of a whole inspection."""

    PASSED = "passed"
    WARNED = "passed with a warning"
    INCOMPLETE = "incomplete"
    FAILED = "failed"

    @property
    def passes(self) -> bool:
        """Whether it frees a discharge that waits for an inspection."""
        return self in (Outcome.PASSED, Outcome.WARNED)


class Finding(NamedTuple):
    """One value beside its limit."""

    what: str
    value: str
    limit: str
    grade: Grade
    then: str = ""
    """What a technician does about it, where it is not well."""

    def sentence(self) -> str:
        """Return what is wrong and what to do, to stand within a sentence."""
        limit = f", limit {self.limit}" if self.limit else ""
        then = f": {self.then}" if self.then else ""
        return f"{self.what} {self.value}{limit}{then}"


class Seen(NamedTuple):
    """What a pin looks like; None was not looked at."""

    oxidation: Surface | None = None
    pitting: Surface | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a technician puts on record; None was not checked."""

    made_ns: int
    pins_ohm: Mapping[str, float]
    instrument: str
    technician: str
    certificate: str
    method: str = "resistance meter"
    instrument_calibrated_ns: int | None = None
    certificate_level: int | None = None
    certificate_ends_ns: int | None = None
    """The first instant at which it holds no longer."""
    surfaces: Mapping[str, Seen] = field(default_factory=dict)
    seal_deformed: bool | None = None
    seal_moist: bool | None = None
    pull_out_n: float | None = None
    """Pull that the plug withstood with the bolt in."""
    earth_ohm: float | None = None
    checklist: Mapping[str, Tick] = field(default_factory=dict)


class Judgement(NamedTuple):
    """Every finding of an inspection, and what they come to."""

    findings: tuple[Finding, ...]
    outcome: Outcome

    def of(self, grade: Grade) -> list[Finding]:
        """Return the findings with one grade."""
        return [row for row in self.findings if row.grade is grade]


def judge(record: Inspection, connector: ConnectorSet, limits: Limits = LIMITS) -> Judgement:
    """Return what *record* says of a connector of that kind."""
    findings = (
        *_pins(record, connector, limits),
        *_surfaces(record, connector),
        *_seal(record),
        _pull_out(record.pull_out_n, limits),
        _earth(record.earth_ohm, limits),
        _instrument(record, limits),
        *_certificate(record),
        *_checklist(record.checklist),
    )
    grades = {row.grade for row in findings}
    measured = all(pin in record.pins_ohm for pin in connector.power_pins)
    if Grade.BAD in grades:
        return Judgement(findings, Outcome.FAILED)
    if not measured:
        return Judgement(findings, Outcome.INCOMPLETE)
    return Judgement(findings, Outcome.WARNED if Grade.WARNING in grades else Outcome.PASSED)


def worst_pin(record: Inspection, connector: ConnectorSet) -> tuple[str, float] | None:
    """Return the power pin with the highest resistance, None when none was measured. [ohm]"""
    measured = {pin: record.pins_ohm[pin] for pin in connector.power_pins
                if pin in record.pins_ohm}  # fmt: skip
    worst = max(measured, key=lambda pin: measured[pin], default=None)
    return None if worst is None else (worst, measured[worst])


def drop_mv(ohm: float, amps: float) -> float:
    """Return the drop of a contact at a current. [mV]"""
    return ohm * amps * 1e3


def _unchecked(what: str, limit: str = "") -> Finding:
    return Finding(what, Grade.UNCHECKED.value, limit, Grade.UNCHECKED)


def _pins(record: Inspection, connector: ConnectorSet, limits: Limits) -> Iterator[Finding]:
    limit = f"below {limits.contact_max_ohm * 1e3:g} mΩ"
    for pin in connector.power_pins:
        ohm = record.pins_ohm.get(pin)
        if ohm is None:
            yield _unchecked(f"{pin} resistance", limit)
            continue
        well = ohm < limits.contact_max_ohm
        yield Finding(
            f"{pin} resistance", f"{ohm * 1e3:.2f} mΩ", limit, Grade.WELL if well else Grade.BAD,
            "" if well else "clean or replace it",
        )  # fmt: skip
        yield _drop(pin, ohm, connector.rating_a, limits)
    for pin in connector.data_pins:
        if pin in record.pins_ohm:
            value = f"{record.pins_ohm[pin] * 1e3:.3g} mΩ"
            yield Finding(f"{pin} resistance", value, "", Grade.WELL)


def _drop(pin: str, ohm: float, rating_a: float, limits: Limits) -> Finding:
    volts = ohm * rating_a
    at_test = f"{drop_mv(ohm, PIN_TEST_A):.1f} mV at {PIN_TEST_A:g} A"
    value = f"{volts * 1e3:.1f} mV" + (f", {at_test}" if rating_a != PIN_TEST_A else "")
    warn, most = limits.contact_drop_warn_v * 1e3, limits.contact_drop_max_v * 1e3
    what = f"{pin} drop at {rating_a:g} A"
    if volts > limits.contact_drop_max_v:
        return Finding(what, value, f"{most:g} mV", Grade.BAD, "clean or replace it")
    if volts > limits.contact_drop_warn_v:
        return Finding(what, value, f"{warn:g} mV to warn, {most:g} mV to reject", Grade.WARNING,
                       "clean it and measure again")  # fmt: skip
    return Finding(what, value, f"{warn:g} mV", Grade.WELL)


_SURFACE_GRADE = {
    None: Grade.UNCHECKED,
    Surface.NONE: Grade.WELL,
    Surface.LIGHT: Grade.WARNING,
    Surface.HEAVY: Grade.BAD,
}
_SURFACE_THEN = {
    ("oxidation", Surface.LIGHT): "clean it",
    ("oxidation", Surface.HEAVY): "clean it and inspect it again",
    ("pitting", Surface.LIGHT): "look again within the year",
    ("pitting", Surface.HEAVY): "replace the connector",
}


def _surfaces(record: Inspection, connector: ConnectorSet) -> Iterator[Finding]:
    if not any(surface for seen in record.surfaces.values() for surface in seen):
        yield _unchecked("oxidation and pitting of the pins")
        return
    for pin in (*connector.power_pins, *connector.data_pins):
        seen = record.surfaces.get(pin, Seen())
        for name, surface in zip(Seen._fields, seen, strict=True):
            value = Grade.UNCHECKED.value if surface is None else surface.value
            then = "" if surface is None else _SURFACE_THEN.get((name, surface), "")
            yield Finding(f"{pin} {name}", value, "", _SURFACE_GRADE[surface], then)


def _seal(record: Inspection) -> Iterator[Finding]:
    for what, found, grade, then in (
        ("deformation", record.seal_deformed, Grade.WARNING, "replace the seal"),
        ("moisture", record.seal_moist, Grade.BAD, "dry the connector, then find the way in"),
    ):
        if found is None:
            yield _unchecked(f"seal {what}")
        else:
            value = "found" if found else "none"
            yield Finding(f"seal {what}", value, "", *((grade, then) if found else (Grade.WELL,)))


def _pull_out(pull_n: float | None, limits: Limits) -> Finding:
    what, limit = "pull-out force with the bolt in", f"at least {limits.pull_out_min_n:g} N"
    if pull_n is None:
        return _unchecked(what, limit)
    if pull_n >= limits.pull_out_min_n:
        return Finding(what, f"{pull_n:.0f} N", limit, Grade.WELL)
    return Finding(what, f"{pull_n:.0f} N", limit, Grade.BAD, "see to the bolt and its seat")


def _earth(ohm: float | None, limits: Limits) -> Finding:
    what, limit = "protective earth", f"below {limits.earth_max_ohm:g} Ω"
    if ohm is None:
        return _unchecked(what, limit)
    if ohm < limits.earth_max_ohm:
        return Finding(what, f"{ohm:.3g} Ω", limit, Grade.WELL)
    return Finding(what, f"{ohm:.3g} Ω", limit, Grade.BAD, "mend the earth")


def _instrument(record: Inspection, limits: Limits) -> Finding:
    what, most = "calibration of the instrument", limits.instrument_interval_days
    limit = f"at most {most:g} days ago"
    if record.instrument_calibrated_ns is None:
        return _unchecked(what, limit)
    days = (record.made_ns - record.instrument_calibrated_ns) / NS_PER_DAY
    if days <= most:
        return Finding(what, f"{days:.0f} days ago", limit, Grade.WELL)
    return Finding(what, f"{days:.0f} days ago", limit, Grade.WARNING, "have it calibrated")


def _certificate(record: Inspection) -> Iterator[Finding]:
    limit = f"at least {LEVEL_MIN}"
    level = record.certificate_level
    if level is None:
        yield _unchecked("level of the certificate", limit)
    elif level >= LEVEL_MIN:
        yield Finding("level of the certificate", str(level), limit, Grade.WELL)
    else:
        yield Finding("level of the certificate", str(level), limit, Grade.BAD,
                      "have somebody of that level repeat it")  # fmt: skip
    ends_ns = record.certificate_ends_ns
    if ends_ns is None:
        yield _unchecked("expiry of the certificate")
    elif record.made_ns < ends_ns:
        days = (ends_ns - record.made_ns) // NS_PER_DAY
        yield Finding("certificate", f"valid for {days} days more", "", Grade.WELL)
    else:
        days = (record.made_ns - ends_ns) // NS_PER_DAY + 1
        value = f"expired {days} day{'s' * (days != 1)} before the inspection"
        yield Finding("certificate", value, "", Grade.BAD,
                      "have somebody with a valid one repeat it")  # fmt: skip


def _checklist(ticks: Mapping[str, Tick]) -> Iterator[Finding]:
    if not ticks:
        yield _unchecked("NFPA 70 checklist")
        return
    for row in CHECKLIST.values():
        tick = ticks.get(row.id)
        what = f"NFPA 70 {row.article} {row.id}"
        if tick is None:
            yield _unchecked(what)
        elif tick is Tick.NO:
            yield Finding(what, tick.value, "", Grade.BAD, "mend the installation")
        else:
            yield Finding(what, tick.value, "", Grade.WELL)
