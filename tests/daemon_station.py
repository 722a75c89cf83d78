"""The daemon's answers on virtual time: its commands and its status, without process or disk."""

import json
from collections.abc import Sequence
from typing import Any

from silverpin.apps.control_socket.peers import Peer
from silverpin.apps.control_socket.requests import read_request
from silverpin.apps.daemon.commands import Commands
from silverpin.apps.daemon.records import Storage
from silverpin.apps.daemon.status import Identity, status_of
from silverpin.apps.daemon.totals import Totals
from silverpin.apps.daemon.wall import Wall
from silverpin.apps.daemon.work_book import WorkBook
from silverpin.apps.world import World, WorldSetup
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger
from silverpin.domain.upkeep import Facts
from silverpin.drivers.plain import plain
from silverpin.drivers.store import JournalRow

NOON_NS = 1_800_000_000_000_000_000
SOMEBODY = Peer(pid=7, uid=1000, gid=1000, groups=frozenset(), allowed=True, name="somebody")
PINS = {"DC+": 0.31e-3, "DC-": 0.29e-3}
MEASURED = {"pins": PINS, "instrument": "bridge", "technician": "Ada", "certificate": "L2-1"}


class MemoryJournal:
    """The journal of a world, with its rows numbered from 1."""

    def __init__(self, station: "VirtualStation") -> None:
        self._station = station

    def rows(self) -> list[JournalRow]:
        wall, serial = self._station.wall, self._station.ledger.serial
        return [
            JournalRow(number, wall.utc_of(event.t_ns), "boot", serial,
                       Event(event.t_ns, event.kind, plain(event.fields, strict=True)))
            for number, event in enumerate(self._station.world.journal, start=1)
        ]  # fmt: skip

    def of_kinds(
        self, kinds: Sequence[str], limit: int, *, serial: str | None = None, after: int = 0
    ) -> list[JournalRow]:
        rows = [row for row in self.rows() if row.event.kind in kinds and row.id > after]
        return rows[::-1][:limit]

    def first_utc_ns(self, serial: str) -> int | None:
        return next((row.utc_ns for row in self.rows()), None)


class VirtualStation:
    """A charger in a World behind the real command table."""

    def __init__(self, **setup: Any) -> None:
        self.world = World(1, WorldSetup(**setup))
        self.charger = self.world.charger
        self.wall = Wall(NOON_NS)
        self.storage = Storage()
        self.totals = Totals()
        self.slips = 0
        self.keeps = True
        self.world.on_event = self.on_event
        self.journal = MemoryJournal(self)
        self.work = WorkBook(
            self.journal, self.charger.connector.power_pins, self.world.setup.limits
        )
        self._commands = Commands(self)
        self.world.run(1)

    def on_event(self, event: Event) -> None:
        self.totals.see(event, self.meter_ws())
        self.work.see(event.kind)

    def meter_ws(self) -> tuple[float, float]:
        return self.charger.ports.meter.energy_ws()

    def status(self) -> dict[str, Any]:
        who = Identity(charger_id="bay-1", name="Charger 1", site="Yard", simulated=True)
        session = self.totals.frame(self.meter_ws(), self.wall)
        return status_of(
            self.charger, who, self.wall, self.world.ledger, session, self.storage, self.slips,
            self.facts(),
        )  # fmt: skip

    @property
    def ledger(self) -> Ledger:
        return self.world.ledger

    def facts(self) -> Facts:
        now_ns = self.wall.utc_of(self.world.now_ns)
        return self.work.facts(now_ns, self.ledger, self.charger.envelope.inspection_due)

    def recent(self, limit: int) -> list[dict[str, Any]]:
        return [{"kind": event.kind} for event in reversed(self.world.journal)][:limit]

    def keep(self) -> bool:
        self.world.collect()
        return self.keeps

    def config(self) -> dict[str, Any]:
        return {"simulated": True}

    def act(self, act: str, value: float | str | None, clear: bool) -> str:
        return self.world.act(act, None if value is None else str(value), clear)

    def ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """Ask as a peer of the control socket does."""
        line = json.dumps({"command": command} | fields).encode()
        return self._commands.handle(read_request(line).as_dict(), SOMEBODY)

    def run(self, seconds: float) -> "VirtualStation":
        self.world.run(seconds)
        return self


def discharging(power_w: float = -10_000.0) -> VirtualStation:
    station = VirtualStation()
    station.act("plug", None, False)
    station.run(2)
    assert station.ask("set", mode="V2X", power_w=power_w)["exit"] == 0
    return station.run(10)


def tripped() -> VirtualStation:
    """A charger whose pin got too hot while it discharged, and is still hot."""
    station = discharging()
    station.act("heat-pin", "DC+=trip", False)
    return station.run(2)


def cooled() -> VirtualStation:
    """The same, once its pins are cool again."""
    station = tripped()
    station.act("heat-pin", "DC+=50", False)
    return station.run(2)
