"""Which connector is on the charger: shown, replaced by a new one, or taken over from elsewhere."""

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
from silverpin.apps.daemon.connector_data import connector_data
from silverpin.apps.exits import Exit
from silverpin.domain.ledger import TYPED, Ledger
from silverpin.drivers.state_file import StateError


class ConnectorDesk:
    """Answers `evse-cli connector ...`."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.handlers: dict[str, Handler] = {
            "connector": self._show,
            "connector-replace": on_disk(station, self._replace),
            "connector-adopt": on_disk(station, self._adopt),
        }

    def _show(self, request: Request, who: str) -> Reply:
        shelf = self._station.shelf
        serial = request.get("serial") or shelf.ledgers.serial
        try:
            if serial not in known(shelf):
                return stranger(serial, shelf)
            data = connector_data(self._station, serial)
        except StateError as error:
            return answer(Exit.BAD_FILE, str(error))
        return answer(Exit.DONE, "", data=data)

    def _replace(self, request: Request, who: str) -> Reply:
        station, serial = self._station, request["serial"]
        ledgers = station.shelf.ledgers
        if serial == ledgers.serial:
            has = counted(ledgers.in_force.matings)
            return answer(Exit.DONE, f"Already so: connector {serial} is on, {has}")
        if serial in known(station.shelf):
            has = counted(ledgers.of(serial).matings)
            return refused(
                f"{serial} was on this charger before and has {has}: evse-cli connector adopt "
                f"--serial {serial} goes on from there"
            )
        kept = f"{ledgers.serial} keeps its ledger of {counted(ledgers.in_force.matings)}"
        return change(station, [fitted(station, serial, "new", who)],
                      f"Connector {serial} is on and counts from 0; {kept}")  # fmt: skip

    def _adopt(self, request: Request, who: str) -> Reply:
        serial, matings, since = (request[name] for name in ("serial", "matings", "since_cleaning"))
        if since is not None and (matings is None or since > matings):
            return answer(Exit.USAGE, "--since-cleaning goes with --matings and is no more than it")
        ledgers = self._station.shelf.ledgers
        ledger, on = ledgers.of(serial), serial == ledgers.serial
        if serial not in known(self._station.shelf) and matings is None:
            return refused(
                f"{serial} is not known here: say what it has counted with --matings N, or bring "
                "its ledger with --from FILE"
            )
        if matings is not None and matings > ledger.matings and not ledger.brought:
            return self._bring(ledger, matings, since, who)
        if serial in known(self._station.shelf) and matings not in (None, ledger.matings):
            return self._correct(ledger, matings, request["reason"], who)
        if on:
            has = counted(ledger.matings)
            return answer(Exit.DONE, f"Already so: connector {serial} is on, {has}")
        return change(self._station, [fitted(self._station, serial, "taken over", who)],
                      f"Connector {serial} is on, {counted(ledger.matings)}")  # fmt: skip

    def _bring(self, ledger: Ledger, matings: int, since: int | None, who: str) -> Reply:
        """Take over a connector of which nothing was brought yet: it has *matings* in all."""
        serial = ledger.serial
        text = f"Connector {serial} is on and goes on from {counted(matings)}"
        if since is None and matings:
            text += "; nobody said when it was cleaned, so all of them count towards a cleaning"
        station = self._station
        more = matings - ledger.matings
        events = [
            noted(station, "ledger_brought", serial=serial, matings=more, by=who,
                  parts={TYPED: {"matings": more}}, source="what was typed",
                  since_cleaning=matings if since is None else since)
        ]  # fmt: skip
        if serial != station.shelf.ledgers.serial:
            events.insert(0, fitted(station, serial, "taken over", who))
        return change(station, events, text)

    def _correct(self, ledger: Ledger, matings: int, reason: str | None, who: str) -> Reply:
        station, serial = self._station, ledger.serial
        sure = int(ledger.matings - ledger.brought.get(TYPED, {}).get("matings", 0))
        if matings < sure:
            return refused(
                f"{serial} has {counted(sure)} that chargers counted, which nobody can take back: "
                f"give {sure} or more"
            )
        if not reason:
            return refused(
                f"{serial} has {counted(ledger.matings)}: to correct that to {matings}, say why "
                "with --reason"
            )
        events = [
            noted(station, "ledger_corrected", serial=serial, was=ledger.matings, matings=matings,
                  by=who, reason=reason)
        ]  # fmt: skip
        if serial != station.shelf.ledgers.serial:
            events.insert(0, fitted(station, serial, "taken over", who))
        return change(station, events, f"Matings of {serial} corrected from {ledger.matings:,} to "
                                       f"{matings:,}; the journal keeps who and why")  # fmt: skip
