"""A connector's ledger written to a file, and taken in from one."""

from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.connector_change import (
    Handler,
    Reply,
    Request,
    Station,
    change,
    counted,
    fitted,
    known,
    noted,
    on_disk,
    refused,
    stranger,
)
from silverpin.apps.daemon.ledger_file import (
    LedgerFileError,
    Passport,
    Travelled,
    document,
    exceeds,
    is_older,
    news,
    read_document,
    uncleaned,
)
from silverpin.apps.daemon.wall import iso
from silverpin.apps.exits import Exit
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger

LOAD_BREAKS_TOLD = 100
"""Arcs that an exported ledger tells one by one, the newest; all of them are counted."""


class LedgerDesk:
    """Answers `evse-cli ledger ...`."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.handlers: dict[str, Handler] = {
            "ledger-export": on_disk(station, self._export),
            "ledger-import": on_disk(station, self._import),
        }

    def _export(self, request: Request, who: str) -> Reply:
        shelf, status = self._station.shelf, self._station.status()
        serial = request["serial"] or shelf.ledgers.serial
        if status["on_bench"]:
            return refused("what is counted on the bench goes into no ledger in service: export "
                           f"{serial} from the charger it hangs on")  # fmt: skip
        if serial not in known(shelf):
            return stranger(serial, shelf)
        passport = Passport(
            serial=serial, connector_set=status["connector"]["set"],
            simulated=status["simulated"], charger_id=status["charger_id"],
            exported=status["time"],
        )  # fmt: skip
        rows = shelf.of_kinds(("load_break",), LOAD_BREAKS_TOLD, serial=serial)
        arcs = [{"time": iso(row.utc_ns), **row.event.fields} for row in rows]
        ledger = shelf.ledgers.of(serial)
        told = document(ledger, shelf.origin(), passport, arcs)
        return answer(Exit.DONE, f"{serial}: {counted(ledger.matings)}", data=told)

    def _import(self, request: Request, who: str) -> Reply:
        try:
            travelled = read_document(request["document"])
        except LedgerFileError as error:
            return answer(Exit.BAD_FILE, f"The file is refused: {error}")
        station = self._station
        ledgers, origin = station.shelf.ledgers, station.shelf.origin()
        ledger = ledgers.of(travelled.passport.serial)
        wrong = self._misplaced(travelled, request["serial"]) or _refusal(travelled, ledger, origin)
        if wrong:
            return refused(wrong)
        events = self._taken_in(travelled, ledger, who)
        if ledger.serial != ledgers.serial:
            events.insert(0, fitted(station, ledger.serial, "taken over", who))
        if not events:
            has = counted(ledger.matings)
            return answer(Exit.DONE, f"Already so: {ledger.serial} has all of it, {has}")
        for event in events:
            ledger = ledger.apply(event)
        return change(station, events, f"The ledger of {ledger.serial} is taken in, "
                                       f"{counted(ledger.matings)} with it")  # fmt: skip

    def _taken_in(self, travelled: Travelled, ledger: Ledger, who: str) -> list[Event]:
        """Return the event that brings what the file has more than *ledger*, if there is any."""
        origin, passport = self._station.shelf.origin(), travelled.passport
        parts = news(travelled, ledger, origin)
        if not parts:
            return []
        had = sum(ledger.brought.get(name, {}).get("matings", 0) for name in parts)
        return [
            noted(
                self._station, "ledger_brought", serial=ledger.serial, parts=parts,
                matings=int(sum(part["matings"] for part in parts.values()) - had), by=who,
                since_cleaning=uncleaned(travelled, ledger, origin),
                source=f"charger {passport.charger_id} as of {passport.exported}",
            )
        ]  # fmt: skip

    def _misplaced(self, travelled: Travelled, asked: str | None) -> str | None:
        """Return why a file is none for the connector that is, or comes, onto this charger."""
        passport, status = travelled.passport, self._station.status()
        on, kind = self._station.shelf.ledgers.serial, status["connector"]["set"]
        if asked is not None and passport.serial != asked:
            return (
                f"the file is the ledger of {passport.serial}, not of {asked}: take the right one"
            )
        if asked is None and passport.serial != on:
            return (f"the file is the ledger of {passport.serial}, and {on} is on this charger: "
                    f"once {passport.serial} is, evse-cli connector adopt --serial "
                    f"{passport.serial} --from FILE")  # fmt: skip
        if passport.simulated != status["simulated"]:
            where = "in simulation" if passport.simulated else "on hardware"
            return f"the file was counted {where}, and this charger is not there: take another"
        if passport.connector_set != kind:
            return (f"the file is of a {passport.connector_set}, and this charger has a {kind}: "
                    "take the right one")  # fmt: skip
        return None


def _refusal(travelled: Travelled, ledger: Ledger, origin: str) -> str | None:
    """Return why a file cannot be taken in beside what this state knows."""
    passport = travelled.passport
    if exceeds(travelled.parts.get(origin, {}), ledger.counted_here()):
        return (f"the file of {passport.exported} knows more of what was counted here than this "
                "state, which was set back to a copy from before: correct the count with evse-cli "
                f"connector adopt --serial {passport.serial} --matings N --reason WHY")  # fmt: skip
    if is_older(travelled, ledger, origin):
        return (f"the file of {passport.exported} is older than what was taken in before, and "
                "nothing in it is new: export it again where it was written")  # fmt: skip
    return None
