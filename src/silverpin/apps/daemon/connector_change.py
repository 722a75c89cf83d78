"""How the connector on a charger, or its count, is changed: by events, and never in silence.

Every change names who made it, and what a charger counted nobody can take away. A change of
connector needs the plug out, the contactor open, and a disk that takes the record.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from silverpin.apps.charger import Charger
from silverpin.apps.control_socket.requests import answer
from silverpin.apps.daemon.readings import seen
from silverpin.apps.exits import Exit
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledgers
from silverpin.drivers.state_file import StateError
from silverpin.drivers.store import Fitting, JournalRow

_IDLE_TRIES = 6

Reply = dict[str, Any]
Request = dict[str, Any]
Handler = Callable[[Request, str], Reply]


class Shelf(Protocol):
    """What the records tell of every connector that this charger has known."""

    @property
    def ledgers(self) -> Ledgers:
        """Their ledgers, as the disk has them."""

    def fittings(self) -> list[Fitting]:
        """Return every connector that came onto the charger, newest first."""

    def of_kinds(
        self, kinds: Sequence[str], limit: int, *, serial: str | None = None, after: int = 0
    ) -> list[JournalRow]:
        """Return the newest rows of some kinds, newest first. Raises `StateError`."""

    def first_utc_ns(self, serial: str, not_before_ns: int = 0) -> int | None:
        """Return the instant of a connector's first row by a clock that was set."""

    def origin(self) -> str:
        """Return the name under which others know what was counted here."""


class Station(Protocol):
    """What these desks need of the running daemon."""

    @property
    def charger(self) -> Charger:
        """The charger whose connector it is."""

    @property
    def shelf(self) -> Shelf:
        """The ledgers."""

    def status(self) -> dict[str, Any]:
        """Return the newest status."""

    def keep(self) -> bool:
        """Wait a moment for the disk to have all that happened; False if it does not."""


def on_disk(station: Station, handler: Handler) -> Handler:
    """Return *handler*, asked only once the disk has all that happened so far."""

    def handle(request: Request, who: str) -> Reply:
        # Without power nothing is hurt by a tick that comes late, and a busy disk gets its time.
        tries = 1 if station.charger.obs.contactor_commanded else _IDLE_TRIES
        if not any(station.keep() for _ in range(tries)):
            return refused("the disk does not take records: see evse-cli status")
        try:
            return handler(request, who)
        except StateError as error:
            return answer(Exit.BAD_FILE, str(error))

    return handle


def change(station: Station, events: Sequence[Event], text: str) -> Reply:
    """Let *events* happen, unless somebody could be using the connector that goes."""
    charger, ledgers = station.charger, station.shelf.ledgers
    if any(event.kind == "connector_fitted" for event in events):
        reasons = in_the_way(charger)
        if reasons:
            return refused(*reasons)
    for event in events:
        charger.chronicle.events.append(event)
        ledgers = ledgers.apply(event)
    charger.fit(ledgers.in_force)
    if charger.envelope.inspection_due:
        text += ". Discharge still waits for an inspection of the pins: evse-cli inspect"
    if not station.keep():
        text += ". It is not yet on the disk: see evse-cli status"
    return answer(Exit.DONE, text, changed=True)


def fitted(station: Station, serial: str, how: str, who: str) -> Event:
    """Return the event that *serial* is now on the charger."""
    before = station.shelf.ledgers.serial
    return noted(station, "connector_fitted", serial=serial, before=before, how=how, by=who)


def noted(station: Station, kind: str, **fields: Any) -> Event:
    """Return an event of this instant."""
    return Event(station.charger.obs.now_ns, kind, fields)


def in_the_way(charger: Charger) -> list[str]:
    """Return why the connector cannot change now, first thing to mend first."""
    reasons = []
    seated, closed = seen(charger, charger.obs.seated), seen(charger, charger.obs.mirror)
    if seated is None:
        reasons.append("whether a vehicle is plugged in is unread: see evse-cli status")
    elif seated or charger.supervisor.session.plugged:
        reasons.append("a vehicle is plugged in: stop the session and unplug it first")
    if closed is not False:
        told = "unread" if closed is None else "closed"
        reasons.append(f"the contactor's mirror contact reads {told}: it must be open")
    return reasons


def refused(*reasons: str) -> Reply:
    """Return a refusal for *reasons*, first thing to mend first."""
    return answer(Exit.REFUSED, f"Refused: {reasons[0]}", blocked_by=reasons)


def known(shelf: Shelf) -> set[str]:
    """Return every connector that was ever on this charger."""
    return {
        shelf.ledgers.serial,
        *shelf.ledgers.by_serial,
        *(row.serial for row in shelf.fittings()),
    }


def stranger(serial: str, shelf: Shelf) -> Reply:
    """Return that nobody here has heard of *serial*."""
    names = ", ".join(sorted(known(shelf)))
    return answer(Exit.USAGE, f"Connector {serial} was never on this charger: known are {names}")


def counted(matings: int) -> str:
    """Return a count of matings in words."""
    return f"{matings:,} mating{'' if matings == 1 else 's'}"
