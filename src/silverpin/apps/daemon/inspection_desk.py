"""Puts a technician's inspection on record, judged, and frees discharge if it earns that.

An inspection frees a discharge that waits for one when it passes and was made after the heat. It
corrects an older one by naming it; if the older one had freed the discharge and the correction does
not pass, discharge waits again. Nothing is ever changed in place.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.dates import utc_ns_of
from silverpin.apps.daemon.inspection_reading import inspection_of, wrong_pins, wrong_words
from silverpin.apps.daemon.technician_office import (
    NOT_KEPT,
    Office,
    WorkRefused,
    newest_id,
    now_utc_ns,
)
from silverpin.apps.daemon.wall import iso
from silverpin.apps.daemon.work_book import (
    CLOCK_SET_NS,
    INSPECTED,
    made_ns,
    passes,
    standing,
)
from silverpin.apps.exits import Exit
from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.inspection import (
    Finding,
    Grade,
    Inspection,
    Judgement,
    Outcome,
    judge,
    worst_pin,
)
from silverpin.domain.limits import Limits
from silverpin.domain.quantities import NS_PER_S
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import JournalRow

Reply = dict[str, Any]
_AHEAD_NS = 60 * NS_PER_S
"""A clock that is a minute ahead of ours is not the future."""
_KEPT_AS_TOLD = ("certificate_level", "pull_out_n", "earth_ohm", "note", "corrects")
_DAYS = ("certificate_expires", "instrument_calibrated")


class _Filed(NamedTuple):
    record: Inspection
    request: Mapping[str, Any]
    now: bool
    """It was made just now, whatever the clock said when the heat came."""
    corrected: JournalRow | None = None
    extra: Mapping[str, Any] = MappingProxyType({})
    """Fields of the event that no judgement needs."""


class InspectionDesk:
    """Answers `inspect`, and files what a pin test measured."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def inspect(self, request: Mapping[str, Any], who: str) -> Reply:
        """Record an inspection that a technician tells."""
        try:
            return self._file(self._read(request))
        except WorkRefused as refused:
            return answer(refused.code, str(refused))
        except StateError as error:
            return answer(Exit.BAD_FILE, str(error))

    def measured(
        self, pins_ohm: Mapping[str, float], request: Mapping[str, Any], method: str,
        extra: Mapping[str, Any],
    ) -> Reply:  # fmt: skip
        """Record what a test of the pins measured, signed by the technician of *request*."""
        told = {"surfaces": {}, "checklist": {}} | dict(request) | {"pins": pins_ohm}
        record = inspection_of(told, now_utc_ns(self._office), method)
        return self._file(_Filed(record, told, now=True, extra=extra))

    def _read(self, request: Mapping[str, Any]) -> _Filed:
        kind, now_ns = self._office.charger.connector, now_utc_ns(self._office)
        wrong = wrong_pins(request["pins"], kind) or wrong_words(request, kind)
        if wrong:
            raise WorkRefused(wrong)
        corrected = self._corrected(request["corrects"])
        made = now_ns if corrected is None else made_ns(corrected)
        if request["measured"] is not None:
            made = utc_ns_of(request["measured"])
        record = inspection_of(request, made)
        for instant_ns in (made, record.instrument_calibrated_ns or 0):
            if instant_ns > now_ns + _AHEAD_NS:
                raise WorkRefused(f"{iso(instant_ns)} is yet to come: what was done lies behind us")
        self._office.keep()  # what it is held against may have happened just now
        return _Filed(record, request, made == now_ns, corrected)

    def _corrected(self, number: int | None) -> JournalRow | None:
        """Return the inspection that is to be corrected."""
        if number is None:
            return None
        rows = self._office.work.inspections(self._office.ledger.serial)
        newer = next((row.id for row in rows if row.event.fields.get("corrects") == number), None)
        if newer is not None:
            raise WorkRefused(f"Record {number} was corrected by {newer}: correct that one")
        for row in rows:
            if row.id == number:
                return row
        raise WorkRefused(
            f"Record {number} is no inspection of this connector: evse-cli history lists them"
        )

    def _file(self, filed: _Filed) -> Reply:
        office, record, charger = self._office, filed.record, self._office.charger
        told = judge(record, charger.connector, charger.limits)
        was_due = charger.envelope.inspection_due
        newer = filed.now or self._newer_than_heat(record.made_ns)
        barred = self._bar_again(filed.corrected, told.outcome)
        charger.chronicle.add(
            charger.obs.now_ns, INSPECTED, **_fields(filed, told, charger.connector)
        )
        if told.outcome.passes and newer:
            charger.envelope.inspected()
        kept = office.keep()
        number = newest_id(office, INSPECTED) if kept else None
        text = _sentence(told, record, charger.connector, charger.limits)
        if was_due:
            text += _STILL if not told.outcome.passes else _FREED if newer else _TOO_OLD
        text += "; discharge waits for an inspection again" if barred else ""
        text += f". Record {number}" if kept else NOT_KEPT
        return _reply(told, text, number)

    def _newer_than_heat(self, made: int) -> bool:
        """Return whether an inspection was made after the heat that it is to answer for.

        Heat of an unknown hour counts as newer, and by a clock that was never set it is of none.
        """
        heat_ns = self._office.facts().heat_ns
        return heat_ns is not None and CLOCK_SET_NS <= heat_ns <= made

    def _bar_again(self, corrected: JournalRow | None, outcome: Outcome) -> bool:
        """Let discharge wait again if what freed it is corrected to a record that would not."""
        charger, heat_ns = self._office.charger, self._office.facts().heat_ns
        if corrected is None or outcome.passes or heat_ns is None:
            return False
        rows = standing(self._office.work.inspections(self._office.ledger.serial))
        freeing = {row.id for row in rows if passes(row) and made_ns(row) >= heat_ns}
        if freeing != {corrected.id} or charger.envelope.inspection_due:
            return False
        charger.envelope.restore({}, inspection_due=True)
        return True


