"""The running charger of one daemon: charger, records, history and page feed on one clock.

`advance` is called by the loop as often as it can. On a simulated plant the World ticks up to the
instant that the wall has reached; what happened goes to the records, which tell the log before and
the page after it is on the disk. Status is made on demand and at the page's rate, never in a tick.
"""

import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from silverpin.apps.aloud import aloud
from silverpin.apps.bench import catalogue
from silverpin.apps.charger import Charger
from silverpin.apps.config import Config, describe
from silverpin.apps.daemon import pilot_desk
from silverpin.apps.daemon.calibration_desk import take_up
from silverpin.apps.daemon.contact_frame import contact_frame
from silverpin.apps.daemon.contact_watch import ContactWatch, worker_of
from silverpin.apps.daemon.history import History
from silverpin.apps.daemon.memory import recall, remember, restore
from silverpin.apps.daemon.records import Records
from silverpin.apps.daemon.status import Identity, status_of
from silverpin.apps.daemon.totals import Totals
from silverpin.apps.daemon.wall import Wall, iso
from silverpin.apps.daemon.wear import Wear, life_of
from silverpin.apps.daemon.work_book import WorkBook
from silverpin.apps.ev_link.plc_line import PlcLine
from silverpin.apps.web.feed import Feed
from silverpin.apps.world import World, WorldSetup
from silverpin.domain.events import EVENTS, Event
from silverpin.domain.faults import FAULTS
from silverpin.domain.ledger import Ledger
from silverpin.domain.observation import CpState
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.upkeep import Facts, LastInspection
from silverpin.drivers.contact_table import NewBlock, Note
from silverpin.drivers.store import JournalRow
from silverpin.ports import PinVoltmeter
from silverpin.protocols.slac.states import PilotWish

STATUS_PERIOD_NS = 200_000_000
CATCH_UP_NS = 500_000_000
"""The most that one advance makes up for; a longer pause is a slip and is counted."""
UNBOOKED_PERIOD_NS = 5 * NS_PER_S
"""So much of energy and mated time a power cut may cost, for a commit each and no row."""
KEEP_S = 0.2
"""How long a command waits for the disk, twice at most: within the lease of a permit."""
END_NS = 4 * NS_PER_S
AMBIENT_C = 28.0


