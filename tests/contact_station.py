"""A charger on virtual time with a disk, whose contacts are followed as its daemon follows them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from silverpin.apps.daemon.contact_frame import contact_frame
from silverpin.apps.daemon.contact_watch import NOT_YET, Answer, measured_by
from silverpin.apps.life.contact_update import Updates, updates_of
from silverpin.domain.events import Event
from silverpin.domain.upkeep import Facts
from silverpin.drivers.contact_table import NewBlock
from silverpin.drivers.store import Store
from silverpin.durability.resistance.since import Measured
from tests.daemon_station import NOON_NS, VirtualStation

SERIAL = "SIM-0001"


class ContactStation(VirtualStation):
    """Keeps what happens, and brings the estimate up to date after each session, all in here."""

    def __init__(self, path: Path, connector: str = "ccs2-80a", **setup: Any) -> None:
        self.path, self.store = path, Store.open(path, SERIAL, boot="boot")
        self.told: Answer | None = None
        self._happened: list[Event] = []
        super().__init__(
            connector=connector, power_max_w=40_000.0, battery_kwh=2_000.0, skip=True, **setup
        )
        self._updates: Updates = updates_of(path, connector, None)

    def on_event(self, event: Event) -> None:
        super().on_event(event)
        self._happened.append(event)

    def facts(self) -> Facts:
        told = () if self.told is None else self.told.concerns()
        return replace(super().facts(), contact=told)

    def contact(self) -> dict[str, Any]:
        told = None if self.told is None else self.told.told
        return contact_frame(
            told, NOT_YET, self.facts(), self.charger.connector, self.charger.limits
        )

    def status(self) -> dict[str, Any]:
        return super().status() | {"resistance": self.contact()}

    def due(self) -> list[dict[str, Any]]:
        return [row for row in self.status()["due"] if "contact resistance" in row["what"]]

    def session(self, kw: float = 31.0, minutes: float = 30.0) -> "ContactStation":
        """Let a vehicle come, charge or discharge, and leave; then the pins cool for a while."""
        self.act("plug", None, False)
        self.run(5)
        assert self.ask("set", mode="V2X", power_w=kw * 1e3)["exit"] == 0
        self.run(60 * minutes)
        self.ask("stop")
        self.run(30)
        self.act("unplug", None, False)
        self.run(10)
        self.follow()
        self.run(2_400)
        return self

    def write(self) -> None:
        """Bring to the disk what happened."""
        self.world.collect()
        blocks = [NewBlock(SERIAL, NOON_NS + row.t_ns, row) for row in self.charger.trace.drain()]
        events = [(NOON_NS + row.t_ns, row) for row in self._happened]
        self._happened.clear()
        self.store.commit(events, None, None, blocks)

    def follow(self) -> None:
        """Do as the daemon does when a session is on the disk."""
        self.write()
        now_ns = NOON_NS + self.world.now_ns
        found = measured_by(self.facts().inspection)
        measured = None if found is None else Measured(found[0] * 1e-9, found[1])
        told, notes = self._updates.answer(SERIAL, now_ns * 1e-9, measured)
        self.told = Answer(SERIAL, json.loads(json.dumps(told)))
        self.store.commit([], None, None, notes)


@contextmanager
def contact_station(folder: Path, **setup: Any) -> Iterator[ContactStation]:
    """Open a station, and close its disk."""
    station = ContactStation(folder / "state.sqlite", **setup)
    try:
        yield station
    finally:
        station.store.close()