_STILL = "; discharge still waits for one that passes"
_FREED = "; discharge waits for it no longer"
_TOO_OLD = "; it was made before the last thermal trip, so discharge waits for one made after it"


def _fields(filed: _Filed, told: Judgement, kind: ConnectorSet) -> dict[str, Any]:
    """Return the event's fields: all that was told, and what was made of it."""
    record, request = filed.record, filed.request
    worst, ohm = worst_pin(record, kind) or ("none", 0.0)
    fields: dict[str, Any] = {
        "pins": dict(record.pins_ohm), "instrument": record.instrument,
        "technician": record.technician, "certificate": record.certificate,
        "worst_pin": worst, "worst_mohm": ohm * 1e3, "verdict": told.outcome.value,
        "reason": _reason(told), "method": record.method, "measured": iso(record.made_ns),
        "surfaces": {pin: {name: surface.value for name, surface in seen._asdict().items()
                           if surface is not None}
                     for pin, seen in record.surfaces.items()},
        "seal": {"deformed": record.seal_deformed, "moisture": record.seal_moist},
        "checklist": {item: tick.value for item, tick in record.checklist.items()},
        "findings": [_finding(row) for row in told.findings],
    }  # fmt: skip
    fields |= {name: request[name] for name in _KEPT_AS_TOLD if request.get(name) is not None}
    fields |= {name: str(request[name]) for name in _DAYS if request.get(name) is not None}
    return fields | dict(filed.extra)


def _finding(row: Finding) -> dict[str, str]:
    return {"what": row.what, "value": row.value, "limit": row.limit, "grade": row.grade.value}


def _reason(told: Judgement) -> str:
    """Return why an inspection is not simply passed: the first thing, and how many more."""
    if told.outcome is Outcome.INCOMPLETE:
        return f"{told.of(Grade.UNCHECKED)[0].what} was not measured"
    for grade in (Grade.BAD, Grade.WARNING):
        rows = told.of(grade)
        if rows:
            more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
            return f"{rows[0].sentence()}{more}"
    return ""


def _sentence(told: Judgement, record: Inspection, kind: ConnectorSet, limits: Limits) -> str:
    """Return what became of an inspection: the worst pin first, then what is not well.

    Of what failed only the first is told here; `blocked_by` lists the rest.
    """
    worst = worst_pin(record, kind)
    words = ["no power pin measured"]
    if worst is not None:
        limit = f"limit {limits.contact_max_ohm * 1e3:g}"
        words = [f"worst pin {worst[0]} {worst[1] * 1e3:.2f} mΩ, {limit}"]
    bad = told.of(Grade.BAD)
    if bad and worst is not None and bad[0].what == f"{worst[0]} resistance":
        words[0] += f": {bad[0].then}"
    elif bad:
        words.append(bad[0].sentence())
    else:
        words += [row.sentence() for row in told.of(Grade.WARNING)]
        unchecked = [row.what for row in told.of(Grade.UNCHECKED)]
        words += [f"not checked: {', '.join(unchecked)}"] if unchecked else []
    return f"Recorded as {told.outcome.value}: {'; '.join(words)}"


def _reply(told: Judgement, text: str, number: int | None) -> Reply:
    findings = [_finding(row) for row in told.findings]
    data = {"record": number, "outcome": told.outcome.value, "findings": findings}
    if told.outcome is Outcome.FAILED:
        bad = [row.sentence() for row in told.of(Grade.BAD)]
        return answer(Exit.REFUSED, text, changed=True, blocked_by=bad, data=data)
    return answer(Exit.DONE, text, changed=True, data=data)
