"""The records of a charger on virtual time: what its world has journalled, without a disk."""

from collections.abc import Sequence
from typing import Protocol

from silverpin.apps.daemon.wall import Wall
from silverpin.apps.world import World
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledgers
from silverpin.drivers.plain import plain
from silverpin.drivers.store import Fitting, JournalRow


class Virtual(Protocol):
    """A charger on virtual time."""

    world: World
    wall: Wall


class VirtualShelf:
    """Reads from the world's journal as the records read from the disk, rows numbered from 1."""

    def __init__(self, station: Virtual) -> None:
        self._station = station
        self._first = station.world.ledger.serial
        self._since_ns = station.wall.utc_of(0)

    @property
    def ledgers(self) -> Ledgers:
        return self._station.world.ledgers

    def rows(self) -> list[JournalRow]:
        """Every row, oldest first."""
        rows, serial = [], self._first
        for number, event in enumerate(self._station.world.journal, start=1):
            if event.kind == "connector_fitted":
                serial = event.fields["serial"]
            kept = Event(event.t_ns, event.kind, plain(event.fields, strict=True))
            utc_ns = self._station.wall.utc_of(event.t_ns)
            rows.append(JournalRow(number, utc_ns, "boot", serial, kept))
        return rows

    def fittings(self) -> list[Fitting]:
        first = Fitting(0, self._since_ns, self._first, "", "configured", "the configuration")
        later = [
            Fitting(row.id, row.utc_ns, row.serial, str(row.event.fields["before"]),
                    str(row.event.fields["how"]), str(row.event.fields["by"]))
            for row in self.rows() if row.event.kind == "connector_fitted"
        ]  # fmt: skip
        return [*reversed(later), first]

    def of_kinds(
        self, kinds: Sequence[str], limit: int, *, serial: str | None = None, after: int = 0
    ) -> list[JournalRow]:
        found = [
            row for row in self.rows()
            if row.event.kind in kinds and row.id > after and serial in (None, row.serial)
        ]  # fmt: skip
        return found[::-1][:limit]

    def first_utc_ns(self, serial: str, not_before_ns: int = 0) -> int | None:
        known = [row.utc_ns for row in self.rows() if row.serial == serial]
        known = [self._since_ns, *known] if serial == self._first else known
        return next((utc_ns for utc_ns in known if utc_ns >= not_before_ns), None)

    def origin(self) -> str:
        return f"origin of world {self._station.world.seed}"
