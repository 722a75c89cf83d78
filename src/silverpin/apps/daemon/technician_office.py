"""What the technician's desks share: the daemon as they see it, and the number of a record."""

from collections.abc import Mapping
from typing import Any, Protocol

from silverpin.apps.charger import Charger
from silverpin.apps.daemon.dates import day_end_ns
from silverpin.apps.daemon.wall import Wall
from silverpin.apps.daemon.work_book import WorkBook
from silverpin.apps.exits import Exit
from silverpin.domain.inspection import LEVEL_MIN
from silverpin.domain.ledger import Ledger
from silverpin.domain.upkeep import Facts
from silverpin.drivers.state_file import StateError
from silverpin.ports import PinVoltmeter

NOT_KEPT = ". It is not yet on the disk: see evse-cli status"


class Office(Protocol):
    """What the technician's desks need of the running daemon."""

    @property
    def charger(self) -> Charger:
        """The charger that is worked on."""

    @property
    def wall(self) -> Wall:
        """Wall time."""

    @property
    def work(self) -> WorkBook:
        """The records so far."""

    @property
    def ledger(self) -> Ledger:
        """The ledger of the connector in force."""

    @property
    def instrument(self) -> PinVoltmeter | None:
        """An instrument on the pins that can be read; None where its figures are typed."""

    def facts(self) -> Facts:
        """Return what upkeep is judged by, now."""

    def keep(self) -> bool:
        """Wait a moment for the disk to have all that happened; False if it does not."""


class WorkRefused(Exception):
    """A record that cannot be made; the message is the sentence to answer."""

    def __init__(self, text: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(text)
        self.code = code


def now_utc_ns(office: Office) -> int:
    """Return the UTC of the charger's last tick."""
    return office.wall.utc_of(office.charger.obs.now_ns)


def admit(office: Office, signed: Mapping[str, Any]) -> None:
    """Refuse who may not calibrate."""
    level, expires = signed["certificate_level"], signed["certificate_expires"]
    if level is not None and level < LEVEL_MIN:
        raise WorkRefused(
            f"a certificate of level {level} does not allow it: level {LEVEL_MIN} is needed",
            Exit.REFUSED,
        )
    if expires is not None and now_utc_ns(office) >= day_end_ns(expires.isoformat()):
        raise WorkRefused(
            f"certificate {signed['certificate']} expired on {expires}: renew it first",
            Exit.REFUSED,
        )


def newest_id(office: Office, kind: str) -> int | None:
    """Return the number of the record that was just kept."""
    try:
        rows = office.work.rows((kind,), 1)
    except StateError:
        return None
    return rows[0].id if rows else None
