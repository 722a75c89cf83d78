"""The running charger of one daemon: its charger, journal, log and page feed, and their clock.

`advance` is called by the loop with the instant to reach. On a simulated plant the World ticks up
to it; what happened goes to the journal writer, which tells the log before and the page after it
is on the disk. Status is made on demand and at the page's rate, never in the tick.
"""

import time
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from typing import Any

from silverpin.apps.charger import Charger
from silverpin.apps.config import Config, describe
from silverpin.apps.daemon.history import History
from silverpin.apps.daemon.memory import recall, remember
from silverpin.apps.daemon.status import Identity, SessionTotals, status_of
from silverpin.apps.daemon.wall import Wall, iso
from silverpin.apps.web.feed import Feed
from silverpin.apps.web.source import ActResult
from silverpin.apps.world import World, WorldSetup
from silverpin.apps.world_acts import ActError, ActRefused
from silverpin.domain.events import Event
from silverpin.domain.ledger import Ledger
from silverpin.drivers.journal_writer import JournalWriter
from silverpin.drivers.log import EventLog, Source
from silverpin.drivers.store import Committed, JournalRow, Store

STATUS_PERIOD_NS = 200_000_000
CATCH_UP_NS = 500_000_000
"""The most that one advance makes up for; a longer pause is a slip and is counted."""