class SimulatedStation:
    """A charger on simulated nature, behind the same store, log, socket and page as hardware."""

    def __init__(
        self, config: Config, seed: int, speed: float, host: str,
        grid_watched_s: float | None = None, talks: bool = True,
        visited: bool = False,
    ) -> None:  # fmt: skip
        self._config = config
        self.v2g = config.v2g
        self.certificates = config.certificates
        self.visited = visited
        """Vehicles come from outside, in place of the simulated one."""
        self.captures = config.state.with_name("v2g-captures")
        """Folder of the last sessions with vehicles."""
        self.plc = PlcLine()
        self.speed = speed
        self.slips = 0
        self.feed = Feed()
        self._started_ns = time.monotonic_ns()
        self.wall = Wall(time.time_ns())
        self.records = Records(config, host)
        self.records.book_what_was_left(self.wall.utc_ns)
        self.world = _world(config, seed, self.records, grid_watched_s, talks)
        self.charger: Charger = self.world.charger
        if self.world.talk is not None:
            self.world.talk.utc_s = lambda t_ns: self.wall.utc_of(t_ns) / NS_PER_S
            self.world.talk.matches = lambda: self.plc.matching
        self.who = Identity(
            charger_id=config.charger.id, name=config.charger.name, site=config.charger.site,
            simulated=True, on_bench=config.bench, speed=speed,
        )  # fmt: skip
        self.history = History(self.charger)
        self.totals = Totals()
        self.work = WorkBook(self.records, self.charger.connector.power_pins, config.limits)
        self.wear = Wear(life_of(config.state, self.charger.connector.name))
        self.contact = ContactWatch(
            worker_of(config.state, self.charger.connector.name, config.type_tests, config.limits),
            self._looked_at,
        )
        self._calibrated = ""
        self._memory: object = None
        self._pending: list[Event] = []
        self._status_ns = self._unbooked_ns = 0
        self._told = ""
        self._resume()
        self.world.on_event = self._on_event
        kind = self.charger.connector.name
        self.charger.chronicle.add(0, "started", simulated=_kind(config), connector=kind)

    def _resume(self) -> None:
        """Take up where an earlier program ended: latches, and a vehicle that is still there."""
        self._take_up_calibrations()
        pilot_desk.take_up(self.charger, self.work)
        memory = recall(self.records.memory(), self.wall, self.records.set_aside)
        restore(self.charger, memory, self.world.now_ns)
        if self.records.ledger.mated:
            self.world.bay.vehicle.plug(self.world.now_ns)
            rows = self.records.newest_first(self.records.serial)
            self.totals.resume(rows, self.wall, self._meter_ws())

    def _take_up_calibrations(self) -> None:
        """Correct the sensors by the records of the connector that is on now."""
        serial = self.records.serial
        if serial != self._calibrated:
            take_up(self.charger, self.work, serial)
            self._calibrated = serial

    def target_ns(self) -> int:
        """Return the virtual instant that the wall has reached."""
        return int((time.monotonic_ns() - self._started_ns) * self.speed)

    def advance(self) -> None:
        """Bring the world up to now, hand over what happened, and feed the pages."""
        target_ns = self.target_ns()
        behind_ns = target_ns - self.world.now_ns
        most_ns = int(CATCH_UP_NS * max(1.0, self.speed))
        if behind_ns > most_ns:
            self.slips += 1
            self._started_ns += int((behind_ns - most_ns) / self.speed)
            target_ns = self.world.now_ns + most_ns
        self.world.advance(target_ns)
        if self.speed == 1.0:
            self.wall = self.wall.corrected(self.world.now_ns, time.time_ns())
        self.settle()
        try:
            self._show()
        except Exception as error:
            self._tell_once(error)

    def _tell_once(self, error: Exception) -> None:
        """Tell of a fault in what only shows, which must not stop what is shown."""
        if repr(error) != self._told:
            self._told = repr(error)
            aloud("".join(traceback.format_exception(error)).rstrip())

    def settle(self) -> None:
        """Hand what happened to the records, with the safety memory when it changed."""
        self.world.journal.clear()  # kept by the world for tests; here the records keep it
        now_ns = self.world.now_ns
        noticed = self.records.look(time.monotonic_ns(), self.wall.utc_of(now_ns))
        if noticed is not None:
            self._pending.append(replace(noticed, t_ns=now_ns))
        for event in self.charger.events():
            self._on_event(event)
        envelope = self.charger.envelope
        memory = (tuple(envelope.latched.values()), envelope.inspection_due,
                  tuple(envelope.doubted.items()))  # fmt: skip
        changed = memory != self._memory
        unbooked, notes = self._unbooked(), self._contact_notes()
        if self._pending or changed or unbooked or notes:
            blob = remember(envelope, self.wall, self.records.set_aside) if changed else None
            at_ns = self._pending[-1].t_ns if self._pending else now_ns
            self.records.put(self._pending, self.wall.utc_of(at_ns), blob, unbooked, notes)
            self._pending, self._memory = [], memory

    def _unbooked(self) -> dict[str, float] | None:
        """Return what is metered and not booked, now and then; all that happened is handed over."""
        now_ns = time.monotonic_ns()
        if now_ns < self._unbooked_ns:
            return None
        self._unbooked_ns = now_ns + UNBOOKED_PERIOD_NS
        portion = self.charger.chronicle.unbooked(self.world.now_ns)
        return None if portion is None else portion._asdict()

    def begin_contact(self) -> None:
        """Ask what the contacts are like, and from now on after every session."""
        ledger, now_ns = self.ledger, self.wall.utc_of(self.world.now_ns)
        self.contact.begin(ledger.serial, now_ns, mated=ledger.mated, used=ledger.matings > 0)

    def _contact_notes(self) -> list[Note]:
        """Return the blocks that ended since the last time, and what was made of earlier ones."""
        blocks = [
            NewBlock(self.records.serial, self.wall.utc_of(block.t_ns), block)
            for block in self.charger.trace.drain()
        ]
        if self.charger.trace.ended():
            self.contact.ask(self.records.serial, self.wall.utc_of(self.world.now_ns))
        return [*blocks, *self.contact.notes()]

    def keep(self) -> bool:
        """Wait a moment for the disk to have all that happened; False if it does not."""
        self.settle()
        kept = self.records.flush(KEEP_S)
        self.work.forget()
        return kept

    def _on_event(self, event: Event) -> None:
        self._pending.append(event)
        self.work.see(event.kind)
        self.history.see(event)
        self.totals.see(event, self._meter_ws())

    def _meter_ws(self) -> tuple[float, float]:
        return self.charger.ports.meter.energy_ws()

    def _show(self) -> None:
        for row in self.records.committed():
            self.work.see(row.event.kind)
            self.wear.see(row.event.kind)
            self.contact.see(row.event.kind, row.serial, row.utc_ns)
            self.feed.publish("event", event_frame(row))
        self._take_up_calibrations()
        now_ns = time.monotonic_ns()
        if now_ns >= self._status_ns and self.feed.readers:
            self._status_ns = now_ns + STATUS_PERIOD_NS
            self.feed.publish("status", self.status())
        self.history.step()

    @property
    def shelf(self) -> Records:
        """The ledgers of every connector that this charger has known."""
        return self.records

    def status(self) -> dict[str, Any]:
        """Return the newest status."""
        session = self.totals.frame(self._meter_ws(), self.wall)
        facts, contact = self.facts(), self.contact.answer(self.records.serial)
        told = status_of(
            self.charger, self.who, self.wall, self.records.ledger, session,
            self.records.storage(), self.slips, facts, self.wear.frame(),
            contact_frame(contact and contact.told, self.contact.reason, facts,
                          self.charger.connector, self.charger.limits),
            self.world.talk, self.plc,
        )  # fmt: skip
        standing = [{"act": act, "value": value} for act, value in self.world.acts.standing]
        return told | {"bench": {"standing": standing}}

    def pilot(self) -> CpState | None:
        """Return the pilot as it was read last; no vehicle for matching, while none is offered."""
        reading = self.charger.obs.pilot
        if not self.charger.supervisor.offer.offered:
            return CpState.A
        return reading.value.state if reading else None

    def heed_line(self, wish: PilotWish | None) -> None:
        """Take what matching wants of the pilot, None where nobody matches."""
        self.charger.supervisor.offer.line = wish

    def bench(self) -> dict[str, Any]:
        """Return every fault that can be played."""
        return catalogue(self.world.bay)

    @property
    def ledger(self) -> Ledger:
        """The ledger of the connector in force, as the disk has it."""
        return self.records.ledger

    @property
    def instrument(self) -> PinVoltmeter:
        """What measures the simulated pins."""
        return self.world.instrument

    def facts(self) -> Facts:
        """Return what upkeep is judged by, now."""
        now_ns = self.wall.utc_of(self.world.now_ns)
        facts = self.work.facts(now_ns, self.ledger, self.charger.envelope.inspection_due)
        contact = self.contact.answer(self.ledger.serial)
        return facts if contact is None else replace(facts, contact=contact.concerns())

    def _looked_at(self, serial: str) -> LastInspection | None:
        """Return the newest inspection of the connector that is on."""
        return self.facts().inspection if serial == self.ledger.serial else None

    def recent(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest journal events. Raises `StateError`."""
        rows = self.records.recent(limit)
        return [event_frame(row) for row in rows if row.event.kind in EVENTS]

    def config(self) -> dict[str, Any]:
        """Return the configuration in force."""
        return describe(self._config)

    def act(self, act: str, value: float | str | None, clear: bool) -> str:
        """Do something to simulated nature."""
        return self.world.act(act, None if value is None else str(value), clear)

    def note(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Write an event of the outside: commands and refusals."""
        self.charger.chronicle.add(self.world.now_ns, kind, **fields)

    def close(self) -> str | None:
        """End orderly: power off, everything written; return in a sentence what is not."""
        try:
            self._end_session()
        except Exception:
            aloud(traceback.format_exc().rstrip())
        switch = self.charger.ports.switch
        switch.release(emergency=False)
        switch.poll(self.world.now_ns)
        self.charger.chronicle.energy(self.world.now_ns, self._meter_ws(), force=True)
        self.charger.chronicle.add(self.world.now_ns, "stopped")
        self.settle()
        self.wear.close()
        self.contact.close()
        self.feed.close()
        return self.records.close()

    def _end_session(self) -> None:
        """Do as a stop does: current to zero, contactor open, plug free.

        Simulated time runs ahead of the wall here, for nobody should wait for it.
        """
        charger, world = self.charger, self.world
        charger.supervisor.stop()
        end_ns = world.now_ns + END_NS
        while world.now_ns < end_ns:
            world.advance(world.now_ns + world.setup.tick_ns)
            if charger.settled() and world.bay.settled():
                break


def event_frame(row: JournalRow) -> dict[str, Any]:
    """Return a journal row as the page and `evse-cli events` see it."""
    event = row.event
    return {
        "id": row.id,
        "time": iso(row.utc_ns),
        "kind": event.kind,
        "level": event.row.level.value,
        "what": event.row.what,
        "text": event.told(),
        "who": _who(event),
    }


def _who(event: Event) -> str:
    """Return who acted, or who acts next where something has gone wrong."""
    fault = FAULTS.get(event.fields.get("code", "")) if event.kind == "fault_raised" else None
    return event.row.who if fault is None else fault.who.value


def _kind(config: Config) -> str:
    """Return what kind of charger starts, as its first event says."""
    if not config.bench:
        return "simulated plant"
    return f"bench, at most {config.limits.bench_current_max_a:g} A, simulated plant"


def _world(
    config: Config, seed: int, records: Records, grid_watched_s: float | None, talks: bool
) -> World:
    charger = config.charger
    setup = WorldSetup(
        connector=charger.connector, power_max_w=charger.power_max_w, ambient_c=AMBIENT_C,
        profile=charger.grid_profile, limits=config.limits, serial=charger.serial,
        tick_ns=config.limits.judge_period_ns,
        talks=talks, evse_id=config.v2g.evse_id,
        ceiling_a=config.limits.bench_current_max_a if config.bench else None,
    )  # fmt: skip
    if grid_watched_s is None and records.used():
        grid_watched_s = 0.0  # a program that was started again has seen nothing of the grid
    if grid_watched_s is not None:
        setup = replace(setup, grid_watched_s=grid_watched_s)
    return World(seed, setup, records.ledger, resumed=records.used())
