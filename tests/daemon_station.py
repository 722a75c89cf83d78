"""The daemon's answers on virtual time: its commands and its status, without process or disk."""

import json
from typing import Any

from silverpin.apps.control_socket.peers import Peer
from silverpin.apps.control_socket.requests import read_request
from silverpin.apps.daemon.commands import Commands
from silverpin.apps.daemon.contact_frame import unknown_contact
from silverpin.apps.daemon.contact_watch import NOT_YET
from silverpin.apps.daemon.records import Storage
from silverpin.apps.daemon.status import Identity, status_of
from silverpin.apps.daemon.totals import Totals
from silverpin.apps.daemon.wall import Wall
from silverpin.apps.daemon.wear import OFF, unknown
from silverpin.apps.daemon.work_book import WorkBook
from silverpin.apps.world import World, WorldSetup
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger
from silverpin.domain.upkeep import Facts
from silverpin.ports import PinVoltmeter
from tests.virtual_shelf import VirtualShelf

NOON_NS = 1_800_000_000_000_000_000
SOMEBODY = Peer(pid=7, uid=1000, gid=1000, groups=frozenset(), allowed=True, name="somebody")
PINS = {"DC+": 0.31e-3, "DC-": 0.29e-3}
MEASURED = {"pins": PINS, "instrument": "bridge", "technician": "Ada", "certificate": "L2-1"}


class VirtualStation:
    """A charger in a World behind the real command table."""

    def __init__(self, seed: int = 1, **setup: Any) -> None:
        self.world = World(seed, WorldSetup(**setup))
        self.charger = self.world.charger
        self.wall = Wall(NOON_NS)
        self.storage = Storage()
        self.totals = Totals()
        self.slips = 0
        self.keeps = True
        self.reads_instrument = True
        self.world.on_event = self.on_event
        self.shelf = VirtualShelf(self)
        self.work = WorkBook(self.shelf, self.charger.connector.power_pins, self.world.setup.limits)
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
            self.facts(), unknown(OFF),
            unknown_contact(NOT_YET, self.charger.connector, self.charger.limits), self.world.talk,
        )  # fmt: skip

    @property
    def ledger(self) -> Ledger:
        return self.world.ledger

    @property
    def instrument(self) -> PinVoltmeter | None:
        return self.world.instrument if self.reads_instrument else None

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
