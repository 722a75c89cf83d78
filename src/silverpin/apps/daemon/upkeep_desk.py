"""Cleanings and the history of all records, as the control socket asks for them.

A cleaning restarts the count of matings to the next one and touches no other count. One that
somebody records twice is one: without a mating in between there was nothing to clean again.
"""

from collections.abc import Mapping
from typing import Any

from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.technician_office import NOT_KEPT, Office, newest_id
from silverpin.apps.daemon.wall import iso
from silverpin.apps.exits import Exit
from silverpin.domain.cleaning import CLEANING
from silverpin.domain.events import EVENTS
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import JournalRow

Reply = dict[str, Any]
RECORDS = {row.kind: row.record for row in EVENTS.values() if row.record}
"""Kinds of events that are records, with the word that `evse-cli history --kind` takes."""
TEST, CORRECTION = "test", "correction"
WORDS = tuple(dict.fromkeys([*(word.split()[0] for word in RECORDS.values()), TEST, CORRECTION]))
"""What `--kind` takes: a test of the pins is an inspection as well, and so is its correction."""
_LOOKED_BACK = 5_000
_SHOWN_APART = frozenset({"technician", "by", "verdict", "corrects"})


class UpkeepDesk:
    """Answers `clean` and `history`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def clean(self, request: Mapping[str, Any], who: str) -> Reply:
        """Record a cleaning."""
        wrong = _not_the_method(request["skipped"])
        if wrong is not None:
            return wrong
        office, charger = self._office, self._office.charger
        try:
            office.keep()
            last = office.work.rows(("cleaned",), 1, office.ledger.serial)
        except StateError as error:
            return answer(Exit.BAD_FILE, str(error))
        if last and not office.ledger.matings_since_cleaning:
            text = f"Already recorded: no mating since {last[0].event.fields['technician']} cleaned"
            return answer(Exit.DONE, f"{text} the pins", data={"record": last[0].id})
        fields = {name: request[name] for name in ("certificate", "note") if request[name]}
        charger.chronicle.add(
            charger.obs.now_ns, "cleaned", technician=request["technician"],
            method=list(CLEANING), matings=office.ledger.matings_since_cleaning, **fields,
        )  # fmt: skip
        kept = office.keep()
        number = newest_id(office, "cleaned") if kept else None
        text = (
            f"Recorded: pins cleaned by {request['technician']} with "
            f"{' and '.join(list(CLEANING.values())[:2])}, {CLEANING['gentle']}; the next cleaning "
            f"is due after {charger.limits.cleaning_matings} matings"
        )
        text += f". Record {number}" if kept else NOT_KEPT
        return answer(Exit.DONE, text, changed=True, data={"record": number})

    def history(self, request: Mapping[str, Any], who: str) -> Reply:
        """Tell the records, newest first."""
        word, limit = request["kind"], request["limit"]
        if word is not None and word not in WORDS:
            said = ", ".join(dict.fromkeys(WORDS))
            return answer(Exit.USAGE, f"There are no records of {word}: use {said}")
        try:
            rows = self._office.work.rows(list(RECORDS), _LOOKED_BACK)
        except StateError as error:
            return answer(Exit.BAD_FILE, str(error))
        by = {row.event.fields.get("corrects"): row.id for row in rows}
        found = [row for row in rows if word is None or word in _words_of(row)][:limit]
        return answer(Exit.DONE, "", data={"records": [_record(row, by.get(row.id))
                                                       for row in found]})  # fmt: skip


def _not_the_method(skipped: tuple[str, ...]) -> Reply | None:
    """Return the refusal of a cleaning that left out steps of the method."""
    for step in skipped:
        if step not in CLEANING:
            return answer(Exit.USAGE, f"{step} is no step of it: {', '.join(CLEANING)}")
    if not skipped:
        return None
    lacks = [f"done without {CLEANING[step]}" for step in skipped if step != "gentle"]
    lacks += ["done with something abrasive"] if "gentle" in skipped else []
    why = f"{' and '.join(lacks)}: clean the pins again, as the manual says"
    return answer(Exit.REFUSED, f"Not recorded: {why}", blocked_by=[why])


def _words_of(row: JournalRow) -> set[str]:
    """Return the words under which somebody looks for a record."""
    fields = row.event.fields
    words = {RECORDS[row.event.kind].split()[0]}
    if "test_current_a" in fields:
        words.add(TEST)
    if fields.get("corrects") is not None:
        words.add(CORRECTION)
    return words


def _record(row: JournalRow, corrected_by: int | None) -> dict[str, Any]:
    event, fields = row.event, row.event.fields
    return {
        "id": row.id,
        "time": iso(row.utc_ns),
        "kind": "pin test" if "test_current_a" in fields else RECORDS[event.kind],
        "connector_id": row.serial,
        "who": fields.get("technician", fields.get("by")),
        "verdict": fields.get("verdict"),
        "text": event.told(),
        "corrects": fields.get("corrects"),
        "corrected_by": corrected_by,
        "record": {name: value for name, value in fields.items() if name not in _SHOWN_APART},
    }