class SimulatedStation:
    """A charger on simulated nature, behind the same store, log, socket and page as hardware."""

    def __init__(self, config: Config, seed: int, speed: float, host: str) -> None:
        self._config = config
        self.speed = speed
        self.slips = 0
        self.feed = Feed()
        self._started_ns = time.monotonic_ns()
        self.wall = Wall(time.time_ns())
        self.store = Store.open(config.state, config.charger.serial)
        ledger = self.store.ledger(config.charger.serial)
        resumed = bool(self.store.events(1))
        self.world = World(seed, _setup(config), ledger, resumed=resumed)
        self.charger: Charger = self.world.charger
        self.charger.restore(*recall(self.store.safety(), self.wall))
        self.who = Identity(
            charger_id=config.charger.id, name=config.charger.name, site=config.charger.site,
            simulated=True, speed=speed,
        )  # fmt: skip
        source = Source(
            charger_id=config.charger.id, site=config.charger.site, serial=config.charger.serial,
            host=host, simulated=True,
        )  # fmt: skip
        self.log = EventLog(config.log, source)
        self._committed: SimpleQueue[Committed] = SimpleQueue()
        self.writer = JournalWriter(self.store, seen=self.log.write, committed=self._committed.put)
        self.history = History(self.charger)
        self._totals: SessionTotals | None = None
        self._memory: object = None
        self._pending: list[Event] = []
        self._status_ns = 0
        self.world.on_event = self._on_event
        self.charger.chronicle.add(0, "started", simulated="simulated plant")

    def target_ns(self) -> int:
        """Return the virtual instant that the wall has reached."""
        return int((time.monotonic_ns() - self._started_ns) * self.speed)

    def advance(self) -> None:
        """Bring the world up to now, write what happened, and feed the pages."""
        target_ns = self.target_ns()
        behind_ns = target_ns - self.world.now_ns
        most_ns = int(CATCH_UP_NS * max(1.0, self.speed))
        if behind_ns > most_ns:
            self.slips += 1
            self._started_ns += int((behind_ns - most_ns) / self.speed)
            target_ns = self.world.now_ns + most_ns
        self.world.advance(target_ns)
        self.history.step()
        self.settle()
        self._tell_pages()

    def settle(self) -> None:
        """Hand what happened to the journal writer, with the safety memory when it changed."""
        for event in self.charger.events():
            self._on_event(event)
        memory = (tuple(self.charger.envelope.latched.values()),
                  self.charger.envelope.inspection_due)  # fmt: skip
        changed = memory != self._memory
        if self._pending or changed:
            blob = remember(self.charger.envelope, self.wall) if changed else None
            at_ns = self._pending[-1].t_ns if self._pending else self.world.now_ns
            self.writer.put(self._pending, wall_utc_ns=self.wall.utc_of(at_ns), safety=blob)
            self._pending, self._memory = [], memory

    def _on_event(self, event: Event) -> None:
        self._pending.append(event)
        if event.kind == "mated":
            charged_ws, discharged_ws = self.charger.ports.meter.energy_ws()
            self._totals = SessionTotals(event.t_ns, charged_ws, discharged_ws)
        elif event.kind == "unmated":
            self._totals = None
        elif event.kind == "reversed" and self._totals is not None:
            self._totals.reversals += 1

    def _tell_pages(self) -> None:
        try:
            while True:
                for row in self._committed.get_nowait().rows:
                    self.feed.publish("event", event_frame(row))
        except Empty:
            pass
        now_ns = time.monotonic_ns()
        if now_ns >= self._status_ns and self.feed.readers:
            self._status_ns = now_ns + STATUS_PERIOD_NS
            self.feed.publish("status", self.status())

    def ledger(self) -> Ledger:
        """Return the committed ledger."""
        return self.writer.ledger

    def status(self) -> dict[str, Any]:
        """Return the newest status."""
        return status_of(self.charger, self.who, self.wall, self.ledger(), self._totals)

    def recent(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest journal events."""
        return [event_frame(row) for row in self.store.events(limit)]

    def config(self) -> dict[str, Any]:
        """Return the configuration in force."""
        return describe(self._config)

    def act(self, act: str, value: float | str | None, clear: bool) -> str:
        """Do something to simulated nature."""
        if act == "reset-thermal":
            raise ActError("reset-thermal is a command: evse-cli reset --thermal")
        told = self.world.act(act, None if value is None else str(value), clear)
        self.settle()
        return told

    def note(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Write an event of the outside: commands and refusals."""
        self.charger.chronicle.add(self.world.now_ns, kind, **fields)

    def close(self) -> None:
        """End orderly: open, write everything, release the state."""
        self.charger.ports.switch.release(emergency=False)
        self.charger.chronicle.energy(
            self.world.now_ns, self.charger.ports.meter.energy_ws(), force=True
        )
        self.charger.chronicle.add(self.world.now_ns, "stopped")
        self.settle()
        self.feed.close()
        self.writer.close(5.0)
        self.store.close()
        self.log.close()


class StationPage:
    """The station as the page sees it."""

    def __init__(self, station: SimulatedStation, reset: Any) -> None:
        self._station = station
        self._reset = reset

    def status(self) -> Mapping[str, Any]:
        """Return the newest status."""
        return self._station.status()

    def history(self) -> Mapping[str, Any]:
        """Return the last hour."""
        return self._station.history.frame(self._station.wall)

    def events(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest events."""
        return self._station.recent(limit)

    def subscribe(self) -> Any:
        """Join the feed."""
        reader = self._station.feed.subscribe()
        reader.offer("status", self._station.status())
        return reader

    async def act(self, act: str, value: float | str | None, clear: bool) -> ActResult:
        """Do a bench act; resetting the thermal latch goes the way of evse-cli."""
        if act == "reset-thermal":
            told = self._reset()
            return ActResult(ok=not told["exit"], text=told["text"],
                             status_code=409 if told["exit"] else 200)  # fmt: skip
        try:
            return ActResult(ok=True, text=self._station.act(act, value, clear))
        except ActError as error:
            return ActResult(ok=False, text=str(error), status_code=400)
        except ActRefused as error:
            return ActResult(ok=False, text=str(error), status_code=409)


def event_frame(row: JournalRow) -> dict[str, Any]:
    """Return a journal row as the page and `evse-cli events` see it."""
    event = row.event
    return {
        "id": row.id,
        "time": iso(row.utc_ns),
        "kind": event.kind,
        "level": event.row.level.value,
        "what": event.row.what,
        "text": event.sentence(),
        "who": event.row.who,
    }


def _setup(config: Config) -> WorldSetup:
    return WorldSetup(
        connector=config.charger.connector,
        power_max_w=config.charger.power_max_w,
        profile=config.charger.grid_profile,
        limits=config.limits,
        serial=config.charger.serial,
        ambient_c=28.0,
    )
